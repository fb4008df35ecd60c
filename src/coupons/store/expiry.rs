//! Moving the ends of coupons.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CouponId, OrgId};

/// Sets the moved ends of coupons that are locked already; none: the coupon ends by itself again.
pub async fn set(
    db: &mut PgConnection,
    org: OrgId,
    ends: &[(CouponId, Option<DateTime<Utc>>)],
) -> sqlx::Result<()> {
    let ids: Vec<i64> = ends.iter().map(|(id, _)| id.get()).collect();
    let ends: Vec<Option<DateTime<Utc>>> = ends.iter().map(|(_, end)| *end).collect();
    sqlx::query!(
        r#"
        update coupons set expiry_override = n.moved
        from unnest($2::bigint[], $3::timestamptz[]) as n (coupon, moved)
        where org_id = $1 and id = n.coupon
        "#,
        org.get(),
        &ids,
        &ends as _
    )
    .execute(db)
    .await
    .map(drop)
}
