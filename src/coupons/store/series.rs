//! Series as such: read whole, locked for use or for change, written whole.

use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{OrgId, SeriesId};
use crate::coupons::series::Series;
use crate::coupons::store::series_row::Row;

/// One series.
pub async fn find(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: SeriesId,
) -> sqlx::Result<Option<Series>> {
    Ok(load(db, org, &[id]).await?.pop())
}

/// Several series, in the order of their numbers.
pub async fn load(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[SeriesId],
) -> sqlx::Result<Vec<Series>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: SeriesId", series_code, description, discount_code, discount_type,
            discount_value, discount_upto, discount_on, valid_till, fixed_end, expiry_strategy,
            expiry_value, handling, generic_code, external, any_user, max_issued, max_redeemed,
            max_per_customer, min_days_between_issues, several_per_customer, resend_existing,
            max_per_code, multiple_use, same_customer_again, max_per_customer_redeemed,
            min_days_between_uses, redeemable_from, redeemable_after_days, redemption_range,
            min_bill, max_bill, sale_items, products, places, audience, excluded_series,
            alphanumeric, random_length, code_prefix, code_suffix, message, short_message,
            message_off, resend_enabled, info, tag, terms, custom_properties, extra, owned_by,
            owner_id, owner_validity, notify_at, reminders, version, created_on, created_by,
            created_by_name, updated_on, updated_by_name
        from coupon_series
        where org_id = $1 and id = any($2) and archived_on is null
        order by id
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_series).collect()
}

/// Several series, held against change until the act ends: what issuing and redeeming stand on. Many
/// may hold one at the same time.
pub async fn hold(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[SeriesId],
) -> sqlx::Result<Vec<Series>> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    sqlx::query_scalar!(
        r#"select id from coupon_series where org_id = $1 and id = any($2) order by id for share"#,
        org.get(),
        &numbers
    )
    .fetch_all(&mut *db)
    .await?;
    // Read after the lock: what a change committed while we waited is seen.
    load(db, org, ids).await
}

/// One series, locked for change.
pub async fn lock(db: &mut PgConnection, org: OrgId, id: SeriesId) -> sqlx::Result<Option<Series>> {
    sqlx::query_scalar!(
        "select version from coupon_series where org_id = $1 and id = $2 for no key update",
        org.get(),
        id.get()
    )
    .fetch_optional(&mut *db)
    .await?;
    find(db, org, id).await
}

/// The common code of another series, compared.
pub async fn has_generic(
    db: impl PgExecutor<'_>,
    org: OrgId,
    keys: &[String],
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select generic_key as "key!" from coupon_series
           where org_id = $1 and generic_key = any($2) and archived_on is null"#,
        org.get(),
        keys
    )
    .fetch_all(db)
    .await
}

