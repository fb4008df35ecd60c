//! `customer/coupons`: what a customer holds.

use std::collections::HashMap;

use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::get::V11Properties;
use super::refused_for;
use super::stub::{V11CustomerStub, stubs};
use crate::api::v11::{self, Answer, ItemStatus, Style, Verdict, local};
use crate::api::{Caller, Fault, Permit, Query, Resource, Result, Trouble};
use crate::base::app::{App, Reading};
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::coupons::api::answers::CouponPlace;
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::{CouponCodes, Read, who};
use crate::coupons::holdings::{Holding, HoldingFilter, HoldingSort, HoldingStatus, Holdings};
use crate::coupons::store::{self, holders};
use crate::coupons::{Redemption, State as Stands};
use crate::customers::{self, Hold};

/// Coupons where nothing is said, and at most.
const COUPONS: (i64, i64) = (100, 1_000);

/// How a coupon may stand, as this call writes it.
const STATUSES: &[&str] = &["unredeemed", "redeemed", "expired", "active"];

/// What customers hold.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Held {
    pagination: V11Page,
    customers: V11HeldBy,
}

/// Which part of what a customer holds.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Page {
    limit: String,
    offset: String,
    /// How many customers there are.
    total: usize,
}

/// Customers; a list even of one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11HeldBy {
    customer: Vec<V11HoldingCustomer>,
}

/// A customer and what they hold.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11HoldingCustomer {
    firstname: String,
    lastname: String,
    email: Option<String>,
    external_id: Option<String>,
    mobile: Option<String>,
    id: String,
    coupons: V11HeldCoupons,
    item_status: ItemStatus,
}

/// Coupons; a list even of one.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct V11HeldCoupons {
    coupon: Vec<V11HeldCoupon>,
}

/// A coupon held.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11HeldCoupon {
    id: String,
    series_id: String,
    /// The offer's name.
    series_name: String,
    redemption_count: i32,
    /// When it was issued.
    #[schema(example = "2023-12-14T13:38:10.000Z")]
    created_date: String,
    /// Its last second, in the brand's zone.
    #[schema(example = "2024-12-31 23:59:59")]
    valid_till: String,
    code: String,
    transaction_number: Option<String>,
    /// The till it was issued at.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<CouponPlace>,
    purpose: &'static str,
    custom_properties: V11Properties,
    redemptions: V11HeldRedemptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed_redemptions: Option<V11HeldRedemptions>,
}

/// Redemptions; an empty object for none.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct V11HeldRedemptions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    redemption: Vec<V11HeldRedemption>,
}

/// A redemption.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11HeldRedemption {
    id: String,
    #[schema(example = "2021-05-17T19:07:54.000Z")]
    date: String,
    transaction_number: Option<String>,
    /// The till.
    redeemed_at: Option<CouponPlace>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed_on: Option<String>,
}

/// What a customer holds
///
/// Newest first unless something else is asked for; revoked coupons are left out.
#[utoipa::path(
    get,
    path = "/v1.1/customer/coupons",
    operation_id = "listCustomerCouponsV11",
    tag = "Coupons",
    params(
        ("mobile" = Option<String>, Query, description = "The customer's mobile number."),
        ("email" = Option<String>, Query, description = "The e-mail address."),
        ("external_id" = Option<String>, Query, description = "The brand's id."),
        ("id" = Option<String>, Query, description = "The customer's number.", example = "98662653"),
        ("start_date" = Option<String>, Query, description = "Issued or redeemed on this day or later: 2026-01-31."),
        ("end_date" = Option<String>, Query, description = "Issued or redeemed before this day."),
        ("status" = Option<String>, Query, description = "unredeemed, redeemed, expired or active."),
        ("series_id" = Option<String>, Query, description = "Only of this series; several with commas."),
        ("store_id" = Option<String>, Query, description = "Only active coupons that can be redeemed at this store."),
        ("order_by" = Option<String>, Query, description = "created_date, created_by or valid_till."),
        ("sort_order" = Option<String>, Query, description = "desc or asc."),
        ("limit" = Option<i64>, Query, description = "How many; 100, at most 1000."),
        ("offset" = Option<i64>, Query, description = "How many to skip."),
        ("includeReversedRedemptions" = Option<bool>, Query, description = "true tells those that were taken back too."),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER, LOWER or AS_IT_IS."),
    ),
    responses((status = 200, description = "What they hold.", body = Answer<V11Held>))
)]
pub(super) async fn coupons(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let wanted = Wanted::of(&query)?;
    let mut db = app.read(permit.org()).await?;
    let asked = who::in_query(&query);
    if asked.is_empty() {
        return Err(Trouble::bad(Fault::new(1104, "Invalid or no identifier passed")).into());
    }
    let found = who::find(&mut db, &permit, &who::place(&query)?, &asked).await?;
    let customer = match found {
        Some(found) => tell(&app, &mut db, &permit, &wanted, found.id).await?,
        None => nobody(&query),
    };
    let verdict = Verdict::of([&customer.item_status]);
    let pagination = V11Page {
        limit: wanted.limit.to_string(),
        offset: wanted.offset.to_string(),
        total: usize::from(customer.item_status.is_good()),
    };
    let customers = V11HeldBy { customer: vec![customer] };
    Ok(v11::answer(verdict.status(Style::Words), V11Held { pagination, customers }))
}

