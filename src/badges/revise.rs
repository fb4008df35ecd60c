//! How a level's list of fixed windows changes when its badge is edited (spec/badges.md 6.4).
//!
//! At most one config is in force and at most one waits; past ones stay as they were, for events of
//! their time are judged by them. `superseded_at` marks where a successor (or, after a removal,
//! nothing) takes over; `end_at` follows from it and from the badge's own end.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::badges::badge::Status;
use crate::badges::windows::{Period, WindowConfig};
use crate::base::calendar;
use crate::base::problem::Fault;

/// What a level's fixed window should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// What repeats.
    pub period: Period,
    /// How many in each window.
    pub max: i64,
}

/// What the change is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The instant of the change.
    pub now: DateTime<Utc>,
    /// The brand's zone.
    pub zone: Tz,
    /// Where the badge stood before the change.
    pub status: Status,
    /// Its start after the change.
    pub start: DateTime<Utc>,
    /// The last instant windows may cover after the change; none where enrolments never end.
    pub end: Option<DateTime<Utc>>,
}

/// The level's configs after the change. `wanted` is empty for "no fixed window"; it may repeat the
/// definition in force beside one other, as a reader sends back what it was given.
pub fn revise(
    existing: &[WindowConfig],
    wanted: &[Wanted],
    frame: &Frame,
) -> Result<Vec<WindowConfig>, Fault> {
    if frame.status == Status::Upcoming {
        let ([] | [_]) = wanted else { return Err(too_many()) };
        return Ok(wanted.iter().map(|one| frame.fresh(0, one, frame.start)).collect());
    }
    let mut list = List::of(existing, frame);
    let current = list.current.map(|config| config.period);
    let (same, others): (Vec<&Wanted>, Vec<&Wanted>) =
        wanted.iter().partition(|one| Some(one.period) == current);
    match (same.as_slice(), others.as_slice()) {
        ([], []) => list.remove(frame),
        ([one], []) => list.keep(one.max),
        ([] | [_], [other]) => {
            if let (Some(config), Some(one)) = (list.current.as_mut(), same.first()) {
                config.max = one.max;
            }
            list.succeed(other, frame);
        }
        _ => return Err(too_many()),
    }
    Ok(list.into_configs(frame))
}

/// What is wanted of windows sent back as a reader was given them, each with its mark of being over.
/// An entry marked so counts only where it repeats a definition that stands and that no other entry
/// speaks of, or where nothing stands and nothing else was sent: a badge made after another's picture.
pub fn still_wanted(
    existing: &[WindowConfig],
    sent: &[(Wanted, bool)],
    frame: &Frame,
) -> Vec<Wanted> {
    let standing: Vec<Period> = match frame.status {
        Status::Upcoming => Vec::new(),
        _ => {
            let list = List::of(existing, frame);
            list.current.iter().chain(&list.waiting).map(|config| config.period).collect()
        }
    };
    let mut wanted: Vec<Wanted> =
        sent.iter().filter(|(_, over)| !over).map(|(one, _)| *one).collect();
    let none = wanted.is_empty() && standing.is_empty();
    for (one, _) in sent.iter().rev().filter(|(_, over)| *over) {
        let said = wanted.iter().any(|other| other.period == one.period);
        if !said && (standing.contains(&one.period) || (none && wanted.is_empty())) {
            wanted.push(*one);
        }
    }
    wanted
}

/// From which day a changed definition would apply on a badge that is no longer upcoming; none when
/// nothing changes or nothing is in force.
pub fn applies_from(existing: &[WindowConfig], wanted: Period, frame: &Frame) -> Option<NaiveDate> {
    let list = List::of(existing, frame);
    let current = list.current.filter(|config| config.period != wanted)?;
    if let Some(waiting) = list.waiting.filter(|config| config.period == wanted) {
        return Some(waiting.first_day(frame.zone));
    }
    Some(wanted.boundary(frame.after_window(&current)))
}

/// The definition a form shows: the one that waits, else the one in force. A removed one still runs
/// to the end of its window but is no longer wanted.
pub fn desired(existing: &[WindowConfig]) -> Option<Wanted> {
    let standing = existing.iter().filter(|config| config.superseded_at.is_none());
    standing
        .max_by_key(|config| config.seq)
        .map(|config| Wanted { period: config.period, max: config.max })
}

