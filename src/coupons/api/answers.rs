//! What several calls about coupons are answered with (spec/api-conventions.md 4, 11).

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::{Fault, Iso};
use crate::base::app::Reading;
use crate::base::ids::{CustomerId, OrgId};
use crate::base::problem::Problem;
use crate::coupons::refusal::vendor_code;
use crate::customers::{self, CustomerIdentifier, IdentifierKind};

/// What happened: the reference's StatusCode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CouponStatusCode {
    /// Whether it went well; `false` in errors and warnings.
    pub status: bool,
    /// Its number.
    #[schema(example = 700)]
    pub code: u32,
    /// Its words.
    #[schema(example = "Coupon processing successful")]
    pub message: String,
}

impl CouponStatusCode {
    /// That it went well.
    pub fn well(code: u32, message: &str) -> Self {
        CouponStatusCode { status: true, code, message: message.to_owned() }
    }

    /// Why it did not.
    pub fn refused(problem: &Problem) -> Self {
        let message = problem.message.clone().into_owned();
        CouponStatusCode { status: false, code: vendor_code(problem.code), message }
    }
}

impl From<Fault> for CouponStatusCode {
    fn from(fault: Fault) -> Self {
        CouponStatusCode { status: false, code: fault.code, message: fault.message.into_owned() }
    }
}

/// A till or store in short: where something happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CouponPlace {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A customer in short: the reference's CustomerSummary.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerSummary {
    /// The number.
    pub id: CustomerId,
    /// The store's own profile.
    pub profiles: Vec<CustomerSummaryProfile>,
}

/// What a summary tells of a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSummaryProfile {
    first_name: String,
    last_name: String,
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    #[schema(value_type = Object)]
    all_fields: Map<String, Value>,
    identifiers: Vec<CustomerIdentifier>,
    #[schema(value_type = Vec<Object>)]
    comm_channels: [(); 0],
    user_id: CustomerId,
    account_id: &'static str,
    auto_update_time: Iso,
    identifiers_all: Vec<CustomerIdentifier>,
}

/// The kinds of identifiers a summary tells.
const TOLD: &[IdentifierKind] =
    &[IdentifierKind::Mobile, IdentifierKind::Email, IdentifierKind::ExternalId];

/// A customer in short; `None` where they have gone since they were found.
pub async fn summary(
    db: &mut Reading,
    org: OrgId,
    id: CustomerId,
) -> sqlx::Result<Option<CustomerSummary>> {
    let Some(customer) = customers::find(db, org, id).await? else { return Ok(None) };
    let Some(extras) = customers::extras(db, org, id).await? else { return Ok(None) };
    let known = customer.profile.identifiers.iter().filter(|known| TOLD.contains(&known.kind));
    let identifiers: Vec<CustomerIdentifier> = known.map(CustomerIdentifier::from).collect();
    let profile = CustomerSummaryProfile {
        first_name: customer.profile.first_name,
        last_name: customer.profile.last_name,
        fields: customer.profile.fields.clone(),
        all_fields: customer.profile.fields,
        identifiers_all: identifiers.clone(),
        identifiers,
        comm_channels: [],
        user_id: id,
        account_id: "",
        auto_update_time: Iso(extras.updated_on),
    };
    Ok(Some(CustomerSummary { id, profiles: vec![profile] }))
}
