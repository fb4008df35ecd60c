//! HTTP towards programs: who calls, how far they may go, how bodies and queries are read, and the
//! envelopes answers leave in. It knows no room.
//!
//! ```text
//! caller.writes(Resource::Badges)?     a Permit: the brand, and the actor for deeds
//! body.root().get("name").text(…)      lenient reading that collects every violation
//! gateway(data, Sides::Empty)          an answer of the badge family
//! v11::answer(status, items)           an answer of the v1.1 family
//! Err(…)                               any Error; the layer words it for the path's family
//! ```
//!
//! Calls carry no cookie and the session layer never sees them; console pages take no API credentials.
//!
//! Known quirks: rate limits count in each server process by itself; `size` above 100 is clamped and
//! echoed clamped; XML is not spoken (415).

pub mod body;
pub mod caller;
pub mod docs;
pub mod envelope;
pub mod failure;
pub mod grants;
mod layer;
pub mod limits;
pub mod moment;
pub mod query;
pub mod v11;

use axum::http::StatusCode;

pub use body::{Body, Faults, Node};
pub use caller::{Caller, Permit, Till};
pub use envelope::{Family, Gateway, Sides, Warning, gateway, gateway_warned};
pub use failure::{Codes, Failure, Fault, Result, Trouble};
pub use grants::{Grants, Level, Resource};
pub use layer::{RequestId, around};
pub use limits::Limits;
pub use moment::{Iso, Moment};
pub use query::{Page, Pagination, Query};

/// An answer for a path nobody serves: the fallback of the guarded routes.
pub async fn no_such_call() -> Trouble {
    Trouble::of_status(StatusCode::NOT_FOUND)
}
