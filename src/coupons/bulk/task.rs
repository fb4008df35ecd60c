//! The background worker's side: one task that carries a run on from wherever it stands, and one that
//! looks for runs whose worker died.

use chrono::Duration;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::actions;
use super::run::Run;
use super::work::Work;
use crate::base::act::{Act, Actor, Source};
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::{BulkRunId, OrgId};
use crate::coupons::batches::State;
use crate::coupons::store::{bulk, bulk_progress as progress};
use crate::orgs;

/// A running run nobody has been heard of for so long is taken up again.
const SILENT: Duration = Duration::seconds(20);
/// A waiting one is put into the queue again after so long: its task may have been given up.
const FORGOTTEN: Duration = Duration::minutes(10);

/// Carries one run on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BulkTask {
    /// The brand.
    pub org: i64,
    /// The run.
    pub run: i64,
    /// Of this attempt; a later one has replaced it otherwise.
    pub attempt: i32,
}

impl TaskHandler for BulkTask {
    const IDENTIFIER: &'static str = "coupon_bulk";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = context.get_ext::<App>().cloned().ok_or("the worker has no app")?;
        let (org, run) = (OrgId::new(self.org), BulkRunId::new(self.run));
        carry_on(&app, org, run, self.attempt).await.map_err(|error| error.to_string())
    }
}

/// Does what a run has yet to do. Of an attempt that was replaced, nothing.
async fn carry_on(app: &App, org: OrgId, id: BulkRunId, attempt: i32) -> Result<()> {
    let mut db = app.jobs.begin(org).await?;
    let run = bulk::find(&mut *db, org, id).await?.ok_or(Error::NotFound)?;
    drop(db);
    if run.attempt != attempt || !run.state.is_busy() {
        return Ok(());
    }
    let actor = actor(org, &run);
    let mut work = Work { app, org, actor: &actor, run };
    match work.run().await {
        // The database is away: the queue tries again later.
        Err(Error::Unavailable(cause)) => Err(Error::Unavailable(cause)),
        Err(error) => {
            tracing::error!(?error, run = %id, "bulk work on coupons broke off");
            let why = "Something went wrong on our side. Nothing is lost; resume it";
            work.end(State::Failed, Some(why)).await
        }
        done => done,
    }
}

/// Who asked for the run; the right was asked for when it began. What it does is tied together in the
/// log by its number.
fn actor(org: OrgId, run: &Run) -> Actor {
    let operator = Actor::operator(org);
    let staff = run.created_by.is_some();
    Actor {
        kind: if staff { "staff" } else { operator.kind },
        id: run.created_by,
        name: run.created_by_name.clone(),
        source: if staff { Source::Console } else { operator.source },
        request_id: format!("coupon-bulk-{}", run.id),
        ..operator
    }
}

/// Looks, every minute, for runs whose worker died. (A unit: the timetable sends no payload, which is
/// read as `null`.)
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SweepBulk;

impl TaskHandler for SweepBulk {
    const IDENTIFIER: &'static str = "sweep_coupon_bulk";

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
        let silent = progress::silent(&mut *db, org.id, now - SILENT, now - FORGOTTEN).await?;
        drop(db);
        for run in silent {
            let mut act = Act::begin(&app.jobs, Actor::operator(org.id), now).await?;
            actions::revive(&mut act, run).await?;
            act.commit().await?;
        }
    }
    Ok(())
}
