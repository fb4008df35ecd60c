//! What callers rely on, one line each, kept in `tests/api-contract.txt`: a line that goes is a promise
//! broken, and so is a new demand on an old body. What is merely new is welcome, and written down with
//! `GUERDON_CONTRACT=write cargo test --test console openapi`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::document::{operations, served};
use crate::support::TestApp;

/// A schema as a word: the name of a shared one, or the kinds it takes.
fn word(schema: &Value) -> String {
    if let Some(place) = schema["$ref"].as_str() {
        return place.rsplit('/').next().unwrap().to_owned();
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(parts) = schema[key].as_array() {
            return parts.iter().map(word).collect::<Vec<_>>().join("|");
        }
    }
    let mut words = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
        _ => "any".to_owned(),
    };
    if let Some(items) = schema.get("items") {
        words = format!("{words} of {}", word(items));
    }
    if let Some(values) = schema["enum"].as_array() {
        words = format!("{words} {}", Value::Array(values.clone()));
    }
    words
}

fn fields(name: &str, schema: &Value, lines: &mut BTreeSet<String>) {
    let required = schema["required"].as_array();
    for (field, inner) in schema["properties"].as_object().into_iter().flatten() {
        let must = required.is_some_and(|required| required.iter().any(|known| known == field));
        let must = if must { " required" } else { "" };
        lines.insert(format!("schema {name}.{field}: {}{must}", word(inner)));
        fields(&format!("{name}.{field}"), inner, lines);
    }
    if let Some(values) = schema.get("enum") {
        lines.insert(format!("schema {name}: {values}"));
    }
}

fn contract(document: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for operation in operations(document) {
        let name = operation.name();
        if let Some(body) = operation.body() {
            lines.insert(format!("{name} takes {}", word(body)));
        }
        for param in operation.says["parameters"].as_array().into_iter().flatten() {
            let must = if param["required"] == true { " required" } else { "" };
            let (place, key) = (param["in"].as_str().unwrap(), param["name"].as_str().unwrap());
            lines.insert(format!("{name} takes {place} {key}: {}{must}", word(&param["schema"])));
        }
        for status in operation.says["responses"].as_object().unwrap().keys() {
            let says = operation.answer(document, status).map(word).unwrap_or_default();
            lines.insert(format!("{name} answers {status} {says}"));
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        fields(name, schema, &mut lines);
    }
    lines
}

/// The names of schemas that bodies of calls are made of.
fn asked(lines: &BTreeSet<String>) -> BTreeSet<&str> {
    let bodies = lines.iter().filter_map(|line| line.split_once(" takes "));
    bodies.map(|(_, name)| name).filter(|name| !name.contains(' ')).collect()
}

#[tokio::test]
async fn what_callers_rely_on_stands() {
    let app = TestApp::new().await;
    let now = contract(&served(&app).await);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api-contract.txt");
    if std::env::var("GUERDON_CONTRACT").is_ok_and(|word| word == "write") {
        let lines: Vec<&str> = now.iter().map(String::as_str).collect();
        fs::write(&file, format!("{}\n", lines.join("\n"))).unwrap();
    }
    let kept = fs::read_to_string(&file).expect("tests/api-contract.txt");
    let kept: BTreeSet<String> = kept.lines().map(str::to_owned).collect();
    let gone: Vec<_> = kept.difference(&now).collect();
    assert!(gone.is_empty(), "callers rely on these, and they are gone: {gone:#?}");

    let bodies = asked(&kept);
    let known = |line: &str| {
        let name = line.strip_prefix("schema ").and_then(|rest| rest.split('.').next());
        name.is_some_and(|name| bodies.contains(name))
            || kept.iter().any(|old| line.split(" takes ").next() == old.split(" takes ").next())
    };
    let demands: Vec<_> =
        now.difference(&kept).filter(|line| line.ends_with(" required") && known(line)).collect();
    assert!(demands.is_empty(), "callers do not send these yet: {demands:#?}");
}

#[test]
fn a_promise_broken_is_seen() {
    let schema = serde_json::json!({
        "required": ["a"],
        "properties": { "a": { "type": "string" }, "b": { "oneOf": [{ "type": "null" }, { "$ref": "#/x/Y" }] } }
    });
    let mut lines = BTreeSet::new();
    fields("Thing", &schema, &mut lines);
    let lines: Vec<_> = lines.into_iter().collect();
    assert_eq!(lines, ["schema Thing.a: string required", "schema Thing.b: null|Y"]);
}
