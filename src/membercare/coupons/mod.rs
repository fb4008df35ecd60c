//! A customer's coupons at the desk: what the address of their list says, and where a badge's coupon
//! came from.

mod asked;
pub mod store;

pub use asked::{Asked, Heads, kinds, list, names, statuses};
