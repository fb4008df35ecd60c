//! `/api_gateway/v2/request-workflow/…` (spec/badges.md 16).
//!
//! Who makes and who checks: the vendor names a person by a token of its own staff system, which a
//! program cannot have here. A call is therefore made by whoever signs it: to ask takes *write* on
//! customers' badges, to approve *write* on approval requests, both said by the access group, and
//! nobody decides on their own request. `X-CAP-UI-AUTH-TOKEN` is not looked at; `X-CAP-API-AUTH-ORG-ID`
//! may be left out, since credentials name their brand, and must be that brand's when it is sent.
//!
//! Why a program may approve at all: a brand whose people decide in a system of their own tells us so
//! by it. One that wants people only gives its groups no *approval requests*.
//!
//! Known quirks: `userId` is the number of the till or client, or of the member of staff who asked in the
//! console; a call that a brand lets pass without a second person is answered as it ended.

mod answers;
mod read;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use uuid::Uuid;

use crate::api::{Body, Caller, Codes, Fault, Permit, Query, Resource, Result, Trouble};
use crate::badges::codes;
use crate::base::app::App;
use crate::requests::decide::{Decision, decide};
use crate::requests::propose::make;
use crate::requests::request::{Kind, Request};
use crate::requests::store;
use answers::{RequestAnswer, RequestList};
use read::{ApprovalDecision, ApprovalRequest};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How refusals about requests are numbered.
#[derive(Debug, Clone, Copy)]
pub enum RequestCodes {}

impl Codes for RequestCodes {
    const MISSING: &'static str = "Passed badge is not found";

    fn number(word: &str) -> u32 {
        match (word, codes::vendor_code(word)) {
            ("own_request", _) => 2001,
            ("request_ended", _) => 2002,
            (_, 400) => INVALID,
            (_, number) => number,
        }
    }

    fn status(word: &str) -> StatusCode {
        if word == "own_request" { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST }
    }
}

/// Number and sentence of each refusal about requests, for the API's reference.
pub const CODES: &[(u32, &str)] = &[
    (2001, "Nobody decides on their own request"),
    (2002, "The request has ended"),
    (2005, "Invalid X-CAP-API-AUTH-ORG-ID header"),
    (WRONG_ID, "Wrong request id or action"),
    (INVALID, "Invalid payload"),
    (2009, "Unsupported request type"),
    (2011, "Wrong sortBy"),
    (2012, "Wrong sortOrder"),
    (2026, "The credentials are not of this organization"),
];

/// The number of a body that cannot be taken.
const INVALID: u32 = 2008;
/// The number of an id or an action that is none.
const WRONG_ID: u32 = 2007;

/// What programs may ask about requests.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(create, update))
        .routes(routes!(list))
        .routes(routes!(show))
}

/// The brand named in the head of a call is the caller's, where one is named.
fn same_org(headers: &HeaderMap, permit: &Permit) -> std::result::Result<(), Trouble> {
    let Some(sent) = headers.get("x-cap-api-auth-org-id") else { return Ok(()) };
    let number = sent.to_str().ok().and_then(|text| text.trim().parse::<i64>().ok());
    match number {
        None => Err(Trouble::bad(Fault::new(2005, "Invalid X-CAP-API-AUTH-ORG-ID header"))),
        Some(id) if id != permit.org().get() => {
            Err(Trouble::bad(Fault::new(2026, "The credentials are not of this organization")))
        }
        Some(_) => Ok(()),
    }
}

fn kind_of(word: &str) -> std::result::Result<Kind, Trouble> {
    let words = "Unsupported request type: EARN-BADGE and ISSUE-BADGE are known";
    Kind::named(word).ok_or_else(|| Trouble::bad(Fault::new(2009, words)))
}

fn no_such_request(status: StatusCode) -> Trouble {
    Trouble::new(status, Fault::new(WRONG_ID, "Wrong request id or action"))
}

fn answer(request: &Request, permit: &Permit) -> axum::response::Response {
    Json(RequestAnswer::of(request, permit.zone())).into_response()
}

/// Ask for a badge
///
/// EARN-BADGE asks for a badge to be issued to one customer, ISSUE-BADGE for customers to be enrolled.
/// The call waits until somebody else approves it; a brand that asks for no second person has it carried
/// out at once. The same call sent again is the request that waits already. Headers that carry secrets
/// are neither kept nor repeated. Needs write on customers' badges.
#[utoipa::path(
    post,
    path = "/api_gateway/v2/request-workflow/{type}",
    operation_id = "createApprovalRequest",
    tag = "Approval requests",
    params(
        ("type" = String, Path, description = "EARN-BADGE or ISSUE-BADGE.", example = "EARN-BADGE"),
        ("X-CAP-API-AUTH-ORG-ID" = Option<String>, Header, description = "The brand's number; must be that of the credentials.")
    ),
    request_body = ApprovalRequest,
    responses((status = 200, description = "The request as it stands.", body = RequestAnswer))
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(kind): Path<String>,
    body: Body,
) -> Result<RequestCodes> {
    let permit = caller.writes(Resource::Badges)?;
    same_org(&headers, &permit)?;
    let ask = read::proposal(kind_of(&kind)?, &body, permit.zone())?;
    let deed = app.act(permit.actor(), |act| Box::pin(async move { make(act, &ask).await })).await;
    Ok(answer(&deed?, &permit))
}

