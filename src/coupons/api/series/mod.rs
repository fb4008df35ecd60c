//! Coupon series for programs: make, change, look up (spec/coupons.md 6.1–6.3).
//!
//! A body becomes the [`Draft`](crate::coupons::Draft) that forms fill too (`read`), and what is
//! answered may be sent back (`shape`): what has no behaviour of ours is kept and echoed (`carried`).

mod body;
mod carried;
mod look;
mod read;
pub mod shape;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Body, Caller, Failure, Resource, Result as Answered};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::SeriesId;
use crate::base::problem::{Problem, Problems};
use crate::coupons::api::CouponCodes;
use crate::coupons::series::Totals;
use crate::coupons::{refusal, series_actions, store};

use body::CouponSeriesBody;
use shape::CouponSeriesSaved;

/// The calls for series.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(create, look::look)).routes(routes!(update))
}

/// Create a coupon series
///
/// All violations are told in one answer. `seriesCode` is drawn; one that is sent is ignored.
#[utoipa::path(
    post,
    path = "/v2/coupon/series",
    operation_id = "createCouponSeries",
    tag = "Coupon series",
    request_body = CouponSeriesBody,
    responses((status = 200, description = "The series.", body = CouponSeriesSaved))
)]
async fn create(State(app): State<App>, caller: Caller, body: Body) -> Answered<CouponCodes> {
    let permit = caller.writes(Resource::Coupon)?;
    let draft = read::draft(&body.root(), permit.zone())?;
    let made = app.act(permit.actor(), move |act| {
        Box::pin(async move { series_actions::create(act, &draft, false).await })
    });
    let series = made.await.map_err(worded)?;
    let saved = CouponSeriesSaved::of(&series, Totals::default(), permit.org(), permit.zone());
    Ok(Json(saved).into_response())
}

/// Change a coupon series
///
/// What is not sent keeps its value. `seriesCode` is mandatory; the kind of codes cannot change.
#[utoipa::path(
    put,
    path = "/v2/coupon/series/{seriesId}",
    operation_id = "updateCouponSeries",
    tag = "Coupon series",
    params(("seriesId" = i64, Path, description = "The series.", example = 751412)),
    request_body = CouponSeriesBody,
    responses((status = 200, description = "The series as it is now.", body = CouponSeriesSaved))
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answered<CouponCodes> {
    let permit = caller.writes(Resource::Coupon)?;
    let id: SeriesId = id.trim().parse().map_err(|_| worded(Error::NotFound))?;
    let draft = read::draft(&body.root(), permit.zone())?;
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move {
            let series = series_actions::update(act, id, &draft, false).await?;
            let org = act.org();
            let totals = store::totals::totals(act.db(), org, &[id]).await?;
            Ok((series, totals.get(&id).copied().unwrap_or_default()))
        })
    });
    let (series, totals) = done.await.map_err(worded)?;
    let saved = CouponSeriesSaved::of(&series, totals, permit.org(), permit.zone());
    Ok(Json(saved).into_response())
}

/// The deed's refusals as the wire says them: an unknown number has a sentence of its own here, and a
/// fault the reference has no sentence for names its field, which an entry has no other place for.
fn worded(error: Error) -> Failure<CouponCodes> {
    let problems = match error {
        Error::NotFound => refusal::problem("series_id_unknown").into(),
        Error::Refused(problems) => problems,
        other => return other.into(),
    };
    let mut told = Problems::none();
    problems.into_iter().map(named).for_each(|problem| told.push(problem));
    Error::Refused(told).into()
}

fn named(problem: Problem) -> Problem {
    let documented = refusal::vendor_code(problem.code) != refusal::vendor_code(refusal::INVALID)
        || refusal::sentence(problem.code) == problem.message;
    match &problem.field {
        Some(field) if !documented => {
            let message = format!("{field}: {}", problem.message).into();
            Problem { message, ..problem }
        }
        _ => problem,
    }
}
