//! The log for programs: who changed what of one thing (spec/membercare.md 2.8, envelope E10).
//!
//! Known quirks: `source` is always the store's (`INSTORE`), since the log does not tell sources apart;
//! the headers USER-CONTEXT-… are not kept; a card is told by its number and by what happened to it on
//! its holder; entries are in the order they were written, whatever `sortBy` says.

mod answer;
mod asked;
mod event;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::audit_store as store;
use crate::api::{Caller, Codes, Query, Resource, Result};
use crate::base::app::App;
use answer::{Audit, AuditListAnswer, AuditPage};
use asked::{Asked, Entity};

/// How refusals about audits are numbered.
#[derive(Debug, Clone, Copy)]
pub enum AuditCodes {}

impl Codes for AuditCodes {
    const MISSING: &'static str = "Incorrect resource. Please check the URL.";

    fn number(_: &str) -> u32 {
        400
    }
}

/// What programs may ask of the log.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list))
}

/// Who changed what
///
/// The life of one customer, card, coupon or coupon series, newest first: who did what, where and when,
/// with the values before and after. Something nobody has ever touched, and another brand's, has no entries.
#[utoipa::path(
    get,
    path = "/api_gateway/v2/audits",
    operation_id = "listAudits",
    tag = "Audits",
    params(
        ("entityType" = String, Query, description = "CUSTOMER, CARD, COUPON or COUPON_SERIES.", example = "CUSTOMER"),
        ("entityId" = String, Query, description = "The number of the customer, coupon or series; the number of the card.", example = "98662653"),
        ("source" = Option<String>, Query, description = "INSTORE; other sources have no entries of their own."),
        ("startDate" = Option<String>, Query, description = "From this time on: 2026-01-31 18:30:00, in the brand's zone."),
        ("endDate" = Option<String>, Query, description = "Up to this time."),
        ("referenceType" = Option<String>, Query, description = "What referenceValue is: requestId, importId, redemptionId, transactionNumber or customerId."),
        ("referenceValue" = Option<String>, Query, description = "Only entries with this value."),
        ("limit" = Option<i64>, Query, description = "How many on a page; 10, at most 100.", example = 10),
        ("pageNo" = Option<i64>, Query, description = "Which page, from 0.", example = 0),
        ("sortBy" = Option<String>, Query, description = "autoUpdateTime or createdOn."),
        ("sortOrder" = Option<String>, Query, description = "DESC or ASC."),
        ("includeUserContext" = Option<bool>, Query, description = "Accepted; there is no context."),
    ),
    responses((status = 200, description = "The entries.", body = AuditListAnswer))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query) -> Result<AuditCodes> {
    let entity = Entity::of(&query)?;
    let permit = caller.reads(match entity {
        Entity::Customer | Entity::Card => Resource::Customer,
        Entity::Coupon => Resource::BasicCoupon,
        Entity::CouponSeries => Resource::Coupon,
    })?;
    let mut asked = Asked::of(entity, &query, permit.zone())?;
    let (org, mut db) = (permit.org(), app.read(permit.org()).await?);
    if entity == Entity::Card {
        let holder = store::card_holder(&mut db, org, &asked.wanted.id).await?;
        asked.wanted.id = holder.map(|id| id.to_string()).unwrap_or_default();
    }
    let made = match asked.coupon() {
        Some(coupon) => store::made(&mut db, org, coupon).await?,
        None => None,
    };
    let made = made.filter(|made| asked.admits(made.on));
    let nothing = asked.nothing();
    let count = if nothing { 0 } else { store::count(&mut db, org, &asked.wanted).await? };
    let total = count + i64::from(made.is_some());
    // A stretch of the list as it is newest first; oldest first is the same list from its other end.
    let (from, to) = asked.stretch(total);
    let rows = match to.min(count) - from {
        most if most > 0 => store::page(&mut db, org, &asked.wanted, from, most).await?,
        _ => Vec::new(),
    };
    let tell = answer::Teller { org, entity: &asked };
    let mut data: Vec<Audit> = rows.into_iter().map(|row| tell.entry(row)).collect();
    if let Some(made) = made.filter(|_| to == total && to > from) {
        data.push(tell.making(made));
    }
    if asked.oldest_first {
        data.reverse();
    }
    let pagination = AuditPage::of(&asked, total, data.len());
    Ok(Json(AuditListAnswer { data, pagination }).into_response())
}
