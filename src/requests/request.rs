//! A request, its words and its rules.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::badges::owners::Owner;
use crate::base::act::Actor;
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::problem::Problem;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A badge to be issued: the wire's `earn`.
    Issue,
    /// Customers to be enrolled: the wire's `issue`.
    Enrol,
}

impl Kind {
    /// Both.
    pub const ALL: [Kind; 2] = [Kind::Issue, Kind::Enrol];

    /// As stored and answered.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Issue => "earn-badge",
            Kind::Enrol => "issue-badge",
        }
    }

    /// As the path of the API says it.
    pub const fn in_path(self) -> &'static str {
        match self {
            Kind::Issue => "EARN-BADGE",
            Kind::Enrol => "ISSUE-BADGE",
        }
    }

    /// As events say it.
    pub const fn in_event(self) -> &'static str {
        match self {
            Kind::Issue => "EARN_BADGE",
            Kind::Enrol => "ISSUE_BADGE",
        }
    }

    /// The verb on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Kind::Issue => "Issue",
            Kind::Enrol => "Enrol",
        }
    }

    /// By any of its words.
    pub fn named(word: &str) -> Option<Self> {
        let known = |kind: &Kind| [kind.word(), kind.in_path(), kind.in_event()];
        Kind::ALL
            .into_iter()
            .find(|kind| known(kind).iter().any(|known| known.eq_ignore_ascii_case(word)))
    }
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided yet.
    Waiting,
    /// Approved and carried out.
    Approved,
    /// Approved, and could not be carried out.
    Failed,
    /// Rejected.
    Rejected,
}

impl State {
    /// All, in the order of the filter.
    pub const ALL: [State; 4] = [State::Waiting, State::Approved, State::Failed, State::Rejected];

    /// As stored and answered.
    pub const fn word(self) -> &'static str {
        match self {
            State::Waiting => "AdminTask",
            State::Approved => "approved",
            State::Failed => "failed",
            State::Rejected => "rejected",
        }
    }

    /// The word on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            State::Waiting => "Waiting",
            State::Approved => "Approved",
            State::Failed => "Failed",
            State::Rejected => "Rejected",
        }
    }

    /// How it is drawn (`parts/status.html`).
    pub const fn look(self) -> &'static str {
        match self {
            State::Waiting => "busy",
            State::Approved => "live",
            State::Failed => "warn",
            State::Rejected => "revoked",
        }
    }

    /// By its word, in any case.
    pub fn named(word: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(word))
    }
}

/// The call that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What.
    pub kind: Kind,
    /// Which badge.
    pub badge: BadgeId,
    /// To whom.
    pub customers: Vec<CustomerId>,
    /// Its name, once in the brand.
    pub request_id: String,
    /// When they earned it; the moment of approval where nothing is said.
    pub event: Option<DateTime<Utc>>,
    /// The module it is claimed to come from.
    pub owner: Option<Owner>,
    /// That module's programme or promotion.
    pub reference: Option<String>,
}

/// Where a caller of the API says a request comes from, and the frame its call was sent in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sent {
    /// A till's id, as sent.
    pub till: Option<String>,
    /// A store's.
    pub store: Option<String>,
    /// A zone's.
    pub zone: Option<String>,
    /// A concept's.
    pub concept: Option<String>,
    /// Host, path parameters and headers as sent, secrets masked.
    pub frame: Option<Value>,
}

/// Who asked or decided, as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// `staff`, `client`, `till` or `operator`.
    pub kind: String,
    /// Their number.
    pub id: Option<i64>,
    /// Their name.
    pub name: String,
}

impl Who {
    /// The one who acts.
    pub fn of(actor: &Actor) -> Self {
        Who { kind: actor.kind.to_owned(), id: actor.id, name: actor.name.clone() }
    }

    /// Whether it is the one who acts.
    pub fn is(&self, actor: &Actor) -> bool {
        self.kind == actor.kind && self.id == actor.id
    }
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// Not [`State::Waiting`].
    pub state: State,
    /// Who decided; nobody where the brand approves by itself.
    pub checker: Option<Who>,
    /// When.
    pub on: DateTime<Utc>,
    /// What the checker said.
    pub message: Option<String>,
    /// What the call answered, as the wire says it.
    pub outcome: Option<Value>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// A call that waits, or waited, for a second person.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its id.
    pub id: Uuid,
    /// The call.
    pub call: Call,
    /// Where it comes from.
    pub sent: Sent,
    /// Who asked.
    pub maker: Who,
    /// When.
    pub made_on: DateTime<Utc>,
    /// How it ended, once it has.
    pub end: Option<End>,
}

impl Request {
    /// How far it is.
    pub fn state(&self) -> State {
        self.end.as_ref().map_or(State::Waiting, |end| end.state)
    }

    /// Whether the actor may decide now: it waits, and is somebody else's.
    pub fn may_decide(&self, actor: &Actor) -> Result<(), Problem> {
        if let Some(end) = &self.end {
            let who = end.checker.as_ref().map_or("the brand's rules", |who| &who.name);
            let words = format!("It was {} by {who} already.", end.state.label().to_lowercase());
            return Err(Problem::whole("request_ended", words));
        }
        if self.maker.is(actor) {
            let words = "Nobody decides on their own request: ask somebody else.";
            return Err(Problem::whole("own_request", words));
        }
        Ok(())
    }

    /// Its page.
    pub fn path(&self) -> String {
        path(self.id)
    }
}

/// The page of a request.
pub fn path(id: Uuid) -> String {
    format!("/requests/{}", id.simple())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::act::Actor;
    use crate::base::ids::OrgId;

    fn request(maker: i64) -> Request {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Request {
            id: Uuid::nil(),
            call: Call {
                kind: Kind::Issue,
                badge: BadgeId::from_bytes([1; 12]),
                customers: vec![CustomerId::new(1)],
                request_id: "r".into(),
                event: None,
                owner: None,
                reference: None,
            },
            sent: Sent::default(),
            maker: Who { kind: "staff".into(), id: Some(maker), name: "Sam".into() },
            made_on: at,
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
        let end = End {
            state: State::Rejected,
            checker: Some(Who::of(&staff(9))),
            on: open.made_on,
            message: None,
            outcome: None,
            reason: None,
        };
        let ended = Request { end: Some(end), ..open };
        let refusal = ended.may_decide(&staff(8)).unwrap_err();
        assert_eq!(refusal.code, "request_ended");
        assert_eq!(refusal.message, "It was rejected by Operator already.");
    }

    #[test]
    fn kinds_and_states_are_known_by_every_word() {
        for kind in Kind::ALL {
            for word in [kind.word(), kind.in_path(), kind.in_event()] {
                assert_eq!(Kind::named(word), Some(kind));
            }
        }
        assert_eq!(State::named("ADMINTASK"), Some(State::Waiting));
        assert_eq!(State::named("open"), None);
        assert_eq!(Kind::named("GOODWILL"), None);
    }
}
