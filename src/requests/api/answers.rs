//! What a request looks like in an answer.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::requests::request::{Request, State};
use crate::requests::wire;

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestAnswer {
    data: RequestData,
}

/// Requests.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestList {
    data: Vec<RequestData>,
}

impl RequestAnswer {
    pub(super) fn of(request: &Request, zone: Tz) -> Self {
        RequestAnswer { data: RequestData::of(request, zone) }
    }
}

impl RequestList {
    pub(super) fn of(requests: &[Request], zone: Tz) -> Self {
        RequestList { data: requests.iter().map(|one| RequestData::of(one, zone)).collect() }
    }
}

/// A request as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RequestData {
    /// Its id.
    #[schema(value_type = String, example = "ef1bc378-a4d4-11ee-b2a9-462516199fc5")]
    request_id: Uuid,
    /// The number of whoever asked.
    user_id: Option<i64>,
    /// Their name.
    user_name: String,
    /// `earn-badge` or `issue-badge`.
    #[schema(example = "earn-badge")]
    request_type: &'static str,
    /// `AdminTask` while it waits; then `approved`, `failed` or `rejected`.
    #[schema(example = "AdminTask")]
    state: &'static str,
    /// When it was asked for, in the brand's zone.
    #[schema(example = "2023-12-27T21:58:14")]
    start_time: String,
    /// When it ended, in the brand's zone.
    #[schema(example = "2023-12-27T21:58:21")]
    end_time: Option<String>,
    /// The call, the decision and the call's answer.
    details: RequestDetails,
}

/// The call, the decision and the call's answer.
#[derive(Debug, Serialize, ToSchema)]
struct RequestDetails {
    /// The call that waits, in its frame.
    #[serde(rename = "IntouchAPITask-Payload")]
    #[schema(value_type = Object)]
    task: Value,
    /// The decision.
    #[serde(rename = "AdminTask-Payload", skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionSaid>,
    /// `true`.
    #[serde(rename = "ValidateMakerAccess_Output")]
    maker_may: bool,
    /// The decision in a word.
    #[serde(rename = "AdminTask_Output", skip_serializing_if = "Option::is_none")]
    decided: Option<&'static str>,
    /// `true`.
    #[serde(rename = "ValidatePayload_Output")]
    valid: bool,
    /// Status, headers and body of the call's answer.
    #[serde(rename = "IntouchAPITask_Output", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    outcome: Option<Value>,
    /// `true`.
    #[serde(rename = "ValidateCheckerAccess_Output", skip_serializing_if = "Option::is_none")]
    checker_may: Option<bool>,
}

/// The decision as it was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecisionSaid {
    /// `approved` or `rejected`.
    action_decision: &'static str,
    /// What whoever asked is told.
    action_message: String,
}

impl RequestData {
    fn of(request: &Request, zone: Tz) -> Self {
        let end = request.end.as_ref();
        RequestData {
            request_id: request.id,
            user_id: request.maker.id,
            user_name: request.maker.name.clone(),
            request_type: request.call.kind.word(),
            state: request.state().word(),
            start_time: local(request.made_on, zone),
            end_time: end.map(|end| local(end.on, zone)),
            details: RequestDetails::of(request),
        }
    }
}

impl RequestDetails {
    fn of(request: &Request) -> Self {
        let end = request.end.as_ref().filter(|end| end.checker.is_some());
        let word = end.map(|end| match end.state {
            State::Rejected => "rejected",
            _ => "approved",
        });
        RequestDetails {
            task: wire::task(request),
            decision: end.zip(word).map(|(end, word)| DecisionSaid {
                action_decision: word,
                action_message: end.message.clone().unwrap_or_default(),
            }),
            maker_may: true,
            decided: word,
            valid: true,
            outcome: request.end.as_ref().and_then(|end| end.outcome.clone()),
            checker_may: end.map(|_| true),
        }
    }
}

fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S").to_string()
}
