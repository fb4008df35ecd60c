//! The reference of the API for people: `/api/reference`, made from the same document programs fetch.
//!
//! A page is a reading of [`Document`]: sections by tag (`catalog`), fields and samples by schema
//! (`schema`). Nothing about a call is written here, so nothing here can go stale.
//!
//! Why a page of our own: it works without script and looks like the rest; the ready-made viewers
//! bring megabytes of script that our content policy would not run.
//!
//! Any signed-in person may read it. It holds nothing of a brand.
//!
//! [`Document`]: crate::api::docs::Document

mod catalog;
mod pages;
mod sample;
mod schema;

pub use pages::routes;
