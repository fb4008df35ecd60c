//! A customer as typed into the form.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use crate::base::calendar;
use crate::base::problem::{Fault, Problem, Problems};
use crate::customers::customer::{Customer, Fields, LONGEST_NAME, Profile};
use crate::customers::identifier::{Identifier, IdentifierKind, clean};

/// The most custom fields of one customer, and the longest name and value of one.
const MOST_FIELDS: usize = 100;
const LONGEST_FIELD: usize = 100;
const LONGEST_VALUE: usize = 2000;

/// A customer as typed: still text, so it can be shown again as it was. Keys are those of the file.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Draft {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Mobile number.
    pub mobile: String,
    /// E-mail address.
    pub email: String,
    /// The brand's own id.
    pub external_id: String,
    /// Card number.
    pub card_number: String,
    /// The day they joined, in the brand's zone.
    pub registered_on: String,
    /// Names of custom fields.
    pub field_name: Vec<String>,
    /// Their values, side by side.
    pub field_value: Vec<String>,
    /// The version that was read; empty for a new customer.
    pub version: String,
}

impl Draft {
    /// The form of a customer as they are.
    pub fn of(customer: &Customer, zone: Tz) -> Self {
        let profile = &customer.profile;
        let value =
            |kind| profile.identifier(kind).map(|found| found.value.clone()).unwrap_or_default();
        let day = profile.registered_on.map(|at| calendar::day_of(at, zone).to_string());
        Draft {
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            mobile: value(IdentifierKind::Mobile),
            email: value(IdentifierKind::Email),
            external_id: value(IdentifierKind::ExternalId),
            card_number: value(IdentifierKind::CardNumber),
            registered_on: day.unwrap_or_default(),
            field_name: profile.fields.keys().cloned().collect(),
            field_value: profile.fields.values().map(text_of).collect(),
            version: customer.version.to_string(),
        }
    }

    /// What was typed for a kind of identifier.
    pub fn typed(&self, kind: IdentifierKind) -> &str {
        match kind {
            IdentifierKind::Mobile => &self.mobile,
            IdentifierKind::Email => &self.email,
            IdentifierKind::ExternalId => &self.external_id,
            IdentifierKind::CardNumber => &self.card_number,
            _ => "",
        }
    }

    /// The rows of custom fields, with `spare` empty ones behind them.
    pub fn rows(&self, spare: usize) -> Vec<(String, String)> {
        let value = |at: usize| self.field_value.get(at).cloned().unwrap_or_default();
        let filled = self.field_name.iter().enumerate();
        let mut rows: Vec<_> = filled
            .map(|(at, name)| (name.clone(), value(at)))
            .filter(|(name, value)| !name.trim().is_empty() || !value.trim().is_empty())
            .collect();
        rows.extend(vec![Default::default(); spare]);
        rows
    }

    /// The profile that `before` becomes, or everything that is wrong.
    pub fn check(&self, before: &Profile, zone: Tz) -> Result<Profile, Problems> {
        let mut problems = Problems::default();
        let mut after = before.clone();
        if let Some(name) = problems.check("firstName", name(&self.first_name)) {
            after.first_name = name;
        }
        if let Some(name) = problems.check("lastName", name(&self.last_name)) {
            after.last_name = name;
        }
        for kind in IdentifierKind::TYPED {
            let typed = clean(self.typed(kind));
            if typed.is_empty() {
                after.put(kind, None);
            } else if let Some(read) = problems.check(kind.word(), Identifier::parse(kind, &typed))
            {
                after.put(kind, Some(read));
            }
        }
        if let Some(day) = problems.check("registeredOn", day(&self.registered_on)) {
            after.registered_on = joined(before.registered_on, day, zone);
        }
        after.fields = self.check_fields(&before.fields, &mut problems);
        if problems.is_empty() && after.name().is_empty() && after.identifiers.is_empty() {
            let words = "Give a name, or at least one identifier to find the customer by";
            problems.push(Problem::whole("blank", words));
        }
        problems.into_result().map(|()| after)
    }

