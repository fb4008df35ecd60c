//! Fixed windows: whole local calendar days, counted by the event's date (spec/badges.md 7). Pure
//! arithmetic, nothing else; how a level's list of configs changes is in `revise.rs`.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use md5::{Digest, Md5};
use uuid::Uuid;

use crate::badges::limits::{Level, Unit};
use crate::base::calendar;
use crate::base::problem::Fault;

/// What repeats: the definition of a fixed window without its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// Every so many days, counted from the config's first day.
    Days(u32),
    /// Calendar weeks beginning on a week day.
    Weeks(Weekday),
    /// Calendar months.
    Months,
}

impl Period {
    /// The unit: the wire's `durationType`.
    pub const fn unit(self) -> Unit {
        match self {
            Period::Days(_) => Unit::Days,
            Period::Weeks(_) => Unit::Weeks,
            Period::Months => Unit::Months,
        }
    }

    /// The wire's `refreshRate`: days alone have one.
    pub const fn refresh_rate(self) -> Option<u32> {
        if let Period::Days(days) = self { Some(days) } else { None }
    }

    /// The wire's `startDayOfTheWeek`: weeks alone have one.
    pub const fn start_day(self) -> Option<Weekday> {
        if let Period::Weeks(day) = self { Some(day) } else { None }
    }

    /// As on the screen: `every 5 days`, `every week from Tuesday`, `every calendar month`.
    pub fn sentence(self) -> String {
        match self {
            Period::Days(1) => "every day".to_owned(),
            Period::Days(days) => format!("every {days} days"),
            Period::Weeks(day) => format!("every week from {}", day_label(day)),
            Period::Months => "every calendar month".to_owned(),
        }
    }

    /// The window around `day` in a config that begins on `first` and ends with `last`, if any.
    pub fn window(
        self,
        day: NaiveDate,
        first: NaiveDate,
        last: Option<NaiveDate>,
    ) -> Option<Window> {
        if day < first || last.is_some_and(|last| day > last) {
            return None;
        }
        let (from, to) = match self {
            Period::Days(every) => {
                let every = i64::from(every.max(1));
                let from = (day - first).num_days() / every * every;
                let from = first + chrono::Duration::days(from);
                (from, plus(from, every as u64 - 1))
            }
            Period::Weeks(start) => {
                let from = day.week(start).checked_first_day().unwrap_or(day);
                (from.max(first), plus(from, 6))
            }
            Period::Months => {
                let from = calendar::first_of_month(day);
                (from.max(first), last_of_month(from))
            }
        };
        Some(Window { first: from, last: last.map_or(to, |last| to.min(last)) })
    }

    /// The first day on or after `day` on which windows of this definition may begin anew.
    pub fn boundary(self, day: NaiveDate) -> NaiveDate {
        match self {
            Period::Days(_) => day,
            Period::Weeks(start) => {
                let from = day.week(start).checked_first_day().unwrap_or(day);
                if from == day { day } else { plus(from, 7) }
            }
            Period::Months => {
                let from = calendar::first_of_month(day);
                if from == day { day } else { plus(last_of_month(from), 1) }
            }
        }
    }

    /// The deterministic id of this definition on a level (7.6): the same on every badge.
    pub fn reference_id(self, level: Level) -> Uuid {
        let or_null = |part: Option<String>| part.unwrap_or_else(|| "null".to_owned());
        let text = format!(
            "{}{}{}{}",
            level.window_type(),
            self.unit().wire(),
            or_null(self.refresh_rate().map(|rate| rate.to_string())),
            or_null(self.start_day().map(|day| day_wire(day).to_owned())),
        );
        let hash: [u8; 16] = Md5::digest(text.as_bytes()).into();
        uuid::Builder::from_md5_bytes(hash).into_uuid()
    }
}

