//! Bringing files in: the one engine for every kind of CSV.
//!
//! Words: a *kind* is what the rows are (customers, earned badges); a *mapping* says which column feeds
//! which field; the *check* looks at every row and writes none; the *run* writes; a *chunk* is the rows
//! of one transaction; an *attempt* is one worker's time with an import.
//!
//! ```text
//! mapping → checking → checked → running → done → undoing → undone
//!              ↓          ↑ (again, remapped)  ↑ ↓
//!            failed                        cancelled (stopped; may go on)
//! ```
//!
//! Invariants:
//! 1. A row is written once: the chunk's rows and the place where the next chunk begins are one
//!    transaction, fenced by place and attempt (`store::advance_run`; `tests/console/imports.rs` kills
//!    a run half-way and starts one twice).
//! 2. What the check counts the run writes, unless somebody changed the store in between: both go
//!    through the kind's one judgement.
//! 3. Importing a file again changes nothing, but for files that ask for coupons: each asks anew, and
//!    what stops it are the limits of the series.
//! 4. Memory does not grow with the file: rows stream in chunks (`source`), repeats are found with a
//!    filter of 8 MiB (`repeats`).
//!
//! Why the file is kept in the database: the worker that runs the import may be another machine's, and
//! a backup of the database holds what every activity entry refers to.

mod actions;
pub mod api;
mod check;
pub mod guess;
mod import;
mod kinds;
pub mod mapping;
mod pages;
pub mod repeats;
mod result;
mod run;
mod runner;
mod selection;
mod source;
mod store;
mod tasks;
mod undo;
mod upload;
mod work;

pub use actions::silent;
pub use import::{Counts, Progress};
pub use pages::routes;
pub use runner::{Manner, Summary, run_file};
pub use tasks::{ImportTask, SweepImports, sweep};

/// The kinds of file there are, by the name the command line uses, and their words.
pub fn kinds() -> Vec<(&'static str, &'static str)> {
    kinds::all().iter().map(|kind| (kind.name(), kind.label())).collect()
}
