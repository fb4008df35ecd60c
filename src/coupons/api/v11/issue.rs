//! `coupon/issue`: a coupon each for one customer or several.

use std::collections::HashMap;

use axum::extract::State;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use super::stub::{NamedCustomer, V11CustomerStub, stubs};
use super::{refused, refused_for};
use crate::api::v11::{self, Answer, ItemStatus, OneOrMany, Style, Verdict, items_of};
use crate::api::{Body, Caller, Faults, Node, Query, Resource, Result};
use crate::base::app::App;
use crate::base::calendar::day_of;
use crate::base::ids::{CustomerId, SeriesId};
use crate::coupons::api::{CouponCodes, Read, who};
use crate::coupons::issuing::{Origin, Outcome, Want};
use crate::coupons::{Coupon, Series, Source, expiry, issuing, store};

/// Coupons to be issued.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11IssueRequest {
    root: V11IssueRoot,
}

/// Coupons to be issued.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11IssueRoot {
    /// One for each coupon, at most 100.
    coupon: Vec<V11IssueItem>,
}

/// A coupon to be issued.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11IssueItem {
    customer: V11NamedCustomer,
    /// Of which series.
    #[schema(example = "757291")]
    series_id: String,
}

/// A customer as bodies name them: by any of these.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct V11NamedCustomer {
    /// The customer's number.
    id: Option<String>,
    /// A mobile number.
    #[schema(example = "9400488244")]
    mobile: Option<String>,
    /// An e-mail address.
    email: Option<String>,
    /// The brand's id.
    external_id: Option<String>,
    /// A card's number.
    card_number: Option<String>,
}

/// The coupons issued.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Issued {
    /// One, or a list of several.
    coupon: OneOrMany<V11IssuedCoupon>,
}

/// A coupon issued, or why not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11IssuedCoupon {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The series as it was named.
    series_id: String,
    #[serde(flatten)]
    terms: Option<V11IssuedTerms>,
    customer: V11CustomerStub,
    item_status: ItemStatus,
}

/// What the coupon gives.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11IssuedTerms {
    description: String,
    discount_code: String,
    /// Its last day.
    valid_till: String,
    /// `ABS` or `PERC`.
    discount_type: &'static str,
    discount_value: String,
    discount_upto: String,
    discount_on: String,
    detailed_info: String,
}

impl V11IssuedTerms {
    fn of(coupon: &Coupon, series: &Series, zone: Tz) -> Self {
        let end = expiry::of_coupon(coupon, series, zone).shown;
        V11IssuedTerms {
            description: series.description.clone(),
            discount_code: series.discount.code.clone(),
            valid_till: day_of(end, zone).to_string(),
            discount_type: series.discount.kind.wire(),
            discount_value: series.discount.value.to_string(),
            discount_upto: series.discount.upto.to_string(),
            discount_on: series.discount.on.clone(),
            detailed_info: series.words.info.clone(),
        }
    }
}

/// An item as it was read, and whether it can be wanted at all.
struct Item {
    named: NamedCustomer,
    series: String,
    customer: Option<CustomerId>,
    want: std::result::Result<Want, &'static str>,
}

impl Item {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Self {
        let series = node.first(&["series_id", "seriesId"]).text(faults).trim().to_owned();
        let named = NamedCustomer::read(&node.get("customer"), faults);
        Item { named, series, customer: None, want: Err("customer_unknown") }
    }

    /// The checks before those of the deed, in their order.
    fn wanted(&self) -> std::result::Result<Want, &'static str> {
        if self.series.is_empty() {
            return Err("series_id_blank");
        }
        let customer = self.customer.ok_or("customer_unknown")?;
        let series: SeriesId = self.series.parse().map_err(|_| "series_unknown")?;
        Ok(Want::one(series, customer, Origin::of(Source::Api)))
    }
}

