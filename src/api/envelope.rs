//! The vendor's envelopes, by family of path (spec/api-conventions.md 4).
//!
//! Known quirk: of v1.1 only failures are worded here; its successes are made in `v11`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::api::docs::Violation;
use crate::api::failure::{Fault, Trouble};

/// Which shape a path answers in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// E7: badges.
    Gateway,
    /// E6: the v2 resources.
    V2,
    /// E1: the v1.1 actions.
    V1,
    /// E11: tokens.
    Token,
}

impl Family {
    /// Of a path, by its head.
    pub fn of(path: &str) -> Self {
        let under = |prefix: &str| path.starts_with(prefix);
        if under("/v3/oauth") {
            Family::Token
        } else if under("/api_gateway/") || under("/v1/badges") || under("/badges/") {
            Family::Gateway
        } else if under("/v1/") || under("/v1.1/") {
            Family::V1
        } else {
            Family::V2
        }
    }

    /// A failure in this family's words.
    pub fn failure(self, trouble: &Trouble) -> Response {
        let faults = &trouble.faults;
        let body = match self {
            Family::Gateway => {
                let errors: Vec<Value> = faults.iter().map(referenced).collect();
                json!({ "data": null, "errors": errors, "warnings": null })
            }
            Family::V2 => {
                let errors: Vec<Value> = faults.iter().map(status_code).collect();
                json!({ "errors": errors, "warnings": [], "success": false })
            }
            Family::V1 => {
                let (code, message) = first(faults);
                let status = json!({ "success": "false", "code": code, "message": message });
                json!({ "response": { "status": status } })
            }
            Family::Token => {
                let (code, message) = first(faults);
                json!({ "data": null, "errors": [{ "code": code, "message": message }] })
            }
        };
        let mut response = (trouble.status, Json(body)).into_response();
        if let Some(seconds) = trouble.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if trouble.status == StatusCode::UNAUTHORIZED {
            let asks = HeaderValue::from_static("Basic realm=\"guerdon\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, asks);
        }
        response
    }
}

fn referenced(fault: &Fault) -> Value {
    json!({ "code": fault.code, "message": fault.message, "reference": fault.reference })
}

fn status_code(fault: &Fault) -> Value {
    json!({ "status": false, "code": fault.code, "message": fault.message })
}

fn first(faults: &[Fault]) -> (u32, &str) {
    faults
        .first()
        .map_or((500, "Requests have failed due to errors."), |fault| (fault.code, &fault.message))
}

/// What stands in `errors` and `warnings` of a badge answer that went well; it differs by endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// `[]` and `[]`.
    Empty,
    /// `null` and `null`.
    Null,
    /// `null` and `[]`.
    NullAndEmpty,
}

/// What a caller should know although the call went well.
#[derive(Debug, Serialize)]
pub struct Warning {
    /// Its number.
    pub code: u32,
    /// Its words.
    pub message: &'static str,
}

/// A badge call that went well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Gateway<T> {
    data: T,
    /// Nothing; null or empty, by endpoint.
    #[schema(value_type = Option<Vec<Violation>>)]
    errors: Option<[(); 0]>,
    /// Null or empty, by endpoint; rarely what the caller should know.
    #[schema(value_type = Option<Vec<Violation>>)]
    warnings: Option<Vec<Warning>>,
}

/// E7: a badge answer that went well.
pub fn gateway(data: impl Serialize, sides: Sides) -> Response {
    let errors = (sides == Sides::Empty).then_some([]);
    let warnings = (sides != Sides::Null).then(Vec::new);
    Json(Gateway { data, errors, warnings }).into_response()
}

/// The same with what the caller should know although it went well.
pub fn gateway_warned(data: impl Serialize, warnings: Vec<Warning>) -> Response {
    Json(Gateway { data, errors: Some([]), warnings: Some(warnings) }).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_family() {
        let of = [
            "/api_gateway/v1/badges/badgeMeta",
            "/v1/badges/group",
            "/v2/customers/search",
            "/v1.1/customer/get",
            "/v1/customer/get",
            "/v3/oauth/token/generate",
        ]
        .map(Family::of);
        use Family::{Gateway, Token, V1, V2};
        assert_eq!(of, [Gateway, Gateway, V2, V1, V1, Token]);
    }
}