fn too_many() -> Fault {
    Fault::new("windows_too_many", "Give at most one new fixed window for each level")
}

/// A level's configs by their part in the change.
struct List {
    past: Vec<WindowConfig>,
    current: Option<WindowConfig>,
    waiting: Option<WindowConfig>,
}

impl List {
    fn of(existing: &[WindowConfig], frame: &Frame) -> Self {
        let mut list = List { past: Vec::new(), current: None, waiting: None };
        for config in existing {
            if config.superseded_at.is_some_and(|at| at <= frame.now) {
                list.past.push(*config);
            } else if config.start_at > frame.now {
                list.waiting = Some(*config);
            } else {
                list.current = Some(*config);
            }
        }
        list
    }

    fn next_seq(&self) -> i32 {
        let all = self.past.iter().chain(&self.current).chain(&self.waiting);
        all.map(|config| config.seq + 1).max().unwrap_or(0)
    }

    /// No fixed window any more: the running window ends first.
    fn remove(&mut self, frame: &Frame) {
        self.waiting = None;
        if let Some(config) = &mut self.current {
            let after = frame.after_window(config);
            config.superseded_at = Some(calendar::start_of_day(after, frame.zone));
        }
    }

    /// Back to, or still at, the definition in force: only the limit moves, at once.
    fn keep(&mut self, max: i64) {
        self.waiting = None;
        if let Some(config) = &mut self.current {
            config.max = max;
            config.superseded_at = None;
        }
    }

    /// Another definition: it waits for the running window to end.
    fn succeed(&mut self, other: &Wanted, frame: &Frame) {
        if let Some(waiting) = self.waiting.as_mut().filter(|config| config.period == other.period)
        {
            waiting.max = other.max;
            return;
        }
        let seq = self.waiting.map_or_else(|| self.next_seq(), |config| config.seq);
        let Some(config) = &mut self.current else {
            // Nothing in force. A level that never had a window judges the badge's whole life; after
            // a gap the past stays unlimited.
            let start = if self.past.is_empty() {
                frame.start
            } else {
                calendar::start_of_day(calendar::day_of(frame.now, frame.zone), frame.zone)
            };
            self.waiting = None;
            self.current = Some(frame.fresh(seq, other, start));
            return;
        };
        let first = other.period.boundary(frame.after_window(config));
        let from = calendar::start_of_day(first, frame.zone);
        config.superseded_at = Some(from);
        self.waiting = Some(frame.fresh(seq, other, from));
    }

    /// All of them in order, each ended by its successor or by the badge, whichever comes first.
    fn into_configs(self, frame: &Frame) -> Vec<WindowConfig> {
        let mut all: Vec<WindowConfig> =
            self.past.into_iter().chain(self.current).chain(self.waiting).collect();
        all.sort_by_key(|config| config.seq);
        for config in &mut all {
            config.end_at = frame.end_of(config.superseded_at);
        }
        all
    }
}

impl Frame {
    fn fresh(&self, seq: i32, wanted: &Wanted, start_at: DateTime<Utc>) -> WindowConfig {
        WindowConfig {
            seq,
            period: wanted.period,
            max: wanted.max,
            start_at,
            end_at: self.end,
            superseded_at: None,
        }
    }

    fn end_of(&self, superseded_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        let cut = superseded_at.map(|at| at - Duration::seconds(1));
        match (self.end, cut) {
            (Some(end), Some(cut)) => Some(end.min(cut)),
            (end, cut) => end.or(cut),
        }
    }

    /// The day after the window that runs now, or that ran last.
    fn after_window(&self, config: &WindowConfig) -> NaiveDate {
        let (first, last) =
            (config.first_day(self.zone), self.end.map(|at| calendar::day_of(at, self.zone)));
        let today = calendar::day_of(self.now, self.zone);
        let day = last.map_or(today, |last| today.min(last)).max(first);
        let window_end = config.period.window(day, first, last).map_or(day, |window| window.last);
        window_end.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
    }
}

#[cfg(test)]
#[path = "revise_tests.rs"]
mod tests;
