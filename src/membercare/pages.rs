//! The pages of one customer: their badges, an overview, the history, and the forms that give and take
//! back; beside them the tester of a badge.

mod after;
mod badges;
mod card;
mod coupons;
mod give;
mod head;
mod line;
mod offers;
mod overview;
mod panel;
mod revoke;
mod tester;
mod waiting;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::base::app::App;
use crate::web::address::address;

/// `/member-care` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/member-care", get(search))
        .route("/member-care/ui/{id}", get(badges::show))
        .route("/member-care/ui/{id}/overview", get(overview::show))
        .route("/member-care/ui/{id}/history", get(overview::history))
        .route("/member-care/ui/{id}/badges/{badge}/{noun}", get(give::ask).post(give::give))
        .route(
            "/member-care/ui/{id}/{list}/{item}/revocation",
            get(revoke::ask).post(revoke::revoke),
        )
        .route("/badges/{id}/tester", get(tester::show))
        .merge(coupons::routes())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
}

/// The desk's search is the customers' page.
async fn search(Query(asked): Query<Asked>) -> Redirect {
    Redirect::to(&address("/customers", &[("q", &asked.q)]))
}
