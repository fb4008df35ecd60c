//! What a file alone writes: its batch, and the codes it brings ready.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::act::Actor;
use crate::base::ids::{BatchId, CouponId, ImportId};
use crate::coupons::series::Series;

/// On whose behalf, and for what.
pub(super) struct New<'a> {
    pub(super) actor: &'a Actor,
    pub(super) now: DateTime<Utc>,
    /// The natural end of what is issued now.
    pub(super) ends: Option<DateTime<Utc>>,
    pub(super) series: &'a Series,
    pub(super) import: ImportId,
}

/// The batch of the file, made with its first chunk and counted up with each.
pub(super) async fn batch(
    db: &mut PgConnection,
    new: &New<'_>,
    added: i64,
) -> sqlx::Result<BatchId> {
    sqlx::query_scalar!(
        r#"
        insert into coupon_batches as b (org_id, series_id, kind, wanted, made, state, import_id, created_on,
            created_by, created_by_name, started_on, finished_on)
        values ($1, $2, 'UPLOADED', $3, $3, 'DONE', $4, $5, $6, $7, $5, $5)
        on conflict (org_id, import_id) where import_id is not null do update
        set wanted = b.wanted + excluded.wanted, made = b.made + excluded.made, finished_on = excluded.finished_on
        returning id as "id: BatchId"
        "#,
        new.actor.org.get(),
        new.series.id.get(),
        added,
        new.import.get(),
        new.now,
        new.actor.id,
        new.actor.name,
    )
    .fetch_one(db)
    .await
}

/// Ready codes: stock, or issued to those they were brought for, whose numbers come back. A code somebody
/// took a moment ago is a violation of `coupons_code`, and the chunk is judged again.
pub(super) async fn ready(
    db: &mut PgConnection,
    new: &New<'_>,
    batch: BatchId,
    codes: &[String],
    holders: &[Option<i64>],
) -> sqlx::Result<Vec<CouponId>> {
    let rows = sqlx::query!(
        r#"
        insert into coupons (org_id, series_id, code, code_key, customer_id, created_on, issued_on,
            issued_by, issued_by_name, expires_on, source, batch_id, import_id)
        select $1, $2, new.code, upper(new.code), new.holder, $5::timestamptz,
            case when new.holder is null then null else $5::timestamptz end,
            case when new.holder is null then null else $6::bigint end,
            case when new.holder is null then null else $7::text end,
            case when new.holder is null then null else $8::timestamptz end, 'UPLOAD', $9, $10
        from unnest($3::text[], $4::bigint[]) as new (code, holder)
        returning id as "id: CouponId", customer_id is not null as "issued!"
        "#,
        new.actor.org.get(),
        new.series.id.get(),
        codes,
        holders as &[Option<i64>],
        new.now,
        new.actor.id,
        new.actor.name,
        new.ends,
        batch.get(),
        new.import.get(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter(|row| row.issued).map(|row| row.id).collect())
}
