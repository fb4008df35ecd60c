//! How customers stand with a badge: their enrolments, and how often they earned it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, EnrolmentId, OrgId};

/// An enrolment that was not taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Which.
    pub id: EnrolmentId,
    /// From when on.
    pub event: DateTime<Utc>,
    /// Its last instant, the badge's end put in where it ends with the badge.
    pub expires_on: DateTime<Utc>,
    /// When it was entered.
    pub entered: DateTime<Utc>,
}

fn numbers(customers: &[CustomerId]) -> Vec<i64> {
    customers.iter().map(|id| id.get()).collect()
}

/// The enrolments whose time touches [from, to], the latest event of each customer. `badge_end` stands in
/// for those that end with the badge.
pub async fn enrolments(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    customers: &[CustomerId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    badge_end: DateTime<Utc>,
) -> sqlx::Result<HashMap<CustomerId, Enrolment>> {
    let rows = sqlx::query!(
        r#"
        select distinct on (n.customer_id) n.customer_id as "customer: CustomerId", n.id as "id: EnrolmentId",
            n.issue_event_date, n.issued_on, coalesce(n.expires_on, $6) as "expires_on!"
        from badge_enrolments n
        where n.org_id = $1 and n.badge_id = $2 and n.customer_id = any($3) and n.revoked_on is null
          and n.issue_event_date <= $5 and coalesce(n.expires_on, $6) >= $4
        order by n.customer_id, n.issue_event_date desc, n.id desc
        "#,
        org.get(),
        badge.bytes(),
        &numbers(customers),
        from,
        to,
        badge_end,
    )
    .fetch_all(db)
    .await?;
    let all = rows.into_iter().map(|row| {
        let (id, event, entered) = (row.id, row.issue_event_date, row.issued_on);
        (row.customer, Enrolment { id, event, entered, expires_on: row.expires_on })
    });
    Ok(all.collect())
}

/// How often a customer earned a badge, taken-back ones not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ever.
    pub all: i64,
    /// Processed after the edge of days.
    pub days: i64,
    /// Processed after the edge of weeks.
    pub weeks: i64,
    /// Processed after the edge of months.
    pub months: i64,
    /// With an event in the window.
    pub window: i64,
}

/// Where the moving limits reach back to; none for a unit without one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Edges {
    /// Of days.
    pub days: Option<DateTime<Utc>>,
    /// Of weeks.
    pub weeks: Option<DateTime<Utc>>,
    /// Of months.
    pub months: Option<DateTime<Utc>>,
}

/// What moving limits count of each customer. Those who never earned the badge have zeroes.
pub async fn moving(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    customers: &[CustomerId],
    edges: Edges,
) -> sqlx::Result<HashMap<CustomerId, Tally>> {
    let rows = sqlx::query!(
        r#"
        select asked.id as "customer!: CustomerId", t.every as "every!", t.days as "days!",
            t.weeks as "weeks!", t.months as "months!"
        from unnest($3::bigint[]) as asked (id)
        cross join lateral (
            select count(*) as every, count(*) filter (where e.earned_on > $4) as days,
                count(*) filter (where e.earned_on > $5) as weeks,
                count(*) filter (where e.earned_on > $6) as months
            from badge_earns e
            where e.org_id = $1 and e.customer_id = asked.id and e.badge_id = $2 and e.revoked_on is null
        ) t
        "#,
        org.get(),
        badge.bytes(),
        &numbers(customers),
        edges.days,
        edges.weeks,
        edges.months,
    )
    .fetch_all(db)
    .await?;
    let tally = |every, days, weeks, months| Tally { all: every, days, weeks, months, window: 0 };
    Ok(rows
        .into_iter()
        .map(|row| (row.customer, tally(row.every, row.days, row.weeks, row.months)))
        .collect())
}

/// How often each customer earned a badge with an event in [from, to).
pub async fn in_window(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    customers: &[CustomerId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<HashMap<CustomerId, i64>> {
    let rows = sqlx::query!(
        r#"
        select asked.id as "customer!: CustomerId", t.n as "n!"
        from unnest($3::bigint[]) as asked (id)
        cross join lateral (
            select count(*) as n from badge_earns e
            where e.org_id = $1 and e.customer_id = asked.id and e.badge_id = $2
              and e.earn_event_date >= $4 and e.earn_event_date < $5 and e.revoked_on is null
        ) t
        "#,
        org.get(),
        badge.bytes(),
        &numbers(customers),
        from,
        to,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.customer, row.n)).collect())
}
