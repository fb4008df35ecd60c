//! The background worker's side: one task that carries a batch on from wherever it stands, and one
//! that looks for batches whose worker died.

use chrono::Duration;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::batch::{Batch, State};
use super::work::Work;
use super::{actions, store};
use crate::base::act::{Act, Actor, Source};
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::{BatchId, OrgId};
use crate::orgs;

/// A running batch nobody has been heard of for so long is taken up again.
const SILENT: Duration = Duration::seconds(20);
/// A waiting one is put into the queue again after so long: its task may have been given up.
const FORGOTTEN: Duration = Duration::minutes(10);

/// Carries one batch on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BatchTask {
    /// The brand.
    pub org: i64,
    /// The batch.
    pub batch: i64,
    /// Of this attempt; a later one has replaced it otherwise.
    pub attempt: i32,
}

impl TaskHandler for BatchTask {
    const IDENTIFIER: &'static str = "coupon_batch";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = context.get_ext::<App>().cloned().ok_or("the worker has no app")?;
        let (org, batch) = (OrgId::new(self.org), BatchId::new(self.batch));
        carry_on(&app, org, batch, self.attempt).await.map_err(|error| error.to_string())
    }
}

/// Makes what a batch has yet to make. Of an attempt that was replaced, nothing.
pub(super) async fn carry_on(app: &App, org: OrgId, id: BatchId, attempt: i32) -> Result<()> {
    let mut db = app.jobs.begin(org).await?;
    let batch = store::find(&mut *db, org, id).await?.ok_or(Error::NotFound)?;
    drop(db);
    if batch.attempt != attempt || !batch.state.is_busy() {
        return Ok(());
    }
    let Some(pattern) = batch.pattern.clone() else { return Ok(()) };
    let actor = actor(org, &batch);
    let work = Work { app, org, actor: &actor, batch: &batch, pattern: &pattern };
    match work.run().await {
        // The database is away: the queue tries again later.
        Err(Error::Unavailable(cause)) => Err(Error::Unavailable(cause)),
        Err(error) => {
            tracing::error!(?error, batch = %id, "a batch of codes broke off");
            let why = "Something went wrong on our side. Nothing is lost; resume it";
            let mut db = app.jobs.begin(org).await?;
            let made = store::find(&mut *db, org, id).await?.map_or(batch.made, |now| now.made);
            drop(db);
            work.end(State::Failed, made, Some(why)).await
        }
        done => done,
    }
}

/// Who asked for the batch; the right was asked for when it began.
fn actor(org: OrgId, batch: &Batch) -> Actor {
    let operator = Actor::operator(org);
    let staff = batch.created_by.is_some();
    Actor {
        kind: if staff { "staff" } else { operator.kind },
        id: batch.created_by,
        name: batch.created_by_name.clone(),
        source: if staff { Source::Console } else { operator.source },
        ..operator
    }
}

/// Looks, every minute, for batches whose worker died. (A unit: the timetable sends no payload, which
/// is read as `null`.)
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SweepBatches;

impl TaskHandler for SweepBatches {
    const IDENTIFIER: &'static str = "sweep_coupon_batches";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = context.get_ext::<App>().cloned().ok_or("the worker has no app")?;
        sweep(&app).await.map_err(|error| error.to_string())
    }
}

/// The same, now.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    for org in orgs::all(app.jobs.pool()).await? {
        let mut db = app.jobs.begin(org.id).await?;
        let silent = store::silent(&mut *db, org.id, now - SILENT, now - FORGOTTEN).await?;
        drop(db);
        for batch in silent {
            let mut act = Act::begin(&app.jobs, Actor::operator(org.id), now).await?;
            actions::revive(&mut act, batch).await?;
            act.commit().await?;
        }
    }
    Ok(())
}
