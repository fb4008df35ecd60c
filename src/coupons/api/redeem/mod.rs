//! Coupons redeemed by programs: one, or many of which none is redeemed unless all are
//! (spec/coupons.md 6.7, 6.8).

mod answers;
mod read;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Body, Caller, Permit, Query, Resource, Result};
use crate::base::app::App;
use crate::coupons::api::answers::{CustomerSummary, summary};
use crate::coupons::api::once::{Answered, Sent, once};
use crate::coupons::api::outcome::merged;
use crate::coupons::api::{CouponCodes, Read, who};
use crate::coupons::{self, Line, RedeemCall};
use crate::customers::Found;

use answers::{CouponRedeemAnswer, CouponRedeemBatch};
pub use answers::{Mode, complaint, refusals, status};
pub use read::{CouponCustomerRequest, LONGEST_NUMBER};
use read::{RedeemCouponsRequest, Wanted};

/// What programs may redeem.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(redeem_coupon, super::change::amend::amend_redemptions))
        .routes(routes!(redeem_coupons))
}

/// Redeem a coupon
///
/// Several codes are redeemed all or not at all. A code is found in any letter case and answered as it
/// was sent. The same call sent again within a day under the same X-CAP-REQUEST-ID is answered again and
/// not done again. Refused: HTTP 400 with the same shape, the reason in `redemptionStatus` and `errors`.
#[utoipa::path(
    post,
    path = "/v2/coupon/redeem",
    operation_id = "redeemCoupon",
    tag = "Coupons",
    params(
        ("source" = Option<String>, Query, description = "Where the customer is known; INSTORE where absent.", example = "INSTORE"),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
    ),
    request_body = RedeemCouponsRequest,
    responses(
        (status = 200, description = "Redeemed.", body = CouponRedeemAnswer)
    )
)]
async fn redeem_coupon(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
    query: Query,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let wanted = read::wanted(&query, &body.root(), permit.zone())?;
    let (found, customer) = customer(&app, &permit, &wanted).await?;
    let call = wanted.by(found.id);
    let named = sent.with(&permit, &body);
    let done = once(&app, &permit, named, move |act| {
        Box::pin(async move {
            let lines = coupons::redeem(act, &call).await?;
            Ok(CouponRedeemAnswer::of(&lines, customer, merged(Some(found))))
        })
    });
    let answered = done.await?;
    let refused = matches!(&answered, Answered::Now(answer) if !answer.went_well());
    let status = if refused { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok((status, answered).into_response())
}

/// Redeem coupons together
///
/// All or nothing: where one is refused, it tells why, the others say 749, and nothing is redeemed. With
/// `is_redeemable=true` it is only asked. At most 100 codes, or what the brand has set (629). HTTP 200
/// even where nothing was redeemed: `failureCount` tells. Sent again under the same X-CAP-REQUEST-ID it is
/// answered again and not done again.
#[utoipa::path(
    post,
    path = "/v2/coupon/bulk/redeem",
    operation_id = "redeemCoupons",
    tag = "Coupons",
    params(
        ("is_redeemable" = Option<bool>, Query, description = "Only ask; `isredeemable` is taken as well.", example = true),
        ("source" = Option<String>, Query, description = "Where the customer is known; INSTORE where absent.", example = "INSTORE"),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
    ),
    request_body = RedeemCouponsRequest,
    responses((status = 200, description = "What became of each.", body = CouponRedeemBatch))
)]
async fn redeem_coupons(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
    query: Query,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let asks = query.flag("is_redeemable")?.or(query.flag("isRedeemable")?).unwrap_or(false);
    let wanted = read::wanted(&query, &body.root(), permit.zone())?;
    let (found, _) = customer(&app, &permit, &wanted).await?;
    let call = wanted.by(found.id);
    if asks {
        let lines = check(&app, &permit, &call).await?;
        return Ok(Json(CouponRedeemBatch::of(&lines, Mode::Asked)).into_response());
    }
    let named = sent.with(&permit, &body);
    let done = once(&app, &permit, named, move |act| {
        Box::pin(async move {
            let lines = coupons::redeem(act, &call).await?;
            Ok(CouponRedeemBatch::of(&lines, Mode::Done))
        })
    });
    Ok(done.await?.into_response())
}

/// Who redeems, and how they are told.
async fn customer(app: &App, permit: &Permit, wanted: &Wanted) -> Read<(Found, CustomerSummary)> {
    let mut db = app.read(permit.org()).await?;
    let found = who::customer(&mut db, permit, &wanted.place, &wanted.asked).await?;
    let summary = summary(&mut db, permit.org(), found.id).await?.ok_or_else(who::unknown)?;
    Ok((found, summary))
}

/// Whether all of a call could be redeemed; nothing is written.
async fn check(app: &App, permit: &Permit, call: &RedeemCall) -> Read<Vec<Line>> {
    let mut db = app.read(permit.org()).await?;
    let till = permit.till().map(|till| till.id);
    let now = app.clock.now();
    let mut lines = coupons::redeemable(&mut db, permit.org(), call, now, till).await?;
    coupons::all_or_nothing(&mut lines);
    Ok(lines)
}
