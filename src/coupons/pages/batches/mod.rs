//! `/coupons/{series}/batches` and `/coupons/batches/{id}`: codes made ahead.

mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::base::app::App;

/// The addresses of batches.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/coupons/{id}/batches", get(list::index).post(list::start))
        .route("/coupons/batches/{id}", get(show::show))
        .route("/coupons/batches/{id}/cancellation", post(show::cancel))
        .route("/coupons/batches/{id}/resumption", post(show::resume))
}
