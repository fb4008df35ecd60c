//! Coupons out of goodwill: support asks for one, a second person grants it (spec/membercare.md 2.7, 3.4).
//!
//! Words: a *request* names a customer and an offer; its *maker* asked, its *checker* approves or declines
//! (the wire's `REJECTED`). An offer is given out of goodwill when its series is claimed by `GOODWILL`. *One
//! step* is a request that whoever may decide makes and grants at once; *auto approval* the same, said by a
//! program.
//!
//! Invariants
//! 1. A request ends once: it is decided under its row's lock, and two checkers get one outcome (`decide`,
//!    the race in `tests/console/goodwill`).
//! 2. An approved request brought exactly one coupon, and nothing else did (`goodwill_requests_coupon`):
//!    outcome and coupon are one transaction. What cannot be issued leaves the request waiting.
//! 3. Nobody decides on their own request (`Request::may_decide`); one step is for those who may decide.
//! 4. Only an offer that is claimed for goodwill at the moment of issue is issued (`decide::grant` looks once
//!    the series is held).
//! 5. A form that is sent twice asks once (`goodwill_requests_form`).
//!
//! Known quirks: no mail tells of a new request, since nothing here sends mail: the navigation counts those
//! that wait. The reference's restriction to associates has no counterpart: who may ask is a role's to say.

pub mod api;
mod ask;
mod decide;
mod filter;
mod offers;
mod pages;
mod refusal;
mod request;
mod settings;
mod sheet;
mod store;

pub use ask::{Ask, ask};
pub use decide::decide;
pub use offers::{claim_offer, release_offer};
pub use pages::routes;
pub use request::{Request, State, Told, Way, path};
pub use settings::{Settings, SettingsDraft, change_settings};
pub use sheet::GoodwillSheet;
