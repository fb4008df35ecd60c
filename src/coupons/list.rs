//! The list of series: what is asked for and where a page begins.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::base::ids::SeriesId;
use crate::base::list::cursor;
use crate::coupons::series::{Handling, Series, Totals};

/// Who may have claimed a series: the wire's word and the screen's.
pub const CLAIMANTS: [(&str, &str); 8] = [
    ("LOYALTY", "Loyalty"),
    ("LOYALTY_PROMOTION", "Loyalty promotions"),
    ("OUTBOUND", "Outbound campaigns"),
    ("JOURNEY", "Journeys"),
    ("REWARDS_CATALOG", "Rewards catalogue"),
    ("GOODWILL", "Goodwill"),
    ("MILESTONES", "Milestones"),
    ("REFERRAL", "Referral"),
];

/// A claimant's word on the screen; nothing for `NONE`. A word we do not know is shown as it is.
pub fn claimant(word: &str) -> Option<String> {
    if word == "NONE" {
        return None;
    }
    let known = CLAIMANTS.iter().find(|(wire, _)| *wire == word);
    Some(known.map_or(word, |(_, label)| label).to_owned())
}

/// What an address asks of the list. Everything is text: what cannot be read is no filter.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SeriesAsked {
    /// Part of a name.
    pub q: String,
    /// Anything: only those whose last day is not over.
    pub active: String,
    /// A kind of codes.
    pub codes: String,
    /// A claimant, or `NONE`.
    pub claimed: String,
    /// `created`: newest first; else what was changed last.
    pub sort: String,
    /// The place where this page begins.
    pub after: String,
}

impl SeriesAsked {
    /// As the store is asked on a day.
    pub fn filter(&self, today: NaiveDate) -> SeriesFilter {
        SeriesFilter {
            search: Some(self.q.trim().to_owned()).filter(|text| !text.is_empty()),
            live_on: (!self.active.is_empty()).then_some(today),
            handling: self.codes.parse().ok(),
            claimed_by: self.claimant().map(str::to_owned),
            sort: if self.by_creation() { SeriesSort::Created } else { SeriesSort::Changed },
            after: cursor::<SeriesAfter>(&self.after),
        }
    }

    /// Whether the newest come first.
    pub fn by_creation(&self) -> bool {
        self.sort == "created"
    }

    /// The claimant asked for.
    pub fn claimant(&self) -> Option<&str> {
        let known = |word: &&str| *word == "NONE" || CLAIMANTS.iter().any(|one| one.0 == *word);
        Some(self.claimed.as_str()).filter(known)
    }
}

/// What series are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesFilter {
    /// Part of the name.
    pub search: Option<String>,
    /// Only those whose last day is this one or later.
    pub live_on: Option<NaiveDate>,
    /// Only those of this kind of codes.
    pub handling: Option<Handling>,
    /// Only those claimed by this module; `NONE`: unclaimed ones.
    pub claimed_by: Option<String>,
    /// The order.
    pub sort: SeriesSort,
    /// Behind this place.
    pub after: Option<SeriesAfter>,
}

/// The order of the list: newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeriesSort {
    /// By the last change.
    #[default]
    Changed,
    /// By when they were made.
    Created,
}

/// The place of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesAfter {
    /// When it was changed, or made.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: SeriesId,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    /// The series.
    pub series: Series,
    /// Its totals.
    pub totals: Totals,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_no_filter() {
        let day = NaiveDate::default();
        let none = SeriesAsked {
            codes: "x".into(),
            claimed: "y".into(),
            sort: "z".into(),
            after: "?".into(),
            ..SeriesAsked::default()
        };
        assert_eq!(none.filter(day), SeriesFilter::default());
        let some = SeriesAsked { codes: "generic".into(), claimed: "NONE".into(), ..none };
        assert_eq!(some.filter(day).handling, Some(Handling::Generic));
        assert_eq!(some.filter(day).claimed_by.as_deref(), Some("NONE"));
        assert_eq!(claimant("NONE"), None);
        assert_eq!(claimant("JOURNEY").as_deref(), Some("Journeys"));
        assert_eq!(claimant("OTHER").as_deref(), Some("OTHER"));
    }
}