/// Issue coupons
///
/// Each item is one coupon for one customer. What stands against one of them is told in it; when every one
/// fails the answer has status 500.
#[utoipa::path(
    post,
    path = "/v1.1/coupon/issue",
    operation_id = "issueCouponsV11",
    tag = "Coupons",
    params(
        ("user_id" = Option<bool>, Query, description = "true tells the customers' numbers too."),
        ("source" = Option<String>, Query, description = "Where customers are looked for; INSTORE where nothing is said."),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
    ),
    request_body = V11IssueRequest,
    responses((status = 200, description = "What became of each.", body = Answer<V11Issued>))
)]
pub(super) async fn issue(
    State(app): State<App>,
    caller: Caller,
    query: Query,
    body: Body,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let mut faults = Faults::default();
    let nodes = items_of(&body, "coupon")?;
    let mut items: Vec<Item> = nodes.iter().map(|node| Item::read(node, &mut faults)).collect();
    faults.into_result()?;
    let (place, with_number) = (who::place(&query)?, query.flag("user_id")? == Some(true));
    let mut db = app.read(permit.org()).await?;
    for item in &mut items {
        item.customer = item.named.find(&mut db, &permit, &place).await?;
        item.want = item.wanted();
    }
    drop(db);
    let wants: Vec<Want> = items.iter().filter_map(|item| item.want.clone().ok()).collect();
    let outcomes = give(&app, &permit, wants).await?;
    let mut db = app.read(permit.org()).await?;
    let of = |item: &Item| Some(item.want.as_ref().ok()?.series);
    let series: Vec<SeriesId> = items.iter().filter_map(of).collect();
    let series = store::series::load(&mut *db, permit.org(), &series).await?;
    let series: HashMap<SeriesId, Series> = series.into_iter().map(|one| (one.id, one)).collect();
    let people: Vec<CustomerId> = items.iter().filter_map(|item| item.customer).collect();
    let stubs = stubs(&mut db, permit.org(), &people, with_number).await?;
    let mut outcomes = outcomes.into_iter();
    let tell = |item: Item| {
        let outcome = if item.want.is_ok() { outcomes.next() } else { None };
        let stub = item.customer.and_then(|id| stubs.get(&id).cloned());
        told(item, outcome, stub, &series, permit.zone())
    };
    let coupon: Vec<V11IssuedCoupon> = items.into_iter().map(tell).collect();
    let verdict = Verdict::of(coupon.iter().map(|one| &one.item_status));
    let status = verdict.status(Style::Typed);
    Ok(v11::answer_to_post(verdict, status, V11Issued { coupon: coupon.into() }))
}

async fn give(app: &App, permit: &crate::api::Permit, wants: Vec<Want>) -> Read<Vec<Outcome>> {
    if wants.is_empty() {
        return Ok(Vec::new());
    }
    let deed =
        app.act(permit.actor(), |act| Box::pin(async move { issuing::issue(act, &wants).await }));
    Ok(deed.await?)
}

fn told(
    item: Item,
    outcome: Option<Outcome>,
    stub: Option<V11CustomerStub>,
    series: &HashMap<SeriesId, Series>,
    zone: Tz,
) -> V11IssuedCoupon {
    let customer = stub.unwrap_or(item.named.said).filled();
    let mut line = V11IssuedCoupon {
        code: None,
        series_id: item.series,
        terms: None,
        customer,
        item_status: refused_for(Style::Typed, item.want.err().unwrap_or("customer_unknown")),
    };
    match outcome {
        Some(Ok(given)) => {
            if let Some(coupon) = given.coupons.first()
                && let Some(series) = series.get(&coupon.series)
            {
                line.code = Some(coupon.code.clone());
                line.terms = Some(V11IssuedTerms::of(coupon, series, zone));
                let words = "Coupon processing successful";
                line.item_status = ItemStatus::good(Style::Typed, 700, words);
            }
        }
        Some(Err(why)) => line.item_status = refused(Style::Typed, &why),
        None => {}
    }
    line
}
