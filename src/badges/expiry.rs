//! When an enrolment or an issued badge ends (spec/badges.md 4.2). Stored and sent in the wire's shape.

use chrono::{DateTime, Duration, Months, Utc};
use serde::{Deserialize, Serialize};

use crate::badges::limits::Unit;
use crate::badges::times;
use crate::base::calendar::add_months;

/// A rule for the end of one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// On a given instant, the same for everybody.
    OnDate(DateTime<Utc>),
    /// When the badge itself ends, wherever that end moves.
    WithBadge,
    /// Some time after it was given.
    After {
        /// Days, weeks or months.
        unit: Unit,
        /// How many, at least one.
        value: u32,
    },
    /// Never; kept as a hundred years.
    Never,
}

impl Expiry {
    /// When an instance ends. `base` is what a relative rule counts from: the processing time for an
    /// issued badge, the event date for an enrolment; `processed` is always the processing time.
    pub fn instance_expiry(
        self,
        base: DateTime<Utc>,
        processed: DateTime<Utc>,
        badge_end: DateTime<Utc>,
    ) -> DateTime<Utc> {
        match self {
            Expiry::OnDate(at) => at,
            Expiry::WithBadge => badge_end,
            Expiry::After { unit, value } => unit.after(base, value),
            Expiry::Never => add_months(processed, 1200),
        }
    }
}

impl Unit {
    /// `count` units later: days of 24 hours, weeks of seven, calendar months clamped to the last day.
    pub fn after(self, at: DateTime<Utc>, count: u32) -> DateTime<Utc> {
        let days = |days: i64| at.checked_add_signed(Duration::days(days));
        match self {
            Unit::Days => days(i64::from(count)),
            Unit::Weeks => days(7 * i64::from(count)),
            Unit::Months => at.checked_add_months(Months::new(count)),
        }
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The wire's shape, which is also the stored one.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    expiry_type: String,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_on: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expire_with_badge_meta: Option<bool>,
    #[serde(
        rename = "relativeExpirytype",
        alias = "relativeExpiryType",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    unit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<u32>,
}

impl Serialize for Expiry {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut wire = Wire {
            expiry_type: "ABSOLUTE".to_owned(),
            kind: None,
            expires_on: None,
            expire_with_badge_meta: None,
            unit: None,
            value: None,
        };
        match self {
            Expiry::OnDate(at) => {
                wire.kind = Some("FIXED_DATE".to_owned());
                wire.expires_on = Some(times::epoch(*at));
                wire.expire_with_badge_meta = Some(false);
            }
            Expiry::WithBadge => {
                wire.kind = Some("WITH_BADGE_META".to_owned());
                wire.expires_on = Some(serde_json::Value::Null);
                wire.expire_with_badge_meta = Some(true);
            }
            Expiry::After { unit, value } => {
                wire.expiry_type = "RELATIVE".to_owned();
                wire.unit = Some(unit.wire().to_owned());
                wire.value = Some(*value);
            }
            Expiry::Never => wire.expiry_type = "NEVER".to_owned(),
        }
        wire.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Expiry {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(from)?;
        let read = match wire.expiry_type.as_str() {
            "ABSOLUTE" if wire.expire_with_badge_meta == Some(true) => Some(Expiry::WithBadge),
            "ABSOLUTE" => wire.expires_on.as_ref().and_then(times::from_epoch).map(Expiry::OnDate),
            "RELATIVE" => wire
                .unit
                .and_then(|unit| unit.parse().ok())
                .zip(wire.value)
                .map(|(unit, value)| Expiry::After { unit, value }),
            "NEVER" => Some(Expiry::Never),
            _ => None,
        };
        read.ok_or_else(|| serde::de::Error::custom("not an expiry rule"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn rules_travel_in_the_shape_of_the_wire() {
        let shapes = [
            (
                Expiry::OnDate(at("2024-09-20T10:00:00Z")),
                r#"{"expiryType":"ABSOLUTE","type":"FIXED_DATE","expiresOn":1726826400,"expireWithBadgeMeta":false}"#,
            ),
            (
                Expiry::WithBadge,
                r#"{"expiryType":"ABSOLUTE","type":"WITH_BADGE_META","expiresOn":null,"expireWithBadgeMeta":true}"#,
            ),
            (
                Expiry::After { unit: Unit::Weeks, value: 2 },
                r#"{"expiryType":"RELATIVE","relativeExpirytype":"WEEKS","value":2}"#,
            ),
            (Expiry::Never, r#"{"expiryType":"NEVER"}"#),
        ];
        for (rule, text) in shapes {
            assert_eq!(serde_json::to_string(&rule).unwrap(), text);
            assert_eq!(serde_json::from_str::<Expiry>(text).unwrap(), rule);
        }
        let micros = Expiry::OnDate(at("2024-09-20T10:00:00.123456Z"));
        let text = serde_json::to_string(&micros).unwrap();
        assert_eq!(serde_json::from_str::<Expiry>(&text).unwrap(), micros);
        assert!(
            serde_json::from_str::<Expiry>(r#"{"expiryType":"ABSOLUTE","type":"FIXED_DATE"}"#)
                .is_err()
        );
    }

    #[test]
    fn instances_end_as_the_documented_examples_do() {
        let (event, processed) = (at("2024-10-10T08:30:00Z"), at("2024-10-20T09:00:00Z"));
        let end = at("2024-10-15T00:00:00Z");
        let two_days = Expiry::After { unit: Unit::Days, value: 2 };
        // An enrolment counts from its event, an issued badge from its processing.
        assert_eq!(two_days.instance_expiry(event, processed, end), at("2024-10-12T08:30:00Z"));
        assert_eq!(two_days.instance_expiry(processed, processed, end), at("2024-10-22T09:00:00Z"));
        assert_eq!(Expiry::WithBadge.instance_expiry(event, processed, end), end);
        assert_eq!(
            Expiry::Never.instance_expiry(event, processed, end),
            at("2124-10-20T09:00:00Z")
        );
        let month = Expiry::After { unit: Unit::Months, value: 1 };
        assert_eq!(
            month.instance_expiry(at("2024-01-31T12:00:00Z"), processed, end),
            at("2024-02-29T12:00:00Z")
        );
    }
}
