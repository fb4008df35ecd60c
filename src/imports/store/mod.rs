//! The SQL of imports: the import itself here, the stored file in `files`, rows and errors in `rows`.

mod files;
mod progress;
mod rows;

pub use files::*;
pub use progress::*;
pub use rows::*;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::import::{Counts, Import, State};
use super::mapping::Mapping;
use crate::base::act::Actor;
use crate::base::csv::read::Place;
use crate::base::error::{Error, Result};
use crate::base::ids::{FileId, ImportId, OrgId};
use crate::base::list::Listing;

struct Stored {
    id: ImportId,
    kind: String,
    state: String,
    file_id: Vec<u8>,
    file_name: String,
    sha256: Vec<u8>,
    bytes: i64,
    dialect: serde_json::Value,
    mapping: serde_json::Value,
    options: serde_json::Value,
    rows_total: Option<i64>,
    will_create: i64,
    will_update: i64,
    will_leave: i64,
    will_fail: i64,
    created: i64,
    updated: i64,
    unchanged: i64,
    failed: i64,
    next_line: i64,
    next_byte: i64,
    attempt: i32,
    cancel_asked: bool,
    message: Option<String>,
    actor_kind: String,
    actor_id: Option<i64>,
    actor_name: String,
    created_at: DateTime<Utc>,
    phase_began_at: Option<DateTime<Utc>>,
    heartbeat_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

impl TryFrom<Stored> for Import {
    type Error = Error;

    fn try_from(row: Stored) -> Result<Import> {
        let broken = |what: &str| Error::internal(anyhow::anyhow!("import {}: bad {what}", row.id));
        let number = |value: i64| u64::try_from(value).unwrap_or(0);
        Ok(Import {
            state: State::from_word(&row.state).ok_or_else(|| broken("state"))?,
            file: file_id(&row.file_id).ok_or_else(|| broken("file"))?,
            dialect: serde_json::from_value(row.dialect).map_err(Error::internal)?,
            mapping: serde_json::from_value(row.mapping).map_err(Error::internal)?,
            options: serde_json::from_value(row.options).map_err(Error::internal)?,
            will: Counts {
                created: row.will_create,
                updated: row.will_update,
                unchanged: row.will_leave,
                errors: row.will_fail,
            },
            did: Counts {
                created: row.created,
                updated: row.updated,
                unchanged: row.unchanged,
                errors: row.failed,
            },
            next: Place { byte: number(row.next_byte), line: number(row.next_line) },
            id: row.id,
            kind: row.kind,
            file_name: row.file_name,
            sha256: row.sha256,
            bytes: row.bytes,
            rows_total: row.rows_total,
            attempt: row.attempt,
            cancel_asked: row.cancel_asked,
            message: row.message,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            created_at: row.created_at,
            phase_began_at: row.phase_began_at,
            heartbeat_at: row.heartbeat_at,
            finished_at: row.finished_at,
        })
    }
}

/// The file's id from its bytes.
fn file_id(bytes: &[u8]) -> Option<FileId> {
    bytes.try_into().ok().map(FileId::from_bytes)
}

/// A column of the table that is a count or a place fits in 63 bits.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// One import of the brand.
pub async fn find(db: impl PgExecutor<'_>, org: OrgId, id: ImportId) -> Result<Option<Import>> {
    let row = sqlx::query_as!(
        Stored,
        r#"
        select id as "id: ImportId", kind, state, file_id, file_name, sha256, bytes, dialect, mapping, options,
            rows_total, will_create, will_update, will_leave, will_fail, created, updated, unchanged, failed,
            next_line, next_byte, attempt, cancel_asked, message, actor_kind, actor_id, actor_name, created_at,
            phase_began_at, heartbeat_at, finished_at
        from imports where org_id = $1 and id = $2
        "#,
        org.get(),
        id.get(),
    )
    .fetch_optional(db)
    .await?;
    row.map(Import::try_from).transpose()
}

/// The brand's imports of these kinds, newest first.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    kinds: &[String],
    before: Option<ImportId>,
    size: usize,
) -> Result<Listing<Import, ImportId>> {
    let rows = sqlx::query_as!(
        Stored,
        r#"
        select id as "id: ImportId", kind, state, file_id, file_name, sha256, bytes, dialect, mapping, options,
            rows_total, will_create, will_update, will_leave, will_fail, created, updated, unchanged, failed,
            next_line, next_byte, attempt, cancel_asked, message, actor_kind, actor_id, actor_name, created_at,
            phase_began_at, heartbeat_at, finished_at
        from imports where org_id = $1 and ($2::bigint is null or id < $2) and kind = any($4)
        order by id desc limit $3
        "#,
        org.get(),
        before.map(ImportId::get),
        size as i64 + 1,
        kinds,
    )
    .fetch_all(db)
    .await?;
    let rows: Vec<Import> = rows.into_iter().map(Import::try_from).collect::<Result<_>>()?;
    Ok(Listing::trim(rows, size, |import| import.id))
}

