use super::*;
use crate::base::ids::CustomerId;
use crate::coupons::left::left;
use crate::coupons::range::Range;
use crate::coupons::samples;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

const NOW: &str = "2026-11-26T09:00:00Z";

/// Everything that can be wrong is wrong; each mended thing uncovers the next in the order of 4.5.
#[test]
fn the_first_check_that_fails_wins() {
    let mut series = samples::series();
    let mut coupon = samples::coupon(at("2026-11-25T09:00:00Z"));
    let mut redeemer =
        Holder { id: CustomerId::new(2), fraud: "CONFIRMED".into(), ..samples::holder() };
    let mut spot = Spot::default();
    let mut bill = Bill::default();
    let mut uses =
        Uses { of_code: 1, of_code_by_customer: 1, in_series_by_customer: 1, in_series: 1 };
    let mut last = Some(at("2026-11-26T08:00:00Z"));
    coupon.revoked = Some(samples::revoked(at(NOW)));
    coupon.expiry_override = Some(at(NOW));
    series.valid_till = "2026-11-25".parse().unwrap();
    let terms = &mut series.redeem;
    terms.from = Some("2026-11-27".parse().unwrap());
    terms.after_days = 2;
    terms.range = Range::of(&[1], &[], &[]);
    terms.places = vec![Place { kind: "TILL".into(), id: 9 }];
    terms.min_bill = Some(10.0);
    terms.audience = Some(Audience { most_transactions: Some(0), ..Audience::default() });
    terms.per_code = Some(1);
    terms.per_customer = Some(1);
    terms.gap_days = Some(1);
    terms.max = Some(1);
    redeemer.transactions = 1;
    macro_rules! next {
        ($expected:expr) => {{
            let facts = Facts {
                zone: Tz::UTC,
                at: at(NOW),
                redeemer: &redeemer,
                spot: &spot,
                bill: Some(bill),
                transaction_demanded: true,
                uses,
                last_redeemed: last,
            };
            assert_eq!(judge(&series, &coupon, &facts), $expected);
        }};
    }
    next!(Err("revoked"));
    coupon.revoked = None;
    next!(Err("fraud"));
    redeemer.fraud = "NONE".into();
    next!(Err("not_holder"));
    series.redeem.any_user = true;
    next!(Err("series_expired"));
    series.valid_till = "2027-12-31".parse().unwrap();
    next!(Err("expired"));
    coupon.expiry_override = None;
    next!(Err("redemption_date"));
    series.redeem.from = None;
    next!(Err("redemption_date"));
    series.redeem.after_days = 1;
    next!(Err("outside_range"));
    series.redeem.range = Range::default();
    next!(Err("store"));
    spot.till = Some(9);
    next!(Err("amount"));
    bill.amount = Some(10.0);
    next!(Err("transaction_missing"));
    bill.transaction = Some("T-1");
    next!(Err("not_meant"));
    redeemer.transactions = 0;
    next!(Err("used"));
    series.redeem.multiple_use = true;
    next!(Err("same_twice"));
    series.redeem.same_customer = true;
    next!(Err("code_limit"));
    uses.of_code = 0;
    next!(Err("customer_redeemed_max"));
    uses.in_series_by_customer = 0;
    next!(Err("redemption_gap"));
    last = Some(at("2026-11-25T23:59:59Z"));
    next!(Err("campaign_over"));
    uses.in_series = 0;
    next!(Ok(()));
}

fn verdict(
    series: &Series,
    coupon: &Coupon,
    redeemer: &Holder,
    when: &str,
) -> Result<(), &'static str> {
    let facts = Facts {
        zone: Tz::Europe__Berlin,
        at: at(when),
        redeemer,
        spot: &Spot::default(),
        bill: None,
        transaction_demanded: true,
        uses: Uses::default(),
        last_redeemed: None,
    };
    judge(series, coupon, &facts)
}

#[test]
fn a_code_must_have_been_issued_unless_it_is_issued_outside() {
    let mut series = samples::series();
    let nobodys = Coupon { issue: None, ..samples::coupon(at(NOW)) };
    let redeemer = samples::holder();
    series.redeem.any_user = true;
    assert_eq!(verdict(&series, &nobodys, &redeemer, NOW), Err("not_holder"));
    series.external = true;
    assert_eq!(verdict(&series, &nobodys, &redeemer, NOW), Ok(()));
}

#[test]
fn days_after_issue_are_days_of_the_brand() {
    let mut series = samples::series();
    series.redeem.after_days = 1;
    // Issued at 23:30 in Berlin: half an hour later is the next day.
    let coupon = samples::coupon(at("2026-11-26T22:30:00Z"));
    let redeemer = samples::holder();
    assert_eq!(
        verdict(&series, &coupon, &redeemer, "2026-11-26T22:59:59Z"),
        Err("redemption_date")
    );
    assert_eq!(verdict(&series, &coupon, &redeemer, "2026-11-26T23:00:00Z"), Ok(()));
}

#[test]
fn only_those_who_registered_in_time_are_meant() {
    let mut series = samples::series();
    let from = at("2026-11-01T00:00:00Z").timestamp_millis();
    series.redeem.audience = Some(Audience { registered_from: from, ..Audience::default() });
    let coupon = samples::coupon(at(NOW));
    let on = |text: &str| Holder { registered_on: Some(at(text)), ..samples::holder() };
    assert_eq!(verdict(&series, &coupon, &on("2026-11-02T00:00:00Z"), NOW), Ok(()));
    assert_eq!(verdict(&series, &coupon, &on("2026-10-31T00:00:00Z"), NOW), Err("not_meant"));
    assert_eq!(verdict(&series, &coupon, &samples::holder(), NOW), Err("not_meant"));
}

proptest! {
    /// The number shown as left and the checks never disagree: something left means that the limits let
    /// the holder through, nothing left means that one of them stops him.
    #[test]
    fn what_is_left_is_what_the_checks_allow(
        of_code in 0i64..4, by in 0i64..4, per in 0i64..4, all in 0i64..6,
        multiple_use: bool, same_customer: bool,
        per_code in prop::option::of(1i32..4), per_customer in prop::option::of(1i32..4),
        max in prop::option::of(1i64..6),
    ) {
        let mut series = samples::series();
        series.redeem.multiple_use = multiple_use;
        series.redeem.same_customer = same_customer;
        series.redeem.per_code = per_code.filter(|_| multiple_use);
        series.redeem.per_customer = per_customer;
        series.redeem.max = max;
        let uses = Uses { of_code, of_code_by_customer: by.min(of_code), in_series_by_customer: per.max(by), in_series: all };
        let coupon = samples::coupon(at(NOW));
        let facts = Facts {
            zone: Tz::UTC, at: at(NOW), redeemer: &samples::holder(), spot: &Spot::default(),
            bill: None, transaction_demanded: false, uses, last_redeemed: None,
        };
        let allowed = judge(&series, &coupon, &facts).is_ok();
        prop_assert_eq!(allowed, left(&series.redeem, &uses) != Some(0));
    }
}
