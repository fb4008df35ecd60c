//! What must be known before rows are judged: customers and what they hold, locked for the chunk.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CouponId, CustomerId, OrgId};
use crate::coupons::series::Series;

/// What is known of one customer.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: CustomerId,
    pub(super) status: String,
    pub(super) fraud: String,
}

/// Customers of a chunk, locked in the order of their numbers.
pub(super) async fn lock_people(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[i64],
) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        r#"
        select id as "id: CustomerId", status_code as status, fraud_status as fraud from customers
        where org_id = $1 and id = any($2) and deleted_at is null
        order by id
        for no key update
        "#,
        org.get(),
        ids,
    )
    .fetch_all(db)
    .await
}

/// Which customers these numbers are: a merged one answers with the survivor, a deleted one not at all.
pub(super) async fn numbered(
    db: &mut PgConnection,
    org: OrgId,
    numbers: &[i64],
) -> sqlx::Result<Vec<(i64, CustomerId)>> {
    let rows = sqlx::query!(
        r#"
        select id, coalesce(merged_into, id) as "survivor!: CustomerId" from customers
        where org_id = $1 and id = any($2) and deleted_at is null
        "#,
        org.get(),
        numbers,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.survivor)).collect())
}

/// What a customer holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Holds {
    /// Coupons of the series, revoked ones not counted.
    pub(super) held: i64,
    /// The newest of them that is still good.
    pub(super) usable: Option<CouponId>,
    /// When they last got one, revoked ones included.
    pub(super) last_issued: Option<DateTime<Utc>>,
    /// Whether they hold a coupon of a series that excludes this one.
    pub(super) excluded: bool,
}

/// What the customers of a chunk hold. `coupons_by_customer` serves it.
pub(super) async fn holds(
    db: &mut PgConnection,
    org: OrgId,
    series: &Series,
    ids: &[i64],
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<CustomerId, Holds>> {
    let rows = sqlx::query!(
        r#"
        select customer_id as "customer!: CustomerId",
            count(*) filter (where series_id = $2 and revoked_on is null) as "held!",
            max(issued_on) filter (where series_id = $2) as last_issued,
            max(id) filter (where series_id = $2 and revoked_on is null and (redeemed = 0 or $6)
                and coalesce(expiry_override > $5, expires_on is null or expires_on >= $5))
                as "usable: CouponId",
            coalesce(bool_or(series_id <> $2 and revoked_on is null), false) as "excluded!"
        from coupons
        where org_id = $1 and customer_id = any($3) and (series_id = $2 or series_id = any($4))
        group by customer_id
        "#,
        org.get(),
        series.id.get(),
        ids,
        &series.excluded_ids(),
        now,
        series.redeem.multiple_use,
    )
    .fetch_all(db)
    .await?;
    let holds = rows.into_iter().map(|row| {
        let holds = Holds {
            held: row.held,
            usable: row.usable,
            last_issued: row.last_issued,
            excluded: row.excluded,
        };
        (row.customer, holds)
    });
    Ok(holds.collect())
}

/// Coupons issued of a series that has a limit. Its counter's slot 0 is locked first: who issues after
/// us waits, and reads what we add.
pub(super) async fn lock_issued(
    db: &mut PgConnection,
    org: OrgId,
    series: &Series,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select issued from coupon_series_counters
        where org_id = $1 and series_id = $2 and slot = 0 for update
        "#,
        org.get(),
        series.id.get(),
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"
        select coalesce(sum(issued), 0)::bigint as "issued!" from coupon_series_counters
        where org_id = $1 and series_id = $2
        "#,
        org.get(),
        series.id.get(),
    )
    .fetch_one(db)
    .await
}

/// Which of these codes cannot be taken: a living coupon has them, or an offer has them for its common
/// code. `coupons_code` and `coupon_series_generic_code` serve it.
pub(super) async fn taken(
    db: &mut PgConnection,
    org: OrgId,
    keys: &[String],
) -> sqlx::Result<HashSet<String>> {
    let keys = sqlx::query_scalar!(
        r#"
        select code_key as "key!" from coupons
        where org_id = $1 and code_key = any($2) and not generic and revoked_on is null
        union all
        select generic_key from coupon_series
        where org_id = $1 and generic_key = any($2) and archived_on is null
        "#,
        org.get(),
        keys,
    )
    .fetch_all(db)
    .await?;
    Ok(keys.into_iter().collect())
}
