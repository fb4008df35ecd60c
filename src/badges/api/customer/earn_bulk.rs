//! A badge issued to many customers (the wire's `earnBulk`).

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Body, Caller, Faults, Gateway, Iso, Moment, Resource, Result, Sides, gateway};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::reading::{self, MOST, RowError, TriggeredBy};
use crate::badges::issuing::{self, IssueCall, Issued, Outcome};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::{BadgeId, CustomerId};

/// Customers who are to get a badge.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct EarnBulkRequest {
    /// The badge's id.
    #[schema(example = "653de334b3cda7078c7c68eb")]
    badge_meta_id: String,
    /// Customers' numbers, at most 1000.
    customer_ids: Vec<i64>,
    /// Names the call, so that it is done once; made where none is given. A number is taken as well.
    request_id: Option<String>,
    /// When they earned it: epoch seconds or ISO 8601; now where nothing is said. `issueEventDate` is
    /// the same.
    #[schema(value_type = Option<serde_json::Value>)]
    earn_event_date: Option<()>,
    /// The same in ISO 8601; wins over the other.
    #[serde(rename = "earnEventDateISO")]
    earn_event_date_iso: Option<String>,
    /// What set it off, as it claimed the badge.
    triggered_by: TriggeredBy,
}

/// What became of a call for many.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EarnedBadges {
    badge_meta_id: BadgeId,
    triggered_by: Option<TriggeredBy>,
    /// When the badges issued end; null where there are none.
    expires_on: Option<Moment>,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Option<Iso>,
    issued_badges: Vec<EarnedBadgeRow>,
    request_id: String,
}

/// What became of one customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EarnedBadgeRow {
    customer_id: CustomerId,
    /// The badge issued; null where there is none.
    issued_id: Option<String>,
    /// How it stands at once; EXPIRED where it was not issued.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RowError>,
}

impl From<Outcome<Issued>> for EarnedBadgeRow {
    fn from(outcome: Outcome<Issued>) -> Self {
        let customer_id = outcome.customer;
        match outcome.result {
            Ok(issued) => EarnedBadgeRow {
                customer_id,
                issued_id: Some(issued.id.to_string()),
                status: issued.state.wire(),
                error: None,
            },
            Err(declined) => EarnedBadgeRow {
                customer_id,
                issued_id: declined.existing.map(|(id, _)| id.to_string()),
                status: "EXPIRED",
                error: Some(RowError::from(&declined.problem)),
            },
        }
    }
}

/// Issue a badge to many
///
/// To each customer in the order given: where a limit leaves room for some, to the first. What stands
/// against one customer is told in that customer's row and stops no other.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/customer/earnBulk",
    operation_id = "issueBadgeBulk",
    tag = "Enrol and issue",
    request_body = EarnBulkRequest,
    responses((status = 200, description = "What became of each.", body = Gateway<EarnedBadges>))
)]
pub async fn earn_bulk(State(app): State<App>, caller: Caller, body: Body) -> Result<BadgeCodes> {
    let permit = caller.writes(Resource::Badges)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let list = root.first(&["customerIds", "customers"]);
    let dates = ["earnEventDateISO", "issueEventDateISO", "earnEventDate", "issueEventDate"];
    let call = IssueCall {
        badge: reading::badge(&root, &mut faults),
        customers: reading::customers(&list, MOST, &mut faults),
        request_id: reading::request_id(&root, &mut faults),
        event: reading::instant(&root, &dates, permit.zone(), &mut faults),
        trigger: reading::trigger(&root, true, &mut faults),
        by_support: false,
    };
    if list.value().is_none_or(|value| value.as_array().is_some_and(Vec::is_empty)) {
        faults.add(reading::missing_customer(&list));
    }
    faults.into_result()?;
    let (badge_meta_id, triggered_by) = (call.badge, TriggeredBy::of(&call.trigger));
    let deed =
        app.act(permit.actor(), |act| Box::pin(async move { issuing::issue(act, &call).await }));
    let answer = deed.await.map_err(reworded)?;
    let told = EarnedBadges {
        badge_meta_id,
        triggered_by,
        expires_on: answer.expires_on.map(Moment),
        expires_on_iso: answer.expires_on.map(Iso),
        issued_badges: answer.outcomes.into_iter().map(EarnedBadgeRow::from).collect(),
        request_id: answer.request_id,
    };
    Ok(gateway(told, Sides::Empty))
}

/// The reference words one refusal otherwise here than for a single customer.
fn reworded(error: Error) -> Error {
    let Error::Refused(problems) = error else { return error };
    let mut told = crate::base::problem::Problems::none();
    for mut problem in problems {
        if problem.code == "not_claimed" {
            problem.message =
                "The badge needs to be claimed first using the claim badge API.".into();
        }
        told.push(problem);
    }
    told.into()
}
