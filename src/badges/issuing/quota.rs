//! Which limits judge an event, over which stretch of time each counts, and under which key a count
//! across customers is kept. Pure arithmetic (spec/badges.md 6 and 7).

use chrono::{DateTime, Duration, Months, Utc};
use chrono_tz::Tz;

use crate::badges::issuing::terms::Terms;
use crate::badges::limits::{Level, LimitKind, Unit};
use crate::badges::windows::{Window, WindowConfig, judging};
use crate::base::calendar;
use crate::base::problem::Problem;

/// Over what a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The whole life of the badge.
    Overall,
    /// Earns processed after `edge`, which is so many units before now.
    Rolling {
        /// Days, weeks or months.
        unit: Unit,
        /// How many of them.
        value: u32,
        /// The instant they reach back to.
        edge: DateTime<Utc>,
    },
    /// Earns with an event in the window.
    Fixed {
        /// The config that covers the event.
        config: WindowConfig,
        /// Its window around the event.
        window: Window,
        /// The window's first instant.
        from: DateTime<Utc>,
        /// The first instant after it.
        to: DateTime<Utc>,
        /// The first instant of its last day: how the wire says its end.
        last: DateTime<Utc>,
    },
}

/// One limit as it applies to one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Whom it counts.
    pub level: Level,
    /// Over what.
    pub span: Span,
    /// How many at most.
    pub max: i64,
}

/// Under what a count across customers is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// `OVERALL`, `WINDOW` or the unit of a moving limit.
    pub kind: String,
    /// A window config's `seq`, a moving limit's length.
    pub number: i32,
    /// A window's first instant; the epoch for the others.
    pub starts: DateTime<Utc>,
}

impl Quota {
    /// Whether one more than `count` is within the limit.
    pub const fn allows(&self, count: i64) -> bool {
        count < self.max
    }

    /// The key of its count.
    pub fn key(&self) -> Key {
        let key = |kind: &str, number, starts| Key { kind: kind.to_owned(), number, starts };
        match self.span {
            Span::Overall => key("OVERALL", 0, DateTime::UNIX_EPOCH),
            Span::Rolling { unit, value, .. } => {
                key(unit.wire(), i32::try_from(value).unwrap_or(i32::MAX), DateTime::UNIX_EPOCH)
            }
            Span::Fixed { config, from, .. } => key("WINDOW", config.seq, from),
        }
    }

    /// What is said when it is reached.
    pub fn refusal(&self) -> Problem {
        crate::badges::codes::whole(match self.level {
            Level::Customer => "customer_limit",
            Level::Badge => "badge_limit",
        })
    }
}

/// The instant so many units before `now`: days of 24 hours, weeks of seven, calendar months clamped to
/// the last day.
pub fn back(now: DateTime<Utc>, unit: Unit, count: u32) -> DateTime<Utc> {
    let days = |days: i64| now.checked_sub_signed(Duration::days(days));
    match unit {
        Unit::Days => days(i64::from(count)),
        Unit::Weeks => days(7 * i64::from(count)),
        Unit::Months => now.checked_sub_months(Months::new(count)),
    }
    // Further back than there are years: everything is younger.
    .filter(|at| *at > DateTime::UNIX_EPOCH)
    .unwrap_or(DateTime::UNIX_EPOCH)
}

/// The limits that judge an event processed now, customer level first. A day that no config covers is
/// not limited by its level.
pub fn quotas(terms: &Terms, event: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Vec<Quota> {
    let mut all = Vec::new();
    for level in Level::ALL {
        for limit in terms.limits.iter().filter(|limit| limit.level == level) {
            let span = match limit.kind {
                LimitKind::Overall => Span::Overall,
                LimitKind::Rolling { unit, value } => {
                    Span::Rolling { unit, value, edge: back(now, unit, value) }
                }
            };
            all.push(Quota { level, span, max: limit.max });
        }
        if let Some((config, window)) = judging(&terms.windows_of(level), event, zone) {
            let (from, to) = (window.start(zone), window.end(zone));
            let last = calendar::start_of_day(window.last, zone);
            let span = Span::Fixed { config, window, from, to, last };
            all.push(Quota { level, span, max: config.max });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn moving_limits_reach_back_by_hours_and_by_the_calendar() {
        let now = at("2024-03-31T12:00:00.5Z");
        assert_eq!(back(now, Unit::Days, 2), at("2024-03-29T12:00:00.5Z"));
        assert_eq!(back(now, Unit::Weeks, 1), at("2024-03-24T12:00:00.5Z"));
        assert_eq!(back(now, Unit::Months, 1), at("2024-02-29T12:00:00.5Z"));
        assert_eq!(back(now, Unit::Months, u32::MAX), DateTime::UNIX_EPOCH);
        assert_eq!(back(now, Unit::Weeks, u32::MAX), DateTime::UNIX_EPOCH);
    }

    proptest! {
        /// The edge lies before now, and further back for more units.
        #[test]
        fn more_units_reach_further(second in 100_000_000i64..2_000_000_000, count in 1u32..2000) {
            let now = DateTime::from_timestamp(second, 0).unwrap();
            for unit in Unit::ALL {
                prop_assert!(back(now, unit, count) < now);
                prop_assert!(back(now, unit, count + 1) <= back(now, unit, count));
            }
        }
    }
}
