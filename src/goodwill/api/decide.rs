//! `POST /v1.1/request/approve` and `/reject`: each request is decided by itself.

use axum::extract::State;

use super::answers::{
    Faces, GoodwillApproved, GoodwillApprovedList, GoodwillDeclined, GoodwillGranted,
    GoodwillRejected, GoodwillRejectedList,
};
use super::ask::said;
use super::read::{self, GoodwillDecide};
use super::{GoodwillCodes, SAME_REJECTS, style};
use crate::api::v11::{Answer, ItemStatus, Style, Verdict, answer_to_post, items_of};
use crate::api::{Body, Caller, Failure, Node, Permit, Resource, Result};
use crate::base::app::App;
use crate::base::error::Error;
use crate::customers;
use crate::goodwill::decide;
use crate::goodwill::refusal::number;
use crate::goodwill::request::Told;
use crate::requests::Decision;

/// What became of one request, with what identifies its customer.
type Done = std::result::Result<(Told, Faces), Failure<GoodwillCodes>>;

/// Approve coupons asked for out of goodwill
///
/// Approving issues one coupon under the checks of every issue; what cannot be issued goes on waiting and
/// says why. Nobody approves their own request. Needs write on approval requests.
#[utoipa::path(
    post,
    path = "/v1.1/request/approve",
    operation_id = "approveGoodwillRequests",
    tag = "Goodwill requests",
    request_body = GoodwillDecide,
    responses((status = 200, description = "What became of each request.", body = Answer<GoodwillApproved>))
)]
pub async fn approve(State(app): State<App>, caller: Caller, body: Body) -> Result<GoodwillCodes> {
    let permit = caller.writes(Resource::Approvals)?;
    let mut made = Vec::new();
    for node in items_of(&body, "request")? {
        made.push(match decided(&app, &permit, &node, Decision::Approve).await {
            Ok((told, faces)) => GoodwillGranted::of(&told, &faces, permit.zone(), fine()),
            Err(failure) => GoodwillGranted::refused(said(Style::Texts, failure)),
        });
    }
    let verdict = Verdict::of(made.iter().map(|made| &made.item_status));
    let items = GoodwillApproved { requests: GoodwillApprovedList { goodwill: made.into() } };
    Ok(answer_to_post(verdict, verdict.status(style(verdict, Style::Texts)).loud(), items))
}

/// Reject coupons asked for out of goodwill
///
/// A rejection says why. Nobody rejects their own request. Needs write on approval requests.
#[utoipa::path(
    post,
    path = "/v1.1/request/reject",
    operation_id = "rejectGoodwillRequests",
    tag = "Goodwill requests",
    request_body = GoodwillDecide,
    responses((status = 200, description = "What became of each request.", body = Answer<GoodwillRejected>))
)]
pub async fn reject(State(app): State<App>, caller: Caller, body: Body) -> Result<GoodwillCodes> {
    let permit = caller.writes(Resource::Approvals)?;
    let mut made = Vec::new();
    for node in items_of(&body, "request")? {
        made.push(match decided(&app, &permit, &node, Decision::Reject).await {
            Ok((told, faces)) => GoodwillDeclined::of(Some(&told), &faces, fine()),
            Err(failure) => {
                GoodwillDeclined::of(None, &Faces::new(), said(Style::Texts, of_rejecting(failure)))
            }
        });
    }
    let verdict = Verdict::of(made.iter().map(|made| &made.item_status));
    let items = GoodwillRejected { requests: GoodwillRejectedList { request: made.into() } };
    Ok(answer_to_post(verdict, verdict.status(style(verdict, Style::Texts)).loud(), items))
}

fn fine() -> ItemStatus {
    ItemStatus::good(Style::Texts, 9000, "Request updated successfully")
}

async fn decided(app: &App, permit: &Permit, node: &Node<'_>, is: Decision) -> Done {
    let (id, comments) = read::decision(node).map_err(Error::from)?;
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { decide::decide(act, id, is, &comments).await })
    });
    let told = deed.await?;
    let mut db = app.read(permit.org()).await?;
    let faces = customers::faces(&mut db, permit.org(), &[told.request.customer]).await?;
    Ok((told, faces))
}

/// One's own request has another number where it is rejected.
fn of_rejecting(mut failure: Failure<GoodwillCodes>) -> Failure<GoodwillCodes> {
    let own = number("own_request");
    failure.0.faults.iter_mut().filter(|fault| fault.code == own).for_each(|fault| {
        fault.code = SAME_REJECTS;
    });
    failure
}
