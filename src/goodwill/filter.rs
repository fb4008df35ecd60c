//! What the list is asked for, as it stands in the address; the file reads the same words.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Deserialize;

use crate::base::calendar;
use crate::base::list::{cursor, cursor_text};
use crate::goodwill::request::State;
use crate::goodwill::store::{Bounds, Place};
use crate::web::address::address;
use crate::web::parts::Tab;

/// The list's address.
pub const LIST: &str = "/goodwill";

/// What is asked for.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A state's word, or `all`; those that wait where nothing is said.
    pub state: String,
    /// A request's number.
    pub q: String,
    /// The first day, in the brand's zone.
    pub from: String,
    /// The last day, in the brand's zone.
    pub to: String,
    /// The last row of the page before.
    pub after: String,
}

impl Filter {
    /// For the store. A word that is no state and a day that is none do not filter; a text that is no number
    /// finds nothing.
    pub fn bounds(&self, maker: Option<i64>, zone: Tz) -> Bounds {
        let state = match self.state.as_str() {
            "" => Some(State::Pending),
            word => State::named(word),
        };
        let number = self.number();
        Bounds {
            states: state.into_iter().collect(),
            maker,
            first: number,
            last: number,
            since: day(&self.from).map(|day| calendar::start_of_day(day, zone)),
            until: day(&self.to).map(|day| calendar::end_of_day(day, zone)),
            after: cursor(&self.after),
            ..Bounds::default()
        }
    }

    fn number(&self) -> Option<i64> {
        let text = self.q.trim().trim_start_matches('#');
        (!text.is_empty()).then(|| text.parse().unwrap_or(0))
    }

    fn href(&self, state: &str, after: &str) -> String {
        let pairs = [
            ("state", state),
            ("q", self.q.trim()),
            ("from", &self.from),
            ("to", &self.to),
            ("after", after),
        ];
        address(LIST, &pairs)
    }

    /// The states, each with its address.
    pub fn tabs(&self) -> Vec<Tab> {
        let pending = State::Pending.word();
        let shown = if self.state.is_empty() { pending } else { &self.state };
        let tab = |label: &str, word: &str, href: &str| {
            let current = shown.eq_ignore_ascii_case(word) || shown.eq_ignore_ascii_case(label);
            Tab::new(label, self.href(href, ""), current)
        };
        let mut tabs = vec![tab(State::Pending.label(), pending, "")];
        tabs.extend(
            [State::Approved, State::Declined].map(|it| tab(it.label(), it.word(), it.word())),
        );
        tabs.push(tab("All", "all", "all"));
        tabs
    }

    /// Whether something besides the state is asked for.
    pub fn narrows(&self) -> bool {
        [&self.q, &self.from, &self.to].iter().any(|text| !text.trim().is_empty())
    }

    /// The same among all states.
    pub fn everywhere(&self) -> Option<String> {
        (self.narrows() && self.state != "all").then(|| self.href("all", ""))
    }

    /// The head of the list, when this is not it.
    pub fn first(&self) -> Option<String> {
        (!self.after.is_empty()).then(|| self.href(&self.state, ""))
    }

    /// The rows behind a place.
    pub fn next(&self, place: &Place) -> String {
        self.href(&self.state, &cursor_text(place))
    }
}

/// A day of a date field.
pub fn day(text: &str) -> Option<NaiveDate> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_wait_are_shown_unless_others_are_asked_for() {
        let of =
            |state: &str, q: &str| Filter { state: state.into(), q: q.into(), ..Filter::default() };
        let states = |word: &str| of(word, "").bounds(None, Tz::UTC).states;
        assert_eq!(states(""), [State::Pending]);
        assert_eq!(states("all"), []);
        assert_eq!(states("rejected"), [State::Declined]);
        let current = |word: &str| {
            let tabs = of(word, "").tabs();
            let on: Vec<&str> =
                tabs.iter().filter(|tab| tab.current).map(|tab| tab.label.as_str()).collect();
            on.join(",")
        };
        assert_eq!(
            ["", "APPROVED", "declined", "all"].map(current),
            ["Pending", "Approved", "Declined", "All"]
        );
        let asked = |q: &str| of("", q).bounds(None, Tz::UTC).first;
        assert_eq!(["", "12", " #12", "x"].map(asked), [None, Some(12), Some(12), Some(0)]);
        assert_eq!(of("", "7").everywhere().as_deref(), Some("/goodwill?state=all&q=7"));
        assert_eq!(of("all", "7").everywhere(), None);
    }
}
