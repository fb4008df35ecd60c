//! Custom fields: what a brand asks about its badges beside what we ask (spec/badges.md 4.5, 9.20).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::badges::badge::Stamp;
use crate::badges::{codes, times};
use crate::base::ids::FieldId;
use crate::base::problem::{Fault, Problems};

/// What a custom field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// True or false.
    Boolean,
    /// An instant.
    Date,
    /// A whole number.
    Integer,
    /// Any text.
    Text,
}

impl DataType {
    /// All four, in the order of the screen.
    pub const ALL: [DataType; 4] =
        [DataType::Boolean, DataType::Date, DataType::Integer, DataType::Text];

    /// As stored and sent.
    pub const fn wire(self) -> &'static str {
        match self {
            DataType::Boolean => "BOOLEAN",
            DataType::Date => "DATE",
            DataType::Integer => "INTEGER",
            DataType::Text => "STRING",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            DataType::Boolean => "Boolean",
            DataType::Date => "Date",
            DataType::Integer => "Number",
            DataType::Text => "String",
        }
    }

    /// Checks a value; what comes back is stored as it stands.
    pub fn check(self, value: &str) -> Result<String, Fault> {
        let value = value.trim();
        match self {
            DataType::Text => Ok(value.to_owned()),
            DataType::Boolean => match value.to_ascii_lowercase().as_str() {
                "true" => Ok("true".to_owned()),
                "false" => Ok("false".to_owned()),
                _ => Err(Fault::new("not_boolean", "Give true or false")),
            },
            DataType::Integer => {
                let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
                let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                whole
                    .then(|| value.to_owned())
                    .ok_or_else(|| Fault::new("not_number", "Give a whole number"))
            }
            DataType::Date => {
                let local = NaiveDateTime::parse_from_str(value, "%Y-%m-%d %H:%M:%S").is_ok();
                let iso = value.contains('-') && times::read(value, chrono_tz::Tz::UTC).is_ok();
                (local || iso).then(|| value.to_owned()).ok_or_else(|| {
                    Fault::new("not_date", "Give a date such as 2026-12-31 or 2026-12-31 18:00:00")
                })
            }
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for DataType {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let wanted = text.trim();
        DataType::ALL
            .into_iter()
            .find(|kind| kind.wire().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| codes::fault("field_type_blank"))
    }
}

/// A custom field as defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id.
    pub id: FieldId,
    /// Unique among active fields, letter by letter.
    pub name: String,
    /// What it holds; never changes.
    pub data_type: DataType,
    /// Whether every badge has it; then there is a default.
    pub mandatory: bool,
    /// What a badge without a value of its own has.
    pub default_value: Option<String>,
    /// Disabled fields are gone from every screen and never come back.
    pub active: bool,
    /// Rises with each change.
    pub version: i64,
    /// Who made and last changed it.
    pub stamp: Stamp,
}

impl Field {
    /// What a badge shows for this field: its own value, or the default where the field is mandatory.
    pub fn shown<'a>(&'a self, values: &'a BTreeMap<FieldId, String>) -> Option<&'a str> {
        let own = values.get(&self.id).map(String::as_str);
        own.or_else(|| self.default_value.as_deref().filter(|_| self.mandatory))
    }
}

/// A custom field as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldDraft {
    /// Its name.
    pub name: String,
    /// The wire's word for its type.
    pub data_type: String,
    /// `true`, `on` or `yes` for mandatory.
    pub mandatory: String,
    /// Its default.
    pub default_value: String,
    /// The version it was read at, when it is edited.
    pub version: String,
}

/// A custom field that may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedField {
    pub(super) name: String,
    pub(super) data_type: DataType,
    pub(super) mandatory: bool,
    pub(super) default_value: Option<String>,
}

impl FieldDraft {
    /// A stored field as a form shows it.
    pub fn of(field: &Field) -> Self {
        FieldDraft {
            name: field.name.clone(),
            data_type: field.data_type.wire().to_owned(),
            mandatory: field.mandatory.to_string(),
            default_value: field.default_value.clone().unwrap_or_default(),
            version: field.version.to_string(),
        }
    }

