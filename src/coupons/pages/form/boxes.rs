//! The form's boxes: text by name, as it was typed, so that it can be shown again. Simple fields carry
//! the wire's names; what the wire packs into JSON has a box for each part.

use chrono::DateTime;
use chrono_tz::Tz;
use serde_json::Value;

use crate::base::calendar::day_of;
use crate::coupons::draft::{Draft, truth};
use crate::coupons::pages::view::{PLACES, spans};
use crate::coupons::series::{Audience, Series};

/// Boxes that are one field of the wire each.
pub const PLAIN: [&str; 32] = [
    "description",
    "fixedEnd",
    "validTillDate",
    "discountCode",
    "seriesCode",
    "termsAndConditions",
    "discountType",
    "discountValue",
    "discountUpto",
    "externalIssual",
    "clientHandlingType",
    "genericCode",
    "alphaNumeric",
    "randomCodeLength",
    "expiryStrategyType",
    "expiryStrategyValue",
    "minDaysBetweenVouchers",
    "doNotResendExistingVoucher",
    "maxCreate",
    "notifyAt",
    "smsTemplate",
    "shortSMSTemplate",
    "info",
    "tag",
    "anyUser",
    "redemptionPerCouponMaxLimit",
    "maxRedemptionsInSeriesPerUser",
    "maxRedeem",
    "minDaysBetweenRedemption",
    "redemptionValidFrom",
    "minBillAmount",
    "maxBillAmount",
];

/// The same, where nothing sent means no.
pub const TICKS: [&str; 5] = [
    "isValidWithDiscountedItem",
    "isMultipleUseAllowed",
    "sameUserMultipleRedeem",
    "isSMSDisabled",
    "resendMessageEnabled",
];

/// Kinds of product: the wire's word and the screen's.
pub const PRODUCTS: [(&str, &str); 4] = [
    ("BRAND", "Brands"),
    ("CATEGORY", "Categories"),
    ("SKU", "Article numbers"),
    ("ATTRIBUTE", "Attributes"),
];

/// Numbers that stand for "none" and are shown as a blank box.
const NONE: [&str; 2] = ["-1", "0"];

/// What was typed, in the order it came.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Boxes(Vec<(String, String)>);

