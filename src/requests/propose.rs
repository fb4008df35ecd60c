//! Asking: a call is put down to wait for a second person.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::badges::issuing::Trigger;
use crate::badges::{self, Badge, codes};
use crate::base::act::{Act, Entry};
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem};
use crate::customers::{self, Hold};
use crate::orgs;
use crate::requests::decide::approve;
use crate::requests::event;
use crate::requests::request::{Call, Kind, Request, Sent, Who};
use crate::requests::store;

/// Customers in one request, as in one call of the engine's.
const MOST: usize = 1000;
/// Characters of a request id or a reference.
const LONGEST: usize = 255;

/// What the log calls a request.
pub(super) const SUBJECT: &str = "approval_request";

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Enrolled or issued.
    pub kind: Kind,
    /// Which badge.
    pub badge: BadgeId,
    /// To whom.
    pub customers: Vec<CustomerId>,
    /// Names the call: what is sent twice waits once. One is made where none is given.
    pub request_id: Option<String>,
    /// When they qualified; the moment of approval where nothing is said.
    pub event: Option<DateTime<Utc>>,
    /// What set it off.
    pub trigger: Trigger,
    /// Where a caller of the API says it comes from.
    pub sent: Sent,
}

/// Whether the actor has to ask: the brand says so, and they are not one who may approve.
pub async fn must_ask(act: &mut Act, kind: Kind) -> Result<bool> {
    if act.actor().may(Permission::ApproveRequests) {
        return Ok(false);
    }
    asks(act, kind).await
}

/// Whether the brand wants a second person for it.
pub(super) async fn asks(act: &mut Act, kind: Kind) -> Result<bool> {
    let org = act.org();
    let settings = orgs::settings(act.db(), org).await?;
    Ok(match kind {
        Kind::Issue => settings.approve_issues,
        Kind::Enrol => settings.approve_enrolments,
    })
}

/// Puts a call down to wait. The same call sent again is the request that waits already.
pub async fn propose(act: &mut Act, ask: &Proposal) -> Result<Request> {
    act.require(Permission::IssueBadges)?;
    let customers = ask.checked()?;
    let (org, now) = (act.org(), act.now());
    let badge = badges::find(act.db(), org, ask.badge).await?.ok_or(Error::NotFound)?;
    let people = customers::people(act.db(), org, &customers, Hold::Not).await?;
    if customers.iter().any(|id| !people.contains_key(id)) {
        return Err(codes::whole("customer_unknown").into());
    }
    let request = ask.request(customers, Who::of(act.actor()), now);
    if !store::insert(act.db(), org, &request).await? {
        return again(act, &request).await;
    }
    let person = request.call.customers.first().and_then(|id| people.get(id));
    let named = person.filter(|_| request.call.customers.len() == 1);
    record(act, &request, &badge, named);
    event::tell(act, &request).await?;
    Ok(request)
}

/// Puts a call down; where the brand asks for no second person, it is carried out at once.
pub(super) async fn make(act: &mut Act, ask: &Proposal) -> Result<Request> {
    let request = propose(act, ask).await?;
    if asks(act, ask.kind).await? {
        return Ok(request);
    }
    let org = act.org();
    match store::lock(act.db(), org, request.id).await? {
        Some(held) if held.end.is_none() => approve(act, held, None, None).await,
        _ => Ok(request),
    }
}

/// The request that waits under this name, if it is the same; else the name is taken.
async fn again(act: &mut Act, request: &Request) -> Result<Request> {
    let org = act.org();
    let known = store::waiting_as(act.db(), org, &request.call.request_id).await?;
    let same = |known: &Request| known.call == request.call && known.maker == request.maker;
    match known.filter(same) {
        Some(known) => Ok(known),
        None => Err(codes::whole("request_id_used").into()),
    }
}

fn record(act: &mut Act, request: &Request, badge: &Badge, person: Option<&customers::Person>) {
    let (issue, of_customer) = match request.call.kind {
        Kind::Issue => ("asked to issue", "asked to issue a badge to"),
        Kind::Enrol => ("asked to enrol in", "asked to enrol"),
    };
    let mut details = json!({ "badge": badge.name, "badgeId": badge.id });
    match person {
        Some(person) => details["customer"] = json!(person.label()),
        None => details["customers"] = json!(request.call.customers.len()),
    }
    let id = request.id.simple();
    act.record(Entry::new(issue, SUBJECT, id, badge.name.clone()).with(details));
    if let Some(person) = person {
        let details =
            json!({ "badge": badge.name, "badgeId": badge.id, "request": id.to_string() });
        let entry = Entry::new(of_customer, "customer", person.id, person.label());
        act.record(entry.with(details));
    }
}

impl Proposal {
    /// Whom it is for, each once, if it can be put down at all.
    fn checked(&self) -> Result<Vec<CustomerId>, Problem> {
        let mut seen = HashSet::new();
        let fresh = |id: &CustomerId| seen.insert(*id);
        let customers: Vec<CustomerId> = self.customers.iter().copied().filter(fresh).collect();
        let one = self.kind == Kind::Enrol || customers.len() == 1;
        if customers.is_empty() || customers.len() > MOST || !one {
            let words = format!("Name one customer to issue to, or 1 to {MOST} to enrol");
            return Err(Fault::invalid(words).on("customers"));
        }
        let texts = [("requestId", &self.request_id), ("referenceId", &self.trigger.reference)];
        for (field, text) in texts {
            if text.as_deref().is_some_and(|text| text.chars().count() > LONGEST) {
                let words = format!("Use at most {LONGEST} characters for {field}");
                return Err(Fault::new("too_long", words).on(field));
            }
        }
        Ok(customers)
    }

    fn request(&self, customers: Vec<CustomerId>, maker: Who, now: DateTime<Utc>) -> Request {
        let given = self.request_id.clone().filter(|id| !id.is_empty());
        Request {
            id: Uuid::now_v7(),
            call: Call {
                kind: self.kind,
                badge: self.badge,
                customers,
                request_id: given.unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
                event: self.event,
                owner: self.trigger.owner,
                reference: self.trigger.reference.clone(),
            },
            sent: self.sent.clone(),
            maker,
            made_on: now,
            end: None,
        }
    }
}
