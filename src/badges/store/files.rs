//! Stored pictures, cut into parts.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::badges::pictures::Picture;
use crate::base::ids::{FileId, OrgId};

/// What `files.purpose` says of a badge's picture.
const PURPOSE: &str = "badge_image";
/// The size of a part.
const PART: usize = 1024 * 1024;

/// A stored picture on its way to a browser.
#[derive(Debug)]
pub struct Stored {
    /// Its media type.
    pub media_type: String,
    /// All of it: at most two megabytes.
    pub bytes: Vec<u8>,
}

/// Keeps a picture.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    id: FileId,
    name: &str,
    picture: &Picture,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let size = i64::try_from(picture.bytes().len()).unwrap_or(i64::MAX);
    sqlx::query!(
        r#"
        insert into files (org_id, id, purpose, name, media_type, bytes, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        org.get(),
        id.bytes(),
        PURPOSE,
        name,
        picture.media_type(),
        size,
        now
    )
    .execute(&mut *db)
    .await?;
    for (part, bytes) in (0i32..).zip(picture.bytes().chunks(PART)) {
        sqlx::query!(
            "insert into file_parts (org_id, file_id, part, bytes) values ($1, $2, $3, $4)",
            org.get(),
            id.bytes(),
            part,
            bytes
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Whether the brand has a picture of this id.
pub async fn exists(db: impl PgExecutor<'_>, org: OrgId, id: FileId) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select 1 as "one!" from files where org_id = $1 and id = $2 and purpose = $3"#,
        org.get(),
        id.bytes(),
        PURPOSE
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// A picture of the brand.
pub async fn find(db: impl PgExecutor<'_>, org: OrgId, id: FileId) -> sqlx::Result<Option<Stored>> {
    let rows = sqlx::query!(
        r#"
        select f.media_type, p.bytes
        from files f join file_parts p on p.org_id = $1 and p.file_id = f.id
        where f.org_id = $1 and f.id = $2 and f.purpose = $3
        order by p.part
        "#,
        org.get(),
        id.bytes(),
        PURPOSE
    )
    .fetch_all(db)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let media_type = first.media_type.clone();
    Ok(Some(Stored { media_type, bytes: rows.into_iter().flat_map(|row| row.bytes).collect() }))
}
