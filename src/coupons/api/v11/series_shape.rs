//! A series as v1.1 tells it: every value a text, truths as `0` and `1`, no limit as `-1`.

use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::v11::{ItemStatus, Style, local, word};
use crate::coupons::Series;
use crate::coupons::draft::truth;
use crate::coupons::series::Totals;

/// What stands for an empty list of numbers.
const NONE: &str = "[-1]";

/// How often coupons of a series were issued and redeemed.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11SeriesCounts {
    issued: String,
    redeemed: String,
}

/// Where a series can be redeemed: numbers as JSON in a text; null where it is not limited so.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11SeriesPlaces {
    concepts: Option<String>,
    zones: Option<String>,
    stores: Option<String>,
    tills: Option<String>,
}

/// A coupon series. Fields are named as in the other calls, in small letters.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Series {
    id: String,
    description: String,
    series_type: String,
    client_handling_type: String,
    discount_code: String,
    valid_till_date: String,
    valid_days_from_create: String,
    expiry_strategy_type: String,
    expiry_strategy_value: String,
    max_create: String,
    max_redeem: String,
    transferrable: String,
    any_user: String,
    same_user_multiple_redeem: String,
    allow_referral_existing_users: String,
    multiple_use: String,
    is_validation_required: String,
    valid_with_discounted_item: String,
    created_by: String,
    created: String,
    last_used: String,
    series_code: String,
    disable_sms: String,
    info: String,
    allow_multiple_vouchers_per_user: String,
    do_not_resend_existing_voucher: String,
    mutual_exclusive_series_ids: String,
    store_ids_json: String,
    dvs_enabled: String,
    dvs_expiry_date: String,
    priority: String,
    short_sms_template: String,
    max_vouchers_per_user: String,
    min_days_between_vouchers: String,
    max_referrals_per_referee: String,
    discount_on: String,
    discount_type: String,
    discount_value: String,
    redemption_range: String,
    min_bill_amount: String,
    max_bill_amount: String,
    redeem_at_store: String,
    campaign_id: String,
    max_redemptions_in_series_per_user: String,
    min_days_between_redemption: String,
    redemption_valid_from: String,
    source_org_id: String,
    issue_to_loyalty: String,
    redeem_store_type: String,
    old_flow_enabled: String,
    pre_redeem_event_required: String,
    coupons: V11SeriesCounts,
    /// Always `"false"`: redeeming asks the server.
    offline_redemption_enabled: &'static str,
    pub(super) item_status: ItemStatus,
    valid_redemption_org_entities: V11SeriesPlaces,
    /// The products it is for, as JSON in a text; empty for all.
    products: String,
    brands: String,
    categories: String,
}

