//! A goodwill request, its words and its rules.

use chrono::{DateTime, Utc};

use crate::base::act::Actor;
use crate::base::ids::{CouponId, CustomerId, GoodwillId, SeriesId};
use crate::base::problem::Problem;
use crate::customers::{full_name, label};
use crate::goodwill::refusal::{problem, sentence};
use crate::requests::Who;

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided yet.
    Pending,
    /// Granted: it brought a coupon.
    Approved,
    /// Not granted.
    Declined,
}

impl State {
    /// All, in the order of the tabs.
    pub const ALL: [State; 3] = [State::Pending, State::Approved, State::Declined];

    /// As stored and answered.
    pub const fn word(self) -> &'static str {
        match self {
            State::Pending => "PENDING",
            State::Approved => "APPROVED",
            State::Declined => "REJECTED",
        }
    }

    /// The word on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            State::Pending => "Pending",
            State::Approved => "Approved",
            State::Declined => "Declined",
        }
    }

    /// How it is drawn (`parts/status.html`).
    pub const fn look(self) -> &'static str {
        match self {
            State::Pending => "busy",
            State::Approved => "live",
            State::Declined => "revoked",
        }
    }

    /// By the wire's word or the screen's, in any case.
    pub fn named(word: &str) -> Option<Self> {
        let is =
            |state: &State| [state.word(), state.label()].map(|w| w.eq_ignore_ascii_case(word));
        State::ALL.into_iter().find(|state| is(state).contains(&true))
    }
}

/// How a request comes to its decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// Somebody else decides.
    #[default]
    Asked,
    /// A program asked and approved in one call.
    AutoApproved,
    /// Whoever may decide asked and granted at once.
    OneStep,
}

impl Way {
    /// All.
    pub const ALL: [Way; 3] = [Way::Asked, Way::AutoApproved, Way::OneStep];

    /// As stored.
    pub const fn word(self) -> &'static str {
        match self {
            Way::Asked => "ASKED",
            Way::AutoApproved => "AUTO_APPROVED",
            Way::OneStep => "ONE_STEP",
        }
    }

    /// From the stored word, of which the table's check leaves no other.
    pub fn stored(word: &str) -> Self {
        Way::ALL.into_iter().find(|way| way.word() == word).unwrap_or_default()
    }

    /// Whether it is granted in the same breath.
    pub const fn at_once(self) -> bool {
        !matches!(self, Way::Asked)
    }
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Not [`State::Pending`].
    pub state: State,
    /// Who decided.
    pub checker: Who,
    /// When.
    pub on: DateTime<Utc>,
    /// What they said; the wire's `updated_comments`.
    pub comments: Option<String>,
    /// The coupon it brought, where it was approved.
    pub coupon: Option<CouponId>,
}

/// A coupon that somebody asked for out of goodwill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub id: GoodwillId,
    /// How it comes to its decision.
    pub way: Way,
    /// For whom.
    pub customer: CustomerId,
    /// Of which offer.
    pub series: SeriesId,
    /// What the caller calls it.
    pub reference: Option<String>,
    /// Why, in the brand's own words.
    pub reason: String,
    /// What else there is to say.
    pub comments: String,
    /// Who asked.
    pub maker: Who,
    /// When.
    pub asked_on: DateTime<Utc>,
    /// How it ended, once it has.
    pub end: Option<End>,
}

/// A request and what it names, as they are called now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The request.
    pub request: Request,
    /// The customer's first name; may be empty.
    pub first_name: String,
    /// The last name; may be empty.
    pub last_name: String,
    /// `NONE`, `CONFIRMED` and the like.
    pub fraud: String,
    /// What the offer is called.
    pub offer: String,
    /// The code of the coupon it brought.
    pub code: Option<String>,
}

impl Told {
    /// The customer's name, or what stands in for it.
    pub fn whom(&self) -> String {
        label(&full_name(&self.first_name, &self.last_name), self.request.customer)
    }
}

impl Request {
    /// How far it is.
    pub fn state(&self) -> State {
        self.end.as_ref().map_or(State::Pending, |end| end.state)
    }

    /// Whether the actor may decide now: it waits, and is somebody else's.
    pub fn may_decide(&self, actor: &Actor) -> Result<(), Problem> {
        if let Some(end) = &self.end {
            let said = sentence("request_ended");
            let (state, who) = (end.state.label().to_lowercase(), &end.checker.name);
            let words = format!("{said}: it was {state} by {who} already");
            return Err(Problem::whole("request_ended", words));
        }
        if self.maker.is(actor) { Err(problem("own_request")) } else { Ok(()) }
    }

    /// Its page.
    pub fn path(&self) -> String {
        path(self.id)
    }
}

/// The page of a request.
pub fn path(id: GoodwillId) -> String {
    format!("/goodwill/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::OrgId;

    fn request(maker: i64) -> Request {
        Request {
            id: GoodwillId::new(1),
            way: Way::Asked,
            customer: CustomerId::new(1),
            series: SeriesId::new(1),
            reference: None,
            reason: "Late".into(),
            comments: "A week".into(),
            maker: Who { kind: "staff".into(), id: Some(maker), name: "Sam".into() },
            asked_on: DateTime::UNIX_EPOCH,
            end: None,
        }
    }

    fn staff(id: i64) -> Actor {
        Actor { kind: "staff", id: Some(id), ..Actor::operator(OrgId::new(1)) }
    }

    #[test]
    fn somebody_else_decides_once() {
        let open = request(7);
        assert_eq!(open.may_decide(&staff(7)).unwrap_err().code, "own_request");
        assert!(open.may_decide(&staff(8)).is_ok());
        // The till with the same number is somebody else.
        assert!(open.may_decide(&Actor { kind: "till", ..staff(7) }).is_ok());
        let checker = Who::of(&staff(9));
        let on = open.asked_on;
        let end = End { state: State::Declined, checker, on, comments: None, coupon: None };
        let ended = Request { end: Some(end), ..open };
        let refusal = ended.may_decide(&staff(8)).unwrap_err();
        assert_eq!(refusal.message, "Invalid request status: it was declined by Operator already");
    }

    #[test]
    fn states_are_known_by_both_words() {
        assert_eq!(State::named("rejected"), Some(State::Declined));
        assert_eq!(State::named("Declined"), Some(State::Declined));
        assert_eq!(State::named("open"), None);
        assert!(Way::ALL.into_iter().all(|way| Way::stored(way.word()) == way));
    }
}
