//! Coupons for tills that speak v1.1 (spec/coupons.md 7, envelope E1). The deeds are those of the other
//! calls; what differs is how things are asked and told, endpoint by endpoint.
//!
//! Every item of a call stands for itself: what stands against one is told in it and stops no other.
//!
//! Known quirks: issue tells its flags as truths, all others as texts; validation codes are not judged;
//! the letter case of codes can be chosen in every call that reads.

mod check;
mod customer;
mod get;
mod issue;
mod redeem;
mod resend;
mod series;
mod series_shape;
mod stub;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::v11::{ItemStatus, Style};
use crate::base::app::App;
use crate::base::problem::Problem;
use crate::coupons::refusal::{self, vendor_code};

/// What such tills may ask about coupons.
pub fn calls() -> OpenApiRouter<App> {
    use axum::routing::{get, post};
    OpenApiRouter::default()
        .routes(routes!(issue::issue))
        .routes(routes!(redeem::redeem))
        .routes(routes!(resend::resend))
        .routes(routes!(get::coupons))
        .routes(routes!(check::redeemable))
        .routes(routes!(series::list))
        .routes(routes!(customer::coupons))
        .route("/v1/coupon/issue", post(issue::issue))
        .route("/v1/coupon/redeem", post(redeem::redeem))
        .route("/v1/coupon/resend", get(resend::resend))
        .route("/v1/coupon/get", get(get::coupons))
        .route("/v1/coupon/isredeemable", get(check::redeemable))
        .route("/v1/coupon/series", get(series::list))
        .route("/v1/customer/coupons", get(customer::coupons))
}

/// Why an item was refused.
fn refused(style: Style, why: &Problem) -> ItemStatus {
    ItemStatus::bad(style, vendor_code(why.code), why.message.clone())
}

/// The same by the refusal's word.
fn refused_for(style: Style, word: &'static str) -> ItemStatus {
    refused(style, &refusal::problem(word))
}
