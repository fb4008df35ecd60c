//! What a caller sent: a request to be made, a decision, a list's order.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{INVALID, WRONG_ID, kind_of};
use crate::api::{Body, Fault, Faults, Node, Query, Trouble};
use crate::badges::issuing::Trigger;
use crate::badges::owners::Owner;
use crate::badges::{codes, times};
use crate::base::ids::{BadgeId, CustomerId};
use crate::requests::decide::Decision;
use crate::requests::propose::Proposal;
use crate::requests::request::{Kind, Sent, State};
use crate::requests::store::Order;
use crate::requests::wire;

/// The largest frame that is kept beside a call, in bytes of JSON.
const LARGEST_FRAME: usize = 8 * 1024;
/// Rows before a page at most.
const FURTHEST: i64 = 100_000;
/// The most characters of an entity's id.
const LONGEST: usize = 255;

/// A call that asks for a second person.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct ApprovalRequest {
    /// Where it comes from.
    #[schema(rename = "entityInfo")]
    entity_info: EntityInfo,
    /// What is asked for.
    payload: ApprovalPayload,
}

/// Where a request comes from.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct EntityInfo {
    /// A till.
    #[schema(example = "50682289")]
    till_id: String,
    /// A store.
    #[schema(example = "50682288")]
    store_id: String,
    /// A zone.
    #[schema(example = "50682286")]
    zone_id: String,
    /// A concept.
    #[schema(example = "50678331")]
    concept_id: String,
}

/// What is asked for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct ApprovalPayload {
    /// The call that waits.
    #[schema(rename = "IntouchAPITask-Payload")]
    task: WaitingCall,
}

/// A badge call in its frame.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct WaitingCall {
    /// A host; repeated in answers and otherwise not looked at.
    hostname: Option<String>,
    /// The path of the badge call, by the type of the request.
    #[schema(example = "/api_gateway/v1/badges/customer/earn")]
    path: Option<String>,
    /// `POST`.
    #[schema(example = "POST")]
    method: Option<String>,
    /// Repeated in answers.
    path_params: Option<Value>,
    /// Repeated in answers.
    query_params: Option<Value>,
    /// Repeated in answers, secrets masked.
    headers: Option<Value>,
    /// The body of the badge call.
    body: WaitingBody,
}

/// The body of a badge call that waits.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct WaitingBody {
    /// The badge.
    #[schema(example = "658c50761c4c2b12732c3ec6")]
    badge_meta_id: String,
    /// EARN-BADGE: the customer, as a number or a text of digits.
    customer_id: Option<Value>,
    /// ISSUE-BADGE: the customers, as a list or a single number.
    customers: Option<Value>,
    /// Names the call; what is sent twice waits once.
    request_id: Option<String>,
    /// EARN-BADGE: when it was earned, in epoch seconds; the moment of approval where nothing is said.
    earn_event_date: Option<f64>,
    /// ISSUE-BADGE: when they qualified.
    issue_event_date: Option<f64>,
    /// What set it off.
    triggered_by: Option<WaitingTrigger>,
}

/// What set a call off.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct WaitingTrigger {
    /// The module.
    #[schema(example = "Goodwill_Module")]
    owner_type: Option<String>,
    /// That module's programme or promotion.
    #[schema(example = "123")]
    reference_id: Option<String>,
}

/// A decision.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct ApprovalDecision {
    /// The request's id.
    #[schema(example = "ef1bc378-a4d4-11ee-b2a9-462516199fc5")]
    request_id: String,
    /// `AdminTask`.
    #[schema(example = "AdminTask")]
    action_name: String,
    /// The decision.
    payload: DecisionPayload,
}

/// The decision.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct DecisionPayload {
    /// Approved or rejected, and why.
    #[schema(rename = "AdminTask-Payload")]
    task: DecisionTask,
}

/// Approved or rejected, and why.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct DecisionTask {
    /// `approved` or `rejected`.
    #[schema(example = "approved")]
    action_decision: String,
    /// What whoever asked is told; a rejection says why.
    #[schema(example = "approving the earn badge request")]
    action_message: Option<String>,
}

/// Every violation of a body has the one number.
fn numbered(faults: Faults) -> Result<(), Trouble> {
    faults.into_result().map_err(|mut trouble| {
        for fault in trouble.faults.iter_mut().filter(|fault| fault.code == 400) {
            fault.code = INVALID;
        }
        trouble
    })
}

fn wrong(node: &Node<'_>, words: String) -> Fault {
    Fault::new(INVALID, words).at(node.path().to_owned())
}

