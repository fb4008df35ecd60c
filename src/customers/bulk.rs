//! Customers by the thousand: what the import engine works with, a handful of statements for each
//! chunk of rows.
//!
//! ```text
//! keys of the chunk ─ lookup ─▶ ids ─ load ─▶ profiles as they are ─ Profile::put, … ─▶ as they shall be
//!     no id:           insert        (kept by the caller for undo: `update` puts them back)
//!     alike:           unchanged
//!     different:       update
//! undo:  blockers, then delete_imported until it says 0
//! ```
//!
//! None of these asks for a permission or leaves a trace: the caller's act does both, once for the
//! import. Each works inside the caller's transaction.

pub use crate::customers::store::bulk::{
    Blocked, Known, Mark, blockers, delete_imported, insert, load, lookup, update,
};
