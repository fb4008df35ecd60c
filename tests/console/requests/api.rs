//! `/api_gateway/v2/request-workflow/…`, with the vendor's pairs.

use std::fs;
use std::path::Path;

use axum::http::Method;
use guerdon::orgs::access::NewTill;
use serde_json::{Value, json};

use super::House;
use crate::support::caller::{Caller, DIGEST, add_group, add_till};

const EARN: &str = "/api_gateway/v2/request-workflow/EARN-BADGE";
const ISSUE: &str = "/api_gateway/v2/request-workflow/ISSUE-BADGE";
const LIST: &str = "/api_gateway/v2/request-workflow/requests";

fn ask(house: &House, id: &str) -> Value {
    json!({
        "entityInfo": { "tillId": "1", "storeId": "2", "zoneId": "3", "conceptId": "4" },
        "payload": { "IntouchAPITask-Payload": {
            "hostname": "https://crm.example",
            "path": "/api_gateway/v1/badges/customer/earn",
            "method": "POST",
            "pathParams": {},
            "body": {
                "triggeredBy": { "ownerType": "Membercare", "referenceId": "123" },
                "customerId": house.customer,
                "requestId": id,
                "badgeMetaId": house.badge,
            },
            "headers": { "Authorization": "Basic c2VjcmV0", "content-type": "application/json" },
        } }
    })
}

fn decide(id: &str, decision: &str) -> Value {
    json!({
        "requestId": id,
        "actionName": "AdminTask",
        "payload": { "AdminTask-Payload": { "actionDecision": decision, "actionMessage": "as agreed" } }
    })
}

#[tokio::test]
async fn one_till_asks_and_another_approves() {
    let house = House::strict().await;
    let (maker, checker) =
        (Caller::till(&house.app, "maker").await, Caller::till(&house.app, "checker").await);
    let made = maker.post(EARN, ask(&house, "r-1")).await.is(200).json();
    let data = &made["data"];
    assert_eq!((&data["state"], &data["requestType"]), (&json!("AdminTask"), &json!("earn-badge")));
    assert_eq!(data["startTime"], "2026-12-05T10:00:00");
    assert_eq!(data["endTime"], Value::Null);
    assert_eq!(data["userName"], "maker");
    let task = &data["details"]["IntouchAPITask-Payload"];
    assert_eq!(task["headers"]["Authorization"], "***");
    assert_eq!(task["headers"]["content-type"], "application/json");
    assert!(!made.to_string().contains("c2VjcmV0"), "a secret came back");
    let kept = "select count(*) from approval_requests where sent::text like '%c2VjcmV0%'";
    assert_eq!(house.app.number(kept).await, 0);

    let id = data["requestId"].as_str().unwrap().to_owned();
    let own = maker.json(Method::PUT, EARN, decide(&id, "approved")).await.is(403).json();
    assert_eq!(own["errors"][0]["code"], 2001);
    let other = checker.json(Method::PUT, ISSUE, decide(&id, "approved")).await.is(400).json();
    assert_eq!(other["errors"][0]["code"], 2007);
    let done = checker.json(Method::PUT, EARN, decide(&id, "approved")).await.is(200).json();
    assert_eq!(done["data"]["state"], "approved");
    let details = &done["data"]["details"];
    assert_eq!(details["AdminTask-Payload"]["actionMessage"], "as agreed");
    assert_eq!(details["AdminTask_Output"], "approved");
    assert_eq!(details["IntouchAPITask_Output"]["status"], 200);
    let issued = &details["IntouchAPITask_Output"]["body"]["data"];
    assert_eq!(issued["customerId"], house.customer);
    assert_eq!(issued["earnedBadgeId"].as_str().unwrap().len(), 24);
    assert_eq!(house.earned().await, 1);
    let late = checker.json(Method::PUT, EARN, decide(&id, "rejected")).await.is(400).json();
    assert_eq!(late["errors"][0]["code"], 2002);

    let again = maker.get(&format!("{LIST}/{id}")).await.is(200).json();
    assert_eq!(again, done);
}

#[tokio::test]
async fn without_the_rule_a_request_is_carried_out_at_once() {
    let house = House::new().await;
    let till = Caller::till(&house.app, "maker").await;
    let made = till.post(EARN, ask(&house, "r-1")).await.is(200).json();
    assert_eq!(made["data"]["state"], "approved");
    assert_eq!(made["data"]["details"].get("AdminTask-Payload"), None);
    assert_eq!(house.earned().await, 1);
    // The same call again: its name is used, so it fails, and nothing is doubled.
    let again = till.post(EARN, ask(&house, "r-1")).await.is(200).json();
    assert_eq!(again["data"]["state"], "failed");
    let output = &again["data"]["details"]["IntouchAPITask_Output"];
    assert_eq!(output["body"]["errors"][0]["code"], 809);
    assert_eq!(house.earned().await, 1);
}

