//! The room's pages.

mod batches;
mod bulk;
pub mod codes;
mod days;
mod form;
mod head;
mod index;
mod pace;
mod series_codes;
mod show;
mod view;
mod words;

use axum::Router;
use axum::routing::get;

use crate::base::app::App;

/// What a desk's page about a series stands under: its head, its tabs, its shell.
pub mod series_page {
    pub use super::head::{Head, Loaded, View, chrome, load};
}

/// The addresses of the room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/coupons", get(index::index))
        .route("/coupons/{id}", get(show::show))
        .route("/coupons/{id}/codes", get(series_codes::codes))
        .merge(batches::routes())
        .merge(bulk::routes())
        .merge(codes::routes())
        .merge(form::routes())
}