/// Adds a series with its first counter; its number.
pub async fn insert(db: &mut PgConnection, org: OrgId, series: &Series) -> sqlx::Result<SeriesId> {
    let id = sqlx::query_scalar!(
        r#"
        insert into coupon_series (org_id, series_code, description, name_key, discount_code,
            discount_type, discount_value, discount_upto, discount_on, valid_till, fixed_end,
            expiry_strategy, expiry_value, handling, generic_code, generic_key, external,
            any_user, max_issued, max_redeemed, max_per_customer, min_days_between_issues,
            several_per_customer, resend_existing, max_per_code, multiple_use,
            same_customer_again, max_per_customer_redeemed, min_days_between_uses,
            redeemable_from, redeemable_after_days, redemption_range, min_bill, max_bill,
            sale_items, products, places, audience, excluded_series, alphanumeric,
            random_length, code_prefix, code_suffix, message, short_message, message_off,
            resend_enabled, info, tag, terms, custom_properties, extra, owned_by, owner_id,
            owner_validity, notify_at, reminders, created_on, created_by, created_by_name,
            updated_on, updated_by_name)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36,
            $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53,
            $54, $55, $56, $57, $58, $59, $60, $61, $62)
        returning id as "id: SeriesId"
        "#,
        org.get(),
        series.series_code,
        series.description,
        series.name_key(),
        series.discount.code,
        series.discount.kind.wire(),
        series.discount.value,
        series.discount.upto,
        series.discount.on,
        series.valid_till,
        series.fixed_end,
        series.strategy.wire(),
        series.strategy.value().unwrap_or(1),
        series.handling.wire(),
        series.generic_code,
        series.generic_key(),
        series.external,
        series.redeem.any_user,
        series.issue.max,
        series.redeem.max,
        series.issue.per_customer,
        series.issue.gap_days,
        series.issue.several,
        series.issue.resend_existing,
        series.redeem.per_code,
        series.redeem.multiple_use,
        series.redeem.same_customer,
        series.redeem.per_customer,
        series.redeem.gap_days,
        series.redeem.from,
        series.redeem.after_days,
        series.redeem.range.text(),
        series.redeem.min_bill,
        series.redeem.max_bill,
        series.redeem.sale_items,
        series.products,
        Json(&series.redeem.places) as _,
        series.redeem.audience.map(Json) as _,
        series.excluded,
        series.codes.alphanumeric,
        series.codes.random_length,
        series.codes.prefix,
        series.codes.suffix,
        series.words.message,
        series.words.short_message,
        series.words.message_off,
        series.words.resend_enabled,
        series.words.info,
        series.words.tag,
        series.words.terms,
        series.words.properties.as_ref().map(Json) as _,
        Json(&series.extra) as _,
        series.claim.by,
        series.claim.id,
        series.claim.validity,
        series.notify_at,
        series.reminders,
        series.stamp.created_on,
        series.stamp.created_by,
        series.stamp.created_by_name,
        series.stamp.updated_on,
        series.stamp.updated_by_name,
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "insert into coupon_series_counters (org_id, series_id, slot) values ($1, $2, 0)",
        org.get(),
        id.get()
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// Writes a changed series over the stored one; its version rises.
pub async fn update(db: &mut PgConnection, org: OrgId, series: &Series) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update coupon_series set series_code = $3, description = $4, name_key = $5, discount_code = $6,
            discount_type = $7, discount_value = $8, discount_upto = $9, discount_on = $10,
            valid_till = $11, expiry_strategy = $12, expiry_value = $13, generic_code = $14,
            generic_key = $15, external = $16, any_user = $17, max_issued = $18, max_redeemed =
            $19, max_per_customer = $20, min_days_between_issues = $21, several_per_customer =
            $22, resend_existing = $23, max_per_code = $24, multiple_use = $25,
            same_customer_again = $26, max_per_customer_redeemed = $27, min_days_between_uses =
            $28, redeemable_from = $29, redeemable_after_days = $30, redemption_range = $31,
            min_bill = $32, max_bill = $33, sale_items = $34, products = $35, places = $36,
            audience = $37, excluded_series = $38, alphanumeric = $39, random_length = $40,
            code_prefix = $41, code_suffix = $42, message = $43, short_message = $44,
            message_off = $45, resend_enabled = $46, info = $47, tag = $48, terms = $49,
            custom_properties = $50, extra = $51, owned_by = $52, owner_id = $53, owner_validity
            = $54, notify_at = $55, reminders = $56, updated_on = $57, updated_by_name = $58,
            version = version + 1
        where org_id = $1 and id = $2
        "#,
        org.get(),
        series.id.get(),
        series.series_code,
        series.description,
        series.name_key(),
        series.discount.code,
        series.discount.kind.wire(),
        series.discount.value,
        series.discount.upto,
        series.discount.on,
        series.valid_till,
        series.strategy.wire(),
        series.strategy.value().unwrap_or(1),
        series.generic_code,
        series.generic_key(),
        series.external,
        series.redeem.any_user,
        series.issue.max,
        series.redeem.max,
        series.issue.per_customer,
        series.issue.gap_days,
        series.issue.several,
        series.issue.resend_existing,
        series.redeem.per_code,
        series.redeem.multiple_use,
        series.redeem.same_customer,
        series.redeem.per_customer,
        series.redeem.gap_days,
        series.redeem.from,
        series.redeem.after_days,
        series.redeem.range.text(),
        series.redeem.min_bill,
        series.redeem.max_bill,
        series.redeem.sale_items,
        series.products,
        Json(&series.redeem.places) as _,
        series.redeem.audience.map(Json) as _,
        series.excluded,
        series.codes.alphanumeric,
        series.codes.random_length,
        series.codes.prefix,
        series.codes.suffix,
        series.words.message,
        series.words.short_message,
        series.words.message_off,
        series.words.resend_enabled,
        series.words.info,
        series.words.tag,
        series.words.terms,
        series.words.properties.as_ref().map(Json) as _,
        Json(&series.extra) as _,
        series.claim.by,
        series.claim.id,
        series.claim.validity,
        series.notify_at,
        series.reminders,
        series.stamp.updated_on,
        series.stamp.updated_by_name,
    )
    .execute(db)
    .await
    .map(drop)
}