#[tokio::test]
async fn wrong_calls_are_told_by_number() {
    let house = House::strict().await;
    let till = Caller::till(&house.app, "maker").await;
    let code = |answer: &Value| answer["errors"][0]["code"].as_u64().unwrap();
    let change = |place: &str, value: Value| {
        let mut body = ask(&house, "r-1");
        *body.pointer_mut(place).unwrap() = value;
        body
    };
    let task = "/payload/IntouchAPITask-Payload";
    let at = |rest: &str| format!("{task}{rest}");
    let wrong = [
        (change(&at("/body/customerId"), json!("x")), 400, 2008),
        (change(&at("/body/customerId"), json!(999_999)), 400, 1026),
        (change(&at("/body/badgeMetaId"), json!("0123456789abcdef01234567")), 404, 404),
        (change(&at("/body/badgeMetaId"), json!("x")), 404, 404),
        (change(&at("/body/triggeredBy/ownerType"), json!("Nobody")), 400, 714),
        (change(&at("/path"), json!("/v2/coupon/issue")), 400, 2008),
        (change("/entityInfo/tillId", Value::Null), 400, 2008),
        (change("/payload", json!({})), 400, 2008),
    ];
    for (body, status, number) in wrong {
        let answer = till.post(EARN, body.clone()).await.is(status).json();
        assert_eq!(code(&answer), number, "{body}: {answer}");
    }
    let odd = till.post("/api_gateway/v2/request-workflow/GOODWILL", ask(&house, "r")).await;
    assert_eq!(code(&odd.is(400).json()), 2009);
    let org = |value: &str| till.with("x-cap-api-auth-org-id", value);
    assert_eq!(code(&org("x").post(EARN, ask(&house, "r")).await.is(400).json()), 2005);
    assert_eq!(code(&org("999").post(EARN, ask(&house, "r")).await.is(400).json()), 2026);
    org(&house.org().to_string()).post(EARN, ask(&house, "r-9")).await.is(200);
    let get = async |query: &str| till.get(&format!("{LIST}?{query}")).await.is(400).json();
    assert_eq!(code(&get("sortBy=name").await), 2011);
    assert_eq!(code(&get("sortOrder=up").await), 2012);
    assert_eq!(code(&get("requestType=x").await), 2009);
    assert_eq!(code(&get("states=open").await), 400);
    let none = till.get(&format!("{LIST}/ef1bc378-a4d4-11ee-b2a9-462516199fc5")).await;
    assert_eq!(code(&none.is(404).json()), 2007);
}

#[tokio::test]
async fn the_access_group_says_who_makes_and_who_checks() {
    let house = House::strict().await;
    let group = add_group(&house.app, "Makers", &[("badges", "write")]).await;
    let till = NewTill { code: "maker".to_owned(), group, ..NewTill::default() };
    add_till(&house.app, house.org(), till).await;
    let maker = Caller::stranger(&house.app).signing("maker", DIGEST);
    let other = Caller::till(&house.app, "other").await;
    let made = other.post(EARN, ask(&house, "r-1")).await.is(200).json();
    let id = made["data"]["requestId"].as_str().unwrap();
    maker.post(EARN, ask(&house, "r-2")).await.is(200);
    maker.json(Method::PUT, EARN, decide(id, "approved")).await.is(403);
    let found = maker.get(&format!("{LIST}?states=AdminTask&tillId=1")).await.is(200).json();
    assert_eq!(found["data"].as_array().unwrap().len(), 2);
    let sorted = maker.get(&format!("{LIST}?sortBy=endDate&sortOrder=asc&limit=1&PageNo=1")).await;
    assert_eq!(sorted.is(200).json()["data"].as_array().unwrap().len(), 1);
    let none = maker.get(&format!("{LIST}?startDate=2026-12-06&requestType=earn-badge")).await;
    assert_eq!(none.is(200).json()["data"], json!([]));

    let elsewhere = house.app.brand("Elsewhere", "UTC").await;
    let spy = Caller::till_of(&house.app, elsewhere, "spy").await;
    assert_eq!(spy.get(LIST).await.is(200).json()["data"], json!([]));
    spy.get(&format!("{LIST}/{id}")).await.is(404);
    let refused = spy.json(Method::PUT, EARN, decide(id, "approved")).await.is(400).json();
    assert_eq!(refused["errors"][0]["code"], 2007);
}