impl V11Series {
    /// Of a series with its totals.
    pub fn of(series: &Series, totals: &Totals, zone: Tz) -> Self {
        let days = series.strategy.value().unwrap_or(1).to_string();
        let last = totals.last_issued_on.max(totals.last_redeemed_on);
        let last_used = last.map(|at| local(at, zone)).unwrap_or_default();
        let from = series.redeem.from.map(|day| day.to_string()).unwrap_or_default();
        let products = |key: &str| match series.products.get(key) {
            Some(Value::Array(items)) if !items.is_empty() => {
                Value::Array(items.clone()).to_string()
            }
            _ => String::new(),
        };
        V11Series {
            id: series.id.to_string(),
            description: series.description.clone(),
            series_type: carried(series, "seriesType", "UNDEFINED"),
            client_handling_type: series.handling.wire().to_owned(),
            discount_code: series.discount.code.clone(),
            valid_till_date: series.valid_till.to_string(),
            valid_days_from_create: carried(series, "validDaysFromCreation", &days),
            expiry_strategy_type: series.strategy.wire().to_owned(),
            expiry_strategy_value: days.clone(),
            max_create: limit(series.issue.max),
            max_redeem: limit(series.redeem.max),
            transferrable: flag(said(series, "isTransferrable")),
            any_user: flag(series.redeem.any_user),
            same_user_multiple_redeem: flag(series.redeem.same_customer),
            allow_referral_existing_users: flag(said(series, "isReferralExistingUsersAllowed")),
            multiple_use: flag(series.redeem.multiple_use),
            is_validation_required: flag(said(series, "isValidationRequired")),
            valid_with_discounted_item: word(series.redeem.sale_items).to_owned(),
            created_by: series.stamp.created_by.unwrap_or(-1).to_string(),
            created: local(series.stamp.created_on, zone),
            last_used,
            series_code: series.series_code.clone(),
            disable_sms: flag(series.words.message_off),
            info: series.words.info.clone(),
            allow_multiple_vouchers_per_user: flag(series.issue.several),
            do_not_resend_existing_voucher: flag(!series.issue.resend_existing),
            mutual_exclusive_series_ids: listed(&series.excluded),
            store_ids_json: carried(series, "storeIdsJson", NONE),
            dvs_enabled: flag(said(series, "isDvsEnabled")),
            dvs_expiry_date: carried(series, "dvsExpiryDate", ""),
            priority: carried(series, "priority", "0"),
            short_sms_template: series.words.short_message.clone(),
            max_vouchers_per_user: limit(series.issue.per_customer),
            min_days_between_vouchers: limit(series.issue.gap_days),
            max_referrals_per_referee: carried(series, "maxReferralsPerReferee", "-1"),
            discount_on: series.discount.on.clone(),
            discount_type: series.discount.kind.wire().to_owned(),
            discount_value: series.discount.value.to_string(),
            redemption_range: series.redeem.range.text().to_owned(),
            min_bill_amount: series.redeem.min_bill.unwrap_or(0.0).to_string(),
            max_bill_amount: series.redeem.max_bill.unwrap_or(0.0).to_string(),
            redeem_at_store: carried(series, "redeemAtStore", NONE),
            campaign_id: carried(series, "campaignId", "-1"),
            max_redemptions_in_series_per_user: limit(series.redeem.per_customer),
            min_days_between_redemption: limit(series.redeem.gap_days),
            redemption_valid_from: from,
            source_org_id: carried(series, "sourceOrgId", "-1"),
            issue_to_loyalty: flag(said(series, "issueToLoyalty")),
            redeem_store_type: carried(series, "redeemStoreType", "redeemable_stores"),
            old_flow_enabled: flag(said(series, "isOldFlowEnabled")),
            pre_redeem_event_required: flag(said(series, "isPreRedeemEventRequired")),
            coupons: V11SeriesCounts {
                issued: totals.issued.to_string(),
                redeemed: totals.redeemed.to_string(),
            },
            offline_redemption_enabled: "false",
            item_status: ItemStatus::good(Style::Texts, 700, "Coupon series fetched successfully"),
            valid_redemption_org_entities: V11SeriesPlaces {
                concepts: places(series, "CONCEPT"),
                zones: places(series, "ZONE"),
                stores: places(series, "STORE"),
                tills: places(series, "TILL"),
            },
            products: products("products"),
            brands: products("brands"),
            categories: products("categories"),
        }
    }
}

fn flag(yes: bool) -> String {
    if yes { "1" } else { "0" }.to_owned()
}

fn limit<T: ToString>(limit: Option<T>) -> String {
    limit.map_or_else(|| "-1".to_owned(), |limit| limit.to_string())
}

/// A value that is kept and echoed, or what stands for it.
fn carried(series: &Series, key: &str, default: &str) -> String {
    match series.extra.get(key) {
        None | Some(Value::Null) => default.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Whether a value that is kept and echoed says yes.
fn said(series: &Series, key: &str) -> bool {
    truth(&carried(series, key, "false")) == Some(true)
}

fn listed(text: &str) -> String {
    if matches!(text.trim(), "" | "[]") { NONE.to_owned() } else { text.to_owned() }
}

/// The numbers of places of a kind.
fn places(series: &Series, kind: &str) -> Option<String> {
    let of = series.redeem.places.iter().filter(|place| place.kind == kind);
    let ids: Vec<i64> = of.map(|place| place.id).collect();
    (!ids.is_empty()).then(|| Value::from(ids).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    #[test]
    fn everything_is_a_text() {
        let mut series = samples::series();
        series.extra.insert("isTransferrable".to_owned(), Value::from(true));
        let told = V11Series::of(&series, &Totals::default(), Tz::UTC);
        let told = serde_json::to_value(told).unwrap();
        assert_eq!((&told["transferrable"], &told["dvs_enabled"]), (&"1".into(), &"0".into()));
        assert_eq!(told["max_vouchers_per_user"], "-1");
        let nested = ["coupons", "item_status", "valid_redemption_org_entities"];
        for (name, value) in told.as_object().unwrap() {
            assert!(value.is_string() || nested.contains(&name.as_str()), "{name}: {value}");
        }
    }
}
