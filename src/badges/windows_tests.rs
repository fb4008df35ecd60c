//! The worked examples of spec/badges.md 7.7 and the laws every window obeys.

use super::*;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn config(period: Period, start: &str, end: Option<&str>) -> WindowConfig {
    WindowConfig {
        seq: 0,
        period,
        max: 1,
        start_at: at(start),
        end_at: end.map(at),
        superseded_at: None,
    }
}

fn days(config: &WindowConfig, zone: Tz, take: usize) -> Vec<String> {
    let show = |w: Window| format!("{}–{}", w.first.format("%-d.%-m."), w.last.format("%-d.%-m."));
    config.windows(zone).take(take).map(show).collect()
}

#[test]
fn reference_ids_are_those_of_the_reference() {
    let table = [
        (Level::Customer, Period::Days(3), "e6791ec9-e92f-34af-bdc3-be2607fdf82c"),
        (Level::Badge, Period::Days(3), "a1350b49-eb8e-3500-9e43-01f5493c91c1"),
        (Level::Customer, Period::Days(5), "1c11e757-4f00-3bb2-8aa0-b34e25083bb3"),
        (Level::Customer, Period::Months, "9fae3031-3abf-3936-b5df-311839c04910"),
        (Level::Badge, Period::Months, "6c80335a-636d-3e12-94c6-cf6aaad14af6"),
        (Level::Customer, Period::Days(7), "d0dec71b-c653-3c81-9edd-9ecb115ff93b"),
        (Level::Customer, Period::Weeks(Weekday::Mon), "1211ba36-bf7e-3f80-a801-bde8dd710223"),
        (Level::Customer, Period::Weeks(Weekday::Tue), "53b1267d-4907-364a-a2ae-5989a9b2123a"),
    ];
    for (level, period, id) in table {
        assert_eq!(period.reference_id(level).to_string(), id, "{level:?} {period:?}");
    }
}

#[test]
fn days_are_counted_from_the_first_day() {
    let five = config(Period::Days(5), "2024-04-15T10:33:20Z", Some("2027-12-14T03:15:10Z"));
    assert_eq!(
        days(&five, Tz::UTC, 4),
        ["15.4.–19.4.", "20.4.–24.4.", "25.4.–29.4.", "30.4.–4.5."]
    );
    let first = five.windows(Tz::UTC).next().unwrap();
    assert_eq!(first.start(Tz::UTC).timestamp(), 1_713_139_200);
    let three = config(Period::Days(3), "2025-03-03T00:00:00Z", Some("2026-12-20T03:46:40Z"));
    assert_eq!(three.windows(Tz::UTC).count(), 220);
    assert_eq!(
        three.windows(Tz::UTC).last().unwrap(),
        Window { first: day("2026-12-20"), last: day("2026-12-20") }
    );
    let running = config(Period::Days(3), "2024-05-27T09:51:27Z", None);
    let now = running.window_at(at("2024-07-02T05:35:18Z"), Tz::UTC).unwrap();
    assert_eq!(now, Window { first: day("2024-07-02"), last: day("2024-07-04") });
}

#[test]
fn weeks_begin_on_their_day_and_only_the_ends_are_short() {
    let monday =
        config(Period::Weeks(Weekday::Mon), "2023-09-25T00:00:00Z", Some("2023-10-30T23:59:59Z"));
    assert_eq!(
        days(&monday, Tz::UTC, 9),
        [
            "25.9.–1.10.",
            "2.10.–8.10.",
            "9.10.–15.10.",
            "16.10.–22.10.",
            "23.10.–29.10.",
            "30.10.–30.10."
        ]
    );
    let tuesday =
        config(Period::Weeks(Weekday::Tue), "2024-08-01T00:00:00Z", Some("2024-08-31T23:59:59Z"));
    assert_eq!(
        days(&tuesday, Tz::UTC, 9),
        ["1.8.–5.8.", "6.8.–12.8.", "13.8.–19.8.", "20.8.–26.8.", "27.8.–31.8."]
    );
}

