//! The background worker's side: one task that carries an import on from wherever it stands, and one
//! that looks for imports whose worker died.

use chrono::Duration;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::actions::By;
use super::check::{Ended, Tell};
use super::import::{Import, State};
use super::work::Work;
use super::{actions, kinds, store, work};
use crate::base::act::{Act, Actor, Source};
use crate::base::app::App;
use crate::base::csv::importable::Terms;
use crate::base::error::{Error, Result};
use crate::base::ids::{ImportId, OrgId};
use crate::base::permission::Role;
use crate::orgs;

/// A busy import nobody has been heard of for so long is taken up again.
const SILENT: Duration = Duration::seconds(20);
/// An upload that never ended is swept away after so long.
const TORN: Duration = Duration::hours(24);

/// Carries one import on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportTask {
    /// The brand.
    pub org: i64,
    /// The import.
    pub import: i64,
    /// Of this attempt; a later one has replaced it otherwise.
    pub attempt: i32,
}

impl TaskHandler for ImportTask {
    const IDENTIFIER: &'static str = "import";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = context.get_ext::<App>().cloned().ok_or("the worker has no app")?;
        let (org, import) = (OrgId::new(self.org), ImportId::new(self.import));
        let done = carry_on(&app, org, import, self.attempt, &actions::silent).await;
        done.map(drop).map_err(|error| error.to_string())
    }
}

/// Does what the import's state asks for, to its end. Of an attempt that was replaced, nothing.
pub async fn carry_on(
    app: &App,
    org: OrgId,
    id: ImportId,
    attempt: i32,
    tell: Tell<'_>,
) -> Result<Ended> {
    let mut db = app.jobs.begin(org).await?;
    let import = store::find(&mut *db, org, id).await?.ok_or(Error::NotFound)?;
    let zone = orgs::find(&mut *db, org).await?.ok_or(Error::NotFound)?.time_zone;
    drop(db);
    if import.attempt != attempt || !import.state.is_busy() {
        return Ok(Ended::Given);
    }
    let kind = kinds::find(&import.kind)?;
    let actor = actor(org, &import);
    let terms = Terms {
        zone: zone.parse().map_err(|_| Error::internal(anyhow::anyhow!("zone {zone}")))?,
        migration: import.options.migration,
        import: id,
        about: import.options.about,
        above: None,
    };
    let columns = work::columns(kind, &import)?;
    let work = Work { app, org, import: &import, kind, columns, terms };
    let done = match import.state {
        State::Checking => match work.check(&actor, tell).await {
            Ok(Ended::Whole) if import.options.straight_on => go_on(app, &actor, id, tell).await,
            checked => checked,
        },
        State::Running => work.run(&actor, tell).await,
        _ => work.undo(&actor).await,
    };
    match done {
        // The database is away: the queue tries again later.
        Err(Error::Unavailable(cause)) => Err(Error::Unavailable(cause)),
        Err(error) => {
            tracing::error!(?error, import = %id, "an import broke off");
            let to = if import.state == State::Checking { State::Failed } else { State::Cancelled };
            let why = "Something went wrong on our side. Nothing is lost; try again";
            work.end(&actor, to, Some(why), None).await
        }
        done => done,
    }
}

/// Runs a file that was checked and waits for nobody, in the same task. Should this worker die, the sweep
/// finds the run as it finds any other.
async fn go_on(app: &App, actor: &Actor, id: ImportId, tell: Tell<'_>) -> Result<Ended> {
    let mut act = Act::begin(&app.jobs, actor.clone(), app.clock.now()).await?;
    let attempt = actions::begin_run(&mut act, id, true, By::Caller).await?;
    act.commit().await?;
    Box::pin(carry_on(app, actor.org, id, attempt, tell)).await
}

/// Who brought the file; the right was asked for when the work was begun.
fn actor(org: OrgId, import: &Import) -> Actor {
    let operator = Actor::operator(org);
    Actor {
        role: Role::Admin,
        kind: kind_of(&import.actor_kind),
        id: import.actor_id,
        name: import.actor_name.clone(),
        source: Source::Import,
        import: Some(import.id),
        ..operator
    }
}

/// An actor's kind as it was kept.
fn kind_of(word: &str) -> &'static str {
    match word {
        "till" => "till",
        "client" => "client",
        "operator" => "operator",
        _ => "staff",
    }
}

/// Looks, every minute, for imports whose worker died and for uploads that broke off. (A unit: the
/// timetable sends no payload, which is read as `null`.)
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SweepImports;

impl TaskHandler for SweepImports {
    const IDENTIFIER: &'static str = "sweep_imports";

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
        let silent = store::silent(&mut *db, org.id, now - SILENT).await?;
        drop(db);
        for import in silent {
            let mut act = Act::begin(&app.jobs, Actor::operator(org.id), now).await?;
            actions::revive(&mut act, import).await?;
            act.commit().await?;
        }
        let mut act = Act::begin(&app.jobs, Actor::operator(org.id), now).await?;
        act.bookkeeping();
        store::drop_torn_files(act.db(), org.id, now - TORN).await?;
        act.commit().await?;
    }
    Ok(())
}
