//! Times of the badge family: JSON numbers of epoch seconds with nine decimals, and their ISO twins
//! (spec/badges.md 2.5).

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// An instant as `1716803487.000000000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = f64, example = 1_716_803_487.0)]
pub struct Moment(pub DateTime<Utc>);

/// The same instant as `2024-05-27T09:51:27Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2024-05-27T09:51:27Z")]
pub struct Iso(pub DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Whole seconds and a positive fraction: before 1970 the two differ in sign, so count nanoseconds.
        let nanos = i128::from(self.0.timestamp()) * 1_000_000_000
            + i128::from(self.0.timestamp_subsec_nanos());
        let sign = if nanos < 0 { "-" } else { "" };
        let size = nanos.unsigned_abs();
        let text = format!("{sign}{}.{:09}", size / 1_000_000_000, size % 1_000_000_000);
        RawValue::from_string(text).map_err(serde::ser::Error::custom)?.serialize(to)
    }
}

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0.format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_decimals_on_either_side_of_1970() {
        let wire = |text: &str| {
            let at = text.parse().unwrap();
            (serde_json::to_string(&Moment(at)).unwrap(), serde_json::to_string(&Iso(at)).unwrap())
        };
        assert_eq!(
            wire("2024-05-27T09:51:27Z"),
            ("1716803487.000000000".into(), "\"2024-05-27T09:51:27Z\"".into())
        );
        assert_eq!(wire("2024-04-23T05:38:08.811401Z").0, "1713850688.811401000");
        assert_eq!(wire("1969-12-31T23:59:59.750Z").0, "-0.250000000");
    }
}
