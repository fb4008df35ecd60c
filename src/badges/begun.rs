//! The cycles of a badge's fixed windows that have begun, newest first: what the Windows page lists.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::badges::windows::{Window, WindowConfig};
use crate::base::calendar;

/// A window of one of a level's configs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// The config it belongs to.
    pub config: WindowConfig,
    /// Its days.
    pub window: Window,
}

/// The cycles that had begun by now and begin before `before`, newest first, at most `most`. Configs
/// follow one another without gap or overlap, so their windows are in order.
pub fn begun(
    configs: &[WindowConfig],
    before: Option<NaiveDate>,
    now: DateTime<Utc>,
    zone: Tz,
    most: usize,
) -> Vec<Cycle> {
    let today = calendar::day_of(now, zone);
    let mut configs = configs.to_vec();
    configs.sort_by_key(|config| config.start_at);
    let mut cycles = Vec::new();
    for config in configs.iter().rev() {
        let begun = config.windows(zone).take_while(|window| {
            window.first <= today && before.is_none_or(|before| window.first < before)
        });
        let mut own: Vec<Cycle> = begun.map(|window| Cycle { config: *config, window }).collect();
        own.reverse();
        own.truncate(most - cycles.len());
        cycles.append(&mut own);
        if cycles.len() == most {
            break;
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::badges::windows::Period;

    fn config(seq: i32, start: &str, end: &str, period: Period) -> WindowConfig {
        WindowConfig {
            seq,
            period,
            max: 10,
            start_at: start.parse().unwrap(),
            end_at: Some(end.parse().unwrap()),
            superseded_at: None,
        }
    }

    /// Worked examples 9 and 10: DAYS 5 until 22 April, then weeks from Tuesday.
    #[test]
    fn cycles_run_back_through_every_config_and_go_on_where_a_page_ended() {
        let configs = [
            config(0, "2024-04-15T10:33:20Z", "2024-04-22T23:59:59Z", Period::Days(5)),
            config(
                1,
                "2024-04-23T00:00:00Z",
                "2027-12-14T00:00:00Z",
                Period::Weeks(chrono::Weekday::Tue),
            ),
        ];
        let now = "2024-05-01T12:00:00Z".parse().unwrap();
        let shown = |before: Option<&str>, most| -> Vec<String> {
            let before = before.map(|day| day.parse().unwrap());
            let cycles = begun(&configs, before, now, Tz::UTC, most);
            let text = |cycle: &Cycle| {
                format!("{} {}–{}", cycle.config.seq, cycle.window.first, cycle.window.last)
            };
            cycles.iter().map(text).collect()
        };
        assert_eq!(
            shown(None, 9),
            [
                "1 2024-04-30–2024-05-06",
                "1 2024-04-23–2024-04-29",
                "0 2024-04-20–2024-04-22",
                "0 2024-04-15–2024-04-19",
            ]
        );
        assert_eq!(shown(None, 3).len(), 3);
        assert_eq!(shown(Some("2024-04-20"), 9), ["0 2024-04-15–2024-04-19"]);
        assert_eq!(begun(&configs, None, "2024-04-01T00:00:00Z".parse().unwrap(), Tz::UTC, 9), []);
    }
}
