//! What identifies a customer: kinds, values and the keys they are compared by.
//!
//! Why one key for all kinds: support staff type whatever the customer says, so one range of one index
//! must answer "starts with this" whatever it is. The key is what makes two values the same; the value
//! is what is shown.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::base::problem::Fault;

/// The longest identifier: an e-mail address may have 254 characters.
const LONGEST_VALUE: usize = 254;

/// What kind of thing identifies a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdentifierKind {
    /// A telephone number.
    Mobile,
    /// An e-mail address.
    Email,
    /// The brand's own id for them.
    ExternalId,
    /// The number of a loyalty card.
    CardNumber,
    /// The id of a card in another system.
    CardExternalId,
    /// WeChat's id.
    Wechat,
    /// WeChat's id across accounts.
    UnionId,
    /// An app's id.
    Cuid,
    /// Facebook's id.
    FbId,
    /// The web shop's id.
    MartjackId,
    /// LINE's id.
    Line,
}

impl IdentifierKind {
    /// All of them; the primary one first.
    pub const ALL: [IdentifierKind; 11] = [
        IdentifierKind::Mobile,
        IdentifierKind::Email,
        IdentifierKind::ExternalId,
        IdentifierKind::CardNumber,
        IdentifierKind::CardExternalId,
        IdentifierKind::Wechat,
        IdentifierKind::UnionId,
        IdentifierKind::Cuid,
        IdentifierKind::FbId,
        IdentifierKind::MartjackId,
        IdentifierKind::Line,
    ];

    /// Those that people type into the form and that files bring.
    pub const TYPED: [IdentifierKind; 4] = [
        IdentifierKind::Mobile,
        IdentifierKind::Email,
        IdentifierKind::ExternalId,
        IdentifierKind::CardNumber,
    ];

    /// The word in the database, in files and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            IdentifierKind::Mobile => "mobile",
            IdentifierKind::Email => "email",
            IdentifierKind::ExternalId => "externalId",
            IdentifierKind::CardNumber => "cardNumber",
            IdentifierKind::CardExternalId => "cardExternalId",
            IdentifierKind::Wechat => "wechat",
            IdentifierKind::UnionId => "unionId",
            IdentifierKind::Cuid => "cuid",
            IdentifierKind::FbId => "fbId",
            IdentifierKind::MartjackId => "martjackId",
            IdentifierKind::Line => "line",
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            IdentifierKind::Mobile => "Mobile",
            IdentifierKind::Email => "E-mail",
            IdentifierKind::ExternalId => "External id",
            IdentifierKind::CardNumber => "Card",
            IdentifierKind::CardExternalId => "Card external id",
            IdentifierKind::Wechat => "WeChat",
            IdentifierKind::UnionId => "WeChat union id",
            IdentifierKind::Cuid => "App id",
            IdentifierKind::FbId => "Facebook id",
            IdentifierKind::MartjackId => "Web shop id",
            IdentifierKind::Line => "LINE",
        }
    }

    /// The noun in a sentence: "Another customer has this mobile number".
    pub const fn noun(self) -> &'static str {
        match self {
            IdentifierKind::Mobile => "mobile number",
            IdentifierKind::Email => "e-mail address",
            IdentifierKind::ExternalId => "external id",
            IdentifierKind::CardNumber => "card number",
            other => other.label(),
        }
    }

    /// What a value is compared by. Two spellings of one telephone number have one key: digits only,
    /// without the plus and the zeros that stand for it; a card's spaces and hyphens say nothing.
    pub fn key(self, value: &str) -> String {
        match self {
            IdentifierKind::Mobile => digits(value),
            IdentifierKind::CardNumber => {
                fold(value).chars().filter(|c| !matches!(c, ' ' | '-')).collect()
            }
            _ => fold(value),
        }
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for IdentifierKind {
    type Err = Fault;

    /// `external_id`, `external_Id` and `cardnumber` are read too: the reference spells them so.
    fn from_str(word: &str) -> Result<Self, Fault> {
        let bare = |word: &str| {
            word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_ascii_lowercase()
        };
        IdentifierKind::ALL
            .into_iter()
            .find(|kind| bare(kind.word()) == bare(word))
            .ok_or_else(|| Fault::invalid("No such kind of identifier"))
    }
}

/// One thing that identifies a customer in the store's own profile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// Its kind.
    pub kind: IdentifierKind,
    /// What it is compared by.
    pub key: String,
    /// As it was written.
    pub value: String,
}

