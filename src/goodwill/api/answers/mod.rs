//! What calls about goodwill are answered: what was done (`done`), and lists (`listed`).

mod done;
mod listed;

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::ids::CustomerId;
use crate::customers::{Face, IdentifierKind};
use crate::goodwill::request::Told;

pub use done::{
    GoodwillAdded, GoodwillAddedList, GoodwillApproved, GoodwillApprovedList, GoodwillDeclined,
    GoodwillGranted, GoodwillMade, GoodwillRejected, GoodwillRejectedList,
};
pub use listed::{
    GoodwillEntry, GoodwillFound, GoodwillFoundList, GoodwillLine, GoodwillPage, GoodwillPagination,
};

/// The wire's only type, and what it is about.
const GOODWILL: &str = "GOODWILL";
const COUPON: &str = "COUPON";

/// What identifies the customers of an answer.
pub type Faces = HashMap<CustomerId, Face>;

/// A customer in short.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct GoodwillCustomer {
    firstname: String,
    lastname: String,
    email: String,
    mobile: String,
    external_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fraud_status: Option<String>,
}

impl GoodwillCustomer {
    fn of(told: &Told, faces: &Faces) -> Self {
        let face = faces.get(&told.request.customer);
        let value = |kind| face.and_then(|face| face.value(kind)).unwrap_or_default().to_owned();
        GoodwillCustomer {
            firstname: told.first_name.clone(),
            lastname: told.last_name.clone(),
            email: value(IdentifierKind::Email),
            mobile: value(IdentifierKind::Mobile),
            external_id: value(IdentifierKind::ExternalId),
            id: None,
            fraud_status: None,
        }
    }
}

fn said(told: &Told) -> String {
    let end = told.request.end.as_ref();
    end.and_then(|end| end.comments.clone()).unwrap_or_default()
}

fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}
