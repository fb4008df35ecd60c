//! A stream of rows out of a stream of bytes, which no file can make grow and which can be taken up
//! again at any row.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use super::decode::Text;
use super::dialect::Dialect;
use super::split::{Outcome, Record, split};
use crate::base::problem::{Fault, Problem};

/// Bytes of one record, line breaks in quotes included.
pub const MAX_RECORD: usize = 64 * 1024;
/// Bytes of one cell.
pub const MAX_CELL: usize = 8 * 1024;
/// Columns of one file.
pub const MAX_COLUMNS: usize = 200;

/// A boundary between two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Bytes of the file before it.
    pub byte: u64,
    /// The number of the physical line that begins here, from 1.
    pub line: u64,
}

/// Why a row cannot be read as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Another number of cells than the header has.
    Ragged {
        /// Columns of the header.
        want: usize,
        /// Cells of the row.
        got: usize,
    },
    /// More than [`MAX_RECORD`] bytes; mostly a quote that is never closed.
    TooLong,
    /// A cell of more than [`MAX_CELL`] bytes, in this column.
    CellTooLong(usize),
    /// A zero byte, in this column.
    Nul(usize),
    /// A quotation mark where none may be.
    Quote,
    /// Bytes that are no letters in the file's encoding.
    NotText,
}

impl Damage {
    /// What is wrong and what is allowed, for people.
    pub fn fault(self) -> Fault {
        match self {
            Damage::Ragged { want, got } => Fault::new(
                "ragged",
                format!("This row has {got} cells, the header has {want}; each row needs as many"),
            ),
            Damage::TooLong => Fault::new(
                "row_too_long",
                "This row is longer than 64 KiB; perhaps a quotation mark is never closed",
            ),
            Damage::CellTooLong(_) => Fault::new("too_long", "A cell holds at most 8 KiB of text"),
            Damage::Nul(_) => Fault::new("nul", "A cell must not hold a zero byte"),
            Damage::Quote => Fault::new(
                "quote",
                "A quotation mark is out of place; quotes enclose the whole cell and are doubled inside",
            ),
            Damage::NotText => Fault::new("not_text", "These bytes are not text in UTF-8"),
        }
    }

    /// The column it is about, when it is about one.
    pub const fn column(self) -> Option<usize> {
        match self {
            Damage::CellTooLong(column) | Damage::Nul(column) => Some(column),
            _ => None,
        }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it begins; its line is the one people see in their editor.
    pub start: Place,
    /// Where the next one may begin: what a reader is put back to.
    pub end: Place,
    /// Set when the cells are not to be trusted.
    pub damage: Option<Damage>,
    text: String,
    ends: Vec<u32>,
}

impl Row {
    /// A cell as the file has it; blank when there is none.
    pub fn cell(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.text.get(start..*end as usize).unwrap_or("")
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }
}

/// The first row: what the columns are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Trimmed; a column without a name is blank.
    pub names: Vec<String>,
}

impl Header {
    /// Names that stand there more than once, compared by [`fold`], each with its last column.
    pub fn repeated(&self) -> impl Iterator<Item = (usize, &str)> {
        self.names.iter().enumerate().filter_map(|(index, name)| {
            let folded = fold(name);
            let before = self.names[..index].iter().any(|other| fold(other) == folded);
            (before && !folded.is_empty()).then_some((index, name.as_str()))
        })
    }
}

/// A header without what people spell differently: case, spaces, `_`, `-` and `.`.
pub fn fold(name: &str) -> String {
    let name: String =
        name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.')).collect();
    caseless::default_case_fold_str(&name)
}

/// Reads rows.
pub struct Reader<R> {
    text: Text<R>,
    delimiter: u8,
    /// Columns of the header; 0 before it was read.
    width: usize,
    place: Place,
    record: Record,
}

impl<R: Read> Reader<R> {
    /// Begins a file: reads its header. The outer error is the source's, the inner one a person's.
    pub fn open(mut source: R, dialect: Dialect) -> io::Result<Result<(Self, Header), Problem>> {
        let mut mark = vec![0; usize::from(dialect.mark)];
        source.read_exact(&mut mark)?;
        let start = Place { byte: u64::from(dialect.mark), line: 1 };
        let mut reader = Self::resume(source, dialect, 0, start);
        if dialect.sep_line {
            reader.next_row()?;
        }
        let Some(first) = reader.next_row()? else {
            return Ok(Err(Problem::whole("empty", "The file is empty")));
        };
        if let Some(damage) = first.damage {
            let fault = damage.fault();
            let message = format!("The header row cannot be read: {}", fault.message);
            return Ok(Err(Problem::whole(fault.code, message)));
        }
        let mut names: Vec<String> = first.cells().map(|name| name.trim().to_owned()).collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        if names.len() > MAX_COLUMNS {
            let message = format!("The file has {} columns; 200 are allowed", names.len());
            return Ok(Err(Problem::whole("too_many_columns", message)));
        }
        reader.width = names.len();
        Ok(Ok((reader, Header { names })))
    }

