//! The SQL of customers. Only the store's own profile (source `INSTORE`, account ``) is written here;
//! profiles of other sources are searched and shown.

pub mod bulk;
mod list;
mod read;
mod search;

pub use bulk::lookup as resolve_identifiers;
pub use list::{newest, of_import};
pub use read::{existing, find, lock, taken};
pub use search::{Hit, search};

/// What a page reads through.
pub type Reading = sqlx::PgConnection;
