//! What giving back reads and writes.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, EarnId, OrgId};

/// An earn that was taken back.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// Which.
    pub id: EarnId,
    /// Its event.
    pub event: DateTime<Utc>,
    /// When it was processed.
    pub earned_on: DateTime<Utc>,
}

/// A revoked earn of a badge and a customer.
pub async fn taken(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    customer: CustomerId,
    earn: EarnId,
) -> sqlx::Result<Option<Taken>> {
    sqlx::query_as!(
        Taken,
        r#"
        select id as "id: EarnId", earn_event_date as event, earned_on from badge_earns
        where org_id = $1 and id = $2 and badge_id = $3 and customer_id = $4 and revoked_on is not null
        "#,
        org.get(),
        earn.bytes(),
        badge.bytes(),
        customer.get(),
    )
    .fetch_optional(db)
    .await
}

/// Makes an earn count again; `false` where somebody did so meanwhile.
pub async fn give_back(db: &mut PgConnection, org: OrgId, earn: EarnId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update badge_earns set revoked_on = null, revoked_by = null, revoke_reason = null
         where org_id = $1 and id = $2 and revoked_on is not null",
        org.get(),
        earn.bytes(),
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
