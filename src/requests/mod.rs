//! Enrolments and issues that wait for a second person (spec/badges.md 16).
//!
//! Words: a *request* is a call that waits; its *maker* asked for it, its *checker* approves or rejects
//! it. *Approved* means carried out; a call that was approved and could not be carried out has *failed*.
//!
//! Invariants
//! 1. A request ends once: it is decided under its row's lock, and two checkers get one outcome
//!    (`decide`, the race in its test).
//! 2. Nobody decides on their own (`request::Request::may_decide`).
//! 3. The outcome and the effect are one transaction (`decide::approve`); a call that fails leaves
//!    nothing of itself behind, its request id included, so that it may be asked for again.
//! 4. What is sent twice waits once (`approval_requests_waiting`).
//!
//! Whether support has to ask is the brand's to say (`orgs::Settings`); whoever may approve acts at
//! once. An event that was not given is the moment of approval, as if the checker had made the call.

pub mod api;
mod decide;
mod event;
mod filter;
mod pages;
mod propose;
mod request;
mod store;
mod wire;

pub use decide::{Decision, decide};
pub use pages::routes;
pub use propose::{Proposal, must_ask, propose};
pub use request::{Call, Kind, Request, Sent, State, Who, path};
