//! Taking files in.

use axum::extract::multipart::Multipart;
use axum::extract::{Path, State};
use utoipa::ToSchema;

use super::answers::{
    CouponFileAnswer, CouponUploadJob, CouponUploads, RedeemedCouponUploadJob,
    RedeemedCouponUploads, answer, kept_as,
};
use super::form::Form;
use super::{Part, UploadCodes, series, writes};
use crate::api::{Caller, Fault, Permit, Result, Trouble};
use crate::base::app::App;
use crate::base::csv::read::Header;
use crate::base::error::Error;
use crate::base::ids::SeriesId;
use crate::imports::actions::{self, By};
use crate::imports::import::{Import, Options};
use crate::imports::mapping::Mapping;
use crate::imports::store::StoredFile;
use crate::imports::{source, store};

/// A file of codes or identifiers.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the form; it is read part by part")]
pub struct CouponFileForm {
    /// CSV; the first line is a header.
    #[schema(value_type = String, format = Binary)]
    file: String,
    /// `MOBILE`, `EXTERNAL_ID`, `EMAIL`, `USER_ID` or, for ready codes, `NOT_TAGGED`.
    #[schema(example = "MOBILE")]
    customer_identifier: String,
    /// Which column identifies the customer, counted from 0; the first when absent.
    #[schema(value_type = Option<String>, example = "0")]
    customer_identifier_column: Option<String>,
}

/// A file of redemptions.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the form; it is read part by part")]
pub struct RedeemedCouponFileForm {
    /// CSV; the first line is a header.
    #[schema(value_type = String, format = Binary)]
    file: String,
    /// `MOBILE`, `EXTERNAL_ID`, `EMAIL` or `USER_ID`.
    #[schema(example = "USER_ID")]
    customer_identifier: String,
    /// `COUPON_ID` or `COUPON_CODE`.
    #[schema(example = "COUPON_CODE")]
    coupon_identifier: String,
    /// JSON: which column is what, counted from 0.
    #[schema(example = r#"{"redeemedDateInMillis":0,"userId":1,"couponCode":2}"#)]
    upload_headers: String,
}

/// Upload coupons
///
/// For a series of generated codes or with a common code each row names a customer, who gets one. For a
/// series of ready codes each row is a code, for stock or for the customer it names. Rows are taken in
/// their order under the rules of issuing; the refused ones can be fetched with their reasons.
#[utoipa::path(
    post,
    path = "/coupon/api/v1/upload/file/{couponSeriesId}",
    operation_id = "uploadCoupons",
    tag = "Coupon uploads",
    params(("couponSeriesId" = i64, Path, description = "The series.", example = 311_025)),
    request_body(content = CouponFileForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The upload has begun.", body = CouponFileAnswer<CouponUploads>))
)]
pub async fn codes(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    parts: Multipart,
) -> Result<UploadCodes> {
    let permit = writes(caller)?;
    let mut db = app.read(permit.org()).await?;
    let series = series(&mut db, &permit, &id).await?;
    drop(db);
    let form = Form::read(&app, &permit, parts).await?;
    let (file, header) = file(&app, &permit, &form).await?;
    let mapping = form.of_codes(&header, series.handling)?;
    let import = begin(&app, &permit, "coupons", file, mapping, series.id).await?;
    Ok(answer(CouponUploads {
        org_id: permit.org().get(),
        coupon_series_id: series.id.get(),
        file_name: Some(kept_as(&import, series.id)),
        upload_job_statuses: vec![CouponUploadJob::new(&import, series.id)],
    }))
}

/// Upload redeemed coupons
///
/// Redemptions that happened elsewhere. A row that is there already, by coupon, customer and instant, is
/// left alone.
#[utoipa::path(
    post,
    path = "/coupon/api/v1/upload/redeemFile/{couponSeriesId}",
    operation_id = "uploadRedeemedCoupons",
    tag = "Coupon uploads",
    params(("couponSeriesId" = i64, Path, description = "The series.", example = 253_234)),
    request_body(content = RedeemedCouponFileForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The upload has begun.", body = CouponFileAnswer<RedeemedCouponUploads>))
)]
pub async fn redemptions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    parts: Multipart,
) -> Result<UploadCodes> {
    let permit = writes(caller)?;
    let mut db = app.read(permit.org()).await?;
    let series = series(&mut db, &permit, &id).await?;
    drop(db);
    let form = Form::read(&app, &permit, parts).await?;
    let (file, header) = file(&app, &permit, &form).await?;
    let mapping = form.of_redemptions(&header)?;
    let import = begin(&app, &permit, "redeemed-coupons", file, mapping, series.id).await?;
    Ok(answer(RedeemedCouponUploads {
        org_id: permit.org().get(),
        coupon_series_id: series.id.get(),
        file_name: Some(kept_as(&import, series.id)),
        redeem_upload_job_statuses: vec![RedeemedCouponUploadJob::new(&import, series.id)],
    }))
}

/// The stored file of a form, and its header.
async fn file(app: &App, permit: &Permit, form: &Form) -> Part<(StoredFile, Header)> {
    let missing = || Trouble::bad(Fault::new(400, "file is mandatory"));
    let file = form.file.clone().ok_or_else(missing)?;
    let head = source::head(&app.db, permit.org(), file.id, file.dialect, 1).await?;
    let (header, _) = head.map_err(Error::from)?;
    Ok((file, header))
}

/// Begins the check; the run follows by itself.
async fn begin(
    app: &App,
    permit: &Permit,
    kind: &'static str,
    file: StoredFile,
    mapping: Mapping,
    series: SeriesId,
) -> Part<Import> {
    let org = permit.org();
    let id = app
        .act(permit.actor(), move |act| {
            Box::pin(async move {
                let about = Some(series.get());
                let id = actions::create(act, kind, &file, &mapping, about).await?;
                let options = actions::options(act, id).await?;
                let options = Options { take_good_rows: true, straight_on: true, ..options };
                actions::begin_check(act, id, mapping, options, "", By::Worker).await?;
                Ok(id)
            })
        })
        .await?;
    let mut db = app.read(org).await?;
    Ok(store::find(&mut *db, org, id).await?.ok_or(Error::NotFound)?)
}