    /// Goes on at a place; `source` stands there already, and the header had `width` columns.
    pub fn resume(source: R, dialect: Dialect, width: usize, at: Place) -> Self {
        Reader {
            text: Text::new(source, dialect.encoding),
            delimiter: dialect.delimiter,
            width,
            place: at,
            record: Record::default(),
        }
    }

    /// Where the next row begins.
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The next row that is not blank.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let (ready, last) = (self.text.ready(), self.text.ended());
            match split(ready, self.delimiter, last, &mut self.record) {
                Outcome::Row { used, .. } if used > MAX_RECORD + 2 => {
                    return self.broken(Damage::TooLong).map(Some);
                }
                Outcome::Row { used, lines } => {
                    let start = self.place;
                    self.place.byte += self.text.skip(used);
                    self.place.line += lines;
                    if !self.record.is_blank() {
                        return Ok(Some(self.whole(start)));
                    }
                }
                Outcome::BadQuote => return self.broken(Damage::Quote).map(Some),
                Outcome::More if ready.len() > MAX_RECORD => {
                    return self.broken(Damage::TooLong).map(Some);
                }
                Outcome::More => self.text.fill()?,
                Outcome::End => return Ok(None),
            }
        }
    }

    /// The record just split, judged.
    fn whole(&mut self, start: Place) -> Row {
        let damage = self.damage();
        match self.record.take() {
            Ok((text, mut ends)) => {
                if damage.is_none() && self.width > 0 {
                    ends.truncate(self.width); // surplus cells are blank
                }
                Row { start, end: self.place, damage, text, ends }
            }
            Err((text, ends)) => {
                Row { start, end: self.place, damage: Some(Damage::NotText), text, ends }
            }
        }
    }

    fn damage(&self) -> Option<Damage> {
        let (want, got) = (self.width, self.record.len());
        let surplus_blank =
            || self.record.iter().skip(want).all(|cell| cell.trim_ascii().is_empty());
        if want > 0 && (got < want || (got > want && !surplus_blank())) {
            return Some(Damage::Ragged { want, got });
        }
        if self.record.text().len() <= MAX_CELL && !self.record.text().contains(&0) {
            return None;
        }
        self.record.iter().enumerate().find_map(|(column, cell)| {
            let long = (cell.len() > MAX_CELL).then_some(Damage::CellTooLong(column));
            long.or_else(|| cell.contains(&0).then_some(Damage::Nul(column)))
        })
    }

    /// Gives up on a record and goes on with the physical line after its first one, so that whatever
    /// is wrong with a quote costs one line. Every line behind it is looked at once more, not again
    /// and again: a quote that swallows lines ends at the next quote.
    fn broken(&mut self, damage: Damage) -> io::Result<Row> {
        let start = self.place;
        let mut shown = Vec::new();
        loop {
            let (ready, last) = (self.text.ready(), self.text.ended());
            let stop = ready.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let room = MAX_CELL - shown.len();
            let before = shown.len();
            let line = &ready[..stop.unwrap_or(ready.len())];
            shown.extend_from_slice(&line[..room.min(line.len())]);
            let Some(stop) = stop else {
                let all = ready.len();
                self.place.byte += self.text.skip(all);
                if last {
                    break;
                }
                self.text.fill()?;
                continue;
            };
            if stop + 1 == ready.len() && ready[stop] == b'\r' && !last {
                self.text.fill()?; // perhaps the other half of a line end
                shown.truncate(before);
                continue;
            }
            let pair = ready[stop] == b'\r' && ready.get(stop + 1) == Some(&b'\n');
            self.place.byte += self.text.skip(stop + 1 + usize::from(pair));
            self.place.line += 1;
            break;
        }
        let text = String::from_utf8_lossy(&shown).replace('\0', "\u{FFFD}");
        let ends = vec![u32::try_from(text.len()).unwrap_or(u32::MAX)];
        Ok(Row { start, end: self.place, damage: Some(damage), text, ends })
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
