//! What is asked of the engine and what it answers.

use chrono::{DateTime, Utc};

use crate::badges::owners::Owner;
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId};
use crate::base::problem::{Fault, Problem};

/// What set it off: a module and the thing of that module, as claimed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trigger {
    /// The module.
    pub owner: Option<Owner>,
    /// The programme, promotion, journey.
    pub reference: Option<String>,
}

/// Customers to be enrolled in a badge (the wire's `issue`).
#[derive(Debug, Clone)]
pub struct EnrolCall {
    /// Which badge.
    pub badge: BadgeId,
    /// Whom, in the order they are dealt with.
    pub customers: Vec<CustomerId>,
    /// Names the call once in the brand; one is made where none is given.
    pub request_id: Option<String>,
    /// When they qualified; now where nothing is said.
    pub event: Option<DateTime<Utc>>,
    /// What set it off; neither owner nor claim is asked.
    pub trigger: Trigger,
}

/// Customers to get a badge (the wire's `earn`).
#[derive(Debug, Clone)]
pub struct IssueCall {
    /// Which badge.
    pub badge: BadgeId,
    /// Who, in the order they are dealt with: where a limit leaves room for some, for the first.
    pub customers: Vec<CustomerId>,
    /// Names the call once in the brand; one is made where none is given.
    pub request_id: Option<String>,
    /// When they earned it; now where nothing is said.
    pub event: Option<DateTime<Utc>>,
    /// What set it off.
    pub trigger: Trigger,
    /// From the support console, where neither owner nor claim is asked.
    pub by_support: bool,
}

/// What became of one customer of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<T> {
    /// Who, as they were named.
    pub customer: CustomerId,
    /// What they got, or why not.
    pub result: Result<T, Declined>,
}

/// Why a customer got nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declined {
    /// What stands against it.
    pub problem: Problem,
    /// The enrolment in the way, where one is.
    pub existing: Option<(EnrolmentId, State)>,
}

impl From<Problem> for Declined {
    fn from(problem: Problem) -> Self {
        Declined { problem, existing: None }
    }
}

/// How an enrolment or an issued badge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its event lies ahead.
    Upcoming,
    /// It counts.
    Live,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl State {
    /// How something with this event and end stands that was not taken back.
    pub fn at(now: DateTime<Utc>, event: DateTime<Utc>, end: DateTime<Utc>) -> Self {
        if now > end {
            State::Expired
        } else if now < event {
            State::Upcoming
        } else {
            State::Live
        }
    }

    /// As sent.
    pub const fn wire(self) -> &'static str {
        match self {
            State::Upcoming => "UPCOMING",
            State::Live => "LIVE",
            State::Expired => "EXPIRED",
            State::Revoked => "REVOKED",
        }
    }
}

/// An enrolment made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The wire's `issuedId`.
    pub id: EnrolmentId,
    /// Its last instant.
    pub expires_on: DateTime<Utc>,
}

/// A badge issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The wire's `earnedBadgeId`.
    pub id: EarnId,
    /// The enrolment it rests on, where the badge asks for one.
    pub enrolment: Option<EnrolmentId>,
    /// Its last instant.
    pub expires_on: DateTime<Utc>,
    /// How it stands at once: a fixed end may lie in the past.
    pub state: State,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// The call's name, given or made.
    pub request_id: String,
    /// When what this call gives ends; none where nobody got anything.
    pub expires_on: Option<DateTime<Utc>>,
    /// Customer by customer, in the order given, each named once.
    pub outcomes: Vec<Outcome<T>>,
}

/// The most characters of a request id or a reference.
const LONGEST: usize = 255;

/// A text that is stored as sent: not longer than its column's index bears, and nothing the store
/// cannot hold.
pub(super) fn storable(text: &str, field: &'static str) -> Result<(), Problem> {
    if text.chars().count() > LONGEST {
        let words = format!("Use at most {LONGEST} characters for {field}");
        return Err(Fault::new("too_long", words).on(field));
    }
    if text.contains('\0') {
        return Err(
            Fault::invalid(format!("{field} holds a character that cannot be kept")).on(field)
        );
    }
    Ok(())
}

impl Trigger {
    /// Refuses what cannot be stored.
    pub(super) fn check(&self) -> Result<(), Problem> {
        self.reference.as_deref().map_or(Ok(()), |text| storable(text, "referenceId"))
    }

    /// The module as stored; blank where none is known.
    pub(super) fn owner_word(&self, by_support: bool) -> &'static str {
        match self.owner {
            Some(owner) => owner.wire(),
            None if by_support => Owner::Membercare.wire(),
            None => "",
        }
    }
}
