//! Carrying out one run, chunk by chunk. A chunk's deeds, their outcomes and the place behind it are one
//! transaction: killed anywhere, the work goes on where it was, and two workers cannot both do a chunk.

use super::actions::entry;
use super::carry_out::carry_out;
use super::run::Run;
use super::words::DONE;
use crate::base::act::{Act, Actor};
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::coupons::batches::State;
use crate::coupons::store::bulk_items::{self, Item};
use crate::coupons::store::{bulk_progress as progress, bulk_scan};

/// Coupons of one transaction. They are locked while it runs: few enough that a till waits for a code
/// no longer than people wait for a page.
const CHUNK: i64 = 2_000;
/// How often a chunk is tried again that met another writer.
const TRIES: usize = 4;

/// One run carried out by one worker; `run` says how it stands.
pub(super) struct Work<'a> {
    pub(super) app: &'a App,
    pub(super) org: OrgId,
    pub(super) actor: &'a Actor,
    pub(super) run: Run,
}

/// What became of a chunk.
enum Chunk {
    /// How the run stands after it, and whether somebody asked to stop.
    Dealt(Box<Run>, bool),
    /// There was nothing left.
    Over,
    /// Another worker has taken over.
    Given,
}

impl Work<'_> {
    /// Does what is not done yet.
    pub(super) async fn run(&mut self) -> Result<()> {
        if !self.begin().await? {
            return Ok(());
        }
        self.count().await?;
        loop {
            match self.try_chunk().await? {
                Chunk::Given => return Ok(()),
                Chunk::Over => return self.end(State::Done, None).await,
                Chunk::Dealt(run, cancel) => {
                    self.run = *run;
                    if cancel {
                        return self.end(State::Cancelled, None).await;
                    }
                }
            }
        }
    }

    /// Says that a worker is there; false when it was replaced, or stopped before it began.
    async fn begin(&self) -> Result<bool> {
        let mut act = self.act().await?;
        act.bookkeeping();
        let (id, attempt, now) = (self.run.id, self.run.attempt, self.app.clock.now());
        let going = progress::beat(act.db(), self.org, id, attempt, now).await?;
        act.commit().await?;
        if going == Some(false) {
            self.end(State::Cancelled, None).await?;
        }
        Ok(going == Some(true))
    }

    /// Counts what is to be done, where no counter tells: for the bar that shows how far it is.
    async fn count(&mut self) -> Result<()> {
        if self.run.total.is_some() {
            return Ok(());
        }
        let (org, run) = (self.org, &self.run);
        let mut act = self.act().await?;
        act.bookkeeping();
        let total = bulk_scan::count(act.db(), org, &run.scope, run.border).await?;
        if let Some(total) = total {
            progress::expect(act.db(), org, run.id, total).await?;
        }
        act.commit().await?;
        self.run.total = total;
        Ok(())
    }

    /// A chunk, again when somebody else wanted the same rows the other way round.
    async fn try_chunk(&self) -> Result<Chunk> {
        for _ in 0..TRIES {
            match self.chunk().await {
                Err(error) if error.is_race() => {
                    tracing::warn!(?error, run = %self.run.id, "bulk work met another writer");
                }
                done => return done,
            }
        }
        self.chunk().await
    }

    async fn chunk(&self) -> Result<Chunk> {
        let (org, run, now) = (self.org, &self.run, self.app.clock.now());
        let mut act = self.act().await?;
        act.bookkeeping();
        let there = self.claim(&mut act).await?
            && progress::is_at(act.db(), org, run.id, run.attempt, run.seen).await?;
        if !there {
            return Ok(Chunk::Given);
        }
        let from = &run.place;
        let (ids, place) =
            bulk_scan::next(act.db(), org, &run.scope, run.border, from, CHUNK).await?;
        if ids.is_empty() {
            return Ok(Chunk::Over);
        }
        let items = carry_out(&mut act, run, &ids).await?;
        bulk_items::insert(act.db(), org, run.id, &items).await?;
        let after = Run { place, ..counted(run.clone(), &items) };
        // Not ours any more: what was done goes with the act.
        let going = progress::advance(act.db(), org, &after, run.seen, now).await?;
        let Some(cancel) = going else { return Ok(Chunk::Given) };
        act.commit().await?;
        Ok(Chunk::Dealt(Box::new(after), cancel))
    }

    /// Claims the run for this act. What a broken-off act held is let go a moment after it.
    async fn claim(&self, act: &mut Act) -> Result<bool> {
        for _ in 0..20 {
            if progress::claim(act.db(), self.run.id).await? {
                return Ok(true);
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        Ok(false)
    }

    async fn act(&self) -> Result<Act> {
        Act::begin(&self.app.jobs, self.actor.clone(), self.app.clock.now()).await
    }

    /// Ends, and says so in the log; nothing when another worker has taken over.
    pub(super) async fn end(&self, to: State, why: Option<&str>) -> Result<()> {
        let mut act = self.act().await?;
        if progress::finish(act.db(), self.org, &self.run, to, why, self.app.clock.now()).await? {
            let verb = match to {
                State::Done => "finished",
                State::Cancelled => "left off",
                _ => "could not finish",
            };
            act.record(entry(verb, &self.run));
        }
        act.commit().await
    }
}

/// The run with a chunk's outcomes counted.
fn counted(mut run: Run, items: &[Item]) -> Run {
    for item in items {
        run.seen += 1;
        if item.outcome == DONE {
            run.done += 1;
        } else {
            run.skipped += 1;
            *run.outcomes.entry(item.outcome.to_owned()).or_default() += 1;
        }
    }
    run
}
