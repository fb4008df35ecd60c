//! Request ids, each a brand's once.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::OrgId;

/// Takes a request id; `false` when it was used. Waits for a call of the same id that is under way: if
/// that one comes to nothing, the id is free.
pub async fn take(
    db: &mut PgConnection,
    org: OrgId,
    request_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into badge_requests (org_id, request_id, made_on) values ($1, $2, $3)
         on conflict do nothing",
        org.get(),
        request_id,
        now
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
