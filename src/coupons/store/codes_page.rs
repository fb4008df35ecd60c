//! A series' codes, a page at a time at ten million of them.

use sqlx::PgExecutor;

use crate::base::ids::{BatchId, CouponId, CustomerId, OrgId, SeriesId};
use crate::base::list::Listing;
use crate::coupons::coupon::Coupon;
use crate::coupons::filter::{CodesAfter, CodesFilter};
use crate::coupons::store::row::{Row, coupons};

/// A page of codes, newest first: served by `coupons_by_series`, from the place asked for on.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    filter: &CodesFilter,
    size: usize,
) -> sqlx::Result<Listing<Coupon, CodesAfter>> {
    let after = filter.after;
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and series_id = $2
          and ($3::timestamptz is null or (created_on, id) < ($3, $4::bigint))
          and ($5 <> 'UNISSUED' or (customer_id is null and revoked_on is null))
          and ($5 <> 'ISSUED' or customer_id is not null)
          and ($5 <> 'REDEEMED' or redeemed > 0)
          and ($5 <> 'REVOKED' or revoked_on is not null)
        order by created_on desc, id desc limit $6
        "#,
        org.get(),
        series.get(),
        after.map(|place| place.created_on),
        after.map(|place| place.id.get()),
        filter.wanted.word(),
        size as i64 + 1
    )
    .fetch_all(db)
    .await?;
    let place = |coupon: &Coupon| CodesAfter { created_on: coupon.created_on, id: coupon.id };
    Ok(Listing::trim(coupons(rows)?, size, place))
}

/// Codes of the brand that begin with this text, compared: a range of `coupons_code`. Living codes of
/// their own only; a common or revoked code is found by its whole text.
pub async fn beginning_with(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: Option<SeriesId>,
    from: &str,
    to: &str,
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
        where org_id = $1 and code_key >= $2 and code_key < $3 and not generic and revoked_on is null
          and ($4::bigint is null or series_id = $4)
        order by code_key limit $5
        "#,
        org.get(),
        from,
        to,
        series.map(SeriesId::get),
        most
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
}
