//! What a request's call and its answer look like on the wire: in answers of the API, in events, and as
//! they are kept.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::api::Moment;
use crate::badges::codes;
use crate::badges::issuing::{Answer, Declined, Enrolled, Issued};
use crate::base::problem::Problems;
use crate::requests::request::{Call, Kind, Request};

/// The body of the badge call that waits.
pub fn body(call: &Call) -> Value {
    let mut body = Map::new();
    if call.owner.is_some() || call.reference.is_some() {
        let owner = call.owner.map(|owner| owner.wire());
        let trigger = json!({ "ownerType": owner, "referenceId": call.reference });
        body.insert("triggeredBy".to_owned(), trigger);
    }
    let (customers, event) = match call.kind {
        Kind::Issue => ("customerId", "earnEventDate"),
        Kind::Enrol => ("customers", "issueEventDate"),
    };
    let who = match call.kind {
        Kind::Issue => json!(call.customers.first()),
        Kind::Enrol => json!(call.customers),
    };
    body.insert(customers.to_owned(), who);
    body.insert("requestId".to_owned(), json!(call.request_id));
    body.insert("badgeMetaId".to_owned(), json!(call.badge));
    if let Some(at) = call.event {
        body.insert(event.to_owned(), moment(Some(at)));
    }
    Value::Object(body)
}

/// The path of the badge call that waits.
pub const fn path(kind: Kind) -> &'static str {
    match kind {
        Kind::Issue => "/api_gateway/v1/badges/customer/earn",
        Kind::Enrol => "/api_gateway/v1/badges/badgeMeta/customer/issueBulk",
    }
}

/// The frame a call was sent in with its body, as answers repeat it.
pub fn task(request: &Request) -> Value {
    let mut task = json!({
        "hostname": null,
        "path": path(request.call.kind),
        "method": "POST",
        "pathParams": {},
        "body": body(&request.call),
        "headers": { "content-type": "application/json" },
    });
    for key in ["hostname", "pathParams", "queryParams", "headers"] {
        if let Some(sent) = request.sent.frame.as_ref().and_then(|frame| frame.get(key)) {
            task[key] = sent.clone();
        }
    }
    task
}

/// An instant in seconds with a fraction.
fn moment(at: Option<DateTime<Utc>>) -> Value {
    at.and_then(|at| serde_json::to_value(Moment(at)).ok()).unwrap_or_default()
}

fn answered(status: u16, body: &Value) -> Value {
    json!({ "status": status, "headers": { "Content-Type": ["application/json"] }, "body": body })
}

fn well(data: &Value) -> Value {
    answered(200, &json!({ "data": data, "errors": [], "warnings": [] }))
}

/// The answer of an issue that went well.
pub fn issued(call: &Call, answer: &Answer<Issued>) -> Value {
    let first = answer.outcomes.first().and_then(|outcome| outcome.result.as_ref().ok());
    well(&json!({
        "badgeMetaId": call.badge,
        "customerId": call.customers.first(),
        "earnedBadgeId": first.map(|issued| issued.id),
        "expiresOn": moment(first.map(|issued| issued.expires_on)),
        "requestId": answer.request_id,
        "issuedId": first.and_then(|issued| issued.enrolment),
    }))
}

/// The answer of an enrolment, customer by customer.
pub fn enrolled(call: &Call, answer: &Answer<Enrolled>) -> Value {
    let one = |outcome: &crate::badges::issuing::Outcome<Enrolled>| match &outcome.result {
        Ok(enrolled) => json!({ "customerId": outcome.customer, "issuedId": enrolled.id }),
        Err(declined) => json!({
            "customerId": outcome.customer,
            "issuedId": declined.existing.map(|(id, _)| id),
            "error": error(declined),
        }),
    };
    let owner = call.owner.map(|owner| owner.wire());
    well(&json!({
        "badgeMetaId": call.badge,
        "triggeredBy": { "ownerType": owner, "referenceId": call.reference },
        "expiresOn": moment(answer.expires_on),
        "issuedBadges": answer.outcomes.iter().map(one).collect::<Vec<_>>(),
        "requestId": answer.request_id,
    }))
}

fn error(declined: &Declined) -> Value {
    let problem = &declined.problem;
    json!({ "code": codes::vendor_code(problem.code), "message": problem.message, "reference": null })
}

/// The answer of a call that was refused.
pub fn refused(problems: &Problems) -> Value {
    let one = |problem: &crate::base::problem::Problem| {
        let code = codes::vendor_code(problem.code);
        json!({ "code": code, "message": problem.message, "reference": problem.field })
    };
    let errors: Vec<Value> = problems.iter().map(one).collect();
    answered(400, &json!({ "data": null, "errors": errors, "warnings": null }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::badges::owners::Owner;
    use crate::base::ids::{BadgeId, CustomerId};

    #[test]
    fn a_call_is_said_as_it_would_be_sent() {
        let call = Call {
            kind: Kind::Enrol,
            badge: BadgeId::from_bytes([0xab; 12]),
            customers: vec![CustomerId::new(7)],
            request_id: "r-1".into(),
            event: None,
            owner: Some(Owner::GoodwillModule),
            reference: Some("134".into()),
        };
        let enrol = json!({
            "triggeredBy": { "ownerType": "Goodwill_Module", "referenceId": "134" },
            "customers": [7],
            "requestId": "r-1",
            "badgeMetaId": "abababababababababababab",
        });
        assert_eq!(body(&call), enrol);
        let event = DateTime::from_timestamp(1_800_000_000, 0);
        let call = Call { kind: Kind::Issue, owner: None, reference: None, event, ..call };
        let sent = body(&call);
        assert_eq!(sent["customerId"], 7);
        assert_eq!(sent["earnEventDate"].as_f64(), Some(1_800_000_000.0));
        assert!(sent.get("triggeredBy").is_none());
    }
}
