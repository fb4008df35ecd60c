//! The SQL of goodwill.

mod list;
mod one;
mod row;
mod settings;

pub use list::{Bounds, COUNTED, Place, count, page, waiting};
pub use one::{end, find, insert, lock, of_form};
pub use settings::{save_settings, settings};