fn plus(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn last_of_month(first: NaiveDate) -> NaiveDate {
    first
        .checked_add_months(chrono::Months::new(1))
        .and_then(|next| next.pred_opt())
        .unwrap_or(NaiveDate::MAX)
}

/// A week day as the wire spells it.
pub const fn day_wire(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MONDAY",
        Weekday::Tue => "TUESDAY",
        Weekday::Wed => "WEDNESDAY",
        Weekday::Thu => "THURSDAY",
        Weekday::Fri => "FRIDAY",
        Weekday::Sat => "SATURDAY",
        Weekday::Sun => "SUNDAY",
    }
}

/// A week day as the screen spells it.
pub const fn day_label(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

/// Reads a week day: names in any case, or ISO numbers from 1 for Monday.
pub fn read_day(text: &str) -> Result<Weekday, Fault> {
    let text = text.trim();
    let number =
        text.parse::<u8>().ok().and_then(|iso| Weekday::try_from(iso.checked_sub(1)?).ok());
    number
        .or_else(|| Weekday::from_str(text).ok())
        .ok_or_else(|| Fault::invalid("Choose a day from Monday to Sunday"))
}

/// One window: whole local days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

impl Window {
    /// Its first instant.
    pub fn start(self, zone: Tz) -> DateTime<Utc> {
        calendar::start_of_day(self.first, zone)
    }

    /// The first instant after it: a day with a clock change is 23 or 25 hours.
    pub fn end(self, zone: Tz) -> DateTime<Utc> {
        calendar::start_of_day(plus(self.last, 1), zone)
    }
}

/// One fixed-window limit of a level over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowConfig {
    /// Which of the level's configs, from 0 in order of creation; reference ids repeat.
    pub seq: i32,
    /// What repeats.
    pub period: Period,
    /// How many in each window at most.
    pub max: i64,
    /// From when on it produces windows.
    pub start_at: DateTime<Utc>,
    /// Its last instant; none only where enrolments never end.
    pub end_at: Option<DateTime<Utc>>,
    /// The local midnight at which a successor, or nothing, takes over.
    pub superseded_at: Option<DateTime<Utc>>,
}

/// Where a config stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Not begun.
    Upcoming,
    /// In force.
    Active,
    /// Over; kept because old events are judged by it.
    Expired,
}

impl Cycle {
    /// The wire's `cycleStatus`.
    pub const fn wire(self) -> &'static str {
        match self {
            Cycle::Upcoming => "UPCOMING",
            Cycle::Active => "ACTIVE",
            Cycle::Expired => "EXPIRED",
        }
    }
}

impl WindowConfig {
    /// Its first day.
    pub fn first_day(&self, zone: Tz) -> NaiveDate {
        calendar::day_of(self.start_at, zone)
    }

    /// Its last day, if it has one.
    pub fn last_day(&self, zone: Tz) -> Option<NaiveDate> {
        self.end_at.map(|at| calendar::day_of(at, zone))
    }

    /// Where it stands.
    pub fn cycle(&self, now: DateTime<Utc>, zone: Tz) -> Cycle {
        let today = calendar::day_of(now, zone);
        if self.start_at > now {
            Cycle::Upcoming
        } else if self.last_day(zone).is_none_or(|last| today <= last) {
            Cycle::Active
        } else {
            Cycle::Expired
        }
    }

    /// The window an event of this instant falls into.
    pub fn window_at(&self, at: DateTime<Utc>, zone: Tz) -> Option<Window> {
        self.period.window(calendar::day_of(at, zone), self.first_day(zone), self.last_day(zone))
    }

    /// All its windows in order; endless where the config is.
    pub fn windows(&self, zone: Tz) -> impl Iterator<Item = Window> + use<> {
        let (period, first, last) = (self.period, self.first_day(zone), self.last_day(zone));
        std::iter::successors(period.window(first, first, last), move |window| {
            period.window(plus(window.last, 1), first, last)
        })
    }
}

/// The window of a level's configs that judges an event: of whichever config covers its day.
pub fn judging(
    configs: &[WindowConfig],
    event: DateTime<Utc>,
    zone: Tz,
) -> Option<(WindowConfig, Window)> {
    configs.iter().find_map(|config| Some((*config, config.window_at(event, zone)?)))
}

#[cfg(test)]
#[path = "windows_tests.rs"]
mod tests;
