//! Lists of requests: the brand's, and one customer's.

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::{COUPON, Faces, GOODWILL, GoodwillCustomer, local, said};
use crate::api::Iso;
use crate::api::v11::{ItemStatus, OneOrMany};
use crate::base::ids::{CustomerId, GoodwillId};
use crate::goodwill::request::{Told, Way};
use crate::requests::Who;

/// A list of requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillFound {
    /// The one member.
    pub requests: GoodwillFoundList,
}

/// What stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillFoundList {
    /// How many there are, up to ten thousand.
    pub count: String,
    /// How many of them follow.
    pub rows: String,
    /// Newest first.
    pub goodwill: OneOrMany<GoodwillLine>,
    /// None: this product changes identifiers at once.
    #[schema(value_type = Vec<Object>)]
    pub change_identifier: [(); 0],
    /// How it went.
    pub item_status: ItemStatus,
}

/// Who asked or decided; empty where nobody has.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct GoodwillBy {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<&Who> for GoodwillBy {
    fn from(who: &Who) -> Self {
        GoodwillBy { code: Some(who.name.clone()), name: Some(who.name.clone()) }
    }
}

/// A request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillLine {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    base_type: &'static str,
    reason: String,
    comments: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_comments: Option<String>,
    customer: GoodwillCustomer,
    added_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_action_on: Option<String>,
    added_by: GoodwillBy,
    updated_by: GoodwillBy,
}

impl GoodwillLine {
    /// A request as it is now.
    pub fn of(told: &Told, faces: &Faces, zone: Tz) -> Self {
        let request = &told.request;
        let end = request.end.as_ref();
        let customer = GoodwillCustomer::of(told, faces);
        GoodwillLine {
            id: request.id.to_string(),
            kind: GOODWILL,
            status: request.state().word(),
            base_type: COUPON,
            reason: request.reason.clone(),
            comments: request.comments.clone(),
            updated_comments: end.map(|_| said(told)),
            customer: GoodwillCustomer { fraud_status: Some(told.fraud.clone()), ..customer },
            added_on: local(request.asked_on, zone),
            last_action_on: end.map(|end| local(end.on, zone)),
            added_by: (&request.maker).into(),
            updated_by: end.map(|end| (&end.checker).into()).unwrap_or_default(),
        }
    }
}

/// A page of one customer's requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillPage {
    /// Which page.
    pub pagination: GoodwillPagination,
    /// Newest first.
    pub data: Vec<GoodwillEntry>,
    /// Nothing.
    #[schema(value_type = Vec<Object>)]
    pub warnings: [(); 0],
    /// Nothing.
    #[schema(value_type = Vec<Object>)]
    pub errors: [(); 0],
}

/// Which page.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillPagination {
    /// Rows of a page.
    pub limit: i64,
    /// Rows before it.
    pub offset: i64,
    /// How many there are, up to ten thousand.
    pub total: i64,
}

/// Who asked or decided, as the reference's organisation entity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodwillEntity {
    id: i64,
    code: String,
    description: &'static str,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    reference_id: i64,
    admin_type: &'static str,
    is_active: bool,
    is_ou_enabled: bool,
    time_zone_id: i64,
    currency_id: i64,
    language_id: i64,
    default: bool,
}

impl From<&Who> for GoodwillEntity {
    fn from(who: &Who) -> Self {
        GoodwillEntity {
            id: who.id.unwrap_or(-1),
            code: who.name.clone(),
            description: "",
            name: who.name.clone(),
            kind: if who.kind == "till" { "TILL" } else { "ADMIN_USER" },
            reference_id: -1,
            admin_type: "GENERAL",
            is_active: true,
            is_ou_enabled: false,
            time_zone_id: 0,
            currency_id: 0,
            language_id: 0,
            default: false,
        }
    }
}

/// One of a customer's requests.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodwillEntry {
    id: GoodwillId,
    added_by: GoodwillEntity,
    /// Null while nobody has decided.
    #[schema(required)]
    updated_by: Option<GoodwillEntity>,
    added_on: Iso,
    updated_on: Iso,
    user_id: CustomerId,
    request_id: GoodwillId,
    goodwill_type: &'static str,
    goodwill_status: &'static str,
    comments: String,
    reason: String,
    /// The code of the coupon it brought; null where it brought none.
    #[schema(required)]
    approved_value: Option<String>,
    updated_comments: String,
    earning_entity_type: &'static str,
    one_step: bool,
}

impl GoodwillEntry {
    /// A request as it is now.
    pub fn of(told: &Told) -> Self {
        let request = &told.request;
        let end = request.end.as_ref();
        GoodwillEntry {
            id: request.id,
            added_by: (&request.maker).into(),
            updated_by: end.map(|end| (&end.checker).into()),
            added_on: Iso(request.asked_on),
            updated_on: Iso(end.map_or(request.asked_on, |end| end.on)),
            user_id: request.customer,
            request_id: request.id,
            goodwill_type: COUPON,
            goodwill_status: request.state().word(),
            comments: request.comments.clone(),
            reason: request.reason.clone(),
            approved_value: told.code.clone(),
            updated_comments: said(told),
            earning_entity_type: "CUSTOMER",
            one_step: request.way == Way::OneStep,
        }
    }
}
