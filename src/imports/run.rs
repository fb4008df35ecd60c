//! Writing the rows of a checked file, chunk by chunk. A chunk, its counts and the place where the
//! next one begins are one transaction: killed anywhere, the run goes on where it was, and two
//! workers cannot both take a chunk.

use serde_json::json;

use super::check::{Ended, Tell};
use super::import::{Counts, Phase, Progress, State};
use super::repeats::Repeats;
use super::source::Rows;
use super::store::{self, MOST_ERRORS};
use super::work::{Judged, Work};
use crate::base::act::{Actor, Entry};
use crate::base::csv::read::{Place, Row};
use crate::base::error::{Error, Result};

/// How often a chunk is tried again.
const TRIES: usize = 4;

impl Work<'_> {
    /// Writes what is not written yet.
    pub async fn run(&self, actor: &Actor, tell: Tell<'_>) -> Result<Ended> {
        let of = u64::try_from(self.import.bytes).unwrap_or(0);
        let mut repeats = Repeats::none();
        if !self.import.options.no_repeats {
            let Some((_, found)) = self.survey(actor, tell).await? else {
                return self.stop(actor, State::Cancelled).await;
            };
            repeats = found;
        }
        let mut counts = self.import.did;
        let mut rows = self.rows_left(&mut repeats).await?;
        let mut at = self.import.next;
        loop {
            let chunk = rows.take(self.kind.chunk()).await?;
            let Some(last) = chunk.last() else { break };
            let to = last.end;
            let repeats = self.repeats(&chunk, &mut repeats);
            let Some((judged, cancel)) =
                self.try_chunk(actor, &chunk, &repeats, at, to, counts.errors).await?
            else {
                return Ok(Ended::Given);
            };
            counts = sum(counts, judged.counts);
            tell(Progress { doing: "importing", rows: counts.total(), bytes: to.byte, of });
            at = to;
            if cancel {
                return self.stop(actor, State::Cancelled).await;
            }
        }
        self.end(actor, State::Done, None, None).await
    }

    /// The rows from where the run stands. Where identities repeat in the file, what is above must be
    /// counted again to know the how-manieth each row is; where none does, it is skipped unread.
    async fn rows_left(&self, repeats: &mut Repeats) -> Result<Rows> {
        let at = (self.import.next.byte > 0).then_some(self.import.next);
        let (Some(at), true) = (at, repeats.any()) else {
            return Rows::of(&self.app.jobs, self.org, self.import, at).await;
        };
        let mut rows = Rows::of(&self.app.jobs, self.org, self.import, None).await?;
        while rows.peek().await?.is_some_and(|start| start.byte < at.byte) {
            let Some(row) = rows.next().await? else { break };
            self.repeats(std::slice::from_ref(&row), repeats);
        }
        Ok(rows)
    }

    /// A chunk, again when somebody else wrote the same things at the same moment: then nothing of it
    /// was kept, and looking again finds them there.
    async fn try_chunk(
        &self,
        actor: &Actor,
        chunk: &[Row],
        repeats: &[Option<super::repeats::Repeat>],
        from: Place,
        to: Place,
        errors_before: i64,
    ) -> Result<Option<(Judged, bool)>> {
        for _ in 0..TRIES {
            let done = self.write_chunk(actor, chunk, repeats, from, to, errors_before).await;
            match done {
                Err(error) if error.is_race() => {
                    tracing::warn!(?error, import = %self.import.id, "a chunk met another writer");
                }
                // Another worker has moved on past us.
                Err(Error::Stale) => return Ok(None),
                done => return done,
            }
        }
        self.write_chunk(actor, chunk, repeats, from, to, errors_before).await
    }

    /// One chunk, one transaction. Nothing when another worker has taken these rows.
    async fn write_chunk(
        &self,
        actor: &Actor,
        chunk: &[Row],
        repeats: &[Option<super::repeats::Repeat>],
        from: Place,
        to: Place,
        errors_before: i64,
    ) -> Result<Option<(Judged, bool)>> {
        let (org, id, attempt) = (self.org, self.import.id, self.import.attempt);
        let mut act = self.act(actor).await?;
        // Looked at first, so that a worker that was replaced does no work in vain; what counts is the
        // fence at the end.
        if !self.claim(&mut act).await? || !store::is_at(act.db(), org, id, attempt, from).await? {
            return Ok(None);
        }
        let (indexes, entries) = self.entries(chunk, repeats);
        let verdicts = self.kind.write(&mut act, &entries, &self.terms).await?;
        let judged = self.judged(chunk, &indexes, verdicts);
        let (now, counts) = (self.app.clock.now(), judged.counts);
        let going = store::advance_run(act.db(), org, id, attempt, now, from, to, &counts).await?;
        let cancel = going.ok_or(Error::Stale)?;
        let start = chunk.first().map_or(from, |row| row.start);
        store::insert_chunk(act.db(), org, id, Phase::Run, start, &judged.bytes).await?;
        if errors_before < MOST_ERRORS {
            store::insert_errors(act.db(), org, id, Phase::Run, &judged.errors).await?;
        }
        let lines =
            json!({ "kind": self.kind.name(), "fromLine": start.line, "counts": judged.counts });
        act.record(Entry::new("imported", "import", id, &self.import.file_name).with(lines));
        act.commit().await?;
        Ok(Some((judged, cancel)))
    }
}

const fn sum(a: Counts, b: Counts) -> Counts {
    Counts {
        created: a.created + b.created,
        updated: a.updated + b.updated,
        unchanged: a.unchanged + b.unchanged,
        errors: a.errors + b.errors,
    }
}
