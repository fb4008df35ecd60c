//! Files of rows: reading what spreadsheets really write, and writing what they may safely open.
//!
//! Words: a *dialect* is how a file is spelled (encoding, delimiter); a *row* is one record with the
//! physical line it begins on; a *place* is a row boundary a reader can be put back to; a *sheet* is
//! what a room offers for export; a *kind* is what a room takes in.
//!
//! Invariants:
//! 1. No input can make reading take more memory than one record of [`read::MAX_RECORD`] bytes and a
//!    buffer: a quote that is never closed costs one row, not the file (`read::tests`).
//! 2. A reader resumed at a place yields exactly the rows an unbroken reading yields after it
//!    (`read::tests::resuming_anywhere_equals_reading_on`).
//! 3. What [`write`] writes, reading with [`write::unmark`] gives back to the byte
//!    (`write::tests::any_text_survives_the_round_trip`).
//!
//! Why not the `csv` crate for reading: its reader grows with the record, so one stray quote in a
//! gigabyte would be held in memory, and its byte positions are those of the decoded text, while
//! resuming needs those of the file. Writing does use it.

pub mod befores_store;
mod decode;
pub mod dialect;
pub mod importable;
pub mod read;
pub mod sheet;
mod split;
pub mod write;
