//! Deciding: a second person approves or rejects, and what was approved is carried out at once.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::badges::issuing::{Answer, Declined, EnrolCall, IssueCall, Trigger, enrol, issue};
use crate::base::act::{Act, Entry};
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem};
use crate::requests::event;
use crate::requests::propose::SUBJECT;
use crate::requests::request::{Call, End, Kind, Request, State, Who};
use crate::requests::{store, wire};

/// Characters of a checker's message.
const LONGEST: usize = 1000;

/// What the checker decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Carry it out.
    Approve,
    /// Leave it.
    Reject,
}

impl Decision {
    /// By the word of the form and of the wire.
    pub fn named(word: &str) -> Option<Self> {
        let all = [("approved", Decision::Approve), ("rejected", Decision::Reject)];
        all.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, is)| is)
    }
}

/// What came of carrying a call out.
pub(super) struct Done {
    /// The wire's answer.
    outcome: Value,
    /// Why nothing came of it.
    reason: Option<String>,
}

/// Decides on a request. The row is held first, so that of two checkers the second finds it ended.
pub async fn decide(act: &mut Act, id: Uuid, is: Decision, message: &str) -> Result<Request> {
    act.require(Permission::ApproveRequests)?;
    let message = checked(is, message)?;
    let org = act.org();
    let request = store::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    request.may_decide(act.actor())?;
    let checker = Some(Who::of(act.actor()));
    match is {
        Decision::Approve => approve(act, request, checker, message).await,
        Decision::Reject => {
            let end = End {
                state: State::Rejected,
                checker,
                on: act.now(),
                message,
                outcome: None,
                reason: None,
            };
            finish(act, request, end).await
        }
    }
}

/// Carries a request out and keeps what came of it, in one transaction.
pub(super) async fn approve(
    act: &mut Act,
    request: Request,
    checker: Option<Who>,
    message: Option<String>,
) -> Result<Request> {
    let Done { outcome, reason } = carry_out(act, &request).await?;
    let state = if reason.is_none() { State::Approved } else { State::Failed };
    let end = End { state, checker, on: act.now(), message, outcome: Some(outcome), reason };
    finish(act, request, end).await
}

async fn finish(act: &mut Act, request: Request, end: End) -> Result<Request> {
    let org = act.org();
    let ended = Request { end: Some(end.clone()), ..request };
    store::end(act.db(), org, ended.id, &end).await?;
    let badge = store::badge_name(act.db(), org, ended.call.badge).await?.unwrap_or_default();
    let verb = match (end.state, &end.checker) {
        (State::Rejected, _) => "rejected a request for",
        (State::Failed, _) => "could not carry out a request for",
        (_, None) => "carried out a request for",
        _ => "approved a request for",
    };
    let mut details = json!({ "maker": ended.maker.name, "what": ended.call.kind.label() });
    if let Some(reason) = &end.reason {
        details["failure"] = json!(reason);
    }
    let entry = Entry::new(verb, SUBJECT, ended.id.simple(), badge).with(details);
    act.record(entry.because(end.message));
    event::tell(act, &ended).await?;
    Ok(ended)
}

/// Goes through the engine. What it refuses, or does for nobody, is taken back to the savepoint: the
/// request has failed and its call has left nothing behind.
async fn carry_out(act: &mut Act, request: &Request) -> Result<Done> {
    store::set_savepoint(act.db()).await?;
    let mark = act.mark();
    let done = match request.call.kind {
        Kind::Issue => run_issue(act, request).await,
        Kind::Enrol => run_enrol(act, request).await,
    };
    let done = match done {
        Err(Error::Refused(problems)) => {
            let words: Vec<String> =
                problems.iter().map(|problem| problem.message.to_string()).collect();
            Done { outcome: wire::refused(&problems), reason: Some(words.join(" ")) }
        }
        Err(Error::NotFound) => {
            let problem = Problem::whole("badge_unknown", "Passed badge is not found");
            let reason = Some(problem.message.to_string());
            Done { outcome: wire::refused(&problem.into()), reason }
        }
        other => other?,
    };
    if done.reason.is_some() {
        act.forget_since(mark);
        store::roll_back(act.db()).await?;
    } else {
        store::release_savepoint(act.db()).await?;
    }
    Ok(done)
}

async fn run_issue(act: &mut Act, request: &Request) -> Result<Done> {
    let Call { badge, customers, request_id, event, .. } = request.call.clone();
    let (trigger, by_support) = (trigger(&request.call), request.maker.kind == "staff");
    let request_id = Some(request_id);
    let call = IssueCall { badge, customers, request_id, event, trigger, by_support };
    let answer = issue(act, &call).await?;
    let reason = nobody(&answer);
    let outcome = match (&reason, answer.outcomes.first().map(|one| &one.result)) {
        (Some(_), Some(Err(declined))) => wire::refused(&declined.problem.clone().into()),
        _ => wire::issued(&request.call, &answer),
    };
    Ok(Done { outcome, reason })
}

async fn run_enrol(act: &mut Act, request: &Request) -> Result<Done> {
    let Call { badge, customers, request_id, event, .. } = request.call.clone();
    let (trigger, request_id) = (trigger(&request.call), Some(request_id));
    let call = EnrolCall { badge, customers, request_id, event, trigger };
    let answer = enrol(act, &call).await?;
    Ok(Done { outcome: wire::enrolled(&request.call, &answer), reason: nobody(&answer) })
}

fn trigger(call: &Call) -> Trigger {
    Trigger { owner: call.owner, reference: call.reference.clone() }
}

/// Why nobody got anything; nothing where somebody did.
fn nobody<T>(answer: &Answer<T>) -> Option<String> {
    if answer.outcomes.iter().any(|outcome| outcome.result.is_ok()) {
        return None;
    }
    let declined = answer.outcomes.iter().find_map(|outcome| outcome.result.as_ref().err());
    let words = declined.map(|declined: &Declined| declined.problem.message.to_string());
    Some(words.unwrap_or_else(|| "No customer was left to give it to.".to_owned()))
}

/// The message as kept; a rejection says why.
fn checked(is: Decision, message: &str) -> Result<Option<String>, Problem> {
    let message = message.trim();
    if message.chars().count() > LONGEST {
        let words = format!("Use at most {LONGEST} characters");
        return Err(Fault::new("too_long", words).on("message"));
    }
    if is == Decision::Reject && message.is_empty() {
        return Err(Fault::blank("Say why, so that whoever asked knows").on("message"));
    }
    Ok(Some(message.to_owned()).filter(|text| !text.is_empty()))
}
