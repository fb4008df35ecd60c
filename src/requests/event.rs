//! `requestWorkflowEvent`: the outside hears of a request when it is made and when it ends.

use serde_json::json;
use uuid::Uuid;

use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::outbox::{self, Outgoing};
use crate::requests::request::{Request, State};
use crate::requests::wire;

/// Puts the event of a request's present state out.
pub async fn tell(act: &mut Act, request: &Request) -> Result<()> {
    let (org, now, id) = (act.org(), act.now().timestamp_millis(), Uuid::new_v4());
    let mut data = json!({
        "requestId": request.id,
        "requestType": request.call.kind.in_event(),
        "requesterId": request.maker.id,
        "currentRequestState": request.state().word(),
        "updateTime": now,
        "requestAttributes": { "body": wire::body(&request.call) },
    });
    if let Some(end) = &request.end {
        data["previousRequestState"] = json!(State::Waiting.word());
        if let Some(checker) = &end.checker {
            data["checkerId"] = json!(checker.id);
        }
        if let Some(message) = &end.message {
            data["comment"] = json!(message);
        }
    }
    let payload = json!({
        "eventName": "requestWorkflowEvent",
        "eventId": id,
        "orgId": org,
        "refId": format!("{org}_{}", request.id),
        "apiRequestId": act.actor().request_id,
        "createdAt": now,
        "data": data,
        "loyaltyEventId": null,
    });
    outbox::put(act, &[Outgoing { id, name: "requestWorkflowEvent", payload }]).await
}
