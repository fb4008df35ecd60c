//! Reading a draft's fields: every fault is noted on its field, and reading goes on.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::Value;

use crate::base::calendar::day_of;
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::problem::{Fault, Problem, Problems};
use crate::coupons::draft::{Draft, truth};

/// The largest number a JSON reader of the wire keeps exactly.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// A draft being read.
pub struct Reader<'a> {
    /// What is read.
    pub draft: &'a Draft,
    /// What was found wrong.
    pub problems: Problems,
    zone: Tz,
}

impl<'a> Reader<'a> {
    /// Begins.
    pub fn new(draft: &'a Draft, zone: Tz) -> Self {
        Reader { draft, problems: Problems::none(), zone }
    }

    /// Notes that a field is missing.
    pub fn missing(&mut self, key: &'static str) {
        self.problems.push(Problem {
            field: Some(key.into()),
            code: "mandatory",
            message: format!("{key} is mandatory").into(),
        });
    }

    /// Notes a fault on a field.
    pub fn wrong(&mut self, key: &'static str, why: impl Into<std::borrow::Cow<'static, str>>) {
        self.problems.add(key, Fault::invalid(why));
    }

    /// A text of at most so many characters; the default when blank.
    pub fn text(&mut self, key: &'static str, most: usize, default: &str) -> String {
        let text = match self.draft.text(key) {
            "" => default,
            text => text,
        };
        if text.chars().count() > most {
            let why = format!("Use at most {most} characters");
            self.problems.add(key, Fault::new("too_long", why));
        }
        text.to_owned()
    }

    /// Yes or no; the default when blank.
    pub fn flag(&mut self, key: &'static str, default: bool) -> bool {
        match self.draft.text(key) {
            "" => default,
            text => truth(text).unwrap_or_else(|| {
                self.wrong(key, "Say true or false");
                default
            }),
        }
    }

    /// A whole number within bounds; the default when blank.
    pub fn number(&mut self, key: &'static str, least: i64, most: i64, default: i64) -> i64 {
        let text = self.draft.text(key);
        if text.is_empty() {
            return default;
        }
        match whole(text).filter(|number| (least..=most).contains(number)) {
            Some(number) => number,
            None => {
                self.wrong(key, format!("Write a whole number from {least} to {most}"));
                default
            }
        }
    }

    /// A limit: blank, −1 and 0 stand for none.
    pub fn limit(&mut self, key: &'static str, most: i64) -> Option<i64> {
        Some(self.number(key, -1, most, -1)).filter(|limit| *limit > 0)
    }

    /// A limit that fits the database's integer.
    pub fn small_limit(&mut self, key: &'static str) -> Option<i32> {
        self.limit(key, i64::from(i32::MAX)).and_then(|limit| i32::try_from(limit).ok())
    }

    /// An amount that is not below zero; the default when blank.
    pub fn amount(&mut self, key: &'static str, default: f64) -> f64 {
        let text = self.draft.text(key);
        if text.is_empty() {
            return default;
        }
        match text.parse::<f64>().ok().filter(|amount| (0.0..=LARGEST).contains(amount)) {
            Some(amount) => amount,
            None => {
                self.wrong(key, "Write an amount, such as 12.50");
                default
            }
        }
    }

    /// A day: a date, or the day an instant falls on in the brand's zone.
    pub fn day(&mut self, key: &'static str) -> Option<NaiveDate> {
        let text = self.draft.text(key);
        if text.is_empty() {
            return None;
        }
        let read = parse_instant(text, self.zone, DayMeans::Start);
        self.problems.check(key, read).map(|at| day_of(at, self.zone))
    }

    /// JSON text; `None` when blank.
    pub fn json(&mut self, key: &'static str) -> Option<Value> {
        let text = self.draft.text(key);
        if text.is_empty() || text == "null" {
            return None;
        }
        let read = serde_json::from_str(text).ok();
        if read.is_none() {
            self.wrong(key, "This is not readable as JSON");
        }
        read
    }
}

/// A whole number, which may be written with a fraction of nothing.
fn whole(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.fract() == 0.0 && number.abs() <= LARGEST).then_some(number as i64)
    })
}
