//! Writing rows that a spreadsheet may open: RFC 4180, CRLF, and no cell that it would run.
//!
//! A text that a spreadsheet would take for a formula gets a leading `'`. So that reading can take
//! off exactly that mark, a text that already looks marked gets one more: [`unmark`] is the inverse
//! of [`mark`] for every text (a property test says so). Numbers and instants are ours, not typed
//! by people, and stay as they are: `-5` remains a number.
//!
//! Whether a file being read is one of ours cannot be told from its cells. An import therefore asks
//! (`imports::mapping::Mapping::marked`), and guesses yes when the header begins with the columns of our
//! own sheet: that survives a spreadsheet saving the file again, as a hidden flag would not.

use std::borrow::Cow;
use std::io;

/// A byte-order mark, for spreadsheets that take UTF-8 for something else without it.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One cell on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// What people typed: disarmed.
    Text(String),
    /// Numbers, instants, ids: as they are.
    Plain(String),
    /// Nothing.
    Blank,
}

impl Cell {
    /// Text, or nothing.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Cell::Blank, |text| Cell::Text(text.into()))
    }

    /// A number or another value that prints itself.
    pub fn plain(value: impl ToString) -> Self {
        Cell::Plain(value.to_string())
    }

    /// An instant as ISO 8601 in UTC, to the microsecond when it has any.
    pub fn instant(at: Option<chrono::DateTime<chrono::Utc>>) -> Self {
        use chrono::SecondsFormat::AutoSi;
        at.map_or(Cell::Blank, |at| Cell::Plain(at.to_rfc3339_opts(AutoSi, true)))
    }

    fn written(&self) -> Cow<'_, str> {
        match self {
            Cell::Text(text) => mark(text),
            Cell::Plain(text) => Cow::Borrowed(text),
            Cell::Blank => Cow::Borrowed(""),
        }
    }
}

/// Whether a spreadsheet would run a cell that begins so.
const fn is_trigger(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠')
}

/// Whether the text is some marks, none included, and then a trigger.
fn looks_armed(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(is_trigger)
}

/// The text as it may stand in a file.
pub fn mark(text: &str) -> Cow<'_, str> {
    if looks_armed(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`mark`] was given.
pub fn unmark(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if looks_armed(text) => text,
        _ => cell,
    }
}

/// Writes a file into a buffer that is emptied as it goes out.
pub struct Writer {
    inner: csv::Writer<Vec<u8>>,
}

impl Writer {
    /// Begins a file with its header.
    pub fn new<'a>(header: impl IntoIterator<Item = &'a str>, bom: bool) -> io::Result<Self> {
        let buffer = if bom { BOM.to_vec() } else { Vec::new() };
        let mut inner = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(buffer);
        inner.write_record(header)?;
        Ok(Writer { inner })
    }

    /// A row.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a Cell>) -> io::Result<()> {
        for cell in cells {
            self.inner.write_field(cell.written().as_bytes())?;
        }
        Ok(self.inner.write_record(None::<&[u8]>)?)
    }

    /// A row of a file that was read, given back as it was.
    pub fn raw<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        Ok(self.inner.write_record(cells)?)
    }

    /// What has been written since the last call.
    pub fn take(self) -> io::Result<(Vec<u8>, Self)> {
        let written = self.inner.into_inner().map_err(|error| error.into_error())?;
        let inner = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(Vec::new());
        Ok((written, Writer { inner }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::csv::dialect::Dialect;
    use crate::base::csv::read::Reader;

    #[test]
    fn formulas_are_disarmed_and_numbers_are_not() {
        let mut writer = Writer::new(["name", "points"], true).unwrap();
        let row = [Cell::Text("=HYPERLINK(\"http://x\")".into()), Cell::plain(-5)];
        writer.row(&row).unwrap();
        writer.row(&[Cell::Text("＝1".into()), Cell::Blank]).unwrap();
        let (bytes, mut writer) = writer.take().unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{FEFF}name,points\r\n\"'=HYPERLINK(\"\"http://x\"\")\",-5\r\n'＝1,\r\n"
        );
        writer.raw(["-x", "y"]).unwrap();
        assert_eq!(writer.take().unwrap().0, b"-x,y\r\n");
    }

    proptest! {
        #[test]
        fn any_text_survives_the_round_trip(texts in prop::collection::vec("['=+@\t\r\n a\"\u{FF1D},;-]{0,5}", 2)) {
            let mut writer = Writer::new(["a", "b"], false).unwrap();
            writer.row(texts.iter().map(|t| Cell::Text(t.clone())).collect::<Vec<_>>().iter()).unwrap();
            let (bytes, _) = writer.take().unwrap();
            let (mut reader, _) = Reader::open(&bytes[..], Dialect::PLAIN).unwrap().unwrap();
            let blank = texts.iter().all(|text| text.trim_ascii().is_empty());
            match reader.next_row().unwrap() {
                None => prop_assert!(blank && texts.iter().all(|text| !looks_armed(text))),
                Some(row) => {
                    for (index, text) in texts.iter().enumerate() {
                        prop_assert!(!row.cell(index).starts_with(is_trigger));
                        prop_assert_eq!(unmark(row.cell(index)), text);
                    }
                }
            }
        }
    }
}
