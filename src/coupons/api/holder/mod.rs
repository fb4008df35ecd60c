//! A customer's coupons for programs: in short, filtered and paged, and in full
//! (spec/coupons.md 6.15, 6.16). Revoked ones are never told.

mod detailed;
mod filter;
mod short;
mod uses;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use axum::extract::{Path, State};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Caller, Fault, Permit, Query, Resource, Result, Trouble};
use crate::base::app::{App, Reading};
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::outcome::{CouponEntity, entity, merged};
use crate::coupons::api::{CouponCodes, Read, who};
use crate::coupons::holdings::{Holding, HoldingFilter, Holdings};
use crate::coupons::{self};
use crate::customers::{Asked, Found, Place};

use detailed::CouponInFull;
use filter::Wanted;
use short::{CustomersCoupons, Sides};
use uses::Told;

/// The most coupons of an answer that has no pages.
const MOST: i64 = 2000;

/// What programs may look up of a customer.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(coupons_of_customer))
        .routes(routes!(coupons_of_customer_in_full))
}

/// List a customer's coupons
///
/// The newest first, 100 where no limit is given and at most 1000; each with its redemptions. Several
/// `status` words mean "or".
#[utoipa::path(
    get,
    path = "/v2/customers/coupons",
    operation_id = "listCustomersCoupons",
    tag = "Coupons",
    params(
        ("mobile" = Option<String>, Query, description = "Whose coupons: a mobile number,", example = "917003222195"),
        ("email" = Option<String>, Query, description = "an e-mail address,"),
        ("externalId" = Option<String>, Query, description = "the brand's own id,"),
        ("id" = Option<i64>, Query, description = "or the customer's number."),
        ("status" = Option<String>, Query, description = "REDEEMED, UNREDEEMED, ACTIVE, EXPIRED, ACTIVE_REDEEMED, ACTIVE_UNREDEEMED, EXPIRED_REDEEMED, EXPIRED_UNREDEEMED or REDEEMABLE, repeated or with commas.", example = "ACTIVE"),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER (where absent), LOWER or AS_IT_IS."),
        ("sort_order" = Option<String>, Query, description = "DESC (where absent) or ASC."),
        ("orderBy" = Option<String>, Query, description = "created_date (where absent) or valid_till."),
        ("limit" = Option<i64>, Query, description = "How many.", example = 100),
        ("offset" = Option<i64>, Query, description = "Behind how many.", example = 0),
        ("seriesId" = Option<String>, Query, description = "Only of these series, repeated or with commas."),
        ("clientHandlingType" = Option<String>, Query, description = "Only of series of this kind of codes: DISC_CODE, GENERIC or DISC_CODE_PIN."),
        ("startDate" = Option<String>, Query, description = "Only those issued on this day of the brand or later.", example = "2026-01-01"),
        ("endDate" = Option<String>, Query, description = "Only those issued before this day.", example = "2027-01-01"),
        ("q" = Option<String>, Query, description = "A part of the code or of the series' name."),
        ("includeReversedRedemptions" = Option<bool>, Query, description = "false: without redemptions that were taken back."),
    ),
    responses((status = 200, description = "The coupons.", body = CouponEntity<CustomersCoupons>))
)]
async fn coupons_of_customer(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let (case, wanted) = (LetterCase::of(&query)?, Wanted::of(&query)?);
    let asked = who::in_query(&query);
    if asked.is_empty() {
        let fault = Fault::new(1104, "Pass mobile, email, externalId or id of the customer");
        return Err(Trouble::bad(fault).into());
    }
    let place = who::place(&query)?;
    let mut db = app.read(permit.org()).await?;
    let found = who::customer(&mut db, &permit, &place, &asked).await?;
    let now = app.clock.now();
    let held = Holdings::of(&mut db, permit.org(), found.id, permit.zone(), now).await?;
    let page = held.slice(&mut db, &wanted.filter, wanted.offset, wanted.limit).await?;
    let total = held.total(&mut db, &wanted.filter).await?;
    let told = Told::of(&mut db, &permit, case, &page, wanted.reversed).await?;
    let customer = short::customer(&mut db, &permit, found.id).await?.ok_or_else(who::unknown)?;
    let sides = Sides { limit: wanted.limit, offset: wanted.offset, total };
    Ok(entity(CustomersCoupons::of(customer, &page, &told, sides), merged(Some(found))))
}

/// List a customer's coupons in full
///
/// The newest first, at most 2000, each with its whole series.
#[utoipa::path(
    get,
    path = "/v2/customers/{customerId}/coupons",
    operation_id = "listCustomersCouponsInFull",
    tag = "Coupons",
    params(
        ("customerId" = i64, Path, description = "The customer's number.", example = 345_635_529),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER (where absent), LOWER or AS_IT_IS.", example = "LOWER"),
    ),
    responses((status = 200, description = "The coupons.", body = CouponEntity<Vec<CouponInFull>>))
)]
async fn coupons_of_customer_in_full(
    State(app): State<App>,
    caller: Caller,
    Path(customer): Path<String>,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let case = LetterCase::of(&query)?;
    let mut db = app.read(permit.org()).await?;
    let asked = [Asked::number(&customer)];
    let found = who::customer(&mut db, &permit, &Place::store(), &asked).await?;
    let all = all(&app, &mut db, &permit, found).await?;
    let told = Told::of(&mut db, &permit, case, &all, true).await?;
    let ids: Vec<_> = all.iter().map(|holding| holding.series.id).collect();
    let totals = coupons::totals(&mut *db, permit.org(), &ids).await?;
    let mut shown = HashMap::new();
    for holding in &all {
        let series = &holding.series;
        let totals = totals.get(&series.id).copied().unwrap_or_default();
        if let Entry::Vacant(place) = shown.entry(series.id) {
            place.insert(detailed::series(series, totals, &permit)?);
        }
    }
    let rows = all.iter().filter_map(|holding| {
        let series = shown.get(&holding.series.id)?.clone();
        Some(CouponInFull::of(holding, series, &told, &permit))
    });
    Ok(entity(rows.collect::<Vec<_>>(), merged(Some(found))))
}

/// Everything living that a customer holds.
async fn all(app: &App, db: &mut Reading, permit: &Permit, found: Found) -> Read<Vec<Holding>> {
    let now = app.clock.now();
    let held = Holdings::of(db, permit.org(), found.id, permit.zone(), now).await?;
    let living = HoldingFilter { living: true, ..HoldingFilter::default() };
    Ok(held.slice(db, &living, 0, MOST).await?)
}
