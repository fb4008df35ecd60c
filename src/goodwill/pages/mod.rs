//! `/goodwill`: those who may approve see what waits; those who asked see what became of it. Beside it the
//! form on a customer's page, and the brand's settings.

mod ask;
mod download;
mod list;
mod one_step;
mod settings;
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
        .route("/goodwill", get(list::index).post(one_step::issue))
        .route("/goodwill/new", get(one_step::form))
        .route("/goodwill/waiting", get(list::waiting))
        .route("/goodwill/download", get(download::form))
        .route("/goodwill/{id}", get(show::show))
        .route("/goodwill/{id}/decision", post(show::decide))
        .route("/customers/{id}/goodwill", get(ask::form).post(ask::ask))
        .route("/settings/goodwill", get(settings::show).post(settings::change))
        .route("/settings/goodwill/offers", post(settings::claim))
        .route("/settings/goodwill/offers/{id}/release", post(settings::release))
}

/// Whose requests this person sees: everybody's, or their own alone.
fn seen_by(staff: &Staff) -> Result<Option<i64>> {
    if staff.may(Permission::ApproveGoodwill) {
        return Ok(None);
    }
    if staff.may(Permission::ServeCoupons) {
        return Ok(Some(staff.id.get()));
    }
    Err(Error::Forbidden)
}
