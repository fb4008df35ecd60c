//! A series as the wire tells it (spec/coupons.md 3): flat, limits that are none as −1, days as their
//! first instant in the brand's zone.

use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::base::calendar::start_of_day;
use crate::base::ids::{OrgId, SeriesId};
use crate::coupons::api::answers::CouponStatusCode;
use crate::coupons::api::series::body::{
    CouponSeriesAudience, CouponSeriesPlace, CouponSeriesProducts,
};
use crate::coupons::api::series::carried::CouponSeriesCarried;
use crate::coupons::api::times::{DayStart, Local};
use crate::coupons::series::{Audience, Handling, Place, RedeemLimits, Series, Totals};

/// The largest bill of a series that names none: the largest number the wire can say.
const ANY_BILL: f64 = 9_007_199_254_740_991.0;

/// A coupon series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesAnswer {
    id: SeriesId,
    org_id: OrgId,
    /// The offer's name.
    description: String,
    series_code: String,
    /// `DISC_CODE` generated, `GENERIC` one common code, `DISC_CODE_PIN` uploaded.
    client_handling_type: &'static str,
    /// The common code, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    generic_code: Option<String>,
    /// Codes are issued outside.
    external_issual: bool,
    discount_code: String,
    /// `ABS` or `PERC`.
    discount_type: &'static str,
    discount_value: f64,
    /// The most that is taken off; 0: no cap.
    discount_upto: f64,
    discount_on: String,
    /// What it is for; left out: everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<CouponSeriesProducts>>)]
    product_info: Option<Value>,
    /// Custom properties; left out where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    custom_property_map: Option<Map<String, Value>>,
    alpha_numeric: bool,
    random_code_length: i32,
    #[serde(flatten)]
    end: CouponSeriesEnd,
    #[serde(flatten)]
    issue: CouponSeriesIssue,
    #[serde(flatten)]
    redeem: CouponSeriesRedeem,
    #[serde(flatten)]
    words: CouponSeriesWords,
    #[serde(flatten)]
    life: CouponSeriesLife,
    #[serde(flatten)]
    carried: CouponSeriesCarried,
}

/// When it and its coupons end.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesEnd {
    /// Its last day.
    valid_till_date: DayStart,
    /// The same in epoch milliseconds; 0 where it runs along with what uses it.
    fixed_expiry_date: i64,
    /// `SERIES_EXPIRY`, `DAYS` or `MONTHS_END`.
    expiry_strategy_type: &'static str,
    /// How many of them after the issue.
    expiry_strategy_value: i32,
}

/// How often it may be issued; −1: no limit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesIssue {
    max_create: i64,
    max_vouchers_per_user: i32,
    min_days_between_vouchers: i32,
    is_multiple_vouchers_per_user_allowed: bool,
    do_not_resend_existing_voucher: bool,
    /// Holders of these series get none from this one: a list of numbers, as text.
    mutual_exclusive_series_ids: String,
}

/// How often, when and where it may be redeemed; −1: no limit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesRedeem {
    any_user: bool,
    max_redeem: i64,
    redemption_per_coupon_max_limit: i32,
    is_multiple_use_allowed: bool,
    same_user_multiple_redeem: bool,
    max_redemptions_in_series_per_user: i32,
    min_days_between_redemption: i32,
    redemption_valid_from: DayStart,
    redemption_valid_after_days: i32,
    /// Days of the month, of the week, and hours, as it was sent.
    redemption_range: String,
    min_bill_amount: f64,
    max_bill_amount: f64,
    is_valid_with_discounted_item: bool,
    /// Where; left out: anywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<CouponSeriesPlace>>)]
    redemption_org_entity_details: Vec<Place>,
    /// For whom; left out: everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<CouponSeriesAudience>)]
    target_user_details: Option<Audience>,
}

/// What customers and tills are told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesWords {
    sms_template: String,
    #[serde(rename = "shortSMSTemplate")]
    short_sms_template: String,
    #[serde(rename = "isSMSDisabled")]
    is_sms_disabled: bool,
    resend_message_enabled: bool,
    info: String,
    tag: String,
    terms_and_conditions: String,
}

/// Who made and owns it, and what became of it so far.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesLife {
    /// The number of its maker; −1 where the maker has none.
    created_by: i64,
    created_on: Local,
    /// Last changed or redeemed.
    last_used: Local,
    owned_by: String,
    owner_id: i64,
    /// Epoch milliseconds.
    owner_validity: i64,
    num_issued: i64,
    /// Redemptions that were not reversed.
    num_redeemed: i64,
    /// Codes uploaded, or the most that may be issued.
    num_total: i64,
    num_uploaded_total: i64,
    num_uploaded_non_issued: i64,
    /// Epoch milliseconds; 0: never.
    latest_issual_time: i64,
    /// Epoch milliseconds; 0: never.
    latest_redemption_time: i64,
}

/// A series just made or changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponSeriesSaved {
    #[serde(flatten)]
    series: CouponSeriesAnswer,
    /// What happened besides.
    warnings: Vec<CouponStatusCode>,
}

