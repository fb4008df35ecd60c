//! The codes of a batch: added by the ten thousand, found again one page at a time.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{BatchId, CouponId, CustomerId, OrgId, SeriesId};
use crate::base::list::Listing;
use crate::coupons::batches::batch::Batch;

/// The slot of a series' counters that stock moves in; tills count in the slots below.
const STOCK_SLOT: i16 = 100;

/// Adds codes as stock of a batch's series; says how many were new. A code that a living coupon has, or
/// that is another offer's common one, is left out.
pub async fn add_codes(
    db: &mut PgConnection,
    org: OrgId,
    batch: &Batch,
    now: DateTime<Utc>,
    codes: &[String],
) -> sqlx::Result<i64> {
    let added = sqlx::query!(
        r#"
        insert into coupons (org_id, series_id, code, code_key, created_on, source, batch_id)
        select $1, $2, new.code, upper(new.code), $4, 'BATCH', $5
        from unnest($3::text[]) as new (code)
        where not exists (
            select from coupon_series s
            where s.org_id = $1 and s.generic_key = upper(new.code) and s.archived_on is null)
        on conflict do nothing
        "#,
        org.get(),
        batch.series.get(),
        codes,
        now,
        batch.id.get(),
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(added.rows_affected()).unwrap_or(i64::MAX))
}

/// Counts new stock of a series, or takes it off again.
pub async fn add_stock(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    added: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into coupon_series_counters as c (org_id, series_id, slot, uploaded, unissued)
        values ($1, $2, $3, $4, $4)
        on conflict (org_id, series_id, slot)
        do update set uploaded = c.uploaded + excluded.uploaded, unissued = c.unissued + excluded.unissued
        "#,
        org.get(),
        series.get(),
        STOCK_SLOT,
        added,
    )
    .execute(db)
    .await
    .map(drop)
}

/// A code of a batch.
pub struct CodeRow {
    /// The coupon.
    pub id: CouponId,
    /// As it is.
    pub code: String,
    /// When it came to be.
    pub created_on: DateTime<Utc>,
    /// When it was issued.
    pub issued_on: Option<DateTime<Utc>>,
    /// Who holds it.
    pub customer: Option<CustomerId>,
    /// How often it is redeemed.
    pub redeemed: i32,
    /// When it was revoked.
    pub revoked_on: Option<DateTime<Utc>>,
}

impl CodeRow {
    /// Its word on the screen and in the file. (Expiry is the coupon's own page's matter.)
    pub const fn state(&self) -> (&'static str, &'static str) {
        match self {
            CodeRow { revoked_on: Some(_), .. } => ("revoked", "Revoked"),
            CodeRow { redeemed: 1.., .. } => ("ended", "Redeemed"),
            CodeRow { issued_on: Some(_), .. } => ("live", "Issued"),
            _ => ("inactive", "Not issued"),
        }
    }
}

/// Which codes.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Those that begin so, in upper case; every one when blank.
    pub begins: String,
    /// Behind this one.
    pub after: Option<CouponId>,
}

/// The codes of a batch in the order they were made; those found by their beginning, at most `size` of
/// them, likewise. `coupons_by_batch` serves the one, the range of `coupons_code` the other.
pub async fn codes(
    db: &mut PgConnection,
    org: OrgId,
    batch: BatchId,
    look: &Look,
    size: usize,
) -> sqlx::Result<Listing<CodeRow, CouponId>> {
    let most = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let rows = if look.begins.is_empty() {
        sheet(db, org, batch, look.after, most).await?
    } else {
        searched(db, org, batch, &look.begins, most).await?
    };
    Ok(Listing::trim(rows, size, |row| row.id))
}

/// Codes that begin so, in the order of their letters.
async fn searched(
    db: &mut PgConnection,
    org: OrgId,
    batch: BatchId,
    begins: &str,
    most: i64,
) -> sqlx::Result<Vec<CodeRow>> {
    // Codes are ASCII: what begins so lies before the beginning followed by the last letter there is.
    let end = format!("{begins}\u{10ffff}");
    sqlx::query_as!(
        CodeRow,
        r#"
        select id as "id: CouponId", code, created_on, issued_on,
            customer_id as "customer: CustomerId", redeemed, revoked_on
        from coupons
        where org_id = $1 and batch_id = $2 and code_key >= $3 and code_key < $4
            and not generic and revoked_on is null
        order by code_key
        limit $5
        "#,
        org.get(),
        batch.get(),
        begins,
        end,
        most,
    )
    .fetch_all(db)
    .await
}

/// Codes of a batch in the order of their making. `coupons_by_batch` serves it.
pub async fn sheet(
    db: impl PgExecutor<'_>,
    org: OrgId,
    batch: BatchId,
    after: Option<CouponId>,
    most: i64,
) -> sqlx::Result<Vec<CodeRow>> {
    sqlx::query_as!(
        CodeRow,
        r#"
        select id as "id: CouponId", code, created_on, issued_on,
            customer_id as "customer: CustomerId", redeemed, revoked_on
        from coupons
        where org_id = $1 and batch_id = $2 and id > $3
        order by id
        limit $4
        "#,
        org.get(),
        batch.get(),
        after.map_or(0, CouponId::get),
        most,
    )
    .fetch_all(db)
    .await
}
