//! How a customer stands with a badge, and the lists the API makes of it (spec/badges.md 9.16, 9.17).
//! Pure.
//!
//! Why the categories here are not the support view's (`membercare`): the API's may overlap and ask
//! nothing of a badge's status or switch; the tabs of the support view are made disjoint.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, Utc};

use crate::badges::badge::{EarnType, Status};
use crate::base::ids::BadgeId;

/// One badge of the brand, and what one customer has of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// The badge.
    pub badge: BadgeId,
    /// Its name, folded.
    pub name_key: String,
    /// Direct, or enrol first.
    pub earn_type: EarnType,
    /// From when on it can be earned.
    pub start_on: DateTime<Utc>,
    /// The last instant it can be earned.
    pub expires_on: DateTime<Utc>,
    /// Its switch.
    pub active: bool,
    /// When it was changed last.
    pub updated_on: DateTime<Utc>,
    /// Its group's rank and name, if the group is in use.
    pub group: Option<(i32, String)>,
    /// Its rank in the group, or alone.
    pub rank: Option<i32>,
    /// Issued and not revoked.
    pub earns: i64,
    /// The latest end of these.
    pub held_until: Option<DateTime<Utc>>,
    /// The latest end of these that has passed.
    pub last_expired: Option<DateTime<Utc>>,
    /// The last of these that was posted.
    pub last_earn: Option<LastEarn>,
    /// The latest end of an enrolment that is not revoked.
    pub enrolled_until: Option<DateTime<Utc>>,
    /// The newest enrolment, a revoked one too.
    pub newest_enrolment: Option<NewestEnrolment>,
}

/// The last earn of a badge: that with the greatest posting time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastEarn {
    /// When it was posted.
    pub posted_on: DateTime<Utc>,
    /// When it happened.
    pub event_on: DateTime<Utc>,
}

/// The newest enrolment in a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewestEnrolment {
    /// When it was made.
    pub made_on: DateTime<Utc>,
    /// Its last instant.
    pub ends_on: DateTime<Utc>,
    /// Whether it was taken back.
    pub revoked: bool,
}

impl NewestEnrolment {
    /// How it stands, as sent.
    pub fn state(&self, now: DateTime<Utc>) -> &'static str {
        instance_state(self.revoked, self.ends_on, now)
    }
}

/// How an enrolment or an issued badge stands, as sent: taken back wins over run out.
pub fn instance_state(revoked: bool, ends_on: DateTime<Utc>, now: DateTime<Utc>) -> &'static str {
    match (revoked, now > ends_on) {
        (true, _) => "REVOKED",
        (false, true) => "EXPIRED",
        (false, false) => "LIVE",
    }
}

/// The four categories of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Enrol-first, neither enrolled nor held.
    AvailableToIssue,
    /// Not held, and direct or enrolled.
    Available,
    /// Held.
    Earned,
    /// Not held, and the badge is over or was held once.
    Expired,
}

impl Kind {
    /// The words of the wire, in the order of the variants.
    pub const WORDS: [&'static str; 4] = ["AVAILABLE_TO_ISSUE", "AVAILABLE", "EARNED", "EXPIRED"];

    /// By its word.
    pub fn named(word: &str) -> Option<Self> {
        let kinds = [Kind::AvailableToIssue, Kind::Available, Kind::Earned, Kind::Expired];
        Kind::WORDS.iter().position(|known| *known == word).and_then(|at| kinds.get(at).copied())
    }
}

impl Holding {
    /// Where the badge stands.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        Status::at(now, self.start_on, self.expires_on)
    }

    /// Whether the customer has it now. The last instant counts.
    pub fn is_held(&self, now: DateTime<Utc>) -> bool {
        self.held_until.is_some_and(|until| now <= until)
    }

    /// Whether the customer is enrolled now.
    pub fn is_enrolled(&self, now: DateTime<Utc>) -> bool {
        self.enrolled_until.is_some_and(|until| now <= until)
    }

