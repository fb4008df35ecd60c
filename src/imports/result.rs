//! The file that says what became of each row: the columns as they were, and beside them the verdict.
//!
//! Made by reading the upload once more beside the stored verdicts, so that it costs no space and can
//! be had as often as wanted. Cells a spreadsheet would run are disarmed, except plain numbers; the
//! mapping of a file with our two columns knows to take the marks off again (`guess`).

use tokio::sync::mpsc;

use super::import::{Import, Phase, verdict_word};
use super::mapping::Target;
use super::source::Rows;
use super::store::{self, Chunk, RowError};
use crate::base::app::App;
use crate::base::csv::read::Row;
use crate::base::csv::write::{self, Writer};
use crate::base::error::{Error, Result};
use crate::base::ids::OrgId;

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Every row, with `status` and `message`.
    All,
    /// The refused ones, with `status_code` and `error_message`, to be corrected and sent again.
    Failed,
}

/// The headers our result files add; a file with them is one of ours.
pub const ADDED: [&str; 4] = ["status", "message", "status_code", "error_message"];

/// Sends the file piece by piece. Ends quietly when nobody listens any more.
pub async fn send(
    app: &App,
    org: OrgId,
    import: &Import,
    what: What,
    to: mpsc::Sender<Result<Vec<u8>>>,
) {
    let sent = pieces(app, org, import, what, &to).await;
    if let Err(error) = sent {
        tracing::error!(?error, import = %import.id, "a result file broke off");
        drop(to.send(Err(error)).await);
    }
}

/// What the file is called.
pub fn file_name(import: &Import, what: What) -> String {
    let at = import.finished_at.unwrap_or(import.created_at).format("%Y%m%d%H%M%S");
    let word = if what == What::All { "result" } else { "error" };
    format!("{}_{word}_{at}.csv", import.stem())
}

async fn pieces(
    app: &App,
    org: OrgId,
    import: &Import,
    what: What,
    to: &mpsc::Sender<Result<Vec<u8>>>,
) -> Result<()> {
    let phase = import.last_phase();
    let own = |header: &str| ADDED.contains(&header);
    let columns = import.mapping.columns.iter().enumerate();
    let kept: Vec<usize> = columns
        .filter(|(_, column)| !(column.to == Target::Ignore && own(&column.header)))
        .map(|(index, _)| index)
        .collect();
    let added =
        if what == What::All { ["status", "message"] } else { ["status_code", "error_message"] };
    let header = kept.iter().map(|index| import.mapping.columns[*index].header.as_str());
    let mut writer = Writer::new(header.chain(added), true).map_err(Error::internal)?;

    let mut rows = Rows::of(&app.jobs, org, import, None).await?;
    let mut after = None;
    loop {
        let mut db = app.jobs.begin(org).await?;
        let Some(chunk) = store::chunk_after(&mut *db, org, import.id, phase, after).await? else {
            break;
        };
        after = Some(chunk.seq);
        let taken = rows.take(chunk.verdicts.len()).await?;
        let (from, until) = (chunk.start.line, taken.last().map_or(0, |row| row.start.line));
        let errors = store::errors_between(&mut *db, org, import.id, phase, from, until).await?;
        drop(db);
        let marked = import.mapping.marked;
        let lines = Lines { chunk: &chunk, errors: &errors, kept: &kept, marked, what, phase };
        lines.write(&taken, &mut writer).map_err(Error::internal)?;
        let (bytes, next) = writer.take().map_err(Error::internal)?;
        writer = next;
        if to.send(Ok(bytes)).await.is_err() {
            return Ok(());
        }
    }
    let (bytes, _) = writer.take().map_err(Error::internal)?;
    if !bytes.is_empty() {
        to.send(Ok(bytes)).await.ok();
    }
    Ok(())
}

struct Lines<'a> {
    chunk: &'a Chunk,
    errors: &'a [RowError],
    kept: &'a [usize],
    marked: bool,
    what: What,
    phase: Phase,
}

impl Lines<'_> {
    fn write(&self, rows: &[Row], writer: &mut Writer) -> std::io::Result<()> {
        let mut errors = self.errors;
        for (row, verdict) in rows.iter().zip(&self.chunk.verdicts) {
            let line = i64::try_from(row.start.line).unwrap_or(i64::MAX);
            let ahead = errors.iter().position(|error| error.line >= line).unwrap_or(errors.len());
            errors = &errors[ahead..];
            let own = errors.iter().take_while(|error| error.line == line);
            if self.what == What::Failed && *verdict != b'e' {
                continue;
            }
            let message: Vec<String> = own.clone().map(in_words).collect();
            let first = match self.what {
                What::All => verdict_word(*verdict, self.phase == Phase::Check).to_owned(),
                What::Failed => own.clone().next().map_or_else(String::new, |e| e.code.clone()),
            };
            let cells = self.kept.iter().map(|index| safe(row.cell(*index), self.marked));
            let added = [first, message.join("; ")];
            let cells: Vec<String> = cells.chain(added).collect();
            writer.raw(cells.iter().map(String::as_str))?;
        }
        Ok(())
    }
}

fn in_words(error: &RowError) -> String {
    if error.col.is_empty() {
        error.message.clone()
    } else {
        format!("{}: {}", error.col, error.message)
    }
}

/// A cell as it was, disarmed. Of a file that carries marks already, marked just once.
fn safe(cell: &str, marked: bool) -> String {
    let text = if marked { write::unmark(cell) } else { cell };
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b' '));
    if digits { text.to_owned() } else { write::mark(text).into_owned() }
}
