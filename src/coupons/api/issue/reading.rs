//! What the calls that issue say: of which series, for whom, and why.

use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::{Fault, Faults, Node, Permit, Query};
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::{CustomerId, SeriesId};
use crate::coupons::api::answers::{self, CustomerSummary};
use crate::coupons::api::{Read, who};
use crate::coupons::coupon::Source;
use crate::coupons::issuing::Origin;
use crate::coupons::refusal::{sentence, vendor_code};
use crate::customers::{Asked, Found};

/// What a caller may say about an issue, and how long it may be.
const SAID: &[(&str, usize)] = &[
    ("sourceType", 50),
    ("sourceId", 50),
    ("sourceActivity", 50),
    ("notes", 255),
    ("reason", 255),
];

/// Who is to get it: one of these is enough; of several the first decides.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct CouponIssueCustomer {
    /// The customer's number.
    #[schema(example = 555567088)]
    id: Option<i64>,
    mobile: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
}

/// Why it is issued: kept with the coupon and shown in the console.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct CouponIssueMetadata {
    /// At most 50 characters.
    #[schema(example = "Journeys")]
    source_type: Option<String>,
    /// At most 50 characters.
    #[schema(example = "journey-block-001")]
    source_id: Option<String>,
    /// At most 50 characters.
    #[schema(example = "Tier upgrade")]
    source_activity: Option<String>,
    /// At most 255 characters.
    notes: Option<String>,
    /// At most 255 characters.
    reason: Option<String>,
}

/// The series; 756 where none is named.
pub(super) fn series(root: &Node<'_>, faults: &mut Faults) -> SeriesId {
    let node = root.get("seriesId");
    let blank =
        node.value().is_none_or(|value| value.as_str().is_some_and(|t| t.trim().is_empty()));
    if blank {
        faults.add(fault("series_id_blank"));
        return SeriesId::new(0);
    }
    SeriesId::new(node.integer(faults).unwrap_or_default())
}

/// What the caller says about it; none where nothing is said.
pub(super) fn metadata(root: &Node<'_>, faults: &mut Faults) -> Option<Value> {
    let node = root.get("metadata");
    if node.value().is_some_and(|value| !value.is_object()) {
        let words = "The value of 'metadata' must be an object.";
        faults.add(Fault::new(400, words).at("metadata"));
        return None;
    }
    let mut said = Map::new();
    for (key, most) in SAID {
        let text = node.get(key).text(faults);
        if text.chars().count() > *most {
            let words = format!("metadata.{key} has at most {most} characters");
            faults.add(Fault::new(vendor_code("too_many"), words));
        } else if !text.trim().is_empty() {
            said.insert((*key).to_owned(), Value::String(text));
        }
    }
    Some(said).filter(|said| !said.is_empty()).map(Value::Object)
}

/// Whom the body names.
pub(super) fn whom(root: &Node<'_>, faults: &mut Faults) -> Vec<Asked> {
    who::in_body(&root.first(&["customer", "user"]), faults)
}

/// The customer who is meant, or 701.
pub(super) async fn holder(
    app: &App,
    permit: &Permit,
    query: &Query,
    asked: &[Asked],
) -> Read<Found> {
    let place = who::place(query)?;
    let mut db = app.read(permit.org()).await?;
    who::customer(&mut db, permit, &place, asked).await
}

/// How coupons of a call come about.
pub(super) fn origin(metadata: Option<Value>) -> Origin {
    Origin { metadata, ..Origin::of(Source::Api) }
}

/// The customer in short, as answers tell them.
pub(super) async fn summary(
    app: &App,
    permit: &Permit,
    id: CustomerId,
) -> Result<Option<CustomerSummary>> {
    let mut db = app.read(permit.org()).await?;
    Ok(answers::summary(&mut db, permit.org(), id).await?)
}

/// A refusal about the call as a whole.
pub(super) fn fault(word: &'static str) -> Fault {
    Fault::new(vendor_code(word), sentence(word))
}
