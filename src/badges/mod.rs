//! Badges: what customers can earn, how they come by it and how often.
//!
//! Words (the screen's and the wire's differ, spec/badges.md 1): to *enrol* is the wire's `issue`; to
//! *issue* is the wire's `earn`. A *level* is whom a limit counts; a *family* is fixed or moving.
//!
//! Invariants:
//! 1. A name is one badge's in the brand, letter by letter (`badges_name`).
//! 2. Status is derived from dates, never stored (`badge::Status`).
//! 3. A level has limits of one family (`check_parts::check_level`), and of fixed windows at most one
//!    in force and one waiting; the past is never rewritten (`revise`, its property test).
//! 4. A claimed owner stays (`check`), and `EARN` is direct, `ISSUE_EARN` enrols first.

mod actions;
pub mod api;
pub mod badge;
mod begun;
pub mod benefits;
mod bulk;
mod check;
mod check_parts;
mod claim_actions;
pub mod codes;
mod context;
mod cycles;
mod draft;
mod earns;
pub mod expiry;
mod export;
mod field_actions;
pub mod fields;
mod giving;
mod group_actions;
pub mod groups;
pub mod holders;
mod holding;
mod import;
pub mod issuing;
pub mod limits;
pub mod list;
mod names;
pub mod org_meta;
pub mod owners;
mod pages;
mod parts;
mod pictures;
mod redraft;
pub mod revise;
mod settings_export;
mod sheet;
mod snapshot;
mod store;
pub mod times;
pub mod windows;

pub use actions::{create, keep_picture, set_active, set_images, update};
pub use badge::{Badge, EarnType, Image, ImageTag, Stamp, Status};
pub use bulk::{BulkEnrolKind, BulkIssueKind, BulkRevokeKind};
pub use check::Checked;
pub use claim_actions::{ClaimDraft, claim, unclaim};
pub use context::{Around, Context};
pub use draft::{BenefitDraft, Draft, ExpiryDraft, ImageDraft, LimitDraft, WindowDraft};
pub use earns::{EarnedBadgesKind, EarnedBadgesSheet};
pub use export::BadgesSheet;
pub use field_actions::{amend_field, create_field, disable_field, update_field};
pub use giving::GiveCoupons;
pub use group_actions::{amend_group, create_group, set_group_active, update_group};
pub use holders::{EnrolmentsSheet, HoldersSheet};
pub use import::BadgesKind;
pub use issuing::{enrol, issue, revoke_enrolments, revoke_issued};
pub use pages::{Offer, Picker, PickerRow, routes};
pub use pictures::Picture;
pub use settings_export::{FieldsSheet, GroupsSheet};
pub use store::badges::{find, load, named};
pub use store::fields::all as fields_of;
pub use store::groups::all as groups_of;
