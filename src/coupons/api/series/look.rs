//! Series looked up: by number, or by where they can be redeemed (spec/coupons.md 6.3).

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Caller, Permit, Query, Resource, Result as Answered, Trouble};
use crate::base::app::{App, Reading};
use crate::base::calendar::day_of;
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::coupons::api::CouponCodes;
use crate::coupons::api::answers::CouponStatusCode;
use crate::coupons::api::series::shape::CouponSeriesAnswer;
use crate::coupons::series::Series;
use crate::coupons::{refusal, store};

/// The most series of one call.
const MOST: usize = 500;
/// Kinds of places.
const PLACES: &[&str] = &["TILL", "ZONE", "CONCEPT", "STORE"];

/// Series that were looked up.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponSeriesFound {
    /// In the order they were asked for.
    entity: Vec<CouponSeriesAnswer>,
    /// 707 for each that is not there.
    warnings: Vec<CouponStatusCode>,
}

/// What is asked for.
enum Asked {
    /// Series by number; a text that is none is nobody's.
    Numbers(Vec<String>),
    /// What can be redeemed at these places.
    Places(&'static str, Vec<i64>),
}

/// Look up coupon series
///
/// By number, or those that can be redeemed at given places today: those without any restriction are
/// among them.
#[utoipa::path(
    get,
    path = "/v2/coupon/series",
    operation_id = "getCouponSeries",
    tag = "Coupon series",
    params(
        ("ids" = Option<String>, Query, description = "Numbers of series, repeated or with commas.", example = "520591"),
        ("orgEntityType" = Option<String>, Query, description = "`TILL`, `STORE`, `ZONE` or `CONCEPT`."),
        ("orgEntityIds" = Option<String>, Query, description = "Numbers of such places, repeated or with commas."),
    ),
    responses((status = 200, description = "The series.", body = CouponSeriesFound))
)]
pub async fn look(State(app): State<App>, caller: Caller, query: Query) -> Answered<CouponCodes> {
    let permit = caller.reads(Resource::Coupon)?;
    let asked = asked(&query)?;
    let mut db = app.read(permit.org()).await?;
    let found = match asked {
        Asked::Numbers(texts) => by_number(&mut db, &permit, &texts).await?,
        Asked::Places(kind, places) => {
            let today = day_of(app.clock.now(), permit.zone());
            let org = permit.org();
            let ids = store::places::redeemable_at(&mut *db, org, today, kind, &places).await?;
            let series = store::series::load(&mut *db, org, &ids).await?;
            CouponSeriesFound { entity: told(&mut db, &permit, series).await?, warnings: vec![] }
        }
    };
    Ok(Json(found).into_response())
}

fn asked(query: &Query) -> std::result::Result<Asked, crate::api::Failure<CouponCodes>> {
    let ids = query.list("ids");
    if ids.len() > MOST {
        return Err(Error::from(refusal::problem("too_many")).into());
    }
    if !ids.is_empty() {
        return Ok(Asked::Numbers(ids.into_iter().map(str::to_owned).collect()));
    }
    let kind = query.choice("orgEntityType", PLACES, &[])?;
    let places = query.list("orgentityids");
    let (Some(kind), false) = (kind, places.is_empty()) else {
        return Err(Error::from(refusal::problem("no_filters")).into());
    };
    let number = |text: &str| text.parse().map_err(|_| Trouble::bad(not_a_number(text)));
    let places: std::result::Result<Vec<i64>, Trouble> = places.into_iter().map(number).collect();
    Ok(Asked::Places(kind, places?))
}

fn not_a_number(text: &str) -> crate::api::Fault {
    let words = format!("The value of 'orgEntityIds' must be numbers, not '{text}'.");
    crate::api::Fault::new(400, words).at("orgEntityIds")
}

/// In the order they were asked for, each once.
async fn by_number(
    db: &mut Reading,
    permit: &Permit,
    texts: &[String],
) -> Result<CouponSeriesFound> {
    let numbers: Vec<Option<SeriesId>> = texts.iter().map(|text| text.parse().ok()).collect();
    let ids: Vec<SeriesId> = numbers.iter().copied().flatten().collect();
    let series = store::series::load(&mut **db, permit.org(), &ids).await?;
    let mut known: HashMap<SeriesId, Series> =
        series.into_iter().map(|series| (series.id, series)).collect();
    let (mut there, mut seen, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for (text, id) in texts.iter().zip(numbers) {
        match id.and_then(|id| known.remove(&id)) {
            Some(series) => {
                seen.push(series.id);
                there.push(series);
            }
            None if id.is_some_and(|id| seen.contains(&id)) => {}
            None => warnings.push(unknown(text)),
        }
    }
    Ok(CouponSeriesFound { entity: told(db, permit, there).await?, warnings })
}

fn unknown(text: &str) -> CouponStatusCode {
    let message = format!("Coupon Series ID = {text} is invalid");
    CouponStatusCode { status: false, code: refusal::vendor_code("series_unknown"), message }
}

async fn told(
    db: &mut Reading,
    permit: &Permit,
    series: Vec<Series>,
) -> Result<Vec<CouponSeriesAnswer>> {
    let ids: Vec<SeriesId> = series.iter().map(|series| series.id).collect();
    let totals = store::totals::totals(&mut **db, permit.org(), &ids).await?;
    let answer = |series: &Series| {
        let totals = totals.get(&series.id).copied().unwrap_or_default();
        CouponSeriesAnswer::of(series, totals, permit.org(), permit.zone())
    };
    Ok(series.iter().map(answer).collect())
}
