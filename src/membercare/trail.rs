//! The tester's answer as a page shows it: every check in its order, what it looked at, and each limit
//! with the stretch of time it counts over.
//!
//! A check that comes after the first that failed was not reached: the engine would have stopped there.

use std::cmp::Ordering;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use crate::badges::issuing::judge::{Check, Step};
use crate::badges::issuing::quota::Span;
use crate::badges::issuing::{Looked, Verdict};
use crate::badges::limits::Level;
use crate::badges::{Badge, EarnType};
use crate::membercare::deeds::told;
use crate::membercare::timeline::is_never;
use crate::orgs::Settings;
use crate::web::time::{Stamp, count};

/// What was judged, and by what.
#[derive(Debug)]
pub struct Judged<'a> {
    /// What the engine found.
    pub verdict: &'a Verdict,
    /// The badge.
    pub badge: &'a Badge,
    /// What the customer is called.
    pub name: &'a str,
    /// The brand's rules.
    pub settings: &'a Settings,
    /// From when until when the enrolment runs that it would rest on.
    pub enrolment: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether support asks, of whom no claim is asked.
    pub unclaimed: bool,
    /// When it was judged.
    pub now: DateTime<Utc>,
    /// The brand's zone.
    pub zone: Tz,
}

/// The whole answer.
#[derive(Debug, Clone)]
pub struct Trail {
    /// Whether the customer would get it.
    pub yes: bool,
    /// The answer in one sentence.
    pub headline: String,
    /// When the event happened that was judged.
    pub event: Stamp,
    /// When it was judged.
    pub now: Stamp,
    /// When the badge would end; none when never, or when it would not be issued.
    pub end: Option<Stamp>,
    /// The zone whose days were counted.
    pub zone: String,
    /// The checks in their order.
    pub checks: Vec<Row>,
    /// The limits that were looked at.
    pub limits: Vec<LimitRow>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What was asked.
    pub title: &'static str,
    /// What there was to see.
    pub found: String,
    /// What stands against it; empty when nothing does.
    pub problem: String,
    /// The style sheet's name and the word for how it went.
    pub outcome: (&'static str, &'static str),
}

/// One limit.
#[derive(Debug, Clone)]
pub struct LimitRow {
    /// Whose: "This customer", "All customers".
    pub whom: &'static str,
    /// Over what: "Every 5 days".
    pub over: String,
    /// From when on it counts; none: from the badge's start.
    pub from: Option<Stamp>,
    /// Until when; none: until now.
    pub to: Option<Stamp>,
    /// How many it counted.
    pub count: String,
    /// How many it allows.
    pub max: String,
    /// Whether there is room for one more.
    pub room: bool,
}

impl Trail {
    /// The answer in the words of the screen.
    pub fn of(judged: &Judged<'_>) -> Self {
        let (verdict, zone) = (judged.verdict, judged.zone);
        let stamp = |at| Stamp::new(at, zone);
        let yes = verdict.refusal.is_none();
        let would = if yes { "would get" } else { "would not get" };
        let (name, badge) = (judged.name, &judged.badge.name);
        let ends = yes && !is_never(judged.now, verdict.expires_on);
        Trail {
            yes,
            headline: format!("{name} {would} “{badge}” for {}.", stamp(verdict.event)),
            event: stamp(verdict.event),
            now: stamp(judged.now),
            end: ends.then(|| stamp(verdict.expires_on)),
            zone: zone.name().to_owned(),
            checks: rows(judged),
            limits: verdict.limits.iter().map(|looked| limit(looked, zone)).collect(),
        }
    }
}

fn rows(judged: &Judged<'_>) -> Vec<Row> {
    let steps = &judged.verdict.steps;
    let failed = steps.iter().position(|step| step.problem.is_some()).unwrap_or(steps.len());
    let row = |(place, step): (usize, &Step)| {
        let outcome = match place.cmp(&failed) {
            Ordering::Less => ("live", "Passed"),
            Ordering::Equal => ("revoked", "Failed"),
            Ordering::Greater => ("inactive", "Not reached"),
        };
        let problem = step.problem.clone().filter(|_| place == failed);
        Row {
            title: title(step.check),
            found: found(step.check, judged),
            problem: problem.map(|problem| told(problem).message.into()).unwrap_or_default(),
            outcome,
        }
    };
    steps.iter().enumerate().map(row).collect()
}

