//! Reading a sent series into a draft: every value as text under its own name, parts with an inner shape
//! as JSON. Only what the draft cannot judge is judged here.
//!
//! Known quirks, for the reference's sake: a limit below zero is no limit, whatever the number; seconds
//! beyond 59 are the minute's last.

use chrono_tz::Tz;
use serde::de::IgnoredAny;

use crate::api::{Fault, Faults, Node, Trouble};
use crate::base::calendar::day_of;
use crate::base::dates::{DayMeans, parse_instant};
use crate::coupons::api::series::carried::{FLAGS, NUMBERS, TEXTS};
use crate::coupons::draft::Draft;
use crate::coupons::refusal;

/// Values that stand alone.
const PLAIN: &[&str] = &[
    "description",
    "discountCode",
    "discountType",
    "discountValue",
    "discountUpto",
    "discountOn",
    "expiryStrategyType",
    "expiryStrategyValue",
    "clientHandlingType",
    "genericCode",
    "seriesCode",
    "anyUser",
    "isMultipleVouchersPerUserAllowed",
    "doNotResendExistingVoucher",
    "isMultipleUseAllowed",
    "sameUserMultipleRedeem",
    "redemptionValidAfterDays",
    "minBillAmount",
    "maxBillAmount",
    "isValidWithDiscountedItem",
    "alphaNumeric",
    "randomCodeLength",
    "smsTemplate",
    "shortSMSTemplate",
    "isSMSDisabled",
    "resendMessageEnabled",
    "info",
    "tag",
    "termsAndConditions",
    "externalIssual",
];

/// Limits: whatever is below zero is none.
const LIMITS: &[&str] = &[
    "maxCreate",
    "maxRedeem",
    "maxVouchersPerUser",
    "minDaysBetweenVouchers",
    "redemptionPerCouponMaxLimit",
    "maxRedemptionsInSeriesPerUser",
    "minDaysBetweenRedemption",
];

/// Days, which may come as instants.
const DAYS: &[&str] = &["validTillDate", "redemptionValidFrom", "dvsExpiryDate"];

/// JSON written as a text, and kept as it is written.
const WRITTEN: &[&str] =
    &["redemptionRange", "mutualExclusiveSeriesIds", "storeIdsJson", "redeemAtStore"];

/// Parts with an inner shape.
const PARTS: &[&str] =
    &["productInfo", "redemptionOrgEntityDetails", "targetUserDetails", "customPropertyMap"];

/// The draft of a body `{"CouponSeriesV2": {…}}`; 629 with everything that cannot be read.
pub fn draft(root: &Node<'_>, zone: Tz) -> Result<Draft, Trouble> {
    let sent = root.get("CouponSeriesV2");
    let (mut draft, mut faults) = (Draft::default(), Faults::default());
    for key in PLAIN.iter().chain(TEXTS) {
        plain(&sent, key, &mut draft, &mut faults);
    }
    for key in LIMITS {
        limit(&sent, key, &mut draft, &mut faults);
    }
    for key in FLAGS {
        if let Some(flag) = sent.get(key).flag(&mut faults) {
            draft.set(key, flag);
        }
    }
    for key in NUMBERS {
        if let Some(number) = sent.get(key).integer(&mut faults) {
            draft.set(key, number);
        }
    }
    for key in DAYS {
        day(&sent, key, zone, &mut draft, &mut faults);
    }
    for key in WRITTEN {
        written(&sent, key, &mut draft, &mut faults);
    }
    for key in PARTS {
        if let Some(value) = sent.get(key).value() {
            draft.set(key, value);
        }
    }
    unreadable(faults)?;
    Ok(draft)
}

/// A blank name is no name: what is stored stays.
fn plain(sent: &Node<'_>, key: &str, draft: &mut Draft, faults: &mut Faults) {
    let node = sent.get(key);
    let text = node.text(faults);
    if node.is_there() && !(key == "description" && text.trim().is_empty()) {
        draft.set(key, text);
    }
}

/// A limit of a code that is sent as null is taken away; any other null was not sent.
fn limit(sent: &Node<'_>, key: &str, draft: &mut Draft, faults: &mut Faults) {
    let nothing = sent.value().and_then(|all| all.get(key)).is_some_and(|value| value.is_null());
    if nothing && key == "redemptionPerCouponMaxLimit" {
        draft.set(key, -1);
        return;
    }
    let node = sent.get(key);
    let text = node.text(faults);
    if node.is_there() {
        let below = text.trim().parse::<f64>().is_ok_and(|number| number < 0.0);
        draft.set(key, if below { "-1" } else { text.as_str() });
    }
}

fn day(sent: &Node<'_>, key: &str, zone: Tz, draft: &mut Draft, faults: &mut Faults) {
    let node = sent.get(key);
    let text = last_second(node.text(faults));
    if text.trim().is_empty() {
        return;
    }
    match parse_instant(&text, zone, DayMeans::Start) {
        Ok(at) => draft.set(key, day_of(at, zone)),
        Err(fault) => faults.add(wrong(&node, &fault.message)),
    }
}

/// `23:50:79` is what the reference itself sends.
fn last_second(mut text: String) -> String {
    const AT: std::ops::Range<usize> = 17..19;
    let beyond = text.get(AT).and_then(|two| two.parse::<u32>().ok()).is_some_and(|two| two > 59);
    if beyond && text.get(16..17) == Some(":") {
        text.replace_range(AT, "59");
    }
    text
}

/// A list or an object is taken as if it had been written into a text.
fn written(sent: &Node<'_>, key: &str, draft: &mut Draft, faults: &mut Faults) {
    let node = sent.get(key);
    let Some(value) = node.value() else { return };
    match value.as_str() {
        None => draft.set(key, value),
        // The draft reads these two itself, and has words of its own for them.
        Some(text) if matches!(key, "redemptionRange" | "mutualExclusiveSeriesIds") => {
            draft.set(key, text);
        }
        Some(text) if text.trim().is_empty() => {}
        Some(text) => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => draft.set(key, text),
            Err(_) => faults.add(wrong(&node, "This is not readable as JSON")),
        },
    }
}

fn wrong(node: &Node<'_>, why: &str) -> Fault {
    let path = node.path().trim_start_matches("CouponSeriesV2.");
    Fault::new(refusal::vendor_code(refusal::INVALID), format!("{path}: {why}"))
}

/// Values of a wrong type are invalid input in this family, not malformed requests.
fn unreadable(faults: Faults) -> Result<(), Trouble> {
    faults.into_result().map_err(|mut trouble| {
        for fault in &mut trouble.faults {
            fault.code = refusal::vendor_code(refusal::INVALID);
        }
        trouble
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_seconds_that_cannot_be_are_mended() {
        let mended = |text: &str| last_second(text.to_owned());
        assert_eq!(mended("2025-04-25T23:50:79+05:30"), "2025-04-25T23:50:59+05:30");
        for kept in
            ["2025-04-25T23:50:59Z", "2025-04-25", "1745605259000", "2025-04-25T23:50+05:30"]
        {
            assert_eq!(mended(kept), kept);
        }
    }
}
