//! What `customer/get` tells of a customer.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::store::Rest;
use crate::api::v11::{ItemStatus, local, word};
use crate::coupons::holdings::Holding;
use crate::customers::{Customer, Fields, IdentifierKind, text_of};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// The customers asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11CustomersGot {
    /// The list.
    pub customers: V11CustomerList,
}

/// A list of customers; a list even of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11CustomerList {
    /// Each of them.
    pub customer: Vec<V11CustomerOrNone>,
}

/// A customer, or who was not found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum V11CustomerOrNone {
    /// A customer.
    Found(Box<V11Customer>),
    /// What was asked for, and that nobody has it.
    Missing(V11CustomerMissing),
}

impl V11CustomerOrNone {
    /// How it went.
    pub fn status(&self) -> &ItemStatus {
        match self {
            V11CustomerOrNone::Found(one) => &one.item_status,
            V11CustomerOrNone::Missing(one) => &one.item_status,
        }
    }
}

/// Somebody who was not found.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11CustomerMissing {
    /// The number asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The mobile number asked for.
    pub mobile: Option<String>,
    /// The e-mail address asked for.
    pub email: Option<String>,
    /// The external id asked for.
    pub external_id: Option<String>,
    /// That nobody has it.
    pub item_status: ItemStatus,
}

/// A till or a store.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Place {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

impl V11Place {
    /// Of what is known of it; nothing where there is no code.
    pub fn of(code: Option<&str>, name: Option<&str>) -> Option<Self> {
        let code = code.filter(|code| !code.is_empty())?;
        Some(V11Place { code: code.to_owned(), name: name.unwrap_or_default().to_owned() })
    }
}

/// Whether a customer is taken for a fraud.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Fraud {
    /// `NONE`, `MARKED`, `CONFIRMED`, …
    status: String,
    marked_by: &'static str,
    modified_on: &'static str,
    reason: &'static str,
}

/// A field of the brand's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Field {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

/// Fields of the brand's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Fields {
    /// Each of them.
    field: Vec<V11Field>,
}

impl V11Fields {
    fn of(fields: &Fields) -> Self {
        let field = |(name, value): (&String, &Value)| V11Field {
            name: name.clone(),
            value: text_of(value),
        };
        V11Fields { field: fields.iter().map(field).collect() }
    }
}

/// None: transactions are another system's.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Transactions {
    #[schema(value_type = Vec<Object>)]
    transaction: [(); 0],
}

/// None: points are another system's.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11PointsSummaries {
    #[schema(value_type = Vec<Object>)]
    points_summary: [(); 0],
}

/// Coupons of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11CustomerCoupons {
    /// Each of them.
    coupon: Vec<V11CustomerCoupon>,
}

/// A coupon of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11CustomerCoupon {
    /// Its number.
    id: String,
    /// The number of its series.
    series_id: String,
    /// Its code.
    code: String,
    /// The offer's name.
    description: String,
    /// When it was issued, in the brand's zone.
    #[schema(example = "2023-01-04 19:47:12")]
    created_date: String,
    /// Its last second.
    #[schema(example = "2023-02-28 23:59:59")]
    valid_till: String,
    /// `"true"` or `"false"`.
    redeemed: &'static str,
    /// Whether the same customer may redeem it again.
    same_user_multiple_redeem: &'static str,
}

