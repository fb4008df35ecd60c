//! What issued badges owe.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::base::ids::{CustomerId, EarnId, OrgId};

/// A coupon owed.
#[derive(Debug)]
pub struct Owed {
    /// By which issued badge.
    pub earn: EarnId,
    /// Which of its benefits.
    pub position: i16,
    /// What it names.
    pub params: Value,
    /// To whom.
    pub customer: CustomerId,
    /// Whether the badge was taken back meanwhile.
    pub revoked: bool,
}

/// Coupons owed, oldest first, held until the act ends; those another worker holds are passed over.
/// Served by `badge_earn_benefits_pending`.
pub async fn owed(db: &mut PgConnection, org: OrgId, most: i64) -> sqlx::Result<Vec<Owed>> {
    sqlx::query_as!(
        Owed,
        r#"
        select b.earn_id as "earn: EarnId", b.position, b.params,
            e.customer_id as "customer: CustomerId", e.revoked_on is not null as "revoked!"
        from badge_earn_benefits b
        join badge_earns e on e.org_id = $1 and e.id = b.earn_id
        where b.org_id = $1 and b.type = 'COUPON' and b.status = 'PENDING'
        order by b.earn_id, b.position limit $2
        for no key update of b skip locked
        "#,
        org.get(),
        most
    )
    .fetch_all(db)
    .await
}

/// What became of a benefit.
#[derive(Debug)]
pub struct Settled {
    /// Of which issued badge.
    pub earn: EarnId,
    /// Which of its benefits.
    pub position: i16,
    /// `GIVEN` or `FAILED`.
    pub status: &'static str,
    /// The number of the refusal.
    pub code: Option<i32>,
    /// Its sentence.
    pub notes: Option<String>,
    /// The coupon's code.
    pub coupon: Option<String>,
    /// Its natural end.
    pub valid_till: Option<DateTime<Utc>>,
}

/// Keeps what became of benefits.
pub async fn settle(
    db: &mut PgConnection,
    org: OrgId,
    now: DateTime<Utc>,
    settled: &[Settled],
) -> sqlx::Result<()> {
    let earns: Vec<&[u8]> = settled.iter().map(|one| one.earn.bytes()).collect();
    let positions: Vec<i16> = settled.iter().map(|one| one.position).collect();
    let statuses: Vec<&str> = settled.iter().map(|one| one.status).collect();
    let codes: Vec<Option<i32>> = settled.iter().map(|one| one.code).collect();
    let notes: Vec<Option<&str>> = settled.iter().map(|one| one.notes.as_deref()).collect();
    let coupons: Vec<Option<&str>> = settled.iter().map(|one| one.coupon.as_deref()).collect();
    let ends: Vec<Option<DateTime<Utc>>> = settled.iter().map(|one| one.valid_till).collect();
    sqlx::query!(
        r#"
        update badge_earn_benefits set status = n.became, code = n.number, notes = n.said,
            coupon_code = n.coupon, valid_till = n.ends, settled_on = $2
        from unnest($3::bytea[], $4::smallint[], $5::text[], $6::integer[], $7::text[], $8::text[],
            $9::timestamptz[]) as n (earn, place, became, number, said, coupon, ends)
        where org_id = $1 and earn_id = n.earn and position = n.place
        "#,
        org.get(),
        now,
        &earns as _,
        &positions,
        &statuses as _,
        &codes as _,
        &notes as _,
        &coupons as _,
        &ends as _,
    )
    .execute(db)
    .await
    .map(drop)
}
