//! How a moment may be written in a file or a field, and which moment that is.
//!
//! Why no `31/12/2024`: half the world reads `03/04/2024` as April and half as March, and a wrong
//! guess is silent. It is refused with what to write instead.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use chrono_tz::Tz;

use super::calendar;
use super::problem::Fault;

/// What is allowed, for people.
pub const ALLOWED: &str = "Write 2024-12-31, 2024-12-31 18:30:00, 2024-12-31T18:30:00Z \
     or seconds since 1970; without an offset it is the brand's time";

/// Numbers from here on are milliseconds: as seconds they would lie beyond the year 5000.
const MILLISECONDS_FROM: f64 = 1e11;

/// What a date without a time of day means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayMeans {
    /// The first instant of the day.
    Start,
    /// Its last whole second.
    End,
}

/// Reads an instant: ISO 8601 with an offset, a local time or a date in the brand's zone, or epoch
/// seconds or milliseconds, told apart by size. Kept to the microsecond.
pub fn parse_instant(text: &str, zone: Tz, day: DayMeans) -> Result<DateTime<Utc>, Fault> {
    let text = text.trim();
    let at = epoch(text).or_else(|| civil(text, zone, day)).ok_or_else(|| refusal(text))?;
    if (1900..=2200).contains(&at.year()) {
        Ok(at.trunc_subsecs(6))
    } else {
        Err(Fault::new("year", "The year must be between 1900 and 2200"))
    }
}

fn refusal(text: &str) -> Fault {
    let parts: Vec<&str> = text.split(['/', '.']).collect();
    let digits = |part: &&str| part.trim().starts_with(|c: char| c.is_ascii_digit());
    if parts.len() >= 3 && parts[..3].iter().all(digits) {
        Fault::new("ambiguous_date", format!("Day and month could be either way round. {ALLOWED}"))
    } else {
        Fault::new("not_a_date", format!("Not a date. {ALLOWED}"))
    }
}

/// Digits with at most one point. Four digits alone are a year, not a moment in 1970.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() < 5 || whole.len() > 15 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let sign = if unsigned.len() < text.len() { -1 } else { 1 };
    let number: i64 = whole.parse().ok()?;
    let millionths: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let micros = if number as f64 >= MILLISECONDS_FROM {
        number * 1_000 + millionths / 1_000
    } else {
        number * 1_000_000 + millionths
    };
    DateTime::from_timestamp_micros(sign * micros)
}

/// A date, a time of day, and how far ahead of UTC it is said to be.
///
/// Read by hand: files have millions of these, and trying one format after the other costs more than
/// all else that is done with a row.
fn civil(text: &str, zone: Tz, day: DayMeans) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i32::try_from(number(&bytes[..4])?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..10])?)?;
    let Some(separator) = bytes.get(10) else {
        return Some(match day {
            DayMeans::Start => calendar::start_of_day(date, zone),
            DayMeans::End => calendar::last_second_of_day(date, zone),
        });
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let (time, rest) = time_of_day(&bytes[11..])?;
    let local = NaiveDateTime::new(date, time);
    match offset(rest)? {
        None => Some(calendar::instant(local, zone)),
        Some(ahead) => local.checked_sub_signed(ahead).map(|utc| utc.and_utc()),
    }
}

/// Nothing but digits, as a number.
fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// `18:30`, `18:30:00` or `18:30:00.123`, and what stands behind it.
fn time_of_day(bytes: &[u8]) -> Option<(NaiveTime, &[u8])> {
    if bytes.len() < 5 || bytes[2] != b':' {
        return None;
    }
    let (hour, minute) = (number(&bytes[..2])?, number(&bytes[3..5])?);
    let (mut second, mut nano, mut rest) = (0, 0, &bytes[5..]);
    if let [b':', behind @ ..] = rest {
        second = number(behind.get(..2)?)?;
        rest = &behind[2..];
        if let [b'.' | b',', behind @ ..] = rest {
            let length = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let shown = &behind[..length.min(9)];
            nano = number(shown)? * 10u32.pow(9 - u32::try_from(shown.len()).ok()?);
            rest = &behind[length..];
        }
    }
    Some((NaiveTime::from_hms_nano_opt(hour, minute, second, nano)?, rest))
}

