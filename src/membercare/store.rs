//! The desk's own reading queries. It writes nothing.

mod badge;
mod items;
mod pending;
mod sources;
mod standings;
mod timeline;

pub use badge::{Claimed, Detail, Face, detail, faces, groups};
pub use items::{Came, Held, came_with, given, held, runs};
pub use pending::{Pending, pending};
pub use sources::{Source, sources};
pub use standings::{Which, standings};
pub use timeline::timeline;

/// What a page reads through.
pub type Reading = sqlx::PgConnection;
