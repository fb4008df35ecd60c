//! The SQL of imports: the import itself here, the stored file in `files`, rows and errors in `rows`.

mod files;
mod rows;

pub use files::*;
pub use rows::*;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use super::import::{Counts, Import, Options, Phase, State};
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
            next_line, next_byte, attempt, cancel_asked, message, actor_id, actor_name, created_at,
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

/// The brand's imports, newest first.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    before: Option<ImportId>,
    size: usize,
) -> Result<Listing<Import, ImportId>> {
    let rows = sqlx::query_as!(
        Stored,
        r#"
        select id as "id: ImportId", kind, state, file_id, file_name, sha256, bytes, dialect, mapping, options,
            rows_total, will_create, will_update, will_leave, will_fail, created, updated, unchanged, failed,
            next_line, next_byte, attempt, cancel_asked, message, actor_id, actor_name, created_at,
            phase_began_at, heartbeat_at, finished_at
        from imports where org_id = $1 and ($2::bigint is null or id < $2)
        order by id desc limit $3
        "#,
        org.get(),
        before.map(ImportId::get),
        size as i64 + 1,
    )
    .fetch_all(db)
    .await?;
    let rows: Vec<Import> = rows.into_iter().map(Import::try_from).collect::<Result<_>>()?;
    Ok(Listing::trim(rows, size, |import| import.id))
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
            actor_id, actor_name, created_at)
        values ($1, $2, 'mapping', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
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
    )
    .fetch_one(db)
    .await?;
    Ok(id)
}

/// Keeps how the columns are mapped and begins a check from scratch. Says the new attempt, or
/// nothing when the import is past that.
pub async fn begin_check(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    now: DateTime<Utc>,
    mapping: &Mapping,
    options: &Options,
) -> Result<Option<i32>> {
    let attempt = sqlx::query_scalar!(
        r#"
        update imports set state = 'checking', mapping = $3, options = $4, attempt = attempt + 1,
            will_create = 0, will_update = 0, will_leave = 0, will_fail = 0, rows_total = null,
            next_line = 0, next_byte = 0, cancel_asked = false, message = null,
            phase_began_at = $5, heartbeat_at = $5, finished_at = null
        where org_id = $1 and id = $2 and state in ('mapping', 'checked', 'failed')
        returning attempt
        "#,
        org.get(),
        id.get(),
        serde_json::to_value(mapping).map_err(Error::internal)?,
        serde_json::to_value(options).map_err(Error::internal)?,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    if attempt.is_some() {
        clear_rows(db, org, id, Phase::Check).await?;
    }
    Ok(attempt)
}

/// Begins or takes up a phase: `from` are the states it may begin in. Says the new attempt.
pub async fn begin(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    now: DateTime<Utc>,
    from: &[&str],
    to: State,
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        r#"
        update imports set state = $4, attempt = attempt + 1, cancel_asked = false, message = null,
            phase_began_at = $5, heartbeat_at = $5, finished_at = null
        where org_id = $1 and id = $2 and state = any($3)
        returning attempt
        "#,
        org.get(),
        id.get(),
        from as &[&str],
        to.word(),
        now,
    )
    .fetch_optional(db)
    .await
}

/// Keeps whether good rows are taken although others are refused.
pub async fn set_options(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    options: &Options,
) -> Result<()> {
    sqlx::query!(
        "update imports set options = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        serde_json::to_value(options).map_err(Error::internal)?,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts the run at the head of the file.
pub async fn place(db: &mut PgConnection, org: OrgId, id: ImportId, at: Place) -> sqlx::Result<()> {
    sqlx::query!(
        "update imports set next_line = $3, next_byte = $4 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        signed(at.line),
        signed(at.byte),
    )
    .execute(db)
    .await
    .map(drop)
}

/// Asks the worker to stop at the next chunk.
pub async fn ask_cancel(db: &mut PgConnection, org: OrgId, id: ImportId) -> sqlx::Result<bool> {
    let asked = sqlx::query!(
        r#"
        update imports set cancel_asked = true
        where org_id = $1 and id = $2 and state in ('checking', 'running')
        "#,
        org.get(),
        id.get(),
    )
    .execute(db)
    .await?;
    Ok(asked.rows_affected() == 1)
}

/// Says that the worker lives; whether it should go on.
pub async fn beat(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    attempt: i32,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let going = sqlx::query_scalar!(
        r#"
        update imports set heartbeat_at = $4
        where org_id = $1 and id = $2 and attempt = $3 and state in ('checking', 'running', 'undoing')
        returning not cancel_asked as "going!"
        "#,
        org.get(),
        id.get(),
        attempt,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(going.unwrap_or(false))
}

/// One chunk of a check: where it ended and what was found. Nothing when the worker was replaced.
pub async fn advance_check(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    attempt: i32,
    now: DateTime<Utc>,
    to: Place,
    counts: &Counts,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        r#"
        update imports set will_create = will_create + $4, will_update = will_update + $5,
            will_leave = will_leave + $6, will_fail = will_fail + $7, next_line = $8, next_byte = $9, heartbeat_at = $10
        where org_id = $1 and id = $2 and attempt = $3 and state = 'checking'
        returning cancel_asked
        "#,
        org.get(),
        id.get(),
        attempt,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.errors,
        signed(to.line),
        signed(to.byte),
        now,
    )
    .fetch_optional(db)
    .await
}

/// One chunk of a run, which must begin where the one before ended. Nothing when it does not: then
/// somebody else has taken these rows, and the caller's transaction must not be kept.
#[expect(clippy::too_many_arguments, reason = "the fence is made of them")]
pub async fn advance_run(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    attempt: i32,
    now: DateTime<Utc>,
    from: Place,
    to: Place,
    counts: &Counts,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        r#"
        update imports set created = created + $4, updated = updated + $5,
            unchanged = unchanged + $6, failed = failed + $7, next_line = $8, next_byte = $9, heartbeat_at = $10
        where org_id = $1 and id = $2 and attempt = $3 and state = 'running' and next_line = $11 and next_byte = $12
        returning cancel_asked
        "#,
        org.get(),
        id.get(),
        attempt,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.errors,
        signed(to.line),
        signed(to.byte),
        now,
        signed(from.line),
        signed(from.byte),
    )
    .fetch_optional(db)
    .await
}

/// Ends a phase. False when the worker was replaced.
pub async fn finish(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    attempt: i32,
    now: DateTime<Utc>,
    state: State,
    message: Option<&str>,
    rows_total: Option<i64>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update imports set state = $4, message = $5, finished_at = $6, heartbeat_at = $6,
            rows_total = coalesce($7, rows_total), undone_at = case when $4 = 'undone' then $6 else undone_at end
        where org_id = $1 and id = $2 and attempt = $3
        "#,
        org.get(),
        id.get(),
        attempt,
        state.word(),
        message,
        now,
        rows_total,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
