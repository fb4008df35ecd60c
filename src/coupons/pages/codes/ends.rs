//! Which moment a form means by a new end: one of the quick choices, or a day with or without a time.
//! Days and times are those of the brand; a day alone lasts to its 23:59:59.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::base::calendar::{day_of, first_of_month, instant, last_second_of_day};
use crate::base::problem::{Fault, Problems};
use crate::coupons::refusal;
use crate::web::parts::Choice;
use crate::web::time::Stamp;

/// An end that needs no typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quick {
    /// Today.
    Today,
    /// Seven days from today.
    Week,
    /// Thirty days from today.
    Thirty,
    /// The last day of this month.
    Month,
    /// The series' last day.
    Series,
}

impl Quick {
    const ALL: [Quick; 5] = [Quick::Today, Quick::Week, Quick::Thirty, Quick::Month, Quick::Series];

    const fn word(self) -> &'static str {
        match self {
            Quick::Today => "today",
            Quick::Week => "week",
            Quick::Thirty => "thirty",
            Quick::Month => "month",
            Quick::Series => "series",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Quick::Today => "End of today",
            Quick::Week => "In 7 days",
            Quick::Thirty => "In 30 days",
            Quick::Month => "End of the month",
            Quick::Series => "End of the offer",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Quick::ALL.into_iter().find(|quick| quick.word() == word)
    }

    /// The day it means; days are counted on the calendar, never in hours.
    fn day(self, ground: &Ground) -> NaiveDate {
        let today = ground.today();
        match self {
            Quick::Today => today,
            Quick::Week => today + Days::new(7),
            Quick::Thirty => today + Days::new(30),
            Quick::Month => month_end(today),
            Quick::Series => ground.last,
        }
    }
}

fn month_end(day: NaiveDate) -> NaiveDate {
    let next = first_of_month(day).checked_add_months(Months::new(1));
    next.and_then(|first| first.pred_opt()).unwrap_or(day)
}

/// What an end is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    /// The moment.
    pub now: DateTime<Utc>,
    /// The brand's zone.
    pub zone: Tz,
    /// The series' last day.
    pub last: NaiveDate,
}

impl Ground {
    /// Today where the brand is.
    pub fn today(&self) -> NaiveDate {
        day_of(self.now, self.zone)
    }

    /// The quick choices that do not lie beyond the series, each with the end it means.
    pub fn choices(&self) -> Vec<Choice> {
        let within = |quick: &Quick| quick.day(self) <= self.last;
        let choice = |quick: Quick| {
            let end = Stamp::new(last_second_of_day(quick.day(self), self.zone), self.zone);
            Choice::new(quick.word(), quick.label()).hint(end.to_string())
        };
        Quick::ALL.into_iter().filter(within).map(choice).collect()
    }
}

/// The form as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// A quick choice's word.
    pub until: String,
    /// A day.
    pub on: String,
    /// A time of that day.
    pub at: String,
    /// Why.
    pub reason: String,
}

/// The most characters of a comment.
const LONGEST: usize = 500;

impl Typed {
    /// The end that is meant, and why; or everything that is wrong.
    pub fn read(&self, ground: &Ground) -> Result<(DateTime<Utc>, Option<String>), Problems> {
        let mut problems = Problems::none();
        let end = problems.check("on", self.end(ground));
        let end = end.and_then(|end| problems.check("on", fits(end, ground)));
        let words = self.reason.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.chars().count() > LONGEST {
            let long = Fault::new("too_long", format!("Use at most {LONGEST} characters"));
            problems.add("reason", long);
        }
        match end {
            Some(end) if problems.is_empty() => Ok((end, Some(words).filter(|w| !w.is_empty()))),
            _ => Err(problems),
        }
    }

    fn end(&self, ground: &Ground) -> Result<DateTime<Utc>, Fault> {
        let (on, at) = (self.on.trim(), self.at.trim());
        match (Quick::named(&self.until), on) {
            (Some(quick), "") if at.is_empty() => {
                Ok(last_second_of_day(quick.day(ground), ground.zone))
            }
            (Some(_), _) => Err(Fault::new("both", "Choose an end or write a day, not both")),
            (None, "") => Err(Fault::blank("Choose an end or write a day")),
            (None, day) => {
                let day: NaiveDate = day
                    .parse()
                    .map_err(|_| Fault::new("not_a_date", "Write a day such as 2026-12-31"))?;
                if !(1900..=2200).contains(&day.year()) {
                    return Err(Fault::new("year", "The year must be between 1900 and 2200"));
                }
                moment(day, at, ground.zone)
            }
        }
    }
}

/// A day alone lasts to its last second; with a time it is that very instant.
fn moment(day: NaiveDate, at: &str, zone: Tz) -> Result<DateTime<Utc>, Fault> {
    if at.is_empty() {
        return Ok(last_second_of_day(day, zone));
    }
    let time = NaiveTime::parse_from_str(at, "%H:%M:%S")
        .or_else(|_| NaiveTime::parse_from_str(at, "%H:%M"))
        .map_err(|_| Fault::new("not_a_time", "Write a time such as 18:30"))?;
    Ok(instant(day.and_time(time), zone))
}

