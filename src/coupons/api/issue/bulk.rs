//! One coupon from each of several series for one customer (spec/coupons.md 6.5).

use axum::extract::State;
use axum::response::IntoResponse;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Body, Caller, Fault, Faults, Node, Query, Resource, Result as Answered};
use crate::base::act::Act;
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::SeriesId;
use crate::coupons::api::CouponCodes;
use crate::coupons::api::answers::CouponStatusCode;
use crate::coupons::api::issue::IssuedCoupon;
use crate::coupons::api::issue::reading::{self, CouponIssueCustomer, CouponIssueMetadata};
use crate::coupons::api::once::{Sent, once};
use crate::coupons::issuing::{self, Outcome, Want};
use crate::coupons::series::Series;
use crate::coupons::store;

/// The most series of one call.
const MOST: usize = 50;

/// A customer who is to get a coupon of each of several series.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct CouponBulkIssueRequest {
    /// Of which series, at most 50; one that stands twice gives two.
    #[schema(example = json!([544770, 553379]))]
    series_ids: Vec<i64>,
    customer: CouponIssueCustomer,
    metadata: Option<CouponIssueMetadata>,
}

/// What became of the call.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponBulkIssueAnswer {
    /// By the numbers of the series.
    response: Vec<CouponBulkIssueLine>,
    total_count: usize,
    failure_count: usize,
}

/// What became of one series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponBulkIssueLine {
    /// The series.
    entity_id: SeriesId,
    /// null where none was issued.
    #[schema(required)]
    result: Option<IssuedCoupon>,
    errors: Vec<CouponStatusCode>,
    warnings: Vec<CouponStatusCode>,
}

impl CouponBulkIssueLine {
    fn of(id: SeriesId, outcome: &Outcome, all: &[Series], zone: Tz) -> Self {
        let series = all.iter().find(|series| series.id == id);
        let coupon = outcome.as_ref().ok().and_then(|given| given.coupons.first());
        CouponBulkIssueLine {
            entity_id: id,
            result: coupon.zip(series).map(|(coupon, of)| IssuedCoupon::of(coupon, of, zone)),
            errors: outcome.as_ref().err().map(CouponStatusCode::refused).into_iter().collect(),
            warnings: Vec::new(),
        }
    }
}

/// Issue a coupon of each of several series
///
/// Each series is handled by itself: what stands against one is told in its line and stops no other.
#[utoipa::path(
    post,
    path = "/v2/coupon/bulk/issue",
    operation_id = "bulkIssueCoupons",
    tag = "Coupons",
    params(
        ("source" = Option<String>, Query, description = "Where the customer is looked for; INSTORE where nothing is said.", example = "INSTORE"),
        ("accountId" = Option<String>, Query, description = "The account, for every source but INSTORE."),
    ),
    request_body = CouponBulkIssueRequest,
    responses((status = 200, description = "What became of each.", body = CouponBulkIssueAnswer))
)]
pub(super) async fn bulk(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
    query: Query,
    body: Body,
) -> Answered<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let ids = ids(&root, &mut faults);
    let metadata = reading::metadata(&root, &mut faults);
    let who = reading::whom(&root, &mut faults);
    faults.into_result()?;
    let holder = reading::holder(&app, &permit, &query, &who).await?.id;
    let origin = reading::origin(metadata);
    let wants: Vec<Want> = ids.iter().map(|id| Want::one(*id, holder, origin.clone())).collect();
    let (named, zone) = (sent.with(&permit, &body), permit.zone());
    let done = once(&app, &permit, named, move |act| {
        Box::pin(async move {
            let (outcomes, series) = give_all(act, wants).await?;
            let lines = ids
                .iter()
                .zip(&outcomes)
                .map(|(id, outcome)| CouponBulkIssueLine::of(*id, outcome, &series, zone));
            let response: Vec<CouponBulkIssueLine> = lines.collect();
            let failure_count = outcomes.iter().filter(|outcome| outcome.is_err()).count();
            Ok(CouponBulkIssueAnswer { total_count: response.len(), response, failure_count })
        })
    });
    Ok(done.await?.into_response())
}

/// The series named, ascending; 756 where there are none, 1060 where there are too many.
fn ids(root: &Node<'_>, faults: &mut Faults) -> Vec<SeriesId> {
    let items = root.get("seriesIds").items(faults);
    if items.len() > MOST {
        faults.add(Fault::new(1060, format!("Batch limit size exceeded: at most {MOST} series")));
        return Vec::new();
    }
    let mut ids: Vec<SeriesId> =
        items.iter().filter_map(|item| item.integer(faults)).map(SeriesId::new).collect();
    if ids.is_empty() && faults.is_empty() {
        faults.add(reading::fault("series_id_blank"));
    }
    ids.sort_unstable();
    ids
}

async fn give_all(act: &mut Act, wants: Vec<Want>) -> Result<(Vec<Outcome>, Vec<Series>)> {
    let outcomes = issuing::issue(act, &wants).await?;
    let ids: Vec<SeriesId> = wants.iter().map(|want| want.series).collect();
    let org = act.org();
    Ok((outcomes, store::series::load(act.db(), org, &ids).await?))
}