/// What a check asks, in the words of the screen.
const fn title(check: Check) -> &'static str {
    match check {
        Check::Customer => "The customer is there",
        Check::Enrollable => "The badge takes enrolments",
        Check::Live => "The badge is switched on and has begun",
        Check::EventDate => "The event lies at most a day ahead",
        Check::Duration => "The event lies within the badge’s start and end",
        Check::Enrolment => "An enrolment covers the event",
        Check::RetroAge => "The event does not lie too far back",
        Check::RetroRegistered => "The customer was known for long enough",
        Check::Claim => "The module has claimed the badge",
        Check::CustomerLimit => "The customer’s limits have room",
        Check::BadgeLimit => "The limits across customers have room",
    }
}

/// What a check looked at.
fn found(check: Check, judged: &Judged<'_>) -> String {
    let stamp = |at: DateTime<Utc>| Stamp::new(at, judged.zone);
    let (badge, settings) = (judged.badge, judged.settings);
    match check {
        Check::Customer | Check::Enrollable => judged.name.to_owned(),
        Check::Live => {
            let switch = if badge.active { "Active" } else { "Inactive" };
            format!("{switch}, {}", badge.status(judged.now).label().to_lowercase())
        }
        Check::EventDate => stamp(judged.verdict.event).to_string(),
        Check::Duration => format!("{} – {}", stamp(badge.start_on), stamp(badge.expires_on)),
        Check::Enrolment => match (judged.enrolment, badge.earn_type) {
            (Some((from, until)), _) if is_never(from, until) => {
                format!("Enrolled {}, for good", stamp(from))
            }
            (Some((from, until)), _) => format!("Enrolled {} – {}", stamp(from), stamp(until)),
            (None, EarnType::Enrol) => "None".to_owned(),
            (None, EarnType::Direct) => "Not needed: issued directly".to_owned(),
        },
        Check::RetroAge => match settings.retro_max_age_days {
            Some(days) => format!("At most {days} days"),
            None => "Your brand sets no limit".to_owned(),
        },
        Check::RetroRegistered => match settings.retro_registration_hours {
            Some(hours) => format!("At least {hours} hours, for events of earlier days"),
            None => "Your brand does not ask".to_owned(),
        },
        Check::Claim if judged.unclaimed => "Not asked of support".to_owned(),
        Check::Claim => String::new(),
        Check::CustomerLimit => tightest(judged, Level::Customer),
        Check::BadgeLimit => tightest(judged, Level::Badge),
    }
}

/// "1 of 2": the limit of a level with the least room.
fn tightest(judged: &Judged<'_>, level: Level) -> String {
    let of_level = judged.verdict.limits.iter().filter(|looked| looked.quota.level == level);
    match of_level.min_by_key(|looked| looked.quota.max.saturating_sub(looked.count)) {
        Some(looked) => format!("{} of {}", count(looked.count), count(looked.quota.max)),
        None => "None counts at this date".to_owned(),
    }
}

fn limit(looked: &Looked, zone: Tz) -> LimitRow {
    let stamp = |at: DateTime<Utc>| Some(Stamp::new(at, zone));
    let quota = looked.quota;
    let (over, from, to) = match quota.span {
        Span::Overall => ("The badge’s whole life".to_owned(), None, None),
        Span::Rolling { unit, value, edge } => {
            let unit = if value == 1 { unit.label().trim_end_matches('s') } else { unit.label() };
            (format!("The last {value} {unit}, by when it was entered"), stamp(edge), None)
        }
        Span::Fixed { config, from, to, .. } => {
            // Shown through the end of its last day.
            let last = to - Duration::microseconds(1);
            (capital(&config.period.sentence()), stamp(from), stamp(last))
        }
    };
    LimitRow {
        whom: match quota.level {
            Level::Customer => "This customer",
            Level::Badge => "All customers",
        },
        over,
        from,
        to,
        count: count(looked.count),
        max: count(quota.max),
        room: looked.allows(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
