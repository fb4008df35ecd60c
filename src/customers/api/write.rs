//! Customers entered and changed.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use utoipa::ToSchema;

use crate::api::{Body, Caller, Fault, Permit, Resource, Result, Trouble};
use crate::base::app::App;
use crate::base::error::{self, Error};
use crate::base::ids::CustomerId;
use crate::customers::api::CustomerCodes;
use crate::customers::api::answers::{CustomerIdentifier, CustomerSavedAnswer, CustomerWarning};
use crate::customers::api::read::{entered, not_found};
use crate::customers::entering::{Entered, EnteredAs, RACED, amend, enter};

/// A customer as another system says it.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct CustomerRequest {
    /// What each source says.
    profiles: Vec<CustomerProfileRequest>,
    /// The loyalty programme.
    loyalty_info: Option<CustomerLoyaltyRequest>,
    /// Gender, city and the like; null takes one away.
    #[schema(value_type = Option<Object>)]
    extended_fields: Option<()>,
    /// The code of the till the customer belongs to.
    associated_with: Option<String>,
    /// The brand's own word for how they stand.
    status_label: Option<String>,
}

/// What one source says of a customer.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct CustomerProfileRequest {
    /// INSTORE, or another source.
    #[schema(example = "INSTORE")]
    source: String,
    /// The account, for every source but INSTORE.
    account_id: Option<String>,
    /// First name; longer than 100 characters is cut.
    first_name: Option<String>,
    /// Last name; longer than 100 characters is cut.
    last_name: Option<String>,
    /// What identifies the customer there.
    identifiers: Vec<CustomerIdentifier>,
    /// Custom fields; null takes one away.
    #[schema(value_type = Option<Object>)]
    fields: Option<()>,
}

/// The loyalty programme.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct CustomerLoyaltyRequest {
    /// `loyalty` or `non_loyalty`.
    loyalty_type: Option<String>,
}

/// Add a customer
///
/// With a profile from at least one source. A customer whom the same source knows already is refused;
/// one whom another source knows is the same customer, and the profile is added to them.
#[utoipa::path(
    post,
    path = "/v2/customers",
    operation_id = "addCustomer",
    tag = "Customers",
    request_body = CustomerRequest,
    responses((status = 200, description = "Who it is.", body = CustomerSavedAnswer))
)]
pub async fn create(State(app): State<App>, caller: Caller, body: Body) -> Result<CustomerCodes> {
    let permit = caller.writes(Resource::Customer)?;
    let (entered, mut warnings) = entered(&body.root())?;
    if entered.profiles.iter().all(|profile| profile.known.identifiers.is_empty()) {
        let mut faults = vec![Fault::new(8002, "No identifiers given").at("profiles")];
        faults.extend(warnings);
        let refused = Trouble::bad(Fault::new(8002, ""));
        return Err(Trouble { faults, ..refused }.into());
    }
    let done = enter_once(&app, &permit, entered).await?;
    if done.joined {
        warnings.push(Fault::new(8050, "Customer known from another source, profile added"));
    }
    Ok(saved(done.id, warnings))
}

/// Change a customer
///
/// What is said is put in place of what was known; what is not said stays. In `fields` and
/// `extendedFields`, null takes a field away.
#[utoipa::path(
    put,
    path = "/v2/customers/{id}",
    operation_id = "updateCustomer",
    tag = "Customers",
    params(
        ("id" = i64, Path, description = "The customer's number.", example = 552695692),
    ),
    request_body = CustomerRequest,
    responses((status = 200, description = "Who it is.", body = CustomerSavedAnswer))
)]
pub async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body,
) -> Result<CustomerCodes> {
    let permit = caller.writes(Resource::Customer)?;
    let id: CustomerId = id.parse().map_err(|_| not_found())?;
    let (entered, mut warnings) = entered(&body.root())?;
    let deed =
        app.act(permit.actor(), move |act| Box::pin(async move { amend(act, id, &entered).await }));
    let done = deed.await?;
    if done != id {
        warnings.push(Fault::new(8069, "Merged customer found"));
    }
    Ok(saved(done, warnings))
}

/// Two calls for one customer at the same moment: the later one asks again, and is told who it is.
async fn enter_once(app: &App, permit: &Permit, entered: Entered) -> error::Result<EnteredAs> {
    let attempt = |entered: Entered| {
        app.act(permit.actor(), |act| Box::pin(async move { enter(act, &entered).await }))
    };
    match attempt(entered.clone()).await {
        Err(Error::Refused(problems)) if problems.iter().any(|one| one.code == RACED) => {
            attempt(entered).await
        }
        done => done,
    }
}

fn saved(created_id: CustomerId, warnings: Vec<Fault>) -> axum::response::Response {
    let warnings = warnings.into_iter().map(CustomerWarning::from).collect();
    Json(CustomerSavedAnswer { created_id, warnings, side_effects: [] }).into_response()
}
