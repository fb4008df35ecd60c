//! A file's bytes as UTF-8 text in a bounded buffer, and how long a piece of that text is in the file.

use std::io::{self, Read};

use super::dialect::Encoding;

/// Bytes taken from the source at a time.
const GULP: usize = 64 * 1024;

/// The decoder of an encoding.
pub(super) fn codec(encoding: Encoding) -> &'static encoding_rs::Encoding {
    match encoding {
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
    }
}

/// Decoded text that has not been used up yet.
///
/// UTF-8 passes through as it is, wrong bytes included: the row they stand in is refused, and the
/// position in the text stays the position in the file.
pub(super) struct Text<R> {
    source: R,
    encoding: Encoding,
    /// `None` for UTF-8.
    decoder: Option<encoding_rs::Decoder>,
    raw: Vec<u8>,
    ready: Vec<u8>,
    start: usize,
    ended: bool,
}

impl<R: Read> Text<R> {
    pub(super) fn new(source: R, encoding: Encoding) -> Self {
        let decoder = (encoding != Encoding::Utf8)
            .then(|| codec(encoding).new_decoder_without_bom_handling());
        let raw = vec![0; GULP];
        Text { source, encoding, decoder, raw, ready: Vec::new(), start: 0, ended: false }
    }

    /// What is there now.
    pub(super) fn ready(&self) -> &[u8] {
        &self.ready[self.start..]
    }

    /// Whether [`Text::ready`] is all that is left.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Uses up the head of the text; says how many bytes of the file that was.
    pub(super) fn skip(&mut self, length: usize) -> u64 {
        let part = &self.ready[self.start..self.start + length];
        self.start += length;
        source_len(part, self.encoding)
    }

    /// Reads on. Does nothing at the end.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.ready.drain(..self.start);
        self.start = 0;
        let got = loop {
            match self.source.read(&mut self.raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended = got == 0;
        let raw = &self.raw[..got];
        match &mut self.decoder {
            None => self.ready.extend_from_slice(raw),
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len() * 3 + 16);
                let from = self.ready.len();
                self.ready.resize(from + room, 0);
                let (_, _, written, _) =
                    decoder.decode_to_utf8(raw, &mut self.ready[from..], got == 0);
                self.ready.truncate(from + written);
            }
        }
        Ok(())
    }
}

/// How many bytes of the file a piece of decoded text was.
fn source_len(text: &[u8], encoding: Encoding) -> u64 {
    let count = |wanted: fn(u8) -> bool| text.iter().filter(|byte| wanted(**byte)).count() as u64;
    match encoding {
        Encoding::Utf8 => text.len() as u64,
        // One letter is one byte.
        Encoding::Windows1252 => count(|byte| byte & 0xC0 != 0x80),
        // One letter is two bytes, four where UTF-8 needs four.
        Encoding::Utf16Le | Encoding::Utf16Be => {
            2 * (count(|byte| byte & 0xC0 != 0x80) + count(|byte| byte >= 0xF0))
        }
    }
}
