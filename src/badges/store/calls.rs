//! What programs ask about badges and no page does: a list by offset with its total, the counts of
//! several badges, and how many were issued in each of some windows.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::badges::badge::name_key;
use crate::base::ids::{BadgeId, CustomerId, OrgId};

/// By what a program may have its list sorted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The id: by creation.
    #[default]
    Id,
    /// The name, case folded.
    Name,
    /// The start date.
    Start,
}

/// What a program asks of the list. Empty and absent: no filter.
#[derive(Debug, Default, Clone)]
pub struct Asked {
    /// Part of a name, in any case.
    pub name: Option<String>,
    /// Statuses, as sent.
    pub statuses: Vec<&'static str>,
    /// Whether it may be issued.
    pub active: Option<bool>,
    /// Issue types, as sent; both filters must agree.
    pub types: [Option<&'static str>; 2],
    /// Modules that may use it.
    pub owners: Vec<&'static str>,
    /// Modules that do.
    pub claimants: Vec<&'static str>,
    /// Only those nobody uses.
    pub unclaimed: bool,
    /// Starting at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Ending at this instant or earlier.
    pub to: Option<DateTime<Utc>>,
    /// By what it is sorted.
    pub by: By,
    /// Whether the other way round.
    pub down: bool,
}

/// How many badges are asked for, and the ids of a page of them in order. A brand's definitions are
/// few: counting them is no scan that grows.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    asked: &Asked,
    now: DateTime<Utc>,
    (offset, size): (i64, i64),
) -> sqlx::Result<(i64, Vec<BadgeId>)> {
    let name = asked.name.as_deref().map(name_key);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let [first, second] = asked.types;
    let row = sqlx::query!(
        r#"
        with hits as (
            select b.id, b.name_key, b.start_on from badges b
            where b.org_id = $1
              and ($3::text is null or strpos(b.name_key, $3) > 0)
              and (cardinality($4::text[]) = 0
                   or case when b.start_on > $2 then 'UPCOMING' when b.expires_on >= $2 then 'LIVE'
                      else 'EXPIRED' end = any($4))
              and ($5::boolean is null or b.active = $5)
              and ($6::text is null or b.earn_type = $6)
              and ($7::text is null or b.earn_type = $7)
              and (cardinality($8::text[]) = 0 or exists (select from badge_owners o
                   where o.org_id = $1 and o.badge_id = b.id and o.owner = any($8)))
              and (cardinality($9::text[]) = 0 or exists (select from badge_claims c
                   where c.org_id = $1 and c.badge_id = b.id and c.is_active and c.owner_type = any($9)))
              and (not $10::boolean or not exists (select from badge_claims c
                   where c.org_id = $1 and c.badge_id = b.id and c.is_active))
              and ($11::timestamptz is null or b.start_on >= $11)
              and ($12::timestamptz is null or b.expires_on <= $12)
        )
        select (select count(*) from hits) as "total!",
            array(select id from hits
                  order by case when $13 = 'name' and not $14 then name_key end,
                      case when $13 = 'name' and $14 then name_key end desc,
                      case when $13 = 'start' and not $14 then start_on end,
                      case when $13 = 'start' and $14 then start_on end desc,
                      case when not $14 then id end,
                      id desc
                  offset $15 limit $16) as "ids!: Vec<BadgeId>"
        "#,
        org.get(),
        now,
        name,
        &words(&asked.statuses),
        asked.active,
        first,
        second,
        &words(&asked.owners),
        &words(&asked.claimants),
        asked.unclaimed,
        asked.from,
        asked.to,
        match asked.by {
            By::Id => "id",
            By::Name => "name",
            By::Start => "start",
        },
        asked.down,
        offset,
        size
    )
    .fetch_one(db)
    .await?;
    Ok((row.total, row.ids))
}

/// How many were enrolled and issued of each badge, revoked ones not counted; none where none were.
pub async fn counts(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[BadgeId],
) -> sqlx::Result<HashMap<BadgeId, (i64, i64)>> {
    let bytes: Vec<Vec<u8>> = ids.iter().map(|id| id.bytes().to_vec()).collect();
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", coalesce(sum(enrolled), 0)::bigint as "enrolled!",
            coalesce(sum(earned), 0)::bigint as "earned!"
        from badge_counters where org_id = $1 and badge_id = any($2) group by badge_id
        "#,
        org.get(),
        &bytes
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.badge_id, (row.enrolled, row.earned))).collect())
}

/// A stretch of time: from its first instant to before its end.
pub type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// How many of a badge were issued by the date of their event in each of some stretches, revoked ones
/// not counted: to one customer, or to all.
pub async fn issued_in(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    customer: Option<CustomerId>,
    stretches: &[Stretch],
) -> sqlx::Result<Vec<i64>> {
    let (from, to): (Vec<_>, Vec<_>) = stretches.iter().copied().unzip();
    match customer {
        Some(customer) => {
            sqlx::query_scalar!(
                r#"
                select (select count(*) from badge_earns e
                        where e.org_id = $1 and e.badge_id = $2 and e.customer_id = $3 and e.revoked_on is null
                          and e.earn_event_date >= s.first and e.earn_event_date < s.after) as "issued!"
                from unnest($4::timestamptz[], $5::timestamptz[]) with ordinality as s (first, after, place)
                order by s.place
                "#,
                org.get(),
                badge.bytes(),
                customer.get(),
                &from,
                &to
            )
            .fetch_all(db)
            .await
        }
        None => {
            sqlx::query_scalar!(
                r#"
                select (select count(*) from badge_earns e
                        where e.org_id = $1 and e.badge_id = $2 and e.revoked_on is null
                          and e.earn_event_date >= s.first and e.earn_event_date < s.after) as "issued!"
                from unnest($3::timestamptz[], $4::timestamptz[]) with ordinality as s (first, after, place)
                order by s.place
                "#,
                org.get(),
                badge.bytes(),
                &from,
                &to
            )
            .fetch_all(db)
            .await
        }
    }
}
