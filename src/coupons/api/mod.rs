//! Coupons for programs: the reference's paths, words and envelopes (spec/coupons.md 5–7). The deeds are
//! the room's; here alone the wire's spelling is spoken.
//!
//! Known quirks: a series' code on the wire of a redemption is its number; an unknown id and another
//! brand's answer alike.

pub mod answers;
pub mod case;
mod change;
mod check;
mod details;
mod holder;
mod issue;
pub mod once;
mod outcome;
mod redeem;
mod said;
pub mod series;
mod series_shown;
pub mod times;
mod v11;
pub mod who;

use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;

use crate::api::{Codes, Failure};
use crate::base::app::App;
use crate::coupons::refusal;

/// How refusals about coupons are numbered and an unknown one is named.
#[derive(Debug, Clone, Copy)]
pub enum CouponCodes {}

impl Codes for CouponCodes {
    const MISSING: &'static str = "Coupon Series ID is invalid";
    const MISSING_CODE: u32 = 707;

    fn number(word: &str) -> u32 {
        refusal::vendor_code(word)
    }

    fn status(_word: &str) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// What the parts of a handler return.
pub type Read<T> = std::result::Result<T, Failure<CouponCodes>>;

/// What programs may ask about coupons.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .merge(series::calls())
        .merge(issue::calls())
        .merge(redeem::calls())
        .merge(check::calls())
        .merge(change::calls())
        .merge(details::calls())
        .merge(holder::calls())
        .merge(v11::calls())
}
