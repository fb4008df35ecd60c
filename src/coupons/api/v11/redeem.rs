//! `coupon/redeem`: each item is a redemption of its own.

use std::collections::HashSet;

use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::issue::V11NamedCustomer;
use super::stub::{NamedCustomer, V11CustomerStub, stubs};
use super::{refused, refused_for};
use crate::api::v11::{self, Answer, ItemStatus, OneOrMany, Style, Verdict, items_of, word};
use crate::api::{Body, Caller, Faults, Node, Permit, Query, Resource, Result};
use crate::base::app::App;
use crate::base::ids::{CouponId, CustomerId};
use crate::coupons::api::{CouponCodes, Read, who};
use crate::coupons::kinds::DiscountKind;
use crate::coupons::redeeming::{self, BillSaid, Line, Pick, RedeemCall};
use crate::coupons::reversing::LARGEST_BILL;
use crate::coupons::series::code_key;

/// Coupons to be redeemed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11RedeemRequest {
    root: V11RedeemRoot,
}

/// Coupons to be redeemed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11RedeemRoot {
    /// One for each coupon, at most 100.
    coupon: Vec<V11RedeemItem>,
}

/// A coupon to be redeemed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11RedeemItem {
    /// The code, in any case.
    #[schema(example = "06000041")]
    code: Option<String>,
    /// The coupon's number, instead of its code.
    id: Option<String>,
    customer: V11NamedCustomer,
    custom_fields: Option<V11CustomFields>,
    /// The bill.
    transaction: Option<Vec<V11Bill>>,
}

/// What the brand wants to keep with a redemption.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11CustomFields {
    field: Vec<V11CustomField>,
}

/// One such thing.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11CustomField {
    name: String,
    value: String,
}

/// A bill.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11Bill {
    /// Its number.
    #[schema(example = "bill-110")]
    number: Option<String>,
    /// What it came to.
    #[schema(example = "1000")]
    amount: Option<String>,
}

/// What became of the coupons.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Redeemed {
    coupons: V11RedeemedCoupons,
}

/// What became of the coupons.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11RedeemedCoupons {
    /// One, or a list of several.
    coupon: OneOrMany<V11RedeemedCoupon>,
}

/// A coupon redeemed, or why not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11RedeemedCoupon {
    customer: V11CustomerStub,
    #[serde(flatten)]
    done: Option<V11RedemptionDone>,
    /// As it was sent; the coupon's own where it was named by number.
    code: String,
    /// Whether the discount is an amount; `"false"` where nothing was redeemed.
    is_absolute: &'static str,
    transaction: V11BillSaid,
    #[schema(value_type = Vec<Object>)]
    side_effects: [(); 0],
    item_status: ItemStatus,
}

/// What is told of a redemption that was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11RedemptionDone {
    /// Its number.
    #[serde(rename = "redemptionId")]
    redemption_id: String,
    discount_code: String,
    /// The series' number.
    series_code: String,
    #[schema(value_type = Vec<Object>)]
    series_info: [(); 0],
    /// How much is taken off.
    coupon_value: String,
}

/// The bill as it was understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct V11BillSaid {
    amount: String,
    number: String,
}

/// An item as it was read.
struct Item {
    pick: Option<Pick>,
    named: NamedCustomer,
    bill: BillSaid,
    custom_fields: Option<Value>,
    /// What cannot be: an amount that is none.
    wrong: bool,
}

impl Item {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Self {
        let text = |node: Node<'_>, faults: &mut Faults| node.text(faults).trim().to_owned();
        let code = text(node.get("code"), faults);
        let id = text(node.get("id"), faults);
        let pick = match (code.is_empty(), id.is_empty()) {
            (false, _) => Some(Pick::Code(code)),
            // No coupon has the number -1: a text that is no number finds none.
            (true, false) => Some(Pick::Id(CouponId::new(id.parse().unwrap_or(-1)))),
            (true, true) => None,
        };
        let bill = first(&node.get("transaction"));
        let amount = text(bill.get("amount"), faults);
        let known = amount.parse::<f64>().ok().filter(|said| (0.0..=LARGEST_BILL).contains(said));
        let number = text(bill.get("number"), faults);
        let short = number.chars().count() <= 255;
        Item {
            pick,
            named: NamedCustomer::read(&node.get("customer"), faults),
            wrong: !short || (known.is_none() && !amount.is_empty()),
            bill: BillSaid {
                amount: known,
                transaction: Some(number).filter(|number| !number.is_empty()),
                id: None,
            },
            custom_fields: custom_fields(&node.get("custom_fields").get("field"), faults),
        }
    }

    fn said(&self) -> V11BillSaid {
        V11BillSaid {
            amount: self.bill.amount.map(|amount| format!("{amount:.2}")).unwrap_or_default(),
            number: self.bill.transaction.clone().unwrap_or_default(),
        }
    }
}

/// The first of a list; a single object stands for a list of one.
fn first<'a>(node: &Node<'a>) -> Node<'a> {
    let mut unheard = Faults::default();
    match node.value() {
        Some(Value::Array(_)) => {
            node.items(&mut unheard).into_iter().next().unwrap_or_else(|| node.get("0"))
        }
        _ => node.clone(),
    }
}

