//! Looking at every row of a file without writing any. A check that breaks off begins again.

use std::time::Duration;

use super::import::{Import, Options, Phase, Progress, State};
use super::repeats::Repeat;
use super::source::Rows;
use super::store::{self, MOST_ERRORS};
use super::work::{Judged, MOST_ROWS, Work};
use crate::base::act::{Act, Actor};
use crate::base::csv::importable::Terms;
use crate::base::csv::read::{Place, Row};
use crate::base::error::{Error, Result};

/// Says how far it has come.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// How a phase ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// At the end of the file.
    Whole,
    /// Somebody asked it to stop.
    Stopped,
    /// Another worker has taken over, or the file cannot be taken.
    Given,
}

impl Work<'_> {
    /// Checks the whole file.
    pub async fn check(&self, actor: &Actor, tell: Tell<'_>) -> Result<Ended> {
        let of = u64::try_from(self.import.bytes).unwrap_or(0);
        let Some((total, mut repeats)) = self.survey(actor, tell).await? else {
            return self.stop(actor, State::Mapping).await;
        };
        if total > MOST_ROWS {
            return self.fail(actor, "The file has more than 5 million rows; cut it in two").await;
        }
        let mut rows = Rows::of(&self.app.jobs, self.org, self.import, None).await?;
        let (mut done, mut errors, mut created, mut repeated) = (0, 0, 0, false);
        loop {
            let chunk = rows.take(self.kind.chunk()).await?;
            let (Some(first), Some(last)) = (chunk.first(), chunk.last()) else { break };
            let (start, end) = (first.start, last.end);
            let repeats = self.repeats(&chunk, &mut repeats);
            repeated |= repeats.iter().any(Option::is_some);
            let Some(judged) = self.judge(actor, &chunk, &repeats, created).await? else {
                return Ok(Ended::Given);
            };
            let kept = self.keep(actor, start, end, &judged, errors < MOST_ERRORS).await?;
            let Some(cancel) = kept else { return Ok(Ended::Given) };
            errors += judged.counts.errors;
            created += judged.counts.created;
            done += judged.counts.total();
            tell(Progress { doing: "checking", rows: done, bytes: end.byte, of });
            if cancel {
                return self.stop(actor, State::Mapping).await;
            }
        }
        let options = Options { no_repeats: !repeated, ..self.import.options.clone() };
        let mut act = self.act(actor).await?;
        act.bookkeeping();
        store::set_options(act.db(), self.org, self.import.id, &options).await?;
        act.commit().await?;
        self.end(actor, State::Checked, None, Some(total)).await
    }

    /// What would become of a chunk's rows. Whatever the kind writes while judging is rolled back before
    /// the next chunk begins; `above` says how many rows so far would create something.
    async fn judge(
        &self,
        actor: &Actor,
        chunk: &[Row],
        repeats: &[Option<Repeat>],
        above: i64,
    ) -> Result<Option<Judged>> {
        let (indexes, entries) = self.entries(chunk, repeats);
        let mut trial = self.act(actor).await?;
        if !self.claim(&mut trial).await? {
            return Ok(None);
        }
        let terms = Terms { above: Some(above), ..self.terms };
        let verdicts = self.kind.judge(&mut trial, &entries, &terms).await?;
        trial.forget_since(0);
        trial.commit().await?;
        Ok(Some(self.judged(chunk, &indexes, verdicts)))
    }

    /// Keeps the verdicts on a chunk; says whether to stop. Nothing when another worker took over.
    async fn keep(
        &self,
        actor: &Actor,
        start: Place,
        end: Place,
        judged: &Judged,
        with_errors: bool,
    ) -> Result<Option<bool>> {
        let mut act = self.act(actor).await?;
        act.bookkeeping();
        let (org, id, now) = (self.org, self.import.id, act.now());
        let (attempt, counts) = (self.import.attempt, &judged.counts);
        let going = store::advance_check(act.db(), org, id, attempt, now, end, counts).await?;
        let Some(cancel) = going else { return Ok(None) };
        store::insert_chunk(act.db(), org, id, Phase::Check, start, &judged.bytes).await?;
        if with_errors {
            store::insert_errors(act.db(), org, id, Phase::Check, &judged.errors).await?;
        }
        act.commit().await?;
        Ok(Some(cancel))
    }

    /// An act of this import's actor.
    pub async fn act(&self, actor: &Actor) -> Result<Act> {
        let actor = actor.clone().by_import(self.import.id);
        Act::begin(&self.app.jobs, actor, self.app.clock.now()).await
    }

    /// Claims the import for this act. What a broken-off act held is let go a moment after it.
    pub async fn claim(&self, act: &mut Act) -> Result<bool> {
        for _ in 0..20 {
            if store::claim(act.db(), self.import.id).await? {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(false)
    }

    /// Says that the worker lives; whether to go on.
    pub async fn beat(&self, actor: &Actor) -> Result<bool> {
        let mut act = self.act(actor).await?;
        act.bookkeeping();
        let (id, now) = (self.import.id, act.now());
        let going = store::beat(act.db(), self.org, id, self.import.attempt, now).await?;
        act.commit().await?;
        Ok(going)
    }

    /// Ends because somebody asked, or gives way to the worker that took over.
    pub async fn stop(&self, actor: &Actor, to: State) -> Result<Ended> {
        let mut db = self.app.jobs.begin(self.org).await?;
        let now: Import =
            store::find(&mut *db, self.org, self.import.id).await?.ok_or(Error::NotFound)?;
        drop(db);
        if now.attempt != self.import.attempt {
            return Ok(Ended::Given);
        }
        self.end(actor, to, Some("Stopped"), None).await.map(|_| Ended::Stopped)
    }

    /// Ends because the file cannot be taken.
    pub async fn fail(&self, actor: &Actor, why: &str) -> Result<Ended> {
        self.end(actor, State::Failed, Some(why), None).await.map(|_| Ended::Given)
    }

    /// Ends a phase.
    pub async fn end(
        &self,
        actor: &Actor,
        to: State,
        message: Option<&str>,
        total: Option<i64>,
    ) -> Result<Ended> {
        let mut act = self.act(actor).await?;
        act.bookkeeping();
        let (id, now) = (self.import.id, act.now());
        let attempt = self.import.attempt;
        let ending = store::Ending { state: to, message, rows_total: total };
        let ours = store::finish(act.db(), self.org, id, attempt, now, &ending).await?;
        act.commit().await?;
        Ok(if ours { Ended::Whole } else { Ended::Given })
    }
}