/// Reads a request to be made.
pub(super) fn proposal(kind: Kind, body: &Body, zone: Tz) -> Result<Proposal, Trouble> {
    let (root, mut faults) = (body.root(), Faults::default());
    let info = root.get("entityInfo");
    let mut entity = |key: &str| entity(&info.get(key), &mut faults);
    let (till, store) = (entity("tillId"), entity("storeId"));
    let (area, concept) = (entity("zoneId"), entity("conceptId"));
    let task = root.get("payload").get("IntouchAPITask-Payload");
    if !task.is_there() {
        faults.add(wrong(&task, "IntouchAPITask-Payload is mandatory.".to_owned()));
        numbered(faults)?;
        return Err(Trouble::bad(Fault::new(INVALID, "Invalid payload")));
    }
    check_path(kind, &task, &mut faults);
    let call = task.get("body");
    let badge = call.get("badgeMetaId");
    let badge_id: Option<BadgeId> = badge.text(&mut faults).trim().parse().ok();
    if !badge.is_there() {
        faults.add(wrong(&badge, "badgeMetaId is mandatory.".to_owned()));
    }
    let customers = customers(kind, &call, &mut faults);
    let request_id = Some(call.get("requestId").text(&mut faults)).filter(|id| !id.is_empty());
    let event = event(kind, &call, zone, &mut faults);
    let trigger = trigger(&call.get("triggeredBy"), &mut faults);
    numbered(faults)?;
    // An id of another shape is an id of no badge.
    let Some(badge) = badge_id else {
        return Err(Trouble::missing(404, "Passed badge is not found"));
    };
    let frame = frame(&task);
    let sent = Sent { till, store, zone: area, concept, frame };
    Ok(Proposal { kind, badge, customers, request_id, event, trigger, sent })
}

fn entity(node: &Node<'_>, faults: &mut Faults) -> Option<String> {
    let text = node.text(faults);
    if text.is_empty() || text.chars().count() > LONGEST {
        faults.add(wrong(node, format!("{} is mandatory.", node.path())));
    }
    Some(text)
}

fn check_path(kind: Kind, task: &Node<'_>, faults: &mut Faults) {
    let (path, method) = (task.get("path"), task.get("method"));
    let said = path.text(faults);
    if path.is_there() && !said.trim_end_matches('/').ends_with(wire::path(kind)) {
        faults.add(wrong(&path, format!("path must be {}.", wire::path(kind))));
    }
    if method.is_there() && !method.text(faults).eq_ignore_ascii_case("POST") {
        faults.add(wrong(&method, "method must be POST.".to_owned()));
    }
}

fn customers(kind: Kind, call: &Node<'_>, faults: &mut Faults) -> Vec<CustomerId> {
    let node = match kind {
        Kind::Issue => call.get("customerId"),
        Kind::Enrol => call.first(&["customers", "customerId"]),
    };
    let many = kind == Kind::Enrol && node.value().is_some_and(Value::is_array);
    let nodes = if many { node.items(faults) } else { vec![node.clone()] };
    let ids: Vec<CustomerId> =
        nodes.iter().filter_map(|one| one.integer(faults).map(CustomerId::new)).collect();
    if !node.is_there() || (many && nodes.is_empty()) {
        faults.add(wrong(&node, format!("{} is mandatory.", node.path())));
    }
    ids
}

fn event(kind: Kind, call: &Node<'_>, zone: Tz, faults: &mut Faults) -> Option<DateTime<Utc>> {
    let node = match kind {
        Kind::Issue => call.first(&["earnEventDateISO", "earnEventDate"]),
        Kind::Enrol => call.first(&["issueEventDateISO", "issueEventDate"]),
    };
    let value = node.value()?;
    let read = match value {
        Value::String(text) => times::read(text, zone).ok().map(|typed| typed.start(zone)),
        value => times::from_epoch(value),
    };
    if read.is_none() {
        faults.add(wrong(&node, format!("The value of '{}' must be a date.", node.path())));
    }
    read
}

fn trigger(node: &Node<'_>, faults: &mut Faults) -> Trigger {
    let (owner, reference) = (node.get("ownerType"), node.get("referenceId"));
    let (word, text) = (owner.text(faults), reference.text(faults));
    let known = word.parse::<Owner>().ok();
    if !word.is_empty() && known.is_none() {
        let fault = codes::fault("owner_unknown");
        let number = codes::vendor_code("owner_unknown");
        faults.add(Fault::new(number, fault.message).at(owner.path().to_owned()));
    }
    Trigger { owner: known, reference: Some(text).filter(|text| !text.is_empty()) }
}

