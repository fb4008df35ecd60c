//! Times of the v2 coupon family: ISO 8601 in the brand's zone, and days as their first instant there
//! (spec/api-conventions.md 8). A day that is sent back as it was told is the same day again.

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::base::calendar::{day_of, start_of_day};

/// An instant as the brand's clocks show it: `2024-06-25T06:51:13Z`, `2024-06-25T12:21:13+05:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2024-06-25T06:51:13Z")]
pub struct Local(DateTime<FixedOffset>);

/// A day as its first instant: `2024-06-25T00:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2024-06-25T00:00:00Z")]
pub struct DayStart(Local);

impl Local {
    /// An instant in a zone.
    pub fn at(at: DateTime<Utc>, zone: Tz) -> Self {
        let offset = at.with_timezone(&zone).offset().fix();
        Local(at.with_timezone(&offset))
    }
}

impl DayStart {
    /// A day of a zone.
    pub fn of_day(day: NaiveDate, zone: Tz) -> Self {
        DayStart(Local::at(start_of_day(day, zone), zone))
    }

    /// The day an instant falls on.
    pub fn at(at: DateTime<Utc>, zone: Tz) -> Self {
        DayStart::of_day(day_of(at, zone), zone)
    }
}

impl Serialize for Local {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl Serialize for DayStart {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_days_are_told_in_the_brands_zone() {
        let wire = |zone| {
            let at = "2024-05-02T20:02:28.9Z".parse().unwrap();
            let local = serde_json::to_string(&Local::at(at, zone)).unwrap();
            (local, serde_json::to_string(&DayStart::at(at, zone)).unwrap())
        };
        assert_eq!(
            wire(Tz::UTC),
            ("\"2024-05-02T20:02:28Z\"".into(), "\"2024-05-02T00:00:00Z\"".into())
        );
        assert_eq!(
            wire(Tz::Asia__Kolkata),
            ("\"2024-05-03T01:32:28+05:30\"".into(), "\"2024-05-03T00:00:00+05:30\"".into())
        );
        assert_eq!(wire(Tz::America__New_York).1, "\"2024-05-02T00:00:00-04:00\"");
    }
}
