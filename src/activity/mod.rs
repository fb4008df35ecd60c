//! The desk that reads the activity log: the brand-wide page, and the history on an object's page.
//!
//! Words: an *entry* is one line of the log, as a deed recorded it; its *subject* is the thing the deed
//! was about. The log is written by [`crate::base::act::Act::commit`] alone and read here alone.
//!
//! Invariants
//! 1. Nothing here writes (the app role may not change the log: `the_activity_log_cannot_be_rewritten`).
//! 2. Entries are ordered by their id, which is ordered by time; a page's place is the last id seen.
//! 3. Names in the log are names as they were; links lead to the things as they are.

pub mod api;
mod audit_store;
mod entry;
mod export;
mod pages;
mod store;
mod words;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::auth::Staff;
use crate::base::error::Result;
use crate::base::permission::Permission;
pub use entry::{Change, Line};
pub use export::ActivitySheet;
pub use pages::routes;

/// Lines a history shows; the rest stand behind its link.
const RECENT: usize = 10;

/// The history of one thing, for its page: `{% include "activity/_history.html" %}` shows the variable
/// `history`.
#[derive(Debug, Default)]
pub struct History {
    /// The newest lines.
    pub lines: Vec<Line>,
    /// The brand-wide page with all of them, when there are more.
    pub more: Option<String>,
}

/// The newest lines about one thing; `None` for roles that do not read the log.
pub async fn history(
    db: &mut PgConnection,
    staff: &Staff,
    kind: &str,
    id: &str,
) -> Result<Option<History>> {
    if !staff.may(Permission::ReadActivity) {
        return Ok(None);
    }
    let filter = entry::Filter::about(kind, id);
    let found = store::page(db, staff.org, &filter.bounds(staff.zone), RECENT).await?;
    let more = found.next.map(|_| filter.href());
    let lines = found.items.into_iter().map(|row| Line::new(row, staff.zone)).collect();
    Ok(Some(History { lines, more }))
}

/// The newest so many lines about one thing, each with its instant: for pages that weave them into what
/// they know otherwise. None for roles that do not read the log.
pub async fn lines(
    db: &mut PgConnection,
    staff: &Staff,
    kind: &str,
    id: &str,
    most: usize,
) -> Result<Vec<(DateTime<Utc>, Line)>> {
    if !staff.may(Permission::ReadActivity) {
        return Ok(Vec::new());
    }
    let bounds = entry::Filter::about(kind, id).bounds(staff.zone);
    let found = store::page(db, staff.org, &bounds, most).await?;
    Ok(found.items.into_iter().map(|row| (row.at, Line::new(row, staff.zone))).collect())
}
