//! Who may call in for a brand by program, and how far they may go.
//!
//! Words: a *till* signs each call with its code and the MD5 of its password; a *client* fetches a token
//! with its key and a secret and signs with that; an *access group* says how far its tills and clients go.
//!
//! Invariants
//! 1. Secrets are random and kept as SHA-256; till passwords, which people choose, as argon2id of what the
//!    wire carries. Neither can be read back (`store`).
//! 2. Every call reads its till's or client's row, so disabling, a new password, an ended secret or a
//!    changed group act at once, whatever is cached (`gate`).
//! 3. A client has at most two live secrets (`clients::rotate`, which locks the client).
//! 4. A group in use stays (`groups::disable`).

mod attribution;
mod basic;
mod clients;
mod draft;
mod gate;
mod groups;
mod pages;
mod store;
mod tills;
mod token;

pub use clients::{NewClient, Secret, add as add_client};
pub use draft::GroupDraft;
pub use gate::Gate;
pub use groups::add as add_group;
pub use pages::{routes, tabs};
pub use tills::{NewTill, TillPassword, add as add_till, password as till_password};
pub use token::calls as token_calls;
