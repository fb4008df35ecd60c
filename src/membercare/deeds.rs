//! What the desk does in a customer's name: the badges room's deeds, for one customer, by Membercare.
//!
//! Why a refused form leaves nothing behind: a decline becomes an error here, so the act is rolled back
//! and with it the use of the form's request id; the same form may be sent again with another date.

use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::badges;
use crate::badges::issuing::{Answer, EnrolCall, IssueCall, RevokeWhich, Trigger};
use crate::badges::owners::Owner;
use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId};
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::membercare::store::Held;
use crate::membercare::timeline::What;
use crate::orgs::Settings;
use crate::requests::{self, Kind, Proposal, Sent};

/// What support may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Enrol in a badge.
    Enrol,
    /// Issue a badge.
    Issue,
}

impl Verb {
    /// Both.
    pub const ALL: [Verb; 2] = [Verb::Enrol, Verb::Issue];

    /// The noun in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Verb::Enrol => "enrolment",
            Verb::Issue => "issual",
        }
    }

    /// The verb on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Verb::Enrol => "Enrol",
            Verb::Issue => "Issue",
        }
    }

    /// What a request for it is.
    pub const fn kind(self) -> Kind {
        match self {
            Verb::Enrol => Kind::Enrol,
            Verb::Issue => Kind::Issue,
        }
    }

    /// Whether this person has to ask for it: the brand says so, and they are not one who may approve.
    pub fn asks(self, staff: &Staff, settings: &Settings) -> bool {
        let wanted = match self {
            Verb::Enrol => settings.approve_enrolments,
            Verb::Issue => settings.approve_issues,
        };
        wanted && !staff.may(Permission::ApproveRequests)
    }

    /// By its noun in the address.
    pub fn named(word: &str) -> Option<Self> {
        Verb::ALL.into_iter().find(|verb| verb.word() == word)
    }
}

/// What is given to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    /// Enrolled or issued.
    pub verb: Verb,
    /// Which badge.
    pub badge: BadgeId,
    /// To whom.
    pub customer: CustomerId,
    /// When the customer qualified; now where nothing is said.
    pub event: Option<DateTime<Utc>>,
    /// The form's own id: what is sent twice is done once.
    pub request: String,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Given, until this instant.
    Given(DateTime<Utc>),
    /// It waits for somebody who may approve it.
    Asked,
}

/// Gives it and says when it ends; where the brand wants a second person, asks for it.
pub async fn give(act: &mut Act, gift: &Gift) -> Result<Done> {
    if requests::must_ask(act, gift.verb.kind()).await? {
        return ask(act, gift).await;
    }
    let trigger = Trigger { owner: Some(Owner::Membercare), reference: None };
    let request_id = Some(gift.request.clone()).filter(|id| !id.is_empty());
    let (badge, customers, event) = (gift.badge, vec![gift.customer], gift.event);
    match gift.verb {
        Verb::Enrol => {
            let call = EnrolCall { badge, customers, request_id, event, trigger };
            Ok(Done::Given(only(badges::enrol(act, &call).await?)?.expires_on))
        }
        Verb::Issue => {
            let by_support = true;
            let call = IssueCall { badge, customers, request_id, event, trigger, by_support };
            Ok(Done::Given(only(badges::issue(act, &call).await?)?.expires_on))
        }
    }
}

async fn ask(act: &mut Act, gift: &Gift) -> Result<Done> {
    let proposal = Proposal {
        kind: gift.verb.kind(),
        badge: gift.badge,
        customers: vec![gift.customer],
        request_id: Some(gift.request.clone()).filter(|id| !id.is_empty()),
        event: gift.event,
        trigger: Trigger { owner: Some(Owner::Membercare), reference: None },
        sent: Sent::default(),
    };
    requests::propose(act, &proposal).await?;
    Ok(Done::Asked)
}

/// Takes one item back.
pub async fn take_back(act: &mut Act, customer: CustomerId, held: &Held, why: &str) -> Result<()> {
    match held.what {
        What::Issual => {
            let id = EarnId::from_bytes(held.id);
            badges::revoke_issued(act, held.badge, customer, id, Some(why)).await?;
        }
        What::Enrolment => {
            let which = RevokeWhich::Enrolments(vec![(customer, EnrolmentId::from_bytes(held.id))]);
            let answers = badges::revoke_enrolments(act, held.badge, &which, Some(why)).await?;
            answers.into_iter().try_for_each(|answer| answer.result)?;
        }
    }
    Ok(())
}

/// What the one customer of a call got.
fn only<T>(answer: Answer<T>) -> Result<T> {
    let outcome = answer.outcomes.into_iter().next().ok_or(Error::NotFound)?;
    outcome.result.map_err(|declined| declined.problem.into())
}

/// The field of the form that a refusal is about, and what it means in the words of the desk: the
/// engine says it in the API's, where `issue` is to enrol and `earn` is to issue.
pub fn told(problem: Problem) -> Problem {
    let (field, meaning) = match problem.code {
        "outside_duration" => (Some("on"), "The event must lie within the badge’s start and end."),
        "event_in_future" => (Some("on"), "Give a moment that has passed."),
        "outside_retro" => (Some("on"), "It lies further back than your brand’s rules allow."),
        "enrol_first" => {
            (None, "No enrolment of this customer covers this date: enrol them first.")
        }
        "already_enrolled" => (None, "The customer is enrolled for that time already."),
        "badge_not_live" => (
            None,
            "It is switched off, has not begun, or is over; after its end give the event’s date.",
        ),
        "customer_limit" | "badge_limit" => {
            (None, "The test shows which limit is full, and until when.")
        }
        "not_enrollable" => (None, "It is issued directly."),
        _ => return problem,
    };
    let said = problem.message.trim_end_matches('.');
    let message = format!("{said}. {meaning}").into();
    Problem { field: field.map(Into::into), message, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_the_engines_sentence_and_then_ours() {
        let about = |code| told(Problem::whole(code, "Event date is out."));
        let duration = about("outside_duration");
        assert_eq!(duration.field.as_deref(), Some("on"));
        assert!(duration.message.starts_with("Event date is out. The event must"));
        assert_eq!(about("badge_limit").field, None);
        assert_eq!(about("anything_else").message, "Event date is out.");
    }

    #[test]
    fn verbs_are_known_by_their_nouns() {
        assert!(Verb::ALL.iter().all(|verb| Verb::named(verb.word()) == Some(*verb)));
        assert_eq!(Verb::named("issued"), None);
    }
}
