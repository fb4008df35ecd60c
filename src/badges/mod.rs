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

pub mod badge;
pub mod benefits;
mod check;
mod check_parts;
pub mod codes;
mod draft;
mod earns;
mod earns_export;
mod earns_store;
pub mod expiry;
pub mod fields;
pub mod groups;
pub mod limits;
pub mod owners;
mod parts;
mod redraft;
pub mod revise;
pub mod times;
pub mod windows;

pub use badge::{Badge, EarnType, Image, ImageTag, Stamp, Status};
pub use check::{Checked, Context};
pub use draft::{BenefitDraft, Draft, ExpiryDraft, ImageDraft, LimitDraft};
pub use earns::EarnedBadgesKind;
pub use earns_export::EarnedBadgesSheet;
