//! A customer in detail, by number or by what identifies them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::api::{Caller, Fault, Query, Resource, Result, Trouble};
use crate::base::app::{App, Reading};
use crate::base::ids::{CustomerId, OrgId};
use crate::customers::api::answers::{CustomerDetailsAnswer, CustomerProfile};
use crate::customers::api::lookup;
use crate::customers::api::read::{not_found, place};
use crate::customers::api::{CustomerCodes, Read};
use crate::customers::asked::Place;
use crate::customers::source::{Account, AccountProfile};
use crate::customers::store;
use crate::customers::store::accounts;

/// A customer by number
///
/// `source` says which profile is shown; `ALL` shows every one.
#[utoipa::path(
    get,
    path = "/v2/customers/{id}",
    operation_id = "getCustomer",
    tag = "Customers",
    params(
        ("id" = i64, Path, description = "The customer's number.", example = 552695692),
        ("source" = String, Query, description = "INSTORE, or another source; ALL for every one.", example = "INSTORE"),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
        ("embed" = Option<String>, Query, description = "points, subscriptions, customerStatus; several with commas."),
    ),
    responses((status = 200, description = "The customer.", body = CustomerDetailsAnswer))
)]
pub async fn by_id(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<CustomerCodes> {
    let permit = caller.reads(Resource::Customer)?;
    let place = place(&query)?;
    let id = id.parse().map_err(|_| not_found())?;
    let mut db = app.read(permit.org()).await?;
    let answer = details(&mut db, permit.org(), id, &place, &query.list("embed")).await?;
    Ok(Json(answer).into_response())
}

/// A customer by what identifies them
///
/// The parameters of the lookup, and those of the details.
#[utoipa::path(
    get,
    path = "/v2/customers/lookup/customerDetails",
    operation_id = "getCustomerByIdentifier",
    tag = "Customers",
    params(
        ("source" = String, Query, description = "INSTORE, or another source; ALL for every one.", example = "INSTORE"),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
        ("identifierName" = String, Query, description = "mobile, email, externalId, cardNumber and the like; several with commas.", example = "mobile"),
        ("identifierValue" = String, Query, description = "Their values, in the same order.", example = "919449489999"),
        ("embed" = Option<String>, Query, description = "points, subscriptions, customerStatus; several with commas."),
    ),
    responses((status = 200, description = "The customer.", body = CustomerDetailsAnswer))
)]
pub async fn by_identifier(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CustomerCodes> {
    let permit = caller.reads(Resource::Customer)?;
    let place = place(&query)?;
    let mut db = app.read(permit.org()).await?;
    let found = lookup::find(&mut db, &permit, &query).await?;
    let mut answer = details(&mut db, permit.org(), found.id, &place, &query.list("embed")).await?;
    if found.merged {
        answer.warnings.push(merged());
    }
    Ok(Json(answer).into_response())
}

async fn details(
    db: &mut Reading,
    org: OrgId,
    asked: CustomerId,
    place: &Place,
    embeds: &[&str],
) -> Read<CustomerDetailsAnswer> {
    let mut customer = store::find(db, org, asked).await?.ok_or_else(not_found)?;
    let mut warnings = Vec::new();
    if let Some(survivor) = customer.merged_into {
        customer = store::find(db, org, survivor).await?.ok_or_else(not_found)?;
        warnings.push(merged());
    }
    if customer.deleted {
        let words = "Customer is deleted after PII delete request";
        return Err(Trouble::new(StatusCode::NOT_FOUND, Fault::new(8015, words)).into());
    }
    let extras = accounts::extras(db, org, customer.id).await?.ok_or_else(not_found)?;
    let known = accounts::accounts_of(db, org, &[customer.id]).await?;
    let known = with_own(known.into_values().next().unwrap_or_default());
    let shown = known.iter().filter(|profile| place.holds(&profile.account));
    let profiles: Vec<_> =
        shown.map(|profile| CustomerProfile::of(&customer, &extras, profile, &known)).collect();
    if profiles.is_empty() {
        let words = "Customer not found in this source";
        return Err(Trouble::new(StatusCode::NOT_FOUND, Fault::new(8065, words)).into());
    }
    Ok(CustomerDetailsAnswer::of(&customer, extras, profiles, embeds, warnings))
}

/// A customer nobody identifies is still the store's own.
fn with_own(mut known: Vec<AccountProfile>) -> Vec<AccountProfile> {
    if known.is_empty() {
        known.push(AccountProfile { account: Account::store(), identifiers: Vec::new() });
    }
    known
}

fn merged() -> crate::customers::api::answers::CustomerWarning {
    Fault::new(8069, "Merged customer found").into()
}