impl V11CustomerCoupon {
    fn of(held: &Holding, code: String, zone: Tz) -> Self {
        let issued = held.coupon.issue.as_ref().map_or(held.coupon.created_on, |issue| issue.on);
        V11CustomerCoupon {
            id: held.coupon.id.to_string(),
            series_id: held.series.id.to_string(),
            code,
            description: held.series.description.clone(),
            created_date: local(issued, zone),
            valid_till: local(held.standing.end.shown, zone),
            redeemed: word(held.coupon.redeemed > 0),
            same_user_multiple_redeem: word(held.series.redeem.same_customer),
        }
    }
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Customer {
    firstname: String,
    lastname: String,
    mobile: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
    #[schema(value_type = f64)]
    lifetime_points: u32,
    #[schema(value_type = f64)]
    lifetime_purchases: u32,
    #[schema(value_type = f64)]
    loyalty_points: u32,
    current_slab: Option<String>,
    /// When they joined, in the brand's zone.
    registered_on: String,
    updated_on: String,
    /// `LOYALTY` or `NON_LOYALTY`.
    #[serde(rename = "type")]
    kind: &'static str,
    source: &'static str,
    #[schema(value_type = Vec<Object>)]
    identifiers: [(); 0],
    gender: Option<String>,
    registered_by: String,
    registered_store: Option<V11Place>,
    registered_till: Option<V11Place>,
    #[schema(value_type = Vec<Object>)]
    user_groups2: [(); 0],
    fraud_details: V11Fraud,
    trackers: &'static str,
    /// Their number, with `user_id=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    current_nps_status: Option<String>,
    custom_fields: V11Fields,
    extended_fields: V11Fields,
    transactions: V11Transactions,
    coupons: V11CustomerCoupons,
    #[schema(value_type = Vec<Object>)]
    notes: [(); 0],
    points_summaries: V11PointsSummaries,
    item_status: ItemStatus,
}

/// What stands behind an answer about one customer.
#[derive(Debug)]
pub struct Known {
    /// The customer.
    pub customer: Customer,
    /// Gender, city and the like.
    pub extended_fields: Fields,
    /// `loyalty` or `non_loyalty`.
    pub loyalty_type: String,
    /// Who entered them.
    pub created_by: String,
    /// When they were changed last.
    pub updated_on: DateTime<Utc>,
    /// The rest.
    pub rest: Rest,
    /// Their coupons, each with its code as it is to be shown.
    pub coupons: Vec<(Holding, String)>,
    /// Whether the number is asked for.
    pub with_number: bool,
}

impl V11Customer {
    /// Of what is known.
    pub fn of(known: Known, zone: Tz, item_status: ItemStatus) -> Self {
        let Known { customer, rest, coupons, .. } = known;
        let value = |kind| customer.profile.identifier(kind).map(|known| known.value.clone());
        let joined = customer.profile.registered_on.unwrap_or(customer.created_on);
        let till = V11Place::of(rest.till_code.as_deref(), rest.till_name.as_deref());
        let coupon = |(held, code): (Holding, String)| V11CustomerCoupon::of(&held, code, zone);
        V11Customer {
            mobile: value(IdentifierKind::Mobile),
            email: value(IdentifierKind::Email),
            external_id: value(IdentifierKind::ExternalId),
            lifetime_points: 0,
            lifetime_purchases: 0,
            loyalty_points: 0,
            current_slab: None,
            registered_on: local(joined, zone),
            updated_on: local(known.updated_on, zone),
            kind: if known.loyalty_type == "loyalty" { "LOYALTY" } else { "NON_LOYALTY" },
            source: "instore",
            identifiers: [],
            gender: None,
            registered_by: registrar(&rest).unwrap_or(known.created_by),
            registered_store: V11Place::of(rest.store_code.as_deref(), rest.store_name.as_deref()),
            registered_till: till,
            user_groups2: [],
            fraud_details: V11Fraud {
                status: rest.fraud_status,
                marked_by: "",
                modified_on: "",
                reason: "",
            },
            trackers: "",
            user_id: known.with_number.then(|| customer.id.to_string()),
            current_nps_status: None,
            custom_fields: V11Fields::of(&customer.profile.fields),
            extended_fields: V11Fields::of(&known.extended_fields),
            transactions: V11Transactions { transaction: [] },
            coupons: V11CustomerCoupons { coupon: coupons.into_iter().map(coupon).collect() },
            notes: [],
            points_summaries: V11PointsSummaries { points_summary: [] },
            firstname: customer.profile.first_name,
            lastname: customer.profile.last_name,
            item_status,
        }
    }
}

/// The store somebody was entered at, else the till.
fn registrar(rest: &Rest) -> Option<String> {
    let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
    named(&rest.store_name).or_else(|| named(&rest.till_name))
}
