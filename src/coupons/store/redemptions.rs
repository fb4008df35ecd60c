//! Redemptions: read for pages and calls, locked and changed by deeds.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{CouponId, CustomerId, OrgId, RedemptionId, SeriesId};
use crate::coupons::redemption::{Redemption, Reversed};

struct Row {
    id: RedemptionId,
    coupon: CouponId,
    series: SeriesId,
    customer: CustomerId,
    redeemed_on: DateTime<Utc>,
    redeemed_till_id: Option<i64>,
    redeemed_by_name: String,
    transaction_number: Option<String>,
    bill_amount: Option<f64>,
    bill_id: Option<String>,
    custom_fields: Option<Value>,
    details: Option<String>,
    reversed_on: Option<DateTime<Utc>>,
    reversed_by_name: Option<String>,
    reverse_reason: Option<String>,
}

impl From<Row> for Redemption {
    fn from(row: Row) -> Self {
        Redemption {
            id: row.id,
            coupon: row.coupon,
            series: row.series,
            customer: row.customer,
            on: row.redeemed_on,
            till: row.redeemed_till_id,
            by_name: row.redeemed_by_name,
            transaction_number: row.transaction_number,
            bill_amount: row.bill_amount,
            bill_id: row.bill_id,
            custom_fields: row.custom_fields,
            details: row.details,
            reversed: row.reversed_on.map(|on| Reversed {
                on,
                by_name: row.reversed_by_name.unwrap_or_default(),
                reason: row.reverse_reason,
            }),
        }
    }
}

fn all(rows: Vec<Row>) -> Vec<Redemption> {
    rows.into_iter().map(Redemption::from).collect()
}

/// The redemptions of coupons, oldest first, reversed ones too.
pub async fn of_coupons(
    db: impl PgExecutor<'_>,
    org: OrgId,
    coupons: &[CouponId],
) -> sqlx::Result<Vec<Redemption>> {
    let coupons: Vec<i64> = coupons.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: RedemptionId", coupon_id as "coupon: CouponId", series_id as "series: SeriesId",
            customer_id as "customer: CustomerId", redeemed_on, redeemed_till_id, redeemed_by_name,
            transaction_number, bill_amount, bill_id, custom_fields, details, reversed_on,
            reversed_by_name, reverse_reason
        from coupon_redemptions where org_id = $1 and coupon_id = any($2)
        order by coupon_id, redeemed_on, id
        "#,
        org.get(),
        &coupons
    )
    .fetch_all(db)
    .await?;
    Ok(all(rows))
}

/// The last redemption of each coupon up to a moment that was not reversed.
pub async fn last_of(
    db: impl PgExecutor<'_>,
    org: OrgId,
    coupons: &[CouponId],
    until: DateTime<Utc>,
) -> sqlx::Result<HashMap<CouponId, RedemptionId>> {
    let coupons: Vec<i64> = coupons.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select distinct on (coupon_id) id as "id: RedemptionId", coupon_id as "coupon: CouponId"
        from coupon_redemptions
        where org_id = $1 and coupon_id = any($2) and reversed_on is null and redeemed_on <= $3
        order by coupon_id, redeemed_on desc, id desc
        "#,
        org.get(),
        &coupons,
        until,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.coupon, row.id)).collect())
}

/// The newest redemptions of one coupon, reversed ones too: served by `coupon_redemptions_by_coupon`.
pub async fn newest_of(
    db: impl PgExecutor<'_>,
    org: OrgId,
    coupon: CouponId,
    most: i64,
) -> sqlx::Result<Vec<Redemption>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: RedemptionId", coupon_id as "coupon: CouponId", series_id as "series: SeriesId",
            customer_id as "customer: CustomerId", redeemed_on, redeemed_till_id, redeemed_by_name,
            transaction_number, bill_amount, bill_id, custom_fields, details, reversed_on,
            reversed_by_name, reverse_reason
        from coupon_redemptions where org_id = $1 and coupon_id = $2
        order by id desc limit $3
        "#,
        org.get(),
        coupon.get(),
        most
    )
    .fetch_all(db)
    .await?;
    Ok(all(rows))
}

