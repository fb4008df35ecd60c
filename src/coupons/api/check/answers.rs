//! What is told of coupons that were asked about.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Permit, Query, Trouble};
use crate::base::app::Reading;
use crate::base::ids::{OrgId, SeriesId};
use crate::coupons::api::answers::{CouponStatusCode, CustomerSummary};
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::redeem::{Mode, complaint, status};
use crate::coupons::api::series_shown::{CouponSeriesShown, Shown};
use crate::coupons::api::times::DayStart;
use crate::coupons::kinds::DiscountKind;
use crate::coupons::series::{Series, Totals};
use crate::coupons::{self, Line, Pick, left};

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// Whether it would do.
    Short,
    /// The discount and the series in short, too.
    Some,
    /// The whole series of a redeemable coupon, too.
    All,
}

impl Details {
    /// Reads `details`.
    pub fn of(query: &Query) -> Result<Self, Trouble> {
        Ok(match query.choice("details", &["false", "true", "extended"], &[])? {
            Some("true") => Details::Some,
            Some("extended") => Details::All,
            _ => Details::Short,
        })
    }

    /// The totals of the series of lines, where they are told.
    pub async fn totals(
        self,
        db: &mut Reading,
        org: OrgId,
        lines: &[Line],
    ) -> sqlx::Result<HashMap<SeriesId, Totals>> {
        let ids: Vec<SeriesId> =
            lines.iter().filter_map(|line| line.series.as_ref()).map(|series| series.id).collect();
        if self == Details::All {
            coupons::totals(&mut **db, org, &ids).await
        } else {
            Ok(HashMap::new())
        }
    }
}

/// What would become of coupons.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponChecks {
    /// Who would redeem.
    pub customer: CustomerSummary,
    /// In the order of the codes.
    pub redemption: Vec<CouponCheck>,
    /// All would do (700), or why the first would not.
    pub redemption_status: CouponStatusCode,
    /// What the caller should know besides.
    pub warnings: Vec<CouponStatusCode>,
}

/// What would become of one coupon.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponCheck {
    code: String,
    is_absolute: bool,
    is_redeemable: bool,
    /// How often this customer used this code.
    number_of_redemptions_by_user: i64,
    /// How often it may be used; −1: without limit.
    redemptions_left: i64,
    /// Why it would not do.
    appended_error_message: String,
    /// None.
    #[schema(value_type = Vec<Object>)]
    warnings: [(); 0],
    /// `false`.
    currency_input: bool,
    /// Zero.
    local_to_base_currency_exchange_rate: i64,
    redemption_status: CouponStatusCode,
    /// With `details`.
    #[serde(flatten)]
    discount: Option<CouponCheckDiscount>,
    /// With `details`; in short, or whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    couponseries: Option<CouponCheckSeries>,
}

/// What a coupon takes off.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponCheckDiscount {
    /// `ABS` or `PERC`.
    discount_type: &'static str,
    discount_value: f64,
    discount_upto: f64,
}

/// A series in short, or whole.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CouponCheckSeries {
    /// In short.
    Short(CouponSeriesInShort),
    /// Whole.
    Whole(CouponSeriesShown),
}

/// A series in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesInShort {
    description: String,
    discount_code: String,
    valid_till_date: DayStart,
    /// `2027-12-31`.
    #[serde(rename = "validTilldateFormat")]
    valid_till_date_format: String,
    is_valid_with_discounted_item: bool,
    /// `false`.
    is_update_product_data: bool,
    /// `false`.
    update_product_data: bool,
    info: String,
    /// −1: no limit.
    max_redemptions_in_series_per_user: i32,
    /// `false`.
    issue_to_loyalty: bool,
    discount_on: String,
}

impl CouponCheck {
    /// Of a line.
    pub fn of(
        line: &Line,
        case: LetterCase,
        details: Details,
        totals: &HashMap<SeriesId, Totals>,
        permit: &Permit,
    ) -> Result<Self, Trouble> {
        let status = status(line, Mode::Asked);
        let asked = match &line.pick {
            Pick::Code(code) => code.as_str(),
            Pick::Id(_) => "",
        };
        let code = line.coupon.as_ref().map_or(asked, |coupon| &coupon.code);
        let series = line.series.as_ref();
        let kind = series.map(|series| series.discount.kind);
        let told = series.filter(|_| details != Details::Short);
        let totals = Some(totals).filter(|_| details == Details::All && status.status);
        Ok(CouponCheck {
            code: case.show(code),
            is_absolute: kind == Some(DiscountKind::Amount),
            is_redeemable: status.status,
            number_of_redemptions_by_user: line.used_before,
            redemptions_left: left::wire(line.left),
            appended_error_message: complaint(&status),
            warnings: [],
            currency_input: false,
            local_to_base_currency_exchange_rate: 0,
            redemption_status: status,
            discount: told.map(|series| CouponCheckDiscount {
                discount_type: series.discount.kind.wire(),
                discount_value: series.discount.value,
                discount_upto: series.discount.upto,
            }),
            couponseries: told.map(|one| CouponCheckSeries::of(one, totals, permit)).transpose()?,
        })
    }
}

impl CouponCheckSeries {
    /// A series: whole where totals are given.
    fn of(
        series: &Series,
        totals: Option<&HashMap<SeriesId, Totals>>,
        permit: &Permit,
    ) -> Result<Self, Trouble> {
        let Some(totals) = totals else {
            return Ok(CouponCheckSeries::Short(CouponSeriesInShort::of(series, permit)));
        };
        let totals = totals.get(&series.id).copied().unwrap_or_default();
        CouponSeriesShown::of(series, totals, permit, Shown::Check).map(CouponCheckSeries::Whole)
    }
}

impl CouponSeriesInShort {
    fn of(series: &Series, permit: &Permit) -> Self {
        CouponSeriesInShort {
            description: series.description.clone(),
            discount_code: series.discount.code.clone(),
            valid_till_date: DayStart::of_day(series.valid_till, permit.zone()),
            valid_till_date_format: series.valid_till.to_string(),
            is_valid_with_discounted_item: series.redeem.sale_items,
            is_update_product_data: false,
            update_product_data: false,
            info: series.words.info.clone(),
            max_redemptions_in_series_per_user: series.redeem.per_customer.unwrap_or(-1),
            issue_to_loyalty: false,
            discount_on: series.discount.on.clone(),
        }
    }
}
