//! The SQL of stored files.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::base::files::Head;
use crate::base::ids::{FileId, OrgId};

/// Adds a file that has no parts yet.
pub async fn insert(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: FileId,
    purpose: &str,
    name: &str,
    media_type: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into files (org_id, id, purpose, name, media_type, bytes, created_at)
         values ($1, $2, $3, $4, $5, 0, $6)",
        org.get(),
        id.bytes(),
        purpose,
        name,
        media_type,
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// Adds one part.
pub async fn insert_part(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: FileId,
    part: i32,
    bytes: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into file_parts (org_id, file_id, part, bytes) values ($1, $2, $3, $4)",
        org.get(),
        id.bytes(),
        part,
        bytes
    )
    .execute(db)
    .await
    .map(drop)
}

/// Says how long the file became and what it hashes to.
pub async fn finish(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: FileId,
    bytes: i64,
    sha256: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!(
        "update files set bytes = $3, sha256 = $4 where org_id = $1 and id = $2",
        org.get(),
        id.bytes(),
        bytes,
        sha256
    )
    .execute(db)
    .await
    .map(drop)
}

/// What is known of a file.
pub async fn head(db: impl PgExecutor<'_>, org: OrgId, id: FileId) -> sqlx::Result<Option<Head>> {
    sqlx::query_as!(
        Head,
        r#"
        select id as "id: FileId", purpose, name, media_type, bytes
        from files where org_id = $1 and id = $2
        "#,
        org.get(),
        id.bytes()
    )
    .fetch_optional(db)
    .await
}

/// One part.
pub async fn part(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: FileId,
    part: i32,
) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "select bytes from file_parts where org_id = $1 and file_id = $2 and part = $3",
        org.get(),
        id.bytes(),
        part
    )
    .fetch_optional(db)
    .await
}

/// Removes a file; its parts go with it.
pub async fn delete(db: impl PgExecutor<'_>, org: OrgId, id: FileId) -> sqlx::Result<()> {
    sqlx::query!("delete from files where org_id = $1 and id = $2", org.get(), id.bytes())
        .execute(db)
        .await
        .map(drop)
}
