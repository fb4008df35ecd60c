//! A badge as a row of a sheet, both ways: what a row says over a draft, and the row that says a badge.

pub mod columns;
mod constraints;
mod read;
mod write;

pub use read::{Cells, column_of, overlay};
pub use write::{Widths, extra_headers, row};