    /// Whether "mandatory" was chosen.
    pub fn is_mandatory(&self) -> bool {
        truthy(&self.mandatory)
    }

    /// Checks a new field, or a change of `existing`; the name's uniqueness is the store's to say.
    pub fn check(&self, existing: Option<&Field>) -> Result<CheckedField, Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", check_name(&self.name, "field_name_blank"));
        let data_type = match existing {
            // A disabled select sends nothing: the type stays.
            Some(field) if self.data_type.is_empty() => Some(field.data_type),
            _ => problems.check("data_type", self.data_type.parse()),
        };
        if existing.zip(data_type).is_some_and(|(field, kind)| field.data_type != kind) {
            problems.add("data_type", codes::fault("field_type_locked"));
        }
        if existing.is_some_and(|field| !field.active) {
            problems.push(codes::fault("field_disabled").on("name"));
        }
        let mandatory = self.is_mandatory();
        let default_value = self.default_value.trim();
        let checked = match data_type {
            _ if default_value.is_empty() => {
                if mandatory {
                    problems.add("default_value", codes::fault("field_default_blank"));
                }
                None
            }
            Some(kind) => {
                let value = kind.check(default_value).map_err(|fault| default_fault(kind, fault));
                problems.check("default_value", value)
            }
            None => None,
        };
        problems.into_result()?;
        match (name, data_type) {
            (Some(name), Some(data_type)) => {
                Ok(CheckedField { name, data_type, mandatory, default_value: checked })
            }
            _ => Err(Problems::none()),
        }
    }
}

/// A name that is there and not endless.
pub(super) fn check_name(text: &str, blank: &'static str) -> Result<String, Fault> {
    match text.trim() {
        "" => Err(codes::fault(blank)),
        name if name.chars().count() > 255 => {
            Err(Fault::new("too_long", "A name has at most 255 characters"))
        }
        name if name.contains('\0') => Err(Fault::invalid("A name cannot hold this character")),
        name => Ok(name.to_owned()),
    }
}

/// How forms and files say yes.
pub(super) fn truthy(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "on" | "yes" | "1")
}

fn default_fault(kind: DataType, fault: Fault) -> Fault {
    match kind {
        DataType::Boolean => codes::fault("field_default_boolean"),
        DataType::Integer => codes::fault("field_default_number"),
        DataType::Date => codes::fault("field_default_date"),
        DataType::Text => fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(data_type: &str, mandatory: &str, default_value: &str) -> FieldDraft {
        FieldDraft {
            name: "Priority".to_owned(),
            data_type: data_type.to_owned(),
            mandatory: mandatory.to_owned(),
            default_value: default_value.to_owned(),
            version: String::new(),
        }
    }

    #[test]
    fn values_are_checked_by_type() {
        for (kind, good, bad) in [
            (DataType::Integer, ["1", "-20"], ["1.5", ""]),
            (DataType::Boolean, ["true", "FALSE"], ["yes", ""]),
            (
                DataType::Date,
                ["2025-01-18T09:09:09Z", "2025-01-18 09:09:09"],
                ["18/01/2025", "1737191349"],
            ),
        ] {
            for value in good {
                assert!(kind.check(value).is_ok(), "{kind} {value}");
            }
            for value in bad {
                assert!(kind.check(value).is_err(), "{kind} {value}");
            }
        }
        assert_eq!(DataType::Date.check(" 2025-01-18T09:09:09Z ").unwrap(), "2025-01-18T09:09:09Z");
    }

    #[test]
    fn all_troubles_of_a_field_are_told_at_once() {
        let code = |draft: &FieldDraft| {
            let problems = draft.check(None).unwrap_err();
            problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
        };
        assert_eq!(code(&FieldDraft::default()), ["field_name_blank", "field_type_blank"]);
        assert_eq!(code(&draft("INTEGER", "on", "")), ["field_default_blank"]);
        assert_eq!(code(&draft("INTEGER", "", "many")), ["field_default_number"]);
        assert_eq!(code(&draft("BOOLEAN", "", "many")), ["field_default_boolean"]);
        assert_eq!(code(&draft("DATE", "", "many")), ["field_default_date"]);
        assert!(draft("string", "true", "x").check(None).is_ok());
    }
}
