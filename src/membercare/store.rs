//! The desk's own reading queries. It writes nothing.

mod badge;
mod sources;
mod standings;
mod timeline;

pub use badge::{Claimed, Detail, Face, detail, faces, groups};
pub use sources::{Source, sources};
pub use standings::{Which, standings};
pub use timeline::timeline;

/// What a page reads through.
pub type Reading = sqlx::PgConnection;