#[test]
fn months_are_calendar_months() {
    let months = config(Period::Months, "2024-04-23T00:00:00Z", Some("2024-07-10T23:59:59Z"));
    assert_eq!(
        days(&months, Tz::UTC, 9),
        ["23.4.–30.4.", "1.5.–31.5.", "1.6.–30.6.", "1.7.–10.7."]
    );
}

#[test]
fn days_are_those_of_the_zone() {
    let kolkata = Tz::Asia__Kolkata;
    let three = config(Period::Days(3), "2024-07-31T19:00:00Z", None);
    let window = three.window_at(at("2024-08-03T19:00:00Z"), kolkata).unwrap();
    assert_eq!(window, Window { first: day("2024-08-04"), last: day("2024-08-06") });
    assert_eq!(window.start(kolkata).timestamp(), 1_722_709_800);
    assert_eq!(calendar::start_of_day(window.last, kolkata).timestamp(), 1_722_882_600);
    let new_york = Tz::America__New_York;
    let daily = config(Period::Days(1), "2024-03-01T12:00:00Z", None);
    let short = daily.window_at(at("2024-03-10T12:00:00Z"), new_york).unwrap();
    assert_eq!(
        (short.start(new_york), short.end(new_york)),
        (at("2024-03-10T05:00:00Z"), at("2024-03-11T04:00:00Z"))
    );
    let utc = config(Period::Days(1), "2024-07-01T00:00:00Z", None);
    let (late, early) = (at("2024-08-01T23:59:59.900Z"), at("2024-08-02T00:00:00Z"));
    assert_ne!(utc.window_at(late, Tz::UTC), utc.window_at(early, Tz::UTC));
}

fn any_period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1u32..40).prop_map(Period::Days),
        (0u8..7).prop_map(|day| Period::Weeks(Weekday::try_from(day).unwrap())),
        Just(Period::Months),
    ]
}

fn any_zone() -> impl Strategy<Value = Tz> {
    prop_oneof![
        Just(Tz::UTC),
        Just(Tz::Europe__Berlin),
        Just(Tz::America__New_York),
        Just(Tz::Pacific__Apia),
        Just(Tz::America__Sao_Paulo),
        Just(Tz::Pacific__Kiritimati),
    ]
}

proptest! {
    /// Windows tile the config without gap or overlap, and every instant lies in exactly the one
    /// that `window_at` says.
    #[test]
    fn windows_tile(
        period in any_period(),
        zone in any_zone(),
        start in 1_200_000_000i64..1_900_000_000,
        length in 0i64..40_000_000,
        probe in 0.0f64..1.0,
    ) {
        let start_at = DateTime::from_timestamp(start, 0).unwrap();
        let end_at = DateTime::from_timestamp(start + length, 0).unwrap();
        let config = WindowConfig { seq: 0, period, max: 1, start_at, end_at: Some(end_at), superseded_at: None };
        let all: Vec<Window> = config.windows(zone).collect();
        prop_assert_eq!(all[0].first, config.first_day(zone));
        prop_assert_eq!(all[all.len() - 1].last, config.last_day(zone).unwrap());
        for pair in all.windows(2) {
            prop_assert_eq!(pair[0].end(zone), pair[1].start(zone));
        }
        let event = DateTime::from_timestamp(start + (length as f64 * probe) as i64, 0).unwrap();
        let holding: Vec<&Window> =
            all.iter().filter(|w| w.start(zone) <= event && event < w.end(zone)).collect();
        prop_assert_eq!(holding.len(), 1);
        prop_assert_eq!(config.window_at(event, zone), Some(*holding[0]));
    }

    #[test]
    fn a_boundary_begins_a_full_window(period in any_period(), offset in 0u64..4000) {
        let from = day("2020-01-01") + Days::new(offset);
        let first = period.boundary(from);
        prop_assert!(first >= from && (first - from).num_days() <= 31);
        let whole = period.window(first, first, None).unwrap();
        let old = period.window(first, day("2019-01-01"), None).unwrap();
        if !matches!(period, Period::Days(_)) {
            prop_assert_eq!(whole, old);
        }
    }
}
