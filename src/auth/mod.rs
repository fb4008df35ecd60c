//! People who work with the console: who they are, how they get in, what they may do.
//!
//! Words: *staff* is a person; a *membership* is that person's role in one brand; a *session* is one
//! signed-in browser.
//!
//! Invariants
//! 1. A session is good only while its person and the membership are not disabled: every request reads
//!    both (`store::viewer`), so a role change or a bar acts at once.
//! 2. The cookie's id is kept as its SHA-256 only; a save never inserts, so signing out cannot be
//!    undone by a page that was under way (`session_store`).
//! 3. An admin never learns or sets a colleague's password: new people choose theirs through a one-time
//!    link. A link is refused for people who also work for other brands (`actions::password_link`).

mod actions;
mod pages;
mod request;
mod session_store;
mod sign_in;
mod staff;
mod store;

pub use actions::{
    Added, NewMember, add_member, choose_password, disable, enable, end_sessions, password_link,
    set_password, set_role,
};
pub use pages::routes;
pub use request::Visitor;
pub use session_store::PgSessions;
pub use sign_in::{Credentials, SESSION_STAFF, sign_in, sign_out};
pub use staff::{Brand, Staff};
pub use store::{
    Member, SessionRow, end_session, end_sessions_of, find_invite, members, sessions_of,
    switch_brand,
};
