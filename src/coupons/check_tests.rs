use super::*;
use crate::coupons::samples;

fn context(existing: Option<&Series>) -> Context<'_> {
    let now = "2026-11-26T09:00:00Z".parse().unwrap();
    Context { now, zone: Tz::Europe__Berlin, existing, future: false }
}

fn sent() -> Draft {
    Draft::default()
        .with("description", "Diwali")
        .with("discountCode", "XYZ123")
        .with("discountType", "ABS")
        .with("discountValue", "500")
        .with("validTillDate", "2027-05-10T00:00:00+05:30")
        .with("expiryStrategyType", "SERIES_EXPIRY")
        .with("clientHandlingType", "DISC_CODE")
        .with("anyUser", "false")
        .with("smsTemplate", "code {{voucher}}")
}

fn made(draft: &Draft) -> Series {
    let stamp = samples::series().stamp;
    draft.check(&context(None)).unwrap().into_series("S".into(), stamp)
}

fn codes(draft: &Draft, existing: Option<&Series>) -> Vec<(String, &'static str)> {
    let problems = draft.check(&context(existing)).unwrap_err();
    let of = |p: &Problem| (p.field.clone().unwrap_or_default().into_owned(), p.code);
    problems.iter().map(of).collect()
}

#[test]
fn a_minimal_series_takes_the_references_defaults() {
    let series = made(&sent());
    // 00:00 in Kolkata is the evening before in Berlin.
    assert_eq!(series.valid_till.to_string(), "2027-05-09");
    assert_eq!(series.issue, IssueLimits { several: true, ..IssueLimits::default() });
    assert!(!series.redeem.multiple_use && series.redeem.max.is_none());
    assert_eq!((series.words.info.as_str(), series.words.terms.as_str()), ("Diwali", "T&C"));
    assert_eq!(series.redeem.range.text(), crate::coupons::range::ANY);
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let missing: Vec<String> =
        codes(&Draft::default(), None).into_iter().map(|(field, _)| field).collect();
    assert_eq!(missing, FOR_CREATE);
    let old = samples::series();
    let told = codes(&Draft::default(), Some(&old));
    assert_eq!(told.len(), FOR_UPDATE.len() + 1);
    assert_eq!(told.last().unwrap(), &("seriesCode".to_owned(), "series_code_blank"));
}

#[test]
fn each_field_is_held_to_its_rule() {
    let wrong = |key: &str, value: &str| codes(&sent().with(key, value), None);
    for (key, value) in [
        ("discountValue", "0"),
        ("discountValue", "NaN"),
        ("discountType", "HALF"),
        ("maxCreate", "99999999999999999999"),
        ("maxVouchersPerUser", "2147483648"),
        ("redemptionPerCouponMaxLimit", "0"),
        ("redemptionPerCouponMaxLimit", "3"),
        ("randomCodeLength", "41"),
        ("redemptionRange", r#"{"dow":[9]}"#),
        ("targetUserDetails", "[]"),
        ("redemptionOrgEntityDetails", r#"[{"redemptionOrgEntityType":"PLANET","orgEntityId":1}]"#),
        ("customPropertyMap", r#"{"a":{}}"#),
        ("anyUser", "perhaps"),
    ] {
        assert_eq!(wrong(key, value), [(key.to_owned(), "invalid")], "{key}={value}");
    }
    assert_eq!(wrong("mutualExclusiveSeriesIds", "x")[0].1, "excluded_invalid");
    assert_eq!(wrong("clientHandlingType", "GENERIC")[0].1, "generic_blank");
    assert_eq!(wrong("termsAndConditions", &"x".repeat(501))[0].1, "too_long");
    let percent = sent().with("discountType", "PERC").with("discountValue", "101");
    assert_eq!(codes(&percent, None), [("discountValue".to_owned(), "invalid")]);
    let days = sent().with("expiryStrategyType", "DAYS");
    assert_eq!(codes(&days, None), [("expiryStrategyValue".to_owned(), "mandatory")]);
    let both = r#"[{"productType":"BRAND","productIds":[1],"productCodes":["MAX"]}]"#;
    let told = sent().with("productInfo", both).check(&context(None)).unwrap_err();
    assert_eq!(told.iter().next().unwrap().message, "Both IDs and Codes cannot be passed");
}

#[test]
fn an_update_keeps_what_was_not_sent_and_refuses_what_cannot_change() {
    let old = Series {
        words: Words { terms: "Ours".into(), ..samples::series().words },
        ..samples::series()
    };
    let draft = sent().with("seriesCode", "AUTUMN2");
    let changed = draft.check(&context(Some(&old))).unwrap().onto(&old);
    assert_eq!((changed.id, changed.words.terms.as_str()), (old.id, "Ours"));
    assert_eq!(changed.series_code, "AUTUMN2");
    let kind = draft.with("clientHandlingType", "DISC_CODE_PIN");
    assert_eq!(codes(&kind, Some(&old)), [("clientHandlingType".to_owned(), "invalid")]);
}

#[test]
fn the_draft_of_a_series_says_the_series() {
    let full = sent()
        .with("maxCreate", 10)
        .with("redemptionRange", r#"{"dom" : [1], "dow": [1], "hours": [1]}"#)
        .with("targetUserDetails", r#"{"validMaxUserTransactionLimit":1}"#)
        .with("customPropertyMap", r#"{"key1":"custom"}"#)
        .with("maxBillAmount", 20000)
        .with("redemptionValidFrom", "2026-11-18")
        .with("couponPrefix", "P-SUC")
        .with("isPrefixEnabled", true)
        .with("seriesType", "CAMPAIGN");
    let series = made(&full);
    assert_eq!(series.codes.prefix.as_deref(), Some("P-SUC"));
    let again = Draft::of(&series).check(&context(Some(&series))).unwrap().onto(&series);
    assert_eq!(again, series);
}