impl CouponSeriesSaved {
    /// The reference tells how many there may be only when a series is looked up.
    pub fn of(series: &Series, totals: Totals, org: OrgId, zone: Tz) -> Self {
        let mut series = CouponSeriesAnswer::of(series, totals, org, zone);
        series.life.num_total = series.life.num_uploaded_total;
        CouponSeriesSaved { series, warnings: Vec::new() }
    }
}

impl CouponSeriesAnswer {
    /// A series with its totals.
    pub fn of(series: &Series, totals: Totals, org: OrgId, zone: Tz) -> Self {
        let given = series.products.as_array().is_some_and(|products| !products.is_empty());
        CouponSeriesAnswer {
            id: series.id,
            org_id: org,
            description: series.description.clone(),
            series_code: series.series_code.clone(),
            client_handling_type: series.handling.wire(),
            generic_code: series.generic_code.clone(),
            external_issual: series.external,
            discount_code: series.discount.code.clone(),
            discount_type: series.discount.kind.wire(),
            discount_value: series.discount.value,
            discount_upto: series.discount.upto,
            discount_on: series.discount.on.clone(),
            product_info: given.then(|| series.products.clone()),
            custom_property_map: series.words.properties.clone(),
            alpha_numeric: series.codes.alphanumeric,
            random_code_length: series.codes.random_length,
            end: CouponSeriesEnd::of(series, zone),
            issue: CouponSeriesIssue::of(series),
            redeem: CouponSeriesRedeem::of(&series.redeem, zone),
            words: CouponSeriesWords::of(series),
            life: CouponSeriesLife::of(series, totals, zone),
            carried: CouponSeriesCarried::of(series, zone),
        }
    }
}

impl CouponSeriesEnd {
    fn of(series: &Series, zone: Tz) -> Self {
        let day = start_of_day(series.valid_till, zone);
        CouponSeriesEnd {
            valid_till_date: DayStart::of_day(series.valid_till, zone),
            fixed_expiry_date: if series.fixed_end { day.timestamp_millis() } else { 0 },
            expiry_strategy_type: series.strategy.wire(),
            expiry_strategy_value: series.strategy.value().unwrap_or(1),
        }
    }
}

impl CouponSeriesIssue {
    fn of(series: &Series) -> Self {
        let limits = &series.issue;
        CouponSeriesIssue {
            max_create: limits.max.unwrap_or(-1),
            max_vouchers_per_user: limits.per_customer.unwrap_or(-1),
            min_days_between_vouchers: limits.gap_days.unwrap_or(-1),
            is_multiple_vouchers_per_user_allowed: limits.several,
            do_not_resend_existing_voucher: !limits.resend_existing,
            mutual_exclusive_series_ids: series.excluded.clone(),
        }
    }
}

impl CouponSeriesRedeem {
    fn of(terms: &RedeemLimits, zone: Tz) -> Self {
        CouponSeriesRedeem {
            any_user: terms.any_user,
            max_redeem: terms.max.unwrap_or(-1),
            redemption_per_coupon_max_limit: terms.per_code.unwrap_or(-1),
            is_multiple_use_allowed: terms.multiple_use,
            same_user_multiple_redeem: terms.same_customer,
            max_redemptions_in_series_per_user: terms.per_customer.unwrap_or(-1),
            min_days_between_redemption: terms.gap_days.unwrap_or(-1),
            redemption_valid_from: DayStart::of_day(terms.from.unwrap_or_default(), zone),
            redemption_valid_after_days: terms.after_days,
            redemption_range: terms.range.text().to_owned(),
            min_bill_amount: terms.min_bill.unwrap_or(0.0),
            max_bill_amount: terms.max_bill.unwrap_or(ANY_BILL),
            is_valid_with_discounted_item: terms.sale_items,
            redemption_org_entity_details: terms.places.clone(),
            target_user_details: terms.audience,
        }
    }
}

impl CouponSeriesWords {
    fn of(series: &Series) -> Self {
        let words = &series.words;
        CouponSeriesWords {
            sms_template: words.message.clone(),
            short_sms_template: words.short_message.clone(),
            is_sms_disabled: words.message_off,
            resend_message_enabled: words.resend_enabled,
            info: words.info.clone(),
            tag: words.tag.clone(),
            terms_and_conditions: words.terms.clone(),
        }
    }
}

impl CouponSeriesLife {
    fn of(series: &Series, totals: Totals, zone: Tz) -> Self {
        let stamp = &series.stamp;
        let used = totals.last_redeemed_on.map_or(stamp.updated_on, |on| on.max(stamp.updated_on));
        let uploaded = series.handling == Handling::Uploaded;
        // Told to the whole second, as the reference does.
        let millis =
            |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or(0, |at| at.timestamp() * 1000);
        CouponSeriesLife {
            created_by: stamp.created_by.unwrap_or(-1),
            created_on: Local::at(stamp.created_on, zone),
            last_used: Local::at(used, zone),
            owned_by: series.claim.by.clone(),
            owner_id: series.claim.id,
            owner_validity: series.claim.validity,
            num_issued: totals.issued,
            num_redeemed: totals.redeemed,
            num_total: if uploaded { totals.uploaded } else { series.issue.max.unwrap_or(-1) },
            num_uploaded_total: totals.uploaded,
            num_uploaded_non_issued: totals.unissued,
            latest_issual_time: millis(totals.last_issued_on),
            latest_redemption_time: millis(totals.last_redeemed_on),
        }
    }
}
