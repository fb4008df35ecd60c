//! What of a series is only kept and echoed: fields of the reference that have no behaviour here
//! (spec/coupons.md 3). Each is told with the reference's default until something is sent.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::base::calendar::day_of;
use crate::coupons::api::times::DayStart;
use crate::coupons::series::Series;

/// Those that are yes or no.
pub const FLAGS: &[&str] = &[
    "isDvsEnabled",
    "isOldFlowEnabled",
    "isPreRedeemEventRequired",
    "isPrefixEnabled",
    "isReferralExistingUsersAllowed",
    "isSuffixEnabled",
    "isTransferrable",
    "isValidationRequired",
    "issueToLoyalty",
    "offlineRedeemType",
    "orgPrefixOverride",
    "orgSuffixOverride",
    "showPinCode",
    "signalRedemptionEvent",
    "syncToClient",
    "updateProductData",
];

/// Those that are numbers.
pub const NUMBERS: &[&str] = &[
    "campaignId",
    "maxReferralsPerReferee",
    "priority",
    "shortCodeLength",
    "sourceOrgId",
    "validDaysFromCreation",
];

/// Those that are texts, but for the ones that hold JSON or a day.
pub const TEXTS: &[&str] =
    &["campaignName", "couponPrefix", "couponSuffix", "dvsItems", "redeemStoreType", "seriesType"];

/// Kept and echoed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponSeriesCarried {
    campaign_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon_prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon_suffix: Option<String>,
    dvs_expiry_date: DayStart,
    dvs_items: String,
    is_dvs_enabled: bool,
    is_old_flow_enabled: bool,
    is_pre_redeem_event_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_prefix_enabled: Option<bool>,
    is_referral_existing_users_allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_suffix_enabled: Option<bool>,
    /// Kept; coupons are never handed on.
    is_transferrable: bool,
    is_validation_required: bool,
    issue_to_loyalty: bool,
    max_referrals_per_referee: i64,
    offline_redeem_type: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_prefix_override: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_suffix_override: Option<bool>,
    priority: i64,
    redeem_at_store: String,
    redeem_store_type: String,
    series_type: String,
    short_code_length: i64,
    show_pin_code: bool,
    signal_redemption_event: bool,
    source_org_id: i64,
    store_ids_json: String,
    sync_to_client: bool,
    update_product_data: bool,
    valid_days_from_creation: i64,
}

impl CouponSeriesCarried {
    /// What is kept with a series.
    pub fn of(series: &Series, zone: Tz) -> Self {
        let kept = Kept(&series.extra);
        let said = kept.text("dvsExpiryDate").and_then(|day| day.parse::<NaiveDate>().ok());
        let dvs = said.unwrap_or_else(|| day_of(series.stamp.created_on, zone));
        CouponSeriesCarried {
            campaign_id: kept.number("campaignId", -1),
            campaign_name: kept.text("campaignName"),
            coupon_prefix: kept.text("couponPrefix"),
            coupon_suffix: kept.text("couponSuffix"),
            dvs_expiry_date: DayStart::of_day(dvs, zone),
            dvs_items: kept.text_or("dvsItems", "items"),
            is_dvs_enabled: kept.flag("isDvsEnabled"),
            is_old_flow_enabled: kept.flag("isOldFlowEnabled"),
            is_pre_redeem_event_required: kept.flag("isPreRedeemEventRequired"),
            is_prefix_enabled: kept.known_flag("isPrefixEnabled"),
            is_referral_existing_users_allowed: kept.flag("isReferralExistingUsersAllowed"),
            is_suffix_enabled: kept.known_flag("isSuffixEnabled"),
            is_transferrable: kept.flag("isTransferrable"),
            is_validation_required: kept.flag("isValidationRequired"),
            issue_to_loyalty: kept.flag("issueToLoyalty"),
            max_referrals_per_referee: kept.number("maxReferralsPerReferee", -1),
            offline_redeem_type: kept.flag("offlineRedeemType"),
            org_prefix_override: kept.known_flag("orgPrefixOverride"),
            org_suffix_override: kept.known_flag("orgSuffixOverride"),
            priority: kept.number("priority", 0),
            redeem_at_store: kept.text_or("redeemAtStore", "[-1]"),
            redeem_store_type: kept.text_or("redeemStoreType", "redeemable_stores"),
            series_type: kept.text_or("seriesType", "UNDEFINED"),
            short_code_length: kept.number("shortCodeLength", 0),
            show_pin_code: kept.flag("showPinCode"),
            signal_redemption_event: kept.flag("signalRedemptionEvent"),
            source_org_id: kept.number("sourceOrgId", -1),
            store_ids_json: kept.text_or("storeIdsJson", "[-1]"),
            sync_to_client: kept.flag("syncToClient"),
            update_product_data: kept.flag("updateProductData"),
            valid_days_from_creation: kept.number("validDaysFromCreation", 30),
        }
    }
}

/// What is kept, by the wire's names.
struct Kept<'a>(&'a Map<String, Value>);

impl Kept<'_> {
    /// A text; blank counts as not sent. A text of digits is kept as a number, and told as a text.
    fn text(&self, key: &str) -> Option<String> {
        let text = match self.0.get(key)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    fn text_or(&self, key: &str, default: &str) -> String {
        self.text(key).unwrap_or_else(|| default.to_owned())
    }

    fn number(&self, key: &str, default: i64) -> i64 {
        self.0.get(key).and_then(Value::as_i64).unwrap_or(default)
    }

    fn known_flag(&self, key: &str) -> Option<bool> {
        self.0.get(key).and_then(Value::as_bool)
    }

    fn flag(&self, key: &str) -> bool {
        self.known_flag(key).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::draft::CARRIED;

    #[test]
    fn every_carried_field_is_read_and_told() {
        let mut read: Vec<&str> = [FLAGS, NUMBERS, TEXTS].concat();
        read.extend(["dvsExpiryDate", "storeIdsJson", "redeemAtStore"]);
        read.sort_unstable();
        assert_eq!(read, CARRIED);
    }
}
