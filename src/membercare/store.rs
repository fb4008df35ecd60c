//! The desk's own reading queries. It writes nothing.

mod badge;
mod standings;
mod timeline;

pub use badge::{Claimed, Detail, Face, Source, detail, faces, groups, sources};
pub use standings::{Which, standings};
pub use timeline::timeline;

/// What a page reads through.
pub type Reading = sqlx::PgConnection;
