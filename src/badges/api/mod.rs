//! Badges for programs: the vendor's paths, words and envelopes (spec/badges.md 9). Here alone the
//! wire's spelling is spoken: its `issue` is our *enrol*, its `earn` our *issue*.
//!
//! Reading is lenient and collects every violation; what is read becomes the same
//! [`Draft`](crate::badges::Draft) a form or a file makes, so that the three doors cannot differ.

use utoipa_axum::router::OpenApiRouter;

use crate::api::Codes;
use crate::badges::codes;
use crate::base::app::App;

/// How refusals about badges are numbered and an unknown one is named.
#[derive(Debug, Clone, Copy)]
pub enum BadgeCodes {}

impl Codes for BadgeCodes {
    const MISSING: &'static str = "Passed badge is not found";
    const BROKEN: u32 = 999_999;

    fn number(word: &str) -> u32 {
        codes::vendor_code(word)
    }
}

/// What programs may ask about badges.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
}
