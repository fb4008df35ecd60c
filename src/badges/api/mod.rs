//! Badges for programs: the vendor's paths, words and envelopes (spec/badges.md 9). Here alone the
//! wire's spelling is spoken: its `issue` is our *enrol*, its `earn` our *issue*.
//!
//! Reading is lenient and collects every violation; what is read becomes the same
//! [`Draft`](crate::badges::Draft) a form or a file makes, so that the three doors cannot differ.
//! What is answered may be sent back: `shape/` writes what `read/` reads.
//!
//! Every path is served without `/api_gateway` too, as one page of the reference has it.

mod badge;
mod claims;
mod customer;
mod fields;
mod groups;
mod list;
mod org_meta;
mod read;
mod shape;
mod windows;

use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;

use crate::api::Codes;
use crate::badges::codes;
use crate::base::app::App;

/// How refusals about badges are numbered and an unknown one is named.
#[derive(Debug, Clone, Copy)]
pub enum BadgeCodes {}

/// The same for groups.
#[derive(Debug, Clone, Copy)]
pub enum GroupCodes {}

/// The same for custom fields.
#[derive(Debug, Clone, Copy)]
pub enum FieldCodes {}

/// The same for the legacy declaration of tags.
#[derive(Debug, Clone, Copy)]
pub enum OrgMetaCodes {}

macro_rules! numbered {
    ($codes:ty, $missing:literal) => {
        impl Codes for $codes {
            const MISSING: &'static str = $missing;
            const BROKEN: u32 = 999_999;

            fn number(word: &str) -> u32 {
                codes::vendor_code(word)
            }

            fn status(word: &str) -> StatusCode {
                match codes::vendor_code(word) {
                    409 | 811 | 818 | 819 => StatusCode::CONFLICT,
                    1026 => StatusCode::NOT_FOUND,
                    _ => StatusCode::BAD_REQUEST,
                }
            }
        }
    };
}

numbered!(BadgeCodes, "Passed badge is not found");
numbered!(GroupCodes, "Passed badge group is not found");
numbered!(FieldCodes, "Passed custom field is not found");
numbered!(OrgMetaCodes, "Org configuration is not found");

/// What programs may ask about badges.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .merge(org_meta::calls())
        .merge(badge::calls())
        .merge(windows::calls())
        .merge(claims::calls())
        .merge(customer::calls())
        .merge(groups::calls())
        .merge(fields::calls())
}
