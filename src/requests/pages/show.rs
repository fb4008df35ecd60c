//! One request: what would happen, and the decision.

use askama::Template;
use axum::extract::{Path, State as Held};
use axum_extra::extract::Form;
use serde::Deserialize;
use uuid::Uuid;

use super::seen_by;
use crate::auth::Staff;
use crate::badges;
use crate::badges::issuing::{Question, Trigger, would_issue};
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::{Problem, Problems};
use crate::customers::{self, Hold};
use crate::requests::decide::{self, Decision};
use crate::requests::filter::LIST;
use crate::requests::request::{End, Kind, Request, State, path};
use crate::requests::store;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::time::{Stamp, count};
use crate::web::{self, html, refused, see_other_saying};

/// Customers named on the page; of the rest it says how many.
const NAMED: usize = 50;

#[derive(Template)]
#[template(path = "requests/show.html")]
struct Show {
    chrome: Chrome,
    verb: &'static str,
    state: State,
    badge: String,
    badge_path: String,
    people: Vec<(String, String)>,
    more: Option<String>,
    event: Option<Stamp>,
    trigger: Option<String>,
    call_name: String,
    maker: String,
    made: Stamp,
    end: Option<Ended>,
    foresight: Option<Foresight>,
    decision: Option<FormPart>,
    /// Why this person cannot decide, where the request waits.
    bar: Option<String>,
    problems: Problems,
}

struct Ended {
    checker: String,
    on: Stamp,
    message: Option<String>,
    reason: Option<String>,
}

/// What the engine would say now.
struct Foresight {
    good: bool,
    words: String,
}

struct FormPart {
    action: String,
    message: String,
}

/// The decision as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    decision: String,
    message: String,
}

/// The request with this id, if this person sees it.
async fn seen(db: &mut Reading, staff: &Staff, id: &str) -> Result<Request> {
    let maker = seen_by(staff)?;
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let request = store::find(db, staff.org, id).await?.ok_or(Error::NotFound)?;
    let own = request.maker.kind == "staff" && request.maker.id == maker;
    if maker.is_none() || own { Ok(request) } else { Err(Error::NotFound) }
}

impl Show {
    async fn load(app: &App, staff: &Staff, id: &str, typed: &Typed) -> Result<Self> {
        let mut db = app.read(staff.org).await?;
        let request = seen(&mut db, staff, id).await?;
        let call = &request.call;
        let badge = store::badge_name(&mut db, staff.org, call.badge).await?.unwrap_or_default();
        let foresight = foresight(app, &mut db, staff, &request).await?;
        let named = call.customers.get(..NAMED).unwrap_or(&call.customers);
        let known = customers::people(&mut db, staff.org, named, Hold::Not).await?;
        let people = named.iter().map(|id| match known.get(id) {
            Some(person) => (person.label(), customers::path(person.id)),
            None => (format!("Customer {id}"), customers::path(*id)),
        });
        let more = call.customers.len().saturating_sub(named.len());
        let bar = request.may_decide(&staff.actor()).err().filter(|_| request.end.is_none());
        let may = staff.may(Permission::ApproveRequests) && request.end.is_none() && bar.is_none();
        Ok(Show {
            chrome: Chrome::new(staff, Nav::Requests)
                .crumb("Requests", LIST)
                .title(format!("{} {badge}", call.kind.label())),
            verb: call.kind.label(),
            state: request.state(),
            badge_path: format!("/badges/{}", call.badge),
            badge,
            people: people.collect(),
            more: (more > 0).then(|| count(i64::try_from(more).unwrap_or(i64::MAX))),
            event: call.event.map(|at| Stamp::new(at, staff.zone)),
            trigger: trigger(&request),
            call_name: call.request_id.clone(),
            maker: request.maker.name.clone(),
            made: Stamp::new(request.made_on, staff.zone),
            end: request.end.as_ref().map(|end| Ended::new(end, staff)),
            foresight,
            decision: may.then(|| FormPart {
                action: format!("{}/decision", request.path()),
                message: typed.message.clone(),
            }),
            bar: bar.map(|problem| problem.message.into_owned()),
            problems: Problems::none(),
        })
    }
}

impl Ended {
    fn new(end: &End, staff: &Staff) -> Self {
        let nobody = || "Nobody: the brand asks for no second person".to_owned();
        Ended {
            checker: end.checker.as_ref().map_or_else(nobody, |who| who.name.clone()),
            on: Stamp::new(end.on, staff.zone),
            message: end.message.clone(),
            reason: end.reason.clone(),
        }
    }
}

fn trigger(request: &Request) -> Option<String> {
    let owner = request.call.owner?.label();
    Some(match &request.call.reference {
        Some(reference) => format!("{owner}, {reference}"),
        None => owner.to_owned(),
    })
}

/// What would come of approving now; an enrolment is judged when it is made.
async fn foresight(
    app: &App,
    db: &mut Reading,
    staff: &Staff,
    request: &Request,
) -> Result<Option<Foresight>> {
    let call = &request.call;
    if request.end.is_some() {
        return Ok(None);
    }
    let (Kind::Issue, Some(customer)) = (call.kind, call.customers.first()) else {
        let badge = badges::find(db, staff.org, call.badge).await?;
        let status = badge.map(|badge| badge.status(app.clock.now()).label());
        let words = status.map(|status| format!("The badge is {}.", status.to_lowercase()));
        return Ok(words.map(|words| Foresight { good: true, words }));
    };
    let ask = Question {
        badge: call.badge,
        customer: *customer,
        event: call.event,
        trigger: Trigger { owner: call.owner, reference: call.reference.clone() },
        by_support: request.maker.kind == "staff",
    };
    let verdict = match would_issue(db, staff.org, app.clock.now(), &ask).await {
        Err(Error::NotFound) => return Ok(None),
        verdict => verdict?,
    };
    Ok(Some(match verdict.refusal {
        None => {
            let until = Stamp::new(verdict.expires_on, staff.zone);
            Foresight { good: true, words: format!("It would be issued now, good until {until}.") }
        }
        Some(Problem { message, .. }) => {
            Foresight { good: false, words: format!("It would fail now: {message}") }
        }
    }))
}

pub(super) async fn show(
    Held(app): Held<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> web::Result {
    html(Show::load(&app, &staff, &id, &Typed::default()).await?)
}

pub(super) async fn decide(
    Held(app): Held<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> web::Result {
    staff.require(Permission::ApproveRequests)?;
    let request: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let Some(is) = Decision::named(&typed.decision) else {
        let problem = Problem::whole("blank", "Approve or reject");
        return again(&app, &staff, &id, &typed, problem.into()).await;
    };
    let message = typed.message.clone();
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { decide::decide(act, request, is, &message).await })
        })
        .await;
    match deed {
        Ok(request) => see_other_saying(&path(request.id), said(&request)),
        Err(Error::Refused(problems)) => again(&app, &staff, &id, &typed, problems).await,
        Err(error) => Err(error.into()),
    }
}

async fn again(
    app: &App,
    staff: &Staff,
    id: &str,
    typed: &Typed,
    problems: Problems,
) -> web::Result {
    refused(Show { problems, ..Show::load(app, staff, id, typed).await? })
}

fn said(request: &Request) -> Flash {
    let reason = request.end.as_ref().and_then(|end| end.reason.clone());
    match (request.state(), reason) {
        (State::Failed, Some(reason)) => {
            Flash::trouble(format!("Approved, but it could not be carried out: {reason}"))
        }
        (state, _) => Flash::done(format!("{}.", state.label())),
    }
}
