//! The list of badges: what may be asked of it, where a page begins, what a row shows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::badges::badge::{EarnType, Status};
use crate::badges::expiry::Expiry;
use crate::badges::owners::Owner;
use crate::base::ids::BadgeId;
use crate::base::list::{cursor, cursor_text};

/// What an address asks of the list. Everything is text: what cannot be read is no filter.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Part of a name, or an id.
    pub q: String,
    /// Upcoming, live, ended.
    pub status: Vec<String>,
    /// `active` or `inactive`.
    pub active: Vec<String>,
    /// `EARN` or `ISSUE_EARN`.
    #[serde(rename = "type")]
    pub earn_type: Vec<String>,
    /// Modules that may use it.
    pub owner: Vec<String>,
    /// Modules that do use it.
    pub claimed: Vec<String>,
    /// `name`, `start`, `updated`, each also with `-` before it; else newest first.
    pub sort: String,
    /// The place where this page begins.
    pub after: String,
    /// The list's address; `/badges` when empty.
    #[serde(skip)]
    pub base: &'static str,
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    Newest,
    /// By name.
    Name,
    /// By the start date.
    Start,
    /// By the last change.
    Updated,
}

/// The last row seen, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// The folded name, when sorted by it.
    pub name: Option<String>,
    /// The instant, when sorted by one.
    pub at: Option<DateTime<Utc>>,
    /// The row's id.
    pub id: BadgeId,
}

/// One row of the list.
#[derive(Debug, Clone)]
pub struct BadgeRow {
    /// Its id.
    pub id: BadgeId,
    /// Its name.
    pub name: String,
    /// The name as it is sorted.
    pub name_key: String,
    /// Its start.
    pub start_on: DateTime<Utc>,
    /// Its end.
    pub expires_on: DateTime<Utc>,
    /// Whether it may be issued.
    pub active: bool,
    /// How it is issued.
    pub earn_type: EarnType,
    /// When an issued badge ends.
    pub earned_expiry: Expiry,
    /// Its active group's name and rank.
    pub group: Option<(String, i32)>,
    /// Its rank in the group.
    pub rank: Option<i32>,
    /// Modules that may use it.
    pub owners: Vec<Owner>,
    /// Claims that stand: module and reference.
    pub claims: Vec<(Owner, String)>,
    /// What comes with it, in words.
    pub benefits: Vec<String>,
    /// Pictures: tag and address.
    pub images: Vec<(String, String)>,
    /// How many were issued and not revoked: exact, now.
    pub earned: i64,
    /// When it was changed last.
    pub updated_on: DateTime<Utc>,
    /// By whom.
    pub updated_by: String,
}

