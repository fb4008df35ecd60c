//! What programs change about coupons that were issued: redemptions taken back and mended, ends moved,
//! coupons revoked (spec/coupons.md 6.10–6.13).

pub(super) mod amend;
mod expiry;
mod reactivate;
mod revoke;

use axum::routing::put;
use reactivate::reactivate_coupons as again;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Permit, Query};
use crate::base::app::App;
use crate::coupons::api::{Read, who};
use crate::customers::{Asked, Found};

/// What programs may change. Taking redemptions back is served under PUT and PATCH, too: clients use
/// all three.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(reactivate::reactivate_coupons))
        .route("/v2/coupon/reactivate", put(again).patch(again))
        .routes(routes!(expiry::change_expiry))
        .routes(routes!(revoke::revoke_coupons))
}

/// The customer a body names; none where it names nobody, 701 where there is no such customer.
async fn named(app: &App, permit: &Permit, query: &Query, asked: &[Asked]) -> Read<Option<Found>> {
    if asked.is_empty() {
        return Ok(None);
    }
    let place = who::place(query)?;
    let mut db = app.read(permit.org()).await?;
    Ok(Some(who::customer(&mut db, permit, &place, asked).await?))
}
