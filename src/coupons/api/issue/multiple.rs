//! Many coupons of one series for one customer, in one act (spec/coupons.md 6.6).

use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::{Body, Caller, Faults, Query, Resource, Result as Answered};
use crate::base::app::App;
use crate::base::ids::CouponId;
use crate::coupons::api::CouponCodes;
use crate::coupons::api::answers::{CouponStatusCode, CustomerSummary};
use crate::coupons::api::issue::give;
use crate::coupons::api::issue::reading::{self, CouponIssueCustomer, CouponIssueMetadata};
use crate::coupons::api::once::{Sent, once};
use crate::coupons::api::outcome::merged;
use crate::coupons::coupon::Coupon;
use crate::coupons::issue_checks;
use crate::coupons::issuing::{Given, Want};
use crate::coupons::series::Series;
use crate::customers::Found;

/// A customer who is to get several coupons.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub(super) struct CouponIssueMultipleRequest {
    /// Of which series.
    #[schema(example = 415446)]
    series_id: i64,
    /// How many, 1 to 500; 1 where nothing is said.
    #[schema(example = 2)]
    count: Option<i64>,
    customer: CouponIssueCustomer,
    metadata: Option<CouponIssueMetadata>,
}

/// One of the coupons.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct IssuedCouponLine {
    code: String,
    coupon_id: CouponId,
}

impl From<&Coupon> for IssuedCouponLine {
    fn from(coupon: &Coupon) -> Self {
        IssuedCouponLine { code: coupon.code.clone(), coupon_id: coupon.id }
    }
}

/// The series, reduced: only what a till prints is real, the rest is the same for every series.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct IssuedCouponConfig {
    #[schema(value_type = Object)]
    custom_property_map: Map<String, Value>,
    description: String,
    discount_code: String,
    info: String,
    discount_upto: f64,
    discount_value: f64,
    discount_on: String,
    discount_type: &'static str,
    id: i64,
    issue_to_loyalty: bool,
    num_uploaded_non_issued: i64,
    num_uploaded_total: i64,
    redemption_valid_after_days: i32,
    owner_id: i64,
    owner_validity: i64,
    alpha_numeric: bool,
    short_code_length: i32,
    random_code_length: i32,
    fixed_expiry_date: i64,
    num_total: i64,
    latest_issual_time: i64,
    latest_redemption_time: i64,
    external_issual: bool,
    update_product_data: bool,
}

impl IssuedCouponConfig {
    fn of(series: &Series) -> Self {
        IssuedCouponConfig {
            custom_property_map: series.words.properties.clone().unwrap_or_default(),
            description: series.description.clone(),
            discount_code: series.discount.code.clone(),
            info: series.words.info.clone(),
            discount_upto: series.discount.upto,
            discount_value: series.discount.value,
            discount_on: series.discount.on.clone(),
            discount_type: series.discount.kind.wire(),
            ..IssuedCouponConfig::default()
        }
    }
}

/// The coupons issued, and why not all.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct IssuedCouponsAnswer {
    coupons: Vec<IssuedCouponLine>,
    coupon_config: IssuedCouponConfig,
    /// How many were asked for.
    total_count: i64,
    failure_count: i64,
    success_count: i64,
    customer: Option<CustomerSummary>,
    /// Why not all were issued: 5001, 5002, 5004 or 5006.
    errors: Vec<CouponStatusCode>,
    /// What happened besides.
    warnings: Vec<CouponStatusCode>,
}

/// Issue many coupons
///
/// Up to 500 of one series to one customer, all in one transaction. As many as the limits allow are
/// issued; what stands against the rest is told in `errors`. Where none can be issued the call is
/// refused.
#[utoipa::path(
    post,
    path = "/v2/coupon/issue/multiple",
    operation_id = "issueCoupons",
    tag = "Coupons",
    request_body = CouponIssueMultipleRequest,
    responses((status = 200, description = "The coupons.", body = IssuedCouponsAnswer))
)]
pub(super) async fn multiple(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
    query: Query,
    body: Body,
) -> Answered<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let (root, mut faults) = (body.root(), Faults::default());
    let series = reading::series(&root, &mut faults);
    let asked = root.get("count").integer(&mut faults);
    let count = issue_checks::count(asked).unwrap_or_else(|word| {
        faults.add(reading::fault(word));
        1
    });
    let metadata = reading::metadata(&root, &mut faults);
    let who = reading::whom(&root, &mut faults);
    faults.into_result()?;
    let holder = reading::holder(&app, &permit, &query, &who).await?;
    let origin = reading::origin(metadata);
    let want = Want { series, customer: holder.id, count, several: true, origin };
    let customer = reading::summary(&app, &permit, holder.id).await?;
    let named = sent.with(&permit, &body);
    let done = once(&app, &permit, named, move |act| {
        Box::pin(async move {
            let (given, series) = give(act, want).await?;
            Ok(IssuedCouponsAnswer::of(&given, &series, count, customer, holder))
        })
    });
    Ok(done.await?.into_response())
}

impl IssuedCouponsAnswer {
    /// Of so many coupons asked for, and who holds them.
    fn of(
        given: &Given,
        series: &Series,
        count: i64,
        customer: Option<CustomerSummary>,
        holder: Found,
    ) -> Self {
        let done = i64::try_from(given.coupons.len()).unwrap_or(count);
        IssuedCouponsAnswer {
            coupons: given.coupons.iter().map(IssuedCouponLine::from).collect(),
            coupon_config: IssuedCouponConfig::of(series),
            total_count: count,
            failure_count: count - done,
            success_count: done,
            customer,
            errors: given.short.iter().map(CouponStatusCode::refused).collect(),
            warnings: merged(Some(holder)),
        }
    }
}
