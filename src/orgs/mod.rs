//! A brand: its name, its time zone, its settings.
//!
//! Words: *brand* on the screen, `org` in the API, the code and the schema.
//! Invariants: 1. a brand's time zone is an IANA name (`NewOrg::check`).

pub mod access;
mod actions;
mod pages;
mod settings;
mod settings_draft;
mod settings_store;
mod store;

pub use actions::{NewOrg, change_settings, create, set_basic_auth};
pub use pages::routes;
pub use settings::{Rules, Settings, keep_settings, rules, settings};
pub use settings_draft::SettingsDraft;
pub use store::{Org, all, basic_auth, find};
