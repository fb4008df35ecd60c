//! `/customers/{id}/coupons` and `/customers/{id}/coupons/{coupon}`: a customer's coupons, one of them
//! open beside the list.
//!
//! One region: `desk` (list and panel). The forms are the room's (`/coupons/codes/…`); they lead back here.

mod list;
mod panel;
mod row;

use axum::Router;
use axum::routing::get;

use crate::base::app::App;
pub use list::{Card, card};

/// The tab and its panel.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/customers/{id}/coupons", get(list::show))
        .route("/customers/{id}/coupons/{coupon}", get(list::open))
}
