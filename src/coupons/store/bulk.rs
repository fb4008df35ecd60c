//! Bulk runs as such: added once, found, listed.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::base::act::Actor;
use crate::base::error::{Error, Result};
use crate::base::ids::{BulkRunId, OrgId, SeriesId};
use crate::base::list::Listing;
use crate::coupons::batches::State;
use crate::coupons::bulk::{Action, Place, Run, Scope};

/// A run to be begun.
pub struct New<'a> {
    /// The form's own key.
    pub once: Uuid,
    /// What is done.
    pub action: Action,
    /// To which coupons.
    pub scope: &'a Scope,
    /// The same in words.
    pub about: &'a str,
    /// The run it undoes.
    pub undoes: Option<BulkRunId>,
    /// Where ends are moved to.
    pub moved_to: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Option<&'a str>,
    /// How many are expected.
    pub total: Option<i64>,
}

/// Adds a run that waits for its worker; nothing when its form was sent already.
pub async fn insert(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    new: &New<'_>,
) -> Result<Option<BulkRunId>> {
    let scope = serde_json::to_value(new.scope).map_err(Error::internal)?;
    let id = sqlx::query_scalar!(
        r#"
        insert into coupon_bulk_runs (org_id, once, action, scope, about, series_id, undoes, moved_to,
            reason, border, total, state, created_on, created_by, created_by_name)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'WAITING', $10, $12, $13)
        on conflict (org_id, once) do nothing
        returning id as "id: BulkRunId"
        "#,
        actor.org.get(),
        new.once,
        new.action.word(),
        scope,
        new.about,
        new.scope.of_series().map(SeriesId::get),
        new.undoes.map(BulkRunId::get),
        new.moved_to,
        new.reason,
        now,
        new.total,
        actor.id,
        actor.name,
    )
    .fetch_optional(db)
    .await?;
    Ok(id)
}

/// The run of a form.
pub async fn by_once(
    db: impl PgExecutor<'_>,
    org: OrgId,
    once: Uuid,
) -> sqlx::Result<Option<BulkRunId>> {
    sqlx::query_scalar!(
        r#"select id as "id: BulkRunId" from coupon_bulk_runs where org_id = $1 and once = $2"#,
        org.get(),
        once,
    )
    .fetch_optional(db)
    .await
}

/// The newest run that undoes another. `coupon_bulk_runs_undone` serves it.
pub async fn undone_by(
    db: impl PgExecutor<'_>,
    org: OrgId,
    run: BulkRunId,
) -> sqlx::Result<Option<BulkRunId>> {
    sqlx::query_scalar!(
        r#"select id as "id: BulkRunId" from coupon_bulk_runs where org_id = $1 and undoes = $2
           order by id desc limit 1"#,
        org.get(),
        run.get(),
    )
    .fetch_optional(db)
    .await
}

/// A row as it is stored.
struct Row {
    id: BulkRunId,
    action: String,
    scope: Value,
    about: String,
    series_id: Option<SeriesId>,
    undoes: Option<BulkRunId>,
    moved_to: Option<DateTime<Utc>>,
    reason: Option<String>,
    border: DateTime<Utc>,
    total: Option<i64>,
    place: Json<Place>,
    seen: i64,
    done: i64,
    skipped: i64,
    outcomes: Json<std::collections::BTreeMap<String, i64>>,
    state: String,
    cancel_asked: bool,
    why: Option<String>,
    attempt: i32,
    heartbeat_at: Option<DateTime<Utc>>,
    created_on: DateTime<Utc>,
    created_by: Option<i64>,
    created_by_name: String,
    started_on: Option<DateTime<Utc>>,
    finished_on: Option<DateTime<Utc>>,
}

impl Row {
    fn into_run(self) -> sqlx::Result<Run> {
        let unknown =
            |word: &str| sqlx::Error::Decode(format!("“{word}” is not a word of bulk runs").into());
        Ok(Run {
            id: self.id,
            action: Action::of(&self.action).ok_or_else(|| unknown(&self.action))?,
            scope: serde_json::from_value(self.scope)
                .map_err(|error| sqlx::Error::Decode(error.into()))?,
            about: self.about,
            series: self.series_id,
            undoes: self.undoes,
            moved_to: self.moved_to,
            reason: self.reason,
            border: self.border,
            total: self.total,
            place: self.place.0,
            seen: self.seen,
            done: self.done,
            skipped: self.skipped,
            outcomes: self.outcomes.0,
            state: State::from_word(&self.state).ok_or_else(|| unknown(&self.state))?,
            cancel_asked: self.cancel_asked,
            why: self.why,
            attempt: self.attempt,
            heartbeat_at: self.heartbeat_at,
            created_on: self.created_on,
            created_by: self.created_by,
            created_by_name: self.created_by_name,
            started_on: self.started_on,
            finished_on: self.finished_on,
        })
    }
}

/// One run.
pub async fn find(db: impl PgExecutor<'_>, org: OrgId, id: BulkRunId) -> sqlx::Result<Option<Run>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id as "id: BulkRunId", action, scope, about, series_id as "series_id: SeriesId",
            undoes as "undoes: BulkRunId", moved_to, reason, border, total,
            place as "place: Json<Place>", seen, done, skipped,
            outcomes as "outcomes: Json<std::collections::BTreeMap<String, i64>>", state,
            cancel_asked, why, attempt, heartbeat_at, created_on, created_by, created_by_name,
            started_on, finished_on
        from coupon_bulk_runs where org_id = $1 and id = $2
        "#,
        org.get(),
        id.get(),
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::into_run).transpose()
}

/// Where a list of runs goes on: behind this one.
pub type Before = (DateTime<Utc>, BulkRunId);

/// Runs of the brand, or of one series, newest first. `coupon_bulk_runs_by_creation` and
/// `coupon_bulk_runs_by_series` serve it.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: Option<SeriesId>,
    before: Option<Before>,
    size: usize,
) -> sqlx::Result<Listing<Run, Before>> {
    let (on, id) = before.map_or((None, None), |(on, id)| (Some(on), Some(id.get())));
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: BulkRunId", action, scope, about, series_id as "series_id: SeriesId",
            undoes as "undoes: BulkRunId", moved_to, reason, border, total,
            place as "place: Json<Place>", seen, done, skipped,
            outcomes as "outcomes: Json<std::collections::BTreeMap<String, i64>>", state,
            cancel_asked, why, attempt, heartbeat_at, created_on, created_by, created_by_name,
            started_on, finished_on
        from coupon_bulk_runs
        where org_id = $1 and ($2::bigint is null or series_id = $2)
            and ($3::timestamptz is null or (created_on, id) < ($3, $4::bigint))
        order by created_on desc, id desc
        limit $5
        "#,
        org.get(),
        series.map(SeriesId::get),
        on,
        id,
        i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1),
    )
    .fetch_all(db)
    .await?;
    let runs: Vec<Run> = rows.into_iter().map(Row::into_run).collect::<Result<_, _>>()?;
    Ok(Listing::trim(runs, size, |run| (run.created_on, run.id)))
}
