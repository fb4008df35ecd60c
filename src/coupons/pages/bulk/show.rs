//! One run: how far it is, what became of its coupons, and what can be done about it.

use askama::Template;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::BulkRunId;
use crate::base::permission::Permission;
use crate::coupons::batches::State as Stage;
use crate::coupons::bulk::{self, Run, allowed, sentence};
use crate::coupons::pages::pace;
use crate::coupons::store::bulk as store;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::time::{Stamp, count};
use crate::web::{self, html, see_other, see_other_saying};

/// The head of the page.
struct Head {
    path: String,
    title: &'static str,
    about: String,
    look: &'static str,
    state: &'static str,
    who: String,
    at: Stamp,
    finished: Option<Stamp>,
    why: Option<String>,
    reason: Option<String>,
    moved_to: Option<(&'static str, Stamp)>,
    did: &'static str,
    done: String,
    skipped: String,
    seen: String,
}

impl Head {
    fn new(run: &Run, staff: &Staff) -> Self {
        let restores = run.undoes.is_some();
        let word = if restores { "Was moved to" } else { "New expiry" };
        Head {
            path: run.path(),
            title: run.action.title(),
            about: run.about.clone(),
            look: run.state.look(),
            state: run.state.label(),
            who: run.created_by_name.clone(),
            at: Stamp::new(run.created_on, staff.zone),
            finished: run.finished_on.map(|at| Stamp::new(at, staff.zone)),
            why: run.why.clone(),
            reason: run.reason.clone(),
            moved_to: run.moved_to.map(|to| (word, Stamp::new(to, staff.zone))),
            did: run.action.did(),
            done: count(run.done),
            skipped: count(run.skipped),
            seen: count(run.seen),
        }
    }
}

/// Work under way.
struct Busy {
    doing: &'static str,
    seen: i64,
    total: Option<i64>,
    words: String,
    stalled: bool,
    stopping: bool,
}

impl Busy {
    fn new(run: &Run, now: DateTime<Utc>) -> Option<Self> {
        let began = run.started_on.filter(|_| run.state == Stage::Running);
        let total = run.expected();
        run.state.is_busy().then(|| Busy {
            doing: run.action.doing(),
            seen: run.seen,
            total,
            words: pace::words((run.seen, total), "coupons", began, now),
            stalled: run.is_stalled(now),
            stopping: run.cancel_asked,
        })
    }
}

#[derive(Template)]
#[template(path = "coupons/bulk_run.html", blocks = ["run"])]
struct Show {
    chrome: Chrome,
    head: Head,
    busy: Option<Busy>,
    may_act: bool,
    may_resume: bool,
    result: Option<String>,
    undo: Option<String>,
    /// What becomes of it: that it cannot be undone, or how.
    undo_words: &'static str,
    /// The run it undoes, and the one that undid it.
    undoes: Option<String>,
    undone_by: Option<String>,
    /// Why coupons were left alone, the most frequent first.
    outcomes: Vec<(String, String)>,
}

async fn find(app: &App, staff: &Staff, id: &str) -> Result<Run> {
    staff.require(Permission::ReadCoupons)?;
    let id: BulkRunId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    store::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)
}

/// The page, or the part of it that moves.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    let run = find(&app, &staff, &id).await?;
    let page = build(&app, &staff, &run).await?;
    if hx.wants("run") { html(page.as_run()) } else { html(page) }
}

async fn build(app: &App, staff: &Staff, run: &Run) -> Result<Show> {
    let now = app.clock.now();
    let may_act = allowed(|permission| staff.may(permission), run.action, &run.scope);
    let mut outcomes: Vec<(&String, i64)> =
        run.outcomes.iter().map(|(word, count)| (word, *count)).collect();
    outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut db = app.read(staff.org).await?;
    let undone_by = store::undone_by(&mut *db, staff.org, run.id).await?;
    let id = run.id;
    Ok(Show {
        chrome: Chrome::new(staff, Nav::Coupons)
            .title(run.action.title())
            .crumb("Bulk actions", "/coupons/bulk"),
        head: Head::new(run, staff),
        busy: Busy::new(run, now),
        may_act,
        may_resume: may_act && run.may_resume(now),
        result: (run.seen > 0 && !run.state.is_busy() && staff.may(Permission::Export))
            .then(|| format!("/exports?kind=coupon-bulk&run={id}")),
        undo: (may_act && run.may_undo() && undone_by.is_none())
            .then(|| format!("/coupons/bulk/new?action=undo&run={id}")),
        undo_words: run.action.undo_words(),
        undoes: run.undoes.map(|id| format!("/coupons/bulk/{id}")),
        undone_by: undone_by.map(|id| format!("/coupons/bulk/{id}")),
        outcomes: outcomes
            .into_iter()
            .map(|(word, number)| (sentence(word).into_owned(), count(number)))
            .collect(),
    })
}

/// Asks the worker to stop.
pub async fn cancel(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let run = find(&app, &staff, &id).await?;
    let id = run.id;
    let done = app
        .act(staff.actor(), move |act| Box::pin(async move { bulk::cancel(act, id).await }))
        .await;
    match done {
        Ok(()) | Err(Error::Stale) => see_other(&run.path()),
        Err(error) => Err(error.into()),
    }
}

/// Takes up what was left.
pub async fn resume(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let run = find(&app, &staff, &id).await?;
    let id = run.id;
    let done = app
        .act(staff.actor(), move |act| Box::pin(async move { bulk::resume(act, id).await }))
        .await;
    match done {
        Ok(()) => see_other(&run.path()),
        Err(Error::Stale) => {
            see_other_saying(&run.path(), Flash::trouble("There is nothing to take up"))
        }
        Err(error) => Err(error.into()),
    }
}
