//! The room's pages.

mod activation;
mod boxes;
mod claims;
mod conflict;
mod custom_fields;
mod form;
mod groups;
mod head;
mod holdings;
mod index;
mod picker;
mod pictures;
mod sent;
mod show;
mod steps;
mod view;
mod windows;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::base::app::App;

pub use picker::{Offer, Picker, PickerRow};

/// Three pictures of two megabytes, and the form around them.
const FORM_WITH_PICTURES: usize = 8 * 1024 * 1024;

/// The addresses of the room.
pub fn routes() -> Router<App> {
    let forms = Router::new()
        .route("/badges/new", get(form::new).post(form::create))
        .route("/badges/{id}/edit", get(form::edit).post(form::update))
        .route("/badges/{id}/images", get(pictures::show).post(pictures::save))
        .layer(DefaultBodyLimit::max(FORM_WITH_PICTURES));
    Router::new()
        .route("/badges", get(index::index))
        .route("/badges/loyalty-workflows", get(index::loyalty_workflows))
        .route("/badges/loyalty-promotions", get(index::loyalty_promotions))
        .route("/badges/name", get(form::name_check))
        .route("/badges/{id}", get(show::show))
        .route("/badges/{id}/holders", get(holdings::holders))
        .route("/badges/{id}/enrolments", get(holdings::enrolments))
        .route("/badges/{id}/windows", get(windows::show))
        .route("/badges/{id}/claims", get(claims::show))
        .route("/badges/{id}/duplicate", get(activation::ask_duplicate))
        .route("/badges/{id}/activation", get(activation::ask_activate).post(activation::activate))
        .route(
            "/badges/{id}/deactivation",
            get(activation::ask_deactivate).post(activation::deactivate),
        )
        .route("/files/{id}", get(pictures::serve))
        .route("/settings/groups", get(groups::index).post(groups::create))
        .route("/settings/groups/{id}", get(groups::edit).post(groups::update))
        .route("/settings/groups/{id}/disabling", get(groups::ask_disable).post(groups::disable))
        .route("/settings/groups/{id}/enabling", post(groups::enable))
        .route("/settings/custom-fields", get(custom_fields::index).post(custom_fields::create))
        .route("/settings/custom-fields/{id}", get(custom_fields::edit).post(custom_fields::update))
        .route(
            "/settings/custom-fields/{id}/disabling",
            get(custom_fields::ask_disable).post(custom_fields::disable),
        )
        .merge(forms)
}