    /// Whether it stands in a category of the support list (9.17).
    pub fn is(&self, kind: Kind, now: DateTime<Utc>) -> bool {
        let (held, enrolled) = (self.is_held(now), self.is_enrolled(now));
        let direct = self.earn_type == EarnType::Direct;
        match kind {
            Kind::AvailableToIssue => !direct && !enrolled && !held,
            Kind::Available => !held && (direct || enrolled),
            Kind::Earned => held,
            Kind::Expired => !held && (self.status(now) == Status::Ended || self.earns > 0),
        }
    }

    /// Whether it stands in the list made for the customer's own eyes (9.16). There `AVAILABLE` and
    /// `EARNED` mean other things: both types alike, begun badges only, ended ones and instances only
    /// where they are asked for; neither named means both.
    pub fn is_shown(&self, kind: Option<Kind>, with_ended: bool, now: DateTime<Utc>) -> bool {
        let earned = if with_ended { self.earns > 0 } else { self.is_held(now) };
        let begun = match self.status(now) {
            Status::Live => true,
            Status::Ended => with_ended,
            Status::Upcoming => false,
        };
        let available = begun && !self.is_held(now);
        match kind {
            None => available || earned,
            Some(Kind::Available) => available,
            Some(Kind::Earned) => earned,
            Some(kind) => self.is(kind, now),
        }
    }
}

/// The orders of both lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By id, which is creation.
    Id,
    /// By group and rank.
    Rank,
    /// By the badge's end.
    ExpiresOn,
    /// By the badge's last change.
    LastModified,
    /// By the newest enrolment.
    LastIssued,
    /// By the end of the last instance that ran out.
    LastExpired,
    /// By the posting time of the last earn.
    LastEarnedOn,
    /// By the event of the last earn.
    LastEarnedEvent,
}

impl Order {
    /// By its word on the wire.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "RANK" => Order::Rank,
            "EXPIRES_ON" => Order::ExpiresOn,
            "LAST_MODIFIED_DATE" => Order::LastModified,
            "LAST_ISSUED_DATE" => Order::LastIssued,
            "LAST_EXPIRED_BADGE" => Order::LastExpired,
            "LAST_EARNED_ON_DATE" => Order::LastEarnedOn,
            "LAST_EARNED_EVENT_DATE" => Order::LastEarnedEvent,
            _ => return None,
        })
    }

    /// Puts holdings in order. What never happened comes last, whichever way; ties: the badge made
    /// last comes first. `ascending` means nothing to the rank.
    pub fn sort(self, ascending: bool, holdings: &mut [Holding]) {
        holdings.sort_by(|a, b| match self {
            Order::Rank => by_rank(a, b),
            Order::Id if ascending => a.badge.cmp(&b.badge),
            Order::Id => b.badge.cmp(&a.badge),
            _ => by_date(self.date(a), self.date(b), ascending).then_with(|| b.badge.cmp(&a.badge)),
        });
    }

    fn date(self, holding: &Holding) -> Option<DateTime<Utc>> {
        match self {
            Order::Id | Order::Rank => None,
            Order::ExpiresOn => Some(holding.expires_on),
            Order::LastModified => Some(holding.updated_on),
            Order::LastIssued => holding.newest_enrolment.map(|newest| newest.made_on),
            Order::LastExpired => holding.last_expired,
            Order::LastEarnedOn => holding.last_earn.map(|last| last.posted_on),
            Order::LastEarnedEvent => holding.last_earn.map(|last| last.event_on),
        }
    }
}

fn by_date(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>, ascending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if ascending => a.cmp(&b),
        (Some(a), Some(b)) => b.cmp(&a),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

/// Groups by rank, then by name; badges without a group in use last. Inside: those with a rank by it,
/// then those without by their end, the later first. Ties: the later end, then the badge made last.
fn by_rank(a: &Holding, b: &Holding) -> Ordering {
    let key = |one: &Holding| {
        let group = one.group.clone();
        let end = (Reverse(one.expires_on), Reverse(one.badge));
        (group.is_none(), group, one.rank.is_none(), one.rank, end)
    };
    key(a).cmp(&key(b))
}

#[cfg(test)]
#[path = "holding_tests.rs"]
mod tests;
