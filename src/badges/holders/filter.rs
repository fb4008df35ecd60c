//! What the address of a list of holdings asks for. The same text filters page, file and selection.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::holding::{Place, SOURCES, STATES};
use crate::base::calendar::{end_of_day, start_of_day};
use crate::base::csv::sheet::pairs;
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::list::cursor;
use crate::base::problem::{Fault, Problems};
use crate::web::address::encoded;

/// The list as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words of states; none: all.
    pub state: Vec<String>,
    /// Words of sources; none: all.
    pub source: Vec<String>,
    /// The first day of the events.
    pub from: String,
    /// The last day of the events.
    pub to: String,
    /// A customer, by number or by any identifier.
    pub customer: String,
    /// Behind which row it goes on.
    pub after: String,
}

/// The events looked at: `since <= event`, and behind `before`.
#[derive(Debug, Clone)]
pub struct Span {
    /// The earliest event.
    pub since: DateTime<Utc>,
    /// The row behind which it goes on.
    pub before: Place,
}

/// What is asked for, read.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The states wanted.
    pub states: Vec<String>,
    /// The sources wanted.
    pub sources: Vec<String>,
    /// The earliest event.
    pub since: DateTime<Utc>,
    /// The head of the list: just behind the latest event.
    pub head: Place,
    /// Only of these customers; resolved by whoever asks, since it takes the database.
    pub customers: Option<Vec<CustomerId>>,
    /// Only these, whatever else is asked.
    pub picked: Option<Vec<Vec<u8>>>,
}

impl Asked {
    /// Whether states or sources are left out.
    pub fn sifts(&self) -> bool {
        self.states.len() < STATES.len() || self.sources.len() < SOURCES.len()
    }

    /// Where a page begins.
    pub fn span(&self, after: Option<Place>) -> Span {
        let before = after.filter(|place| place.at <= self.head.at);
        Span { since: self.since, before: before.unwrap_or_else(|| self.head.clone()) }
    }
}

/// An instant no event lies beyond.
fn horizon() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl Filter {
    /// The filter of a query string, as the page itself reads it.
    pub fn of_query(query: &str) -> Self {
        let mut filter = Filter::default();
        for (key, value) in pairs(query) {
            match key.as_str() {
                "state" => filter.state.push(value),
                "source" => filter.source.push(value),
                "from" => filter.from = value,
                "to" => filter.to = value,
                "customer" => filter.customer = value,
                "after" => filter.after = value,
                _ => {}
            }
        }
        filter
    }

    /// The filter as read, and what of it could not be: a list shows what is left, bulk work does not.
    pub fn read(&self, zone: Tz) -> (Asked, Problems) {
        let mut problems = Problems::none();
        let mut day = |field: &'static str, text: &str| {
            let text = text.trim();
            if text.is_empty() {
                return None;
            }
            let read = text.parse::<NaiveDate>();
            problems
                .check(field, read.map_err(|_| Fault::invalid("Write a day such as 2026-11-26")))
        };
        let since = day("from", &self.from).map(|day| start_of_day(day, zone));
        let until = day("to", &self.to).map(|day| end_of_day(day, zone));
        let all: Vec<&str> = STATES.iter().map(|state| state.word()).collect();
        let states = known(&self.state, &all, "state", &mut problems);
        let all: Vec<&str> = SOURCES.iter().map(|(word, _)| *word).collect();
        let sources = known(&self.source, &all, "source", &mut problems);
        let head = Place { at: until.unwrap_or_else(horizon), id: "ff".repeat(12) };
        let since =
            since.unwrap_or(DateTime::<Utc>::UNIX_EPOCH - chrono::Duration::days(365 * 200));
        (Asked { states, sources, since, head, customers: None, picked: None }, problems)
    }

    /// Behind which row the page goes on.
    pub fn place(&self) -> Option<Place> {
        cursor(&self.after)
    }

    /// Whether anything is filtered.
    pub fn is_on(&self) -> bool {
        *self != Filter { after: self.after.clone(), ..Filter::default() }
    }

    /// The query of everything asked but the page: what files and selections are told.
    pub fn query(&self) -> String {
        let mut parts = Vec::new();
        let mut add = |key: &str, value: &str| {
            if !value.trim().is_empty() {
                parts.push(format!("{key}={}", encoded(value.trim())));
            }
        };
        self.state.iter().for_each(|state| add("state", state));
        self.source.iter().for_each(|source| add("source", source));
        add("from", &self.from);
        add("to", &self.to);
        add("customer", &self.customer);
        parts.join("&")
    }

    /// The address of a list with this filter, from `after` on.
    pub fn href(&self, base: &str, after: &str) -> String {
        let mut query = self.query();
        if !after.is_empty() {
            let and = if query.is_empty() { "" } else { "&" };
            query = format!("{query}{and}after={}", encoded(after));
        }
        if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
    }

    /// The same list with a change, from its head.
    pub fn with(&self, base: &str, change: impl FnOnce(&mut Filter)) -> String {
        let mut changed = self.clone();
        change(&mut changed);
        changed.href(base, "")
    }

    /// The fields of a form that takes this filter along.
    pub fn pairs(&self) -> Vec<(String, String)> {
        pairs(&self.query())
    }
}

