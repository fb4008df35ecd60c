//! The documented pairs about customers and their badges, replayed: each request is sent to a house in
//! the state the answer speaks of, and the answer is compared field by field. What ours says besides
//! (ISO twins, group ranks) is allowed; what differs is named, with the reason. A pair without a replay
//! fails the test.

mod customers;
mod deeds;
mod lists;

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use axum::http::Method;
use futures_util::FutureExt;
use serde_json::{Map, Value, json};

use crate::support::TestApp;
use crate::support::caller::Caller;

/// The areas whose pairs are replayed here.
const AREAS: [&str; 13] = [
    "badges-enrol-",
    "badges-earn-",
    "badges-earnbulk-",
    "badges-import-",
    "badges-revokeenrol-",
    "badges-revokeearn-",
    "badges-customer-",
    "badges-management-list-",
    "badges-management-detail-",
    "membercare-customer-details-",
    "membercare-customer-lookup-",
    "membercare-customer-search-",
    "membercare-customers-",
];

const BASE: &str = "/api_gateway/v1/badges";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/examples")
}

/// A documented pair.
struct Pair {
    name: String,
    all: Value,
}

impl Pair {
    fn read(name: &str) -> Pair {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        Pair { name: name.to_owned(), all: serde_json::from_str(&text).unwrap() }
    }

    fn request(&self) -> Value {
        self.all["request"].clone()
    }

    fn response(&self) -> &Value {
        &self.all["response"]
    }

    fn rows(&self, key: &str) -> Vec<Value> {
        self.response()["data"][key].as_array().cloned().unwrap_or_default()
    }

    fn path(&self) -> String {
        let query = self.all["query"].as_object().unwrap();
        let pairs: Vec<String> =
            query.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap())).collect();
        format!("{}?{}", self.all["path"].as_str().unwrap(), pairs.join("&"))
    }

    /// The customer the path names.
    fn customer(&self) -> i64 {
        let path = self.all["path"].as_str().unwrap();
        path.split('/').find_map(|part| part.parse().ok()).unwrap()
    }
}

/// A house in which documented things can be put, under their documented ids.
struct House {
    app: TestApp,
    till: Caller,
    /// Ids of ours, and what the documents call them.
    ids: Vec<(String, String)>,
}

impl House {
    async fn at(time: &str) -> House {
        let app = TestApp::new().await;
        app.set_clock(time);
        let till = Caller::till(&app, "store.server").await;
        House { app, till, ids: Vec::new() }
    }

    fn now(&self, time: &str) {
        self.app.set_clock(time);
    }

