//! Who a customer is: types and pure rules.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::base::ids::CustomerId;
use crate::customers::identifier::{Identifier, IdentifierKind, clean, fold};

/// The longest name kept; longer ones are cut (spec/membercare.md 1).
pub const LONGEST_NAME: usize = 100;

/// Custom fields by name.
pub type Fields = serde_json::Map<String, serde_json::Value>;

/// A first or last name as it is kept: longer ones are cut.
pub fn name_part(text: &str) -> String {
    clean(text).chars().take(LONGEST_NAME).collect::<String>().trim_end().to_owned()
}

/// What a person is, as far as people and files may change it: the store's own profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// When they joined the brand, if known.
    pub registered_on: Option<DateTime<Utc>>,
    /// Custom fields.
    pub fields: Fields,
    /// What identifies them, in the order of kind and key.
    pub identifiers: Vec<Identifier>,
}

impl Profile {
    /// "First Last"; empty when neither is known.
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    /// What the name is searched by.
    pub fn name_key(&self) -> String {
        fold(&self.name())
    }

    /// What the last name is searched by.
    pub fn last_key(&self) -> String {
        fold(&self.last_name)
    }

    /// The first identifier of a kind.
    pub fn identifier(&self, kind: IdentifierKind) -> Option<&Identifier> {
        self.identifiers.iter().find(|identifier| identifier.kind == kind)
    }

    /// Puts an identifier in the place of the first of its kind; `None` takes that one away. Further
    /// ones of the kind (a second card) stay.
    pub fn put(&mut self, kind: IdentifierKind, identifier: Option<Identifier>) {
        if let Some(at) = self.identifiers.iter().position(|known| known.kind == kind) {
            self.identifiers.remove(at);
        }
        if let Some(identifier) = identifier {
            self.identifiers.retain(|known| (known.kind, &known.key) != (kind, &identifier.key));
            self.identifiers.push(identifier);
        }
        self.identifiers.sort();
    }
}

/// "First Last", without a space too many.
pub fn full_name(first: &str, last: &str) -> String {
    format!("{} {}", first.trim(), last.trim()).trim().to_owned()
}

/// A customer of the brand.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// Their number.
    pub id: CustomerId,
    /// Name, identifiers, custom fields.
    pub profile: Profile,
    /// `ACTIVE`, `SUSPENDED`, …
    pub status: Status,
    /// The customer they were merged into.
    pub merged_into: Option<CustomerId>,
    /// Whether their data was deleted on request.
    pub deleted: bool,
    /// The import that brought them.
    pub import: Option<i64>,
    /// Rises with each change.
    pub version: i64,
    /// When they were entered here.
    pub created_on: DateTime<Utc>,
}

impl Customer {
    /// What to call them: the name, or the id where there is none.
    pub fn label(&self) -> String {
        label(&self.profile.name(), self.id)
    }
}

/// A name, or what stands in for it.
pub fn label(name: &str, id: CustomerId) -> String {
    if name.is_empty() { format!("Customer {id}") } else { name.to_owned() }
}

/// The page of a customer.
pub fn path(id: CustomerId) -> String {
    format!("/member-care/ui/{id}")
}

/// How a customer stands with the brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The code of the reference: `ACTIVE`, `FRAUD_SUSPECTED`, …
    pub code: String,
    /// The brand's own word for it.
    pub label: Option<String>,
}

impl Status {
    /// The word on the screen.
    pub fn word(&self) -> String {
        if let Some(label) = &self.label {
            return label.clone();
        }
        let mut word = self.code.replace('_', " ").to_lowercase();
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        word
    }

    /// The style sheet's name for its shape and colour.
    pub fn look(&self) -> &'static str {
        match self.code.as_str() {
            "ACTIVE" => "live",
            "SUSPENDED" | "FRAUD_SUSPECTED" | "PENDING_DELETION" => "warn",
            "FRAUD_CONFIRMED" | "DELETED" => "revoked",
            _ => "inactive",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn putting_an_identifier_replaces_the_first_and_keeps_the_others() {
        let card = |value| Identifier::parse(IdentifierKind::CardNumber, value).unwrap();
        let mut profile = Profile { identifiers: vec![card("1"), card("2")], ..Profile::default() };
        profile.put(IdentifierKind::CardNumber, Some(card("3")));
        assert_eq!(profile.identifiers, [card("2"), card("3")]);
        profile.put(IdentifierKind::CardNumber, None);
        assert_eq!(profile.identifiers, [card("3")]);
    }

    #[test]
    fn a_status_is_said_in_words() {
        let status = |code: &str, label: Option<&str>| Status {
            code: code.to_owned(),
            label: label.map(str::to_owned),
        };
        assert_eq!(status("FRAUD_SUSPECTED", None).word(), "Fraud suspected");
        assert_eq!(status("ACTIVE", Some("Gold member")).word(), "Gold member");
    }
}
