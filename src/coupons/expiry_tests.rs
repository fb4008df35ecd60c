use super::*;
use crate::coupons::series::Strategy;
use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// From −11 to +14, with half hours, with and without daylight saving.
const ZONES: [Tz; 9] = [
    Tz::Pacific__Pago_Pago,
    Tz::America__St_Johns,
    Tz::America__New_York,
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::Asia__Kolkata,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Chatham,
    Tz::Pacific__Kiritimati,
];

#[test]
fn the_references_samples_come_out() {
    let days = |count, issued| natural(Strategy::Days(count), at(issued), Tz::UTC).unwrap();
    assert_eq!(days(200, "2019-10-31T05:00:00Z"), at("2020-05-18T23:59:59Z"));
    assert_eq!(days(30, "2024-05-02T06:02:28Z"), at("2024-06-01T23:59:59Z"));
    // The screen's help: on 12 November, 0 days and 1 day, 0 months and 1 month.
    assert_eq!(days(0, "2026-11-12T12:00:00Z"), at("2026-11-12T23:59:59Z"));
    assert_eq!(days(1, "2026-11-12T12:00:00Z"), at("2026-11-13T23:59:59Z"));
    let months = |count| natural(Strategy::MonthsEnd(count), at("2026-11-12T12:00:00Z"), Tz::UTC);
    assert_eq!(months(0), Some(at("2026-11-30T23:59:59Z")));
    assert_eq!(months(1), Some(at("2026-12-31T23:59:59Z")));
    assert_eq!(months(15), Some(at("2028-02-29T23:59:59Z")));
    assert_eq!(natural(Strategy::WithSeries, at("2026-11-12T12:00:00Z"), Tz::UTC), None);
}

#[test]
fn a_natural_end_lasts_the_day_and_a_moved_one_ends_on_the_instant() {
    let series = day("2030-12-31");
    let end = effective(Some(at("2026-11-30T22:59:59Z")), None, series, Tz::Europe__Berlin);
    assert!(!end.passed(at("2026-11-30T22:59:59.999Z")));
    assert!(end.passed(at("2026-11-30T23:00:00Z")));
    let moved = at("2026-12-05T10:00:00Z");
    let end = effective(Some(at("2026-11-30T22:59:59Z")), Some(moved), series, Tz::Europe__Berlin);
    assert_eq!(end.shown, moved);
    assert!(!end.passed(at("2026-12-05T09:59:59.999Z")));
    assert!(end.passed(moved));
}

#[test]
fn the_series_caps_every_coupon_wherever_its_day_moves() {
    let zone = Tz::Europe__Berlin;
    let natural = Some(at("2026-12-31T22:59:59Z"));
    let capped = effective(natural, Some(at("2027-06-01T10:00:00Z")), day("2026-12-24"), zone);
    assert_eq!(capped.shown, at("2026-12-24T22:59:59Z"));
    assert_eq!(effective(None, None, day("2026-12-24"), zone), capped);
    let later = effective(natural, None, day("2027-12-24"), zone);
    assert_eq!(later.shown, at("2026-12-31T22:59:59Z"));
}

#[test]
fn the_last_second_is_the_zones_even_when_clocks_change() {
    // Berlin: 25 October 2026 has 25 hours, 29 March 23.
    let end = |text, zone| End::of_day(day(text), zone).shown;
    assert_eq!(end("2026-10-24", Tz::Europe__Berlin), at("2026-10-24T21:59:59Z"));
    assert_eq!(end("2026-10-25", Tz::Europe__Berlin), at("2026-10-25T22:59:59Z"));
    assert_eq!(end("2026-03-29", Tz::Europe__Berlin), at("2026-03-29T21:59:59Z"));
    // Midnight of 3 to 4 November 2018 did not exist in São Paulo.
    assert_eq!(end("2018-11-03", Tz::America__Sao_Paulo), at("2018-11-04T02:59:59Z"));
    assert_eq!(end("2026-11-26", Tz::Pacific__Pago_Pago), at("2026-11-27T10:59:59Z"));
    assert_eq!(end("2026-11-26", Tz::Pacific__Kiritimati), at("2026-11-26T09:59:59Z"));
    // Issued late in the evening of the zone: the day is the zone's, not UTC's.
    let issued = at("2026-11-26T23:30:00Z");
    let berlin = natural(Strategy::Days(0), issued, Tz::Europe__Berlin).unwrap();
    assert_eq!(berlin, at("2026-11-27T22:59:59Z"));
}