/// The latest imports of a kind that are about one thing, the oldest of them first.
pub async fn about(
    db: impl PgExecutor<'_>,
    org: OrgId,
    kind: &str,
    about: i64,
    most: i64,
) -> Result<Vec<Import>> {
    let rows = sqlx::query_as!(
        Stored,
        r#"
        select id as "id: ImportId", kind, state, file_id, file_name, sha256, bytes, dialect, mapping, options,
            rows_total, will_create, will_update, will_leave, will_fail, created, updated, unchanged, failed,
            next_line, next_byte, attempt, cancel_asked, message, actor_kind, actor_id, actor_name, created_at,
            phase_began_at, heartbeat_at, finished_at
        from imports where org_id = $1 and kind = $2 and (options ->> 'about')::bigint = $3
        order by id desc limit $4
        "#,
        org.get(),
        kind,
        about,
        most,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().rev().map(Import::try_from).collect()
}

/// Busy imports nobody has been heard of since `before`.
pub async fn silent(
    db: impl PgExecutor<'_>,
    org: OrgId,
    before: DateTime<Utc>,
) -> sqlx::Result<Vec<ImportId>> {
    sqlx::query_scalar!(
        r#"
        select id as "id: ImportId" from imports
        where org_id = $1 and state in ('checking', 'running', 'undoing')
            and coalesce(heartbeat_at, phase_began_at, created_at) < $2
        "#,
        org.get(),
        before,
    )
    .fetch_all(db)
    .await
}

/// An earlier import of the very same file, the latest first, other than `not`.
pub async fn same_file(
    db: impl PgExecutor<'_>,
    org: OrgId,
    kind: &str,
    sha256: &[u8],
    not: ImportId,
) -> sqlx::Result<Option<(ImportId, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"
        select id as "id: ImportId", created_at from imports
        where org_id = $1 and kind = $2 and sha256 = $3 and id < $4
            and state in ('checking', 'checked', 'running', 'done', 'cancelled')
        order by id desc limit 1
        "#,
        org.get(),
        kind,
        sha256,
        not.get(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.created_at)))
}

/// What a new import begins with.
pub struct New<'a> {
    /// The kind's name.
    pub kind: &'a str,
    /// The stored file.
    pub file: &'a StoredFile,
    /// A first guess.
    pub mapping: &'a Mapping,
}

/// Adds an import whose columns are to be mapped.
pub async fn insert(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    new: &New<'_>,
) -> Result<ImportId> {
    let json = |value| serde_json::to_value(value).map_err(Error::internal);
    let dialect = serde_json::to_value(new.file.dialect).map_err(Error::internal)?;
    let id = sqlx::query_scalar!(
        r#"
        insert into imports (org_id, kind, state, file_id, file_name, sha256, bytes, dialect, mapping, source,
            actor_id, actor_name, created_at, actor_kind)
        values ($1, $2, 'mapping', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        returning id as "id: ImportId"
        "#,
        actor.org.get(),
        new.kind,
        new.file.id.bytes(),
        new.file.name,
        &new.file.sha256[..],
        signed(new.file.bytes),
        dialect,
        json(new.mapping)?,
        actor.source.word(),
        actor.id,
        actor.name,
        now,
        actor.kind,
    )
    .fetch_one(db)
    .await?;
    Ok(id)
}
