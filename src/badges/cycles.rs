//! Which fixed windows lie in a stretch of days, one page at a time: counted by arithmetic, so that a
//! daily limit over eighty years costs no more than a monthly one over two.

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;

use crate::badges::limits::Level;
use crate::badges::windows::{Period, Window, WindowConfig};
use crate::base::calendar::first_of_month;

/// One window of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// Whom it counts.
    pub level: Level,
    /// What repeats.
    pub period: Period,
    /// Its days.
    pub window: Window,
}

/// How many windows touch the days from `from` to `to`, and those of a page: by their first day, a
/// customer's before everybody's, then as the configs were made.
pub fn page(
    configs: &[(Level, WindowConfig)],
    (from, to): (NaiveDate, NaiveDate),
    zone: Tz,
    (offset, size): (i64, i64),
) -> (i64, Vec<Cycle>) {
    let strips: Vec<Strip> = configs
        .iter()
        .filter_map(|(level, config)| Strip::of(*level, config, from, to, zone))
        .collect();
    let total = strips.iter().map(|strip| strip.end - strip.begin).sum();
    if offset >= total {
        return (total, Vec::new());
    }
    // The last day before which no more than `offset` windows begin: the page begins there.
    let before = |day: NaiveDate| strips.iter().map(|strip| strip.begun_before(day)).sum::<i64>();
    let (mut low, mut high) = (0, (to - from).num_days().max(0) + 1);
    let first = strips.iter().map(|strip| strip.first_day(strip.begin)).min().unwrap_or(from);
    let day = |days: i64| first + chrono::Duration::days(days);
    high += (from - first).num_days().max(0);
    while low < high {
        let middle = (low + high + 1) / 2;
        if before(day(middle)) <= offset { low = middle } else { high = middle - 1 }
    }
    let mut cursors: Vec<i64> =
        strips.iter().map(|strip| strip.begin + strip.begun_before(day(low))).collect();
    let mut skip = offset - before(day(low));
    let mut found = Vec::new();
    while found.len() < usize::try_from(size).unwrap_or(0) {
        let next = strips.iter().zip(&mut cursors).filter(|(strip, at)| **at < strip.end);
        let Some((strip, at)) = next.min_by_key(|(strip, at)| (strip.first_day(**at), strip.level))
        else {
            break;
        };
        if skip > 0 {
            skip -= 1;
        } else {
            found.extend(strip.cycle(*at));
        }
        *at += 1;
    }
    (total, found)
}

/// The windows of one config, by their number from 0; those asked for are `begin..end`.
struct Strip {
    level: Level,
    period: Period,
    first: NaiveDate,
    last: Option<NaiveDate>,
    begin: i64,
    end: i64,
}

impl Strip {
    fn of(
        level: Level,
        config: &WindowConfig,
        from: NaiveDate,
        to: NaiveDate,
        zone: Tz,
    ) -> Option<Strip> {
        let (first, last) = (config.first_day(zone), config.last_day(zone));
        let (from, to) = (from.max(first), last.map_or(to, |last| to.min(last)));
        let mut strip = Strip { level, period: config.period, first, last, begin: 0, end: 0 };
        strip.begin = strip.number(from);
        strip.end = strip.number(to) + 1;
        (from <= to).then_some(strip)
    }

    /// The number of the window that a day of the config falls in.
    fn number(&self, day: NaiveDate) -> i64 {
        match self.period {
            Period::Days(every) => (day - self.first).num_days() / i64::from(every.max(1)),
            Period::Weeks(start) => {
                let (week, zero) = (day.week(start), self.first.week(start));
                (week.first_day() - zero.first_day()).num_days() / 7
            }
            Period::Months => months(day) - months(self.first),
        }
    }

    /// The first day of a window.
    fn first_day(&self, number: i64) -> NaiveDate {
        let count = u64::try_from(number).unwrap_or(0);
        let day = match self.period {
            Period::Days(every) => {
                self.first.checked_add_days(Days::new(count * u64::from(every.max(1))))
            }
            Period::Weeks(start) => {
                self.first.week(start).first_day().checked_add_days(Days::new(7 * count))
            }
            Period::Months => {
                let months = Months::new(u32::try_from(count).unwrap_or(u32::MAX));
                first_of_month(self.first).checked_add_months(months)
            }
        };
        day.unwrap_or(NaiveDate::MAX).max(self.first)
    }

    /// How many of those asked for begin before a day.
    fn begun_before(&self, day: NaiveDate) -> i64 {
        match day.pred_opt() {
            Some(eve) if eve >= self.first => {
                (self.number(eve) + 1).clamp(self.begin, self.end) - self.begin
            }
            _ => 0,
        }
    }

    fn cycle(&self, number: i64) -> Option<Cycle> {
        let window = self.period.window(self.first_day(number), self.first, self.last)?;
        Some(Cycle { level: self.level, period: self.period, window })
    }
}

fn months(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc, Weekday};
    use proptest::prelude::*;

    fn config(period: Period, start: NaiveDate, days: u64) -> WindowConfig {
        let at = |day: NaiveDate| -> DateTime<Utc> { day.and_hms_opt(9, 30, 0).unwrap().and_utc() };
        WindowConfig {
            seq: 0,
            period,
            max: 1,
            start_at: at(start),
            end_at: Some(at(start + Days::new(days))),
            superseded_at: None,
        }
    }

    fn period() -> impl Strategy<Value = Period> {
        prop_oneof![
            (1u32..40).prop_map(Period::Days),
            (0u8..7).prop_map(|day| Period::Weeks(Weekday::try_from(day).unwrap())),
            Just(Period::Months),
        ]
    }

    fn day() -> impl Strategy<Value = NaiveDate> {
        (0u64..1500)
            .prop_map(|days| NaiveDate::from_ymd_opt(2023, 11, 5).unwrap() + Days::new(days))
    }

    proptest! {
        /// Arithmetic and walking agree, on every page.
        #[test]
        fn a_page_is_what_walking_would_find(
            given in prop::collection::vec((any::<bool>(), period(), day(), 0u64..900), 0..4),
            from in day(),
            length in 0u64..900,
            offset in 0i64..60,
            size in 1i64..30,
        ) {
            let level = |customer| if customer { Level::Customer } else { Level::Badge };
            let configs: Vec<(Level, WindowConfig)> = given
                .into_iter()
                .map(|(customer, period, start, days)| (level(customer), config(period, start, days)))
                .collect();
            let to = from + Days::new(length);
            let mut walked: Vec<Cycle> = Vec::new();
            for (level, config) in &configs {
                let touching = |window: &Window| window.last >= from && window.first <= to;
                let all = config.windows(Tz::UTC).filter(touching);
                walked.extend(all.map(|window| Cycle { level: *level, period: config.period, window }));
            }
            walked.sort_by_key(|cycle| (cycle.window.first, cycle.level));
            let (total, found) = page(&configs, (from, to), Tz::UTC, (offset, size));
            prop_assert_eq!(total, walked.len() as i64);
            let expected: Vec<Cycle> =
                walked.into_iter().skip(offset as usize).take(size as usize).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