    fn check_fields(&self, before: &Fields, problems: &mut Problems) -> Fields {
        let mut fields = Fields::new();
        for (row, (name, typed)) in self.rows(0).into_iter().enumerate() {
            let (name, typed) = (clean(&name), typed.trim().replace('\0', ""));
            let fault = match () {
                () if typed.is_empty() => continue,
                () if name.is_empty() => Some(Fault::blank("Name this field, or empty its value")),
                () if name.chars().count() > LONGEST_FIELD => Some(too_long(LONGEST_FIELD)),
                () if typed.chars().count() > LONGEST_VALUE => Some(too_long(LONGEST_VALUE)),
                () if fields.contains_key(&name) => {
                    Some(Fault::taken(format!("“{name}” stands here twice")))
                }
                () if fields.len() >= MOST_FIELDS => {
                    Some(Fault::new("too_many", format!("Keep at most {MOST_FIELDS} fields")))
                }
                () => None,
            };
            if let Some(fault) = fault {
                problems.add(field_key(row), fault);
                continue;
            }
            // A value that was not touched keeps its type: another system may have sent a number.
            let kept = before.get(&name).filter(|value| text_of(value) == typed).cloned();
            fields.insert(name, kept.unwrap_or(Value::String(typed)));
        }
        fields
    }
}

/// The key of a row of custom fields in the form and in problems.
pub fn field_key(row: usize) -> Cow<'static, str> {
    Cow::Owned(format!("fieldName{row}"))
}

/// A custom field's value as people read it.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn too_long(most: usize) -> Fault {
    Fault::new("too_long", format!("Use at most {most} characters"))
}

/// The form says what a file cuts silently.
fn name(typed: &str) -> Result<String, Fault> {
    let name = clean(typed);
    if name.chars().count() > LONGEST_NAME { Err(too_long(LONGEST_NAME)) } else { Ok(name) }
}

fn day(typed: &str) -> Result<Option<NaiveDate>, Fault> {
    match typed.trim() {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| Fault::invalid("Write a day such as 2024-12-31"))
        }
    }
}

/// The start of the day, unless it is the day that was known: then the instant stays.
fn joined(
    before: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
    zone: Tz,
) -> Option<DateTime<Utc>> {
    let same = |at: &DateTime<Utc>| Some(calendar::day_of(*at, zone)) == day;
    before.filter(same).or_else(|| day.map(|day| calendar::start_of_day(day, zone)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(change: impl FnOnce(&mut Draft)) -> Draft {
        let mut draft = Draft { first_name: "Amara".into(), ..Draft::default() };
        change(&mut draft);
        draft
    }

    fn faults(draft: &Draft) -> Vec<String> {
        let problems = draft.check(&Profile::default(), Tz::UTC).unwrap_err();
        problems.iter().map(|p| format!("{:?} {}", p.field.as_deref(), p.code)).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let bad = draft(|d| {
            d.last_name = "x".repeat(101);
            d.mobile = "call me".into();
            d.email = "amara".into();
            d.registered_on = "31/12/2024".into();
            d.field_name = vec!["Size".into(), String::new(), "Size".into()];
            d.field_value = vec!["M".into(), "red".into(), "L".into()];
        });
        assert_eq!(
            faults(&bad),
            [
                r#"Some("lastName") too_long"#,
                r#"Some("mobile") invalid"#,
                r#"Some("email") invalid"#,
                r#"Some("registeredOn") invalid"#,
                r#"Some("fieldName1") blank"#,
                r#"Some("fieldName2") taken"#,
            ]
        );
    }

    #[test]
    fn nobody_at_all_is_no_customer() {
        assert_eq!(faults(&Draft::default()), ["None blank"]);
    }

    #[test]
    fn what_was_not_touched_stays_as_it_was() {
        let zone = Tz::Europe__Berlin;
        let before = Profile {
            first_name: "Amara".into(),
            registered_on: DateTime::from_timestamp(1_793_493_840, 0),
            fields: Fields::from_iter([("visits".to_owned(), Value::from(3))]),
            ..Profile::default()
        };
        let same = draft(|d| {
            d.registered_on = "2026-11-01".into();
            d.field_name = vec!["visits".into()];
            d.field_value = vec!["3".into()];
        });
        assert_eq!(same.check(&before, zone), Ok(before.clone()));
        let moved = draft(|d| d.registered_on = "2026-11-02".into());
        let after = moved.check(&before, zone).unwrap();
        assert_eq!(after.registered_on.unwrap().to_rfc3339(), "2026-11-01T23:00:00+00:00");
        assert!(after.fields.is_empty());
    }
}
