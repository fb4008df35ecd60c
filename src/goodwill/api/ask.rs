//! `POST /v1.1/request/add`: coupons are asked for, each request by itself.

use axum::extract::State;

use super::answers::{GoodwillAdded, GoodwillAddedList, GoodwillMade};
use super::read::{self, GoodwillAdd, readable};
use super::{GoodwillCodes, style};
use crate::api::v11::{Answer, ItemStatus, Style, Verdict, answer_to_post, items_of};
use crate::api::{Body, Caller, Failure, Faults, Node, Permit, Query, Resource, Result};
use crate::base::app::App;
use crate::base::error::Error;
use crate::coupons::api::who;
use crate::customers::{self, Place};
use crate::goodwill::ask;
use crate::goodwill::refusal::problem;
use crate::goodwill::request::{Told, Way};

/// Ask for coupons out of goodwill
///
/// Each request waits until somebody else approves it; with `client_auto_approve` or `is_one_step_change` it
/// is approved in this very call, and its coupon issued, or nothing is kept of it. Each request succeeds or
/// fails by itself. Needs write on coupons; to approve at once, write on approval requests too.
#[utoipa::path(
    post,
    path = "/v1.1/request/add",
    operation_id = "addGoodwillRequests",
    tag = "Goodwill requests",
    params(
        ("client_auto_approve" = Option<bool>, Query, description = "Whether the requests are approved at once."),
        ("is_one_step_change" = Option<bool>, Query, description = "The same, told apart as one step."),
    ),
    request_body = GoodwillAdd,
    responses((status = 200, description = "What became of each request.", body = Answer<GoodwillAdded>))
)]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    body: Body,
) -> Result<GoodwillCodes> {
    let way = read::way(&query)?;
    if way.at_once() {
        caller.clone().writes(Resource::Approvals)?;
    }
    let permit = caller.writes(Resource::BasicCoupon)?;
    let place = who::place(&query)?;
    let mut made = Vec::new();
    for node in items_of(&body, "request")? {
        made.push(item(&app, &permit, &place, &node, way).await);
    }
    let verdict = Verdict::of(made.iter().map(|made| &made.item_status));
    let items = GoodwillAdded { requests: GoodwillAddedList { request: made } };
    Ok(answer_to_post(verdict, verdict.status(style(verdict, Style::Typed)), items))
}

async fn item(
    app: &App,
    permit: &Permit,
    place: &Place,
    node: &Node<'_>,
    way: Way,
) -> GoodwillMade {
    let reference = node.get("reference_id").text(&mut Faults::default());
    let reference = Some(reference).filter(|text| !text.is_empty());
    let done = async {
        let told = asked(app, permit, place, node, way).await?;
        let mut db = app.read(permit.org()).await?;
        let faces = customers::faces(&mut db, permit.org(), &[told.request.customer]).await?;
        Ok::<_, Failure<GoodwillCodes>>((told, faces))
    };
    match done.await {
        Ok((told, faces)) => {
            let fine = ItemStatus::good(Style::Typed, 9100, "Goodwill request added successfully");
            GoodwillMade::of(&told, &faces, permit.zone(), fine)
        }
        Err(failure) => GoodwillMade::refused(reference, said(Style::Typed, failure)),
    }
}

async fn asked(
    app: &App,
    permit: &Permit,
    place: &Place,
    node: &Node<'_>,
    way: Way,
) -> std::result::Result<Told, Failure<GoodwillCodes>> {
    let wanted = read::ask(node, way).map_err(Error::from)?;
    let mut faults = Faults::default();
    let whom = who::in_body(&node.get("customer"), &mut faults);
    readable(faults).map_err(Error::from)?;
    let mut db = app.read(permit.org()).await?;
    let found = who::find(&mut db, permit, place, &whom).await;
    drop(db);
    let found = found.map_err(|failure| failure.0)?;
    let customer = found.ok_or_else(|| Error::from(problem("customer_unknown")))?.id;
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { ask::ask(act, customer, &wanted).await })
    });
    Ok(deed.await?)
}

/// Why an item was not done.
pub(super) fn said(style: Style, failure: Failure<GoodwillCodes>) -> ItemStatus {
    let fault = failure.0.faults.into_iter().next();
    let (code, message) = fault.map_or((500, "Failed".into()), |fault| {
        let named = matches!(fault.code, 403 | 400);
        let message = match fault.reference.filter(|_| named) {
            Some(field) => format!("{field}: {}", fault.message).into(),
            None => fault.message,
        };
        (fault.code, message)
    });
    ItemStatus::bad(style, code, message)
}
