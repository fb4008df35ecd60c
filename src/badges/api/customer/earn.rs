//! A badge issued to one customer (the wire's `earn`).

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    Body, Caller, Fault, Faults, Gateway, Iso, Moment, Resource, Result, Sides, gateway,
};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::reading::{self, TriggeredBy};
use crate::badges::issuing::{self, IssueCall};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId};

/// A customer who is to get a badge.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct EarnRequest {
    /// The badge's id.
    #[schema(example = "692e7e739b3ca00e4bbf7c06")]
    badge_meta_id: String,
    /// The customer's number; text is taken as well.
    #[schema(example = 23423)]
    customer_id: i64,
    /// Names the call, so that it is done once. A number is taken as well.
    #[schema(example = "23432")]
    request_id: String,
    /// When it was earned: epoch seconds or ISO 8601; now where nothing is said.
    #[schema(value_type = Option<serde_json::Value>)]
    earn_event_date: Option<()>,
    /// The same in ISO 8601; wins over the other.
    #[serde(rename = "earnEventDateISO")]
    earn_event_date_iso: Option<String>,
    /// What set it off, as it claimed the badge.
    triggered_by: TriggeredBy,
}

/// A badge issued.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EarnedBadge {
    badge_meta_id: BadgeId,
    customer_id: CustomerId,
    earned_badge_id: EarnId,
    expires_on: Moment,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Iso,
    request_id: String,
    /// The enrolment it rests on; null for a direct badge.
    issued_id: Option<EnrolmentId>,
}

/// Issue a badge
///
/// To one customer. 811 where the customer must enrol first, 818 and 819 where a limit is reached.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/customer/earn",
    operation_id = "issueBadge",
    tag = "Enrol and issue",
    request_body = EarnRequest,
    responses(
        (status = 200, description = "The badge issued.", body = Gateway<EarnedBadge>),
        (status = 409, description = "Not enrolled, or a limit is reached.", body = crate::api::docs::GatewayRefusal)
    )
)]
pub async fn earn(State(app): State<App>, caller: Caller, body: Body) -> Result<BadgeCodes> {
    let permit = caller.writes(Resource::Badges)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let dates = ["earnEventDateISO", "earnEventDate"];
    let call = IssueCall {
        badge: reading::badge(&root, &mut faults),
        customers: vec![reading::customer(&root, &mut faults)],
        request_id: reading::request_id(&root, &mut faults),
        event: reading::instant(&root, &dates, permit.zone(), &mut faults),
        trigger: reading::trigger(&root, true, &mut faults),
        by_support: false,
    };
    if call.request_id.is_none() {
        faults.add(Fault::new(804, "RequestId information is missing.").at("requestId"));
    }
    faults.into_result()?;
    let badge_meta_id = call.badge;
    let deed =
        app.act(permit.actor(), |act| Box::pin(async move { issuing::issue(act, &call).await }));
    let answer = deed.await?;
    let outcome = answer.outcomes.into_iter().next().ok_or(Error::NotFound)?;
    let issued = outcome.result.map_err(|declined| Error::from(declined.problem))?;
    let told = EarnedBadge {
        badge_meta_id,
        customer_id: outcome.customer,
        earned_badge_id: issued.id,
        expires_on: Moment(issued.expires_on),
        expires_on_iso: Iso(issued.expires_on),
        request_id: answer.request_id,
        issued_id: issued.enrolment,
    };
    Ok(gateway(told, Sides::Empty))
}
