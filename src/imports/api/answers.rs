//! What the calls answer.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::ids::SeriesId;
use crate::imports::import::{Import, State};

/// A call about files that went well.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponFileAnswer<T> {
    /// `true`.
    #[schema(example = true)]
    success: bool,
    /// The HTTP status once more.
    #[schema(example = 200)]
    status: u16,
    /// What was asked for.
    result: T,
}

/// E9.
pub fn answer(result: impl Serialize) -> Response {
    Json(CouponFileAnswer { success: true, status: 200, result }).into_response()
}

/// The uploads of a series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponUploads {
    /// The brand.
    pub org_id: i64,
    /// The series.
    pub coupon_series_id: i64,
    /// Its uploads, the oldest first.
    pub upload_job_statuses: Vec<CouponUploadJob>,
    /// What the file is kept as; only when one was just sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// The uploads of redemptions of a series.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedeemedCouponUploads {
    /// The brand.
    pub org_id: i64,
    /// The series.
    pub coupon_series_id: i64,
    /// Its uploads, the oldest first.
    pub redeem_upload_job_statuses: Vec<RedeemedCouponUploadJob>,
    /// What the file is kept as; only when one was just sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

/// One file of codes or identifiers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponUploadJob {
    /// Its number.
    pub job_id: i64,
    /// `STARTED`, `FINISHED` (also when every row was refused) or `FAILED`.
    #[schema(example = "FINISHED")]
    pub upload_status: &'static str,
    /// What became of it.
    #[serde(flatten)]
    pub file: CouponFile,
    /// Always 0.
    pub audience_group_id: i64,
    /// Always 0.
    pub audience_group_version_id: i64,
}

/// One file of redemptions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedeemedCouponUploadJob {
    /// Its number.
    pub job_id: i64,
    /// `QUEUED`, `COMPLETED` (also when every row was refused) or `FAILED`.
    #[schema(example = "COMPLETED")]
    pub upload_redeemed_coupon_status: &'static str,
    /// What became of it.
    #[serde(flatten)]
    pub file: CouponFile,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponFile {
    /// When it came, in milliseconds since 1970.
    #[schema(example = "1716811570000")]
    pub created_on: String,
    /// When it last moved on, likewise.
    #[schema(example = "1716811574000")]
    pub updated_on: String,
    /// Where the refused rows can be fetched, each with its reason; null while there are none.
    #[schema(required)]
    pub error_file_url: Option<String>,
    /// Null.
    #[schema(required)]
    pub success_file_url: Option<String>,
    /// What the file is kept as.
    pub uploaded_file_url: String,
    /// Rows of the file, once counted.
    pub total_uploaded_count: i64,
    /// Rows dealt with.
    pub actual_row_count: i64,
    /// Rows refused.
    pub error_count: i64,
    /// Null.
    #[schema(required)]
    pub upload_table_name: Option<String>,
    /// What the file was called.
    pub uploaded_file_name: String,
}

impl CouponFile {
    fn new(import: &Import, series: SeriesId) -> Self {
        let counts = if import.did.total() > 0 { import.did } else { import.will };
        let last = import.finished_at.or(import.heartbeat_at).unwrap_or(import.created_at);
        let errors =
            (counts.errors > 0).then(|| format!("/coupon/api/v1/upload/errorFile/{}", import.id));
        CouponFile {
            created_on: import.created_at.timestamp_millis().to_string(),
            updated_on: last.timestamp_millis().to_string(),
            error_file_url: errors.filter(|_| !import.state.is_busy()),
            success_file_url: None,
            uploaded_file_url: kept_as(import, series),
            total_uploaded_count: import.rows_total.unwrap_or(0),
            actual_row_count: counts.total(),
            error_count: counts.errors,
            upload_table_name: None,
            uploaded_file_name: import.file_name.clone(),
        }
    }
}

/// `<name>_<epoch milliseconds>_<series>.csv`.
pub fn kept_as(import: &Import, series: SeriesId) -> String {
    format!("{}_{}_{series}.csv", import.stem(), import.created_at.timestamp_millis())
}

impl CouponUploadJob {
    /// Of an import of the kind `coupons`.
    pub fn new(import: &Import, series: SeriesId) -> Self {
        CouponUploadJob {
            job_id: import.id.get(),
            upload_status: stage(import.state, "STARTED", "FINISHED"),
            file: CouponFile::new(import, series),
            audience_group_id: 0,
            audience_group_version_id: 0,
        }
    }
}

impl RedeemedCouponUploadJob {
    /// Of an import of the kind `redeemed-coupons`.
    pub fn new(import: &Import, series: SeriesId) -> Self {
        RedeemedCouponUploadJob {
            job_id: import.id.get(),
            upload_redeemed_coupon_status: stage(import.state, "QUEUED", "COMPLETED"),
            file: CouponFile::new(import, series),
        }
    }
}

/// A state in the reference's two words, and ours for what cannot be read.
const fn stage(state: State, under_way: &'static str, over: &'static str) -> &'static str {
    match state {
        State::Mapping | State::Checking | State::Checked | State::Running => under_way,
        State::Done | State::Cancelled | State::Undoing | State::Undone => over,
        State::Failed => "FAILED",
    }
}
