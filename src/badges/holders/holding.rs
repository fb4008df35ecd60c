//! One issued badge or one enrolment, as lists show it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::base::ids::CustomerId;

/// Which of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Issued badges.
    Issued,
    /// Enrolments.
    Enrolled,
}

/// How a holding stands; revoked wins over expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It counts.
    Live,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

/// All states, in the order of the screen.
pub const STATES: [State; 3] = [State::Live, State::Expired, State::Revoked];

/// Where issued badges come from: the stored word and that of the screen.
pub const SOURCES: [(&str, &str); 5] = [
    ("API", "API"),
    ("UI", "Console"),
    ("BULK", "Bulk"),
    ("IMPORT", "History import"),
    ("WORKFLOW", "Workflow"),
];

/// A source in the word of the screen.
pub fn source_label(stored: &str) -> &str {
    SOURCES.iter().find(|(word, _)| *word == stored).map_or(stored, |(_, label)| label)
}

impl State {
    /// As stored in addresses and asked of the database.
    pub const fn word(self) -> &'static str {
        match self {
            State::Live => "LIVE",
            State::Expired => "EXPIRED",
            State::Revoked => "REVOKED",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            State::Live => "Live",
            State::Expired => "Expired",
            State::Revoked => "Revoked",
        }
    }

    /// The style sheet's name for its shape and colour.
    pub const fn look(self) -> &'static str {
        match self {
            State::Live => "live",
            State::Expired => "ended",
            State::Revoked => "revoked",
        }
    }
}

/// One issued badge or one enrolment.
#[derive(Debug, Clone)]
pub struct Holding {
    /// Its id.
    pub id: Vec<u8>,
    /// Whose.
    pub customer: CustomerId,
    /// When the customer did what earned it.
    pub event: DateTime<Utc>,
    /// When it was entered.
    pub entered: DateTime<Utc>,
    /// When it ends; none: with the badge.
    pub ends: Option<DateTime<Utc>>,
    /// Through which door it came; enrolments do not say.
    pub source: String,
    /// By which module, as stored.
    pub owner: String,
    /// Where in that module.
    pub reference: Option<String>,
    /// The import that brought it.
    pub import: Option<i64>,
    /// When it was taken back.
    pub revoked_on: Option<DateTime<Utc>>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Holding {
    /// When it ends, `badge_end` put in where it ends with the badge.
    pub fn end(&self, badge_end: DateTime<Utc>) -> DateTime<Utc> {
        self.ends.unwrap_or(badge_end)
    }

    /// How it stands.
    pub fn state(&self, badge_end: DateTime<Utc>, now: DateTime<Utc>) -> State {
        if self.revoked_on.is_some() {
            State::Revoked
        } else if self.end(badge_end) < now {
            State::Expired
        } else {
            State::Live
        }
    }

    /// Its place in the list.
    pub fn place(&self) -> Place {
        Place { at: self.event, id: hex::encode(&self.id) }
    }
}

/// The last row seen: newest event first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its event.
    pub at: DateTime<Utc>,
    /// Its id.
    pub id: String,
}

impl Place {
    /// Its id as the database keeps it; one that cannot be read comes after all others.
    pub fn bytes(&self) -> Vec<u8> {
        hex::decode(&self.id).unwrap_or_else(|_| vec![0xff; 12])
    }
}
