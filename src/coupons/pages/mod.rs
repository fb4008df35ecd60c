//! The room's pages.

mod batches;
mod bulk;
mod pace;

use axum::Router;

use crate::base::app::App;

/// The addresses of the room.
pub fn routes() -> Router<App> {
    Router::new().merge(batches::routes()).merge(bulk::routes())
}
