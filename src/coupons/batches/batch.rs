//! What a batch is, and where it stands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::base::ids::{BatchId, ImportId, SeriesId};
use crate::coupons::codes::{Alphabet, Pattern};

/// A batch under way whose worker was not heard of for so long has none any more.
const SILENT_SECONDS: i64 = 20;

/// How the codes of a batch came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Made by us.
    Generated,
    /// Brought in with a file.
    Uploaded,
    /// Redemptions brought in with a file.
    Redeemed,
}

impl Kind {
    /// From the word in the database.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "GENERATED" => Some(Kind::Generated),
            "UPLOADED" => Some(Kind::Uploaded),
            "REDEEMED" => Some(Kind::Redeemed),
            _ => None,
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Kind::Generated => "Generated",
            Kind::Uploaded => "Uploaded",
            Kind::Redeemed => "Redemptions uploaded",
        }
    }
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its task is in the queue.
    Waiting,
    /// Codes are made.
    Running,
    /// All were made.
    Done,
    /// Somebody stopped it; what was made stays.
    Cancelled,
    /// It cannot go on by itself.
    Failed,
}

impl State {
    const ALL: [State; 5] =
        [State::Waiting, State::Running, State::Done, State::Cancelled, State::Failed];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            State::Waiting => "WAITING",
            State::Running => "RUNNING",
            State::Done => "DONE",
            State::Cancelled => "CANCELLED",
            State::Failed => "FAILED",
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            State::Waiting => "Waiting",
            State::Running => "Running",
            State::Done => "Done",
            State::Cancelled => "Stopped",
            State::Failed => "Failed",
        }
    }

    /// The style sheet's name for its shape and colour.
    pub const fn look(self) -> &'static str {
        match self {
            State::Waiting => "upcoming",
            State::Running => "busy",
            State::Done => "live",
            State::Cancelled => "warn",
            State::Failed => "revoked",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether a task is at work, or will be.
    pub const fn is_busy(self) -> bool {
        matches!(self, State::Waiting | State::Running)
    }
}

/// A batch as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// Whose codes.
    pub series: SeriesId,
    /// The offer's name.
    pub offer: String,
    /// How they came about.
    pub kind: Kind,
    /// What it is called; may be blank.
    pub name: String,
    /// How many were asked for.
    pub wanted: i64,
    /// How many there are.
    pub made: i64,
    /// Rows of a file that were refused.
    pub rejected: i64,
    /// Where it stands.
    pub state: State,
    /// Whether somebody wants it to stop.
    pub cancel_asked: bool,
    /// What its codes look like; none where they came from outside.
    pub pattern: Option<Pattern>,
    /// Why it failed or stopped.
    pub why: Option<String>,
    /// The file it came with.
    pub import: Option<ImportId>,
    /// When it was asked for.
    pub created_on: DateTime<Utc>,
    /// By whom, by number.
    pub created_by: Option<i64>,
    /// By whom.
    pub created_by_name: String,
    /// When the first worker began.
    pub started_on: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_on: Option<DateTime<Utc>>,
    /// Fences off a worker that has been replaced.
    pub attempt: i32,
    /// When its worker was last heard of.
    pub heartbeat_at: Option<DateTime<Utc>>,
}

impl Batch {
    /// Its address.
    pub fn path(&self) -> String {
        format!("/coupons/batches/{}", self.id)
    }

    /// What it is called: its name, or its number where it has none.
    pub fn label(&self) -> String {
        if self.name.is_empty() { format!("Batch {}", self.id) } else { self.name.clone() }
    }

    /// Whether its worker seems to be gone.
    pub fn is_stalled(&self, now: DateTime<Utc>) -> bool {
        let heard = self.heartbeat_at.or(self.started_on).unwrap_or(self.created_on);
        self.state == State::Running && (now - heard).num_seconds() >= SILENT_SECONDS
    }

    /// Whether it may be taken up again.
    pub fn may_resume(&self, now: DateTime<Utc>) -> bool {
        let ended = matches!(self.state, State::Cancelled | State::Failed);
        self.kind == Kind::Generated && (ended || self.is_stalled(now))
    }

    /// Codes it has yet to make.
    pub fn left(&self) -> i64 {
        (self.wanted - self.made).max(0)
    }
}

/// A pattern as a batch keeps it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredPattern {
    prefix: String,
    suffix: String,
    alphabet: String,
    length: i64,
}

impl From<&Pattern> for StoredPattern {
    fn from(pattern: &Pattern) -> Self {
        StoredPattern {
            prefix: pattern.prefix().to_owned(),
            suffix: pattern.suffix().to_owned(),
            alphabet: pattern.alphabet().word().to_owned(),
            length: i64::try_from(pattern.length()).unwrap_or(i64::MAX),
        }
    }
}

impl StoredPattern {
    /// The pattern; nothing when it is none of ours.
    pub(super) fn read(self) -> Option<Pattern> {
        let alphabet = Alphabet::from_word(&self.alphabet)?;
        Pattern::new(&self.prefix, &self.suffix, alphabet, self.length).ok()
    }
}
