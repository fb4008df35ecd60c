//! How a bulk run moves on: its states, its chunks, its worker's sign of life.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{BulkRunId, OrgId};
use crate::coupons::batches::State;
use crate::coupons::bulk::{Place, Run};

/// Hands a run to another worker: its state and attempt must still be as the caller saw them. `afresh`
/// forgets that somebody asked to stop. Says the new attempt.
pub async fn begin(
    db: &mut PgConnection,
    org: OrgId,
    id: BulkRunId,
    (from, attempt): (State, i32),
    afresh: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        r#"
        update coupon_bulk_runs set state = 'WAITING', attempt = attempt + 1,
            cancel_asked = cancel_asked and not $6, why = null, finished_on = null, heartbeat_at = $5
        where org_id = $1 and id = $2 and attempt = $3 and state = $4
        returning attempt
        "#,
        org.get(),
        id.get(),
        attempt,
        from.word(),
        now,
        afresh,
    )
    .fetch_optional(db)
    .await
}

/// Says that a worker is there; whether it should go on. Nothing when it was replaced.
pub async fn beat(
    db: &mut PgConnection,
    org: OrgId,
    id: BulkRunId,
    attempt: i32,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        r#"
        update coupon_bulk_runs
        set state = 'RUNNING', started_on = coalesce(started_on, $4), heartbeat_at = $4
        where org_id = $1 and id = $2 and attempt = $3 and state in ('WAITING', 'RUNNING')
        returning not cancel_asked as "going!"
        "#,
        org.get(),
        id.get(),
        attempt,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Says how many coupons are expected.
pub async fn expect(
    db: &mut PgConnection,
    org: OrgId,
    id: BulkRunId,
    total: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update coupon_bulk_runs set total = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        total,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Says that a waiting run was put into the queue once more.
pub async fn touch(
    db: &mut PgConnection,
    org: OrgId,
    id: BulkRunId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let touched = sqlx::query!(
        r#"
        update coupon_bulk_runs set heartbeat_at = $3
        where org_id = $1 and id = $2 and state = 'WAITING'
        "#,
        org.get(),
        id.get(),
        now,
    )
    .execute(db)
    .await?;
    Ok(touched.rows_affected() == 1)
}

/// Whether a chunk may begin here: looked at first, so that a worker that was replaced does no work in
/// vain. What counts is [`advance`].
pub async fn is_at(
    db: &mut PgConnection,
    org: OrgId,
    id: BulkRunId,
    attempt: i32,
    seen: i64,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (select from coupon_bulk_runs where org_id = $1 and id = $2 and attempt = $3
            and seen = $4 and state = 'RUNNING') as "there!"
        "#,
        org.get(),
        id.get(),
        attempt,
        seen,
    )
    .fetch_one(db)
    .await
}

/// Counts a chunk: `run` says how it stands after it, `seen` how many there were before. Says whether
/// somebody asked to stop; nothing when another worker has moved on, and then the caller's transaction
/// must not be kept.
pub async fn advance(
    db: &mut PgConnection,
    org: OrgId,
    run: &Run,
    seen: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        r#"
        update coupon_bulk_runs set place = $5, seen = $6, done = $7, skipped = $8, outcomes = $9,
            heartbeat_at = $10
        where org_id = $1 and id = $2 and attempt = $3 and seen = $4 and state = 'RUNNING'
        returning cancel_asked
        "#,
        org.get(),
        run.id.get(),
        run.attempt,
        seen,
        Json::<&Place>(&run.place) as _,
        run.seen,
        run.done,
        run.skipped,
        Json(&run.outcomes) as _,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Ends. False when the worker was replaced.
pub async fn finish(
    db: &mut PgConnection,
    org: OrgId,
    run: &Run,
    to: State,
    why: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update coupon_bulk_runs set state = $4, why = $5, finished_on = $6, heartbeat_at = $6
        where org_id = $1 and id = $2 and attempt = $3 and state in ('WAITING', 'RUNNING')
        "#,
        org.get(),
        run.id.get(),
        run.attempt,
        to.word(),
        why,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Asks the worker to stop at the next chunk.
pub async fn ask_cancel(db: &mut PgConnection, org: OrgId, id: BulkRunId) -> sqlx::Result<bool> {
    let asked = sqlx::query!(
        r#"
        update coupon_bulk_runs set cancel_asked = true
        where org_id = $1 and id = $2 and state in ('WAITING', 'RUNNING') and not cancel_asked
        "#,
        org.get(),
        id.get(),
    )
    .execute(db)
    .await?;
    Ok(asked.rows_affected() == 1)
}

/// Claims a run until the transaction ends: for the worker in a chunk, and for whoever wants to take its
/// place. False when somebody has it, who is therefore alive. An advisory lock and not the row's, so
/// that a page can ask a busy worker to stop.
pub async fn claim(db: &mut PgConnection, id: BulkRunId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(20261128, ($1::bigint % 2147483647)::int) as "claimed!""#,
        id.get(),
    )
    .fetch_one(db)
    .await
}

/// Runs under way of which nothing was heard since: running ones, and ones that wait. Served by
/// `coupon_bulk_runs_busy`.
pub async fn silent(
    db: impl PgExecutor<'_>,
    org: OrgId,
    running: DateTime<Utc>,
    waiting: DateTime<Utc>,
) -> sqlx::Result<Vec<BulkRunId>> {
    sqlx::query_scalar!(
        r#"
        select id as "id: BulkRunId" from coupon_bulk_runs
        where org_id = $1 and (state = 'RUNNING' and heartbeat_at < $2
            or state = 'WAITING' and coalesce(heartbeat_at, created_on) < $3)
        "#,
        org.get(),
        running,
        waiting,
    )
    .fetch_all(db)
    .await
}
