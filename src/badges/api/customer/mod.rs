//! Badges of customers for programs: giving, taking back and looking (spec/badges.md 9.10–9.18).

mod constraints;
mod detail;
mod earn;
mod earn_bulk;
mod enrol;
mod import;
mod list;
mod management;
mod reading;
mod revoke;
mod who;

use axum::Router;
use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Failure;
use crate::badges::api::BadgeCodes;
use crate::base::app::App;

/// What the parts of a handler return.
type Read<T> = Result<T, Failure<BadgeCodes>>;

/// What programs may ask about customers' badges.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(enrol::enrol))
        .routes(routes!(earn::earn))
        .routes(routes!(earn_bulk::earn_bulk))
        .routes(routes!(import::import))
        .routes(routes!(revoke::revoke_enrolments))
        .routes(routes!(revoke::revoke_earned))
        .routes(routes!(list::list))
        .routes(routes!(management::list))
        .routes(routes!(detail::detail))
        .merge(aliases().into())
}

/// The other paths and methods the reference names in one place or another.
fn aliases() -> Router<App> {
    Router::new()
        .route("/api_gateway/v1/badges/import/customerBadges", post(import::import))
        .route("/badges/customer/revokeEarn", post(revoke::revoke_earned))
        .route("/v1/badges/badgeMeta/customer/issueBulk", post(enrol::enrol))
        .route("/v1/badges/customer/earn", post(earn::earn))
        .route("/v1/badges/customer/earnBulk", post(earn_bulk::earn_bulk))
        .route("/v1/badges/import/customerBadges", post(import::import).put(import::import))
        .route("/v1/badges/badgeMeta/customer/revokeIssue", post(revoke::revoke_enrolments))
        .route("/v1/badges/customer/revokeEarn", post(revoke::revoke_earned))
        .route("/v1/badges/customer/{customerId}", get(list::list))
        .route("/v1/badges/management/{customerId}", get(management::list))
        .route("/v1/badges/management/{customerId}/badge/{badgeId}", get(detail::detail))
}
