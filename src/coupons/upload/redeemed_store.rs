//! Redemptions by the thousand: added, and taken back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::act::Actor;
use crate::base::ids::{CouponId, CustomerId, ImportId, OrgId, SeriesId};
use crate::coupons::series::Series;

/// What a row says beyond whose and which.
pub(super) struct New {
    pub(super) at: DateTime<Utc>,
    pub(super) till: Option<i64>,
    pub(super) bill_id: Option<String>,
    pub(super) transaction: Option<String>,
    pub(super) amount: Option<f64>,
    pub(super) details: Option<String>,
}

/// A redemption to be added.
pub(super) struct Row {
    pub(super) coupon: CouponId,
    pub(super) code: String,
    pub(super) customer: CustomerId,
    pub(super) new: New,
}

/// Adds the redemptions of a chunk, counts them on coupons, series and the file's batch.
pub(super) async fn insert(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    series: &Series,
    import: ImportId,
    rows: &[Row],
) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let coupons: Vec<i64> = rows.iter().map(|row| row.coupon.get()).collect();
    let customers: Vec<i64> = rows.iter().map(|row| row.customer.get()).collect();
    let at: Vec<DateTime<Utc>> = rows.iter().map(|row| row.new.at).collect();
    let tills: Vec<Option<i64>> = rows.iter().map(|row| row.new.till).collect();
    let bills: Vec<Option<&str>> = rows.iter().map(|row| row.new.bill_id.as_deref()).collect();
    let numbers: Vec<Option<&str>> =
        rows.iter().map(|row| row.new.transaction.as_deref()).collect();
    let amounts: Vec<Option<f64>> = rows.iter().map(|row| row.new.amount).collect();
    let details: Vec<Option<&str>> = rows.iter().map(|row| row.new.details.as_deref()).collect();
    sqlx::query!(
        r#"
        insert into coupon_redemptions (org_id, coupon_id, series_id, customer_id, once, redeemed_on,
            redeemed_till_id, redeemed_by, redeemed_by_name, transaction_number, bill_amount, bill_id, details,
            import_id)
        select $1, new.coupon, $2, new.customer, $3, new.at, new.till, $4, $5, new.number, new.amount,
            new.bill, new.details, $6
        from unnest($7::bigint[], $8::bigint[], $9::timestamptz[], $10::bigint[], $11::text[], $12::text[],
            $13::double precision[], $14::text[])
            as new (coupon, customer, at, till, bill, number, amount, details)
        "#,
        actor.org.get(),
        series.id.get(),
        series.single_use(),
        actor.id,
        actor.name,
        import.get(),
        &coupons,
        &customers,
        &at,
        &tills as _,
        &bills as _,
        &numbers as _,
        &amounts as _,
        &details as _,
    )
    .execute(&mut *db)
    .await?;
    move_uses(db, actor.org, &coupons, 1).await?;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let slot: i16 = if series.redeem.max.is_some() { 0 } else { 100 };
    let last = at.iter().max().copied();
    count_uses(db, actor.org, series.id, slot, count, last).await?;
    count_batch(db, actor, now, series.id, import, count).await
}

/// Counts redemptions on their coupons, up or down.
async fn move_uses(
    db: &mut PgConnection,
    org: OrgId,
    coupons: &[i64],
    by: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update coupons c set redeemed = c.redeemed + used.uses * $3
        from (select id, count(*)::integer as uses from unnest($2::bigint[]) as u (id) group by id) used
        where c.org_id = $1 and c.id = used.id
        "#,
        org.get(),
        coupons,
        by,
    )
    .execute(db)
    .await
    .map(drop)
}

async fn count_uses(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    slot: i16,
    count: i64,
    last: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into coupon_series_counters as c (org_id, series_id, slot, redeemed, last_redeemed_on)
        values ($1, $2, $3, $4, $5)
        on conflict (org_id, series_id, slot) do update
        set redeemed = c.redeemed + excluded.redeemed,
            last_redeemed_on = greatest(c.last_redeemed_on, excluded.last_redeemed_on)
        "#,
        org.get(),
        series.get(),
        slot,
        count,
        last,
    )
    .execute(db)
    .await
    .map(drop)
}

/// The batch of the file, made with its first chunk and counted up with each.
async fn count_batch(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    series: SeriesId,
    import: ImportId,
    count: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into coupon_batches as b (org_id, series_id, kind, wanted, made, state, import_id, created_on,
            created_by, created_by_name, started_on, finished_on)
        values ($1, $2, 'REDEEMED', $3, $3, 'DONE', $4, $5, $6, $7, $5, $5)
        on conflict (org_id, import_id) where import_id is not null do update
        set wanted = b.wanted + excluded.wanted, made = b.made + excluded.made, finished_on = excluded.finished_on
        "#,
        actor.org.get(),
        series.get(),
        count,
        import.get(),
        now,
        actor.id,
        actor.name,
    )
    .execute(db)
    .await
    .map(drop)
}

/// A redemption that was taken back.
pub(super) struct Reversed {
    pub(super) coupon: CouponId,
    pub(super) code: String,
    series: SeriesId,
}

/// Reverses at most `most` of a file's redemptions, and counts them.
pub(super) async fn reverse(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<Reversed>> {
    let org = actor.org;
    let reversed = sqlx::query_as!(
        Reversed,
        r#"
        with picked as (
            select r.id, r.coupon_id, c.code
            from coupon_redemptions r
            join coupons c on c.org_id = $1 and c.id = r.coupon_id
            where r.org_id = $1 and r.import_id = $2 and r.reversed_on is null
            order by r.coupon_id
            limit $3
            for update of c)
        update coupon_redemptions r
        set reversed_on = $4, reversed_by_name = $5, reverse_reason = 'The file that brought it was taken back'
        from picked
        where r.org_id = $1 and r.id = picked.id
        returning r.coupon_id as "coupon: CouponId", picked.code as "code!", r.series_id as "series: SeriesId"
        "#,
        org.get(),
        import.get(),
        most,
        now,
        actor.name,
    )
    .fetch_all(&mut *db)
    .await?;
    if let Some(first) = reversed.first() {
        let coupons: Vec<i64> = reversed.iter().map(|row| row.coupon.get()).collect();
        move_uses(db, org, &coupons, -1).await?;
        let count = i64::try_from(reversed.len()).unwrap_or(i64::MAX);
        count_uses(db, org, first.series, 0, -count, None).await?;
    }
    Ok(reversed)
}
