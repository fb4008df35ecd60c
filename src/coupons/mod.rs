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

pub mod api;
pub mod batches;
pub mod bulk;
pub mod check;
mod check_parts;
mod check_terms;
pub mod codes;
pub mod coupon;
pub mod customer;
pub mod draft;
pub mod expiring;
pub mod expiry;
pub mod filter;
mod ground;
pub mod holdings;
pub mod issue_checks;
pub mod issuing;
mod kinds;
pub mod left;
pub mod list;
mod message;
mod pages;
mod picking;
pub mod pool;
pub mod range;
mod read;
pub mod redeem_checks;
pub mod redeeming;
pub mod redemption;
pub mod refusal;
mod resending;
pub mod reversing;
pub mod revoking;
#[cfg(test)]
mod samples;
pub mod series;
mod series_actions;
mod series_sheet;
pub mod state;
mod store;
mod trace;
mod upload;

pub use batches::{BatchCodesSheet, BatchTask, SweepBatches};
pub use bulk::{BulkResultSheet, BulkTask, SweepBulk};
pub use coupon::{Coupon, Issued, Revoked, Source};
pub use draft::Draft;
pub use expiring::{ExpiryAnswer, ExpiryCall, Moved, change_expiry, change_expiry_of};
pub use expiry::End;
pub use holdings::{
    Holding, HoldingAfter, HoldingFilter, HoldingSort, HoldingStatus, Holdings, judge,
};
pub use issuing::{Given, Origin, Outcome, Want, issue};
pub use left::Uses;
pub use pages::codes::{Facts, Offer, discount, offers};
pub use pages::{routes, series_page};
pub use redeeming::{BillSaid, Line, Pick, RedeemCall, all_or_nothing, redeem, redeemable};
pub use redemption::{Redemption, Reversed};
pub use resending::resend;
pub use reversing::{Mend, Mended, amend, reactivate};
pub use revoking::{RevokeCall, Taken, revoke, revoke_of};
pub use series::{Handling, Series, Strategy, Totals, code_key};
pub use series_actions::{claim, create, update};
pub use series_sheet::SeriesSheet;
pub use state::{Standing, State, standing};
pub use store::codes_page::{beginning_with, page as codes_page};
pub use store::coupons::{
    by_codes, copies_of, generic_series, holders_of_generic, load as load_coupons, of_customer,
};
pub use store::holders::tills;
pub use store::list::{all_ids, names as recent_series, page as series_page};
pub use store::redemptions::of_coupons as redemptions_of;
pub use store::series::{find, load};
pub use store::totals::totals;
pub use upload::{CouponsKind, RedeemedCouponsKind};