impl Boxes {
    /// From a form's pairs; the button that was pressed is none of them.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let kept = pairs.iter().filter(|(name, _)| name != "go" && name != "take");
        // Browsers end the lines of a text with two characters.
        let read = |(name, value): &(String, String)| (name.clone(), value.replace("\r\n", "\n"));
        Boxes(kept.map(read).collect())
    }

    /// What a new offer begins as.
    pub fn fresh() -> Self {
        let begun = [
            ("fixedEnd", "true"),
            ("discountType", "PERC"),
            ("externalIssual", "false"),
            ("clientHandlingType", "DISC_CODE"),
            ("alphaNumeric", "true"),
            ("randomCodeLength", "8"),
            ("expiryStrategyType", "SERIES_EXPIRY"),
            ("doNotResendExistingVoucher", "true"),
            ("smsTemplate", "Hello {{first_name}}, your code is {{voucher}}"),
            ("termsAndConditions", "T&C apply"),
            ("resendMessageEnabled", "true"),
            ("anyUser", "false"),
        ];
        Boxes(begun.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    /// The boxes that say what is stored.
    pub fn of(series: &Series, zone: Tz) -> Self {
        let mut boxes = Boxes::default();
        let stored = Draft::of(series);
        for key in PLAIN {
            boxes.set(key, shown(key, stored.text(key)));
        }
        for key in TICKS.iter().filter(|key| stored.is(key)) {
            boxes.set(key, "true");
        }
        let after = series.redeem.after_days;
        boxes.set(
            "redemptionValidAfterDays",
            if after > 0 { after.to_string() } else { String::new() },
        );
        boxes.set("couponPrefix", series.codes.prefix.clone().unwrap_or_default());
        boxes.set("couponSuffix", series.codes.suffix.clone().unwrap_or_default());
        boxes.set("version", series.version.to_string());
        boxes.set("maxVouchersPerUser", most_per_customer(series));
        boxes.put_products(&series.products);
        boxes.put_redeem(series, zone);
        for (name, value) in series.words.properties.iter().flatten() {
            boxes.push("prop.name", name);
            boxes.push("prop.value", value.as_str().unwrap_or_default());
        }
        for id in series.excluded_ids() {
            boxes.push("excluded", &id.to_string());
        }
        boxes
    }

    fn put_products(&mut self, products: &Value) {
        for (kind, _) in PRODUCTS {
            for (list, part) in [("productIds", "ids"), ("productCodes", "codes")] {
                let items = products.as_array().into_iter().flatten();
                let mine = items.filter(|item| item.get("productType") == Some(&Value::from(kind)));
                let all = mine.filter_map(|item| item.get(list)?.as_array()).flatten();
                let said: Vec<String> = all
                    .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
                    .collect();
                self.set(&format!("products.{kind}.{part}"), said.join(", "));
            }
        }
    }

    fn put_redeem(&mut self, series: &Series, zone: Tz) {
        let terms = &series.redeem;
        for (kind, _) in PLACES {
            let mine = terms.places.iter().filter(|place| place.kind == kind);
            let ids: Vec<String> = mine.map(|place| place.id.to_string()).collect();
            self.set(&format!("places.{kind}"), ids.join(", "));
        }
        for day in terms.range.weekdays() {
            self.push("range.weekdays", &day.to_string());
        }
        self.set("range.days", spans(terms.range.days()));
        self.set("range.hours", spans(terms.range.hours()));
        let audience = terms.audience.unwrap_or_default();
        let Audience { most_transactions, registered_from, registered_to } = audience;
        let day = |millis: i64| {
            let at = DateTime::from_timestamp_millis(millis).filter(|_| millis > 0);
            at.map(|at| day_of(at, zone).to_string()).unwrap_or_default()
        };
        self.set(
            "audience.most",
            most_transactions.map(|most| most.to_string()).unwrap_or_default(),
        );
        self.set("audience.from", day(registered_from));
        self.set("audience.to", day(registered_to));
    }

    /// Sets a box.
    pub fn set(&mut self, key: &str, value: impl Into<String>) {
        self.0.retain(|(name, _)| name != key);
        self.0.push((key.to_owned(), value.into()));
    }

    fn push(&mut self, key: &str, value: &str) {
        self.0.push((key.to_owned(), value.to_owned()));
    }

    /// What stands in a box; the last, where a name was sent twice.
    pub fn get(&self, key: &str) -> &str {
        self.0.iter().rev().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str())
    }

    /// All that was sent under a name.
    pub fn all(&self, key: &str) -> Vec<String> {
        self.0.iter().filter(|(name, _)| name == key).map(|(_, value)| value.clone()).collect()
    }

    /// Whether a box is ticked.
    pub fn is(&self, key: &str) -> bool {
        truth(self.get(key)) == Some(true)
    }

    /// All, for a page to carry along.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.0.clone()
    }

    /// Custom properties as typed: name and value of each row.
    pub fn properties(&self) -> Vec<(String, String)> {
        let values = self.all("prop.value").into_iter().chain(std::iter::repeat(String::new()));
        self.all("prop.name").into_iter().zip(values).collect()
    }
}

/// A stored field as its box shows it: a limit that is none is a blank box.
fn shown(key: &str, text: &str) -> String {
    let limits = [
        "discountUpto",
        "minDaysBetweenVouchers",
        "maxCreate",
        "notifyAt",
        "redemptionPerCouponMaxLimit",
        "maxRedemptionsInSeriesPerUser",
        "maxRedeem",
        "minDaysBetweenRedemption",
        "minBillAmount",
        "maxBillAmount",
    ];
    if limits.contains(&key) && NONE.contains(&text) { String::new() } else { text.to_owned() }
}

/// How many coupons one customer may hold, by either of the two fields that say it.
fn most_per_customer(series: &Series) -> String {
    let most = if series.issue.several { series.issue.per_customer } else { Some(1) };
    most.map(|most| most.to_string()).unwrap_or_default()
}
