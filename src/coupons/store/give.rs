//! Giving coupons: what limits rest on, and the rows that come to be.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{BatchId, CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::coupon::{Coupon, Source};
use crate::coupons::series::code_key;
use crate::coupons::store::row::{Row, coupons};

/// What a customer holds of a series.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held {
    /// Coupons that were not revoked.
    pub count: i64,
    /// When the last one was issued, revoked ones included.
    pub last: Option<DateTime<Utc>>,
}

/// What these customers hold of these series.
pub async fn held(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: &[i64],
    customers: &[i64],
) -> sqlx::Result<HashMap<(SeriesId, CustomerId), Held>> {
    let rows = sqlx::query!(
        r#"
        select series_id as "series: SeriesId", customer_id as "customer!: CustomerId",
            count(*) filter (where revoked_on is null) as "count!", max(issued_on) as last
        from coupons
        where org_id = $1 and customer_id = any($3) and series_id = any($2)
        group by series_id, customer_id
        "#,
        org.get(),
        series,
        customers
    )
    .fetch_all(db)
    .await?;
    let held = rows
        .into_iter()
        .map(|row| ((row.series, row.customer), Held { count: row.count, last: row.last }));
    Ok(held.collect())
}

/// Which of these customers hold a living coupon of which of these series.
pub async fn holds_any(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: &[i64],
    customers: &[i64],
) -> sqlx::Result<HashSet<(CustomerId, i64)>> {
    let rows = sqlx::query!(
        r#"
        select distinct customer_id as "customer!: CustomerId", series_id
        from coupons
        where org_id = $1 and customer_id = any($3) and series_id = any($2) and revoked_on is null
        "#,
        org.get(),
        series,
        customers
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.customer, row.series_id)).collect())
}

/// A coupon about to be made for a customer.
#[derive(Debug, Clone)]
pub struct NewCoupon {
    /// Its series.
    pub series: SeriesId,
    /// As it will be shown.
    pub code: String,
    /// Whether it is a copy of a common code.
    pub generic: bool,
    /// The holder.
    pub customer: CustomerId,
    /// Its natural end.
    pub expires_on: Option<DateTime<Utc>>,
    /// How it came about.
    pub source: Source,
    /// The number of what it came from.
    pub reference: Option<String>,
    /// What the caller said about it.
    pub metadata: Option<Value>,
    /// The bill it goes with.
    pub bill_id: Option<String>,
    /// Its transaction.
    pub transaction_number: Option<String>,
    /// The batch it is counted in, if any.
    pub batch: Option<BatchId>,
}

/// Who issues, where and when: the same for all coupons of a deed.
#[derive(Debug, Clone)]
pub struct Hand {
    /// When.
    pub on: DateTime<Utc>,
    /// At which till.
    pub till: Option<i64>,
    /// By number.
    pub by: Option<i64>,
    /// By name.
    pub by_name: String,
    /// The import it is done for.
    pub import: Option<i64>,
}

/// Makes coupons. Those whose code somebody has already are left out: the caller draws others.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    hand: &Hand,
    new: &[NewCoupon],
) -> sqlx::Result<Vec<Coupon>> {
    let series: Vec<i64> = new.iter().map(|one| one.series.get()).collect();
    let codes: Vec<&str> = new.iter().map(|one| one.code.as_str()).collect();
    let keys: Vec<String> = new.iter().map(|one| code_key(&one.code)).collect();
    let generic: Vec<bool> = new.iter().map(|one| one.generic).collect();
    let customers: Vec<i64> = new.iter().map(|one| one.customer.get()).collect();
    let ends: Vec<Option<DateTime<Utc>>> = new.iter().map(|one| one.expires_on).collect();
    let sources: Vec<&str> = new.iter().map(|one| one.source.word()).collect();
    let references: Vec<Option<&str>> = new.iter().map(|one| one.reference.as_deref()).collect();
    let metadata: Vec<Option<&Value>> = new.iter().map(|one| one.metadata.as_ref()).collect();
    let bills: Vec<Option<&str>> = new.iter().map(|one| one.bill_id.as_deref()).collect();
    let numbers: Vec<Option<&str>> =
        new.iter().map(|one| one.transaction_number.as_deref()).collect();
    let batches: Vec<Option<i64>> = new.iter().map(|one| one.batch.map(BatchId::get)).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        insert into coupons (org_id, series_id, code, code_key, generic, customer_id, created_on,
            issued_on, issued_till_id, issued_by, issued_by_name, expires_on, source,
            source_reference, metadata, bill_id, transaction_number, batch_id, import_id)
        select $1, n.series_id, n.code, n.code_key, n.generic, n.customer_id, $2,
            $2, $3, $4, $5, n.expires_on, n.source, n.reference, n.metadata, n.bill_id,
            n.transaction_number, n.batch_id, $6
        from unnest($7::bigint[], $8::text[], $9::text[], $10::boolean[], $11::bigint[],
            $12::timestamptz[], $13::text[], $14::text[], $15::jsonb[], $16::text[], $17::text[],
            $18::bigint[])
            as n (series_id, code, code_key, generic, customer_id, expires_on, source, reference,
                  metadata, bill_id, transaction_number, batch_id)
        on conflict do nothing
        returning id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        "#,
        org.get(),
        hand.on,
        hand.till,
        hand.by,
        hand.by_name,
        hand.import,
        &series,
        &codes as _,
        &keys as _,
        &generic,
        &customers,
        &ends as _,
        &sources as _,
        &references as _,
        &metadata as _,
        &bills as _,
        &numbers as _,
        &batches as _,
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}
