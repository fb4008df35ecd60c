//! Stored files, part by part, and saved mappings.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::base::csv::dialect::Dialect;
use crate::base::error::{Error, Result};
use crate::base::ids::{FileId, ImportId, OrgId};
use crate::imports::mapping::Mapping;

/// A file as it was taken in.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// As it was called where it came from.
    pub name: String,
    /// Of all bytes.
    pub sha256: [u8; 32],
    /// Its size.
    pub bytes: u64,
    /// How it is spelled.
    pub dialect: Dialect,
}

/// Drops uploads that broke off before `before`.
pub async fn drop_torn_files(
    db: &mut PgConnection,
    org: OrgId,
    before: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let dropped = sqlx::query!(
        r#"
        delete from files
        where org_id = $1 and purpose = 'import' and sha256 is null and created_at < $2
        "#,
        org.get(),
        before,
    )
    .execute(db)
    .await?;
    Ok(dropped.rows_affected())
}

/// Names of the saved mappings of a kind.
pub async fn map_names(
    db: impl PgExecutor<'_>,
    org: OrgId,
    kind: &str,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select name from import_maps where org_id = $1 and kind = $2 order by name limit 100",
        org.get(),
        kind,
    )
    .fetch_all(db)
    .await
}

/// A saved mapping.
pub async fn map(
    db: impl PgExecutor<'_>,
    org: OrgId,
    kind: &str,
    name: &str,
) -> Result<Option<Mapping>> {
    let stored = sqlx::query_scalar!(
        "select mapping from import_maps where org_id = $1 and kind = $2 and name = $3",
        org.get(),
        kind,
        name,
    )
    .fetch_optional(db)
    .await?;
    stored.map(|json| serde_json::from_value(json).map_err(Error::internal)).transpose()
}

/// Saves a mapping under a name, over an older one of that name.
pub async fn save_map(
    db: &mut PgConnection,
    org: OrgId,
    kind: &str,
    name: &str,
    mapping: &Mapping,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into import_maps (org_id, kind, name, mapping, updated_at) values ($1, $2, $3, $4, $5)
        on conflict (org_id, kind, name) do update set mapping = excluded.mapping, updated_at = excluded.updated_at
        "#,
        org.get(),
        kind,
        name,
        serde_json::to_value(mapping).map_err(Error::internal)?,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The import that a form with this key began.
pub async fn by_once(
    db: &mut PgConnection,
    org: OrgId,
    once: uuid::Uuid,
) -> sqlx::Result<Option<ImportId>> {
    sqlx::query_scalar!(
        r#"select id as "id: ImportId" from imports where org_id = $1 and once = $2"#,
        org.get(),
        once,
    )
    .fetch_optional(db)
    .await
}

/// Gives an import its form's key; a second one with the same violates `imports_once`.
pub async fn set_once(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    once: uuid::Uuid,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update imports set once = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        once,
    )
    .execute(db)
    .await
    .map(drop)
}
