//! Instants as people and machines write them: epoch seconds or milliseconds, ISO 8601 with an offset,
//! and, in the brand's zone, a date with or without a time.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::base::calendar;
use crate::base::problem::Fault;

/// What a text said about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// A whole day of the brand's zone.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

impl Typed {
    /// The instant meant when a day stands for its beginning.
    pub fn start(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Typed::Day(day) => calendar::start_of_day(day, zone),
            Typed::Instant(at) => at,
        }
    }

    /// The instant meant when a day stands for its end, 23:59:59.
    pub fn end(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Typed::Day(day) => calendar::last_second_of_day(day, zone),
            Typed::Instant(at) => at,
        }
    }
}

/// Numbers at or above this are milliseconds: as seconds they would lie beyond the year 5138.
const MILLISECONDS_FROM: f64 = 100_000_000_000.0;

/// Reads a text as a day or an instant.
pub fn read(text: &str, zone: Tz) -> Result<Typed, Fault> {
    let text = text.trim();
    let invalid = || Fault::invalid("Give a date such as 2026-12-31, with a time if needed");
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return in_range(Typed::Day(day), zone);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return in_range(Typed::Instant(at.with_timezone(&Utc)), zone);
    }
    let local =
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
            .into_iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    if let Some(local) = local {
        return in_range(Typed::Instant(calendar::instant(local, zone)), zone);
    }
    let at = decimal_epoch(text).ok_or_else(invalid)?;
    in_range(Typed::Instant(at), zone)
}

/// A date and a time typed in two boxes; an empty time leaves the whole day.
pub fn read_pair(date: &str, time: &str, zone: Tz) -> Result<Typed, Fault> {
    let date = read(date, zone)?;
    let (Typed::Day(day), false) = (date, time.trim().is_empty()) else { return Ok(date) };
    ["%H:%M:%S%.f", "%H:%M"]
        .into_iter()
        .find_map(|format| NaiveTime::parse_from_str(time.trim(), format).ok())
        .map(|time| Typed::Instant(calendar::instant(day.and_time(time), zone)))
        .ok_or_else(|| Fault::invalid("Give a time such as 09:30"))
}

/// Years that every door can carry.
fn in_range(typed: Typed, zone: Tz) -> Result<Typed, Fault> {
    use chrono::Datelike;
    let year = calendar::day_of(typed.start(zone), zone).year();
    let fits = (1..=9999).contains(&year);
    fits.then_some(typed).ok_or_else(|| Fault::invalid("The year must lie between 1 and 9999"))
}

/// Epoch seconds with a fraction, or milliseconds, kept to the microsecond.
fn decimal_epoch(text: &str) -> Option<DateTime<Utc>> {
    let plain = text.trim_start_matches('-');
    if plain.is_empty() || !plain.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    seconds(if number.abs() >= MILLISECONDS_FROM { number / 1000.0 } else { number })
}

fn seconds(number: f64) -> Option<DateTime<Utc>> {
    let micros = (number * 1e6).round();
    (micros.abs() < 3e17).then_some(micros as i64).and_then(DateTime::from_timestamp_micros)
}

/// An instant as a JSON number of epoch seconds; a fraction only where there is one.
pub fn epoch(at: DateTime<Utc>) -> Value {
    let micros = at.timestamp_micros();
    if micros % 1_000_000 == 0 {
        Value::from(micros / 1_000_000)
    } else {
        Value::from(micros as f64 / 1e6)
    }
}

/// Reads [`epoch`] back: a number is always seconds here. Texts that [`read`] knows are taken as well.
pub fn from_epoch(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::Number(number) => seconds(number.as_f64()?),
        Value::String(text) => read(text, Tz::UTC).ok().map(|typed| typed.start(Tz::UTC)),
        _ => None,
    }
}

/// How a form shows the date of an instant.
pub fn date_box(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d").to_string()
}

/// How a form shows the time of an instant, seconds only where there are some.
pub fn time_box(at: DateTime<Utc>, zone: Tz) -> String {
    use chrono::Timelike;
    let local = at.with_timezone(&zone);
    let format = if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    local.format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BERLIN: Tz = Tz::Europe__Berlin;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn texts_of_every_kind_are_read() {
        let noon = Ok(Typed::Instant(at("2023-11-03T21:51:00Z")));
        for text in [
            "1699048260",
            "1699048260000",
            "1699048260.000000000",
            "2023-11-03T21:51:00.000Z",
            "2023-11-03 22:51:00",
            "2023-11-03T22:51",
            " 2023-11-03T22:51:00+01:00 ",
        ] {
            assert_eq!(read(text, BERLIN), noon, "{text}");
        }
        assert_eq!(read("2026-12-31", BERLIN).unwrap().end(BERLIN), at("2026-12-31T22:59:59Z"));
        assert_eq!(
            read_pair("2026-12-31", "", BERLIN).unwrap().start(BERLIN),
            at("2026-12-30T23:00:00Z")
        );
        assert_eq!(
            read_pair("2026-12-31", "09:30", BERLIN).unwrap().start(BERLIN),
            at("2026-12-31T08:30:00Z")
        );
        for text in ["", "soon", "31.12.2026", "2026-13-01", "-", "1e9", "99999999999999999999"] {
            assert!(read(text, BERLIN).is_err(), "{text}");
        }
        assert!(read_pair("2026-12-31", "25:00", BERLIN).is_err());
    }

    proptest! {
        #[test]
        fn epoch_numbers_keep_the_microsecond(micros in -4_000_000_000_000_000i64..4_000_000_000_000_000) {
            let at = DateTime::from_timestamp_micros(micros).unwrap();
            prop_assert_eq!(from_epoch(&epoch(at)), Some(at));
        }

        #[test]
        fn epoch_numbers_keep_the_second_to_the_year_9999(second in -60_000_000_000i64..253_402_300_799) {
            let at = DateTime::from_timestamp(second, 0).unwrap();
            prop_assert_eq!(from_epoch(&epoch(at)), Some(at));
        }
    }
}