/// What holds for all codes of a series: the end lies ahead and within it.
fn fits(end: DateTime<Utc>, ground: &Ground) -> Result<DateTime<Utc>, Fault> {
    if end <= ground.now {
        return Err(refusal::fault("expiry_past"));
    }
    if end > last_second_of_day(ground.last, ground.zone) {
        return Err(refusal::fault("expiry_beyond_series"));
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ground(now: &str, zone: Tz, last: &str) -> Ground {
        Ground { now: now.parse().unwrap(), zone, last: last.parse().unwrap() }
    }

    fn end(until: &str, on: &str, at: &str, ground: &Ground) -> String {
        let typed = Typed { until: until.into(), on: on.into(), at: at.into(), ..Typed::default() };
        match typed.read(ground) {
            Ok((end, _)) => end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            Err(problems) => problems.iter().next().unwrap().code.to_owned(),
        }
    }

    #[test]
    fn quick_choices_are_ends_of_days_of_the_brand_from_minus_11_to_plus_14() {
        let now = "2026-11-26T10:30:00Z";
        for (zone, today, month) in [
            // The 27th has begun in Kiritimati; in Niue it is still the 25th.
            (Tz::Pacific__Kiritimati, "2026-11-27T09:59:59Z", "2026-11-30T09:59:59Z"),
            (Tz::Pacific__Niue, "2026-11-26T10:59:59Z", "2026-12-01T10:59:59Z"),
            (Tz::UTC, "2026-11-26T23:59:59Z", "2026-11-30T23:59:59Z"),
        ] {
            let ground = ground(now, zone, "2027-12-31");
            assert_eq!(end("today", "", "", &ground), today);
            assert_eq!(end("month", "", "", &ground), month);
        }
    }

    #[test]
    fn days_are_counted_over_the_change_of_clocks() {
        // Clocks go forward on 28 March 2027, back on 31 October 2027.
        let spring = ground("2027-03-25T23:30:00Z", Tz::Europe__Berlin, "2027-12-31");
        assert_eq!(end("today", "", "", &spring), "2027-03-26T22:59:59Z");
        assert_eq!(end("week", "", "", &spring), "2027-04-02T21:59:59Z");
        let autumn = ground("2027-10-31T00:30:00Z", Tz::Europe__Berlin, "2027-12-31");
        assert_eq!(end("today", "", "", &autumn), "2027-10-31T22:59:59Z");
        assert_eq!(end("thirty", "", "", &autumn), "2027-11-30T22:59:59Z");
        // 02:30 comes twice that night, and the first is meant; in spring it does not come at all.
        assert_eq!(end("", "2027-10-31", "02:30", &autumn), "expiry_past");
        let before = Ground { now: "2027-10-30T00:30:00Z".parse().unwrap(), ..autumn };
        assert_eq!(end("", "2027-10-31", "02:30", &before), "2027-10-31T00:30:00Z");
        assert_eq!(end("", "2027-03-28", "02:30", &spring), "2027-03-28T01:00:00Z");
        // Midnight does not come in Cairo on 30 April 2027: the day before ends an hour early.
        let cairo = ground("2027-04-29T09:00:00Z", Tz::Africa__Cairo, "2027-12-31");
        assert_eq!(end("today", "", "", &cairo), "2027-04-29T21:59:59Z");
        assert_eq!(end("", "2027-04-30", "00:00", &cairo), "2027-04-29T22:00:00Z");
    }

    #[test]
    fn a_day_lasts_to_its_end_and_a_time_is_exact() {
        let ground = ground("2026-11-26T09:00:00Z", Tz::Europe__Berlin, "2026-12-31");
        assert_eq!(end("", "2026-12-24", "", &ground), "2026-12-24T22:59:59Z");
        assert_eq!(end("", "2026-12-24", "18:30", &ground), "2026-12-24T17:30:00Z");
        assert_eq!(end("", "2026-12-24", "00:00:05", &ground), "2026-12-23T23:00:05Z");
        assert_eq!(end("", "2026-12-31", "", &ground), "2026-12-31T22:59:59Z");
        assert_eq!(end("", "2027-01-01", "00:00", &ground), "expiry_beyond_series");
        assert_eq!(end("", "2026-11-26", "10:00", &ground), "expiry_past");
        assert_eq!(end("", "2026-11-26", "10:00:01", &ground), "2026-11-26T09:00:01Z");
        for (until, on, at, code) in [
            ("", "", "", "blank"),
            ("", "", "18:30", "blank"),
            ("week", "2026-12-24", "", "both"),
            ("week", "", "18:30", "both"),
            ("", "24/12/2026", "", "not_a_date"),
            ("", "9999-01-01", "", "year"),
            ("", "2026-12-24", "25:00", "not_a_time"),
            ("thirty-one", "", "", "blank"),
        ] {
            assert_eq!(end(until, on, at, &ground), code, "{until} {on} {at}");
        }
    }

    #[test]
    fn what_lies_beyond_the_series_is_not_offered() {
        let words = |last: &str| {
            let ground = ground("2026-11-26T09:00:00Z", Tz::UTC, last);
            ground.choices().into_iter().map(|choice| choice.value).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words("2027-12-31"), "today week thirty month series");
        assert_eq!(words("2026-12-03"), "today week month series");
        assert_eq!(words("2026-11-26"), "today series");
    }
}