/// Redemptions by number, in the order of their numbers.
pub async fn load(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[RedemptionId],
) -> sqlx::Result<Vec<Redemption>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: RedemptionId", coupon_id as "coupon: CouponId", series_id as "series: SeriesId",
            customer_id as "customer: CustomerId", redeemed_on, redeemed_till_id, redeemed_by_name,
            transaction_number, bill_amount, bill_id, custom_fields, details, reversed_on,
            reversed_by_name, reverse_reason
        from coupon_redemptions where org_id = $1 and id = any($2) order by id
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(all(rows))
}

/// Takes back those that were not taken back yet: the redemptions as they are now.
pub async fn reverse(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[RedemptionId],
    on: DateTime<Utc>,
    by: &str,
    reason: Option<&str>,
) -> sqlx::Result<Vec<Redemption>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        update coupon_redemptions set reversed_on = $3, reversed_by_name = $4, reverse_reason = $5
        where org_id = $1 and id = any($2) and reversed_on is null
        returning id as "id: RedemptionId", coupon_id as "coupon: CouponId", series_id as "series: SeriesId",
            customer_id as "customer: CustomerId", redeemed_on, redeemed_till_id, redeemed_by_name,
            transaction_number, bill_amount, bill_id, custom_fields, details, reversed_on,
            reversed_by_name, reverse_reason
        "#,
        org.get(),
        &ids,
        on,
        by,
        reason
    )
    .fetch_all(db)
    .await?;
    Ok(all(rows))
}

/// Takes uses off coupons whose redemptions were taken back.
pub async fn give_back(
    db: &mut PgConnection,
    org: OrgId,
    coupons: &[(CouponId, i32)],
) -> sqlx::Result<()> {
    let ids: Vec<i64> = coupons.iter().map(|(id, _)| id.get()).collect();
    let counts: Vec<i32> = coupons.iter().map(|(_, count)| *count).collect();
    sqlx::query!(
        r#"
        update coupons set redeemed = redeemed - n.back
        from unnest($2::bigint[], $3::integer[]) as n (coupon, back)
        where org_id = $1 and id = n.coupon
        "#,
        org.get(),
        &ids,
        &counts
    )
    .execute(db)
    .await
    .map(drop)
}

/// What is mended in the details of a redemption; `None` keeps what is there.
#[derive(Debug, Clone, Default)]
pub struct Mended {
    /// The bill's number.
    pub transaction_number: Option<String>,
    /// Its amount.
    pub bill_amount: Option<f64>,
    /// Its id.
    pub bill_id: Option<String>,
    /// Custom fields.
    pub custom_fields: Option<Value>,
}

/// Locks a redemption.
pub async fn lock(
    db: &mut PgConnection,
    org: OrgId,
    id: RedemptionId,
) -> sqlx::Result<Option<Redemption>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id as "id: RedemptionId", coupon_id as "coupon: CouponId", series_id as "series: SeriesId",
            customer_id as "customer: CustomerId", redeemed_on, redeemed_till_id, redeemed_by_name,
            transaction_number, bill_amount, bill_id, custom_fields, details, reversed_on,
            reversed_by_name, reverse_reason
        from coupon_redemptions where org_id = $1 and id = $2 for no key update
        "#,
        org.get(),
        id.get()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Redemption::from))
}

/// Writes mended details.
pub async fn mend(
    db: &mut PgConnection,
    org: OrgId,
    id: RedemptionId,
    mended: &Mended,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update coupon_redemptions set transaction_number = coalesce($3, transaction_number),
            bill_amount = coalesce($4, bill_amount), bill_id = coalesce($5, bill_id),
            custom_fields = coalesce($6, custom_fields)
        where org_id = $1 and id = $2
        "#,
        org.get(),
        id.get(),
        mended.transaction_number,
        mended.bill_amount,
        mended.bill_id,
        mended.custom_fields
    )
    .execute(db)
    .await
    .map(drop)
}
