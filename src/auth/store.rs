//! The SQL of staff, memberships and sessions: tables outside the brand wall, so every statement names
//! the person or the brand it is about.

mod members;
mod sessions;

pub use members::{Member, find_invite, members};
pub(super) use members::{
    add_membership, find_by_email, insert_invite, insert_staff, membership, put_password,
    set_disabled, set_membership_role, take_invite, works_elsewhere,
};
pub(super) use sessions::{
    NewSession, blocked_until, brands, delete_session, forget_failures, insert_session,
    load_session, note_failure, password_of, update_session, viewer,
};
pub use sessions::{SessionRow, end_session, end_sessions_of, sessions_of, switch_brand};
