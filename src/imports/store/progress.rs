//! How an import moves on: its phases, its chunks, its worker's sign of life.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{clear_rows, signed};
use crate::base::csv::read::Place;
use crate::base::error::{Error, Result};
use crate::base::ids::{ImportId, OrgId};
use crate::imports::import::{Counts, Options, Phase, State};
use crate::imports::mapping::Mapping;

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

/// Claims an import until the transaction ends: for the worker in a chunk, and for whoever wants to take
/// its place. False when somebody has it, who is therefore alive. An advisory lock and not the row's, so
/// that a page can ask a busy worker to stop.
pub async fn claim(db: &mut PgConnection, id: ImportId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(20261126, ($1::bigint % 2147483647)::int) as "claimed!""#,
        id.get(),
    )
    .fetch_one(db)
    .await
}

/// Whether the next chunk of a run begins here and is this attempt's.
pub async fn is_at(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    attempt: i32,
    at: Place,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (select from imports where org_id = $1 and id = $2 and attempt = $3
            and state = 'running' and next_line = $4 and next_byte = $5) as "there!"
        "#,
        org.get(),
        id.get(),
        attempt,
        signed(at.line),
        signed(at.byte),
    )
    .fetch_one(db)
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

/// How a phase ends.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// Where the import stands then.
    pub state: State,
    /// Why, where somebody must know.
    pub message: Option<&'a str>,
    /// Rows of the file, once counted.
    pub rows_total: Option<i64>,
}

/// Ends a phase. False when the worker was replaced.
pub async fn finish(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    attempt: i32,
    now: DateTime<Utc>,
    ending: &Ending<'_>,
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
        ending.state.word(),
        ending.message,
        now,
        ending.rows_total,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
