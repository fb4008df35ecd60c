//! `coupon/series`: one series, some, or all of the brand.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::refused_for;
use super::series_shape::V11Series;
use crate::api::v11::{self, Answer, ItemStatus, OneOrMany, Style, Verdict};
use crate::api::{Caller, Query, Resource, Result};
use crate::base::app::App;
use crate::base::ids::SeriesId;
use crate::coupons::api::CouponCodes;
use crate::coupons::store;
use crate::coupons::{Series, expiry};

/// The series asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11SeriesGot {
    series: V11SeriesItems,
}

/// The series asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11SeriesItems {
    items: V11SeriesList,
}

/// The series asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11SeriesList {
    /// One, or a list of several.
    item: OneOrMany<V11SeriesOrNone>,
}

/// A series, or a number nobody has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum V11SeriesOrNone {
    /// A series.
    Found(Box<V11Series>),
    /// A number nobody has.
    Missing(V11SeriesMissing),
}

/// A number nobody has.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11SeriesMissing {
    /// As it was sent.
    id: String,
    item_status: ItemStatus,
}

impl V11SeriesOrNone {
    fn status(&self) -> &ItemStatus {
        match self {
            V11SeriesOrNone::Found(one) => &one.item_status,
            V11SeriesOrNone::Missing(one) => &one.item_status,
        }
    }
}

/// Coupon series
///
/// By number, or all of the brand. Every value is a text, truths are `0` and `1`.
#[utoipa::path(
    get,
    path = "/v1.1/coupon/series",
    operation_id = "listCouponSeriesV11",
    tag = "Coupon series",
    params(
        ("id" = Option<String>, Query, description = "The series' number; several with commas; all where absent.", example = "405"),
        ("expired" = Option<String>, Query, description = "true: only those past their last day; false: only the others; extended: both."),
    ),
    responses((status = 200, description = "The series.", body = Answer<V11SeriesGot>))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::Coupon)?;
    let (org, zone, now) = (permit.org(), permit.zone(), app.clock.now());
    let expired = query.choice("expired", &["true", "false", "extended"], &[])?;
    let wanted = query.list("id");
    let mut db = app.read(org).await?;
    // A number that is none is nobody's.
    let number = |text: &&str| SeriesId::new(text.parse().unwrap_or(-1));
    let ids: Vec<SeriesId> = match wanted.is_empty() {
        true => store::list::all_ids(&mut db, org).await?,
        false => wanted.iter().map(number).collect(),
    };
    let mut found = store::series::load(&mut *db, org, &ids).await?;
    let missing: Vec<V11SeriesOrNone> = wanted
        .iter()
        .filter(|text| !found.iter().any(|one| one.id == number(text)))
        .map(|text| missing(text))
        .collect();
    let ended = |series: &Series| expiry::of_series(series, zone).passed(now);
    match expired {
        Some("true") => found.retain(ended),
        Some("false") => found.retain(|series| !ended(series)),
        _ => {}
    }
    let ids: Vec<SeriesId> = found.iter().map(|one| one.id).collect();
    let totals = store::totals::totals(&mut *db, org, &ids).await?;
    let of = |series: &Series| {
        let totals = totals.get(&series.id).copied().unwrap_or_default();
        V11SeriesOrNone::Found(Box::new(V11Series::of(series, &totals, zone)))
    };
    let mut item: Vec<V11SeriesOrNone> = found.iter().map(of).collect();
    item.extend(missing);
    let verdict = Verdict::of(item.iter().map(V11SeriesOrNone::status));
    let items = V11SeriesList { item: item.into() };
    let series = V11SeriesItems { items };
    Ok(v11::answer(verdict.status(Style::Texts), V11SeriesGot { series }))
}

fn missing(text: &str) -> V11SeriesOrNone {
    let item_status = refused_for(Style::Texts, "series_unknown");
    V11SeriesOrNone::Missing(V11SeriesMissing { id: text.to_owned(), item_status })
}
