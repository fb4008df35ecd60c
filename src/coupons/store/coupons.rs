//! Coupons one at a time and by the handful: by number, by code, by holder; locked where a deed wants it.

use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{BatchId, CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::store::row::{Row, coupons};

/// Which of these codes, compared, are living coupons of their own.
pub async fn living(
    db: impl PgExecutor<'_>,
    org: OrgId,
    keys: &[String],
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select code_key from coupons
           where org_id = $1 and code_key = any($2) and not generic and revoked_on is null"#,
        org.get(),
        keys
    )
    .fetch_all(db)
    .await
}

/// Coupons by number, in the order of their numbers.
pub async fn load(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[CouponId],
) -> sqlx::Result<Vec<Coupon>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons where org_id = $1 and id = any($2) order by id
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}

/// The same, locked until the act ends, in the order of their numbers. A row that changed while we
/// waited is read as it became.
pub async fn lock(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CouponId],
) -> sqlx::Result<Vec<Coupon>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons where org_id = $1 and id = any($2) order by id for no key update
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}

/// Coupons of their own by code, revoked ones too; served by `coupons_code` and `coupons_code_others`.
pub async fn by_codes(
    db: impl PgExecutor<'_>,
    org: OrgId,
    keys: &[String],
) -> sqlx::Result<Vec<Coupon>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id!: CouponId", series_id as "series!: SeriesId", code as "code!", generic as "generic!",
            redeemed as "redeemed!",
            customer_id as "customer: CustomerId", created_on as "created_on!", issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source as "source!", source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons where org_id = $1 and code_key = any($2) and not generic and revoked_on is null
        union all
        select id as "id!: CouponId", series_id as "series!: SeriesId", code as "code!", generic as "generic!",
            redeemed as "redeemed!",
            customer_id as "customer: CustomerId", created_on as "created_on!", issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source as "source!", source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons where org_id = $1 and code_key = any($2) and not generic and revoked_on is not null
        "#,
        org.get(),
        keys
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}

/// A customer's copies of common codes, revoked ones too.
pub async fn copies_of(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: &[SeriesId],
    customer: CustomerId,
) -> sqlx::Result<Vec<Coupon>> {
    let series: Vec<i64> = series.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and customer_id = $3 and series_id = any($2) and generic order by id
        "#,
        org.get(),
        &series,
        customer.get()
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}

/// Holders of a common code, oldest first, a page at a time: what a look-up by such a code lists.
pub async fn holders_of_generic(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    after: Option<CouponId>,
    most: i64,
) -> sqlx::Result<Vec<Coupon>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and series_id = $2 and generic and id > $3
        order by id limit $4
        "#,
        org.get(),
        series.get(),
        after.map_or(0, CouponId::get),
        most
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}

/// Series with these common codes, compared.
pub async fn generic_series(
    db: impl PgExecutor<'_>,
    org: OrgId,
    keys: &[String],
) -> sqlx::Result<Vec<(SeriesId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: SeriesId", generic_key as "key!" from coupon_series
           where org_id = $1 and generic_key = any($2) and archived_on is null"#,
        org.get(),
        keys
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.key)).collect())
}

/// Everything a customer holds or held, newest first.
pub async fn of_customer(
    db: impl PgExecutor<'_>,
    org: OrgId,
    customer: CustomerId,
    series: Option<&[i64]>,
    most: i64,
) -> sqlx::Result<Vec<Coupon>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and customer_id = $2 and ($3::bigint[] is null or series_id = any($3))
        order by issued_on desc, id desc limit $4
        "#,
        org.get(),
        customer.get(),
        series,
        most
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}

/// What several customers hold of one series, locked, in the order of their numbers.
pub async fn lock_held(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    customers: &[CustomerId],
) -> sqlx::Result<Vec<Coupon>> {
    let customers: Vec<i64> = customers.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and customer_id = any($3) and series_id = $2 and revoked_on is null
        order by id for no key update
        "#,
        org.get(),
        series.get(),
        &customers
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}
