//! The ground floor: what every storey above may use. It knows no HTTP and no room.

pub mod act;
pub mod app;
pub mod calendar;
pub mod clock;
pub mod csv;
pub mod dates;
pub mod db;
pub mod error;
pub mod files;
pub mod ids;
pub mod list;
pub mod outbox;
mod outbox_store;
pub mod permission;
pub mod problem;
pub mod queue;
pub mod secret;
