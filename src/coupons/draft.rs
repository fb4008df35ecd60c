//! A series as typed or sent: text by the wire's names of the fields. The form's boxes carry the same
//! names, so that form and wire are one draft, judged once, and problems stand on the same keys.
//!
//! A key that is not there was not sent: on an update it keeps what is stored. Parts with an inner shape
//! (`productInfo`, `redemptionRange`, …) are JSON text under their key.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::coupons::series::Series;

/// Kept and echoed without any behaviour of ours.
pub const CARRIED: &[&str] = &[
    "campaignId",
    "campaignName",
    "couponPrefix",
    "couponSuffix",
    "dvsExpiryDate",
    "dvsItems",
    "isDvsEnabled",
    "isOldFlowEnabled",
    "isPreRedeemEventRequired",
    "isPrefixEnabled",
    "isReferralExistingUsersAllowed",
    "isSuffixEnabled",
    "isTransferrable",
    "isValidationRequired",
    "issueToLoyalty",
    "maxReferralsPerReferee",
    "offlineRedeemType",
    "orgPrefixOverride",
    "orgSuffixOverride",
    "priority",
    "redeemAtStore",
    "redeemStoreType",
    "seriesType",
    "shortCodeLength",
    "showPinCode",
    "signalRedemptionEvent",
    "sourceOrgId",
    "storeIdsJson",
    "syncToClient",
    "updateProductData",
    "validDaysFromCreation",
];

/// A series as typed or sent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Draft(BTreeMap<String, String>);

impl Draft {
    /// From a form's pairs; of a key sent twice the last counts, as checkboxes need it.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        Draft(pairs.iter().cloned().collect())
    }

    /// Sets a field.
    pub fn set(&mut self, key: &str, value: impl ToString) {
        self.0.insert(key.to_owned(), value.to_string());
    }

    /// The same with a field set.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.set(key, value);
        self
    }

    /// A field, if it was sent.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// A field; blank when it was not sent.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).unwrap_or_default().trim()
    }

    /// Whether a field says yes.
    pub fn is(&self, key: &str) -> bool {
        truth(self.text(key)) == Some(true)
    }

    /// All fields, for a form to carry along and for the log.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// What was sent laid over what is stored.
    #[must_use]
    pub fn over(&self, series: &Series) -> Draft {
        let mut whole = Draft::of(series).0;
        whole.extend(self.0.iter().map(|(key, value)| (key.clone(), value.clone())));
        Draft(whole)
    }

    /// The draft that says what is stored.
    pub fn of(series: &Series) -> Draft {
        let mut draft = Draft::default();
        draft.put_offer(series);
        draft.put_issue(series);
        draft.put_redeem(series);
        draft.put_words(series);
        for (key, value) in &series.extra {
            draft.set(key, plain(value));
        }
        draft
    }

    fn put_offer(&mut self, series: &Series) {
        self.set("seriesCode", &series.series_code);
        self.set("description", &series.description);
        self.set("discountCode", &series.discount.code);
        self.set("discountType", series.discount.kind.wire());
        self.set("discountValue", series.discount.value);
        self.set("discountUpto", series.discount.upto);
        self.set("discountOn", &series.discount.on);
        self.set("validTillDate", series.valid_till);
        self.set("fixedEnd", series.fixed_end);
        self.set("expiryStrategyType", series.strategy.wire());
        self.set("expiryStrategyValue", series.strategy.value().unwrap_or(1));
        self.set("clientHandlingType", series.handling.wire());
        self.set("genericCode", series.generic_code.as_deref().unwrap_or_default());
        self.set("externalIssual", series.external);
        self.set("productInfo", &series.products);
        self.set("alphaNumeric", series.codes.alphanumeric);
        self.set("randomCodeLength", series.codes.random_length);
    }

    fn put_issue(&mut self, series: &Series) {
        let issue = &series.issue;
        self.set("maxCreate", issue.max.unwrap_or(-1));
        self.set("maxVouchersPerUser", issue.per_customer.unwrap_or(-1));
        self.set("minDaysBetweenVouchers", issue.gap_days.unwrap_or(-1));
        self.set("isMultipleVouchersPerUserAllowed", issue.several);
        self.set("doNotResendExistingVoucher", !issue.resend_existing);
        self.set("mutualExclusiveSeriesIds", &series.excluded);
        self.set("notifyAt", series.notify_at.map(|at| at.to_string()).unwrap_or_default());
        self.set("reminders", &series.reminders);
    }

    fn put_redeem(&mut self, series: &Series) {
        let terms = &series.redeem;
        self.set("anyUser", terms.any_user);
        self.set("maxRedeem", terms.max.unwrap_or(-1));
        self.set("redemptionPerCouponMaxLimit", terms.per_code.unwrap_or(-1));
        self.set("isMultipleUseAllowed", terms.multiple_use);
        self.set("sameUserMultipleRedeem", terms.same_customer);
        self.set("maxRedemptionsInSeriesPerUser", terms.per_customer.unwrap_or(-1));
        self.set("minDaysBetweenRedemption", terms.gap_days.unwrap_or(-1));
        let from = terms.from.map(|day| day.to_string());
        self.set("redemptionValidFrom", from.unwrap_or_default());
        self.set("redemptionValidAfterDays", terms.after_days);
        self.set("redemptionRange", terms.range.text());
        self.set("minBillAmount", terms.min_bill.unwrap_or(0.0));
        let most = terms.max_bill.map(|most| most.to_string());
        self.set("maxBillAmount", most.unwrap_or_default());
        self.set("isValidWithDiscountedItem", terms.sale_items);
        self.set("redemptionOrgEntityDetails", json(&terms.places));
        self.set("targetUserDetails", terms.audience.as_ref().map(json).unwrap_or_default());
    }

    fn put_words(&mut self, series: &Series) {
        let words = &series.words;
        self.set("smsTemplate", &words.message);
        self.set("shortSMSTemplate", &words.short_message);
        self.set("isSMSDisabled", words.message_off);
        self.set("resendMessageEnabled", words.resend_enabled);
        self.set("info", &words.info);
        self.set("tag", &words.tag);
        self.set("termsAndConditions", &words.terms);
        self.set("customPropertyMap", words.properties.as_ref().map(json).unwrap_or_default());
    }

    /// As the activity log keeps it.
    pub fn snapshot(&self) -> Value {
        self.pairs().filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// Yes or no as forms and callers write it.
pub fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Some(true),
        "false" | "off" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A text without its quotes, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
