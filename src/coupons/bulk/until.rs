//! A new end as typed: a quick choice, or a day with or without a time, in the brand's zone.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::base::calendar::{day_of, first_of_month, instant, last_second_of_day};
use crate::base::problem::{Fault, Problem};

/// A new end as typed. Everything is still text, so it can be shown again as it was.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Until {
    /// `days7`, `days30`, `month`, `offer`; anything else: the day below.
    pub until: String,
    /// A day: `2026-12-31`.
    pub date: String,
    /// A time of day: `18:30` or `18:30:00`; blank: the end of the day.
    pub time: String,
}

impl Until {
    /// The quick choices and the days they lead to; that of the offer where its last day is known.
    pub fn choices(
        now: DateTime<Utc>,
        zone: Tz,
        offer: Option<NaiveDate>,
    ) -> Vec<(&'static str, &'static str, NaiveDate)> {
        let today = day_of(now, zone);
        let ahead = |days: u64| today.checked_add_days(Days::new(days)).unwrap_or(today);
        let month = first_of_month(today).checked_add_months(Months::new(1));
        let month = month.and_then(|first| first.pred_opt()).unwrap_or(today);
        let mut choices = vec![
            ("days7", "7 days from today", ahead(7)),
            ("days30", "30 days from today", ahead(30)),
            ("month", "End of this month", month),
        ];
        choices.extend(offer.map(|last| ("offer", "Same as the offer", last)));
        choices
    }

    /// Whether anything was said yet.
    pub fn is_blank(&self) -> bool {
        let quick = !matches!(self.until.as_str(), "" | "date");
        !quick && self.date.trim().is_empty() && self.time.trim().is_empty()
    }

    /// The instant: the last second of a day, or the very time.
    pub fn read(
        &self,
        now: DateTime<Utc>,
        zone: Tz,
        offer: Option<NaiveDate>,
    ) -> Result<DateTime<Utc>, Problem> {
        let quick = Until::choices(now, zone, offer);
        if let Some((.., day)) = quick.into_iter().find(|(key, ..)| *key == self.until) {
            return Ok(last_second_of_day(day, zone));
        }
        let date = self.date.trim();
        if date.is_empty() {
            return Err(Fault::blank("Choose when the coupons are to end").on("date"));
        }
        let day: Option<NaiveDate> = date.parse().ok();
        let day = day.filter(|day| (1900..=2200).contains(&day.year()));
        let wrong = || Fault::invalid("Write a day, such as 2026-12-31").on("date");
        let day = day.ok_or_else(wrong)?;
        let time = self.time.trim();
        if time.is_empty() {
            return Ok(last_second_of_day(day, zone));
        }
        let read = ["%H:%M", "%H:%M:%S"]
            .into_iter()
            .find_map(|form| NaiveTime::parse_from_str(time, form).ok());
        let wrong = || Fault::invalid("Write a time, such as 18:30").on("time");
        Ok(instant(day.and_time(read.ok_or_else(wrong)?), zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(until: &str, date: &str, time: &str) -> Result<String, &'static str> {
        let now = "2026-11-26T23:30:00Z".parse().unwrap();
        let until = Until { until: until.into(), date: date.into(), time: time.into() };
        let offer = "2027-03-31".parse().ok();
        let read = until.read(now, Tz::Europe__Berlin, offer);
        read.map(|at| at.format("%FT%TZ").to_string()).map_err(|problem| problem.code)
    }

    #[test]
    fn a_day_ends_with_its_last_second_in_the_brands_zone() {
        assert_eq!(read("", "2027-03-28", "").unwrap(), "2027-03-28T21:59:59Z");
        assert_eq!(read("date", "2027-03-27", "00:00").unwrap(), "2027-03-26T23:00:00Z");
        // Clocks jump over half past two; the first instant there is counts.
        assert_eq!(read("date", "2027-03-28", "02:30").unwrap(), "2027-03-28T01:00:00Z");
        assert_eq!(read("date", "", ""), Err("blank"));
        assert_eq!(read("date", "31.12.2026", ""), Err("invalid"));
        assert_eq!(read("date", "2026-12-31", "25:00"), Err("invalid"));
    }

    #[test]
    fn quick_choices_count_from_the_brands_day() {
        // In Berlin it is the 27th already.
        assert_eq!(read("days7", "", "").unwrap(), "2026-12-04T22:59:59Z");
        assert_eq!(read("month", "", "").unwrap(), "2026-11-30T22:59:59Z");
        assert_eq!(read("offer", "", "").unwrap(), "2027-03-31T21:59:59Z");
    }
}
