//! What an import is: its state, its counts, what may be done to it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::mapping::Mapping;
use crate::base::csv::dialect::Dialect;
use crate::base::csv::importable::Verdict;
use crate::base::csv::read::Place;
use crate::base::ids::{FileId, ImportId};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody says which column is what.
    Mapping,
    /// Every row is looked at; nothing is written.
    Checking,
    /// The result of the check waits for a decision.
    Checked,
    /// Rows are written.
    Running,
    /// All rows were taken.
    Done,
    /// The file cannot be taken at all.
    Failed,
    /// Somebody stopped it; what was written stays, and it may go on.
    Cancelled,
    /// What it brought is being taken back.
    Undoing,
    /// What it brought was taken back.
    Undone,
}

impl State {
    const ALL: [State; 9] = [
        State::Mapping,
        State::Checking,
        State::Checked,
        State::Running,
        State::Done,
        State::Failed,
        State::Cancelled,
        State::Undoing,
        State::Undone,
    ];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            State::Mapping => "mapping",
            State::Checking => "checking",
            State::Checked => "checked",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
            State::Undoing => "undoing",
            State::Undone => "undone",
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            State::Mapping => "Columns to be mapped",
            State::Checking => "Checking",
            State::Checked => "Checked",
            State::Running => "Running",
            State::Done => "Done",
            State::Failed => "Failed",
            State::Cancelled => "Stopped",
            State::Undoing => "Undoing",
            State::Undone => "Undone",
        }
    }

    /// From the word in the database.
    pub fn from_word(word: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether a task is at work.
    pub const fn is_busy(self) -> bool {
        matches!(self, State::Checking | State::Running | State::Undoing)
    }
}

/// The two readings of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Looking.
    Check,
    /// Writing.
    Run,
}

impl Phase {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Phase::Check => "check",
            Phase::Run => "run",
        }
    }
}

/// Rows by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New things.
    pub created: i64,
    /// Things changed.
    pub updated: i64,
    /// Things that were so already.
    pub unchanged: i64,
    /// Rows refused.
    pub errors: i64,
}

impl Counts {
    /// Adds one row.
    pub fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Create => self.created += 1,
            Verdict::Update => self.updated += 1,
            Verdict::Unchanged => self.unchanged += 1,
            Verdict::Refused(_) => self.errors += 1,
        }
    }

    /// All rows.
    pub const fn total(&self) -> i64 {
        self.created + self.updated + self.unchanged + self.errors
    }

    /// Rows that change something.
    pub const fn writes(&self) -> i64 {
        self.created + self.updated
    }
}

/// What became of a row, as one byte.
pub const fn verdict_byte(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Create => b'c',
        Verdict::Update => b'u',
        Verdict::Unchanged => b'=',
        Verdict::Refused(_) => b'e',
    }
}

/// That byte as the word of a result file. `dry` for a file that was only checked.
pub const fn verdict_word(byte: u8, dry: bool) -> &'static str {
    match (byte, dry) {
        (b'c', false) => "created",
        (b'c', true) => "will create",
        (b'u', false) => "updated",
        (b'u', true) => "will update",
        (b'=', _) => "unchanged",
        _ => "error",
    }
}

/// What the person decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Take the good rows although others are refused.
    pub take_good_rows: bool,
    /// Allow past dates.
    pub migration: bool,
    /// Whether the check found that no identity stands in the file twice: the run need not look again.
    pub no_repeats: bool,
    /// Run as soon as it is checked: nobody is there to decide.
    pub straight_on: bool,
    /// What every row is about, where the kind asks for it.
    pub about: Option<i64>,
    /// What that is called.
    pub about_label: String,
}

/// An import as stored.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its number.
    pub id: ImportId,
    /// The kind's name.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// The file.
    pub file: FileId,
    /// As it was called where it came from.
    pub file_name: String,
    /// Of the whole file.
    pub sha256: Vec<u8>,
    /// Its size.
    pub bytes: i64,
    /// How it is spelled.
    pub dialect: Dialect,
    /// Which column is what.
    pub mapping: Mapping,
    /// What was decided.
    pub options: Options,
    /// Rows, once counted.
    pub rows_total: Option<i64>,
    /// What the check found.
    pub will: Counts,
    /// What the run did.
    pub did: Counts,
    /// Where the next chunk begins.
    pub next: Place,
    /// Fences off a worker that has been replaced.
    pub attempt: i32,
    /// Whether somebody wants it to stop.
    pub cancel_asked: bool,
    /// Why it failed.
    pub message: Option<String>,
    /// Who brought it, by number.
    pub actor_id: Option<i64>,
    /// What they are: `staff`, `till`, `client`, `operator`.
    pub actor_kind: String,
    /// Who brought it.
    pub actor_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When the present phase began.
    pub phase_began_at: Option<DateTime<Utc>>,
    /// When the worker was last heard of.
    pub heartbeat_at: Option<DateTime<Utc>>,
    /// When the last phase ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A busy import whose worker was not heard of for so long has none any more.
const SILENT_SECONDS: i64 = 20;

impl Import {
    /// Its address.
    pub fn path(&self) -> String {
        format!("/imports/{}", self.id)
    }

    /// Whether its worker seems to be gone.
    pub fn is_stalled(&self, now: DateTime<Utc>) -> bool {
        let heard = self.heartbeat_at.or(self.phase_began_at).unwrap_or(self.created_at);
        self.state.is_busy() && (now - heard).num_seconds() >= SILENT_SECONDS
    }

    /// Whether the run may be taken up again.
    pub fn may_resume(&self, now: DateTime<Utc>) -> bool {
        self.is_stalled(now) || (self.state == State::Cancelled && self.will.total() > 0)
    }

    /// Whether there is anything to take back.
    pub const fn may_undo(&self) -> bool {
        matches!(self.state, State::Done | State::Cancelled) && self.did.writes() > 0
    }

    /// The phase whose rows and errors there are to see.
    pub const fn last_phase(&self) -> Phase {
        match self.state {
            State::Mapping | State::Checking | State::Checked | State::Failed => Phase::Check,
            _ if self.did.total() == 0 => Phase::Check,
            _ => Phase::Run,
        }
    }

    /// The file's name without its extension.
    pub fn stem(&self) -> &str {
        self.file_name.rsplit_once('.').map_or(self.file_name.as_str(), |(stem, _)| stem)
    }
}

/// How far a reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub doing: &'static str,
    /// Rows dealt with.
    pub rows: i64,
    /// Bytes of the file behind it.
    pub bytes: u64,
    /// Bytes of the file.
    pub of: u64,
}
