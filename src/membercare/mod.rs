//! The support desk: one customer, what they hold and what they could get, and the forms that give and
//! take back. The deeds are the rooms'.
//!
//! Words: to *issue* is the wire's `earn`, to *enrol* the wire's `issue` (spec/badges.md 1); a *standing*
//! is how one customer stands with one badge; its *category* is the tab it is shown under.
//!
//! Invariants
//! 1. Every badge of the brand is in at most one category, decided by one pure function in the order of
//!    the specification ([`Category::of`]).
//! 2. A customer's page costs what the customer holds and what badges the brand has, never what all
//!    customers hold (`store::standings` reads ranges of the customer's own rows).
//! 3. Another brand's customer, a deleted one and a number nobody has answer alike: not found.
//! 4. Who may not see personal data sees name, number and badges, and nothing a colleague wrote.
//! 5. A form gives once however often it is sent: it carries a request id the engine takes once
//!    (`pages::give`). What was taken back is taken back, whoever asks again.
//! 6. A coupon is shown on its holder's page alone; how it stands is said by the room
//!    (`coupons::holdings`), and its forms are the room's.
//! 7. The tester asks the engine's own checks and writes nothing (`tests/console/membercare_tester.rs`).

pub mod api;
mod category;
mod coupons;
mod deeds;
mod event;
mod filter;
mod pages;
mod sort;
mod store;
mod timeline;
mod trail;

pub use category::{Category, Standing};
pub use pages::routes;