fn nobody(query: &Query) -> V11HoldingCustomer {
    let said = |name: &str| query.one(&[name]).map(str::to_owned);
    V11HoldingCustomer {
        firstname: String::new(),
        lastname: String::new(),
        email: said("email"),
        external_id: said("external_id"),
        mobile: said("mobile"),
        id: said("id").unwrap_or_default(),
        coupons: V11HeldCoupons::default(),
        item_status: refused_for(Style::Words, "customer_unknown"),
    }
}

/// What is asked for.
struct Wanted {
    filter: HoldingFilter,
    store: Option<String>,
    offset: i64,
    limit: i64,
    reversed: bool,
    case: LetterCase,
}

impl Wanted {
    fn of(query: &Query) -> std::result::Result<Self, Trouble> {
        let status = query.choices("status", STATUSES, &[])?.into_iter();
        let store = query.one(&["store_id"]).map(str::to_owned);
        let mut statuses: Vec<HoldingStatus> = status.filter_map(HoldingStatus::named).collect();
        if store.is_some() {
            statuses = vec![HoldingStatus::Active];
        }
        // A series that is no number is nobody's: number 0.
        let series = query.list("series_id").into_iter();
        let series = series.map(|text| SeriesId::new(text.parse().unwrap_or(0))).collect();
        let orders = &["created_date", "created_by", "valid_till"];
        let by_end = query.choice("order_by", orders, &[])? == Some("valid_till");
        let order = query.choice("sort_order", &["desc", "asc"], &[])?;
        Ok(Wanted {
            filter: HoldingFilter {
                statuses,
                living: true,
                series,
                from: day(query, "start_date")?,
                // Before that day.
                to: day(query, "end_date")?.and_then(|day| day.pred_opt()),
                used_too: true,
                sort: if by_end { HoldingSort::Expires } else { HoldingSort::Issued },
                ascending: order == Some("asc"),
                ..HoldingFilter::default()
            },
            store,
            offset: query.number(&["offset"], 0, 0)?,
            limit: query.number(&["limit"], COUPONS.0, 1)?.min(COUPONS.1),
            reversed: query.flag("includeReversedRedemptions")? == Some(true),
            case: LetterCase::of(query)?,
        })
    }
}

fn day(query: &Query, name: &'static str) -> std::result::Result<Option<NaiveDate>, Trouble> {
    let Some(text) = query.one(&[name]) else { return Ok(None) };
    // What stands behind the day says nothing.
    let read = text.get(..10).unwrap_or(text).parse::<NaiveDate>();
    let words = || format!("The value of '{name}' must be a day such as 2026-01-31.");
    let fault = |_| Trouble::bad(Fault::new(400, words()).at(name));
    read.map(Some).map_err(fault)
}