/// The words that are known; all of them when none is asked for.
fn known(
    asked: &[String],
    all: &[&str],
    field: &'static str,
    problems: &mut Problems,
) -> Vec<String> {
    let asked: Vec<String> = asked.iter().map(|word| word.trim().to_uppercase()).collect();
    let asked: Vec<String> = asked.into_iter().filter(|word| !word.is_empty()).collect();
    let (read, unread): (Vec<String>, Vec<String>) =
        asked.into_iter().partition(|word| all.contains(&word.as_str()));
    if !unread.is_empty() {
        problems.add(field, Fault::invalid(format!("Choose among {}", all.join(", "))));
    }
    if read.is_empty() { all.iter().map(|word| (*word).to_owned()).collect() } else { read }
}

/// A badge's list: what an export or a selection names.
pub fn of_badge(query: &str) -> (Option<BadgeId>, Option<Vec<Vec<u8>>>) {
    let mut badge = None;
    let mut picked: Option<Vec<Vec<u8>>> = None;
    for (key, value) in pairs(query) {
        match key.as_str() {
            "badge" => badge = value.trim().parse().ok(),
            "pick" => {
                let id = hex::decode(value.trim()).ok().filter(|id| id.len() == 12);
                picked.get_or_insert_default().extend(id);
            }
            _ => {}
        }
    }
    (badge, picked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_back_as_it_was_asked() {
        let filter = Filter {
            state: vec!["LIVE".to_owned(), "REVOKED".to_owned()],
            from: "2026-11-01".to_owned(),
            customer: " +44 7700 & co ".to_owned(),
            ..Filter::default()
        };
        let read = Filter::of_query(&filter.query());
        assert_eq!(read.customer, "+44 7700 & co");
        assert_eq!(Filter { customer: filter.customer.clone(), ..read }, filter);
        assert!(filter.is_on() && !Filter { after: "x".to_owned(), ..Filter::default() }.is_on());
    }

    #[test]
    fn days_are_whole_days_of_the_brand_and_nonsense_is_named() {
        let filter = Filter {
            from: "2026-03-29".to_owned(),
            to: "2026-03-29".to_owned(),
            state: vec!["gone".to_owned()],
            ..Filter::default()
        };
        let (asked, problems) = filter.read(Tz::Europe__Berlin);
        assert_eq!(asked.since.to_rfc3339(), "2026-03-28T23:00:00+00:00");
        assert_eq!(asked.head.at.to_rfc3339(), "2026-03-29T21:59:59.999999+00:00");
        assert_eq!(problems.iter().count(), 1);
        assert!(!asked.sifts());
        let (_, problems) = Filter { to: "soon".to_owned(), ..filter }.read(Tz::UTC);
        assert!(problems.any("to"));
    }

    #[test]
    fn a_selection_without_a_readable_id_picks_nothing() {
        assert_eq!(of_badge("pick=zz").1, Some(Vec::new()));
        assert_eq!(of_badge("state=LIVE").1, None);
    }
}
