//! The ground floor: what every storey above may use. It knows no HTTP and no room.

pub mod calendar;
pub mod clock;
pub mod error;
pub mod ids;
pub mod list;
pub mod problem;
