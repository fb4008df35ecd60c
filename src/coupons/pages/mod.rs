//! The room's pages.

mod batches;

use axum::Router;

use crate::base::app::App;

/// The addresses of the room.
pub fn routes() -> Router<App> {
    Router::new().merge(batches::routes())
}
