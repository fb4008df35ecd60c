//! Shapes that several answers about coupons share: the entity envelope, and an outcome told four times.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Fault;
use crate::coupons::api::answers::CouponStatusCode;
use crate::customers::Found;

/// E2: a call that went well, whatever became of its parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponEntity<T> {
    entity: T,
    /// What the caller should know although it went well.
    warnings: Vec<CouponStatusCode>,
    /// None.
    #[schema(value_type = Vec<CouponStatusCode>)]
    errors: [(); 0],
    /// `true`, even where no part went well: the counts tell.
    success: bool,
}

/// The answer of a call that went well.
pub fn entity(entity: impl Serialize, warnings: Vec<CouponStatusCode>) -> Response {
    Json(CouponEntity { entity, warnings, errors: [], success: true }).into_response()
}

/// What a caller is told who named a customer by a number or card that was merged away.
pub fn merged(found: Option<Found>) -> Vec<CouponStatusCode> {
    let merged = found.is_some_and(|found| found.merged);
    merged.then(|| Fault::new(91009, "Merged customer found").into()).into_iter().collect()
}

/// What became of something, in every spelling the reference gives it at once.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponOutcome {
    status_code: CouponStatusCode,
    /// None.
    #[schema(value_type = Vec<Object>)]
    warnings: [(); 0],
    /// None.
    #[schema(value_type = Vec<Object>)]
    warnings_as_status_code: [(); 0],
    message: String,
    code: u32,
    success: bool,
}

impl From<CouponStatusCode> for CouponOutcome {
    fn from(status: CouponStatusCode) -> Self {
        CouponOutcome {
            message: status.message.clone(),
            code: status.code,
            success: status.status,
            status_code: status,
            warnings: [],
            warnings_as_status_code: [],
        }
    }
}