/// Approve or reject a request
///
/// What is approved is carried out at once: the state becomes `approved`, or `failed` with the answer of
/// the call that was refused. Nobody decides on their own request, and a request ends once. Needs write
/// on approval requests.
#[utoipa::path(
    put,
    path = "/api_gateway/v2/request-workflow/{type}",
    operation_id = "decideApprovalRequest",
    tag = "Approval requests",
    params(
        ("type" = String, Path, description = "EARN-BADGE or ISSUE-BADGE, as it was asked for.", example = "EARN-BADGE"),
        ("X-CAP-API-AUTH-ORG-ID" = Option<String>, Header, description = "The brand's number; must be that of the credentials.")
    ),
    request_body = ApprovalDecision,
    responses((status = 200, description = "The request as it ended.", body = RequestAnswer))
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(kind): Path<String>,
    body: Body,
) -> Result<RequestCodes> {
    let permit = caller.writes(Resource::Approvals)?;
    same_org(&headers, &permit)?;
    let (kind, (id, is, message)) = (kind_of(&kind)?, read::decision(&body)?);
    let mut db = app.read(permit.org()).await?;
    let known = store::find(&mut db, permit.org(), id).await?;
    drop(db);
    if known.is_none_or(|request| request.call.kind != kind) {
        return Err(no_such_request(StatusCode::BAD_REQUEST).into());
    }
    let deed = decided(&app, &permit, id, is, message).await;
    Ok(answer(&deed?, &permit))
}

async fn decided(
    app: &App,
    permit: &Permit,
    id: Uuid,
    is: Decision,
    message: String,
) -> crate::base::error::Result<Request> {
    app.act(permit.actor(), move |act| Box::pin(async move { decide(act, id, is, &message).await }))
        .await
}

/// List requests
///
/// Newest first unless sorted otherwise; `PageNo` counts from 0. Needs read on customers' badges.
#[utoipa::path(
    get,
    path = "/api_gateway/v2/request-workflow/requests",
    operation_id = "listApprovalRequests",
    tag = "Approval requests",
    params(
        ("states" = Option<String>, Query, description = "Some of AdminTask, approved, failed and rejected, with commas."),
        ("requestType" = Option<String>, Query, description = "earn-badge or issue-badge."),
        ("userId" = Option<i64>, Query, description = "The number of whoever asked."),
        ("startDate" = Option<String>, Query, description = "Asked for from this day or time on."),
        ("endDate" = Option<String>, Query, description = "Asked for until this day or time."),
        ("tillId" = Option<String>, Query, description = "From this till."),
        ("storeId" = Option<String>, Query, description = "From this store."),
        ("zoneId" = Option<String>, Query, description = "From this zone."),
        ("conceptId" = Option<String>, Query, description = "From this concept."),
        ("sortBy" = Option<String>, Query, description = "startDate or endDate."),
        ("sortOrder" = Option<String>, Query, description = "asc or desc."),
        ("limit" = Option<i64>, Query, description = "Requests on a page: 10 unless said, 100 at most."),
        ("PageNo" = Option<i64>, Query, description = "Which page, from 0.")
    ),
    responses((status = 200, description = "A page of requests.", body = RequestList))
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    query: Query,
) -> Result<RequestCodes> {
    let permit = caller.reads(Resource::Badges)?;
    same_org(&headers, &permit)?;
    let order = read::order(&query, permit.zone())?;
    let mut db = app.read(permit.org()).await?;
    let found = store::sorted(&mut db, permit.org(), &order).await?;
    Ok(Json(RequestList::of(&found, permit.zone())).into_response())
}

/// Look a request up
///
/// Needs read on customers' badges.
#[utoipa::path(
    get,
    path = "/api_gateway/v2/request-workflow/requests/{requestId}",
    operation_id = "getApprovalRequest",
    tag = "Approval requests",
    params(("requestId" = String, Path, description = "The request's id.", example = "ef1bc378-a4d4-11ee-b2a9-462516199fc5")),
    responses((status = 200, description = "The request as it stands.", body = RequestAnswer))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<RequestCodes> {
    let permit = caller.reads(Resource::Badges)?;
    same_org(&headers, &permit)?;
    let none = || no_such_request(StatusCode::NOT_FOUND);
    let id: Uuid = id.parse().map_err(|_| none())?;
    let mut db = app.read(permit.org()).await?;
    let request = store::find(&mut db, permit.org(), id).await?.ok_or_else(none)?;
    Ok(answer(&request, &permit))
}
