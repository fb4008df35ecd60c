//! Deeds on runs. The work itself is a task that carries on where it was; these begin it, stop it and
//! take it up again.

use chrono::NaiveDate;
use graphile_worker::JobSpec;
use serde_json::json;

use super::action::Action;
use super::draft::{Draft, require};
use super::run::{Place, Run};
use super::scope::{Scope, Wanted};
use super::task::BulkTask;
use crate::base::act::{Act, Entry};
use crate::base::error::{Error, Result};
use crate::base::ids::{BulkRunId, SeriesId};
use crate::base::problem::Problem;
use crate::coupons::batches::State;
use crate::coupons::filter::CodesWanted;
use crate::coupons::ground;
use crate::coupons::series::{Series, Totals};
use crate::coupons::store::{self, bulk, bulk_lists, bulk_progress as progress, bulk_scan, totals};

/// Begins a run. The same form sent again leads to the same run.
pub async fn create(act: &mut Act, draft: &Draft) -> Result<BulkRunId> {
    let actor = act.actor().clone();
    require(|permission| actor.may(permission), draft.action, &draft.scope)?;
    let (org, now) = (act.org(), act.now());
    if let Some(begun) = bulk::by_once(&mut *act.db(), org, draft.once).await? {
        return Ok(begun);
    }
    let ground = Ground::of(act, draft).await?;
    let zone = ground::zone(act).await?;
    let checked = draft.check(now, zone, ground.last_day())?;
    let none = Place::default();
    if bulk_scan::next(act.db(), org, &draft.scope, now, &none, 1).await?.0.is_empty() {
        let why = "Nothing matches any more: look at the list again";
        return Err(Problem::whole("nothing_matches", why).into());
    }
    let about = ground.about(&draft.scope);
    let new = bulk::New {
        once: draft.once,
        action: draft.action,
        scope: &draft.scope,
        about: &about,
        undoes: ground.undone.as_ref().map(|run| run.id),
        moved_to: checked.moved_to.or(ground.undone.as_ref().and_then(|run| run.moved_to)),
        reason: checked.reason.as_deref(),
        total: ground.total(&draft.scope),
    };
    let Some(id) = bulk::insert(act.db(), &actor, now, &new).await? else {
        return bulk::by_once(&mut *act.db(), org, draft.once).await?.ok_or(Error::Stale);
    };
    let run = bulk::find(&mut *act.db(), org, id).await?.ok_or(Error::NotFound)?;
    act.record(entry("started", &run).because(checked.reason));
    hand_over(act, id, 0).await
}

/// What a scope refers to, found once.
struct Ground {
    series: Option<(Series, Totals)>,
    undone: Option<Run>,
}

impl Ground {
    async fn of(act: &mut Act, draft: &Draft) -> Result<Self> {
        let org = act.org();
        let mut ground = Ground { series: None, undone: None };
        if let Some(id) = draft.scope.of_series() {
            let series = store::series::find(&mut *act.db(), org, id).await?;
            let series = series.ok_or(Error::NotFound)?;
            let totals = totals::totals(&mut *act.db(), org, &[id]).await?.remove(&id);
            ground.series = Some((series, totals.unwrap_or_default()));
        }
        if let Scope::Customers { series, list } = draft.scope {
            let list = bulk_lists::find(&mut *act.db(), org, list).await?;
            list.filter(|list| list.series == series).ok_or(Error::NotFound)?;
        }
        if let Scope::Run { run } = draft.scope {
            let run = bulk::find(&mut *act.db(), org, run).await?.ok_or(Error::NotFound)?;
            ground.undone = Some(run);
        }
        let undo = ground.undone.as_ref().is_some_and(Run::may_undo);
        if (draft.action == Action::Restore) != undo {
            return Err(Error::Stale);
        }
        Ok(ground)
    }

    fn last_day(&self) -> Option<NaiveDate> {
        self.series.as_ref().map(|(series, _)| series.valid_till)
    }

    fn about(&self, scope: &Scope) -> String {
        match (&self.series, &self.undone) {
            (Some((series, _)), _) => scope.words(&series.description),
            (None, Some(run)) => format!("{} ({})", scope.words(""), run.about),
            _ => scope.words(""),
        }
    }

