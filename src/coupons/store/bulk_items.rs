//! What became of each coupon of a bulk run.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{BulkRunId, CouponId, CustomerId, OrgId};

/// What became of a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub coupon: CouponId,
    /// `DONE`, or the word of the refusal.
    pub outcome: &'static str,
    /// The moved end it had before.
    pub ended_before: Option<DateTime<Utc>>,
}

/// Keeps outcomes.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    run: BulkRunId,
    items: &[Item],
) -> sqlx::Result<()> {
    let coupons: Vec<i64> = items.iter().map(|item| item.coupon.get()).collect();
    let outcomes: Vec<&str> = items.iter().map(|item| item.outcome).collect();
    let before: Vec<Option<DateTime<Utc>>> = items.iter().map(|item| item.ended_before).collect();
    sqlx::query!(
        r#"
        insert into coupon_bulk_items (org_id, run_id, coupon_id, outcome, ended_before)
        select $1, $2, n.coupon_id, n.outcome, n.ended_before
        from unnest($3::bigint[], $4::text[], $5::timestamptz[])
            as n (coupon_id, outcome, ended_before)
        "#,
        org.get(),
        run.get(),
        &coupons,
        &outcomes as _,
        &before as _,
    )
    .execute(db)
    .await
    .map(drop)
}

/// The moved ends that coupons had before a run changed them.
pub async fn befores(
    db: impl PgExecutor<'_>,
    org: OrgId,
    run: BulkRunId,
    coupons: &[CouponId],
) -> sqlx::Result<HashMap<CouponId, Option<DateTime<Utc>>>> {
    let ids: Vec<i64> = coupons.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select coupon_id as "coupon: CouponId", ended_before from coupon_bulk_items
        where org_id = $1 and run_id = $2 and coupon_id = any($3) and outcome = 'DONE'
        "#,
        org.get(),
        run.get(),
        &ids,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.coupon, row.ended_before)).collect())
}

/// A line of the result.
#[derive(Debug)]
pub struct ResultRow {
    /// The coupon.
    pub coupon: CouponId,
    /// Its code.
    pub code: String,
    /// Who holds it.
    pub customer: Option<CustomerId>,
    /// `DONE`, or the word of the refusal.
    pub outcome: String,
}

/// The result of a run in the order of the coupons' numbers, from one on.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    run: BulkRunId,
    after: i64,
    most: i64,
) -> sqlx::Result<Vec<ResultRow>> {
    sqlx::query_as!(
        ResultRow,
        r#"
        select i.coupon_id as "coupon: CouponId", c.code,
            c.customer_id as "customer: CustomerId", i.outcome
        from coupon_bulk_items i
        join coupons c on c.org_id = $1 and c.id = i.coupon_id
        where i.org_id = $1 and i.run_id = $2 and i.coupon_id > $3
        order by i.coupon_id limit $4
        "#,
        org.get(),
        run.get(),
        after,
        most,
    )
    .fetch_all(db)
    .await
}
