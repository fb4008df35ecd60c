//! Amounts, instants and numbers as calls write them (spec/api-conventions.md 8, 9).
//!
//! Why a date without a time is a day of the brand's and not of UTC's: it names a day on somebody's
//! calendar. A time of day without an offset is UTC's, as the reference has it.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::api::{Fault, Faults, Node};
use crate::base::dates::{DayMeans, parse_instant};
use crate::coupons::refusal::{sentence, vendor_code};

/// The years instants may lie in: what the wire's texts can write.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// The refusal with this word, about a place of the body.
pub fn fault(word: &'static str, node: &Node<'_>) -> Fault {
    Fault::new(vendor_code(word), sentence(word)).at(node.path().to_owned())
}

/// A whole number, as number or as text; blank counts as absent.
pub fn number(node: &Node<'_>, faults: &mut Faults) -> Option<i64> {
    let blank = node.value().and_then(Value::as_str).is_some_and(|text| text.trim().is_empty());
    if blank { None } else { node.integer(faults) }
}

/// A text without spaces around; blank counts as absent, and more than so many characters are refused.
pub fn text(node: &Node<'_>, most: usize, faults: &mut Faults) -> Option<String> {
    let text = node.text(faults).trim().to_owned();
    if text.chars().count() > most {
        faults.add(fault("invalid", node));
    }
    Some(text).filter(|text| !text.is_empty())
}

/// An amount of money, as number or as text; blank counts as absent.
pub fn amount(node: &Node<'_>, faults: &mut Faults) -> Option<f64> {
    let text = node.text(faults);
    if text.trim().is_empty() {
        return None;
    }
    let read = text.trim().parse::<f64>().ok().filter(|amount| amount.is_finite());
    if read.is_none() {
        faults.add(fault("amount", node));
    }
    read
}

/// An instant: ISO 8601, `yyyy-MM-dd HH:mm:ss`, a date, or epoch milliseconds as number or text. A date
/// alone means its first or its last second in the brand's zone.
pub fn instant(
    node: &Node<'_>,
    zone: Tz,
    day: DayMeans,
    faults: &mut Faults,
) -> Option<DateTime<Utc>> {
    let text = node.text(faults);
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let read = written(text, zone, day).filter(|at| YEARS.contains(&at.year()));
    if read.is_none() {
        let words = format!("The value of '{}' must be a date.", node.path());
        faults.add(Fault::new(400, words).at(node.path().to_owned()));
    }
    read
}

fn written(text: &str, zone: Tz, day: DayMeans) -> Option<DateTime<Utc>> {
    if let Ok(milliseconds) = text.parse::<i64>() {
        return DateTime::from_timestamp_millis(milliseconds);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc).trunc_subsecs(6));
    }
    let zone = if text.len() > 10 { Tz::UTC } else { zone };
    parse_instant(text, zone, day).ok()
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;

    use super::*;

    #[test]
    fn instants_come_in_every_documented_spelling() {
        let zone = Tz::Asia__Kolkata;
        let read = |text: &str| {
            let at = written(text, zone, DayMeans::End);
            at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
        };
        let at = |text: &str| Some(text.to_owned());
        assert_eq!(read("2025-10-01T00:00:00+05:30"), at("2025-09-30T18:30:00Z"));
        assert_eq!(read("2025-10-30T10:00:00Z"), at("2025-10-30T10:00:00Z"));
        assert_eq!(read("2021-05-12 19:18:30"), at("2021-05-12T19:18:30Z"));
        assert_eq!(read("2021-05-12T19:18:30"), at("2021-05-12T19:18:30Z"));
        assert_eq!(read("2020-06-12"), at("2020-06-12T18:29:59Z"));
        assert_eq!(read("1724904056455"), at("2024-08-29T04:00:56Z"));
        assert_eq!(read("9999-12-31T23:59:59Z"), at("9999-12-31T23:59:59Z"));
        for bad in ["31/12/2024", "tomorrow", "2026-02-30", "2026-02-30T25:61:61"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
