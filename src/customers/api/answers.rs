//! What calls about customers are answered.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::{Fault, Iso};
use crate::base::ids::CustomerId;
use crate::customers::customer::Customer;
use crate::customers::identifier::{Identifier, IdentifierKind};
use crate::customers::source::AccountProfile;
use crate::customers::store::accounts::Extras;

/// Something that happened besides.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerWarning {
    /// `false`.
    status: bool,
    /// Its number.
    code: u32,
    /// Its words.
    message: String,
}

impl From<Fault> for CustomerWarning {
    fn from(fault: Fault) -> Self {
        CustomerWarning { status: false, code: fault.code, message: fault.message.into_owned() }
    }
}

/// A customer's number.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerLookupAnswer {
    /// The number.
    pub entity: CustomerId,
    /// What happened besides.
    pub warnings: Vec<CustomerWarning>,
}

/// A customer entered or changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerSavedAnswer {
    /// The number.
    pub created_id: CustomerId,
    /// What happened besides.
    pub warnings: Vec<CustomerWarning>,
    /// Nothing.
    #[schema(value_type = Vec<Object>)]
    pub side_effects: [(); 0],
}

/// Something that identifies a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerIdentifier {
    /// `mobile`, `email`, `externalId`, `cardNumber` and the like.
    #[serde(rename = "type")]
    kind: &'static str,
    /// As it was written.
    value: String,
}

impl From<&Identifier> for CustomerIdentifier {
    fn from(identifier: &Identifier) -> Self {
        CustomerIdentifier { kind: identifier.kind.word(), value: identifier.value.clone() }
    }
}

/// How a customer can be reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerChannel {
    /// `mobile` or `email`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The number or address.
    value: String,
    /// Whether it is the one to use.
    primary: bool,
    /// Whether the customer confirmed it.
    verified: bool,
    /// More about it.
    meta: CustomerChannelMeta,
}

/// More about a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerChannelMeta {
    residence: bool,
    office: bool,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerActor {
    /// Its code.
    code: String,
    /// Nothing.
    description: &'static str,
    /// Its name.
    name: String,
}

/// Who entered and changed a customer, and when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerAttribution {
    create_date: Iso,
    created_by: CustomerActor,
    modified_by: CustomerActor,
    modified_date: Iso,
}

impl CustomerAttribution {
    fn of(customer: &Customer, extras: &Extras) -> Self {
        let actor = |name: &str| CustomerActor {
            code: name.to_owned(),
            description: "",
            name: name.into(),
        };
        CustomerAttribution {
            create_date: Iso(customer.created_on),
            created_by: actor(&extras.created_by),
            modified_by: actor(&extras.updated_by),
            modified_date: Iso(extras.updated_on),
        }
    }
}

/// What one source knows of a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerProfile {
    first_name: String,
    last_name: String,
    attribution: CustomerAttribution,
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    identifiers: Vec<CustomerIdentifier>,
    comm_channels: Vec<CustomerChannel>,
    source: &'static str,
    user_id: CustomerId,
    account_id: String,
    #[schema(value_type = Vec<Object>)]
    conflicting_profile_list: [(); 0],
    auto_update_time: Iso,
    identifiers_all: Vec<CustomerIdentifier>,
}

impl CustomerProfile {
    /// Of a customer in one account.
    pub fn of(
        customer: &Customer,
        extras: &Extras,
        known: &AccountProfile,
        all: &[AccountProfile],
    ) -> Self {
        let everywhere = all.iter().flat_map(|known| &known.identifiers);
        CustomerProfile {
            first_name: customer.profile.first_name.clone(),
            last_name: customer.profile.last_name.clone(),
            attribution: CustomerAttribution::of(customer, extras),
            fields: customer.profile.fields.clone(),
            identifiers: known.identifiers.iter().map(CustomerIdentifier::from).collect(),
            comm_channels: known.identifiers.iter().filter_map(channel).collect(),
            source: known.account.source.word(),
            user_id: customer.id,
            account_id: known.account.id.clone(),
            conflicting_profile_list: [],
            auto_update_time: Iso(extras.updated_on),
            identifiers_all: everywhere.map(CustomerIdentifier::from).collect(),
        }
    }
}

