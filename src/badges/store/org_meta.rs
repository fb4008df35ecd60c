//! The legacy declaration of a brand's badge tags.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::badges::badge::Stamp;
use crate::badges::org_meta::{DeclaredTag, OrgMeta};
use crate::base::ids::{OrgId, OrgMetaId};

struct Row {
    id: OrgMetaId,
    tags: Json<Vec<DeclaredTag>>,
    created_on: DateTime<Utc>,
    created_by: Option<i64>,
    created_by_name: String,
    updated_on: DateTime<Utc>,
    updated_by: Option<i64>,
    updated_by_name: String,
}

impl From<Row> for OrgMeta {
    fn from(row: Row) -> OrgMeta {
        OrgMeta {
            id: row.id,
            tags: row.tags.0,
            stamp: Stamp {
                created_on: row.created_on,
                created_by: row.created_by,
                created_by_name: row.created_by_name,
                updated_on: row.updated_on,
                updated_by: row.updated_by,
                updated_by_name: row.updated_by_name,
            },
        }
    }
}

/// The brand's declaration, if it made one.
pub async fn find(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Option<OrgMeta>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id as "id: OrgMetaId", tags as "tags: Json<Vec<DeclaredTag>>", created_on, created_by,
            created_by_name, updated_on, updated_by, updated_by_name
        from badge_org_meta where org_id = $1
        "#,
        org.get()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(OrgMeta::from))
}

/// The same, locked until the act ends.
pub async fn lock(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Option<OrgMeta>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id as "id: OrgMetaId", tags as "tags: Json<Vec<DeclaredTag>>", created_on, created_by,
            created_by_name, updated_on, updated_by, updated_by_name
        from badge_org_meta where org_id = $1 for update
        "#,
        org.get()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(OrgMeta::from))
}

/// Adds the declaration; says no where the brand has one.
pub async fn insert(db: impl PgExecutor<'_>, org: OrgId, meta: &OrgMeta) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        insert into badge_org_meta (org_id, id, tags, created_on, created_by, created_by_name,
            updated_on, updated_by, updated_by_name)
        values ($1, $2, $3, $4, $5, $6, $4, $5, $6) on conflict do nothing
        "#,
        org.get(),
        meta.id.bytes(),
        Json(&meta.tags) as _,
        meta.stamp.created_on,
        meta.stamp.created_by,
        meta.stamp.created_by_name
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Writes a changed declaration.
pub async fn update(db: impl PgExecutor<'_>, org: OrgId, meta: &OrgMeta) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update badge_org_meta set tags = $2, updated_on = $3, updated_by = $4, updated_by_name = $5
        where org_id = $1
        "#,
        org.get(),
        Json(&meta.tags) as _,
        meta.stamp.updated_on,
        meta.stamp.updated_by,
        meta.stamp.updated_by_name
    )
    .execute(db)
    .await?;
    Ok(())
}
