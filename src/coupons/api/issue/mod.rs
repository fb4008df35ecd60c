//! Coupons issued by programs: one, one from each of several series, many of one (spec/coupons.md
//! 6.4–6.6). What stands against the call as a whole is a refusal; what stands against one series of
//! several, or cuts a number short, is told beside what was issued.

mod bulk;
mod multiple;
mod reading;

use axum::extract::State;
use axum::response::IntoResponse;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Body, Caller, Faults, Query, Resource, Result as Answered};
use crate::base::act::Act;
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::{CouponId, SeriesId};
use crate::coupons::api::CouponCodes;
use crate::coupons::api::answers::{CouponStatusCode, CustomerSummary};
use crate::coupons::api::once::{Sent, once};
use crate::coupons::api::outcome::merged;
use crate::coupons::api::times::DayStart;
use crate::coupons::coupon::Coupon;
use crate::coupons::issuing::{self, Given, Want};
use crate::coupons::series::Series;
use crate::coupons::{expiry, refusal, store};

use reading::{CouponIssueCustomer, CouponIssueMetadata};

/// The calls that issue.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(issue))
        .routes(routes!(bulk::bulk))
        .routes(routes!(multiple::multiple))
}

/// A customer who is to get a coupon.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct CouponIssueRequest {
    /// Of which series.
    #[schema(example = 544770)]
    series_id: i64,
    customer: CouponIssueCustomer,
    metadata: Option<CouponIssueMetadata>,
}

/// An issued coupon.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssuedCoupon {
    /// As it is kept.
    code: String,
    series_id: SeriesId,
    /// The offer's name.
    description: String,
    discount_code: String,
    /// Its last day.
    valid_till: DayStart,
    /// `ABS` or `PERC`.
    discount_type: &'static str,
    discount_value: f64,
    discount_upto: f64,
    discount_on: String,
    detailed_info: String,
    /// How often it was redeemed: of a coupon given again it may be more than 0.
    redemption_count: i32,
    id: CouponId,
}

impl IssuedCoupon {
    fn of(coupon: &Coupon, series: &Series, zone: Tz) -> Self {
        IssuedCoupon {
            code: coupon.code.clone(),
            series_id: series.id,
            description: series.description.clone(),
            discount_code: series.discount.code.clone(),
            valid_till: DayStart::at(expiry::of_coupon(coupon, series, zone).shown, zone),
            discount_type: series.discount.kind.wire(),
            discount_value: series.discount.value,
            discount_upto: series.discount.upto,
            discount_on: series.discount.on.clone(),
            detailed_info: series.words.info.clone(),
            redemption_count: coupon.redeemed,
            id: coupon.id,
        }
    }
}

/// An issued coupon with its holder.
#[derive(Debug, Serialize, ToSchema)]
struct IssuedCouponAnswer {
    #[serde(flatten)]
    coupon: IssuedCoupon,
    customer: Option<CustomerSummary>,
    /// What happened besides.
    warnings: Vec<CouponStatusCode>,
}

/// Issue a coupon
///
/// Over the limit of a customer the coupon they hold is answered again, where the series says so.
#[utoipa::path(
    post,
    path = "/v2/coupon/issue",
    operation_id = "issueCoupon",
    tag = "Coupons",
    request_body = CouponIssueRequest,
    responses((status = 200, description = "The coupon.", body = IssuedCouponAnswer))
)]
async fn issue(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
    query: Query,
    body: Body,
) -> Answered<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let series = reading::series(&root, &mut faults);
    let metadata = reading::metadata(&root, &mut faults);
    let who = reading::whom(&root, &mut faults);
    faults.into_result()?;
    let holder = reading::holder(&app, &permit, &query, &who).await?;
    let want = Want::one(series, holder.id, reading::origin(metadata));
    let customer = reading::summary(&app, &permit, holder.id).await?;
    let (named, zone) = (sent.with(&permit, &body), permit.zone());
    let done = once(&app, &permit, named, move |act| {
        Box::pin(async move {
            let (given, series) = give(act, want).await?;
            let coupon = given.coupons.first().ok_or_else(|| refused("pool_empty"))?;
            let coupon = IssuedCoupon::of(coupon, &series, zone);
            Ok(IssuedCouponAnswer { coupon, customer, warnings: merged(Some(holder)) })
        })
    });
    Ok(done.await?.into_response())
}

/// Meets one want, or refuses the call and writes nothing.
async fn give(act: &mut Act, want: Want) -> Result<(Given, Series)> {
    let id = want.series;
    let outcome = issuing::issue(act, &[want]).await?.pop();
    let given = outcome.ok_or_else(|| refused("series_unknown"))??;
    let org = act.org();
    let series = store::series::find(act.db(), org, id).await?;
    Ok((given, series.ok_or_else(|| refused("series_unknown"))?))
}

fn refused(word: &'static str) -> crate::base::error::Error {
    refusal::problem(word).into()
}
