//! Claims, written; they are read with the other parts of a badge.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::badges::owners::Owner;
use crate::base::ids::{BadgeId, OrgId};

/// Makes a claim, or lets one that was given up stand again.
pub async fn claim(
    db: impl PgExecutor<'_>,
    org: OrgId,
    badge: BadgeId,
    (owner, reference): (Owner, &str),
    by: Option<i64>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into badge_claims (org_id, badge_id, owner_type, reference_id, created_on, created_by)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (org_id, badge_id, owner_type, reference_id)
        do update set is_active = true, created_on = $5, created_by = $6, unclaimed_on = null
        "#,
        org.get(),
        badge.bytes(),
        owner.wire(),
        reference,
        now,
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a claim up.
pub async fn unclaim(
    db: impl PgExecutor<'_>,
    org: OrgId,
    badge: BadgeId,
    (owner, reference): (Owner, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update badge_claims set is_active = false, unclaimed_on = $5
        where org_id = $1 and badge_id = $2 and owner_type = $3 and reference_id = $4 and is_active
        "#,
        org.get(),
        badge.bytes(),
        owner.wire(),
        reference,
        now
    )
    .execute(db)
    .await?;
    Ok(())
}
