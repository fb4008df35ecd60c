//! Batches: codes by the million, made in the background and waiting to be issued.
//!
//! Words: a batch *wants* so many codes and has *made* so many; a *chunk* is the codes of one
//! transaction; an *attempt* is one worker's time with a batch; codes nobody holds yet are *stock*.
//!
//! ```text
//! waiting → running → done
//!    ↑         ↓
//!    ╰── stopped, failed (what was made stays; it may go on)
//! ```
//!
//! Invariants:
//! 1. A batch that is done made exactly what it wanted: `made` moves by the rows that came to be, in the
//!    transaction that adds them, and a code that exists already is drawn again (`work`).
//! 2. Two workers never both add a chunk: it is fenced by attempt and by what was made before it
//!    (`store::advance`; `tests/console/coupon_codes.rs` starts one twice and replaces one half-way).
//! 3. Before the first code is made there is room for all of them, promises of other batches counted
//!    (`actions::start`, under the lock on the series).
//! 4. A common code has no batches, nor has a series that is managed outside.
//!
//! Why stock has a counter slot of its own: a batch moves it with every chunk and tills move theirs
//! with every coupon; in one row each would wait for the other.

mod actions;
mod batch;
mod draft;
mod sheet;
pub(in crate::coupons) mod store;
mod task;
mod work;

pub use actions::{cancel, resume, start};
pub use batch::{Batch, Kind, State};
pub use draft::{Draft, MOST_CODES};
pub use sheet::BatchCodesSheet;
pub use task::{BatchTask, SweepBatches, sweep};
