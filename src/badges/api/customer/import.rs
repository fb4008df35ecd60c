//! Badges earned elsewhere, brought in.

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::docs::Violation;
use crate::api::{Body, Caller, Fault, Faults, Iso, Moment, Node, Resource, Result, Trouble};
use crate::badges::api::BadgeCodes;
use crate::badges::api::customer::reading::{self, MOST};
use crate::badges::codes::vendor_code;
use crate::badges::issuing::{self, EarnedRow, Imported};
use crate::base::app::App;
use crate::base::ids::{BadgeId, CustomerId, EarnId};
use crate::base::problem::Problem;

/// A badge somebody earned elsewhere.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct EarnedElsewhere {
    /// The badge's id.
    #[schema(example = "654e08f2041fd452b3ef5b2e")]
    badge_meta_id: String,
    /// The customer's number; text is taken as well.
    #[schema(example = 382442802)]
    customer_id: i64,
    /// When it was earned: epoch seconds or ISO 8601; not in the future. `earnEventDateISO` wins.
    #[schema(value_type = serde_json::Value, example = 1674292011)]
    earn_event_date: (),
    /// Its last instant, not before it was earned. `earnExpiresOnISO` wins.
    #[schema(value_type = serde_json::Value, example = 1705828011)]
    earn_expires_on: (),
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportedRow {
    data: Option<ImportedBadge>,
    /// Why it was not brought in; null where it was.
    errors: Option<Vec<Violation>>,
    /// Nothing.
    warnings: Option<Vec<Violation>>,
}

/// A badge brought in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportedBadge {
    badge_meta_id: BadgeId,
    customer_id: CustomerId,
    earned_badge_id: EarnId,
    expires_on: Moment,
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Iso,
    /// The name of the call, and the place of the row from 1.
    request_id: String,
}

/// Bring in earned badges
///
/// History as it was: no claim, limit or status is asked, no benefit given, and alike rows are all kept.
/// A row that cannot be is told in its place and stops no other. X-CAP-REQUEST-ID names the call; POST
/// is taken as well as PUT.
#[utoipa::path(
    put,
    path = "/api_gateway/v1/badges/import/customerBadges",
    operation_id = "importCustomerBadges",
    tag = "Enrol and issue",
    request_body = Vec<EarnedElsewhere>,
    responses((status = 200, description = "What became of each row.", body = Vec<ImportedRow>))
)]
pub async fn import(State(app): State<App>, caller: Caller, body: Body) -> Result<BadgeCodes> {
    let permit = caller.writes(Resource::Badges)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let items = root.items(&mut faults);
    if !root.is_there() {
        faults.add(Fault::new(400, "The body must be a list."));
    }
    reading::too_many(&root, items.len(), MOST, &mut faults);
    faults.into_result()?;
    let read: Vec<_> = items.iter().map(|item| row(item, permit.zone())).collect();
    // A row that cannot be read still has its place: the engine refuses it and we say why.
    let rows: Vec<EarnedRow> = read.iter().map(|(row, _)| *row).collect();
    let told: Vec<EarnedRow> = rows.clone();
    let base = permit.request_id().to_owned();
    let deed = app.act(permit.actor(), |act| {
        Box::pin(async move { issuing::import_earned(act, &rows, &base).await })
    });
    let answers = deed.await?.into_iter().zip(told).zip(read);
    let rows: Vec<ImportedRow> =
        answers.map(|((answer, row), (_, faults))| outcome(answer, row, faults)).collect();
    Ok(Json(rows).into_response())
}

/// One row, and what is wrong with it.
fn row(node: &Node<'_>, zone: Tz) -> (EarnedRow, Option<Trouble>) {
    let mut faults = Faults::default();
    let (badge, customer) =
        (reading::badge(node, &mut faults), reading::customer(node, &mut faults));
    let mut instant = |names: [&str; 2]| {
        let at = reading::instant(node, &names, zone, &mut faults);
        if at.is_none() && !node.first(&names).is_there() {
            let path = node.get(names[1]).path().to_owned();
            faults.add(Fault::new(400, format!("{} is mandatory.", names[1])).at(path));
        }
        at.unwrap_or_default()
    };
    let event = instant(["earnEventDateISO", "earnEventDate"]);
    let expires_on = instant(["earnExpiresOnISO", "earnExpiresOn"]);
    let trouble = faults.into_result().err();
    let badge = if trouble.is_some() { BadgeId::from_bytes([0; 12]) } else { badge };
    (EarnedRow { badge, customer, event, expires_on }, trouble)
}

fn violation(fault: Fault) -> Violation {
    Violation {
        code: fault.code,
        message: fault.message.into_owned(),
        reference: fault.reference.map(Cow::into_owned),
    }
}

fn outcome(
    answer: std::result::Result<Imported, Problem>,
    row: EarnedRow,
    unread: Option<Trouble>,
) -> ImportedRow {
    let errors = match (unread, answer) {
        (Some(trouble), _) => trouble.faults.into_iter().map(violation).collect(),
        (None, Err(problem)) => vec![Violation {
            code: vendor_code(problem.code),
            message: problem.message.into_owned(),
            reference: problem.field.map(Cow::into_owned),
        }],
        (None, Ok(imported)) => {
            let data = ImportedBadge {
                badge_meta_id: row.badge,
                customer_id: row.customer,
                earned_badge_id: imported.id,
                expires_on: Moment(imported.expires_on),
                expires_on_iso: Iso(imported.expires_on),
                request_id: imported.request_id,
            };
            return ImportedRow { data: Some(data), errors: None, warnings: None };
        }
    };
    ImportedRow { data: None, errors: Some(errors), warnings: None }
}
