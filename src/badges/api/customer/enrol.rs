//! Customers enrolled (the wire's `issue`).

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Body, Caller, Faults, Gateway, Iso, Moment, Resource, Result, Sides, gateway};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::reading::{self, MOST, RowError, TriggeredBy};
use crate::badges::issuing::{self, EnrolCall, Enrolled, Outcome};
use crate::base::app::App;
use crate::base::ids::{BadgeId, CustomerId, EnrolmentId};

/// Customers to be enrolled.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct EnrolRequest {
    /// The badge's id.
    #[schema(example = "66276dc68fe258516a88ff8e")]
    badge_meta_id: String,
    /// Customers' numbers, at most 1000; a single number is taken as well.
    #[schema(value_type = Vec<i64>)]
    customers: Vec<i64>,
    /// Names the call, so that it is done once; made where none is given. A number is taken as well.
    request_id: Option<String>,
    /// When they qualified: epoch seconds or ISO 8601; now where nothing is said.
    #[schema(value_type = Option<serde_json::Value>)]
    issue_event_date: Option<()>,
    /// The same in ISO 8601; wins over the other.
    #[serde(rename = "issueEventDateISO")]
    issue_event_date_iso: Option<String>,
    /// What set it off.
    triggered_by: Option<TriggeredBy>,
}

/// What became of an enrolment call.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EnrolledBadges {
    badge_meta_id: BadgeId,
    triggered_by: Option<TriggeredBy>,
    /// When the new enrolments end; null where there are none.
    expires_on: Option<Moment>,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Option<Iso>,
    issued_badges: Vec<EnrolledBadge>,
    request_id: String,
}

/// What became of one customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EnrolledBadge {
    customer_id: CustomerId,
    /// The new enrolment, or the one that stands against it.
    issued_id: Option<EnrolmentId>,
    error: Option<RowError>,
    /// How the enrolment that stands against it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
}

impl From<Outcome<Enrolled>> for EnrolledBadge {
    fn from(outcome: Outcome<Enrolled>) -> Self {
        let customer_id = outcome.customer;
        match outcome.result {
            Ok(done) => {
                EnrolledBadge { customer_id, issued_id: Some(done.id), error: None, status: None }
            }
            Err(declined) => EnrolledBadge {
                customer_id,
                issued_id: declined.existing.map(|(id, _)| id),
                error: Some(RowError::from(&declined.problem)),
                status: declined.existing.map(|(_, state)| state.wire()),
            },
        }
    }
}

/// Enrol customers
///
/// In a badge that is issued to the enrolled alone. What stands against one customer is told in that
/// customer's row and stops no other.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/badgeMeta/customer/issueBulk",
    operation_id = "enrolCustomers",
    tag = "Enrol and issue",
    request_body = EnrolRequest,
    responses((status = 200, description = "What became of each.", body = Gateway<EnrolledBadges>))
)]
pub async fn enrol(State(app): State<App>, caller: Caller, body: Body) -> Result<BadgeCodes> {
    let permit = caller.writes(Resource::Badges)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let list = root.get("customers");
    let dates = ["issueEventDateISO", "issueEventDate"];
    let call = EnrolCall {
        badge: reading::badge(&root, &mut faults),
        customers: reading::customers(&list, MOST, &mut faults),
        request_id: reading::request_id(&root, &mut faults),
        event: reading::instant(&root, &dates, permit.zone(), &mut faults),
        trigger: reading::trigger(&root, false, &mut faults),
    };
    if list.value().is_none_or(|value| value.as_array().is_some_and(Vec::is_empty)) {
        faults.add(reading::missing_customer(&list));
    }
    faults.into_result()?;
    let (badge_meta_id, triggered_by) = (call.badge, TriggeredBy::of(&call.trigger));
    let deed =
        app.act(permit.actor(), |act| Box::pin(async move { issuing::enrol(act, &call).await }));
    let answer = deed.await?;
    let told = EnrolledBadges {
        badge_meta_id,
        triggered_by,
        expires_on: answer.expires_on.map(Moment),
        expires_on_iso: answer.expires_on.map(Iso),
        issued_badges: answer.outcomes.into_iter().map(EnrolledBadge::from).collect(),
        request_id: answer.request_id,
    };
    Ok(gateway(told, Sides::Empty))
}
