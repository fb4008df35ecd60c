//! On which days of the month, days of the week and hours a series may be redeemed: the wire's
//! `redemptionRange`, kept as it was sent (spec/coupons.md 3). In the brand's zone; 0 is Sunday.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::base::problem::Fault;

/// What a series without any restriction has.
pub const ANY: &str = r#"{"dom":["-1"],"dow":["-1"],"hours":["-1"]}"#;

/// Days and hours, as sent and as read. An empty list allows all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    text: String,
    days: Vec<u32>,
    weekdays: Vec<u32>,
    hours: Vec<u32>,
}

impl Default for Range {
    fn default() -> Self {
        Range { text: ANY.to_owned(), days: Vec::new(), weekdays: Vec::new(), hours: Vec::new() }
    }
}

impl Range {
    /// Reads the JSON text: numbers or texts, alone or in a list; −1 stands for all.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.trim().is_empty() {
            return Ok(Range::default());
        }
        let wrong = || Fault::invalid("The redemption range must list days, weekdays and hours");
        let value: Value = serde_json::from_str(text).map_err(|_| wrong())?;
        let map = value.as_object().ok_or_else(wrong)?;
        let part = |key: &str, least, most| part(map.get(key), least, most).ok_or_else(wrong);
        Ok(Range {
            text: text.to_owned(),
            days: part("dom", 1, 31)?,
            weekdays: part("dow", 0, 6)?,
            hours: part("hours", 0, 23)?,
        })
    }

    /// From what a form lets choose; empty lists allow all.
    pub fn of(days: &[u32], weekdays: &[u32], hours: &[u32]) -> Self {
        let list = |numbers: &[u32]| match numbers {
            [] => vec!["-1".to_owned()],
            _ => numbers.iter().map(u32::to_string).collect(),
        };
        let text = serde_json::json!({
            "dom": list(days), "dow": list(weekdays), "hours": list(hours)
        });
        Range {
            text: text.to_string(),
            days: days.to_vec(),
            weekdays: weekdays.to_vec(),
            hours: hours.to_vec(),
        }
    }

    /// As it was sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Days of the month; empty: all.
    pub fn days(&self) -> &[u32] {
        &self.days
    }

    /// Days of the week from 0, Sunday; empty: all.
    pub fn weekdays(&self) -> &[u32] {
        &self.weekdays
    }

    /// Hours of the day; empty: all.
    pub fn hours(&self) -> &[u32] {
        &self.hours
    }

    /// Whether an instant lies in it.
    pub fn allows(&self, at: DateTime<Utc>, zone: Tz) -> bool {
        let local = at.with_timezone(&zone);
        let within = |allowed: &[u32], is: u32| allowed.is_empty() || allowed.contains(&is);
        within(&self.days, local.day())
            && within(&self.weekdays, local.weekday().num_days_from_sunday())
            && within(&self.hours, local.hour())
    }
}

fn part(value: Option<&Value>, least: u32, most: u32) -> Option<Vec<u32>> {
    let items = match value {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let number = |item: &Value| item.as_i64().or_else(|| item.as_str()?.trim().parse().ok());
    let mut numbers: Vec<i64> = items.iter().map(number).collect::<Option<_>>()?;
    if numbers.contains(&-1) {
        numbers.clear();
    }
    let fits = |number: i64| u32::try_from(number).ok().filter(|n| (least..=most).contains(n));
    let mut fitting: Vec<u32> = numbers.into_iter().map(fits).collect::<Option<_>>()?;
    fitting.sort_unstable();
    fitting.dedup();
    Some(fitting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn every_spelling_of_the_reference_is_read() {
        for text in
            [ANY, r#"{"dom" : [-1], "dow": -1, "hours": ["-1"]}"#, r#"{"dom": []}"#, "{}", ""]
        {
            let range = Range::parse(text).unwrap();
            assert!(range.allows(at("2026-11-26T09:00:00Z"), Tz::UTC), "{text}");
        }
        let one = Range::parse(r#"{"dom" : 1, "dow": ["0"], "hours": [1, "2"]}"#).unwrap();
        assert_eq!((one.days(), one.weekdays(), one.hours()), (&[1][..], &[0][..], &[1, 2][..]));
        for bad in [
            r#"{"dom":[32]}"#,
            r#"{"dow":[7]}"#,
            r#"{"hours":[24]}"#,
            "[]",
            "x",
            r#"{"dom":[0]}"#,
            r#"{"dom":"a"}"#,
        ] {
            assert!(Range::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_and_hours_are_those_of_the_brand() {
        // Sunday, 1 November 2026 in Auckland is still Saturday in UTC.
        let sunday = Range::of(&[], &[0], &[]);
        let instant = at("2026-10-31T11:30:00Z");
        assert!(sunday.allows(instant, Tz::Pacific__Auckland));
        assert!(!sunday.allows(instant, Tz::UTC));
        // 02:30 in Berlin does not exist on 29 March 2026: hour 2 never comes, hour 3 does.
        let two = Range::of(&[], &[], &[2]);
        assert!(!two.allows(at("2026-03-29T01:30:00Z"), Tz::Europe__Berlin));
        // In October it comes twice.
        assert!(two.allows(at("2026-10-25T00:30:00Z"), Tz::Europe__Berlin));
        assert!(two.allows(at("2026-10-25T01:30:00Z"), Tz::Europe__Berlin));
    }

    proptest! {
        #[test]
        fn what_a_form_chose_is_read_back(
            days in prop::collection::btree_set(1u32..=31, 0..5),
            weekdays in prop::collection::btree_set(0u32..=6, 0..5),
            hours in prop::collection::btree_set(0u32..=23, 0..5),
        ) {
            let list = |set: &std::collections::BTreeSet<u32>| set.iter().copied().collect::<Vec<_>>();
            let range = Range::of(&list(&days), &list(&weekdays), &list(&hours));
            prop_assert_eq!(Range::parse(range.text()).unwrap(), range);
        }
    }
}