    /// How many coupons are expected: read off counters, so it may be off by what happens meanwhile.
    /// Where they do not tell exactly enough, the worker counts.
    fn total(&self, scope: &Scope) -> Option<i64> {
        match (scope, &self.series, &self.undone) {
            (Scope::Series { wanted, begins, .. }, Some((_, totals)), _) if begins.is_empty() => {
                expected(*wanted, totals).filter(|_| *wanted != Wanted::Unredeemed)
            }
            (Scope::Coupons { ids, .. }, ..) => i64::try_from(ids.len()).ok(),
            (_, _, Some(run)) => Some(run.done),
            _ => None,
        }
    }
}

/// How many codes of a series a filter means, by its counters; nothing where they do not tell.
pub fn expected(wanted: Wanted, totals: &Totals) -> Option<i64> {
    match wanted {
        Wanted::Codes(CodesWanted::All) => Some(totals.issued + totals.unissued),
        Wanted::Codes(CodesWanted::Unissued) => Some(totals.unissued),
        Wanted::Codes(CodesWanted::Issued) => Some(totals.issued),
        Wanted::Codes(CodesWanted::Revoked) => Some(totals.revoked),
        Wanted::Codes(CodesWanted::Redeemed) => None,
        // Issued ones that were revoked are counted as issued: it may be fewer.
        Wanted::Unredeemed => Some((totals.issued + totals.unissued - totals.redeemed).max(0)),
    }
}

/// Asks the worker to stop at the next chunk.
pub async fn cancel(act: &mut Act, id: BulkRunId) -> Result<()> {
    let run = found(act, id).await?;
    let org = act.org();
    if progress::ask_cancel(act.db(), org, id).await? {
        act.record(entry("stopped", &run));
    }
    Ok(())
}

/// Takes up what was stopped, what failed, or what a dead worker left.
pub async fn resume(act: &mut Act, id: BulkRunId) -> Result<()> {
    let run = found(act, id).await?;
    if !run.may_resume(act.now()) || !progress::claim(act.db(), id).await? {
        return Err(Error::Stale);
    }
    take_over(act, &run, true).await?;
    act.record(entry("resumed", &run));
    Ok(())
}

/// Takes up a run whose worker died; nothing when it lives. One that waits is put into the queue once
/// more under the same attempt: should its task be there after all, the fence lets one of the two pass.
pub(super) async fn revive(act: &mut Act, id: BulkRunId) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    let run = bulk::find(&mut *act.db(), org, id).await?.ok_or(Error::NotFound)?;
    act.bookkeeping();
    if run.state == State::Waiting {
        if progress::touch(act.db(), org, id, now).await? {
            hand_over(act, id, run.attempt).await?;
        }
    } else if run.is_stalled(now) && progress::claim(act.db(), id).await? {
        take_over(act, &run, false).await?;
    }
    Ok(())
}

async fn take_over(act: &mut Act, run: &Run, afresh: bool) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    let from = (run.state, run.attempt);
    let attempt = progress::begin(act.db(), org, run.id, from, afresh, now).await?;
    hand_over(act, run.id, attempt.ok_or(Error::Stale)?).await.map(drop)
}

async fn hand_over(act: &mut Act, run: BulkRunId, attempt: i32) -> Result<BulkRunId> {
    let task = BulkTask { org: act.org().get(), run: run.get(), attempt };
    act.enqueue(&task, JobSpec::builder().max_attempts(5).build()).await?;
    Ok(run)
}

/// An entry on a run.
pub(super) fn entry(verb: &'static str, run: &Run) -> Entry {
    let facts = json!({
        "action": run.action.key(), "coupons": run.about, "seriesId": run.series.map(SeriesId::get),
        "to": run.moved_to, "done": run.done, "leftAlone": run.skipped,
    });
    Entry::new(verb, "coupon_bulk", run.id, run.label()).with(facts)
}

async fn found(act: &mut Act, id: BulkRunId) -> Result<Run> {
    let (org, actor) = (act.org(), act.actor().clone());
    let run = bulk::find(&mut *act.db(), org, id).await?.ok_or(Error::NotFound)?;
    require(|permission| actor.may(permission), run.action, &run.scope)?;
    if run.state == State::Done { Err(Error::Stale) } else { Ok(run) }
}
