//! The pages of customers: the list with its search, and the form.

mod form;
mod index;

use axum::Router;
use axum::routing::get;

use crate::base::app::App;

/// `/customers` and below; a customer's own page is `membercare`'s.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/customers", get(index::show).post(form::create))
        .route("/customers/new", get(form::new))
        .route("/customers/{id}/edit", get(form::edit).post(form::update))
}