async fn tell(
    app: &App,
    db: &mut Reading,
    permit: &Permit,
    wanted: &Wanted,
    id: CustomerId,
) -> Read<V11HoldingCustomer> {
    let org = permit.org();
    let held = Holdings::of(db, org, id, permit.zone(), app.clock.now()).await?;
    let held = match &wanted.store {
        None => held.slice(db, &wanted.filter, wanted.offset, wanted.limit).await?,
        Some(store) => {
            // Places stand in the series: of one customer they are few enough to look at.
            let all = held.slice(db, &wanted.filter, 0, i64::from(i32::MAX)).await?;
            let skipped = usize::try_from(wanted.offset).unwrap_or(usize::MAX);
            let most = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
            let there = |one: &Holding| usable(one, store);
            all.into_iter().filter(there).skip(skipped).take(most).collect()
        }
    };
    let around = Around::of(db, permit, wanted, &held).await?;
    let person = customers::people(db, org, &[id], Hold::Not).await?.remove(&id);
    let person = person.ok_or_else(who::unknown)?;
    let stub = stubs(db, org, &[id], false).await?.remove(&id);
    let V11CustomerStub { mobile, email, external_id, .. } = stub.ok_or_else(who::unknown)?;
    let coupon = held.iter().map(|one| around.coupon(one)).collect();
    Ok(V11HoldingCustomer {
        firstname: person.first_name,
        lastname: person.last_name,
        email,
        external_id,
        mobile,
        id: id.to_string(),
        coupons: V11HeldCoupons { coupon },
        item_status: ItemStatus::good(Style::Words, 1000, "Coupons retrieved successfully"),
    })
}

/// Whether a coupon can be redeemed at a store, as far as places go.
fn usable(held: &Holding, store: &str) -> bool {
    let places = &held.series.redeem.places;
    let here = |kind: &str, id: i64| kind == "STORE" && id.to_string() == store;
    held.standing.state != Stands::Redeemed
        && (places.is_empty() || places.iter().any(|place| here(&place.kind, place.id)))
}

/// What stands around what a customer holds.
struct Around<'a> {
    permit: &'a Permit,
    wanted: &'a Wanted,
    used: HashMap<CouponId, Vec<Redemption>>,
    tills: HashMap<i64, (String, String)>,
}

impl<'a> Around<'a> {
    async fn of(
        db: &mut Reading,
        permit: &'a Permit,
        wanted: &'a Wanted,
        held: &[Holding],
    ) -> Read<Around<'a>> {
        let org = permit.org();
        let ids: Vec<CouponId> = held.iter().map(|one| one.coupon.id).collect();
        let mut used: HashMap<CouponId, Vec<Redemption>> = HashMap::new();
        for one in store::redemptions::of_coupons(&mut **db, org, &ids).await? {
            used.entry(one.coupon).or_default().push(one);
        }
        let issued = held.iter().filter_map(|one| one.coupon.issue.as_ref()?.till);
        let redeemed = used.values().flatten().filter_map(|one| one.till);
        let tills: Vec<i64> = issued.chain(redeemed).collect();
        let tills = holders::tills(&mut **db, org, &tills).await?;
        Ok(Around { permit, wanted, used, tills })
    }

    fn coupon(&self, held: &Holding) -> V11HeldCoupon {
        let (coupon, series) = (&held.coupon, &held.series);
        let issue = coupon.issue.as_ref();
        let on = issue.map_or(coupon.created_on, |issue| issue.on);
        V11HeldCoupon {
            id: coupon.id.to_string(),
            series_id: series.id.to_string(),
            series_name: series.description.clone(),
            redemption_count: coupon.redeemed,
            created_date: iso(on),
            valid_till: local(held.standing.end.shown, self.permit.zone()),
            code: self.wanted.case.show(&coupon.code),
            transaction_number: coupon.transaction_number.clone(),
            issued_at: self.place(issue.and_then(|issue| issue.till)),
            purpose: "",
            custom_properties: V11Properties::of(series),
            redemptions: self.redemptions(coupon.id, false),
            reversed_redemptions: self.wanted.reversed.then(|| self.redemptions(coupon.id, true)),
        }
    }

    fn redemptions(&self, coupon: CouponId, reversed: bool) -> V11HeldRedemptions {
        let all = self.used.get(&coupon).into_iter().flatten();
        let wanted = all.filter(|one| one.reversed.is_some() == reversed);
        let redemption = wanted.map(|one| V11HeldRedemption {
            id: one.id.to_string(),
            date: iso(one.on),
            transaction_number: one.transaction_number.clone(),
            redeemed_at: self.place(one.till),
            reversed_on: one.reversed.as_ref().map(|back| iso(back.on)),
        });
        V11HeldRedemptions { redemption: redemption.collect() }
    }

    fn place(&self, till: Option<i64>) -> Option<CouponPlace> {
        let (code, name) = self.tills.get(&till?)?.clone();
        Some(CouponPlace { code, name })
    }
}

/// An instant as this call writes it, in whole seconds: `2023-12-14T13:38:10.000Z`.
fn iso(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
