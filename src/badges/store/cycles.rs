//! How many were issued in each cycle of fixed windows.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, OrgId};

/// How far a cycle is counted where nothing keeps its count; beyond it the page says "over".
pub const MOST_COUNTED: i64 = 5_000;

/// A cycle: its config's `seq`, its first instant, the first after it.
pub type Stretch = (i32, DateTime<Utc>, DateTime<Utc>);

/// Those of one customer that count, by event. `badge_earns_imported` serves it.
pub async fn of_customer(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    customer: CustomerId,
    cycles: &[Stretch],
) -> sqlx::Result<Vec<i64>> {
    let starts: Vec<_> = cycles.iter().map(|(_, start, _)| *start).collect();
    let ends: Vec<_> = cycles.iter().map(|(.., end)| *end).collect();
    sqlx::query_scalar!(
        r#"
        select (select count(*) from badge_earns
                where org_id = $1 and customer_id = $2 and badge_id = $3 and revoked_on is null
                    and earn_event_date >= cycle.since and earn_event_date < cycle.until) as "held!"
        from unnest($4::timestamptz[], $5::timestamptz[]) with ordinality as cycle (since, until, nth)
        order by cycle.nth
        "#,
        org.get(),
        customer.get(),
        badge.bytes(),
        &starts,
        &ends,
    )
    .fetch_all(db)
    .await
}

/// Those of everybody that count: the number the limit is judged by where one is kept, else counted,
/// [`MOST_COUNTED`] and one at most. `badge_earns_by_event` serves it.
pub async fn of_everybody(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    cycles: &[Stretch],
) -> sqlx::Result<Vec<i64>> {
    let seqs: Vec<_> = cycles.iter().map(|(seq, ..)| *seq).collect();
    let starts: Vec<_> = cycles.iter().map(|(_, start, _)| *start).collect();
    let ends: Vec<_> = cycles.iter().map(|(.., end)| *end).collect();
    sqlx::query_scalar!(
        r#"
        select coalesce(
            (select n from badge_limit_counts
             where org_id = $1 and badge_id = $2 and kind = 'WINDOW' and number = cycle.seq
                and starts = cycle.since),
            (select count(*) from (
                select from badge_earns
                where org_id = $1 and badge_id = $2 and revoked_on is null
                    and earn_event_date >= cycle.since and earn_event_date < cycle.until
                limit $6) counted)) as "held!"
        from unnest($3::int[], $4::timestamptz[], $5::timestamptz[]) with ordinality
            as cycle (seq, since, until, nth)
        order by cycle.nth
        "#,
        org.get(),
        badge.bytes(),
        &seqs,
        &starts,
        &ends,
        MOST_COUNTED + 1,
    )
    .fetch_all(db)
    .await
}
