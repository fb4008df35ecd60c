//! `/requests`: those who may approve see what waits; those who asked see what became of it.

mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;

/// The pages of this desk.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/requests", get(list::index))
        .route("/requests/waiting", get(list::waiting))
        .route("/requests/{id}", get(show::show))
        .route("/requests/{id}/decision", post(show::decide))
}

/// Whose requests this person sees: everybody's, or their own alone.
fn seen_by(staff: &Staff) -> Result<Option<i64>> {
    if staff.may(Permission::ApproveRequests) {
        return Ok(None);
    }
    if staff.may(Permission::IssueBadges) {
        return Ok(Some(staff.id.get()));
    }
    Err(Error::Forbidden)
}
