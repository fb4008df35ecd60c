//! Customers: who can hold a badge, what identifies them, and how they are found.
//!
//! Words: an *identifier* is a mobile number, an e-mail address, an external id, a card; its *value* is
//! what is shown, its *key* what is compared; the *profile* is what people and files may change.
//!
//! Invariants
//! 1. An identifier is one customer's in the brand, by its key (`customer_identifiers_pkey`).
//! 2. A search reads at most a fixed number of index entries however many customers there are: every
//!    prefix is a range of a key (`store::search`).
//! 3. Who may not see personal data cannot search by it either, so that a guess is not confirmed
//!    (`store::search` asks names alone).
//! 4. A merged customer answers with the survivor; a deleted one is not found.

mod actions;
pub mod api;
mod asked;
pub mod bulk;
mod customer;
mod draft;
mod entering;
mod export;
mod export_store;
mod highlight;
mod identifier;
mod import;
mod import_row;
mod pages;
mod source;
mod store;

pub use actions::{create, snapshot, update};
pub use api::{CustomerIdentifier, CustomerWarning};
pub use asked::{Asked, Found, Place, who};
pub use customer::{Customer, Fields, Profile, Status, full_name, label, name_part, path};
pub use draft::{Draft, text_of};
pub use export::{CustomerNumbers, CustomersSheet};
pub use identifier::{Identifier, IdentifierKind, clean, fold};
pub use import::CustomersKind;
pub use pages::routes;
pub use store::accounts::extras;
pub use store::people::{Hold, KnownBy, Person, known_by, people};
pub use store::{Face, Hit, existing, faces, find, named, resolve_identifiers, search};
