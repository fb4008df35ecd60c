//! A brand: its name, its time zone, its settings.
//!
//! Words: *brand* on the screen, `org` in the API, the code and the schema.
//! Invariants: 1. a brand's time zone is an IANA name (`NewOrg::check`).

mod actions;
mod store;

pub use actions::{NewOrg, create};
pub use store::{Org, all, find};
