//! Every SQL statement of the room.

pub mod around;
pub mod badges;
pub mod calls;
pub mod claims;
pub mod customer_badges;
pub mod cycles;
pub mod fields;
pub mod files;
pub mod groups;
pub mod list;
pub mod org_meta;
pub mod parts;
pub mod parts_write;
pub mod rows;
