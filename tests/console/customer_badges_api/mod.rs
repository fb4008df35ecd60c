//! Badges of customers for programs: given, taken back, looked at (spec/badges.md 9.10–9.18).

mod giving;
mod looking;
mod taking;
mod walls;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::caller::Caller;

const BASE: &str = "/api_gateway/v1/badges";

/// A brand's till and two customers.
struct House {
    app: TestApp,
    till: Caller,
    tom: i64,
    huck: i64,
}

impl House {
    async fn new() -> House {
        let app = TestApp::new().await;
        let till = Caller::till(&app, "store.server").await;
        let tom =
            customer(&till, "Tom", &[("mobile", "919449489999"), ("email", "tom@example.com")])
                .await;
        let huck = customer(&till, "Huck", &[("externalId", "H-1")]).await;
        House { app, till, tom, huck }
    }

    async fn post(&self, path: &str, body: Value) -> crate::support::Answer {
        self.till.post(&format!("{BASE}/{path}"), body).await
    }

    async fn get(&self, path: &str) -> Value {
        self.till.get(&format!("{BASE}/{path}")).await.is(200).json()["data"].clone()
    }

    /// A badge, live since 1 November until the end of the year unless `change` says otherwise, claimed
    /// by the loyalty programme 626.
    async fn badge(&self, name: &str, change: Value) -> String {
        let mut body = json!({
            "name": name, "description": name, "startOn": "2026-11-01T00:00:00Z",
            "expiresOn": "2026-12-31T23:59:59Z", "earnType": "EARN",
            "earnedBadgeExpiry": { "expiryType": "RELATIVE", "relativeExpirytype": "DAYS", "value": 2 },
            "ownership": { "restrictedToOwners": ["Loyalty"] }
        });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let till = self.till.with("x-cap-badges-migration", "migration");
        let made = till.post(&format!("{BASE}/badgeMeta"), body).await.is(200).json();
        let id = made["data"]["id"].as_str().unwrap().to_owned();
        let claim = json!({ "ownerType": "Loyalty", "referenceId": "626" });
        if change.get("active") != Some(&json!(false)) {
            self.post(&format!("badgeMeta/{id}/claim"), claim).await.is(200);
        }
        id
    }

    async fn enrol_first(&self, name: &str, change: Value) -> String {
        let mut all = json!({ "earnType": "ISSUE_EARN",
            "issuedBadgeExpiry": { "expiryType": "RELATIVE", "relativeExpirytype": "DAYS", "value": 2 } });
        for (key, value) in change.as_object().unwrap() {
            all[key] = value.clone();
        }
        self.badge(name, all).await
    }

    async fn earn(&self, badge: &str, request: &str, change: Value) -> (u16, Value) {
        let mut body = json!({ "badgeMetaId": badge, "customerId": self.tom, "requestId": request,
            "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let answer = self.post("customer/earn", body).await;
        (answer.status.as_u16(), answer.json())
    }

    async fn enrol(&self, badge: &str, change: Value) -> Value {
        let mut body = json!({ "badgeMetaId": badge, "customers": [self.tom],
            "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.post("badgeMeta/customer/issueBulk", body).await.is(200).json()["data"].clone()
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let data = self.get(query).await;
        let rows = data.get("badges").or_else(|| data.get("customerBadges")).unwrap();
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn customer(till: &Caller, first: &str, identifiers: &[(&str, &str)]) -> i64 {
    let list: Vec<Value> =
        identifiers.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    let profile = json!({ "source": "INSTORE", "firstName": first, "identifiers": list });
    let made = till.post("/v2/customers", json!({ "profiles": [profile] })).await.is(200).json();
    made["createdId"].as_i64().unwrap()
}

fn code(answer: &Value) -> i64 {
    answer["errors"][0]["code"].as_i64().unwrap_or_default()
}

fn refused(code: u32, message: &str, reference: Value) -> Value {
    json!({ "data": null, "errors": [{ "code": code, "message": message, "reference": reference }],
            "warnings": null })
}
