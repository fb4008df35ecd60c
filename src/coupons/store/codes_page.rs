//! A series' codes, a page at a time at ten million of them. Each filter is a statement of its own, so
//! that each is a range of its own index, whatever the planner believes.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{BatchId, CouponId, CustomerId, OrgId, RedemptionId, SeriesId};
use crate::base::list::Listing;
use crate::coupons::coupon::Coupon;
use crate::coupons::filter::{CodesAfter, CodesFilter, CodesWanted};
use crate::coupons::store::coupons::load;
use crate::coupons::store::row::{Row, coupons};

/// Entries of the code index that one search looks at.
const LOOKED_AT: i64 = 20_000;

/// A page of codes, newest first: by when they were made, issued, redeemed last or revoked, as the
/// filter has it.
pub async fn page(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    filter: &CodesFilter,
    size: usize,
) -> sqlx::Result<Listing<Coupon, CodesAfter>> {
    let (after, most) = (filter.after, size as i64 + 1);
    let rows = match filter.wanted {
        CodesWanted::All => all(&mut *db, org, series, after, most).await?,
        CodesWanted::Unissued => unissued(&mut *db, org, series, after, most).await?,
        CodesWanted::Issued => issued(&mut *db, org, series, after, most).await?,
        CodesWanted::Revoked => revoked(&mut *db, org, series, after, most).await?,
        CodesWanted::Redeemed => return redeemed(db, org, series, after, size).await,
    };
    let place = |coupon: &Coupon| CodesAfter {
        at: match filter.wanted {
            CodesWanted::Issued => coupon.issue.as_ref().map(|issue| issue.on),
            CodesWanted::Revoked => coupon.revoked.as_ref().map(|revoked| revoked.on),
            _ => None,
        }
        .unwrap_or(coupon.created_on),
        id: coupon.id.get(),
    };
    Ok(Listing::trim(coupons(rows)?, size, place))
}

/// All: served by `coupons_by_series`.
async fn all(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    after: Option<CodesAfter>,
    size: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
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
        order by created_on desc, id desc limit $5
        "#,
        org.get(),
        series.get(),
        after.map(|place| place.at),
        after.map(|place| place.id),
        size
    )
    .fetch_all(db)
    .await
}

/// Those that wait: served by `coupons_unissued`.
async fn unissued(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    after: Option<CodesAfter>,
    size: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and series_id = $2
          and customer_id is null and revoked_on is null
          and ($3::timestamptz is null or (created_on, id) < ($3, $4::bigint))
        order by created_on desc, id desc limit $5
        "#,
        org.get(),
        series.get(),
        after.map(|place| place.at),
        after.map(|place| place.id),
        size
    )
    .fetch_all(db)
    .await
}

/// Those that customers hold or held: served by `coupons_issued`.
async fn issued(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    after: Option<CodesAfter>,
    size: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and series_id = $2 and customer_id is not null
          and ($3::timestamptz is null or (issued_on, id) < ($3, $4::bigint))
        order by issued_on desc, id desc limit $5
        "#,
        org.get(),
        series.get(),
        after.map(|place| place.at),
        after.map(|place| place.id),
        size
    )
    .fetch_all(db)
    .await
}

/// Those taken back: served by `coupons_revoked`.
async fn revoked(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    after: Option<CodesAfter>,
    size: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select id as "id: CouponId", series_id as "series: SeriesId", code, generic, redeemed,
            customer_id as "customer: CustomerId", created_on, issued_on, issued_till_id, issued_by,
            issued_by_name, expires_on, expiry_override, revoked_on, revoked_by_name, revoke_reason,
            source, source_reference, metadata, bill_id, transaction_number,
            batch_id as "batch: BatchId"
        from coupons
        where org_id = $1 and series_id = $2 and revoked_on is not null
          and ($3::timestamptz is null or (revoked_on, id) < ($3, $4::bigint))
        order by revoked_on desc, id desc limit $5
        "#,
        org.get(),
        series.get(),
        after.map(|place| place.at),
        after.map(|place| place.id),
        size
    )
    .fetch_all(db)
    .await
}

/// A code's last redemption that stands.
struct Use {
    coupon: CouponId,
    id: RedemptionId,
    redeemed_on: DateTime<Utc>,
}

/// Those used, by their last redemption: served by `coupon_redemptions_living`, and for each entry by
/// `coupon_redemptions_by_coupon`, where a later one is looked for.
async fn redeemed(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    after: Option<CodesAfter>,
    size: usize,
) -> sqlx::Result<Listing<Coupon, CodesAfter>> {
    let uses = sqlx::query_as!(
        Use,
        r#"
        select r.coupon_id as "coupon: CouponId", r.id as "id: RedemptionId", r.redeemed_on
        from coupon_redemptions r
        where r.org_id = $1 and r.series_id = $2 and r.reversed_on is null
          and ($3::timestamptz is null or (r.redeemed_on, r.id) < ($3, $4::bigint))
          and not exists (
            select from coupon_redemptions l where l.org_id = $1 and l.coupon_id = r.coupon_id
              and l.reversed_on is null and (l.redeemed_on, l.id) > (r.redeemed_on, r.id))
        order by r.redeemed_on desc, r.id desc limit $5
        "#,
        org.get(),
        series.get(),
        after.map(|place| place.at),
        after.map(|place| place.id),
        size as i64 + 1
    )
    .fetch_all(&mut *db)
    .await?;
    let place = |one: &Use| CodesAfter { at: one.redeemed_on, id: one.id.get() };
    let uses = Listing::trim(uses, size, place);
    let ids: Vec<CouponId> = uses.items.iter().map(|one| one.coupon).collect();
    let mut found = load(db, org, &ids).await?;
    let in_order = |id: &CouponId| {
        let at = found.iter().position(|coupon| coupon.id == *id)?;
        Some(found.swap_remove(at))
    };
    Ok(Listing { items: ids.iter().filter_map(in_order).collect(), next: uses.next })
}

/// Codes of a series that begin with this text: the first of a range of `coupons_code` for those that
/// live, and of `coupons_code_others` for common and revoked ones. The range is looked at to a bound,
/// so that a beginning shared with millions of another series' codes costs little.
pub async fn search(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    (from, to): (&str, &str),
    wanted: CodesWanted,
    most: i64,
) -> sqlx::Result<Vec<Coupon>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id!: CouponId", series_id as "series!: SeriesId", code as "code!",
            generic as "generic!", redeemed as "redeemed!",
            customer_id as "customer: CustomerId", created_on as "created_on!", issued_on,
            issued_till_id, issued_by, issued_by_name, expires_on, expiry_override, revoked_on,
            revoked_by_name, revoke_reason, source as "source!", source_reference, metadata, bill_id,
            transaction_number, batch_id as "batch: BatchId"
        from (
            (select * from coupons
             where org_id = $1 and code_key >= $3 and code_key < $4 and not generic and revoked_on is null
             order by code_key limit $7)
            union all
            (select * from coupons
             where org_id = $1 and code_key >= $3 and code_key < $4 and (generic or revoked_on is not null)
             order by code_key, id limit $7)
        ) begun
        where series_id = $2
          and ($5 <> 'UNISSUED' or (customer_id is null and revoked_on is null))
          and ($5 <> 'ISSUED' or customer_id is not null)
          and ($5 <> 'REDEEMED' or redeemed > 0)
          and ($5 <> 'REVOKED' or revoked_on is not null)
        order by code_key, id limit $6
        "#,
        org.get(),
        series.get(),
        from,
        to,
        wanted.word(),
        most,
        LOOKED_AT
    )
    .fetch_all(db)
    .await?;
    coupons(rows)
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