impl Identifier {
    /// Reads a value that is not blank.
    pub fn parse(kind: IdentifierKind, value: &str) -> Result<Self, Fault> {
        let value = clean(value);
        if value.is_empty() {
            return Err(Fault::blank(format!("Give a {}", kind.noun())));
        }
        if value.chars().count() > LONGEST_VALUE {
            return Err(Fault::new("too_long", format!("Use at most {LONGEST_VALUE} characters")));
        }
        match kind {
            IdentifierKind::Mobile => check_mobile(&value)?,
            IdentifierKind::Email => check_email(&value)?,
            _ => {}
        }
        let key = kind.key(&value);
        if key.is_empty() {
            return Err(Fault::invalid(format!("That is no {}", kind.noun())));
        }
        Ok(Identifier { kind, key, value })
    }
}

fn check_mobile(value: &str) -> Result<(), Fault> {
    let fits = (4..=20).contains(&digits(value).len()) && is_phone(value);
    let why = "Write a telephone number with its country code, such as +44 7700 900417";
    if fits { Ok(()) } else { Err(Fault::invalid(why)) }
}

fn check_email(value: &str) -> Result<(), Fault> {
    let fits = value.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    let one_word = !value.chars().any(|c| c.is_whitespace() || c == ',' || c == ';');
    if fits && one_word && value.matches('@').count() == 1 {
        Ok(())
    } else {
        Err(Fault::invalid("Write an e-mail address such as amara@example.org"))
    }
}

/// Whether a text is made of what telephone numbers are written with.
pub fn is_phone(text: &str) -> bool {
    let written = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.' | '/');
    let rest = text.strip_prefix('+').unwrap_or(text);
    rest.chars().any(|c| c.is_ascii_digit()) && rest.chars().all(written)
}

/// The digits of a telephone number without the zeros in front.
fn digits(text: &str) -> String {
    let folded: String = text.nfkc().collect();
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// What texts are compared by: compatible characters made one (NFKC), case put away, one space between
/// words.
pub fn fold(text: &str) -> String {
    let composed: String = text.nfkc().collect();
    let caseless: String = caseless::default_case_fold_str(&composed).nfkc().collect();
    let words = caseless.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A value as it is kept: no control characters (the database takes no NUL, and a line break in a name
/// is a mistake), no spaces around it.
pub fn clean(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_key_however_it_is_written() {
        for written in ["+44 7700 900417", "0044-7700-900417", "447700900417", "(44) 7700.900/417"]
        {
            let read = Identifier::parse(IdentifierKind::Mobile, written).unwrap();
            assert_eq!((read.key.as_str(), read.value.as_str()), ("447700900417", written));
        }
        for bad in ["", "12", "+44 77OO 900417", "++44", "0000", "123456789012345678901"] {
            assert!(Identifier::parse(IdentifierKind::Mobile, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn case_width_and_spaces_make_no_difference_to_a_key() {
        assert_eq!(fold("  ＡＭＡＲＡ \u{a0} Straße\t"), "amara strasse");
        assert_eq!(fold("İstanbul"), fold("i̇stanbul"));
        assert_eq!(fold("\0\n "), "");
        assert_eq!(IdentifierKind::CardNumber.key("NW-2081 7"), "nw20817");
        assert_eq!(IdentifierKind::Email.key("Amara@Example.ORG"), "amara@example.org");
    }

    #[test]
    fn addresses_that_cannot_be_are_refused() {
        let read = |text: &str| Identifier::parse(IdentifierKind::Email, text);
        assert!(read("a.b+c@mail.example.org").is_ok());
        for bad in ["amara", "@example.org", "a@b", "a@.org", "a b@c.de", "a@b@c.de", "a@b.c,d@e.f"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn kinds_are_read_in_every_spelling_of_the_reference() {
        for word in ["externalId", "external_id", "external_Id", "EXTERNALID"] {
            assert_eq!(word.parse::<IdentifierKind>(), Ok(IdentifierKind::ExternalId));
        }
        assert!("name".parse::<IdentifierKind>().is_err());
    }
}