impl Filter {
    /// Of a query string's pairs, as an export is asked for.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let mut filter = Filter::default();
        for (key, value) in pairs.iter().map(|(key, value)| (key.as_str(), value.clone())) {
            match key {
                "q" => filter.q = value,
                "status" => filter.status.push(value),
                "active" => filter.active.push(value),
                "type" => filter.earn_type.push(value),
                "owner" => filter.owner.push(value),
                "claimed" => filter.claimed.push(value),
                _ => (),
            }
        }
        filter
    }

    /// The list's address.
    pub fn path(&self) -> &'static str {
        if self.base.is_empty() { "/badges" } else { self.base }
    }

    /// By what it is sorted, and whether the other way round.
    pub fn sorted(&self) -> (Sort, bool) {
        let (key, down) = match self.sort.strip_prefix('-') {
            Some(key) => (key, true),
            None => (self.sort.as_str(), false),
        };
        match key {
            "name" => (Sort::Name, down),
            "start" => (Sort::Start, down),
            "updated" => (Sort::Updated, down),
            _ => (Sort::Newest, false),
        }
    }

    /// Where a table's head leads: sorted by it, then the other way round, then as before.
    pub fn sort_href(&self, key: &str) -> String {
        let next = match self.sort_state(key) {
            "" => key.to_owned(),
            "ascending" => format!("-{key}"),
            _ => String::new(),
        };
        Filter { sort: next, after: String::new(), ..self.clone() }.href()
    }

    /// How the list is sorted by this head.
    pub fn sort_state(&self, key: &str) -> &'static str {
        match self.sort.strip_prefix('-') {
            Some(down) if down == key => "descending",
            None if self.sort == key => "ascending",
            _ => "",
        }
    }

    /// The place where this page begins.
    pub fn place(&self) -> Option<After> {
        cursor(&self.after)
    }

    /// The address of the page behind a place.
    pub fn next_href(&self, place: &After) -> String {
        Filter { after: cursor_text(place), ..self.clone() }.href()
    }

    /// The address of the list's head, when this is not it.
    pub fn first_href(&self) -> Option<String> {
        let head = Filter { after: String::new(), ..self.clone() };
        self.place().map(|_| head.href())
    }

    /// The same list with a change, from its head.
    pub fn with(&self, change: impl FnOnce(&mut Filter)) -> String {
        let mut changed = Filter { after: String::new(), ..self.clone() };
        change(&mut changed);
        changed.href()
    }

    /// Whether anything is filtered.
    pub fn is_on(&self) -> bool {
        let plain = Filter {
            sort: self.sort.clone(),
            after: self.after.clone(),
            base: self.base,
            ..Filter::default()
        };
        *self != plain
    }

    /// The list's address with everything asked of it.
    pub fn href(&self) -> String {
        let mut parts = Vec::new();
        let mut add = |key: &str, value: &str| {
            if !value.is_empty() {
                parts.push(format!("{key}={}", encoded(value)));
            }
        };
        add("q", &self.q);
        for (key, values) in [
            ("status", &self.status),
            ("active", &self.active),
            ("type", &self.earn_type),
            ("owner", &self.owner),
            ("claimed", &self.claimed),
        ] {
            values.iter().for_each(|value| add(key, value));
        }
        add("sort", &self.sort);
        add("after", &self.after);
        let path = self.path();
        if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
    }

    /// The statuses asked for, as the store's words.
    pub fn statuses(&self) -> Vec<String> {
        words(&self.status, |status: Status| status.wire())
    }

    /// The activation asked for, when it is only one.
    pub fn activation(&self) -> Option<bool> {
        match self.active.as_slice() {
            [one] if one == "active" => Some(true),
            [one] if one == "inactive" => Some(false),
            _ => None,
        }
    }

    /// The issue types asked for.
    pub fn types(&self) -> Vec<String> {
        words(&self.earn_type, |kind: EarnType| kind.wire())
    }

    /// The owners asked for.
    pub fn owners(&self) -> Vec<String> {
        words(&self.owner, |owner: Owner| owner.wire())
    }

    /// The claimants asked for.
    pub fn claimants(&self) -> Vec<String> {
        words(&self.claimed, |owner: Owner| owner.wire())
    }
}

/// What can be read of the texts, as words of the store.
fn words<T: std::str::FromStr>(texts: &[String], word: impl Fn(T) -> &'static str) -> Vec<String> {
    texts.iter().filter_map(|text| text.parse().ok()).map(|value| word(value).to_owned()).collect()
}

/// Percent-encodes a value of a query string.
pub(super) fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encode =
        |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all_that_is_asked_and_sorting_goes_round() {
        let filter = Filter {
            q: "früh & spät".to_owned(),
            status: vec!["live".to_owned(), "upcoming".to_owned()],
            ..Filter::default()
        };
        assert_eq!(
            filter.href(),
            "/badges?q=fr%C3%BCh%20%26%20sp%C3%A4t&status=live&status=upcoming"
        );
        assert!(filter.is_on() && !Filter::default().is_on());
        let once = Filter { sort: "name".to_owned(), ..Filter::default() };
        assert_eq!(Filter::default().sort_href("name"), "/badges?sort=name");
        assert_eq!(once.sort_href("name"), "/badges?sort=-name");
        assert_eq!(Filter { sort: "-name".to_owned(), ..once }.sort_href("name"), "/badges");
        assert_eq!(filter.statuses(), ["LIVE", "UPCOMING"]);
        assert_eq!(Filter { owner: vec!["x".to_owned()], ..filter }.owners(), Vec::<String>::new());
    }
}
