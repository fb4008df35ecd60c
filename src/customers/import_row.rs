//! A row of a customers' file, as far as it can be read alone.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::base::csv::importable::{CLEAR, Entry, Field, Looks, Terms};
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::problem::{Fault, Problems};
use crate::customers::customer::{Profile, name_part};
use crate::customers::identifier::{Identifier, IdentifierKind, clean};

/// The columns that identify, and as what; the first one that says something is what the row is known
/// by within its file.
pub(super) const IDS: [(usize, IdentifierKind); 4] = [
    (0, IdentifierKind::ExternalId),
    (1, IdentifierKind::Mobile),
    (2, IdentifierKind::Email),
    (3, IdentifierKind::CardNumber),
];
pub(super) const FIRST_NAME: usize = 4;
pub(super) const LAST_NAME: usize = 5;
pub(super) const REGISTERED: usize = 6;
/// The longest value of a custom field.
pub(super) const LONGEST_VALUE: usize = 2_000;

pub(super) const FIELDS: [Field; 7] = [
    Field::text("externalId", "C-10281", "Your own id for the customer").or(&[
        "customer number",
        "customer id",
        "customerId",
        "user_id",
        "external customer id",
    ]),
    Field::text("mobile", "+44 7700 900417", "Mobile number with its country code")
        .or(&["phone", "telephone", "mobile number", "cell", "Telefon", "Handy"])
        .like(Looks::Phone),
    Field::text("email", "amara@example.org", "E-mail address")
        .or(&["mail", "e-mail address", "E-Mail-Adresse"])
        .like(Looks::Email),
    Field::text("cardNumber", "NW-2081-7", "Loyalty card").or(&["card", "loyalty card"]),
    Field::text("firstName", "Amara", "First name").or(&["given name", "Vorname", "forename"]),
    Field::text("lastName", "Okafor", "Last name").or(&["surname", "family name", "Nachname"]),
    Field::text(
        "registeredOn",
        "2024-03-01",
        "When the customer joined: ISO 8601 or seconds since 1970",
    )
    .or(&["joined", "registered", "registration date", "created at"])
    .like(Looks::Moment),
];

/// What a cell asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change<T> {
    /// Blank: as it is.
    Leave,
    /// `<clear>`: nothing any more.
    Clear,
    /// A value.
    Set(T),
}

impl<T> Change<T> {
    fn read(text: &str, read: impl FnOnce(&str) -> Result<T, Fault>) -> Result<Self, Fault> {
        match text {
            "" => Ok(Change::Leave),
            CLEAR => Ok(Change::Clear),
            text => read(text).map(Change::Set),
        }
    }

    fn apply(&self, to: &mut T)
    where
        T: Clone + Default,
    {
        match self {
            Change::Leave => {}
            Change::Clear => *to = T::default(),
            Change::Set(value) => to.clone_from(value),
        }
    }
}

/// A row as far as it can be read alone.
pub(super) struct Parsed {
    identifiers: Vec<(usize, Change<Identifier>)>,
    first_name: Change<String>,
    last_name: Change<String>,
    registered_on: Change<Option<DateTime<Utc>>>,
    fields: Vec<(String, Change<String>)>,
}

impl Parsed {
    /// Reads a row; all its faults at once.
    pub(super) fn of(entry: &Entry<'_>, terms: &Terms) -> Result<Self, Problems> {
        let mut problems = Problems::none();
        let name = |field: usize| FIELDS[field].name;
        let mut identifiers = Vec::new();
        for (field, kind) in IDS {
            let read = Change::read(entry.get(field), |text| Identifier::parse(kind, text));
            identifiers.extend(problems.check(name(field), read).map(|change| (field, change)));
        }
        if !IDS.iter().any(|(field, _)| !matches!(entry.get(*field), "" | CLEAR)) {
            let why = "Say who: give externalId, mobile, email or cardNumber";
            problems.add(name(0), Fault::blank(why));
        }
        let part = |field: usize| Change::read(entry.get(field), |text| Ok(name_part(text)));
        let first_name = problems.check(name(FIRST_NAME), part(FIRST_NAME));
        let last_name = problems.check(name(LAST_NAME), part(LAST_NAME));
        let registered_on = Change::read(entry.get(REGISTERED), |text| {
            parse_instant(text, terms.zone, DayMeans::Start).map(Some)
        });
        let registered_on = problems.check(name(REGISTERED), registered_on);
        let mut fields = Vec::new();
        for (header, text) in entry.others() {
            let read = Change::read(text, |text| match text.chars().count() {
                0..=LONGEST_VALUE => Ok(clean(text)),
                _ => Err(Fault::new("too_long", "Use at most 2,000 characters")),
            });
            let change = problems.check(header.to_owned(), read);
            fields.extend(change.map(|change| (header.to_owned(), change)));
        }
        match (first_name, last_name, registered_on) {
            (Some(first_name), Some(last_name), Some(registered_on)) if problems.is_empty() => {
                Ok(Parsed { identifiers, first_name, last_name, registered_on, fields })
            }
            _ => Err(problems),
        }
    }

    /// The identifiers it says.
    pub(super) fn set(&self) -> impl Iterator<Item = (usize, &Identifier)> {
        self.identifiers.iter().filter_map(|(field, change)| match change {
            Change::Set(identifier) => Some((*field, identifier)),
            _ => None,
        })
    }

    /// Makes a profile as the row says. Identifiers that are theirs already, however they are spelled,
    /// stay as they are spelled.
    pub(super) fn apply(&self, profile: &mut Profile, theirs: impl Fn(&Identifier) -> bool) {
        for ((_, change), (_, kind)) in self.identifiers.iter().zip(IDS) {
            match change {
                Change::Clear => profile.put(kind, None),
                Change::Set(identifier) if !theirs(identifier) => {
                    profile.put(kind, Some(identifier.clone()));
                }
                _ => {}
            }
        }
        self.first_name.apply(&mut profile.first_name);
        self.last_name.apply(&mut profile.last_name);
        self.registered_on.apply(&mut profile.registered_on);
        for (name, change) in &self.fields {
            match change {
                Change::Leave => {}
                Change::Clear => drop(profile.fields.remove(name)),
                Change::Set(text) => {
                    profile.fields.insert(name.clone(), Value::String(text.clone()));
                }
            }
        }
    }
}
