//! What checking and running have in common: a file's rows as chunks of entries with their repeats,
//! and verdicts turned into what is stored.

use super::check::Tell;
use super::import::{Counts, Import, Progress, verdict_byte};
use super::repeats::{Repeat, Repeats, Survey};
use super::source::Rows;
use super::store::RowError;
use crate::base::act::Actor;
use crate::base::app::App;
use crate::base::csv::importable::{Columns, Entry, Kind, Terms, Verdict};
use crate::base::csv::read::{Header, Row};
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::problem::{Problem, Problems};

/// Letters of a value that an error shows.
const SHOWN: usize = 200;
/// Errors of one row that are kept.
const MOST_OF_A_ROW: usize = 20;
/// Rows of one file.
pub const MOST_ROWS: i64 = 5_000_000;

/// One file being read by one worker.
pub struct Work<'a> {
    /// The product.
    pub app: &'a App,
    /// The brand.
    pub org: OrgId,
    /// What is being read.
    pub import: &'a Import,
    /// The kind of its rows.
    pub kind: &'static dyn Kind,
    /// Which column is what.
    pub columns: Columns,
    /// How it is to be taken.
    pub terms: Terms,
}

/// What became of the rows of a chunk.
pub struct Judged {
    /// One byte a row.
    pub bytes: Vec<u8>,
    /// Added up.
    pub counts: Counts,
    /// What was wrong.
    pub errors: Vec<RowError>,
}

/// The mapping made ready, or why it cannot be.
pub fn columns(kind: &dyn Kind, import: &Import) -> Result<Columns, Problems> {
    let names = import.mapping.columns.iter().map(|column| column.header.clone()).collect();
    let repeats = |field: &str| kind.may_repeat(field);
    import.mapping.resolve(&Header { names }, kind.fields(), repeats)
}

impl Work<'_> {
    /// The first reading: how many rows there are, and which identities may repeat. Nothing when it was
    /// asked to stop or replaced.
    pub async fn survey(&self, actor: &Actor, tell: Tell<'_>) -> Result<Option<(i64, Repeats)>> {
        let of = u64::try_from(self.import.bytes).unwrap_or(0);
        let mut rows = Rows::of(&self.app.jobs, self.org, self.import, None).await?;
        let (mut survey, mut count, mut identity) = (Survey::default(), 0, Vec::new());
        while let Some(row) = rows.next().await? {
            count += 1;
            if count % 20_000 == 1 {
                tell(Progress { doing: "counting", rows: count, bytes: row.start.byte, of });
                if !self.beat(actor).await? {
                    return Ok(None);
                }
            }
            if self.identify(&row, &mut identity) {
                survey.note(&identity);
            }
        }
        Ok(Some((count, survey.finish())))
    }

    /// The identity of a row that has one.
    fn identify(&self, row: &Row, into: &mut Vec<u8>) -> bool {
        into.clear();
        if row.damage.is_none() {
            self.kind.identity(&Entry::new(row, &self.columns), &self.terms, into);
        }
        !into.is_empty()
    }

    /// What each row of a chunk repeats; to be called for every row of the file, in order.
    pub fn repeats(&self, rows: &[Row], repeats: &mut Repeats) -> Vec<Option<Repeat>> {
        if !repeats.any() {
            return Vec::new();
        }
        let mut identity = Vec::new();
        let mut of = |row: &Row| {
            if !self.identify(row, &mut identity) {
                return None;
            }
            let content = repeats.content(row.cells());
            repeats.count(&identity, content, row.start.line)
        };
        rows.iter().map(&mut of).collect()
    }

    /// The rows that can be read, as the kind sees them, each with its index in the chunk.
    pub fn entries<'r>(
        &'r self,
        rows: &'r [Row],
        repeats: &[Option<Repeat>],
    ) -> (Vec<usize>, Vec<Entry<'r>>) {
        let sound = rows.iter().enumerate().filter(|(_, row)| row.damage.is_none());
        sound
            .map(|(index, row)| {
                let mut entry = Entry::new(row, &self.columns);
                if let Some(Some(repeat)) = repeats.get(index) {
                    entry.nth = repeat.nth;
                    entry.first = Some(repeat.first);
                    entry.alike = repeat.alike;
                }
                (index, entry)
            })
            .unzip()
    }

    /// Puts damaged rows and the kind's verdicts together again.
    pub fn judged(&self, rows: &[Row], indexes: &[usize], verdicts: Vec<Verdict>) -> Judged {
        let mut all: Vec<Option<Verdict>> = rows
            .iter()
            .map(|row| {
                row.damage.map(|damage| {
                    let header = damage.column().and_then(|at| self.import.mapping.columns.get(at));
                    let fault = damage.fault();
                    let problem = match header {
                        Some(column) => fault.on(column.header.clone()),
                        None => Problem::whole(fault.code, fault.message),
                    };
                    Verdict::Refused(problem.into())
                })
            })
            .collect();
        for (index, verdict) in indexes.iter().zip(verdicts) {
            all[*index] = Some(verdict);
        }
        let (mut counts, mut errors) = (Counts::default(), Vec::new());
        let bytes = rows.iter().zip(all).map(|(row, verdict)| {
            let verdict = verdict.unwrap_or(Verdict::Unchanged);
            counts.add(&verdict);
            if let Verdict::Refused(problems) = &verdict {
                let kept = problems.iter().take(MOST_OF_A_ROW).enumerate();
                errors.extend(kept.map(|(nth, problem)| self.error(row, nth, problem)));
            }
            verdict_byte(&verdict)
        });
        let bytes = bytes.collect();
        Judged { bytes, counts, errors }
    }

    fn error(&self, row: &Row, nth: usize, problem: &Problem) -> RowError {
        let col = problem.field.as_deref().unwrap_or_default();
        let field = self.kind.fields().iter().position(|field| field.name == col);
        let value = field.map(|field| Entry::new(row, &self.columns).get(field));
        let by_header = || {
            let mut columns = self.import.mapping.columns.iter();
            columns.position(|column| column.header == col).map(|index| row.cell(index))
        };
        RowError {
            line: i64::try_from(row.start.line).unwrap_or(i64::MAX),
            nth: i32::try_from(nth).unwrap_or(i32::MAX),
            col: col.to_owned(),
            value: value.or_else(by_header).unwrap_or_default().chars().take(SHOWN).collect(),
            code: problem.code.to_owned(),
            message: problem.message.chars().take(2 * SHOWN).collect(),
        }
    }
}
