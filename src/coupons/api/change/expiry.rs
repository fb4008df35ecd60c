//! The ends of coupons moved.

use axum::extract::State;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

use crate::api::{Body, Caller, Faults, Node, Query, Resource, Result, Trouble};
use crate::base::app::App;
use crate::base::dates::DayMeans;
use crate::base::ids::{CustomerId, SeriesId};
use crate::coupons::api::outcome::{CouponEntity, entity, merged};
use crate::coupons::api::redeem::CouponCustomerRequest;
use crate::coupons::api::times::Local;
use crate::coupons::api::{CouponCodes, change, said, who};
use crate::coupons::refusal::vendor_code;
use crate::coupons::{self, ExpiryAnswer, ExpiryCall, Moved};

/// The most codes of one call.
const MOST: usize = 100;

/// What a number says that is not known.
const UNKNOWN: i64 = -1;

/// Ends to be moved.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct CouponExpiryRequest {
    /// The series; may be left out for exactly one code.
    #[schema(example = 415_446)]
    coupon_series_id: Option<i64>,
    /// The holder; needed for a common code.
    customer: Option<CouponCustomerRequest>,
    /// At most 100 codes with their new ends.
    coupon_codes: Vec<CouponExpiryPair>,
}

/// A code and its new end.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct CouponExpiryPair {
    /// The code, in any letter case.
    #[schema(example = "4716726416")]
    coupon_code: String,
    /// ISO 8601 or epoch milliseconds; a date alone means its last second in the brand's zone.
    #[schema(example = "2025-10-30T10:00:00Z")]
    expiry_date: String,
}

/// What became of the codes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponExpiryAnswer {
    total_count: usize,
    failed_count: usize,
    success_count: usize,
    /// Codes whose end stayed, and why.
    unprocessed_coupons: Vec<CouponExpiryFailure>,
    /// The customer of the call, or the one who holds all the codes; −1 where there is none.
    user_id: i64,
    /// The series of the call, or the one the code was found in; −1 where it was not.
    coupon_series_id: i64,
}

/// A code whose end stayed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponExpiryFailure {
    /// The end asked for.
    expiry_date: Local,
    /// As it was sent.
    coupon_code: String,
    error_code: u32,
    error_message: String,
}

/// Move the expiry of coupons
///
/// Later or earlier, active or expired, each code by itself; never into the past (690) nor beyond the end
/// of the series (691). `success` is true even where no code was moved: `failedCount` tells. Needs write on
/// coupon series.
#[utoipa::path(
    put,
    path = "/v2/coupon/bulk/expiry",
    operation_id = "changeCouponExpiry",
    tag = "Coupons",
    request_body = CouponExpiryRequest,
    responses((status = 200, description = "What became of each.", body = CouponEntity<CouponExpiryAnswer>))
)]
pub(super) async fn change_expiry(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::Coupon)?;
    let (root, zone) = (body.root(), permit.zone());
    let mut faults = Faults::default();
    let series = said::number(&root.get("couponSeriesId"), &mut faults).map(SeriesId::new);
    let asked = who::in_body(&root.first(&["customer", "user"]), &mut faults);
    let pairs = pairs(&root.get("couponCodes"), zone, &mut faults)?;
    faults.into_result()?;
    let found = change::named(&app, &permit, &query, &asked).await?;
    let customer = found.map(|found| found.id);
    let call = ExpiryCall { series, customer, pairs, reason: None };
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { coupons::change_expiry(act, &call).await })
    });
    let answer = told(&deed.await?, customer, zone);
    Ok(entity(answer, merged(found)))
}

/// Codes and their new ends; a pair that lacks one of the two is refused as the reference refuses it.
fn pairs(
    list: &Node<'_>,
    zone: Tz,
    faults: &mut Faults,
) -> std::result::Result<Vec<(String, DateTime<Utc>)>, Trouble> {
    let items = list.items(faults);
    if items.len() > MOST {
        return Err(Trouble::bad(said::fault("too_many", list)));
    }
    let mut pairs = Vec::with_capacity(items.len());
    for item in &items {
        let (code, end) = (item.get("couponCode").text(faults), item.get("expiryDate"));
        let blank = code.trim().is_empty() || end.text(&mut Faults::default()).trim().is_empty();
        if blank && !end.value().is_some_and(|end| end.is_object() || end.is_array()) {
            return Err(Trouble::bad(said::fault("expiry_pairs_blank", list)));
        }
        if let Some(end) = said::instant(&end, zone, DayMeans::End, faults) {
            pairs.push((code, end));
        }
    }
    Ok(pairs)
}

fn told(answer: &ExpiryAnswer, customer: Option<CustomerId>, zone: Tz) -> CouponExpiryAnswer {
    let failures: Vec<CouponExpiryFailure> =
        answer.lines.iter().filter_map(|line| failure(line, zone)).collect();
    let moved = answer.lines.iter().filter_map(|line| line.result.as_ref().ok());
    let holders: BTreeSet<CustomerId> = moved.filter_map(|coupon| coupon.holder()).collect();
    let only = holders.first().copied().filter(|_| holders.len() == 1);
    CouponExpiryAnswer {
        total_count: answer.lines.len(),
        failed_count: failures.len(),
        success_count: answer.lines.len() - failures.len(),
        unprocessed_coupons: failures,
        user_id: customer.or(only).map_or(UNKNOWN, CustomerId::get),
        coupon_series_id: answer.series.map_or(UNKNOWN, SeriesId::get),
    }
}

fn failure(line: &Moved, zone: Tz) -> Option<CouponExpiryFailure> {
    let why = line.result.as_ref().err()?;
    Some(CouponExpiryFailure {
        expiry_date: Local::at(line.to, zone),
        coupon_code: line.code.clone(),
        error_code: vendor_code(why.code),
        error_message: why.message.clone().into_owned(),
    })
}
