//! Guerdon: an open, self-hosted incentives console.

pub mod base;
