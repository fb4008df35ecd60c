//! What the product promises, asked through the front door on real Postgres. One binary, linked once.

mod layers;
mod roles;
mod shell;
mod support;