fn custom_fields(node: &Node<'_>, faults: &mut Faults) -> Option<Value> {
    let items = match node.value() {
        Some(value) if value.is_object() => vec![node.clone()],
        _ => node.items(faults),
    };
    let mut fields = Map::new();
    for item in items.iter().take(100) {
        let name = item.get("name").text(faults);
        let value: String = item.get("value").text(faults).chars().take(4_000).collect();
        if !name.trim().is_empty() && name.len() <= 255 {
            fields.insert(name, Value::from(value));
        }
    }
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// Redeem coupons
///
/// Each item is judged and redeemed by itself. When every one fails the answer has status 500.
#[utoipa::path(
    post,
    path = "/v1.1/coupon/redeem",
    operation_id = "redeemCouponsV11",
    tag = "Coupons",
    params(
        ("user_id" = Option<bool>, Query, description = "true tells the customers' numbers too."),
        ("source" = Option<String>, Query, description = "Where customers are looked for; INSTORE where nothing is said."),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
    ),
    request_body = V11RedeemRequest,
    responses((status = 200, description = "What became of each.", body = Answer<V11Redeemed>))
)]
pub(super) async fn redeem(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let mut faults = Faults::default();
    let nodes = items_of(&body, "coupon")?;
    let items: Vec<Item> = nodes.iter().map(|node| Item::read(node, &mut faults)).collect();
    faults.into_result()?;
    let (place, with_number) = (who::place(&query)?, query.flag("user_id")? == Some(true));
    let mut people = Vec::with_capacity(items.len());
    let mut db = app.read(permit.org()).await?;
    for item in &items {
        people.push(item.named.find(&mut db, &permit, &place).await?);
    }
    let known: Vec<CustomerId> = people.iter().copied().flatten().collect();
    let stubs = stubs(&mut db, permit.org(), &known, with_number).await?;
    drop(db);
    let alone = items.len() == 1;
    let mut seen = HashSet::new();
    let mut coupon = Vec::with_capacity(items.len());
    for (item, customer) in items.into_iter().zip(people) {
        let line = match may_try(&item, customer, &mut seen) {
            Ok((pick, customer)) => use_up(&app, &permit, &item, pick, customer, alone).await?,
            Err(word) => Err(refused_for(Style::Words, word)),
        };
        let stub = customer.and_then(|id| stubs.get(&id).cloned());
        coupon.push(told(item, stub, line));
    }
    let verdict = Verdict::of(coupon.iter().map(|one| &one.item_status));
    let coupons = V11RedeemedCoupons { coupon: coupon.into() };
    Ok(v11::answer_to_post(verdict, verdict.status(Style::Words), V11Redeemed { coupons }))
}

/// The checks before those of the deed, in their order.
fn may_try(
    item: &Item,
    customer: Option<CustomerId>,
    seen: &mut HashSet<(String, CustomerId)>,
) -> std::result::Result<(Pick, CustomerId), &'static str> {
    let pick = item.pick.clone().ok_or("coupon_blank")?;
    let customer = customer.ok_or("customer_unknown")?;
    if item.wrong {
        return Err("invalid");
    }
    let key = match &pick {
        Pick::Code(code) => code_key(code),
        Pick::Id(id) => format!("#{id}"),
    };
    if seen.insert((key, customer)) { Ok((pick, customer)) } else { Err("same_twice") }
}

/// The redemption of one item in an act of its own, so that one refused stops no other.
async fn use_up(
    app: &App,
    permit: &Permit,
    item: &Item,
    pick: Pick,
    customer: CustomerId,
    alone: bool,
) -> Read<std::result::Result<Line, ItemStatus>> {
    let call = RedeemCall {
        customer,
        picks: vec![pick],
        bill: Some(item.bill.clone()),
        at: None,
        custom_fields: item.custom_fields.clone(),
        details: None,
    };
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move {
            // Of several coupons in one call no event is told (spec/coupons.md 7).
            if alone {
                redeeming::redeem(act, &call).await
            } else {
                redeeming::redeem_among_others(act, &call).await
            }
        })
    });
    let lines = deed.await?;
    let line = lines.into_iter().next();
    Ok(line.ok_or_else(|| refused_for(Style::Words, "code_unknown")))
}

fn told(
    item: Item,
    stub: Option<V11CustomerStub>,
    line: std::result::Result<Line, ItemStatus>,
) -> V11RedeemedCoupon {
    let transaction = item.said();
    let own = line.as_ref().ok().and_then(|line| line.coupon.as_ref());
    let code = match (&item.pick, own) {
        (Some(Pick::Code(code)), _) => code.clone(),
        (_, Some(coupon)) => coupon.code.clone(),
        _ => String::new(),
    };
    let (done, absolute, item_status) = match &line {
        Err(status) => (None, false, status.clone()),
        Ok(line) => match (&line.result, &line.series) {
            (Ok(id), Some(series)) => {
                let done = V11RedemptionDone {
                    redemption_id: id.map(|id| id.to_string()).unwrap_or_default(),
                    discount_code: series.discount.code.clone(),
                    series_code: series.id.to_string(),
                    series_info: [],
                    coupon_value: series.discount.value.to_string(),
                };
                let words = "Coupon processing successful";
                let good = ItemStatus::good(Style::Words, 700, words);
                (Some(done), series.discount.kind == DiscountKind::Amount, good)
            }
            (Err(why), _) => (None, false, refused(Style::Words, why)),
            (Ok(_), None) => (None, false, refused_for(Style::Words, "code_unknown")),
        },
    };
    V11RedeemedCoupon {
        customer: stub.unwrap_or(item.named.said),
        done,
        code,
        is_absolute: word(absolute),
        transaction,
        side_effects: [],
        item_status,
    }
}
