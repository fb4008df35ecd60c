//! Every SQL statement of the room.

pub mod series;
pub mod series_row;
pub mod totals;
