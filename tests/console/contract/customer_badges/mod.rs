//! Badges of customers: operations 12–20 of spec/badges.md 9. Badges are made from the documented rows
//! themselves, by the calls a client would make.

mod deeds;
mod lists;

use std::ops::Deref;
use std::panic::AssertUnwindSafe;

use axum::http::Method;
use futures_util::FutureExt;
use serde_json::{Map, Value, json};

use super::{Comparison, Pair, Stage, names, pair};

const BASE: &str = "/api_gateway/v1/badges";

/// Every area of these operations. A file that no arm knows fails the test.
const AREAS: &[&str] = &[
    "badges-enrol",
    "badges-earn",
    "badges-earnbulk",
    "badges-import",
    "badges-revokeenrol",
    "badges-revokeearn",
    "badges-customer",
    "badges-management-list",
    "badges-management-detail",
];

#[tokio::test]
async fn every_documented_pair_of_customers_badges_holds() {
    let mut failed = Vec::new();
    for area in AREAS {
        for name in names(area) {
            // One that fails hides no other.
            if AssertUnwindSafe(replay(area, &name)).catch_unwind().await.is_err() {
                failed.push(name);
            }
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

async fn replay(area: &str, name: &str) {
    let (house, pair) = (House::new().await, pair(name).unwrap());
    match area {
        "badges-enrol" => deeds::enrolments(house, &pair).await,
        "badges-earn" | "badges-earnbulk" => deeds::issues(house, &pair).await,
        "badges-import" => deeds::imports(house, &pair).await,
        "badges-revokeenrol" | "badges-revokeearn" => deeds::revocations(house, &pair).await,
        "badges-customer" => lists::own_lists(house, &pair).await,
        "badges-management-list" => lists::support_lists(house, &pair).await,
        _ => lists::details(house, &pair).await,
    }
}

/// A stage with customers and badges under their documented names.
pub struct House {
    stage: Stage,
    /// What the documents call a thing, and its id here.
    ids: Vec<(String, String)>,
}

impl Deref for House {
    type Target = Stage;

    fn deref(&self) -> &Stage {
        &self.stage
    }
}

impl House {
    async fn new() -> House {
        House { stage: Stage::new().await, ids: Vec::new() }
    }

    /// Customers with these very numbers.
    async fn customers(&self, ids: &[i64]) {
        for id in ids {
            let sql = format!(
                "insert into customers (org_id, id, first_name, created_on, created_by, updated_on, updated_by)
                 overriding system value
                 values ({}, {id}, 'Tom', '2020-01-01', 'x', '2020-01-01', 'x')",
                self.org.get()
            );
            self.app.sql(&sql).await;
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let till = self.till.with("x-cap-badges-migration", "migration");
        let answer = till.json(Method::POST, &format!("{BASE}/{path}"), body).await;
        assert!(answer.status.is_success(), "{path} {}", answer.text());
        answer.json()["data"].clone()
    }

    /// Makes the badge a documented row speaks of. The body it is made from is the row itself, in the
    /// spelling of the request, with `change` on top.
    async fn badge(&mut self, row: &Value, change: Value) -> String {
        let first = |keys: &[&str]| {
            let found = keys.iter().map(|key| &row[*key]).find(|value| !value.is_null());
            found.cloned().unwrap_or(Value::Null)
        };
        let with_badge = json!({ "expiryType": "ABSOLUTE", "type": "WITH_BADGE_META",
            "expireWithBadgeMeta": true });
        let owners = match &row["owner"] {
            Value::Array(owners) => json!(owners),
            _ => row["ownership"]["restrictedToOwners"].clone(),
        };
        let mut body = json!({
            "name": row["name"], "description": row["description"],
            "startOn": first(&["startOn", "startsOn"]), "expiresOn": row["expiresOn"],
            "earnType": first(&["earnType", "badgeType"]), "images": row["images"],
            "tags": row["tags"], "benefits": row["benefits"], "badgeRank": row["badgeRank"],
            "customerConstraints": row["customerConstraints"],
            "badgeConstraints": row["badgeConstraints"],
            "ownership": { "restrictedToOwners": owners },
            "active": row["active"] != json!(false) && row["action"] != json!("DE_ACTIVATED"),
            "earnedBadgeExpiry": { "expiryType": "NEVER" },
        });
        for (ours, theirs) in
            [("earnedBadgeExpiry", "earnExpiry"), ("issuedBadgeExpiry", "issueExpiry")]
        {
            if row[theirs].is_object() {
                body[ours] = row[theirs].clone();
            }
        }
        body["customFields"] = self.fields(&row["customFields"]).await;
        if let Some(group) = row["badgeGroupId"].as_str() {
            let made =
                self.post("group", json!({ "name": row["badgeGroupName"], "rank": 1 })).await;
            let made = made["id"].as_str().unwrap().to_owned();
            body["badgeGroupId"] = json!(made);
            self.ids.push((group.to_owned(), made));
        }
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let needs = body["earnType"] == json!("ISSUE_EARN") && body["issuedBadgeExpiry"].is_null();
        if needs {
            body["issuedBadgeExpiry"] = with_badge;
        }
        let id = self.post("badgeMeta", body).await["id"].as_str().unwrap().to_owned();
        for claim in row["ownership"]["claims"].as_array().into_iter().flatten() {
            self.post(&format!("badgeMeta/{id}/claim"), claim.clone()).await;
        }
        self.stamp(&id, row).await;
        for key in ["badgeMetaId", "id"] {
            if let Some(documented) = row[key].as_str() {
                self.ids.push((documented.to_owned(), id.clone()));
            }
        }
        id
    }

    /// When the row says the badge was made and changed.
    async fn stamp(&self, id: &str, row: &Value) {
        let stamps = row["createdOn"].as_f64().zip(row["lastUpdatedOn"].as_f64());
        let Some((created, updated)) = stamps else { return };
        let sql = format!(
            "update badges set created_on = to_timestamp({created}), updated_on = to_timestamp({updated})
             where id = '\\x{id}'"
        );
        self.app.sql(&sql).await;
    }

    /// Declares the custom fields a row has values for.
    async fn fields(&self, values: &Value) -> Value {
        for name in values.as_object().unwrap_or(&Map::new()).keys() {
            self.post("customField", json!({ "name": name, "dataType": "STRING" })).await;
        }
        if values.is_object() { values.clone() } else { json!({}) }
    }

    async fn enrol(&self, badge: &str, customer: i64, event: &str) -> String {
        let body =
            json!({ "badgeMetaId": badge, "customers": [customer], "issueEventDate": event });
        let data = self.post("badgeMeta/customer/issueBulk", body).await;
        assert_eq!(data["issuedBadges"][0]["error"], Value::Null, "{data}");
        data["issuedBadges"][0]["issuedId"].as_str().unwrap().to_owned()
    }

    async fn earn(&self, badge: &str, customer: i64, request: &str, event: &Value) -> String {
        let body = json!({ "badgeMetaId": badge, "customerId": customer, "requestId": request,
            "earnEventDate": event,
            "triggeredBy": { "ownerType": "Membercare", "referenceId": "x" } });
        self.post("customer/earn", body).await["earnedBadgeId"].as_str().unwrap().to_owned()
    }

    /// Sends a pair and begins to compare.
    async fn replays(&self, pair: &Pair) -> Comparison {
        let swaps: Vec<(&str, &str)> =
            self.ids.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str())).collect();
        self.replay(pair, &swaps).await
    }
}
