//! Coupons taken back for good.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Body, Caller, Faults, Query, Resource, Result};
use crate::base::app::App;
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::outcome::{CouponEntity, entity, merged};
use crate::coupons::api::redeem::CouponCustomerRequest;
use crate::coupons::api::{CouponCodes, change, said, who};
use crate::coupons::refusal::vendor_code;
use crate::coupons::{self, RevokeCall, Taken};

/// Coupons to revoke: a customer's, or these codes.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct RevokeCouponsRequest {
    /// The series; may be left out for exactly one code.
    #[schema(example = 415_446)]
    coupon_series_id: Option<i64>,
    /// The holder: without codes all of their active, unredeemed coupons of the series are revoked, at most
    /// 100; needed for a common code.
    customer: Option<CouponCustomerRequest>,
    /// Codes in any letter case, at most 50.
    coupon_codes: Option<Vec<String>>,
}

/// What became of the coupons.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponsRevoked {
    total_count: usize,
    failed_count: usize,
    revoked_coupons: Vec<CouponRevoked>,
    /// Codes that stayed, by the reason.
    failed_to_revoke: Vec<CouponsNotRevoked>,
}

/// A coupon revoked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponRevoked {
    coupon_id: CouponId,
    coupon_code: String,
    issued_to_user_id: Option<CustomerId>,
}

/// Codes that stayed for one reason.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponsNotRevoked {
    error_code: u32,
    error_message: String,
    coupon_codes: Vec<String>,
}

/// Revoke coupons
///
/// Unredeemed ones only, and for good: the code's text is free again. By customer what is active of a
/// series; by code what is named, each code by itself. `success` is true even where no coupon was revoked:
/// `failedCount` tells.
#[utoipa::path(
    post,
    path = "/v2/coupon/revoke",
    operation_id = "revokeCoupons",
    tag = "Coupons",
    params(
        ("couponCodeCase" = Option<String>, Query, description = "UPPER (where absent), LOWER or AS_IT_IS; `coupon_code_case` is taken as well.", example = "LOWER"),
    ),
    request_body = RevokeCouponsRequest,
    responses((status = 200, description = "What became of each.", body = CouponEntity<CouponsRevoked>))
)]
pub(super) async fn revoke_coupons(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let case = LetterCase::of(&query)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let series = said::number(&root.get("couponSeriesId"), &mut faults).map(SeriesId::new);
    let asked = who::in_body(&root.first(&["customer", "user"]), &mut faults);
    let codes = root.get("couponCodes").items(&mut faults);
    let codes: Vec<String> = codes.iter().map(|code| code.text(&mut faults)).collect();
    faults.into_result()?;
    let found = change::named(&app, &permit, &query, &asked).await?;
    let customer = found.map(|found| found.id);
    let call = RevokeCall { series, customer, codes, reason: None };
    let deed = app
        .act(permit.actor(), move |act| Box::pin(async move { coupons::revoke(act, &call).await }));
    Ok(entity(told(&deed.await?, case), merged(found)))
}

fn told(lines: &[Taken], case: LetterCase) -> CouponsRevoked {
    let mut stayed: BTreeMap<u32, CouponsNotRevoked> = BTreeMap::new();
    let mut revoked = Vec::new();
    for line in lines {
        match &line.result {
            Ok(coupon) => revoked.push(CouponRevoked {
                coupon_id: coupon.id,
                coupon_code: case.show(&coupon.code),
                issued_to_user_id: coupon.holder(),
            }),
            Err(why) => {
                let code = vendor_code(why.code);
                let group = stayed.entry(code).or_insert_with(|| CouponsNotRevoked {
                    error_code: code,
                    error_message: why.message.clone().into_owned(),
                    coupon_codes: Vec::new(),
                });
                group.coupon_codes.push(case.show(&line.code));
            }
        }
    }
    CouponsRevoked {
        total_count: lines.len(),
        failed_count: lines.len() - revoked.len(),
        revoked_coupons: revoked,
        failed_to_revoke: stayed.into_values().collect(),
    }
}
