//! Handing out stock: codes that lie ready, oldest first, no two callers the same one.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Executor, PgConnection};

use crate::base::ids::{BatchId, CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::store::give::{Hand, NewCoupon};
use crate::coupons::store::row::{Row, coupons};

/// Takes up to so many codes of the stock, locked until the act ends.
///
/// Codes that other acts hold are passed over. When that leaves too few, "empty" may be false: those
/// acts may still give theirs back. Then what was taken is let go, and everything is taken again in
/// order, waiting; since whoever waits holds only older codes than the one waited for, nobody waits in
/// a ring.
pub async fn take(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    count: i64,
) -> sqlx::Result<Vec<CouponId>> {
    db.execute(sqlx::raw_sql("savepoint coupon_stock")).await?;
    let quick = sqlx::query_scalar!(
        r#"
        select id as "id: CouponId" from coupons
        where org_id = $1 and series_id = $2 and customer_id is null and revoked_on is null
        order by created_on, id limit $3 for no key update skip locked
        "#,
        org.get(),
        series.get(),
        count
    )
    .fetch_all(&mut *db)
    .await?;
    if quick.len() as i64 == count {
        db.execute(sqlx::raw_sql("release savepoint coupon_stock")).await?;
        return Ok(quick);
    }
    db.execute(sqlx::raw_sql("rollback to savepoint coupon_stock; release savepoint coupon_stock"))
        .await?;
    sqlx::query_scalar!(
        r#"
        select id as "id: CouponId" from coupons
        where org_id = $1 and series_id = $2 and customer_id is null and revoked_on is null
        order by created_on, id limit $3 for no key update
        "#,
        org.get(),
        series.get(),
        count
    )
    .fetch_all(db)
    .await
}

/// Gives taken codes to their customers. They stay codes of the batch that made them; the import that
/// issues them is the one they go back with.
pub async fn give(
    db: &mut PgConnection,
    org: OrgId,
    hand: &Hand,
    taken: &[(CouponId, NewCoupon)],
) -> sqlx::Result<Vec<Coupon>> {
    let ids: Vec<i64> = taken.iter().map(|(id, _)| id.get()).collect();
    let customers: Vec<i64> = taken.iter().map(|(_, new)| new.customer.get()).collect();
    let ends: Vec<Option<DateTime<Utc>>> = taken.iter().map(|(_, new)| new.expires_on).collect();
    let sources: Vec<&str> = taken.iter().map(|(_, new)| new.source.word()).collect();
    let references: Vec<Option<&str>> =
        taken.iter().map(|(_, new)| new.reference.as_deref()).collect();
    let metadata: Vec<Option<&Value>> =
        taken.iter().map(|(_, new)| new.metadata.as_ref()).collect();
    let bills: Vec<Option<&str>> = taken.iter().map(|(_, new)| new.bill_id.as_deref()).collect();
    let numbers: Vec<Option<&str>> =
        taken.iter().map(|(_, new)| new.transaction_number.as_deref()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        update coupons set customer_id = n.to_customer, issued_on = $2, issued_till_id = $3,
            issued_by = $4, issued_by_name = $5, expires_on = n.ends, source = n.from_source,
            source_reference = n.reference, metadata = n.said, bill_id = n.bill,
            transaction_number = n.number, import_id = coalesce($14, import_id)
        from unnest($6::bigint[], $7::bigint[], $8::timestamptz[], $9::text[], $10::text[],
            $11::jsonb[], $12::text[], $13::text[])
            as n (coupon, to_customer, ends, from_source, reference, said, bill, number)
        where org_id = $1 and id = n.coupon and customer_id is null
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
        &ids,
        &customers,
        &ends as _,
        &sources as _,
        &references as _,
        &metadata as _,
        &bills as _,
        &numbers as _,
        hand.import,
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}