/// What stands around the body, to be repeated in answers: secrets masked, and nothing at all of a frame
/// that is larger than any real one.
fn frame(task: &Node<'_>) -> Option<Value> {
    let mut kept = Map::new();
    for key in ["hostname", "pathParams", "queryParams"] {
        if let Some(value) = task.get(key).value() {
            kept.insert(key.to_owned(), value.clone());
        }
    }
    if let Some(Value::Object(headers)) = task.get("headers").value() {
        let masked = headers.iter().map(|(name, value)| (name.clone(), mask(name, value)));
        kept.insert("headers".to_owned(), Value::Object(masked.collect()));
    }
    let frame = Value::Object(kept);
    (frame.to_string().len() <= LARGEST_FRAME).then_some(frame)
}

fn mask(name: &str, value: &Value) -> Value {
    let name = name.to_ascii_lowercase();
    let secret = ["auth", "token", "cookie", "secret", "key", "password"];
    if secret.iter().any(|word| name.contains(word)) { Value::from("***") } else { value.clone() }
}

/// Reads a decision: on which request, what, and in which words.
pub(super) fn decision(body: &Body) -> Result<(Uuid, Decision, String), Trouble> {
    let (root, mut faults) = (body.root(), Faults::default());
    let (id, action) = (root.get("requestId"), root.get("actionName"));
    let task = root.get("payload").get("AdminTask-Payload");
    let (decision, message) = (task.get("actionDecision"), task.get("actionMessage"));
    let uuid: Option<Uuid> = id.text(&mut faults).trim().parse().ok();
    let is = Decision::named(decision.text(&mut faults).trim());
    let admin = action.text(&mut faults).eq_ignore_ascii_case(State::Waiting.word());
    let message = message.text(&mut faults);
    if is.is_none() {
        faults.add(wrong(&decision, "actionDecision must be approved or rejected.".to_owned()));
    }
    numbered(faults)?;
    match (uuid, is) {
        (Some(id), Some(is)) if admin => Ok((id, is, message)),
        _ => Err(Trouble::bad(Fault::new(WRONG_ID, "Wrong request id or action"))),
    }
}

/// Reads which requests a list is asked for.
pub(super) fn order(query: &Query, zone: Tz) -> Result<Order, Trouble> {
    let text = |name: &str| query.one(&[name]).map(str::to_owned);
    let by = |word: &'static str, code: u32, name: &'static str, words: &[&str]| match query
        .one(&[word])
    {
        None => Ok(None),
        Some(said) => {
            let known = words.iter().position(|known| known.eq_ignore_ascii_case(said));
            let refusal =
                || Fault::new(code, format!("{name} must be one of {}", words.join(", ")));
            known.map(Some).ok_or_else(|| Trouble::bad(refusal().at(name)))
        }
    };
    let states = State::ALL.map(State::word);
    let kind = query.one(&["requesttype"]).map(kind_of).transpose()?;
    let limit = query.number(&["limit"], 10, 1)?.min(100);
    let page = query.number(&["pageno"], 0, 0)?;
    Ok(Order {
        states: query.choices("states", &states, &[])?.into_iter().map(str::to_owned).collect(),
        kind,
        user: query.one(&["userid"]).map(|text| number(text, "userId")).transpose()?,
        since: date(query, "startdate", zone, times::Typed::start)?,
        until: date(query, "enddate", zone, times::Typed::end)?,
        till: text("tillid"),
        store: text("storeid"),
        zone: text("zoneid"),
        concept: text("conceptid"),
        by_end: by("sortby", 2011, "sortBy", &["startDate", "endDate"])? == Some(1),
        oldest: by("sortorder", 2012, "sortOrder", &["desc", "asc"])? == Some(1),
        limit,
        offset: page.saturating_mul(limit).min(FURTHEST),
    })
}

fn number(text: &str, name: &'static str) -> Result<i64, Trouble> {
    let words = format!("The value of '{name}' must be a whole number.");
    text.parse().map_err(|_| Trouble::bad(Fault::new(400, words).at(name)))
}

fn date(
    query: &Query,
    name: &'static str,
    zone: Tz,
    means: fn(times::Typed, Tz) -> DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Trouble> {
    let Some(text) = query.one(&[name]) else { return Ok(None) };
    let typed = times::read(text, zone)
        .map_err(|fault| Trouble::bad(Fault::new(400, fault.message).at(name)))?;
    Ok(Some(means(typed, zone)))
}
