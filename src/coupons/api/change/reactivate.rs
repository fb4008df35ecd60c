//! Redemptions taken back.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Body, Caller, Faults, Resource, Result};
use crate::base::app::App;
use crate::base::ids::RedemptionId;
use crate::coupons;
use crate::coupons::api::answers::CouponStatusCode;
use crate::coupons::api::{CouponCodes, said};

/// The most redemptions of one call.
const MOST: usize = 1000;

/// Redemptions to take back.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct ReactivateCouponsRequest {
    /// Their numbers, at most 1000; all or none are taken back.
    redemption_ids: Vec<i64>,
}

/// That redemptions were taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CouponsReactivated {
    /// None.
    #[schema(value_type = Vec<CouponStatusCode>)]
    warnings: [(); 0],
    /// None.
    #[schema(value_type = Vec<CouponStatusCode>)]
    errors: [(); 0],
    /// `true`.
    success: bool,
}

/// Take redemptions back
///
/// All or none: 510 where one is unknown or was taken back before. The coupons can be redeemed again until
/// they end. PUT and PATCH do the same.
#[utoipa::path(
    post,
    path = "/v2/coupon/reactivate",
    operation_id = "reactivateCoupons",
    tag = "Coupons",
    request_body = ReactivateCouponsRequest,
    responses((status = 200, description = "Taken back.", body = CouponsReactivated))
)]
pub(super) async fn reactivate_coupons(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let (list, mut faults) = (body.root().get("redemptionIds"), Faults::default());
    let items = list.items(&mut faults);
    if items.len() > MOST {
        faults.add(said::fault("too_many", &list));
    }
    faults.into_result()?;
    // What is no number is a redemption nobody made.
    let number = |item| said::number(item, &mut Faults::default()).unwrap_or_default();
    let ids: Vec<RedemptionId> = items.iter().map(number).map(RedemptionId::new).collect();
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { coupons::reactivate(act, &ids, None).await })
    });
    deed.await?;
    let answer = CouponsReactivated { warnings: [], errors: [], success: true };
    Ok(Json(answer).into_response())
}
