//! `/coupons/bulk`: one deed on all coupons that match.

mod asked;
mod customers;
mod index;
mod new;
mod show;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::base::app::App;
use crate::coupons::bulk::MOST_BYTES;

/// What the form of a list has besides the list.
const REST: usize = 64 * 1024;

/// The addresses of bulk work.
pub fn routes() -> Router<App> {
    let lists = post(customers::upload).layer(DefaultBodyLimit::max(MOST_BYTES + REST));
    Router::new()
        .route("/coupons/bulk", get(index::index).post(new::create))
        .route("/coupons/bulk/new", get(new::show))
        .route("/coupons/bulk/customers", lists.get(customers::show))
        .route("/coupons/bulk/{id}", get(show::show))
        .route("/coupons/bulk/{id}/cancellation", post(show::cancel))
        .route("/coupons/bulk/{id}/resumption", post(show::resume))
}
