//! The SQL of issuing.

pub mod counts;
pub mod history;
pub mod requests;
pub mod restore;
pub mod revoke;
pub mod standing;
pub mod terms;
pub mod write;
