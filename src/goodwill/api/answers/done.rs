//! What became of requests that a call made or decided on.

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::{COUPON, Faces, GOODWILL, GoodwillCustomer, local, said};
use crate::api::v11::{ItemStatus, OneOrMany};
use crate::goodwill::request::Told;

/// Requests that were made.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillAdded {
    /// The one member.
    pub requests: GoodwillAddedList,
}

/// What stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillAddedList {
    /// Each in its order: a list here, of however many.
    pub request: Vec<GoodwillMade>,
}

/// A request that was made, or could not be.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillMade {
    reference_id: Option<String>,
    #[schema(value_type = Option<String>)]
    id: Option<String>,
    status: Option<&'static str>,
    requested_on: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    base_type: &'static str,
    customer: Option<GoodwillCustomer>,
    /// The customer's mobile number.
    old_value: String,
    /// The code of the coupon, where it was issued at once.
    new_value: String,
    old_type: &'static str,
    new_type: &'static str,
    #[schema(value_type = Option<Object>)]
    misc_info: Option<()>,
    transaction_id: &'static str,
    reason: String,
    comments: String,
    /// How it went.
    pub item_status: ItemStatus,
}

impl GoodwillMade {
    /// What could not be asked for.
    pub fn refused(reference: Option<String>, item_status: ItemStatus) -> Self {
        GoodwillMade {
            reference_id: reference,
            id: None,
            status: None,
            requested_on: None,
            kind: GOODWILL,
            base_type: COUPON,
            customer: None,
            old_value: String::new(),
            new_value: String::new(),
            old_type: "",
            new_type: "",
            misc_info: None,
            transaction_id: "0",
            reason: String::new(),
            comments: String::new(),
            item_status,
        }
    }

    /// What was asked for.
    pub fn of(told: &Told, faces: &Faces, zone: Tz, item_status: ItemStatus) -> Self {
        let request = &told.request;
        let customer = GoodwillCustomer::of(told, faces);
        GoodwillMade {
            id: Some(request.id.to_string()),
            status: Some(request.state().word()),
            requested_on: Some(
                request.asked_on.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string(),
            ),
            old_value: customer.mobile.clone(),
            new_value: told.code.clone().unwrap_or_default(),
            customer: Some(GoodwillCustomer { id: Some(request.customer), ..customer }),
            reason: request.reason.clone(),
            comments: request.comments.clone(),
            ..GoodwillMade::refused(request.reference.clone(), item_status)
        }
    }
}

/// Requests that were approved.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillApproved {
    /// The one member.
    pub requests: GoodwillApprovedList,
}

/// What stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillApprovedList {
    /// Each in its order.
    pub goodwill: OneOrMany<GoodwillGranted>,
}

/// A request that was approved; of one that could not be only `item_status`.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillGranted {
    /// COUPON.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_comments: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<GoodwillCustomer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    added_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_action_on: Option<String>,
    /// How it went.
    pub item_status: ItemStatus,
}

impl GoodwillGranted {
    /// What could not be approved.
    pub fn refused(item_status: ItemStatus) -> Self {
        GoodwillGranted {
            kind: None,
            reason: None,
            comments: None,
            updated_comments: None,
            status: None,
            customer: None,
            added_on: None,
            last_action_on: None,
            item_status,
        }
    }

    /// What was approved.
    pub fn of(told: &Told, faces: &Faces, zone: Tz, item_status: ItemStatus) -> Self {
        let request = &told.request;
        let end = request.end.as_ref();
        GoodwillGranted {
            kind: Some(COUPON),
            reason: Some(request.reason.clone()),
            comments: Some(request.comments.clone()),
            updated_comments: Some(said(told)),
            status: Some(request.state().word()),
            customer: Some(GoodwillCustomer::of(told, faces)),
            added_on: Some(local(request.asked_on, zone)),
            last_action_on: end.map(|end| local(end.on, zone)),
            item_status,
        }
    }
}

/// Requests that were rejected.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillRejected {
    /// The one member.
    pub requests: GoodwillRejectedList,
}

/// What stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillRejectedList {
    /// Each in its order.
    pub request: OneOrMany<GoodwillDeclined>,
}

/// A request that was rejected, or could not be.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodwillDeclined {
    #[schema(value_type = Option<String>)]
    id: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
    base_type: &'static str,
    status: Option<&'static str>,
    /// The customer's mobile number.
    old_value: String,
    new_value: &'static str,
    /// How it went.
    pub item_status: ItemStatus,
}

impl GoodwillDeclined {
    /// What became of a request; nothing is told of one that could not be rejected.
    pub fn of(told: Option<&Told>, faces: &Faces, item_status: ItemStatus) -> Self {
        let mobile = told.map(|told| GoodwillCustomer::of(told, faces).mobile);
        GoodwillDeclined {
            id: told.map(|told| told.request.id.to_string()),
            kind: GOODWILL,
            base_type: COUPON,
            status: told.map(|told| told.request.state().word()),
            old_value: mobile.unwrap_or_default(),
            new_value: "",
            item_status,
        }
    }
}
