//! The changes of spec/badges.md 6.4 and 7.7, and the laws of any sequence of them.

use super::*;
use crate::badges::windows::{Cycle, Window, judging};
use chrono::Weekday;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn frame(now: &str, start: &str, end: &str) -> Frame {
    let (now, start, end) = (at(now), at(start), at(end));
    Frame { now, zone: Tz::UTC, status: Status::at(now, start, end), start, end: Some(end) }
}

fn wanted(period: Period, max: i64) -> Wanted {
    Wanted { period, max }
}

const START: &str = "2024-04-15T10:33:20Z";
const END: &str = "2027-12-14T03:15:10Z";

fn five_days() -> Vec<WindowConfig> {
    revise(&[], &[wanted(Period::Days(5), 10)], &frame("2024-04-10T00:00:00Z", START, END)).unwrap()
}

fn all_windows(configs: &[WindowConfig]) -> Vec<Window> {
    configs.iter().flat_map(|config| config.windows(Tz::UTC)).collect()
}

#[test]
fn a_changed_definition_waits_for_the_running_window() {
    let change = frame("2024-04-17T12:00:00Z", START, END);
    let configs = revise(&five_days(), &[wanted(Period::Months, 4)], &change).unwrap();
    let windows = all_windows(&configs);
    assert_eq!(windows.len(), 48);
    assert_eq!(windows[3].first, windows[3].last);
    assert_eq!(windows[3].first.to_string(), "2024-04-30");
    assert_eq!(windows[47].last.to_string(), "2027-12-14");
    assert_eq!(configs[0].cycle(change.now, Tz::UTC), Cycle::Active);
    assert_eq!(configs[1].cycle(change.now, Tz::UTC), Cycle::Upcoming);
    assert_eq!(configs[0].cycle(at("2024-05-01T00:00:00Z"), Tz::UTC), Cycle::Expired);
    assert_eq!(
        applies_from(&five_days(), Period::Months, &change).unwrap().to_string(),
        "2024-05-01"
    );
}

#[test]
fn a_second_change_replaces_the_waiting_definition() {
    let first = frame("2024-04-17T12:00:00Z", START, END);
    let configs = revise(&five_days(), &[wanted(Period::Days(7), 10)], &first).unwrap();
    assert_eq!(configs[1].start_at, at("2024-04-20T00:00:00Z"));
    let second = frame("2024-04-18T12:00:00Z", START, END);
    let configs = revise(&configs, &[wanted(Period::Weeks(Weekday::Tue), 3)], &second).unwrap();
    assert_eq!(configs.len(), 2);
    let shown: Vec<String> =
        all_windows(&configs).iter().take(4).map(|w| format!("{} {}", w.first, w.last)).collect();
    assert_eq!(
        shown,
        [
            "2024-04-15 2024-04-19",
            "2024-04-20 2024-04-22",
            "2024-04-23 2024-04-29",
            "2024-04-30 2024-05-06"
        ]
    );
    let (config, window) = judging(&configs, at("2024-04-21T09:00:00Z"), Tz::UTC).unwrap();
    assert_eq!((config.max, window.last.to_string().as_str()), (10, "2024-04-22"));
}

#[test]
fn only_the_limit_changes_at_once() {
    let change = frame("2024-04-16T12:00:00Z", START, END);
    let configs = revise(&five_days(), &[wanted(Period::Days(5), 2)], &change).unwrap();
    assert_eq!(configs.len(), 1);
    assert_eq!((configs[0].max, configs[0].start_at), (2, at(START)));
    // Going back to the definition in force drops the one that waits.
    let away = revise(&configs, &[wanted(Period::Months, 9)], &change).unwrap();
    let back = revise(&away, &[wanted(Period::Days(5), 2)], &change).unwrap();
    assert_eq!(back, configs);
}

#[test]
fn a_round_trip_of_both_changes_only_limits() {
    let change = frame("2024-04-17T12:00:00Z", START, END);
    let both = revise(&five_days(), &[wanted(Period::Months, 4)], &change).unwrap();
    let sent = [wanted(Period::Days(5), 7), wanted(Period::Months, 8)];
    let configs = revise(&both, &sent, &change).unwrap();
    assert_eq!((configs[0].max, configs[1].max), (7, 8));
    assert_eq!(configs[1].start_at, both[1].start_at);
    let three = [sent[0], sent[1], wanted(Period::Days(9), 1)];
    assert_eq!(revise(&both, &three, &change).unwrap_err().code, "windows_too_many");
}

