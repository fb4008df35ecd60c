//! Who holds a badge and who is enrolled in it: two lists of one badge, as pages, as files and as
//! selections for bulk work.
//!
//! Words: a *holding* is one issued badge or one enrolment of one customer; *sifting* is keeping those
//! of some states or sources.
//!
//! Invariants:
//! 1. A page reads a bounded number of index entries however many holdings a badge has: the order is
//!    the index's, and sifting gives up after [`LOOKED_AT`] and says so (`store::page`).
//! 2. Page, file and selection ask the same statements with the same filter.

mod enrolled_store;
mod filter;
mod holding;
mod issued_store;
mod sheet;
pub mod store;

pub use filter::{Asked, Filter, Span};
pub use holding::{Held, Holding, Place, SOURCES, STATES, State, source_label};
pub use issued_store::Of;
pub use sheet::{EnrolmentsSheet, HoldersSheet};
pub use store::LOOKED_AT;
