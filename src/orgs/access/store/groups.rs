//! Access groups.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::api::Grants;
use crate::base::ids::{AccessGroupId, OrgId};

/// A group that is in force.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its number.
    pub id: AccessGroupId,
    /// Its name.
    pub name: String,
    /// How far it goes.
    pub grants: Json<Grants>,
}

/// The groups of a brand, by name: a handful.
pub async fn all(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Vec<Group>> {
    sqlx::query_as!(
        Group,
        r#"select id as "id: AccessGroupId", name, grants as "grants: Json<Grants>" from access_groups
           where org_id = $1 and disabled_at is null order by lower(name), id"#,
        org.get()
    )
    .fetch_all(db)
    .await
}

/// One group in force, locked.
pub async fn lock(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: AccessGroupId,
) -> sqlx::Result<Option<Group>> {
    sqlx::query_as!(
        Group,
        r#"select id as "id: AccessGroupId", name, grants as "grants: Json<Grants>" from access_groups
           where org_id = $1 and id = $2 and disabled_at is null for update"#,
        org.get(),
        id.get()
    )
    .fetch_optional(db)
    .await
}

/// Adds one.
pub async fn insert(
    db: impl PgExecutor<'_>,
    org: OrgId,
    name: &str,
    grants: &Grants,
    now: DateTime<Utc>,
) -> sqlx::Result<AccessGroupId> {
    sqlx::query_scalar!(
        r#"insert into access_groups (org_id, name, grants, created_at) values ($1, $2, $3, $4)
           returning id as "id: AccessGroupId""#,
        org.get(),
        name,
        Json(grants) as _,
        now
    )
    .fetch_one(db)
    .await
}

/// Changes one.
pub async fn update(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: AccessGroupId,
    name: &str,
    grants: &Grants,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update access_groups set name = $3, grants = $4 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        name,
        Json(grants) as _
    )
    .execute(db)
    .await
    .map(drop)
}

/// Whether a till or a client is in it, disabled ones too: they may be enabled again.
pub async fn is_used(db: impl PgExecutor<'_>, org: OrgId, id: AccessGroupId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from tills where org_id = $1 and access_group_id = $2)
               or exists (select from api_clients where org_id = $1 and access_group_id = $2) as "used!""#,
        org.get(),
        id.get()
    )
    .fetch_one(db)
    .await
}

/// Takes one away.
pub async fn disable(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: AccessGroupId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update access_groups set disabled_at = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        now
    )
    .execute(db)
    .await
    .map(drop)
}
