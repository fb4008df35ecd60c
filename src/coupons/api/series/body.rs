//! What may be sent for a series, for the document: the reading itself is lenient.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// A series as it should be. What is not sent takes its default, and keeps its value on a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponSeriesBody {
    /// All of it.
    #[serde(rename = "CouponSeriesV2")]
    series: CouponSeriesFields,
}

/// The fields of a series. Numbers and yes or no may come as text; days as ISO 8601 or epoch
/// milliseconds; limits of −1 are none. What the reference keeps without any behaviour is kept and told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CouponSeriesFields {
    /// The offer's name; mandatory when it is made.
    #[schema(example = "DIWALI 10% OFF")]
    description: Option<String>,
    /// Set by a change, which must send it; unique in the brand.
    #[schema(example = "453163F75E8C4A2EAA2E")]
    series_code: Option<String>,
    /// What the till shows.
    #[schema(example = "XYZ123")]
    discount_code: String,
    /// `ABS` or `PERC`.
    #[schema(example = "ABS")]
    discount_type: String,
    /// More than 0; a percentage at most 100.
    #[schema(example = 500)]
    discount_value: f64,
    /// The most that is taken off; 0: no cap.
    discount_upto: Option<f64>,
    discount_on: Option<String>,
    /// Its last day; mandatory when it is made.
    #[schema(example = "2029-05-10T00:00:00+05:30")]
    valid_till_date: Option<String>,
    /// `SERIES_EXPIRY`, `DAYS` or `MONTHS_END`.
    #[schema(example = "SERIES_EXPIRY")]
    expiry_strategy_type: String,
    /// Of `DAYS` and `MONTHS_END`: how many; 0: on the day of issue, in its month.
    expiry_strategy_value: Option<i32>,
    /// `DISC_CODE` generated, `GENERIC` one common code, `DISC_CODE_PIN` uploaded; never changes.
    #[schema(example = "DISC_CODE")]
    client_handling_type: String,
    /// Of `GENERIC`: letters and digits, at most 40.
    generic_code: Option<String>,
    /// Whether codes are issued outside, and only checked and redeemed here.
    external_issual: Option<bool>,
    /// Whether anybody may redeem a code that was issued to somebody.
    #[schema(example = false)]
    any_user: bool,
    /// The message of an issue, with its tags.
    #[schema(example = "Your code: {{voucher}}")]
    sms_template: String,
    max_create: Option<i64>,
    max_vouchers_per_user: Option<i32>,
    min_days_between_vouchers: Option<i32>,
    is_multiple_vouchers_per_user_allowed: Option<bool>,
    /// Over the limit of a customer: refuse, rather than give the coupon they hold again.
    do_not_resend_existing_voucher: Option<bool>,
    /// Numbers of series whose holders get none from this one: a list, as text.
    #[schema(example = "[]")]
    mutual_exclusive_series_ids: Option<String>,
    max_redeem: Option<i64>,
    /// Of one code; needs `anyUser`. null: no limit.
    redemption_per_coupon_max_limit: Option<i32>,
    is_multiple_use_allowed: Option<bool>,
    same_user_multiple_redeem: Option<bool>,
    max_redemptions_in_series_per_user: Option<i32>,
    min_days_between_redemption: Option<i32>,
    redemption_valid_from: Option<String>,
    redemption_valid_after_days: Option<i32>,
    /// Days of the month, days of the week (0 is Sunday), hours: an object, as text.
    #[schema(example = r#"{"dom":["-1"],"dow":["-1"],"hours":["-1"]}"#)]
    redemption_range: Option<String>,
    min_bill_amount: Option<f64>,
    max_bill_amount: Option<f64>,
    is_valid_with_discounted_item: Option<bool>,
    product_info: Option<Vec<CouponSeriesProducts>>,
    redemption_org_entity_details: Option<Vec<CouponSeriesPlace>>,
    target_user_details: Option<CouponSeriesAudience>,
    alpha_numeric: Option<bool>,
    #[schema(example = 10)]
    random_code_length: Option<i32>,
    coupon_prefix: Option<String>,
    is_prefix_enabled: Option<bool>,
    coupon_suffix: Option<String>,
    is_suffix_enabled: Option<bool>,
    #[serde(rename = "shortSMSTemplate")]
    short_sms_template: Option<String>,
    #[serde(rename = "isSMSDisabled")]
    is_sms_disabled: Option<bool>,
    resend_message_enabled: Option<bool>,
    info: Option<String>,
    tag: Option<String>,
    /// At most 500 characters.
    terms_and_conditions: Option<String>,
    /// At most 20.
    custom_property_map: Option<BTreeMap<String, String>>,
}

/// Products a series is for: by id or by code, never both.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesProducts {
    /// `SKU`, `CATEGORY`, `BRAND` or `ATTRIBUTE`.
    #[schema(example = "BRAND")]
    product_type: String,
    product_ids: Option<Vec<i64>>,
    product_codes: Option<Vec<String>>,
}

/// Where a series may be redeemed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesPlace {
    /// `CONCEPT`, `TILL`, `ZONE` or `STORE`.
    #[schema(example = "TILL")]
    redemption_org_entity_type: String,
    org_entity_id: i64,
}

/// Customers a series is meant for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesAudience {
    /// At most so many transactions so far.
    valid_max_user_transaction_limit: Option<i64>,
    /// Registered from this epoch millisecond on; 0: open.
    valid_user_registration_start_time: Option<i64>,
    /// Registered up to this epoch millisecond; 0: open.
    valid_user_registration_end_time: Option<i64>,
}
