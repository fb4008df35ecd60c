//! The issuing engine: enrolling customers, issuing badges to them, bringing in the past, taking back
//! (spec/badges.md 8).
//!
//! Words: to *enrol* is the wire's `issue`, to *issue* its `earn`. A *quota* is a limit as it applies to
//! one event; a *count* is how far a limit across customers is used.
//!
//! Invariants
//! 1. No limit is exceeded, whoever races, on however many servers: the customer's own are counted while
//!    the customer is held, those across customers rest on held rows ([`counts`]).
//! 2. A request id has one effect: it is committed with it (`badge_requests`).
//! 3. What is judged and what the tester says are one code ([`judge`], [`standing`], [`counts`]).
//! 4. Locks, in this order: request id, badge, customers by id, the badge's gate, counts by key, totals.
//!
//! The processing time is the act's. It is read before the locks; a moving limit therefore counts what
//! was processed after its edge *without an upper end*, so an act that began earlier and waited never
//! sees fewer than one that began later.

mod benefits;
mod call;
pub mod counts;
mod enrol;
mod event;
mod ground;
mod import;
mod issue;
pub mod judge;
pub mod quota;
mod restore;
mod revoke;
mod standing;
mod store;
mod terms;
mod tester;
mod trace;

pub use call::{Answer, Declined, EnrolCall, Enrolled, IssueCall, Issued, Outcome, State, Trigger};
pub use enrol::enrol;
pub use import::{EarnedRow, Imported, import_earned};
pub use issue::issue;
pub use restore::restore_issued;
pub use revoke::{RevokeWhich, Revoked, revoke_enrolments, revoke_issued, revoke_many};
pub use tester::{Looked, Question, Verdict, would_issue};
