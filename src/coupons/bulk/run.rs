//! What a run is, and where it stands.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::action::Action;
use super::scope::Scope;
use crate::base::ids::{BulkListId, BulkRunId, SeriesId};
use crate::coupons::batches::State;

/// A run under way whose worker was not heard of for so long has none any more.
const SILENT_SECONDS: i64 = 20;

/// Where the next chunk begins: behind this, by whatever the scope is walked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// When the last coupon was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<DateTime<Utc>>,
    /// The last code, as it is compared.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// The last customer.
    pub customer: i64,
    /// The last coupon.
    pub id: i64,
}

/// Outcomes and how many coupons had them.
pub type Outcomes = BTreeMap<String, i64>;

/// A run as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its number.
    pub id: BulkRunId,
    /// What is done.
    pub action: Action,
    /// To which coupons.
    pub scope: Scope,
    /// The same in words, as it was then.
    pub about: String,
    /// The series it stays within.
    pub series: Option<SeriesId>,
    /// The run whose changes it takes back.
    pub undoes: Option<BulkRunId>,
    /// Where ends are moved to; of an undo, from.
    pub moved_to: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Option<String>,
    /// What came to be later is not touched.
    pub border: DateTime<Utc>,
    /// How many coupons are expected, where that is known.
    pub total: Option<i64>,
    /// Where the next chunk begins.
    pub place: Place,
    /// Coupons dealt with.
    pub seen: i64,
    /// Of them done.
    pub done: i64,
    /// Of them left alone.
    pub skipped: i64,
    /// Why, by word.
    pub outcomes: Outcomes,
    /// Where it stands.
    pub state: State,
    /// Whether somebody wants it to stop.
    pub cancel_asked: bool,
    /// Why it failed.
    pub why: Option<String>,
    /// Fences off a worker that has been replaced.
    pub attempt: i32,
    /// When its worker was last heard of.
    pub heartbeat_at: Option<DateTime<Utc>>,
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
}

impl Run {
    /// Its address.
    pub fn path(&self) -> String {
        format!("/coupons/bulk/{}", self.id)
    }

    /// What the log calls it.
    pub fn label(&self) -> String {
        format!("{}: {}", self.action.title(), self.about)
    }

    /// Whether its worker seems to be gone.
    pub fn is_stalled(&self, now: DateTime<Utc>) -> bool {
        let heard = self.heartbeat_at.or(self.started_on).unwrap_or(self.created_on);
        self.state == State::Running && (now - heard).num_seconds() >= SILENT_SECONDS
    }

    /// Whether it may be taken up again.
    pub fn may_resume(&self, now: DateTime<Utc>) -> bool {
        matches!(self.state, State::Cancelled | State::Failed) || self.is_stalled(now)
    }

    /// Whether what it did can be taken back.
    pub fn may_undo(&self) -> bool {
        self.action == Action::Expiry && !self.state.is_busy() && self.done > 0
    }

    /// How many are expected; never fewer than were seen.
    pub fn expected(&self) -> Option<i64> {
        self.total.map(|total| total.max(self.seen))
    }
}

/// Customers listed by identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its number.
    pub id: BulkListId,
    /// Of which series coupons are meant.
    pub series: SeriesId,
    /// The file's name, or that it was pasted.
    pub name: String,
    /// How many customers it named.
    pub found: i64,
    /// What nobody has.
    pub unknown: Vec<String>,
}
