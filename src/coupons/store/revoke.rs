//! Taking coupons back for good.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CouponId, OrgId};

/// Revokes coupons that are locked already; those used or revoked in spite of that stay as they are.
/// How many were revoked.
pub async fn set(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CouponId],
    on: DateTime<Utc>,
    by: &str,
    reason: Option<&str>,
) -> sqlx::Result<u64> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let done = sqlx::query!(
        r#"
        update coupons set revoked_on = $3, revoked_by_name = $4, revoke_reason = $5
        where org_id = $1 and id = any($2) and revoked_on is null and redeemed = 0
        "#,
        org.get(),
        &ids,
        on,
        by,
        reason
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
