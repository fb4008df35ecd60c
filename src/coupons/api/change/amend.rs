//! What was noted with redemptions, mended: the bill, and fields of the brand's own.

use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::{Body, Caller, Fault, Faults, Node, Query, Resource, Result};
use crate::base::app::App;
use crate::base::ids::RedemptionId;
use crate::base::problem::Problem;
use crate::coupons::api::answers::{CouponStatusCode, CustomerSummary, summary};
use crate::coupons::api::outcome::{CouponEntity, entity, merged};
use crate::coupons::api::redeem::{CouponCustomerRequest, LONGEST_NUMBER};
use crate::coupons::api::{CouponCodes, change, said, who};
use crate::coupons::refusal::vendor_code;
use crate::coupons::{self, Mend, Mended};

/// The most redemptions of one call, and the most fields of one redemption.
const MOST: usize = 100;
const MOST_FIELDS: usize = 50;

/// The longest value of a field.
const LONGEST_VALUE: usize = 1000;

/// Redemptions to mend.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(in crate::coupons::api) struct AmendRedemptionsRequest {
    /// At most 100, each handled by itself.
    redemptions: Vec<AmendRedemptionRequest>,
    /// Whose redemptions they must be; anybody's where absent.
    user: Option<CouponCustomerRequest>,
}

/// A redemption and what it is to say.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(in crate::coupons::api) struct AmendRedemptionRequest {
    /// Its number.
    redemption_id: i64,
    /// The bill's amount.
    bill_amount: f64,
    /// The bill's number; what is absent stays as it was.
    transaction_number: Option<String>,
    /// The bill's id.
    bill_id: Option<i64>,
    /// Fields of the brand's own; a list of such objects is taken as well.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<()>,
}

/// What became of the redemptions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::coupons::api) struct RedemptionsAmended {
    /// In the order of the call.
    redemptions: Vec<RedemptionAmended>,
    /// The customer of the call; null where it named none.
    user: Option<CustomerSummary>,
    /// All went well (761), some (762) or none (500).
    status: CouponStatusCode,
    total_count: usize,
    failed_count: usize,
}

/// What became of one redemption, and what was sent of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::coupons::api) struct RedemptionAmended {
    #[schema(value_type = Option<i64>)]
    redemption_id: Option<Value>,
    bill_amount: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    bill_id: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Value>>,
    redemption_status: CouponStatusCode,
}

/// Amend redemptions
///
/// The bill and fields of the brand's own, each redemption by itself. 510 for one that is unknown, or not
/// the customer's where one is named. Needs write on coupon series.
#[utoipa::path(
    put,
    path = "/v2/coupon/redeem",
    operation_id = "amendRedemptions",
    tag = "Coupons",
    request_body = AmendRedemptionsRequest,
    responses((status = 200, description = "What became of each.", body = CouponEntity<RedemptionsAmended>))
)]
pub(in crate::coupons::api) async fn amend_redemptions(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::Coupon)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let asked = who::in_body(&root.first(&["user", "customer"]), &mut faults);
    let sent = sent(&root.get("redemptions"), &mut faults);
    faults.into_result()?;
    let found = change::named(&app, &permit, &query, &asked).await?;
    let user = match found {
        Some(found) => summary(&mut app.read(permit.org()).await?, permit.org(), found.id).await?,
        None => None,
    };
    let mends: Vec<Mend> = sent.iter().map(|sent| sent.mend.clone()).collect();
    let customer = found.map(|found| found.id);
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { coupons::amend(act, &mends, customer).await })
    });
    let results = deed.await?;
    Ok(entity(told(sent, &results, user), merged(found)))
}

/// A redemption as it was sent, for the deed and to be told back.
struct Sent {
    mend: Mend,
    id: Option<Value>,
    bill_id: Option<Value>,
}

fn sent(list: &Node<'_>, faults: &mut Faults) -> Vec<Sent> {
    let items = list.items(faults);
    if items.is_empty() {
        faults.add(said::fault("no_redemptions", list));
    }
    if items.len() > MOST {
        faults.add(said::fault("too_many", list));
        return Vec::new();
    }
    items.iter().map(|item| one(item, faults)).collect()
}

fn one(item: &Node<'_>, faults: &mut Faults) -> Sent {
    let (id, bill, amount) = (item.get("redemptionId"), item.get("billId"), item.get("billAmount"));
    let bill_amount = said::amount(&amount, faults);
    if bill_amount.is_none() && faults.is_empty() {
        let fault = Fault::new(vendor_code("mandatory"), "billAmount is mandatory");
        faults.add(fault.at(amount.path().to_owned()));
    }
    let to = Mended {
        transaction_number: said::text(&item.get("transactionNumber"), LONGEST_NUMBER, faults),
        bill_amount,
        bill_id: said::text(&bill, LONGEST_NUMBER, faults),
        custom_fields: fields(&item.get("customFields"), faults).map(Value::Object),
    };
    // What is no number is a redemption nobody made.
    let number = said::number(&id, &mut Faults::default()).map(RedemptionId::new);
    let told = |node: &Node<'_>| {
        node.value().filter(|value| !value.is_object() && !value.is_array()).cloned()
    };
    Sent { id: told(&id), bill_id: told(&bill), mend: Mend { id: number, to } }
}

/// Fields by name: one object, or a list of them. A value is a single one.
fn fields(node: &Node<'_>, faults: &mut Faults) -> Option<Map<String, Value>> {
    if !node.is_there() {
        return None;
    }
    let list = node.value().is_some_and(Value::is_array);
    let parts = if list { node.items(faults) } else { vec![node.clone()] };
    let mut fields = Map::new();
    for part in parts.iter().take(MOST_FIELDS) {
        for (name, value) in part.entries(faults).into_iter().take(MOST_FIELDS) {
            said::text(&value, LONGEST_VALUE, faults);
            fields.insert(name.to_owned(), value.value().cloned().unwrap_or_default());
        }
    }
    if fields.len() > MOST_FIELDS || parts.len() > MOST_FIELDS {
        faults.add(said::fault("invalid", node));
    }
    Some(fields)
}

fn told(
    sent: Vec<Sent>,
    results: &[std::result::Result<(), Problem>],
    user: Option<CustomerSummary>,
) -> RedemptionsAmended {
    let failed = results.iter().filter(|result| result.is_err()).count();
    let rows = sent.into_iter().zip(results).map(|(sent, result)| RedemptionAmended {
        redemption_id: sent.id,
        bill_amount: sent.mend.to.bill_amount,
        transaction_number: sent.mend.to.transaction_number,
        bill_id: sent.bill_id,
        custom_fields: sent.mend.to.custom_fields.and_then(|fields| match fields {
            Value::Object(fields) => Some(fields),
            _ => None,
        }),
        redemption_status: match result {
            Ok(()) => CouponStatusCode::well(761, "Coupon redemption update successful"),
            Err(why) => CouponStatusCode::refused(why),
        },
    });
    RedemptionsAmended {
        redemptions: rows.collect(),
        user,
        status: whole(failed, results.len()),
        total_count: results.len(),
        failed_count: failed,
    }
}

/// What became of the call as a whole.
fn whole(failed: usize, total: usize) -> CouponStatusCode {
    if failed == 0 {
        CouponStatusCode::well(761, "Coupon redemption update successful")
    } else if failed < total {
        CouponStatusCode::well(762, "Coupon redemption update partially successful")
    } else {
        let message = "All requests have failed due to errors".to_owned();
        CouponStatusCode { status: false, code: 500, message }
    }
}
