//! What calls to redeem are answered.

use serde::Serialize;
use utoipa::ToSchema;

use crate::coupons::api::answers::{CouponStatusCode, CustomerSummary};
use crate::coupons::api::outcome::CouponOutcome;
use crate::coupons::kinds::DiscountKind;
use crate::coupons::{Line, Pick};

/// What a number says that is not known.
const UNKNOWN: i64 = -1;

/// Whether it was done or only asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Redeemed.
    Done,
    /// Asked whether it would do.
    Asked,
}

impl Mode {
    /// How it is told that all went well.
    pub fn well(self) -> CouponStatusCode {
        let words = match self {
            Mode::Done => "Coupon processing successful",
            Mode::Asked => "Coupon isRedeem successful",
        };
        CouponStatusCode::well(700, words)
    }
}

/// What became of one coupon.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponRedemptionAnswer {
    /// The redemption's number; −1 where there is none.
    #[schema(example = "18527071")]
    redemption_id: String,
    /// The coupon's number; −1 where it is not known.
    id: i64,
    /// `false`.
    currency_input: bool,
    /// Zero.
    local_to_base_currency_exchange_rate: i64,
    /// None.
    #[schema(value_type = Vec<Object>)]
    warnings: [(); 0],
    /// Why it was not redeemed.
    appended_error_message: String,
    /// As it was sent.
    code: String,
    discount_code: String,
    /// The series' number; −1 where it is not known.
    series_code: i64,
    /// Whether the discount is an amount, not a percentage.
    is_absolute: bool,
    coupon_value: f64,
    redemption_status: CouponOutcome,
    /// `ABS` or `PERC`; null where the coupon is not known.
    discount_type: Option<&'static str>,
    discount_value: f64,
    discount_upto: f64,
}

impl CouponRedemptionAnswer {
    /// Of a line.
    pub fn of(line: &Line, mode: Mode) -> Self {
        let series = line.series.as_ref();
        let discount = series.map(|series| &series.discount);
        let value = discount.map_or(0.0, |discount| discount.value);
        let status = status(line, mode);
        let redemption = line.result.as_ref().ok().copied().flatten();
        CouponRedemptionAnswer {
            redemption_id: redemption.map_or_else(|| UNKNOWN.to_string(), |id| id.to_string()),
            id: number(line),
            currency_input: false,
            local_to_base_currency_exchange_rate: 0,
            warnings: [],
            appended_error_message: complaint(&status),
            code: code(line),
            discount_code: discount.map(|discount| discount.code.clone()).unwrap_or_default(),
            series_code: series.map_or(UNKNOWN, |series| series.id.get()),
            is_absolute: discount.is_some_and(|discount| discount.kind == DiscountKind::Amount),
            coupon_value: value,
            redemption_status: status.into(),
            discount_type: discount.map(|discount| discount.kind.wire()),
            discount_value: value,
            discount_upto: discount.map_or(0.0, |discount| discount.upto),
        }
    }
}

/// What became of a line, as a status.
pub fn status(line: &Line, mode: Mode) -> CouponStatusCode {
    line.result.as_ref().map_or_else(CouponStatusCode::refused, |_| mode.well())
}

/// Why something did not go well, in words; blank where it did.
pub fn complaint(status: &CouponStatusCode) -> String {
    if status.status { String::new() } else { status.message.clone() }
}

/// The coupon's number; a copy that was to be made has none.
fn number(line: &Line) -> i64 {
    let id = line.coupon.as_ref().map(|coupon| coupon.id.get());
    id.filter(|id| *id > 0).unwrap_or(UNKNOWN)
}

/// The code as the call spelled it; the coupon's own where it was asked for by number.
pub fn code(line: &Line) -> String {
    match (&line.pick, &line.coupon) {
        (Pick::Code(code), _) => code.clone(),
        (Pick::Id(_), Some(coupon)) => coupon.code.clone(),
        (Pick::Id(_), None) => String::new(),
    }
}

/// Why lines were refused, each by itself; those that only shared the others' fate are left out.
pub fn refusals(lines: &[Line]) -> Vec<CouponStatusCode> {
    let own = lines.iter().filter_map(|line| line.result.as_ref().err());
    own.filter(|why| why.code != "others_failed").map(CouponStatusCode::refused).collect()
}

/// Coupons redeemed, or why not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponRedeemAnswer {
    redemption: Vec<CouponRedemptionAnswer>,
    /// What became of the call.
    redemption_status: CouponStatusCode,
    /// Who redeemed.
    customer: CustomerSummary,
    /// What the caller should know although it went well.
    warnings: Vec<CouponStatusCode>,
    /// Why nothing was redeemed; absent where all went well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<CouponStatusCode>,
    /// `false` where nothing was redeemed; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
}

impl CouponRedeemAnswer {
    /// Of lines and whose they are.
    pub fn of(lines: &[Line], customer: CustomerSummary, warnings: Vec<CouponStatusCode>) -> Self {
        let errors = refusals(lines);
        CouponRedeemAnswer {
            redemption: lines
                .iter()
                .map(|line| CouponRedemptionAnswer::of(line, Mode::Done))
                .collect(),
            redemption_status: errors.first().cloned().unwrap_or_else(|| Mode::Done.well()),
            customer,
            warnings,
            success: (!errors.is_empty()).then_some(false),
            errors,
        }
    }

    /// Whether all was redeemed.
    pub fn went_well(&self) -> bool {
        self.errors.is_empty()
    }
}

/// What became of many coupons.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponRedeemBatch {
    /// In the order of the call.
    response: Vec<CouponRedeemBatchItem>,
    /// How many were named.
    total_count: usize,
    /// How many were not redeemed: none or all.
    failure_count: usize,
}

/// What became of one of many.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponRedeemBatchItem {
    /// The coupon's number; −1 where it is not known.
    entity_id: i64,
    result: CouponRedemptionAnswer,
    /// Why it was not redeemed.
    errors: Vec<CouponStatusCode>,
}

impl CouponRedeemBatch {
    /// Of lines.
    pub fn of(lines: &[Line], mode: Mode) -> Self {
        let item = |line: &Line| CouponRedeemBatchItem {
            entity_id: number(line),
            result: CouponRedemptionAnswer::of(line, mode),
            errors: line.result.as_ref().err().map(CouponStatusCode::refused).into_iter().collect(),
        };
        CouponRedeemBatch {
            response: lines.iter().map(item).collect(),
            total_count: lines.len(),
            failure_count: lines.iter().filter(|line| line.result.is_err()).count(),
        }
    }
}
