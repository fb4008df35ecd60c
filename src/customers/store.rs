//! The SQL of customers. Only the store's own profile (source `INSTORE`, account ``) is written here;
//! profiles of other sources are searched and shown.

pub mod bulk;
mod read;

pub use bulk::lookup as resolve_identifiers;
pub use read::{existing, find};
