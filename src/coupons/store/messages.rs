//! Messages that deeds want sent.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CouponId, CustomerId, OrgId};

/// A message about to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// About which coupon.
    pub coupon: CouponId,
    /// To whom.
    pub customer: CustomerId,
    /// `ISSUE` or `RESEND`.
    pub kind: &'static str,
    /// Where to.
    pub address: String,
    /// What it says.
    pub body: String,
}

/// Notes messages; they are sent by whoever sends.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    on: DateTime<Utc>,
    new: &[NewMessage],
) -> sqlx::Result<()> {
    let coupons: Vec<i64> = new.iter().map(|one| one.coupon.get()).collect();
    let customers: Vec<i64> = new.iter().map(|one| one.customer.get()).collect();
    let kinds: Vec<&str> = new.iter().map(|one| one.kind).collect();
    let addresses: Vec<&str> = new.iter().map(|one| one.address.as_str()).collect();
    let bodies: Vec<&str> = new.iter().map(|one| one.body.as_str()).collect();
    sqlx::query!(
        r#"
        insert into coupon_messages (org_id, coupon_id, customer_id, kind, address, body, created_on)
        select $1, n.coupon_id, n.customer_id, n.kind, n.address, n.body, $2
        from unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[])
            as n (coupon_id, customer_id, kind, address, body)
        "#,
        org.get(),
        on,
        &coupons,
        &customers,
        &kinds as _,
        &addresses as _,
        &bodies as _,
    )
    .execute(db)
    .await
    .map(drop)
}

/// The number of the last message that sent a coupon again; 0: none did.
pub async fn last_resent(db: &mut PgConnection, org: OrgId, coupon: CouponId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select coalesce(max(id), 0) as "id!" from coupon_messages
           where org_id = $1 and coupon_id = $2 and kind = 'RESEND'"#,
        org.get(),
        coupon.get()
    )
    .fetch_one(db)
    .await
}

/// How many messages sent a coupon again behind this one.
pub async fn resent_after(
    db: &mut PgConnection,
    org: OrgId,
    coupon: CouponId,
    last: i64,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from coupon_messages
           where org_id = $1 and coupon_id = $2 and kind = 'RESEND' and id > $3"#,
        org.get(),
        coupon.get(),
        last
    )
    .fetch_one(db)
    .await
}