/// `Z`, `UTC`, `+05:30`, `+0530` or `+05`, after a space or not; the inner `None` is no offset at all.
fn offset(bytes: &[u8]) -> Option<Option<Duration>> {
    let bytes = bytes.trim_ascii_start();
    let (sign, digits) = match bytes {
        [] => return Some(None),
        [b'Z' | b'z'] | b"UTC" => return Some(Some(Duration::zero())),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (number(digits)?, 0),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        5 if digits[2] == b':' => (number(&digits[..2])?, number(&digits[3..])?),
        _ => return None,
    };
    let ahead = i64::from(hours) * 60 + i64::from(minutes);
    (hours < 24 && minutes < 60).then(|| Some(Duration::minutes(sign * ahead)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, zone: Tz) -> String {
        match parse_instant(text, zone, DayMeans::Start) {
            Ok(at) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            Err(fault) => fault.code.to_owned(),
        }
    }

    #[test]
    fn every_allowed_spelling_is_the_moment_it_says() {
        for (text, instant) in [
            ("2023-11-03T21:51:00.192Z", "2023-11-03T21:51:00.192Z"),
            ("2023-11-03T21:51:00+05:30", "2023-11-03T16:21:00Z"),
            ("2023-11-03T21:51:00+0530", "2023-11-03T16:21:00Z"),
            ("2023-11-03 21:51:00 +0100", "2023-11-03T20:51:00Z"),
            ("2023-07-03 21:51:00", "2023-07-03T19:51:00Z"),
            ("2015-02-03T16:41:10.170", "2015-02-03T15:41:10.170Z"),
            ("2023-11-03 21:51", "2023-11-03T20:51:00Z"),
            ("2023-11-03T21:51-02", "2023-11-03T23:51:00Z"),
            ("2023-11-03 21:51:00 UTC", "2023-11-03T21:51:00Z"),
            ("2023-11-03T21:51:00.123456789Z", "2023-11-03T21:51:00.123456Z"),
            ("2023-11-03", "2023-11-02T23:00:00Z"),
            ("1757777926", "2025-09-13T15:38:46Z"),
            ("1716803487.5", "2024-05-27T09:51:27.500Z"),
            ("1716803487000", "2024-05-27T09:51:27Z"),
            ("1716803487000.25", "2024-05-27T09:51:27.000250Z"),
            ("-86400", "1969-12-31T00:00:00Z"),
            (" 1674292011 ", "2023-01-21T09:06:51Z"),
        ] {
            assert_eq!(at(text, Tz::Europe__Berlin), instant, "{text}");
        }
    }

    #[test]
    fn what_could_be_two_moments_or_none_is_refused_with_the_way_out() {
        for (text, code) in [
            ("31/12/2024", "ambiguous_date"),
            ("03.04.2024", "ambiguous_date"),
            ("03/04/2024 10:00", "ambiguous_date"),
            ("2024-02-30", "not_a_date"),
            ("2024", "not_a_date"),
            ("yesterday", "not_a_date"),
            ("", "not_a_date"),
            ("24-01-05", "not_a_date"),
            ("2024-01-05 25:00:00", "not_a_date"),
            ("2024-01-05T10:00:00+25:00", "not_a_date"),
            ("2024-01-05T10:00:00 soon", "not_a_date"),
            ("2024-01-05T10", "not_a_date"),
            ("2024-01-05T10:00:00.", "not_a_date"),
            ("2024-01-0é", "not_a_date"),
            ("9999-12-31", "year"),
            ("1899-12-31", "year"),
            ("99999999999", "year"),
            ("999999999999999", "year"),
        ] {
            assert_eq!(at(text, Tz::UTC), code, "{text}");
        }
        let told = parse_instant("1/2/2024", Tz::UTC, DayMeans::Start).unwrap_err();
        assert!(told.message.contains("2024-12-31 18:30:00"));
    }

    #[test]
    fn a_bare_date_is_the_whole_day_in_the_brands_zone_even_when_clocks_change() {
        let end = |text, zone| parse_instant(text, zone, DayMeans::End).unwrap().to_rfc3339();
        assert_eq!(end("2024-03-31", Tz::Europe__Berlin), "2024-03-31T21:59:59+00:00");
        assert_eq!(at("2018-11-04", Tz::America__Sao_Paulo), "2018-11-04T03:00:00Z");
        assert_eq!(end("2018-11-03", Tz::America__Sao_Paulo), "2018-11-04T02:59:59+00:00");
        // 02:30 does not exist on that night; it is read as the moment the clocks jumped to.
        assert_eq!(at("2024-03-31 02:30:00", Tz::Europe__Berlin), "2024-03-31T01:00:00Z");
    }
}