fn channel(identifier: &Identifier) -> Option<CustomerChannel> {
    let reaches = matches!(identifier.kind, IdentifierKind::Mobile | IdentifierKind::Email);
    reaches.then(|| CustomerChannel {
        kind: identifier.kind.word(),
        value: identifier.value.clone(),
        primary: true,
        verified: false,
        meta: CustomerChannelMeta { residence: false, office: false },
    })
}

/// Whether a customer is in the loyalty programme.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerLoyalty {
    loyalty_type: String,
    attribution_v2: CustomerAttribution,
    lifetime_purchases: u32,
}

/// How a customer stands with the brand.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerStanding {
    code: String,
    label: Option<String>,
}

/// A customer's points; all zero, since points are another system's.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerPoints {
    current_points: u32,
    lifetime_points: u32,
    redeemed: u32,
    expired: u32,
}

/// A customer in detail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerDetailsAnswer {
    /// The number.
    pub id: CustomerId,
    /// What the sources asked about know; the store's own first.
    pub profiles: Vec<CustomerProfile>,
    /// Whether they are in the loyalty programme.
    pub loyalty_info: CustomerLoyalty,
    /// None.
    #[schema(value_type = Object)]
    pub segments: Map<String, Value>,
    /// The till they belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated_with: Option<String>,
    /// Gender, city and the like.
    #[schema(value_type = Object)]
    pub extended_fields: Map<String, Value>,
    /// None: cards are identifiers here.
    #[schema(value_type = Vec<Object>)]
    pub card_details: [(); 0],
    /// With `embed=customerStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_status: Option<CustomerStanding>,
    /// With `embed=points`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_summary: Option<CustomerPoints>,
    /// With `embed=subscriptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub subscriptions: Option<[(); 0]>,
    /// What happened besides.
    pub warnings: Vec<CustomerWarning>,
}

impl CustomerDetailsAnswer {
    /// Of a customer as the profiles asked about show them; `embeds` says what is added.
    pub fn of(
        customer: &Customer,
        extras: Extras,
        profiles: Vec<CustomerProfile>,
        embeds: &[&str],
        warnings: Vec<CustomerWarning>,
    ) -> Self {
        let wants = |name: &str| embeds.iter().any(|embed| embed.eq_ignore_ascii_case(name));
        let status = &customer.status;
        CustomerDetailsAnswer {
            id: customer.id,
            profiles,
            segments: Map::new(),
            card_details: [],
            customer_status: wants("customerStatus").then(|| CustomerStanding {
                code: status.code.clone(),
                label: status.label.clone(),
            }),
            points_summary: wants("points").then(CustomerPoints::default),
            subscriptions: wants("subscriptions").then_some([]),
            loyalty_info: CustomerLoyalty {
                attribution_v2: CustomerAttribution::of(customer, &extras),
                loyalty_type: extras.loyalty_type,
                lifetime_purchases: 0,
            },
            associated_with: extras.associated_with,
            extended_fields: extras.extended_fields,
            warnings,
        }
    }
}

/// A page of a search.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerSearchAnswer {
    /// Which page.
    pub pagination: CustomerSearchPage,
    /// Who was found.
    pub data: Vec<CustomerMatch>,
    /// None.
    #[schema(value_type = Vec<Object>)]
    pub warnings: [(); 0],
    /// None.
    #[schema(value_type = Vec<Object>)]
    pub errors: [(); 0],
}

/// Which page of a search.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerSearchPage {
    /// How many a page holds.
    pub limit: i64,
    /// How many lie before it.
    pub offset: i64,
    /// How many there are.
    pub total: i64,
}

/// A customer found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerMatch {
    /// The number.
    pub user_id: CustomerId,
    /// What was found of them.
    pub matched_identifiers: Vec<CustomerMatched>,
    /// Where they are known.
    pub profiles: Vec<CustomerMatchProfile>,
}

/// What was found of a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerMatched {
    /// `firstName`, `lastName` or a kind of identifier.
    pub id_type: &'static str,
    /// As it was written.
    pub id_value: String,
    /// Where.
    pub source: &'static str,
    /// In which account; empty for the store itself.
    pub account_id: String,
}

/// Where a customer is known.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerMatchProfile {
    /// The source.
    pub source: &'static str,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
}
