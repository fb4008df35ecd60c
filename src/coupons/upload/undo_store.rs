//! Taking back the codes of a file.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::act::Actor;
use crate::base::ids::{CouponId, ImportId, OrgId, SeriesId};

/// What a withdrawn coupon says.
pub(super) const REASON: &str = "The file that brought it was taken back";

/// Codes that stand against taking the file back: redeemed ones, and stock that was handed out since.
pub(super) async fn blockers(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<(String, &'static str)>> {
    let rows = sqlx::query!(
        r#"
        select c.code, c.redeemed from coupons c
        join coupon_batches b on b.org_id = $1 and b.import_id = $2
        where c.org_id = $1 and c.import_id = $2 and c.revoked_on is null
            and (c.redeemed > 0
                or c.batch_id = b.id and (c.issued_on > c.created_on or c.source <> 'UPLOAD'))
        order by c.id
        limit $3
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await?;
    let why = |redeemed: i32| if redeemed > 0 { "is redeemed" } else { "was issued since" };
    Ok(rows.into_iter().map(|row| (row.code, why(row.redeemed))).collect())
}

/// A coupon that was taken back.
pub(super) struct Withdrawn {
    pub(super) id: CouponId,
    pub(super) code: String,
    pub(super) issued: bool,
    series: SeriesId,
}

/// Revokes at most `most` of a file's unredeemed coupons; their codes are free again. Counts them.
pub(super) async fn withdraw(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<Withdrawn>> {
    let org = actor.org;
    let taken = sqlx::query_as!(
        Withdrawn,
        r#"
        with picked as (
            select id from coupons
            where org_id = $1 and import_id = $2 and revoked_on is null and redeemed = 0
            order by id
            limit $3
            for update)
        update coupons c set revoked_on = $4, revoked_by_name = $5, revoke_reason = $6
        from picked
        where c.org_id = $1 and c.id = picked.id
        returning c.id as "id: CouponId", c.code, (c.customer_id is not null) as "issued!",
            c.series_id as "series: SeriesId"
        "#,
        org.get(),
        import.get(),
        most,
        now,
        actor.name,
        REASON,
    )
    .fetch_all(&mut *db)
    .await?;
    if let Some(first) = taken.first() {
        let revoked = taken.iter().filter(|coupon| coupon.issued).count();
        let stock = taken.len() - revoked;
        count(db, org, first.series, revoked, stock).await?;
    }
    Ok(taken)
}

async fn count(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    revoked: usize,
    stock: usize,
) -> sqlx::Result<()> {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query!(
        r#"
        insert into coupon_series_counters as c (org_id, series_id, slot, revoked, uploaded, unissued)
        values ($1, $2, 0, $3, $4, $4)
        on conflict (org_id, series_id, slot) do update
        set revoked = c.revoked + excluded.revoked, uploaded = c.uploaded + excluded.uploaded,
            unissued = c.unissued + excluded.unissued
        "#,
        org.get(),
        series.get(),
        number(revoked),
        -number(stock),
    )
    .execute(db)
    .await
    .map(drop)
}
