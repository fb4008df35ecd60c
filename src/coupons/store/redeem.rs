//! Redeeming: how often was used before, and the uses that come to be.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{CouponId, CustomerId, OrgId, RedemptionId, SeriesId};

/// What a customer redeemed in a series.
#[derive(Debug, Clone, Copy, Default)]
pub struct Past {
    /// How many.
    pub count: i64,
    /// The last one.
    pub last: Option<DateTime<Utc>>,
}

/// What a customer redeemed in these series; what was reversed does not count.
pub async fn past(
    db: impl PgExecutor<'_>,
    org: OrgId,
    customer: CustomerId,
    series: &[i64],
) -> sqlx::Result<HashMap<SeriesId, Past>> {
    let rows = sqlx::query!(
        r#"
        select series_id as "series: SeriesId", count(*) as "count!", max(redeemed_on) as last
        from coupon_redemptions
        where org_id = $1 and customer_id = $2 and series_id = any($3) and reversed_on is null
        group by series_id
        "#,
        org.get(),
        customer.get(),
        series
    )
    .fetch_all(db)
    .await?;
    let past = rows.into_iter().map(|row| (row.series, Past { count: row.count, last: row.last }));
    Ok(past.collect())
}

/// How often these customers used these coupons: pairs of coupon and customer.
pub async fn uses(
    db: impl PgExecutor<'_>,
    org: OrgId,
    pairs: &[(CouponId, CustomerId)],
) -> sqlx::Result<HashMap<(CouponId, CustomerId), i64>> {
    let coupons: Vec<i64> = pairs.iter().map(|(coupon, _)| coupon.get()).collect();
    let customers: Vec<i64> = pairs.iter().map(|(_, customer)| customer.get()).collect();
    let rows = sqlx::query!(
        r#"
        select r.coupon_id as "coupon: CouponId", r.customer_id as "customer: CustomerId",
            count(*) as "count!"
        from unnest($2::bigint[], $3::bigint[]) as p (coupon, customer)
        join coupon_redemptions r on r.org_id = $1 and r.coupon_id = p.coupon
            and r.customer_id = p.customer and r.reversed_on is null
        where r.org_id = $1
        group by r.coupon_id, r.customer_id
        "#,
        org.get(),
        &coupons,
        &customers
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.coupon, row.customer), row.count)).collect())
}

/// How often customers redeemed in these series, each by each: for lists that show what is left.
pub async fn past_of_many(
    db: impl PgExecutor<'_>,
    org: OrgId,
    customers: &[i64],
    series: &[i64],
) -> sqlx::Result<HashMap<(CustomerId, SeriesId), i64>> {
    let rows = sqlx::query!(
        r#"
        select customer_id as "customer: CustomerId", series_id as "series: SeriesId",
            count(*) as "count!"
        from coupon_redemptions
        where org_id = $1 and customer_id = any($2) and series_id = any($3) and reversed_on is null
        group by customer_id, series_id
        "#,
        org.get(),
        customers,
        series
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.customer, row.series), row.count)).collect())
}

/// A use about to be noted.
#[derive(Debug, Clone)]
pub struct NewUse {
    /// Of which coupon.
    pub coupon: CouponId,
    /// Of which series.
    pub series: SeriesId,
    /// Whether the series lets a code be used once.
    pub once: bool,
}

/// What is the same for all uses of a deed.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// At which till.
    pub till: Option<i64>,
    /// Who entered it, by number.
    pub by: Option<i64>,
    /// By name.
    pub by_name: String,
    /// The bill's number.
    pub transaction_number: Option<String>,
    /// Its amount.
    pub bill_amount: Option<f64>,
    /// Its id.
    pub bill_id: Option<String>,
    /// Custom fields.
    pub custom_fields: Option<Value>,
    /// Anything else that was said.
    pub details: Option<String>,
}

/// Notes uses and counts them on their coupons.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    on: DateTime<Utc>,
    note: &Note,
    new: &[NewUse],
) -> sqlx::Result<HashMap<CouponId, RedemptionId>> {
    let coupons: Vec<i64> = new.iter().map(|one| one.coupon.get()).collect();
    let series: Vec<i64> = new.iter().map(|one| one.series.get()).collect();
    let once: Vec<bool> = new.iter().map(|one| one.once).collect();
    sqlx::query!(
        "update coupons set redeemed = redeemed + 1 where org_id = $1 and id = any($2)",
        org.get(),
        &coupons
    )
    .execute(&mut *db)
    .await?;
    let rows = sqlx::query!(
        r#"
        insert into coupon_redemptions (org_id, coupon_id, series_id, customer_id, once, redeemed_on,
            redeemed_till_id, redeemed_by, redeemed_by_name, transaction_number, bill_amount,
            bill_id, custom_fields, details)
        select $1, n.coupon_id, n.series_id, $2, n.once, $3, $4, $5, $6, $7, $8, $9, $10, $11
        from unnest($12::bigint[], $13::bigint[], $14::boolean[]) as n (coupon_id, series_id, once)
        returning id as "id: RedemptionId", coupon_id as "coupon: CouponId"
        "#,
        org.get(),
        customer.get(),
        on,
        note.till,
        note.by,
        note.by_name,
        note.transaction_number,
        note.bill_amount,
        note.bill_id,
        note.custom_fields,
        note.details,
        &coupons,
        &series,
        &once
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.coupon, row.id)).collect())
}
