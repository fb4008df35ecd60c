//! What the list is asked for, as it stands in the address.

use serde::Deserialize;

use crate::base::list::{cursor, cursor_text};
use crate::requests::request::{Kind, State};
use crate::requests::store::{Bounds, Place};
use crate::web::address::address;
use crate::web::parts::{Choice, Tab};

/// The list's address.
pub const LIST: &str = "/requests";

/// What is asked for.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A state's word, or `all`; those that wait where nothing is said.
    pub state: String,
    /// A kind's word.
    pub kind: String,
    /// The last row of the page before.
    pub after: String,
}

impl Filter {
    /// For the store. Words that are none do not filter.
    pub fn bounds(&self, maker: Option<i64>) -> Bounds {
        let state = match self.state.as_str() {
            "" => Some(State::Waiting),
            word => State::named(word),
        };
        Bounds { state, kind: Kind::named(&self.kind), maker, after: cursor(&self.after) }
    }

    fn href(&self, state: &str, after: &str) -> String {
        address(LIST, &[("state", state), ("kind", &self.kind), ("after", after)])
    }

    /// The states, each with its address.
    pub fn tabs(&self) -> Vec<Tab> {
        let tab = |label: &str, word: &str| {
            let current =
                self.state == word || (word.is_empty() && self.state == State::Waiting.word());
            Tab::new(label, self.href(word, ""), current)
        };
        let ended = [State::Approved, State::Failed, State::Rejected];
        let mut tabs = vec![tab(State::Waiting.label(), "")];
        tabs.extend(ended.map(|state| tab(state.label(), state.word())));
        tabs.push(tab("All", "all"));
        tabs
    }

    /// The kinds a filter offers.
    pub fn kinds(&self) -> Vec<Choice> {
        Kind::ALL.map(|kind| Choice::new(kind.word(), kind.label())).to_vec()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_wait_are_shown_unless_others_are_asked_for() {
        let state =
            |word: &str| Filter { state: word.into(), ..Filter::default() }.bounds(None).state;
        assert_eq!(state(""), Some(State::Waiting));
        assert_eq!(state("all"), None);
        assert_eq!(state("rejected"), Some(State::Rejected));
        let filter = Filter { kind: "earn-badge".into(), ..Filter::default() };
        let tabs = filter.tabs();
        assert!(tabs[0].current && tabs.iter().filter(|tab| tab.current).count() == 1);
        assert_eq!(tabs[3].href, "/requests?state=rejected&kind=earn-badge");
        assert_eq!(filter.bounds(Some(4)).kind, Some(Kind::Issue));
        assert!(filter.first().is_none());
    }
}
