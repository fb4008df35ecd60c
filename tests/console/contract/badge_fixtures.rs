//! What the replays of badge definitions stand on: badges, groups and fields as the samples show them.

use serde_json::{Value, json};

use super::{Comparison, Pair, Stage};

pub const BADGES: &str = "/api_gateway/v1/badges/badgeMeta";
pub const GROUPS: &str = "/api_gateway/v1/badges/group";
pub const FIELDS: &str = "/api_gateway/v1/badges/customField";
pub const META: &str = "/api_gateway/v1/badges/orgMeta";

pub const FRESH: &str = "a new thing gets an id of its own";
pub const ALIAS: &str = "`isActive` is read and answered as `active`";
pub const IGNORED: &str = "`startDayOfTheWeek` has no effect with DAYS";
pub const NUMBERED: &str = "the brand's own running number";
pub const UPDATED: (&str, &str) =
    ("data.metaBasicDetails[].lastUpdatedOn", "the fixture was not changed since it was made");

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub fn changed(value: &Value, key: &str, to: Value) -> Value {
    let mut value = value.clone();
    value[key] = to;
    value
}

/// A badge of December 2026.
pub fn badge_body(name: &str) -> Value {
    json!({ "name": name, "startOn": "2026-12-01T00:00:00Z", "expiresOn": "2026-12-31T00:00:00Z",
            "earnType": "EARN", "earnedBadgeExpiry": { "expiryType": "NEVER" },
            "ownership": { "restrictedToOwners": ["Loyalty"] } })
}

/// Makes a thing as a sample shows it, when the sample says it was made; its id.
pub async fn made(stage: &Stage, path: &str, sample: &Value) -> String {
    if sample["createdOn"].is_number() {
        stage.at_sample(&sample["createdOn"]);
    }
    let caller = stage.till.with("x-cap-badges-migration", "migration");
    let answer = caller.post(path, sample.clone()).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    text(&answer.json()["data"]["id"]).to_owned()
}

pub async fn fields(stage: &Stage, fields: &[(&str, &str)]) {
    for (name, kind) in fields {
        stage.till.post(FIELDS, json!({ "name": name, "dataType": kind })).await.is(201);
    }
}

/// The mandatory fields whose defaults the list samples show.
pub async fn mandatory(stage: &Stage) {
    for (name, kind, default) in [("Priority", "INTEGER", "1"), ("2024", "BOOLEAN", "true")] {
        let field =
            json!({ "name": name, "dataType": kind, "isMandatory": true, "defaultValue": default });
        stage.till.post(FIELDS, field).await.is(201);
    }
}

/// Sends a create and compares the answer with what was sent: all of it must come back.
pub async fn repeats(stage: &Stage, pair: &Pair) -> Comparison {
    let (status, ours) = stage.send(pair, &[]).await;
    assert_eq!(status, 200, "{ours}");
    let mut data = ours["data"].clone();
    let sent = pair.request.as_object().unwrap();
    // Only what was sent is compared; what else is answered is the other samples' matter.
    data.as_object_mut().unwrap().retain(|key, _| sent.contains_key(key));
    strip(&pair.request, &mut data);
    Comparison::new(&pair.name, stage.org, (200, pair.request.clone()), (200, data))
}

/// Takes from ours, at any depth, what was not sent: the server's own keys and nulls.
fn strip(sent: &Value, ours: &mut Value) {
    match (sent, ours) {
        (Value::Object(sent), Value::Object(ours)) => {
            ours.retain(|key, _| sent.contains_key(key));
            for (key, value) in ours.iter_mut() {
                strip(&sent[key], value);
            }
        }
        (Value::Array(sent), Value::Array(ours)) => {
            let union = sent.iter().filter_map(Value::as_object).flat_map(|item| item.clone());
            let union = Value::Object(union.collect());
            ours.iter_mut().for_each(|item| strip(&union, item));
        }
        _ => (),
    }
}

/// Makes the badges of a list sample, oldest first, with their groups and claims, and replays it.
pub async fn listed(stage: &Stage, pair: &Pair, at: f64) -> Comparison {
    let rows = pair.response["data"]["metaBasicDetails"].as_array().unwrap();
    let mut swaps: Vec<(String, String)> = Vec::new();
    for row in rows.iter().rev() {
        let mut body = row.clone();
        body["issuedBadgeExpiry"] = json!({ "expiryType": "NEVER" });
        if let Some(name) = row["badgeGroupName"].as_str() {
            let group = made(stage, GROUPS, &json!({ "name": name, "rank": 1 })).await;
            swaps.push((text(&row["badgeGroupId"]).to_owned(), group.clone()));
            body["badgeGroupId"] = group.into();
        }
        let id = made(stage, BADGES, &body).await;
        for claim in row["ownership"]["claims"].as_array().unwrap() {
            stage.till.post(&format!("{BADGES}/{id}/claim"), claim.clone()).await.is(200);
            if claim["isActive"] == false {
                stage.till.post(&format!("{BADGES}/{id}/unclaim"), claim.clone()).await.is(200);
            }
        }
        swaps.push((text(&row["id"]).to_owned(), id));
    }
    stage.at(at);
    let swaps: Vec<(&str, &str)> =
        swaps.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str())).collect();
    stage.replay(pair, &swaps).await.cut()
}

/// Example 2 of spec/badges.md 7.7: every five days from 15 April 2024, on the 17th changed to months.
pub async fn switched(stage: &Stage) -> String {
    let window = json!([{ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW", "durationType": "DAYS",
        "refreshRate": 5, "maxEarnLimit": 10 }]);
    let mut body = changed(&badge_body("Spring"), "customerConstraints", window);
    body["startOn"] = json!("2024-04-15T10:33:20Z");
    body["expiresOn"] = json!(1_828_754_110);
    let id = made(stage, BADGES, &body).await;
    stage.app.set_clock("2024-04-17T09:00:00Z");
    body["id"] = id.clone().into();
    body["customerConstraints"] = json!([{ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW",
        "durationType": "MONTHS", "maxEarnLimit": 10 }]);
    stage.till.json("PUT".parse().unwrap(), BADGES, body).await.is(200);
    id
}