    async fn customers(&self, ids: &[i64]) {
        for id in ids {
            let sql = format!(
                "insert into customers (org_id, id, first_name, created_on, created_by, updated_on, updated_by)
                 overriding system value
                 values ({}, {id}, 'Tom', '2020-01-01', 'x', '2020-01-01', 'x')",
                self.app.org.get()
            );
            self.app.sql(&sql).await;
        }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let till = self.till.with("x-cap-badges-migration", "migration");
        let answer = till.json(method, path, body).await;
        assert!(answer.status.is_success(), "{path} {}", answer.text());
        answer.json()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, &format!("{BASE}/{path}"), body).await["data"].clone()
    }

    /// Makes the badge a documented row speaks of; the body it is made from is the row itself, in the
    /// spelling of the request, with `change` on top.
    async fn badge(&mut self, row: &Value, change: Value) -> String {
        let first = |keys: &[&str]| {
            let found = keys.iter().map(|key| &row[*key]).find(|value| !value.is_null());
            found.cloned().unwrap_or(Value::Null)
        };
        let mut body = json!({
            "name": first(&["name"]), "description": first(&["description"]),
            "startOn": first(&["startOn", "startsOn"]), "expiresOn": first(&["expiresOn"]),
            "earnType": first(&["earnType", "badgeType"]),
            "earnedBadgeExpiry": { "expiryType": "NEVER" },
            "images": first(&["images"]), "tags": first(&["tags"]), "benefits": first(&["benefits"]),
            "customerConstraints": first(&["customerConstraints"]),
            "badgeConstraints": first(&["badgeConstraints"]), "badgeRank": first(&["badgeRank"]),
            "active": row["active"] != json!(false) && row["action"] != json!("DE_ACTIVATED"),
        });
        let owners = if row["owner"].is_array() {
            row["owner"].clone()
        } else {
            row["ownership"]["restrictedToOwners"].clone()
        };
        body["ownership"] = json!({ "restrictedToOwners": owners });
        if body["earnType"] == json!("ISSUE_EARN") {
            let with_badge = json!({ "expiryType": "ABSOLUTE", "type": "WITH_BADGE_META",
                "expireWithBadgeMeta": true });
            body["issuedBadgeExpiry"] = with_badge;
        }
        for (ours, theirs) in
            [("earnedBadgeExpiry", "earnExpiry"), ("issuedBadgeExpiry", "issueExpiry")]
        {
            if row[theirs].is_object() {
                body[ours] = row[theirs].clone();
            }
        }
        body["customFields"] = self.fields(&row["customFields"]).await;
        if let Some(group) = row["badgeGroupId"].as_str() {
            let rank = json!({ "name": row["badgeGroupName"], "rank": 1 });
            let made = self.post("group", rank).await["id"].as_str().unwrap().to_owned();
            body["badgeGroupId"] = json!(made);
            self.ids.push((made, group.to_owned()));
        }
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let id = self.post("badgeMeta", body).await["id"].as_str().unwrap().to_owned();
        let claims = row["ownership"]["claims"].as_array().cloned().unwrap_or_default();
        for claim in claims {
            self.post(&format!("badgeMeta/{id}/claim"), claim).await;
        }
        if let (Some(created), Some(updated)) =
            (row["createdOn"].as_f64(), row["lastUpdatedOn"].as_f64())
        {
            self.app
                .sql(&format!(
                    "update badges set created_on = to_timestamp({created}), updated_on = to_timestamp({updated})
                     where id = '\\x{id}'"
                ))
                .await;
        }
        for key in ["badgeMetaId", "id"] {
            if let Some(documented) = row[key].as_str() {
                self.ids.push((id.clone(), documented.to_owned()));
            }
        }
        id
    }

    /// Declares the custom fields a row has values for.
    async fn fields(&self, values: &Value) -> Value {
        for name in values.as_object().unwrap_or(&Map::new()).keys() {
            let field = json!({ "name": name, "dataType": "STRING" });
            self.post("customField", field).await;
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

    async fn earn(&self, badge: &str, customer: i64, request: &str, event: Value) -> String {
        let body = json!({ "badgeMetaId": badge, "customerId": customer, "requestId": request,
            "earnEventDate": event, "triggeredBy": { "ownerType": "Membercare", "referenceId": "x" } });
        self.post("customer/earn", body).await["earnedBadgeId"].as_str().unwrap().to_owned()
    }

    /// Sends the documented request with our ids in the place of the documented ones, and compares.
    async fn replays(&self, pair: &Pair, exceptions: &[(&str, &str)]) {
        let mut request = pair.request().to_string();
        for (ours, documented) in &self.ids {
            request = request.replace(documented, ours);
        }
        let mut path = pair.path();
        for (ours, documented) in &self.ids {
            path = path.replace(documented, ours);
        }
        let mut till = self.till.clone();
        for (name, value) in pair.all["headers"].as_object().unwrap() {
            till = till.with(&name.to_lowercase(), value.as_str().unwrap());
        }
        let method: Method = pair.all["method"].as_str().unwrap().parse().unwrap();
        let answer = match method {
            Method::GET => till.get(&path).await,
            method => till.json(method, &path, serde_json::from_str(&request).unwrap()).await,
        };
        let status = pair.all["status"].as_u64().unwrap();
        assert_eq!(u64::from(answer.status.as_u16()), status, "{} {}", pair.name, answer.text());
        let mut text = answer.text();
        for (ours, documented) in &self.ids {
            text = text.replace(ours, documented);
        }
        let got: Value = serde_json::from_str(&text).unwrap();
        let mut left: Vec<&str> = exceptions.iter().map(|(path, _)| *path).collect();
        let mut differences = Vec::new();
        compare(pair.response(), &got, "", exceptions, &mut left, &mut differences);
        assert!(differences.is_empty(), "{}: {differences:#?}", pair.name);
        assert!(left.is_empty(), "{}: exceptions that are none: {left:?}", pair.name);
    }
}

/// Notes where `got` does not say what `want` says. The order of lists says nothing, but that of rows
/// of one answer is told by `[n]` in a path.
fn compare(
    want: &Value,
    got: &Value,
    path: &str,
    exceptions: &[(&str, &str)],
    left: &mut Vec<&str>,
    differences: &mut Vec<String>,
) {
    if let Some((known, _)) = exceptions.iter().find(|(known, _)| *known == path) {
        if want != got {
            left.retain(|one| one != known);
        }
        return;
    }
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            for (key, value) in want {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let missing = Value::Null;
                compare(
                    value,
                    got.get(key).unwrap_or(&missing),
                    &path,
                    exceptions,
                    left,
                    differences,
                );
            }
        }
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => {
            let mut open: Vec<&Value> = got.iter().collect();
            for (place, value) in want.iter().enumerate() {
                // The closest of those left: the one with the fewest differences.
                let path = format!("{path}[{place}]");
                let best = (0..open.len()).min_by_key(|at| {
                    let (mut found, mut unused) = (Vec::new(), left.clone());
                    compare(value, open[*at], &path, exceptions, &mut unused, &mut found);
                    found.len()
                });
                let Some(best) = best else { continue };
                compare(value, open.remove(best), &path, exceptions, left, differences);
            }
        }
        (Value::Number(want), Value::Number(got)) => {
            let (a, b) = (want.as_f64().unwrap(), got.as_f64().unwrap());
            if (a - b).abs() > 1e-3 {
                differences.push(format!("{path}: {want} is {got}"));
            }
        }
        _ if want == got => {}
        _ => differences.push(format!("{path}: {want} is {got}")),
    }
}

/// Every documented pair of these areas and what it was replayed by.
#[tokio::test]
async fn every_documented_pair_is_replayed() {
    let Ok(files) = std::fs::read_dir(folder()) else {
        return; // The documented pairs are not here.
    };
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .filter(|name| AREAS.iter().any(|area| name.starts_with(area)))
        .collect();
    names.sort();
    assert!(names.len() >= 25, "only {names:?}");
    let mut failed = Vec::new();
    for name in names {
        // One that fails hides no other.
        if AssertUnwindSafe(replay(name.clone())).catch_unwind().await.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

async fn replay(name: String) {
    let pair = Pair::read(&name);
    match name.rsplit_once('-').unwrap().0 {
        "badges-customer" => lists::own_lists(&pair).await,
        "badges-management-list" => lists::support_lists(&pair).await,
        "badges-management-detail" => lists::details(&pair).await,
        "badges-enrol" => deeds::enrolments(&pair).await,
        "badges-earn" | "badges-earnbulk" => deeds::issues(&pair).await,
        "badges-import" => deeds::imports(&pair).await,
        "badges-revokeenrol" | "badges-revokeearn" => deeds::revocations(&pair).await,
        _ => customers::customers(&pair).await,
    }
}
