//! The SQL of customers. The store's own profile (source `INSTORE`, account ``) is written by `bulk`;
//! what other sources know by `accounts`.

pub mod accounts;
pub mod bulk;
mod faces;
mod list;
mod page;
pub mod people;
mod read;
mod search;

pub use bulk::lookup as resolve_identifiers;
pub use faces::{Face, faces, named};
pub use list::{newest, of_import};
pub use page::{Page, PageHit, search_page};
pub use read::{existing, find, lock, taken};
pub use search::{Hit, search};

/// What a page reads through.
pub type Reading = sqlx::PgConnection;
