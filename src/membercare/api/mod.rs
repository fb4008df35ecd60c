//! Customers for tills that speak v1.1: one customer with their coupons, and what they redeemed
//! (spec/membercare.md 2.4, 2.5).
//!
//! Known quirks: points, purchases, tiers and trackers are another system's and told as none; who marked
//! a customer as fraud is not kept; `program_id` and `merchant_store_id` belong to points and are ignored.

mod answer;
mod get;
mod redemptions;
mod store;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::v11::ItemWarning;
use crate::api::{Codes, Failure, Fault, Query, Trouble};
use crate::base::app::{App, Reading};
use crate::base::ids::OrgId;
use crate::customers::{self, Asked, Found, IdentifierKind, Place};

/// How refusals are numbered here.
#[derive(Debug, Clone, Copy)]
pub enum MembercareCodes {}

impl Codes for MembercareCodes {
    const MISSING: &'static str = NOT_FOUND;
    const MISSING_CODE: u32 = UNKNOWN;

    fn number(_: &str) -> u32 {
        400
    }
}

/// What the parts of a handler return.
type Read<T> = Result<T, Failure<MembercareCodes>>;

/// The number of a customer who is not there.
const UNKNOWN: u32 = 8015;

/// The sentence with it.
const NOT_FOUND: &str = "Customer not found for the given identifiers";

/// What names a customer after the number, first what decides.
const KINDS: &[(IdentifierKind, &[&str])] = &[
    (IdentifierKind::Mobile, &["mobile"]),
    (IdentifierKind::Email, &["email"]),
    (IdentifierKind::ExternalId, &["external_id", "externalid"]),
    (IdentifierKind::CardNumber, &["card_number", "cardnumber"]),
    (IdentifierKind::CardExternalId, &["card_external_id", "cardexternalid"]),
];

/// What programs may ask of the desk.
pub fn calls() -> OpenApiRouter<App> {
    use axum::routing::get;
    OpenApiRouter::default()
        .routes(routes!(get::customer))
        .routes(routes!(redemptions::redemptions))
        .route("/v1/customer/get", get(get::customer))
        .route("/v1/customer/redemptions", get(redemptions::redemptions))
}

/// One customer as a query names them.
#[derive(Debug, Clone)]
struct Named {
    /// For looking up.
    asked: Asked,
    /// What kind of thing it was.
    kind: Option<IdentifierKind>,
    /// As it was written.
    text: String,
}

/// Everybody the first identifier of a query names: several with commas.
fn named(query: &Query) -> Result<Vec<Named>, Trouble> {
    let id = |text: &&str| {
        let (asked, text) = (Asked::number(text), (*text).to_owned());
        Named { asked, kind: None, text }
    };
    let mut all: Vec<Named> = query.list("id").iter().map(id).collect();
    for (kind, keys) in KINDS {
        if all.is_empty() {
            let texts = keys.iter().flat_map(|key| query.list(key));
            let one = |text: &str| {
                let (asked, text) = (Asked::has(*kind, text), text.to_owned());
                Named { asked, kind: Some(*kind), text }
            };
            all = texts.map(one).collect();
        }
    }
    match all.len() {
        0 => Err(Trouble::bad(Fault::new(1104, "Invalid or no identifier passed"))),
        1..=100 => Ok(all),
        _ => Err(Trouble::bad(Fault::new(1060, "Batch limit size exceeded"))),
    }
}

/// Who is meant, of a merged customer the survivor, with what the caller should know of it.
async fn find(
    db: &mut Reading,
    org: OrgId,
    named: &Named,
) -> Read<Option<(Found, Vec<ItemWarning>)>> {
    let found = customers::who(db, org, &Place::store(), &named.asked).await?;
    let survivor = || ItemWarning {
        code: 91009,
        message: "Merged customer found, the survivor is returned".into(),
    };
    Ok(found.map(|found| (found, found.merged.then(survivor).into_iter().collect())))
}
