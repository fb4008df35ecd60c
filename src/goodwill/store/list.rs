//! Requests in lists, newest first.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::row::{Row, requests};
use crate::base::ids::{CouponId, CustomerId, GoodwillId, OrgId, SeriesId};
use crate::base::list::Listing;
use crate::goodwill::request::{State, Told, Way};

/// As many as the navigation counts.
pub const COUNTED: i64 = 100;
/// As many as an answer counts.
pub const MOST_COUNTED: i64 = 10_000;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// In one of these states; none: in any.
    pub states: Vec<State>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Made by this member of staff.
    pub maker: Option<i64>,
    /// From this number on.
    pub first: Option<i64>,
    /// Up to this number.
    pub last: Option<i64>,
    /// Asked for from here on.
    pub since: Option<DateTime<Utc>>,
    /// Asked for until here.
    pub until: Option<DateTime<Utc>>,
    /// Come to their decision so.
    pub way: Option<Way>,
    /// Behind this one.
    pub after: Option<Place>,
    /// Rows left out before the page, for those who page by number.
    pub skip: i64,
}

impl Bounds {
    fn states(&self) -> Vec<String> {
        self.states.iter().map(|state| state.word().to_owned()).collect()
    }
}

/// The last row of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    at: DateTime<Utc>,
    id: GoodwillId,
}

/// A page. `goodwill_requests_by_time` serves the whole list, `_by_state`, `_by_maker` and `_by_customer`
/// one filter each.
pub async fn page(
    db: &mut PgConnection,
    org: OrgId,
    bounds: &Bounds,
    size: usize,
) -> sqlx::Result<Listing<Told, Place>> {
    let rows = requests!(
        "and (cardinality($2::text[]) = 0 or g.state = any($2))
         and ($3::bigint is null or g.customer_id = $3)
         and ($4::bigint is null or (g.maker_kind = 'staff' and g.maker_id = $4))
         and ($5::bigint is null or g.id >= $5)
         and ($6::bigint is null or g.id <= $6)
         and ($7::timestamptz is null or g.asked_on >= $7)
         and ($8::timestamptz is null or g.asked_on <= $8)
         and ($9::text is null or g.way = $9)
         and ($10::timestamptz is null or (g.asked_on, g.id) < ($10, $11::bigint))
         order by g.asked_on desc, g.id desc limit $12 offset $13",
        org.get(),
        &bounds.states(),
        bounds.customer.map(CustomerId::get),
        bounds.maker,
        bounds.first,
        bounds.last,
        bounds.since,
        bounds.until,
        bounds.way.map(Way::word),
        bounds.after.map(|place| place.at),
        bounds.after.map(|place| place.id.get()),
        i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1),
        bounds.skip,
    )
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter().map(Told::from).collect();
    Ok(Listing::trim(rows, size, |told: &Told| Place {
        at: told.request.asked_on,
        id: told.request.id,
    }))
}

/// How many there are, up to [`MOST_COUNTED`].
pub async fn count(db: &mut PgConnection, org: OrgId, bounds: &Bounds) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from (
            select 1 as one from goodwill_requests g
            where g.org_id = $1
              and (cardinality($2::text[]) = 0 or g.state = any($2))
              and ($3::bigint is null or g.customer_id = $3)
              and ($4::bigint is null or g.id >= $4)
              and ($5::bigint is null or g.id <= $5)
              and ($6::timestamptz is null or g.asked_on >= $6)
              and ($7::timestamptz is null or g.asked_on <= $7)
              and ($8::text is null or g.way = $8)
            limit $9
        ) as counted
        "#,
        org.get(),
        &bounds.states(),
        bounds.customer.map(CustomerId::get),
        bounds.first,
        bounds.last,
        bounds.since,
        bounds.until,
        bounds.way.map(Way::word),
        MOST_COUNTED,
    )
    .fetch_one(db)
    .await
}

/// How many wait, up to a hundred.
pub async fn waiting(db: &mut PgConnection, org: OrgId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from (
            select 1 as one from goodwill_requests where org_id = $1 and state = 'PENDING' limit $2
        ) as counted
        "#,
        org.get(),
        COUNTED
    )
    .fetch_one(db)
    .await
}
