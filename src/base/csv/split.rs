//! One record off a buffer of decoded text.

/// The cells of one record, laid end to end.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl Record {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.text.get(start..end)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Nothing but spaces: an empty line, or the row of bare delimiters Excel leaves behind.
    pub(super) fn is_blank(&self) -> bool {
        self.text.iter().all(u8::is_ascii_whitespace)
    }

    fn end_cell(&mut self) {
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Moves the cells out when they are text, leaving this record empty; keeps them otherwise.
    pub(super) fn take(&mut self) -> Result<(String, Vec<u32>), (String, Vec<u32>)> {
        let ends = std::mem::take(&mut self.ends);
        match String::from_utf8(std::mem::take(&mut self.text)) {
            Ok(text) => Ok((text, ends)),
            Err(error) => Err(lossy(error.as_bytes(), &ends)),
        }
    }
}

/// Cells with the letters that could not be read replaced, so that they can be shown.
fn lossy(text: &[u8], ends: &[u32]) -> (String, Vec<u32>) {
    let (mut out, mut outs, mut start) = (String::new(), Vec::with_capacity(ends.len()), 0);
    for end in ends {
        out.push_str(&String::from_utf8_lossy(&text[start..*end as usize]));
        outs.push(u32::try_from(out.len()).unwrap_or(u32::MAX));
        start = *end as usize;
    }
    (out, outs)
}

/// What became of an attempt to take one record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A record; the bytes it used with its line end, and the lines it began and ended on apart.
    Row { used: usize, lines: u64 },
    /// A quote stood where none may: after a closing quote came neither delimiter nor line end.
    BadQuote,
    /// The buffer ends inside the record.
    More,
    /// Nothing is left.
    End,
}

/// Takes the record at the head of `input`; `last` says that nothing comes after it.
pub(super) fn split(input: &[u8], delimiter: u8, last: bool, record: &mut Record) -> Outcome {
    record.clear();
    if input.is_empty() {
        return if last { Outcome::End } else { Outcome::More };
    }
    let (mut at, mut lines) = (0, 0);
    loop {
        if input.get(at) == Some(&b'"') {
            match quoted(&input[at..], last, record) {
                Cell::Done(used, breaks) => (at, lines) = (at + used, lines + breaks),
                Cell::Bad => return Outcome::BadQuote,
                Cell::Open => return Outcome::More,
            }
        } else {
            let rest = &input[at..];
            let stop = rest.iter().position(|b| *b == delimiter || *b == b'\n' || *b == b'\r');
            record.text.extend_from_slice(&rest[..stop.unwrap_or(rest.len())]);
            at += stop.unwrap_or(rest.len());
        }
        match (input.get(at), input.get(at + 1)) {
            (Some(byte), _) if *byte == delimiter => {
                record.end_cell();
                at += 1;
            }
            (Some(b'\r'), Some(b'\n')) => return ended(record, at + 2, lines + 1),
            (Some(b'\r'), None) if !last => return Outcome::More,
            (Some(b'\n' | b'\r'), _) => return ended(record, at + 1, lines + 1),
            (Some(_), _) => return Outcome::BadQuote,
            (None, _) if last => return ended(record, at, lines),
            (None, _) => return Outcome::More,
        }
    }
}

fn ended(record: &mut Record, used: usize, lines: u64) -> Outcome {
    record.end_cell();
    Outcome::Row { used, lines }
}

enum Cell {
    /// Bytes used, quotes included, and line breaks inside.
    Done(usize, u64),
    Bad,
    Open,
}

/// A cell in quotes; `input` begins with the opening one.
fn quoted(input: &[u8], last: bool, record: &mut Record) -> Cell {
    let (mut at, mut breaks) = (1, 0);
    loop {
        let Some(length) = input[at..].iter().position(|byte| *byte == b'"') else {
            return if last { Cell::Bad } else { Cell::Open };
        };
        let part = &input[at..at + length];
        record.text.extend_from_slice(part);
        breaks += line_breaks(part);
        at += length + 1;
        match input.get(at) {
            Some(b'"') => {
                record.text.push(b'"');
                at += 1;
            }
            None if !last => return Cell::Open,
            _ => return Cell::Done(at, breaks),
        }
    }
}

/// Line ends of any of the three kinds.
fn line_breaks(text: &[u8]) -> u64 {
    let mut count = 0;
    for (index, byte) in text.iter().enumerate() {
        let crlf = *byte == b'\r' && text.get(index + 1) == Some(&b'\n');
        count += u64::from(*byte == b'\n' || (*byte == b'\r' && !crlf));
    }
    count
}
