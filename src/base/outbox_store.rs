//! The SQL of outgoing events.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::base::ids::OrgId;
use crate::base::outbox::Outgoing;

/// Adds events, in one statement.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    now: DateTime<Utc>,
    events: &[Outgoing],
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    let names: Vec<&str> = events.iter().map(|event| event.name).collect();
    let payloads: Vec<Value> = events.iter().map(|event| event.payload.clone()).collect();
    sqlx::query!(
        "insert into outgoing_events (org_id, id, name, payload, created_at)
         select $1, new.id, new.name, new.payload, $2
         from unnest($3::uuid[], $4::text[], $5::jsonb[]) as new (id, name, payload)",
        org.get(),
        now,
        &ids,
        &names as &[&str],
        &payloads,
    )
    .execute(db)
    .await
    .map(drop)
}
