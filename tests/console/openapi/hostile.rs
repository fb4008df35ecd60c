//! Nonsense for every operation: whatever comes, the answer is the envelope and never ours to mend; and
//! another brand's credentials see and change nothing.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Method;
use guerdon::base::permission::Role;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::document::{Operation, operations, resolve, served, validator};
use crate::badges::{BADGE, make};
use crate::support::caller::Caller;
use crate::support::{Answer, TestApp};

/// A name no other brand may ever read.
const SECRET: &str = "Zanzibar Zebra";

/// What a property is changed to, in turn.
fn nasty() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(18_446_744_073_709_551_615_u64),
        json!(-9_223_372_036_854_775_808_i64),
        json!(""),
        json!("x".repeat(5000)),
        json!("a\u{0}b"),
        json!("\u{202e}𝕏'\"%_\\;--"),
        json!("2026-02-30T25:61:61"),
        json!("999999999999999999999"),
        json!([]),
        json!({}),
        json!([[[null]]]),
        json!({ "a": { "b": [1] } }),
        json!([1, "1", true, null, {}]),
        deep,
    ]
}

/// Bodies that are wrong as a whole.
fn rubbish() -> Vec<Vec<u8>> {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200));
    let texts = ["", "null", "[]", "{}", "5", "\"x\"", "{", r#"{"a":1e99999}"#, "[{},null,[]]"];
    let mut all: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    all.extend([deep.into_bytes(), objects.into_bytes(), b"{\"a\":\"\xff\"}".to_vec()]);
    all
}

const PARTS: &[&str] =
    &["0", "-1", "x", "%27", "99999999999999999999", "%F0%9F%92%A9", "..%2f", "%00"];

/// Ids of things that are there, by what a name suggests.
type Known = BTreeMap<&'static str, String>;

fn real(known: &Known, name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let hit = known.iter().find(|(word, _)| name.contains(**word));
    hit.map(|(_, id)| id.clone())
}

/// A body that is nearly right: what the schema's examples say, with ids of things that are there.
fn sample(document: &Value, schema: &Value, name: &str, known: &Known, depth: usize) -> Value {
    let schema = resolve(document, schema);
    if let Some(id) = real(known, name).filter(|_| schema.get("properties").is_none()) {
        let id = id.parse::<i64>().map_or_else(|_| json!(id), |id| json!(id));
        return if schema["type"] == "array" { json!([id]) } else { id };
    }
    if let Some(example) = schema.get("example").filter(|example| !example.is_object()) {
        return example.clone();
    }
    if depth > 6 {
        return Value::Null;
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        let parts = schema[key].as_array().into_iter().flatten();
        if let Some(part) = parts.into_iter().find(|part| part["type"] != "null") {
            return sample(document, part, name, known, depth + 1);
        }
    }
    let mut kind = &schema["type"];
    if let Some(kinds) = kind.as_array() {
        kind = kinds.first().unwrap_or(&Value::Null);
    }
    match kind.as_str().unwrap_or_default() {
        "object" => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let inside = |(key, inner): (&String, &Value)| {
                (key.clone(), sample(document, inner, key, known, depth + 1))
            };
            Value::Object(properties.map(inside).collect::<Map<_, _>>())
        }
        "array" => json!([sample(document, &schema["items"], name, known, depth + 1)]),
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        _ => json!("text"),
    }
}

/// The pointers to every value inside, outermost first.
fn pointers(value: &Value, here: &str, found: &mut Vec<String>) {
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let place = format!("{here}/{}", escape(key));
                found.push(place.clone());
                pointers(inner, &place, found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate().take(1) {
                let place = format!("{here}/{index}");
                found.push(place.clone());
                pointers(inner, &place, found);
            }
        }
        _ => {}
    }
}

/// The path with these values in its open parts, each named by itself and what stands before it.
fn path(operation: &Operation, part: impl Fn(&str) -> String) -> String {
    let mut before = "";
    let mut parts = Vec::new();
    for text in operation.path.split('/') {
        match text.starts_with('{') {
            true if text == "{id}" => parts.push(part(before)),
            true => parts.push(part(text.trim_matches(['{', '}']))),
            false => parts.push(text.to_owned()),
        }
        before = text;
    }
    parts.join("/")
}

/// A brand with a badge, a customer and a till that may do everything; the ids.
async fn house(app: &TestApp) -> Known {
    let mina = app.staff("Mina", Role::Admin).await;
    let badge = make(&mina, &crate::badges::with(BADGE, &[("name", SECRET)])).await;
    let badge = badge.rsplit('/').next().unwrap().to_owned();
    mina.submit("/settings/groups", &[("name", SECRET), ("rank", "1")]).await.redirects();
    let group = crate::groups::group_id(&mina, SECRET).await;
    crate::imports::import(app, "customers", &format!("firstname,externalId\n{SECRET},c-1\n"))
        .await;
    let customer = app.number("select min(id) from customers").await.to_string();
    BTreeMap::from([("badge", badge), ("customer", customer), ("group", group)])
}

struct Judge {
    families: BTreeMap<String, Validator>,
    asked: usize,
    wrong: Vec<String>,
}

impl Judge {
    fn new(document: &Value) -> Self {
        Judge { families: BTreeMap::new(), asked: 0, wrong: Vec::new() }.learn(document)
    }

    fn learn(mut self, document: &Value) -> Self {
        for operation in operations(document) {
            let schema = operation.answer(document, "401").expect("every call may be refused");
            let name = schema["$ref"].as_str().expect("a shared schema").to_owned();
            self.families.entry(name).or_insert_with(|| validator(document, schema));
        }
        self
    }

