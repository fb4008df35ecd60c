//! Taking lists out as files.
//!
//! Words: a *sheet* is a list on its way out; its rows come in batches, each picking up where the one
//! before ended, so that a file of any size costs one batch of memory and no long transaction.
//!
//! Invariants:
//! 1. Every export leaves an activity entry with its filter before the first row goes out.
//! 2. No cell is run by a spreadsheet (`base::csv::write`), and the file comes in again as it went out
//!    (`tests/console/exports.rs`).
//!
//! Known quirk: rows that change while a file goes out are seen before or after their change; a file is
//! no snapshot.

mod kinds;
mod pages;
mod store;
mod stream;

pub use pages::routes;
pub use stream::write;

/// The lists there are, by the name the command line uses, and their words.
pub fn kinds() -> Vec<(&'static str, &'static str)> {
    kinds::all().iter().map(|kind| (kind.name(), kind.label())).collect()
}
