//! Guerdon: an open, self-hosted incentives console.
//!
//! Five storeys, arrows only downward (`tests/console/layers.rs` checks them):
//!
//! ```text
//! wiring      main cli demo app worker          knows every room; decides nothing
//! desks       membercare imports exports activity requests goodwill reference
//!                                               read across rooms, act through their doors
//! rooms       badges coupons customers orgs             rules, SQL, pages of one thing
//! plumbing    web auth api                      HTTP both ways; knows no room
//! base        act app csv db error ids list …   knows no HTTP, no room
//! ```
//!
//! Rooms form a line too: `orgs ← customers ← coupons ← badges`. A room may use another only through what its
//! `mod.rs` re-exports.
//!
//! # Life of a request
//!
//! `POST /settings/groups` → layers (id, trace, foreign forms, session) → the page's handler: extract
//! [`auth::Staff`], call the deed through [`base::app::App::act`] → permission, rule, SQL, `record` →
//! commit writes the activity entry in the same transaction → 303 to the page, or for htmx the changed
//! region. A CSV row and the command line enter at the same deed.

pub mod activity;
pub mod api;
pub mod app;
pub mod auth;
pub mod badges;
pub mod base;
pub mod cli;
pub mod config;
pub mod coupons;
pub mod customers;
pub mod demo;
pub mod exports;
pub mod goodwill;
pub mod imports;
pub mod membercare;
pub mod orgs;
pub mod reference;
pub mod requests;
pub mod web;
pub mod worker;
