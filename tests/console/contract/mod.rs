//! The vendor's documented request/response pairs, replayed against fixtures and compared field by field.
//!
//! A pair is sent at the instant its sample was taken, its ids swapped for ours. What may differ is
//! named, with the reason; an exception that is not needed fails, and so does a file that nobody
//! replays. The files stand beside the repository; where they do not, there is nothing to replay.

mod badge_definitions;
mod badge_fixtures;
mod compare;
mod coupon_changes;
mod coupon_house;
mod coupon_issue;
mod coupon_lists;
mod coupon_redeem;
pub mod coupon_series;
mod coupons_v11;
mod customer_badges;
mod customers;
mod goodwill;
mod membercare;

use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Body;
use chrono::DateTime;
use guerdon::base::ids::OrgId;
use serde_json::Value;

use crate::support::caller::Caller;
use crate::support::{Answer, TestApp};
pub use compare::Comparison;

/// One documented call and its answer.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The file's name without its ending: `badges-create-02`.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The path with the query.
    pub path: String,
    /// Headers beyond credentials.
    pub headers: Vec<(String, String)>,
    /// What is sent; null where the reference does not show it.
    pub request: Value,
    /// The HTTP status.
    pub status: u16,
    /// What is answered; null where the reference does not show it.
    pub response: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/examples")
}

/// The names of all pairs of an area: `badges-create`; empty where there are no files at all.
pub fn names(area: &str) -> Vec<String> {
    let Ok(files) = fs::read_dir(folder()) else { return Vec::new() };
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .filter_map(|name| {
            let stem = name.strip_suffix(".json")?;
            let number = stem.strip_prefix(area)?.strip_prefix('-')?;
            number.bytes().all(|byte| byte.is_ascii_digit()).then(|| stem.to_owned())
        })
        .collect();
    names.sort();
    names
}

/// One pair by its name; none where there are no files at all.
pub fn pair(name: &str) -> Option<Pair> {
    if !folder().is_dir() {
        return None;
    }
    let text = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let texts = |key: &str| -> Vec<(String, String)> {
        let map = file[key].as_object().unwrap();
        let each = |(key, value): (&String, &Value)| -> Vec<(String, String)> {
            let text = |value: &Value| (key.clone(), value.as_str().unwrap().to_owned());
            value.as_array().map_or_else(|| vec![text(value)], |all| all.iter().map(text).collect())
        };
        map.iter().flat_map(each).collect()
    };
    let query: Vec<String> =
        texts("query").into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    let path = file["path"].as_str().unwrap();
    let path =
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) };
    Some(Pair {
        name: name.to_owned(),
        method: file["method"].as_str().unwrap().to_owned(),
        path,
        headers: texts("headers"),
        request: file["request"].clone(),
        status: u16::try_from(file["status"].as_u64().unwrap()).unwrap(),
        response: file["response"].clone(),
    })
}

/// A brand whose days are UTC's, as the samples' are, and a till of it.
pub struct Stage {
    /// The product.
    pub app: TestApp,
    /// The brand.
    pub org: OrgId,
    /// Who calls.
    pub till: Caller,
}

impl Stage {
    /// A fresh one.
    pub async fn new() -> Stage {
        let app = TestApp::new().await;
        let org = app.brand("Vendor", "UTC").await;
        let till = Caller::till_of(&app, org, "store.server").await;
        Stage { app, org, till }
    }

    /// Moves the clock to epoch seconds.
    pub fn at(&self, seconds: f64) {
        let at = DateTime::from_timestamp_micros((seconds * 1e6).round() as i64).unwrap();
        self.app.set_clock(&at.to_rfc3339());
    }

    /// Moves the clock to an instant of a sample.
    pub fn at_sample(&self, instant: &Value) {
        self.at(instant.as_f64().unwrap());
    }

    /// Sends a pair, its ids swapped, and begins to compare.
    pub async fn replay(&self, pair: &Pair, swaps: &[(&str, &str)]) -> Comparison {
        let (status, body) = self.send(pair, swaps).await;
        let expected = swapped(&pair.response, swaps);
        Comparison::new(&pair.name, self.org, (pair.status, expected), (status, body))
    }

    /// Sends a pair, its ids swapped; status and body of the answer.
    pub async fn send(&self, pair: &Pair, swaps: &[(&str, &str)]) -> (u16, Value) {
        let mut caller = self.till.clone();
        for (name, value) in &pair.headers {
            caller = caller.with(&name.to_lowercase(), value);
        }
        let mut path = pair.path.clone();
        for (theirs, ours) in swaps {
            path = path.replace(theirs, ours);
        }
        let method = pair.method.parse().unwrap();
        let answer: Answer = match &pair.request {
            Value::Null => caller.send(method, &path, Body::empty()).await,
            request => caller.json(method, &path, swapped(request, swaps)).await,
        };
        (answer.status.as_u16(), answer.json())
    }
}

/// The value with texts swapped wherever they stand whole.
pub fn swapped(value: &Value, swaps: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => {
            let ours = swaps.iter().find(|(theirs, _)| theirs == text);
            Value::from(ours.map_or(text.as_str(), |(_, ours)| ours))
        }
        Value::Array(items) => items.iter().map(|item| swapped(item, swaps)).collect(),
        Value::Object(map) => Value::Object(
            map.iter().map(|(key, value)| (key.clone(), swapped(value, swaps))).collect(),
        ),
        other => other.clone(),
    }
}
