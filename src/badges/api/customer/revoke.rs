//! Enrolments and issued badges taken back.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    Body, Caller, Fault, Faults, Gateway, Node, Resource, Result, Sides, Trouble, gateway,
};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::reading::{self, RowError};
use crate::badges::api::customer::who;
use crate::badges::issuing::{self, RevokeWhich, Revoked};
use crate::base::app::App;
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId};

/// The most enrolments or customers of one call.
const MOST: usize = 20;

/// Enrolments to be taken back: all of some customers', or these.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct RevokeEnrolmentsRequest {
    /// The badge's id.
    #[schema(example = "653de84db3cda7078c7c68ed")]
    badge_meta_id: String,
    /// Customers, at most 20, all of whose enrolments in the badge are taken back.
    customers: Option<Vec<i64>>,
    /// Enrolments, at most 20; where they are given, `customers` means nothing.
    revoke_issuals: Option<Vec<RevokeEnrolmentRequest>>,
}

/// An enrolment to be taken back.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct RevokeEnrolmentRequest {
    /// The customer's number; text is taken as well.
    customer_id: i64,
    /// The enrolment's id.
    issue_id: String,
}

/// What became of a call that takes enrolments back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevokedEnrolments {
    badge_meta_id: BadgeId,
    revoked_issued_badges: Vec<RevokedEnrolment>,
    /// Nothing.
    request_id: Option<String>,
}

/// What became of one enrolment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevokedEnrolment {
    customer_id: CustomerId,
    /// The enrolment; absent where the customer has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_id: Option<String>,
    error: Option<RowError>,
}

/// Take enrolments back
///
/// All that some customers have in a badge, or those named; badges issued on them stay. 1051, under HTTP
/// 200, where neither is given.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/badgeMeta/customer/revokeIssue",
    operation_id = "revokeEnrolments",
    tag = "Enrol and issue",
    request_body = RevokeEnrolmentsRequest,
    responses((status = 200, description = "What became of each.", body = Gateway<RevokedEnrolments>))
)]
pub async fn revoke_enrolments(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<BadgeCodes> {
    let permit = caller.writes(Resource::Badges)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let badge = reading::badge(&root, &mut faults);
    let (which, names) = which(&root, &mut faults);
    faults.into_result()?;
    let which = which.ok_or_else(|| {
        let fault = Fault::new(1051, "RevokeIssuals or CustomerId is mandatory");
        Trouble::new(StatusCode::OK, fault)
    })?;
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { issuing::revoke_enrolments(act, badge, &which, None).await })
    });
    let mut names = names.into_iter();
    let rows = deed.await?.into_iter().map(|revoked| told(revoked, names.next()));
    let told = RevokedEnrolments {
        badge_meta_id: badge,
        revoked_issued_badges: rows.collect(),
        request_id: None,
    };
    Ok(gateway(told, Sides::Empty))
}

/// Which enrolments a call names, and how it wrote them. Empty lists name nothing.
fn which(root: &Node<'_>, faults: &mut Faults) -> (Option<RevokeWhich>, Vec<String>) {
    let list = root.get("revokeIssuals");
    let named = list.items(faults);
    if !named.is_empty() {
        reading::too_many(&list, named.len(), MOST, faults);
        let read = named.iter().take(MOST).map(|item| {
            let customer = reading::customer(item, faults);
            let text = item.first(&["issueId", "issuedId"]).text(faults);
            // A text that is no id is an enrolment nobody has.
            let id = text.trim().parse().unwrap_or_else(|_| EnrolmentId::from_bytes([0; 12]));
            ((customer, id), text)
        });
        let (pairs, names) = read.unzip();
        return (Some(RevokeWhich::Enrolments(pairs)), names);
    }
    let customers = reading::customers(&root.get("customers"), MOST, faults);
    let which = (!customers.is_empty()).then_some(RevokeWhich::Customers(customers));
    (which, Vec::new())
}

fn told(revoked: Revoked, name: Option<String>) -> RevokedEnrolment {
    RevokedEnrolment {
        customer_id: revoked.customer,
        issued_id: name.or_else(|| revoked.enrolment.map(|id| id.to_string())),
        error: revoked.result.err().as_ref().map(RowError::from),
    }
}

/// An issued badge to be taken back.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct RevokeEarnedRequest {
    /// The badge's id.
    #[schema(example = "653ddb33b3cda7078c7c68e9")]
    badge_meta_id: String,
    /// The customer's number, or what the header says.
    #[schema(example = "62090013")]
    customer_id: String,
    /// The issued badge's id.
    #[schema(example = "654cbea06bccde1274b6d3a2")]
    earned_badge_id: String,
}

/// An issued badge taken back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevokedEarned {
    badge_meta_id: BadgeId,
    customer_id: CustomerId,
    earned_badge_id: EarnId,
    /// `false`.
    is_active: bool,
}

/// Take an issued badge back
///
/// An expired one too; what came with it is not taken back. 814 where there is none. `POST
/// /badges/customer/revokeEarn` is the same.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/customer/revokeEarn",
    operation_id = "revokeIssuedBadge",
    tag = "Enrol and issue",
    params(("X-CAP-CUSTOMER-IDENTIFIER" = Option<String>, Header, description = "mobile, email, externalId or cardNumber.")),
    request_body = RevokeEarnedRequest,
    responses((status = 200, description = "The badge taken back.", body = Gateway<RevokedEarned>))
)]
pub async fn revoke_earned(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<BadgeCodes> {
    let permit = caller.writes(Resource::Badges)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let badge = reading::badge(&root, &mut faults);
    let (customer, earned) = (root.get("customerId"), root.get("earnedBadgeId"));
    let (name, id) = (customer.text(&mut faults), earned.text(&mut faults));
    if name.trim().is_empty() {
        faults.add(reading::missing_customer(&customer));
    }
    if id.trim().is_empty() {
        faults.add(Fault::new(400, "Earned badge id is mandatory.").at("earnedBadgeId"));
    }
    faults.into_result()?;
    let customer = {
        let mut db = app.read(permit.org()).await?;
        who::customer(&mut db, &permit, &headers, &name).await?
    };
    let id = id.trim().parse().unwrap_or_else(|_| EarnId::from_bytes([0; 12]));
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { issuing::revoke_issued(act, badge, customer, id, None).await })
    });
    deed.await?;
    let told = RevokedEarned {
        badge_meta_id: badge,
        customer_id: customer,
        earned_badge_id: id,
        is_active: false,
    };
    Ok(gateway(told, Sides::Empty))
}