#[test]
fn a_removed_window_ends_with_its_cycle_and_may_come_back() {
    let change = frame("2024-04-17T12:00:00Z", START, END);
    let removed = revise(&five_days(), &[], &change).unwrap();
    assert_eq!(removed[0].end_at, Some(at("2024-04-19T23:59:59Z")));
    assert_eq!(desired(&removed), None);
    let later = frame("2024-06-01T12:00:00Z", START, END);
    let again = revise(&removed, &[wanted(Period::Months, 1)], &later).unwrap();
    assert_eq!(again.len(), 2);
    assert_eq!(again[1].start_at, at("2024-06-01T00:00:00Z"));
    assert!(judging(&again, at("2024-05-05T00:00:00Z"), Tz::UTC).is_none());
    assert_eq!(desired(&again), Some(wanted(Period::Months, 1)));
}

#[test]
fn a_window_added_to_a_live_badge_judges_its_whole_life() {
    let configs =
        revise(&[], &[wanted(Period::Days(5), 1)], &frame("2024-06-01T00:00:00Z", START, END));
    assert_eq!(configs.unwrap()[0].start_at, at(START));
}

#[test]
fn an_upcoming_badge_simply_takes_the_new_window() {
    let moved = frame("2024-04-10T00:00:00Z", "2024-05-01T00:00:00Z", END);
    let configs = revise(&five_days(), &[wanted(Period::Months, 1)], &moved).unwrap();
    assert_eq!(
        configs,
        [WindowConfig {
            seq: 0,
            period: Period::Months,
            max: 1,
            start_at: moved.start,
            end_at: moved.end,
            superseded_at: None
        }]
    );
}

#[test]
fn the_badges_new_end_moves_the_last_window_alone() {
    let shorter = Frame {
        end: Some(at("2024-07-01T12:00:00Z")),
        ..frame("2024-04-17T12:00:00Z", START, END)
    };
    let configs = revise(&five_days(), &[wanted(Period::Days(5), 10)], &shorter).unwrap();
    let before = all_windows(&five_days());
    let after = all_windows(&configs);
    assert_eq!(after[..after.len() - 1], before[..after.len() - 1]);
    assert_eq!(after[after.len() - 1].last.to_string(), "2024-07-01");
    let endless = Frame { end: None, ..shorter };
    let configs = revise(&configs, &[wanted(Period::Days(5), 10)], &endless).unwrap();
    assert_eq!(configs[0].end_at, None);
}

fn any_wanted() -> impl Strategy<Value = Option<Wanted>> {
    prop_oneof![
        (1u32..10).prop_map(|days| Some(wanted(Period::Days(days), 1))),
        (0u8..7).prop_map(|day| Some(wanted(Period::Weeks(Weekday::try_from(day).unwrap()), 1))),
        Just(Some(wanted(Period::Months, 1))),
        Just(None),
    ]
}

proptest! {
    /// Whatever is edited whenever: windows of the past stay, no day has two, and while the limit is
    /// never removed no day of the badge is without one.
    #[test]
    fn edits_never_touch_the_past(edits in prop::collection::vec((0i64..40, any_wanted()), 1..8)) {
        let zone = Tz::Europe__Berlin;
        let (start, end) = (at("2024-01-10T09:00:00Z"), at("2025-06-30T21:59:59Z"));
        let mut now = start - Duration::hours(1);
        let frame_at = |now| Frame { now, zone, status: Status::at(now, start, end), start, end: Some(end) };
        let mut configs = revise(&[], &[wanted(Period::Days(4), 1)], &frame_at(now)).unwrap();
        let mut ever_removed = false;
        for (days, edit) in edits {
            now += Duration::days(days) + Duration::hours(7);
            ever_removed |= edit.is_none();
            let before = configs.clone();
            let frame = frame_at(now);
            configs = revise(&before, edit.as_slice(), &frame).unwrap();
            let today = calendar::day_of(now, zone);
            let past = |configs: &[WindowConfig]| -> Vec<Window> {
                configs.iter().flat_map(|c| c.windows(zone)).filter(|w| w.last < today).collect()
            };
            if frame.status != Status::Upcoming {
                prop_assert_eq!(past(&before), past(&configs));
            }
            let upcoming = configs.iter().filter(|c| c.cycle(now, zone) == Cycle::Upcoming).count();
            let active = configs.iter().filter(|c| c.cycle(now, zone) == Cycle::Active).count();
            prop_assert!(upcoming <= 1 && active <= 1);
            let mut all: Vec<Window> = configs.iter().flat_map(|c| c.windows(zone)).collect();
            all.sort();
            for pair in all.windows(2) {
                let next = pair[0].last + Days::new(1);
                let tiles = pair[1].first == next || (ever_removed && pair[1].first > next);
                prop_assert!(tiles, "{all:?}");
            }
            if !ever_removed {
                prop_assert_eq!(all[all.len() - 1].last, calendar::day_of(end, zone));
            }
        }
    }
}
