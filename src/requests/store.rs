//! The SQL of requests.

mod list;
mod one;

pub use list::{Bounds, COUNTED, Line, Order, Place, page, sorted, waiting};
pub use one::{
    badge_name, end, find, insert, lock, release_savepoint, roll_back, set_savepoint, waiting_as,
};
