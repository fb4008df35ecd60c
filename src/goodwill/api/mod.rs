//! `/v1.1/request/…` and `/v2/customers/{id}/goodwillRequest` (spec/membercare.md 2.7).
//!
//! Who asks and who decides: whoever signs the call. To ask and to look takes coupons (*basic coupon*), to
//! approve, to reject and to approve in the same breath takes *approval requests*, both said by the access
//! group; nobody decides on their own request.
//!
//! Known quirks: of the reference's kinds of request only coupons out of goodwill are known; what was never
//! here (points, changed identifiers) is not found rather than refused. A count of requests stops at ten
//! thousand. Where a request was approved in the call that made it, `new_value` is the coupon's code.

mod answers;
mod ask;
mod decide;
mod look;
mod read;

use axum::http::StatusCode;
use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Codes;
use crate::api::v11::{Style, Verdict};
use crate::base::app::App;
use crate::goodwill::refusal;

/// How refusals about goodwill are numbered.
#[derive(Debug, Clone, Copy)]
pub enum GoodwillCodes {}

impl Codes for GoodwillCodes {
    const MISSING: &'static str = "Request id is invalid";
    const MISSING_CODE: u32 = 9013;

    fn number(word: &str) -> u32 {
        refusal::number(word)
    }

    fn status(_word: &str) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// Number and sentence of each refusal about goodwill, for the API's reference.
pub fn codes() -> Vec<(u32, &'static str)> {
    let mut codes: Vec<_> =
        refusal::TABLE.iter().map(|(_, number, sentence)| (*number, *sentence)).collect();
    codes.push((SAME_REJECTS, "Same user cannot request and approve: ask somebody else"));
    codes.sort_unstable();
    codes.dedup_by_key(|(number, _)| *number);
    codes
}

/// How the status of a call is written: as its endpoint does, or, where every item failed, as all refusals
/// of the family are.
fn style(verdict: Verdict, usual: Style) -> Style {
    if verdict.http() == StatusCode::OK { usual } else { Style::Words }
}

/// The number of one's own request where it is rejected; approving has another.
const SAME_REJECTS: u32 = 9056;

/// What programs may ask about goodwill.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(ask::add))
        .routes(routes!(decide::approve))
        .routes(routes!(decide::reject))
        .routes(routes!(look::list))
        .routes(routes!(look::logs))
        .routes(routes!(look::of_customer))
        .route("/v1/request/add", post(ask::add))
        .route("/v1/request/approve", post(decide::approve))
        .route("/v1/request/reject", post(decide::reject))
        .route("/v1/request/get", get(look::list))
        .route("/v1/request/logs", get(look::logs))
}
