//! Lists of requests: the brand's, and one customer's.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;

use super::GoodwillCodes;
use super::answers::{
    GoodwillEntry, GoodwillFound, GoodwillFoundList, GoodwillLine, GoodwillPage, GoodwillPagination,
};
use super::read;
use crate::api::v11::{Answer, ItemStatus, Style, Verdict, answer};
use crate::api::{Caller, Codes, Fault, Permit, Query, Resource, Result, Trouble};
use crate::base::app::{App, Reading};
use crate::base::ids::CustomerId;
use crate::customers::api::CustomerCodes;
use crate::customers::{self, Hold};
use crate::goodwill::refusal::{number, sentence};
use crate::goodwill::request::Told;
use crate::goodwill::store::{self, Bounds};

/// The spellings of what names a customer in a query.
const WHOM: &[&str] = &["identifier", "mobile", "email", "external_id", "externalid", "user_id"];

/// List goodwill requests
///
/// Newest first, 50 at most. Needs read on coupons.
#[utoipa::path(
    get,
    path = "/v1.1/request/get",
    operation_id = "listGoodwillRequests",
    tag = "Goodwill requests",
    params(
        ("type" = Option<String>, Query, description = "GOODWILL; of other types there are none."),
        ("base_type" = Option<String>, Query, description = "COUPON or COUPONS; of others there are none."),
        ("status" = Option<String>, Query, description = "PENDING, APPROVED or REJECTED."),
        ("identifier" = Option<String>, Query, description = "A customer's number, mobile number, e-mail address, external id or card."),
        ("start_date" = Option<String>, Query, description = "Asked for from this day or time on."),
        ("end_date" = Option<String>, Query, description = "Asked for until this day or time."),
        ("start_id" = Option<i64>, Query, description = "From this number on."),
        ("end_id" = Option<i64>, Query, description = "Up to this number."),
        ("limit" = Option<i64>, Query, description = "How many, 50 at most and where nothing is said."),
    ),
    responses((status = 200, description = "A list of requests.", body = Answer<GoodwillFound>))
)]
pub async fn list(State(app): State<App>, caller: Caller, query: Query) -> Result<GoodwillCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let mut db = app.read(permit.org()).await?;
    let (total, found) = found(&mut db, &permit, &query).await?;
    let ids: Vec<CustomerId> = found.iter().map(|told| told.request.customer).collect();
    let faces = customers::faces(&mut db, permit.org(), &ids).await?;
    let lines = found.iter().map(|told| GoodwillLine::of(told, &faces, permit.zone()));
    let item_status = ItemStatus::good(Style::Texts, 9000, "Request retrieved successfully");
    let requests = GoodwillFoundList {
        count: total.to_string(),
        rows: found.len().to_string(),
        goodwill: lines.collect::<Vec<_>>().into(),
        change_identifier: [],
        item_status,
    };
    Ok(answer(Verdict::fine().status(Style::Texts).loud(), GoodwillFound { requests }))
}

/// List goodwill requests as a log
///
/// The same list with the same parameters: a request keeps who asked and who decided. Needs read on coupons.
#[utoipa::path(
    get,
    path = "/v1.1/request/logs",
    operation_id = "logGoodwillRequests",
    tag = "Goodwill requests",
    params(
        ("type" = Option<String>, Query, description = "GOODWILL; of other types there are none."),
        ("base_type" = Option<String>, Query, description = "COUPON or COUPONS; of others there are none."),
        ("status" = Option<String>, Query, description = "PENDING, APPROVED or REJECTED."),
        ("identifier" = Option<String>, Query, description = "A customer's number, mobile number, e-mail address, external id or card."),
        ("start_date" = Option<String>, Query, description = "Asked for from this day or time on."),
        ("end_date" = Option<String>, Query, description = "Asked for until this day or time."),
        ("start_id" = Option<i64>, Query, description = "From this number on."),
        ("end_id" = Option<i64>, Query, description = "Up to this number."),
        ("limit" = Option<i64>, Query, description = "How many, 50 at most and where nothing is said."),
    ),
    responses((status = 200, description = "A list of requests.", body = Answer<GoodwillFound>))
)]
pub async fn logs(State(app): State<App>, caller: Caller, query: Query) -> Result<GoodwillCodes> {
    list(State(app), caller, query).await
}

/// How many there are, and the first of them.
async fn found(
    db: &mut Reading,
    permit: &Permit,
    query: &Query,
) -> std::result::Result<(i64, Vec<Told>), crate::api::Failure<GoodwillCodes>> {
    let Some((mut bounds, size)) = read::wanted(query, permit)? else { return Ok((0, Vec::new())) };
    if let Some(text) = query.one(WHOM) {
        let named = customers::named(db, permit.org(), text, true).await?;
        // A text that is the number of one and the card of another means neither.
        let [one] = named.as_slice() else { return Ok((0, Vec::new())) };
        bounds.customer = Some(*one);
    }
    let total = store::count(db, permit.org(), &bounds).await?;
    let page = store::page(db, permit.org(), &bounds, size).await?;
    Ok((total, page.items))
}

/// A customer's goodwill requests
///
/// Newest first. Needs read on coupons.
#[utoipa::path(
    get,
    path = "/v2/customers/{id}/goodwillRequest",
    operation_id = "getCustomerGoodwillRequests",
    tag = "Goodwill requests",
    params(
        ("id" = i64, Path, description = "The customer's number.", example = 552695692),
        ("requestId" = Option<i64>, Query, description = "One request."),
        ("is_one_step_change" = Option<bool>, Query, description = "Only those of one step."),
        ("autoApprove" = Option<bool>, Query, description = "Only those approved in the call that made them."),
        ("limit" = Option<i64>, Query, description = "How many, 1 to 100; 10 where nothing is said."),
        ("offset" = Option<i64>, Query, description = "How many to leave out; 0 where nothing is said."),
    ),
    responses((status = 200, description = "A page of requests.", body = GoodwillPage))
)]
pub async fn of_customer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<GoodwillCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let (bounds, limit, offset) = read::of_customer(&query)?;
    let mut db = app.read(permit.org()).await?;
    let nobody = || Trouble::missing(CustomerCodes::MISSING_CODE, CustomerCodes::MISSING);
    let id: CustomerId = id.trim().parse().map_err(|_| nobody())?;
    let people = customers::people(&mut db, permit.org(), &[id], Hold::Not).await?;
    let customer = people.get(&id).ok_or_else(nobody)?.id;
    let bounds = Bounds { customer: Some(customer), ..bounds };
    let total = store::count(&mut db, permit.org(), &bounds).await?;
    let size = usize::try_from(limit).unwrap_or_default();
    let page = store::page(&mut db, permit.org(), &bounds, size).await?;
    if total == 0 {
        let fault = Fault::new(number("none_found"), sentence("none_found"));
        return Err(Trouble::bad(fault).into());
    }
    let data = page.items.iter().map(GoodwillEntry::of).collect();
    let pagination = GoodwillPagination { limit, offset, total };
    Ok(Json(GoodwillPage { pagination, data, warnings: [], errors: [] }).into_response())
}