    fn judge(&mut self, document: &Value, operation: &Operation, sent: &str, answer: &Answer) {
        self.asked += 1;
        let status = answer.status.as_u16();
        let mut complain = |words: String| {
            let sent: String = sent.chars().take(300).collect();
            self.wrong.push(format!("{}: {sent}: {status}: {words}", operation.name()));
        };
        let text = answer.text();
        if status >= 500 && !all_items_failed(operation, &text) {
            complain(format!("ours to mend: {text}"));
        }
        let Ok(value) = serde_json::from_slice::<Value>(&answer.body) else {
            return complain(format!("no JSON: {text}"));
        };
        if answer.header("x-cap-requestid").is_empty() {
            complain("no id".to_owned());
        }
        if status >= 400 {
            let schema = operation.answer(document, "401").unwrap();
            let family = &self.families[schema["$ref"].as_str().unwrap()];
            if !family.is_valid(&value) {
                complain(format!("not the envelope: {text}"));
            }
        }
    }

    #[track_caller]
    fn verdict(&self) {
        assert!(self.asked > 0, "nothing was asked");
        let head: Vec<_> = self.wrong.iter().take(30).collect();
        assert!(self.wrong.is_empty(), "{} of {} wrong: {head:#?}", self.wrong.len(), self.asked);
    }
}

/// A v1.1 POST of which every item failed leaves with 500: the reference has it so (redeem-02).
fn all_items_failed(operation: &Operation, text: &str) -> bool {
    operation.path.starts_with("/v1.1/")
        && operation.method == "POST"
        && text.contains(r#""message":"All requests have failed due to errors""#)
        && text.contains("item_status")
}

fn method(operation: &Operation) -> Method {
    operation.method.parse().unwrap()
}

#[tokio::test]
async fn nonsense_is_the_callers_mistake_everywhere() {
    let app = TestApp::new().await;
    let known = house(&app).await;
    let document = served(&app).await;
    let till = Caller::till(&app, "sweep").await;
    let json = till.with("content-type", "application/json");
    let mut judge = Judge::new(&document);
    let nasty = nasty();
    let mut turn = 0;
    for operation in operations(&document) {
        let there = path(&operation, |name| real(&known, name).unwrap_or_else(|| "1".to_owned()));
        for part in PARTS.iter().filter(|_| operation.open_parts() > 0) {
            let astray = path(&operation, |_| (*part).to_owned());
            let answer = json.send(method(&operation), &astray, Body::from("{}")).await;
            judge.judge(&document, &operation, &astray, &answer);
        }
        for param in operation.says["parameters"].as_array().into_iter().flatten() {
            if param["in"] != "query" {
                continue;
            }
            for value in ["", "-1", "99999999999999999999", "%27%22", "%F0%9F%92%A9", "NaN"] {
                let asked = format!("{there}?{}={value}", param["name"].as_str().unwrap());
                let answer = json.send(method(&operation), &asked, Body::from("{}")).await;
                judge.judge(&document, &operation, &asked, &answer);
            }
        }
        let Some(schema) = operation.body() else {
            let answer = json.send(method(&operation), &there, Body::empty()).await;
            judge.judge(&document, &operation, &there, &answer);
            continue;
        };
        for bytes in rubbish() {
            let sent = String::from_utf8_lossy(&bytes).into_owned();
            let answer = json.send(method(&operation), &there, Body::from(bytes)).await;
            judge.judge(&document, &operation, &sent, &answer);
        }
        let good = sample(&document, schema, "", &known, 0);
        let mut places = vec![];
        pointers(&good, "", &mut places);
        places.truncate(60);
        for place in places {
            for _ in 0..2 {
                turn += 1;
                let mut bad = good.clone();
                *bad.pointer_mut(&place).unwrap() = nasty[turn % nasty.len()].clone();
                let answer = json.json(method(&operation), &there, bad.clone()).await;
                judge.judge(&document, &operation, &bad.to_string(), &answer);
            }
        }
    }
    let large = vec![b'x'; 10 * 1024 * 1024];
    for operation in operations(&document).iter().filter(|operation| operation.body().is_some()) {
        let there = path(operation, |name| real(&known, name).unwrap_or_else(|| "1".to_owned()));
        let answer = json.send(method(operation), &there, Body::from(large.clone())).await;
        judge.judge(&document, operation, "10 MB", &answer);
        assert!(answer.status.is_client_error(), "{}", operation.name());
    }
    judge.verdict();
}

#[tokio::test]
async fn another_brands_credentials_see_and_change_nothing() {
    let app = TestApp::new().await;
    let known = house(&app).await;
    let document = served(&app).await;
    let other = app.brand("Elsewhere", "UTC").await;
    let spy = Caller::till_of(&app, other, "spy").await;
    let before = app.entries().await;
    for operation in operations(&document) {
        let there = path(&operation, |name| real(&known, name).unwrap_or_else(|| "1".to_owned()));
        let body = operation.body().map(|schema| sample(&document, schema, "", &known, 0));
        let answer = spy.json(method(&operation), &there, body.unwrap_or_default()).await;
        let text = answer.text();
        assert!(!text.contains(SECRET), "{} tells: {text}", operation.name());
        let ours = answer.status.as_u16() >= 500 && !all_items_failed(&operation, &text);
        assert!(!ours, "{}: {text}", operation.name());
        // The same as for a thing that is nowhere.
        if operation.open_parts() > 0 && operation.method == "GET" {
            let nowhere = path(&operation, |name| match real(&known, name) {
                Some(id) if id.len() == 24 => "0123456789abcdef01234567".to_owned(),
                _ => "987654321".to_owned(),
            });
            let none = spy.get(&nowhere).await;
            assert_eq!(answer.status, none.status, "{}", operation.name());
        }
    }
    assert_eq!(app.entries().await, before, "another brand left a trace in this one");
}
