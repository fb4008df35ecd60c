//! The SQL of exports: what was taken out, read off the log.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::base::ids::OrgId;

/// An export of the past.
pub struct Past {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub who: String,
    /// Which list.
    pub label: String,
    /// With which filter.
    pub details: Value,
}

/// The latest exports, newest first. `activity_by_kind` serves it.
pub async fn latest(db: &mut PgConnection, org: OrgId, most: i64) -> sqlx::Result<Vec<Past>> {
    sqlx::query_as!(
        Past,
        r#"
        select at, actor_name as who, subject_label as label, details from activity
        where org_id = $1 and subject_kind = 'export' order by id desc limit $2
        "#,
        org.get(),
        most,
    )
    .fetch_all(db)
    .await
}
