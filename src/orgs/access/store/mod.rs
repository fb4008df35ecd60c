//! The SQL of tills, clients and access groups. These tables stand outside the brand wall: every
//! statement names the brand, but for the two that find out which brand a call speaks for (`gate`).

pub mod clients;
pub mod gate;
pub mod groups;
pub mod tills;
