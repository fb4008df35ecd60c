//! How a file is spelled: its encoding and its delimiter, found by looking at it.

use serde::{Deserialize, Serialize};

use super::split::{Outcome, Record, split};

/// Bytes at the head of a file that the guess of the delimiter looks at.
const SAMPLE: usize = 64 * 1024;

/// What Excel, Numbers, LibreOffice and databases write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// With or without a byte-order mark.
    Utf8,
    /// Excel's "Unicode text".
    Utf16Le,
    /// The same from big-endian machines.
    Utf16Be,
    /// Excel's plain "CSV" in western Europe and America.
    Windows1252,
}

impl Encoding {
    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
            Encoding::Windows1252 => "Windows-1252",
        }
    }
}

/// How one file is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// How bytes are letters.
    pub encoding: Encoding,
    /// Bytes of the byte-order mark at the head.
    pub mark: u8,
    /// What stands between two cells.
    pub delimiter: u8,
    /// Whether the first line is Excel's `sep=;`.
    pub sep_line: bool,
}

impl Dialect {
    /// Plain UTF-8 with commas: what we write ourselves.
    pub const PLAIN: Dialect =
        Dialect { encoding: Encoding::Utf8, mark: 0, delimiter: b',', sep_line: false };

    /// The dialect of a file of which these are all bytes.
    pub fn of(bytes: &[u8]) -> Dialect {
        let mut probe = Probe::default();
        probe.push(bytes);
        probe.finish()
    }

    /// The delimiter in words.
    pub const fn delimiter_label(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "pipe",
            _ => "comma",
        }
    }
}

/// Looks at a file as it goes by. All of it, because the one letter that shows a file to be
/// Windows-1252 may stand in its last row.
#[derive(Debug)]
pub struct Probe {
    head: Vec<u8>,
    /// The unfinished letter at the end of the bytes seen so far.
    rest: Vec<u8>,
    utf8: bool,
}

impl Default for Probe {
    fn default() -> Self {
        Probe { head: Vec::new(), rest: Vec::new(), utf8: true }
    }
}

impl Probe {
    /// Looks at the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let room = SAMPLE.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..room.min(bytes.len())]);
        if !self.utf8 {
            return;
        }
        let mut bytes = bytes;
        while !self.rest.is_empty() && !bytes.is_empty() && self.utf8 {
            self.rest.push(bytes[0]);
            bytes = &bytes[1..];
            match std::str::from_utf8(&self.rest) {
                Ok(_) => self.rest.clear(),
                Err(error) => self.utf8 = error.error_len().is_none(),
            }
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            self.utf8 = self.utf8 && error.error_len().is_none();
            self.rest.extend_from_slice(&bytes[error.valid_up_to()..]);
        }
        self.rest.truncate(4);
    }

    /// What the file turned out to be.
    pub fn finish(self) -> Dialect {
        let (encoding, mark) = self.encoding();
        let body = &self.head[usize::from(mark).min(self.head.len())..];
        let text = match encoding {
            Encoding::Utf8 => String::from_utf8_lossy(body).into_owned(),
            other => super::decode::codec(other).decode_without_bom_handling(body).0.into_owned(),
        };
        let declared = declared_delimiter(&text);
        let delimiter = declared.unwrap_or_else(|| guess_delimiter(text.as_bytes()));
        Dialect { encoding, mark, delimiter, sep_line: declared.is_some() }
    }

    fn encoding(&self) -> (Encoding, u8) {
        match self.head.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
            head => (self.without_mark(head), 0),
        }
    }

    /// Western text in UTF-16 has a zero in every other byte; no other text has any.
    fn without_mark(&self, head: &[u8]) -> Encoding {
        let zeros =
            |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
        let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
        if pairs > 1 && odd * 10 > pairs * 4 && even * 10 < pairs {
            Encoding::Utf16Le
        } else if pairs > 1 && even * 10 > pairs * 4 && odd * 10 < pairs {
            Encoding::Utf16Be
        } else if self.utf8 && self.rest.is_empty() {
            Encoding::Utf8
        } else {
            Encoding::Windows1252
        }
    }
}

