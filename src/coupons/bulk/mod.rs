//! Bulk work on coupons: one deed on all that match, by the hundred or by the million.
//!
//! Words: a *run* is one deed asked for once; its *scope* says which coupons are meant, its *border* the
//! moment it was asked for; a *chunk* is the coupons of one transaction; an *outcome* is what became of
//! one coupon: done, or the word of the refusal.
//!
//! ```text
//! look (preview) → waiting → running → done
//!                     ↑         ↓
//!                     ╰── stopped, failed (what was done stays; it may go on)
//! ```
//!
//! Invariants:
//! 1. Each coupon of the scope is dealt with once, whatever happens to the worker: a chunk's deeds, their
//!    outcomes and the place where the next begins are one transaction (`work`), fenced by attempt and by
//!    what was seen before it (`store::bulk_progress::advance`).
//! 2. There is no second rule: a run judges and does with the deeds of one coupon (`revoking::take_all`,
//!    `expiring::move_all`, `resending::send_all`), under the same locks, and the preview asks the same
//!    functions (`judge`).
//! 3. What came to be after the border is not touched; what left the scope meanwhile is left alone and
//!    says so.
//! 4. Undo gives back the end that the run took, where nobody moved it since; what cannot be undone
//!    (revocation, messages) says so before it is done.
//!
//! Why the outcomes are rows and not only log entries: the result file and undo read them by run, and
//! the log has an index for neither.

mod action;
mod actions;
mod carry_out;
mod draft;
mod judge;
mod list;
mod preview;
mod run;
mod scope;
mod sheet;
mod task;
mod until;
mod words;
mod work;

pub use action::Action;
pub use actions::{cancel, create, expected, resume};
pub use draft::{Draft, allowed, require};
pub use list::{Listed, MOST_BYTES, Naming, keep as keep_list, read as read_list};
pub use preview::{Group, Preview, look};
pub use run::{List, Place, Run};
pub use scope::{MOST_IDS, Scope, Wanted};
pub use sheet::BulkResultSheet;
pub use task::{BulkTask, SweepBulk, sweep};
pub use until::Until;
pub use words::sentence;
