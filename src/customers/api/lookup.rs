//! A customer's number by what identifies them.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;

use crate::api::{Caller, Fault, Permit, Query, Resource, Result};
use crate::base::app::{App, Reading};
use crate::customers::api::answers::CustomerLookupAnswer;
use crate::customers::api::read::{asked, not_found, place};
use crate::customers::api::{CustomerCodes, Read};
use crate::customers::asked::{Found, who};

/// Look up a customer's number
///
/// By one identifier or several, of which the first that somebody has decides. A customer who was merged
/// answers with the survivor.
#[utoipa::path(
    get,
    path = "/v2/customers/lookup",
    operation_id = "lookupCustomer",
    tag = "Customers",
    params(
        ("source" = String, Query, description = "INSTORE, or another source; ALL for every one.", example = "INSTORE"),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
        ("identifierName" = String, Query, description = "mobile, email, externalId, cardNumber and the like; several with commas.", example = "mobile"),
        ("identifierValue" = String, Query, description = "Their values, in the same order.", example = "919449489999"),
    ),
    responses((status = 200, description = "The number.", body = CustomerLookupAnswer))
)]
pub async fn lookup(State(app): State<App>, caller: Caller, query: Query) -> Result<CustomerCodes> {
    let permit = caller.reads(Resource::Customer)?;
    let mut db = app.read(permit.org()).await?;
    let found = find(&mut db, &permit, &query).await?;
    let survivor = Fault::new(91009, "Merged customer found, the survivor is returned");
    let warnings = found.merged.then(|| survivor.into()).into_iter().collect();
    Ok(Json(CustomerLookupAnswer { entity: found.id, warnings }).into_response())
}

/// Whom `source`, `accountId`, `identifierName` and `identifierValue` mean.
pub async fn find(db: &mut Reading, permit: &Permit, query: &Query) -> Read<Found> {
    let (place, asked) = (place(query)?, asked(query)?);
    for one in asked {
        if let Some(found) = who(db, permit.org(), &place, &one).await? {
            return Ok(found);
        }
    }
    Err(not_found().into())
}