#[test]
fn what_counts_beyond_all_calendars_ends_with_them() {
    let issued = at("2026-11-26T09:00:00Z");
    let far = at("2200-12-31T23:59:59Z");
    for strategy in [Strategy::Days(i32::MAX), Strategy::MonthsEnd(i32::MAX)] {
        assert_eq!(natural(strategy, issued, Tz::UTC), Some(far));
    }
    assert_eq!(natural(Strategy::Days(-5), issued, Tz::UTC), Some(at("2026-11-26T23:59:59Z")));
}

proptest! {
    /// In every zone: the natural end falls on the right local day, at its last second, and a coupon is
    /// alive at every instant up to it and at none after.
    #[test]
    fn a_natural_end_is_the_last_second_of_its_local_day(
        issued in 1_600_000_000i64..2_000_000_000,
        days in 0i32..800,
        zone in 0usize..ZONES.len(),
    ) {
        let zone = ZONES[zone];
        let issued = DateTime::from_timestamp(issued, 0).unwrap();
        let end = natural(Strategy::Days(days), issued, zone).unwrap();
        let expected = day_of(issued, zone) + Days::new(u64::try_from(days).unwrap());
        prop_assert_eq!(day_of(end, zone), expected);
        prop_assert_eq!(day_of(end + Duration::seconds(1), zone), expected.succ_opt().unwrap());
        prop_assert!(end >= issued - Duration::seconds(1));
        let end = End::second(end);
        prop_assert!(!end.passed(end.shown));
        prop_assert!(end.passed(end.shown + Duration::seconds(1)));
    }

    /// A month's end is the last day of its month, and a later count never ends earlier.
    #[test]
    fn a_months_end_is_the_last_of_its_month(
        issued in 1_600_000_000i64..2_000_000_000,
        months in 0i32..60,
        zone in 0usize..ZONES.len(),
    ) {
        let zone = ZONES[zone];
        let issued = DateTime::from_timestamp(issued, 0).unwrap();
        let end = natural(Strategy::MonthsEnd(months), issued, zone).unwrap();
        prop_assert_eq!(day_of(end + Duration::seconds(1), zone).day(), 1);
        let next = natural(Strategy::MonthsEnd(months + 1), issued, zone).unwrap();
        prop_assert!(next > end);
        let span = i64::from(day_of(end, zone).year() * 12) + i64::from(day_of(end, zone).month0());
        let from = day_of(issued, zone);
        prop_assert_eq!(span - i64::from(from.year() * 12) - i64::from(from.month0()), i64::from(months));
    }

    /// Whatever is stored, no coupon outlives its series.
    #[test]
    fn nothing_outlives_the_series(
        natural in prop::option::of(1_700_000_000i64..1_900_000_000),
        moved in prop::option::of(1_700_000_000i64..1_900_000_000),
        last in 0u64..3000,
        zone in 0usize..ZONES.len(),
    ) {
        let instant = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
        let series = day("2023-01-01") + Days::new(last);
        let end = effective(natural.map(instant), moved.map(instant), series, ZONES[zone]);
        let cap = End::of_day(series, ZONES[zone]);
        prop_assert!(end.dead_from <= cap.dead_from);
        if let Some(moved) = moved.map(instant).filter(|at| *at < cap.dead_from) {
            prop_assert_eq!(end, End::at(moved));
        }
    }
}
