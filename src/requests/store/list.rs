//! Requests in lists: the console's by place, the wire's by number of the page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::one::Row;
use crate::base::ids::{BadgeId, CustomerId, OrgId};
use crate::base::list::Listing;
use crate::requests::request::{Kind, Request, State};

/// As many as the navigation counts.
pub const COUNTED: i64 = 100;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// In this state.
    pub state: Option<State>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Made by this member of staff.
    pub maker: Option<i64>,
    /// Behind this one.
    pub after: Option<Place>,
}

/// The last row of a page.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Place(Uuid);

/// A line of the console's list.
#[derive(Debug)]
pub struct Line {
    /// The request.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// How far it is.
    pub state: String,
    /// What the badge is called.
    pub badge: String,
    /// How many customers.
    pub customers: i32,
    /// The first of them.
    pub first: CustomerId,
    /// Its name; blank where there is none.
    pub first_name: String,
    /// Its last name.
    pub last_name: String,
    /// Who asked.
    pub maker: String,
    /// When.
    pub made_on: DateTime<Utc>,
    /// Who decided.
    pub checker: Option<String>,
}

/// Newest first. The primary key serves the whole list, `approval_requests_by_state` and `_by_maker` one
/// filter each.
pub async fn page(
    db: &mut PgConnection,
    org: OrgId,
    bounds: &Bounds,
    size: usize,
) -> sqlx::Result<Listing<Line, Place>> {
    let rows = sqlx::query_as!(
        Line,
        r#"
        select r.id, r.kind, r.state, b.name as badge, cardinality(r.customer_ids) as "customers!",
            r.customer_ids[1] as "first!: CustomerId", coalesce(c.first_name, '') as "first_name!",
            coalesce(c.last_name, '') as "last_name!", r.maker_name as maker, r.made_on,
            r.checker_name as checker
        from approval_requests r
        join badges b on b.org_id = $1 and b.id = r.badge_id
        left join customers c on c.org_id = $1 and c.id = r.customer_ids[1]
        where r.org_id = $1
          and ($2::text is null or r.state = $2)
          and ($3::text is null or r.kind = $3)
          and ($4::bigint is null or (r.maker_kind = 'staff' and r.maker_id = $4))
          and ($5::uuid is null or r.id < $5)
        order by r.id desc
        limit $6
        "#,
        org.get(),
        bounds.state.map(State::word),
        bounds.kind.map(Kind::word),
        bounds.maker,
        bounds.after.map(|place| place.0),
        i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1),
    )
    .fetch_all(db)
    .await?;
    Ok(Listing::trim(rows, size, |line| Place(line.id)))
}

/// How many wait, up to a hundred.
pub async fn waiting(db: &mut PgConnection, org: OrgId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from (
            select 1 as one from approval_requests where org_id = $1 and state = 'AdminTask' limit $2
        ) as counted
        "#,
        org.get(),
        COUNTED
    )
    .fetch_one(db)
    .await
}

/// What a caller of the API asks for.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// In one of these states; none: in any.
    pub states: Vec<String>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Made by the one with this number.
    pub user: Option<i64>,
    /// Made from here on.
    pub since: Option<DateTime<Utc>>,
    /// Made until here.
    pub until: Option<DateTime<Utc>>,
    /// From this till.
    pub till: Option<String>,
    /// From this store.
    pub store: Option<String>,
    /// From this zone.
    pub zone: Option<String>,
    /// From this concept.
    pub concept: Option<String>,
    /// Sorted by the end instead of the start.
    pub by_end: bool,
    /// Oldest first.
    pub oldest: bool,
    /// Rows of a page.
    pub limit: i64,
    /// Rows before it.
    pub offset: i64,
}

macro_rules! sorted_by {
    ($name:ident, $order:literal) => {
        async fn $name(db: &mut PgConnection, org: OrgId, ask: &Order) -> sqlx::Result<Vec<Row>> {
            sqlx::query_as!(
                Row,
                "select id, kind, state, badge_id as \"badge_id: BadgeId\", customer_ids, request_id, event_on,
                     owner_type, reference_id, till_id, store_id, zone_id, concept_id, sent, maker_kind,
                     maker_id, maker_name, made_on, checker_kind, checker_id, checker_name, ended_on,
                     message, outcome, reason
                 from approval_requests
                 where org_id = $1
                   and (cardinality($2::text[]) = 0 or state = any($2))
                   and ($3::text is null or kind = $3)
                   and ($4::bigint is null or maker_id = $4)
                   and ($5::timestamptz is null or made_on >= $5)
                   and ($6::timestamptz is null or made_on <= $6)
                   and ($7::text is null or till_id = $7)
                   and ($8::text is null or store_id = $8)
                   and ($9::text is null or zone_id = $9)
                   and ($10::text is null or concept_id = $10)
                 order by " + $order + " limit $11 offset $12",
                org.get(),
                &ask.states,
                ask.kind.map(Kind::word),
                ask.user,
                ask.since,
                ask.until,
                ask.till.as_deref(),
                ask.store.as_deref(),
                ask.zone.as_deref(),
                ask.concept.as_deref(),
                ask.limit,
                ask.offset,
            )
            .fetch_all(db)
            .await
        }
    };
}

sorted_by!(newest_made, "id desc");
sorted_by!(oldest_made, "id");
sorted_by!(newest_ended, "ended_on desc nulls last, id desc");
sorted_by!(oldest_ended, "ended_on, id");

/// A page of requests as the API sorts them.
pub async fn sorted(db: &mut PgConnection, org: OrgId, ask: &Order) -> sqlx::Result<Vec<Request>> {
    let rows = match (ask.by_end, ask.oldest) {
        (false, false) => newest_made(db, org, ask).await?,
        (false, true) => oldest_made(db, org, ask).await?,
        (true, false) => newest_ended(db, org, ask).await?,
        (true, true) => oldest_ended(db, org, ask).await?,
    };
    Ok(rows.into_iter().map(Request::from).collect())
}
