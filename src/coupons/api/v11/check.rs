//! `coupon/isredeemable`: whether codes would do for a customer, without using them up.

use axum::extract::State;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::refused;
use super::stub::{V11CustomerStub, stubs};
use crate::api::v11::{self, Answer, ItemStatus, OneOrMany, Style, Verdict, word};
use crate::api::{Caller, Fault, Query, Resource, Result, Trouble};
use crate::base::app::App;
use crate::base::calendar::day_of;
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::{CouponCodes, who};
use crate::coupons::redeeming::{self, Line, Pick, RedeemCall};
use crate::coupons::refusal::{sentence, vendor_code};
use crate::coupons::{Series, expiry};

/// The most codes of one call.
const MOST: usize = 100;

/// Whether codes would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Checked {
    coupons: V11CheckedCoupons,
}

/// Whether codes would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11CheckedCoupons {
    /// One, or a list of several.
    redeemable: OneOrMany<V11CheckedCoupon>,
}

/// Whether a code would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11CheckedCoupon {
    mobile: Option<String>,
    code: String,
    /// `"true"` or `"false"`.
    is_redeemable: &'static str,
    #[serde(flatten)]
    good: Option<V11CheckedGood>,
    /// The series, with `details=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    series_info: Option<V11SeriesInfo>,
    item_status: ItemStatus,
}

/// What is told of a code that would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11CheckedGood {
    /// How often it can be redeemed yet; -1: as often as one likes.
    redemptions_left: i64,
    no_of_redemptions_by_user: i64,
    /// How much is taken off.
    coupon_value: String,
    customer: V11CustomerStub,
}

/// A series in short.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11SeriesInfo {
    description: String,
    discount_code: String,
    /// The coupon's last day.
    valid_till: String,
    /// `ABS` or `PERC`.
    discount_type: &'static str,
    discount_value: String,
    detailed_info: String,
}

/// Whether codes would do
///
/// For a customer, now, at the till that asks; the bill is not judged. A code that would not do is told with
/// its reason; the call as a whole went well.
#[utoipa::path(
    get,
    path = "/v1.1/coupon/isredeemable",
    operation_id = "isCouponRedeemableV11",
    tag = "Coupons",
    params(
        ("mobile" = Option<String>, Query, description = "The customer's mobile number.", example = "447700900000"),
        ("email" = Option<String>, Query, description = "The e-mail address."),
        ("external_id" = Option<String>, Query, description = "The brand's id."),
        ("id" = Option<String>, Query, description = "The customer's number."),
        ("code" = String, Query, description = "The code, in any case; several with commas.", example = "F3LRU8"),
        ("details" = Option<String>, Query, description = "true or extended tells the series too."),
        ("user_id" = Option<bool>, Query, description = "true tells the customer's number too."),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER, LOWER or AS_IT_IS."),
    ),
    responses((status = 200, description = "Whether they would do.", body = Answer<V11Checked>))
)]
pub(super) async fn redeemable(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let (case, codes) = (LetterCase::of(&query)?, query.list("code"));
    let refuse = |word| Trouble::bad(Fault::new(vendor_code(word), sentence(word)));
    if codes.is_empty() {
        return Err(refuse("coupon_blank").into());
    }
    if codes.len() > MOST {
        return Err(refuse("too_many").into());
    }
    let details = query.choice("details", &["true", "false", "extended"], &[])?;
    let with_number = query.flag("user_id")? == Some(true);
    let (org, mut db) = (permit.org(), app.read(permit.org()).await?);
    let asked = who::in_query(&query);
    let customer = who::customer(&mut db, &permit, &who::place(&query)?, &asked).await?.id;
    let stub = stubs(&mut db, org, &[customer], with_number).await?.remove(&customer);
    let stub = stub.ok_or_else(who::unknown)?;
    let picks = codes.iter().map(|code| Pick::Code((*code).to_owned())).collect();
    let call =
        RedeemCall { customer, picks, bill: None, at: None, custom_fields: None, details: None };
    let till = permit.till().map(|till| till.id);
    let lines = redeeming::redeemable(&mut db, org, &call, app.clock.now(), till).await?;
    let tell = Teller {
        case,
        stub,
        details: details.is_some_and(|details| details != "false"),
        zone: permit.zone(),
    };
    let redeemable: Vec<V11CheckedCoupon> = lines.iter().map(|line| tell.line(line)).collect();
    let redeemable = redeemable.into();
    let status = Verdict::fine().status(Style::Words);
    Ok(v11::answer(status, V11Checked { coupons: V11CheckedCoupons { redeemable } }))
}

/// What is the same for all codes of a call.
struct Teller {
    case: LetterCase,
    stub: V11CustomerStub,
    details: bool,
    zone: Tz,
}

impl Teller {
    fn line(&self, line: &Line) -> V11CheckedCoupon {
        let code = match (&line.coupon, &line.pick) {
            (Some(coupon), _) => coupon.code.clone(),
            (None, Pick::Code(code)) => code.clone(),
            (None, Pick::Id(id)) => id.to_string(),
        };
        let good = line.result.is_ok().then(|| V11CheckedGood {
            redemptions_left: line.left.unwrap_or(-1),
            no_of_redemptions_by_user: line.used_before,
            coupon_value: line
                .series
                .as_ref()
                .map(|series| series.discount.value.to_string())
                .unwrap_or_default(),
            customer: self.stub.clone(),
        });
        let item_status = match &line.result {
            Ok(_) => ItemStatus::good(Style::Words, 700, "Coupon isRedeem successful"),
            Err(why) => refused(Style::Words, why),
        };
        let series = line.series.as_ref().filter(|_| self.details);
        V11CheckedCoupon {
            mobile: self.stub.mobile.clone(),
            code: self.case.show(&code),
            is_redeemable: word(good.is_some()),
            good,
            series_info: series.map(|series| self.series(series, line)),
            item_status: item_status.twice(),
        }
    }

    fn series(&self, series: &Series, line: &Line) -> V11SeriesInfo {
        let own = line.coupon.as_ref().map(|one| expiry::of_coupon(one, series, self.zone));
        let end = own.unwrap_or_else(|| expiry::of_series(series, self.zone));
        V11SeriesInfo {
            description: series.description.clone(),
            discount_code: series.discount.code.clone(),
            valid_till: day_of(end.shown, self.zone).to_string(),
            discount_type: series.discount.kind.wire(),
            discount_value: series.discount.value.to_string(),
            detailed_info: series.words.info.clone(),
        }
    }
}
