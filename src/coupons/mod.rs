//! Coupons: codes that take something off a bill, the series whose terms they follow, and their uses.
//!
//! Words: a *series* (the screen's offer) holds the terms; a *coupon* is one code of it; a *generic*
//! code is one text for all, each holder having a coupon of their own; a *redemption* is one use, which
//! can be *reversed*; *stock* is what was brought in or made in a *batch* and waits to be issued;
//! *external* series are issued elsewhere, we only check and redeem.
//!
//! Invariants
//! 1. A code is one living coupon's in the brand whatever its case (`coupons_code`); a revoked one's text
//!    is free again. A customer holds one living copy of a generic code (`coupons_generic_holder`).
//! 2. A single-use code has at most one living redemption (`coupon_redemptions_once`), and a coupon that
//!    was revoked has none (`coupons_revoked`).
//! 3. Limits hold under any number of callers: of a series by its counter's slot 0, locked; of a customer
//!    by the lock on the customer's row; of a code by the lock on the coupon (`tests/console/coupons_races`).
//! 4. Locks are taken in one order: series (shared; for change, exclusive), customers ascending, coupons
//!    ascending, counters by series and slot, then what is only added.
//! 5. Whether something has ended is judged by the clock as it stands after the locks, so that no wait
//!    makes a dead coupon usable (`store::clock`).
//! 6. Effective expiry is derived (`expiry`), never stored; no coupon outlives its series.
//! 7. Every step of a code's life after its making is an activity entry on the subject `coupon`; its
//!    making is told by its batch.

pub mod batches;
pub mod codes;
pub mod coupon;
pub mod customer;
pub mod expiry;
pub mod issue_checks;
pub mod left;
mod pages;
pub mod pool;
pub mod range;
pub mod redeem_checks;
pub mod refusal;
#[cfg(test)]
mod samples;
pub mod series;
pub mod state;
mod store;
mod upload;

pub use batches::{BatchCodesSheet, BatchTask, SweepBatches};
pub use coupon::{Coupon, Issued, Revoked, Source};
pub use expiry::End;
pub use left::Uses;
pub use pages::routes;
pub use series::{Handling, Series, Strategy, Totals, code_key};
pub use state::{Standing, State, standing};
pub use store::series::{find, load};
pub use store::totals::totals;
pub use upload::{CouponsKind, RedeemedCouponsKind};
