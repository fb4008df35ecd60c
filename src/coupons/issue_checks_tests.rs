use super::*;
use crate::coupons::samples;
use proptest::prelude::*;

fn facts() -> Facts {
    Facts {
        now: "2026-11-26T09:00:00Z".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        held: 0,
        usable: None,
        last_issued: None,
        excluded: false,
        issued: 0,
    }
}

fn grant(count: i64, short: Option<&'static str>) -> Verdict {
    Verdict::Grant { count, short }
}

#[test]
fn the_count_of_a_call_is_from_one_to_five_hundred() {
    assert_eq!(count(None), Ok(1));
    assert_eq!(count(Some(0)), Err("count_small"));
    assert_eq!(count(Some(500)), Ok(500));
    assert_eq!(count(Some(501)), Err("count"));
}

#[test]
fn the_first_check_that_fails_wins() {
    let mut series = samples::series();
    let mut holder = samples::holder();
    let mut all = Facts { excluded: true, held: 3, issued: 10, ..facts() };
    series.issue.max = Some(10);
    series.issue.per_customer = Some(3);
    series.issue.gap_days = Some(2);
    series.external = true;
    series.valid_till = "2026-11-25".parse().unwrap();
    holder.fraud = "CONFIRMED".into();
    all.last_issued = Some(all.now);
    let word = |series: &Series, holder: &Holder, facts: &Facts| match judge(
        series, holder, facts, 1, false,
    ) {
        Verdict::Refuse(word) => word,
        _ => "granted",
    };
    assert_eq!(word(&series, &holder, &all), "fraud");
    holder.fraud = "NONE".into();
    assert_eq!(word(&series, &holder, &all), "external");
    series.external = false;
    assert_eq!(word(&series, &holder, &all), "expired");
    series.valid_till = "2026-11-26".parse().unwrap();
    assert_eq!(word(&series, &holder, &all), "excluded");
    all.excluded = false;
    series.issue.several = false;
    assert_eq!(word(&series, &holder, &all), "already_has");
    series.issue.several = true;
    assert_eq!(word(&series, &holder, &all), "customer_max");
    all.held = 2;
    assert_eq!(word(&series, &holder, &all), "issue_gap");
    all.last_issued = None;
    assert_eq!(word(&series, &holder, &all), "series_max");
    all.issued = 9;
    assert_eq!(judge(&series, &holder, &all, 1, false), grant(1, None));
}

#[test]
fn as_many_as_allowed_are_granted_and_the_reason_for_the_rest_is_told() {
    let holder = samples::holder();
    let with = |change: fn(&mut Series), facts: Facts, wanted| {
        let mut series = samples::series();
        change(&mut series);
        judge(&series, &holder, &facts, wanted, true)
    };
    assert_eq!(with(|_| (), facts(), 500), grant(500, None));
    let three: fn(&mut Series) = |series| series.issue.per_customer = Some(3);
    assert_eq!(with(three, Facts { held: 1, ..facts() }, 5), grant(2, Some("customer_max_part")));
    assert_eq!(with(three, Facts { held: 3, ..facts() }, 5), Verdict::Refuse("customer_max_part"));
    let one: fn(&mut Series) = |series| series.issue.several = false;
    assert_eq!(with(one, facts(), 2), grant(1, Some("one_per_customer")));
    assert_eq!(with(one, Facts { held: 1, ..facts() }, 2), Verdict::Refuse("already_has"));
    let generic: fn(&mut Series) = |series| series.handling = Handling::Generic;
    assert_eq!(with(generic, facts(), 2), grant(1, Some("one_generic")));
    let few: fn(&mut Series) = |series| series.issue.max = Some(10);
    assert_eq!(with(few, Facts { issued: 8, ..facts() }, 5), grant(2, Some("series_max_part")));
    assert_eq!(with(few, Facts { issued: 10, ..facts() }, 5), Verdict::Refuse("series_max_part"));
    let gap: fn(&mut Series) = |series| series.issue.gap_days = Some(1);
    assert_eq!(with(gap, facts(), 3), grant(1, Some("issue_gap")));
}

#[test]
fn a_coupon_in_hand_is_given_again_where_the_series_says_so() {
    let mut series = samples::series();
    series.issue.several = false;
    series.issue.resend_existing = true;
    let holder = samples::holder();
    let held = Facts { held: 1, usable: Some(CouponId::new(5)), ..facts() };
    let again = |short| Verdict::Again { coupon: CouponId::new(5), short };
    assert_eq!(judge(&series, &holder, &held, 1, false), again(None));
    assert_eq!(judge(&series, &holder, &held, 3, true), again(Some("one_per_customer")));
    let spent = Facts { usable: None, ..held };
    assert_eq!(judge(&series, &holder, &spent, 1, false), Verdict::Refuse("already_has"));
}

#[test]
fn a_gap_counts_days_of_the_brand() {
    let last = "2026-11-25T22:30:00Z".parse().unwrap();
    let now = "2026-11-25T23:30:00Z".parse().unwrap();
    assert!(!too_soon(last, now, 1, Tz::Europe__Berlin));
    assert!(too_soon(last, now, 1, Tz::UTC));
    assert!(too_soon(last, now, 2, Tz::Europe__Berlin));
}

proptest! {
    /// Whatever the limits, a grant keeps all of them and never exceeds what was asked.
    #[test]
    fn a_grant_keeps_every_limit(
        wanted in 1i64..=500,
        held in 0i64..6,
        issued in 0i64..20,
        max in prop::option::of(1i64..30),
        per_customer in prop::option::of(1i32..8),
        several: bool,
    ) {
        let mut series = samples::series();
        series.issue.max = max;
        series.issue.per_customer = per_customer;
        series.issue.several = several;
        let known = Facts { held, issued, ..facts() };
        match judge(&series, &samples::holder(), &known, wanted, true) {
            Verdict::Grant { count, short } => {
                prop_assert!(count >= 1 && count <= wanted);
                prop_assert_eq!(short.is_some(), count < wanted);
                prop_assert!(max.is_none_or(|max| issued + count <= max));
                prop_assert!(per_customer.is_none_or(|max| held + count <= i64::from(max)));
                prop_assert!(several || held + count <= 1);
            }
            Verdict::Refuse(_) => {
                let full = max.is_some_and(|max| issued >= max)
                    || per_customer.is_some_and(|max| held >= i64::from(max))
                    || (!several && held > 0);
                prop_assert!(full);
            }
            Verdict::Again { .. } => prop_assert!(false),
        }
    }
}
