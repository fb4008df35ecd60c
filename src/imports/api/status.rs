//! What became of files.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use bytes::Bytes;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::answers::{
    CouponFileAnswer, CouponUploadJob, CouponUploads, RedeemedCouponUploadJob,
    RedeemedCouponUploads, answer,
};
use super::{UploadCodes, reads, series};
use crate::api::{Caller, Result};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::ImportId;
use crate::imports::result::{self, What};
use crate::imports::store;

/// Uploads of a series that are told: the latest.
const SHOWN: i64 = 500;

/// Get the uploads of a series
///
/// Its latest 500, the newest last.
#[utoipa::path(
    get,
    path = "/coupon/api/v1/upload/getUploadStatus/{couponSeriesId}",
    operation_id = "getCouponUploads",
    tag = "Coupon uploads",
    params(("couponSeriesId" = i64, Path, description = "The series.", example = 535_521)),
    responses((status = 200, description = "The uploads.", body = CouponFileAnswer<CouponUploads>))
)]
pub async fn codes(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<UploadCodes> {
    let permit = reads(caller)?;
    let mut db = app.read(permit.org()).await?;
    let series = series(&mut db, &permit, &id).await?.id;
    let found = store::about(&mut *db, permit.org(), "coupons", series.get(), SHOWN).await?;
    Ok(answer(CouponUploads {
        org_id: permit.org().get(),
        coupon_series_id: series.get(),
        upload_job_statuses: found.iter().map(|one| CouponUploadJob::new(one, series)).collect(),
        file_name: None,
    }))
}

/// Get the uploads of redemptions of a series
///
/// Its latest 500, the newest last.
#[utoipa::path(
    get,
    path = "/coupon/api/v1/upload/getUploadRedeemedCouponStatus/{couponSeriesId}",
    operation_id = "getRedeemedCouponUploads",
    tag = "Coupon uploads",
    params(("couponSeriesId" = i64, Path, description = "The series.", example = 253_234)),
    responses((status = 200, description = "The uploads.", body = CouponFileAnswer<RedeemedCouponUploads>))
)]
pub async fn redemptions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<UploadCodes> {
    let permit = reads(caller)?;
    let mut db = app.read(permit.org()).await?;
    let series = series(&mut db, &permit, &id).await?.id;
    let kind = "redeemed-coupons";
    let found = store::about(&mut *db, permit.org(), kind, series.get(), SHOWN).await?;
    let jobs = found.iter().map(|one| RedeemedCouponUploadJob::new(one, series));
    Ok(answer(RedeemedCouponUploads {
        org_id: permit.org().get(),
        coupon_series_id: series.get(),
        redeem_upload_job_statuses: jobs.collect(),
        file_name: None,
    }))
}

/// Fetch the refused rows of an upload
///
/// The columns of the file, and why each row was refused.
#[utoipa::path(
    get,
    path = "/coupon/api/v1/upload/errorFile/{jobId}",
    operation_id = "getCouponUploadErrors",
    tag = "Coupon uploads",
    params(("jobId" = i64, Path, description = "The upload's number.", example = 220_605)),
    responses((status = 200, description = "CSV.", body = String, content_type = "text/csv"))
)]
pub async fn errors(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<UploadCodes> {
    let permit = reads(caller)?;
    let id: ImportId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(permit.org()).await?;
    let import = store::find(&mut *db, permit.org(), id).await?;
    drop(db);
    // Only files of this door: what else was brought in is not for everybody's eyes.
    let ours = import.filter(|import| import.options.about.is_some());
    let import = ours.ok_or(Error::NotFound)?;
    let (sender, pieces) = tokio::sync::mpsc::channel(4);
    let (org, deeds) = (permit.org(), app.deeds.clone());
    deeds.spawn(async move { result::send(&app, org, &import, What::Failed, sender).await });
    let pieces = ReceiverStream::new(pieces).map(|piece: crate::base::error::Result<Vec<u8>>| {
        piece.map(Bytes::from).map_err(|error| std::io::Error::other(error.to_string()))
    });
    let kind = [(axum::http::header::CONTENT_TYPE, "text/csv; charset=utf-8")];
    Ok((kind, Body::from_stream(pieces)).into_response())
}