/// Excel's own way of saying it: a first line `sep=;`.
fn declared_delimiter(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_matches('"');
    let rest = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="))?;
    match rest.as_bytes() {
        [delimiter @ (b',' | b';' | b'\t' | b'|')] => Some(*delimiter),
        _ => None,
    }
}

/// The candidate that splits the header in several and most rows in as many; the one with more
/// columns when two do.
fn guess_delimiter(sample: &[u8]) -> u8 {
    let score = |delimiter: u8| {
        let (mut record, mut rest) = (Record::default(), sample);
        let (mut width, mut rows, mut alike) = (0, 0u32, 0u32);
        while let Outcome::Row { used, .. } = split(rest, delimiter, false, &mut record) {
            rest = &rest[used..];
            if record.is_blank() {
                continue;
            }
            if width == 0 {
                width = record.len();
                continue;
            }
            rows += 1;
            alike += u32::from(record.len() == width);
        }
        if width == 0
            && let Outcome::Row { .. } = split(rest, delimiter, true, &mut record)
        {
            width = record.len();
        }
        let share = (alike * 10).checked_div(rows).unwrap_or(10);
        if width < 2 { (0, 0) } else { (share + 1, width) }
    };
    let best = [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|d| score(*d));
    best.filter(|d| score(*d) > (0, 0)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let lead = mark.then_some(0xFEFF);
        let units = lead.into_iter().chain(text.encode_utf16());
        units.flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    }

    #[test]
    fn each_of_excels_spellings_is_recognised() {
        let text = "Name;Stadt\r\nJürgen;Köln\r\n";
        let latin = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
        let with_mark = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        for (bytes, encoding, mark) in [
            (text.as_bytes().to_vec(), Encoding::Utf8, 0),
            (with_mark, Encoding::Utf8, 3),
            (utf16(text, true, true), Encoding::Utf16Le, 2),
            (utf16(text, false, true), Encoding::Utf16Be, 2),
            (utf16(text, true, false), Encoding::Utf16Le, 0),
            (utf16(text, false, false), Encoding::Utf16Be, 0),
            (latin, Encoding::Windows1252, 0),
        ] {
            let found = Dialect::of(&bytes);
            assert_eq!(found, Dialect { encoding, mark, delimiter: b';', sep_line: false });
        }
    }

    #[test]
    fn the_delimiter_is_found_past_quotes_and_other_candidates() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n", b','),
            ("name;note\n\"x, y, z\";\"1,5\"\nu;v, w\n", b';'),
            ("a\tb\n1,5\t2,5\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("\"a;x\",b\n\"1;2\",3\n", b','),
            ("only\none\n", b','),
            ("", b','),
            ("a;b", b';'),
            ("name,description\nx,\"two\nlines; really; so\"\n", b','),
        ] {
            assert_eq!(Dialect::of(text.as_bytes()).delimiter, delimiter, "{text}");
        }
    }

    #[test]
    fn excels_own_declaration_wins() {
        let found = Dialect::of(b"sep=;\r\na,b;c\r\n1,2;3\r\n");
        assert_eq!((found.delimiter, found.sep_line), (b';', true));
    }

    #[test]
    fn a_letter_cut_between_two_pieces_is_still_utf8_and_a_late_latin_one_is_seen() {
        let mut probe = Probe::default();
        let bytes = "näme,x\n€,1\n".as_bytes();
        bytes.chunks(1).for_each(|byte| probe.push(byte));
        assert_eq!(probe.finish().encoding, Encoding::Utf8);

        let mut probe = Probe::default();
        (0..20_000).for_each(|_| probe.push(b"plain,row\n"));
        probe.push(b"Andr\xE9,1\n");
        assert_eq!(probe.finish().encoding, Encoding::Windows1252);
    }
}