/// What differs from the vendor's sample by nature: names, numbers and times of that day, the frame's
/// headers, and its own host, which the sample answers in place of the one sent.
fn alike(place: &str) -> bool {
    [
        "requestId",
        "userId",
        "userName",
        "startTime",
        "endTime",
        "hostname",
        "customerId",
        "badgeMetaId",
        "earnedBadgeId",
        "issuedId",
        "expiresOn",
    ]
    .contains(&place.rsplit('/').next().unwrap())
        || place.contains("/IntouchAPITask_Output/headers")
        || place.ends_with("/customers/0")
}

fn differ(theirs: &Value, ours: &Value, place: &str, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (key, value) in theirs {
                let inside = format!("{place}/{key}");
                match ours.get(key) {
                    Some(other) => differ(value, other, &inside, found),
                    None if alike(&inside) => {}
                    None => found.push(format!("{inside} is missing")),
                }
            }
        }
        (Value::Array(theirs), Value::Array(ours)) if theirs.len() == ours.len() => {
            for (index, (one, other)) in theirs.iter().zip(ours).enumerate() {
                differ(one, other, &format!("{place}/{index}"), found);
            }
        }
        (theirs, ours) if theirs == ours || alike(place) => {}
        (theirs, ours) => found.push(format!("{place}: {theirs} there, {ours} here")),
    }
}

#[tokio::test]
async fn the_vendors_pairs_are_answered_in_its_shape() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/examples");
    if !folder.exists() {
        return;
    }
    let house = House::strict().await;
    let second = super::badge(&[
        ("name", "Second"),
        ("earn_type", "ISSUE_EARN"),
        ("issued.kind", "never"),
        ("start", "2026-12-06"),
    ]);
    let second = crate::badges::make(&house.mina, &second).await;
    house.app.set_clock("2026-12-07T09:00:00Z");
    let maker = Caller::till(&house.app, "maker").await;
    let checker = Caller::till(&house.app, "checker").await;
    let pair = |name: &str| -> Value {
        let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let rounds = [
        (
            "badges-request-earn-01",
            "badges-request-approve-01",
            "badges-event-request-01",
            &house.badge,
        ),
        (
            "badges-request-issue-01",
            "badges-request-approve-02",
            "badges-event-request-03",
            &second.rsplit('/').next().unwrap().to_owned(),
        ),
    ];
    for (asked, approved, event, badge) in rounds {
        let (asked, approved, event) = (pair(asked), pair(approved), pair(event));
        let mut body = asked["request"].clone();
        let call = &mut body["payload"]["IntouchAPITask-Payload"]["body"];
        call["badgeMetaId"] = json!(badge);
        let whom = if call.get("customers").is_some() { "customers" } else { "customerId" };
        call[whom] = json!(house.customer);
        // Only a claimed badge is issued for another module; support's own needs no claim.
        call["triggeredBy"]["ownerType"] = json!("Membercare");
        let made = maker.post(asked["path"].as_str().unwrap(), body).await.is(200).json();
        let mut found = Vec::new();
        let told = |mut sample: Value| {
            let text = sample.to_string().replace("Goodwill_Module", "Membercare");
            sample = serde_json::from_str(&text).unwrap();
            sample
        };
        differ(&told(asked["response"].clone()), &made, "", &mut found);
        let id = made["data"]["requestId"].as_str().unwrap();
        let mut decision = approved["request"].clone();
        decision["requestId"] = json!(id);
        let path = approved["path"].as_str().unwrap();
        let done = checker.json(Method::PUT, path, decision).await.is(200).json();
        differ(&told(approved["response"].clone()), &done, "", &mut found);
        let payload = house.app.text("select payload::text from outgoing_events
            where name = 'requestWorkflowEvent' and payload #>> '{data,currentRequestState}' = 'AdminTask'
            order by created_at desc, payload #>> '{data,requestType}' desc limit 1").await;
        let payload: Value = serde_json::from_str(&payload).unwrap();
        let sample = told(event["request"].clone());
        for (key, value) in sample["data"].as_object().unwrap() {
            let ours = &payload["data"][key];
            let same = matches!(
                key.as_str(),
                "requestId" | "requesterId" | "updateTime" | "requestAttributes"
            );
            assert!(
                same && !ours.is_null() || ours == value || key == "requestType",
                "{key}: {ours}"
            );
        }
        assert_eq!(
            payload["refId"],
            format!("{}_{}", house.org(), payload["data"]["requestId"].as_str().unwrap())
        );
        assert!(found.is_empty(), "{found:#?}");
    }
    assert_eq!(house.earned().await, 1);
}
