//! Deeds on batches. The work itself is a task that carries on where it was; these begin it, stop it
//! and take it up again.

use chrono_tz::Tz;
use graphile_worker::JobSpec;
use serde_json::json;

use super::batch::{Batch, Kind, State};
use super::draft::{Around, Checked, Draft};
use super::store;
use super::task::BatchTask;
use crate::base::act::{Act, Entry};
use crate::base::error::{Error, Result};
use crate::base::ids::{BatchId, SeriesId};
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::coupons::series::Series;
use crate::coupons::store as room;
use crate::coupons::{expiry, refusal};
use crate::orgs;

/// Begins a batch of codes for a series.
pub async fn start(act: &mut Act, series: SeriesId, draft: &Draft) -> Result<BatchId> {
    act.require(Permission::EditCoupons)?;
    let checked = draft.check()?;
    // Locked, so that two who begin at once cannot both take the room that is left for one.
    let series = locked(act, series).await?;
    let around = around(act, &series).await?;
    checked.fits(&series, &around)?;
    let (actor, now) = (act.actor().clone(), act.now());
    let Checked { name, wanted, pattern, .. } = checked;
    let wanted = i64::try_from(wanted).map_err(Error::internal)?;
    let new = store::New { series: series.id, name: &name, wanted, pattern: &pattern };
    let id = store::insert(act.db(), &actor, now, &new).await?;
    let facts = json!({
        "series": series.id, "offer": series.description, "wanted": wanted,
        "pattern": pattern.picture(), "alphabet": pattern.alphabet().word(),
    });
    let label = if name.is_empty() { format!("Batch {id}") } else { name };
    act.record(Entry::new("started", "coupon_batch", id, label).with(facts));
    hand_over(act, id, 0).await
}

/// Asks the worker to stop at the next chunk.
pub async fn cancel(act: &mut Act, id: BatchId) -> Result<()> {
    let batch = found(act, id).await?;
    let org = act.org();
    if store::ask_cancel(act.db(), org, id).await? {
        act.record(entry("stopped", &batch));
    }
    Ok(())
}

/// Takes up what was stopped, what failed, or what a dead worker left.
pub async fn resume(act: &mut Act, id: BatchId) -> Result<()> {
    let batch = found(act, id).await?;
    if !batch.may_resume(act.now()) || !store::claim(act.db(), id).await? {
        return Err(Error::Stale);
    }
    if !batch.state.is_busy() {
        // What was stopped promised nothing any more: others may have taken the room.
        let series = locked(act, batch.series).await?;
        let around = around(act, &series).await?;
        let rest = Checked::rest_of(&batch).ok_or(Error::Stale)?;
        rest.fits(&series, &around)?;
    }
    take_over(act, &batch, true).await?;
    act.record(entry("resumed", &batch));
    Ok(())
}

/// Takes up a batch whose worker died; nothing when it lives. One that waits is put into the queue once
/// more under the same attempt: should its task be there after all, the fence lets one of the two pass.
pub(super) async fn revive(act: &mut Act, id: BatchId) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    let batch = store::find(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    act.bookkeeping();
    if batch.state == State::Waiting {
        if store::touch(act.db(), org, id, now).await? {
            hand_over(act, id, batch.attempt).await?;
        }
    } else if batch.is_stalled(now) && store::claim(act.db(), id).await? {
        take_over(act, &batch, false).await?;
    }
    Ok(())
}

async fn take_over(act: &mut Act, batch: &Batch, afresh: bool) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    let from = (batch.state, batch.attempt);
    let attempt = store::begin(act.db(), org, batch.id, from, afresh, now).await?;
    hand_over(act, batch.id, attempt.ok_or(Error::Stale)?).await.map(drop)
}

async fn hand_over(act: &mut Act, batch: BatchId, attempt: i32) -> Result<BatchId> {
    let task = BatchTask { org: act.org().get(), batch: batch.get(), attempt };
    act.enqueue(&task, JobSpec::builder().max_attempts(5).build()).await?;
    Ok(batch)
}

/// An entry on a batch.
pub(super) fn entry(verb: &'static str, batch: &Batch) -> Entry {
    let facts = json!({
        "series": batch.series, "offer": batch.offer, "wanted": batch.wanted, "made": batch.made,
    });
    Entry::new(verb, "coupon_batch", batch.id, batch.label()).with(facts)
}

async fn found(act: &mut Act, id: BatchId) -> Result<Batch> {
    act.require(Permission::EditCoupons)?;
    let org = act.org();
    let batch = store::find(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if batch.kind != Kind::Generated || batch.state == State::Done {
        return Err(Error::Stale);
    }
    Ok(batch)
}

/// The series, locked for what is begun on it; one that has ended makes no codes any more.
async fn locked(act: &mut Act, id: SeriesId) -> Result<Series> {
    let (org, now) = (act.org(), act.now());
    let series = room::series::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    let brand = orgs::find(act.db(), org).await?.ok_or(Error::NotFound)?;
    let zone: Tz = brand.time_zone.parse().map_err(Error::internal)?;
    if expiry::of_series(&series, zone).passed(now) {
        let why = refusal::sentence("series_expired");
        return Err(Problem::whole("series_expired", why).into());
    }
    Ok(series)
}

async fn around(act: &mut Act, series: &Series) -> Result<Around> {
    let org = act.org();
    let totals = room::totals::totals(act.db(), org, &[series.id]).await?;
    let totals = totals.get(&series.id).copied().unwrap_or_default();
    let promised = store::promised(act.db(), org, series.id).await?;
    let alike = store::alike(act.db(), org, series).await?;
    Ok(Around { totals, promised, alike })
}
