//! Making the codes of one batch, chunk by chunk. A chunk, the batch's count and the series' stock are
//! one transaction: killed anywhere, the work goes on where it was, and two workers cannot both add a
//! chunk.

use super::actions::entry;
use super::batch::{Batch, State};
use super::store;
use crate::base::act::{Act, Actor};
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::coupons::codes::Pattern;

/// Codes of one transaction: large enough that the commit does not show, small enough that a stop is
/// heard within a second.
const CHUNK: i64 = 20_000;
/// How often a chunk is tried again that met another writer.
const TRIES: usize = 4;
/// Chunks in a row that bring nothing new before the pattern counts as used up. At the density that is
/// allowed, a code exists already once in a thousand times.
const BARREN: usize = 20;

/// One batch being made by one worker.
pub(super) struct Work<'a> {
    pub(super) app: &'a App,
    pub(super) org: OrgId,
    pub(super) actor: &'a Actor,
    pub(super) batch: &'a Batch,
    pub(super) pattern: &'a Pattern,
}

/// What became of a chunk.
enum Chunk {
    /// So many codes were added; whether somebody asked to stop.
    Added(i64, bool),
    /// Another worker has taken over.
    Given,
}

impl Work<'_> {
    /// Makes what is not made yet.
    pub(super) async fn run(&self) -> Result<()> {
        let (mut made, mut barren) = (self.batch.made, 0);
        if !self.begin().await? {
            return Ok(());
        }
        while made < self.batch.wanted {
            let Chunk::Added(added, cancel) = self.try_chunk(made).await? else { return Ok(()) };
            made += added;
            barren = if added == 0 { barren + 1 } else { 0 };
            if cancel {
                return self.end(State::Cancelled, made, None).await;
            }
            if barren == BARREN {
                let why = "Every code that was drawn exists already; use a longer random part";
                return self.end(State::Failed, made, Some(why)).await;
            }
        }
        self.end(State::Done, made, None).await
    }

    /// Says that a worker is there; false when it was replaced, or stopped before it began.
    async fn begin(&self) -> Result<bool> {
        let mut act = self.act().await?;
        act.bookkeeping();
        let (id, attempt, now) = (self.batch.id, self.batch.attempt, self.app.clock.now());
        let going = store::beat(act.db(), self.org, id, attempt, now).await?;
        act.commit().await?;
        if going == Some(false) {
            self.end(State::Cancelled, self.batch.made, None).await?;
        }
        Ok(going == Some(true))
    }

    /// A chunk, again when somebody else wrote the same codes at the same moment.
    async fn try_chunk(&self, made: i64) -> Result<Chunk> {
        for _ in 0..TRIES {
            match self.chunk(made).await {
                Err(error) if error.is_race() => {
                    tracing::warn!(?error, batch = %self.batch.id, "codes met another writer");
                }
                done => return done,
            }
        }
        self.chunk(made).await
    }

    async fn chunk(&self, made: i64) -> Result<Chunk> {
        let (org, batch, now) = (self.org, self.batch, self.app.clock.now());
        let count = usize::try_from((batch.wanted - made).min(CHUNK)).unwrap_or(0);
        let codes = self.pattern.many(count);
        let mut act = self.act().await?;
        act.bookkeeping();
        let fence = store::Fence { attempt: batch.attempt, made };
        if !self.claim(&mut act).await? || !store::is_at(act.db(), org, batch.id, fence).await? {
            return Ok(Chunk::Given);
        }
        let added = store::add_codes(act.db(), org, batch, now, &codes).await?;
        let going = store::advance(act.db(), org, batch.id, fence, added, now).await?;
        // Not ours any more: what was added goes with the act.
        let Some(cancel) = going else { return Ok(Chunk::Given) };
        store::add_stock(act.db(), org, batch.series, added).await?;
        act.commit().await?;
        Ok(Chunk::Added(added, cancel))
    }

    /// Claims the batch for this act. What a broken-off act held is let go a moment after it.
    async fn claim(&self, act: &mut Act) -> Result<bool> {
        for _ in 0..20 {
            if store::claim(act.db(), self.batch.id).await? {
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
    pub(super) async fn end(&self, to: State, made: i64, why: Option<&str>) -> Result<()> {
        let mut act = self.act().await?;
        let (id, attempt, now) = (self.batch.id, self.batch.attempt, self.app.clock.now());
        if store::finish(act.db(), self.org, id, attempt, to, why, now).await? {
            let verb = match to {
                State::Done => "finished",
                State::Cancelled => "left off",
                _ => "could not finish",
            };
            let batch = Batch { made, ..self.batch.clone() };
            act.record(entry(verb, &batch));
        }
        act.commit().await
    }
}
