//! Whether coupons could be redeemed now, without doing it (spec/coupons.md 6.9).
//!
//! Known quirk: the bill is not known yet, so neither its amount nor its number is judged.

mod answers;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Caller, Fault, Query, Resource, Result, Trouble};
use crate::base::app::App;
use crate::base::ids::CustomerId;
use crate::coupons::api::answers::{CouponStatusCode, summary};
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::outcome::merged;
use crate::coupons::api::redeem::{Mode, refusals};
use crate::coupons::api::{CouponCodes, who};
use crate::coupons::refusal::{sentence, vendor_code};
use crate::coupons::{self, Line, Pick, RedeemCall};

use answers::{CouponCheck, CouponChecks, Details};

/// What programs may ask before they redeem.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(is_redeemable))
}

/// Ask whether coupons are redeemable
///
/// By this customer, now, at this till. Each code is answered by itself; the call as a whole tells of the
/// first that would not do. Bill and transaction are not judged. HTTP 200 even where none would do.
#[utoipa::path(
    get,
    path = "/v2/coupon/is_redeemable",
    operation_id = "areCouponsRedeemable",
    tag = "Coupons",
    params(
        ("code" = String, Query, description = "Codes with commas, in any letter case; at most 100, or what the brand has set.", example = "6B88U6ED,V080OLI6"),
        ("mobile" = Option<String>, Query, description = "Who would redeem: a mobile number,", example = "917601000000"),
        ("email" = Option<String>, Query, description = "an e-mail address,"),
        ("externalId" = Option<String>, Query, description = "the brand's own id,"),
        ("id" = Option<i64>, Query, description = "or the customer's number."),
        ("details" = Option<String>, Query, description = "false (where absent); true: the discount and the series in short; extended: the whole series of a redeemable coupon.", example = "true"),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER (where absent), LOWER or AS_IT_IS."),
    ),
    responses((status = 200, description = "What would become of each.", body = CouponChecks))
)]
async fn is_redeemable(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let (case, details) = (LetterCase::of(&query)?, Details::of(&query)?);
    let codes = query.list("code");
    if codes.is_empty() {
        let word = "coupon_blank";
        return Err(Trouble::bad(Fault::new(vendor_code(word), sentence(word)).at("code")).into());
    }
    let mut db = app.read(permit.org()).await?;
    let place = who::place(&query)?;
    let found = who::customer(&mut db, &permit, &place, &who::in_query(&query)).await?;
    let customer = summary(&mut db, permit.org(), found.id).await?.ok_or_else(who::unknown)?;
    let call = asking(found.id, &codes);
    let till = permit.till().map(|till| till.id);
    let lines = coupons::redeemable(&mut db, permit.org(), &call, app.clock.now(), till).await?;
    let totals = details.totals(&mut db, permit.org(), &lines).await?;
    let told = |line| CouponCheck::of(line, case, details, &totals, &permit);
    let redemption: std::result::Result<_, Trouble> = lines.iter().map(told).collect();
    let answer = CouponChecks {
        customer,
        redemption: redemption?,
        redemption_status: whole(&lines),
        warnings: merged(Some(found)),
    };
    Ok(Json(answer).into_response())
}

/// The call of a customer who only asks, without a bill.
fn asking(customer: CustomerId, codes: &[&str]) -> RedeemCall {
    RedeemCall {
        customer,
        picks: codes.iter().map(|code| Pick::Code((*code).to_owned())).collect(),
        bill: None,
        at: None,
        custom_fields: None,
        details: None,
    }
}

/// What is told of the call as a whole: that all would do, or why the first would not.
fn whole(lines: &[Line]) -> CouponStatusCode {
    let Some(first) = refusals(lines).into_iter().next() else { return Mode::Asked.well() };
    let unknown = lines.iter().find(|line| line.result.is_err()).filter(|l| l.coupon.is_none());
    match unknown.map(|line| &line.pick) {
        Some(Pick::Code(code)) => CouponStatusCode {
            status: false,
            code: 780,
            message: format!("Coupon not found Identifier: {code}. Coupon isRedeem failed"),
        },
        _ => first,
    }
}
