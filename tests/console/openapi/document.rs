//! The document as the other tests read it.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::TestApp;

/// One operation of the document.
#[derive(Clone)]
pub struct Operation {
    /// `POST`.
    pub method: String,
    /// `/api_gateway/v1/badges/group/{groupId}`.
    pub path: String,
    /// What the document says about it.
    pub says: Value,
}

impl Operation {
    /// `POST /path`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The schema of its body: JSON, or a form with files.
    pub fn body(&self) -> Option<&Value> {
        let content = self.says.pointer("/requestBody/content")?;
        let form = || content.pointer("/multipart~1form-data/schema");
        content.pointer("/application~1json/schema").or_else(form)
    }

    /// The schema of its answer with a status.
    pub fn answer<'a>(&'a self, document: &'a Value, status: &str) -> Option<&'a Value> {
        let answer = self.says.get("responses")?.get(status)?;
        let answer = match answer.get("$ref").and_then(Value::as_str) {
            Some(place) => document.pointer(place.trim_start_matches('#'))?,
            None => answer,
        };
        answer.pointer("/content/application~1json/schema")
    }

    /// The schema of an answer that went well, whatever its number.
    pub fn success<'a>(&'a self, document: &'a Value) -> Option<&'a Value> {
        ["200", "201", "202"].iter().find_map(|status| self.answer(document, status))
    }

    /// Whether a path of the wire is this operation's.
    pub fn serves(&self, method: &str, path: &str) -> bool {
        let (ours, theirs): (Vec<_>, Vec<_>) =
            (self.path.split('/').collect(), path.split('/').collect());
        // A word is the next part of another path, never an id.
        let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let fits = |(ours, theirs): (&&str, &&str)| {
            if ours.starts_with('{') { !word(theirs) } else { ours == theirs }
        };
        self.method == method && ours.len() == theirs.len() && ours.iter().zip(&theirs).all(fits)
    }

    /// How many parts of its path stand open: the more literal one serves a path that fits two.
    pub fn open_parts(&self) -> usize {
        self.path.matches('{').count()
    }
}

/// The document as it is served.
pub async fn served(app: &TestApp) -> Value {
    let answer = app.visitor().get("/api/openapi.json").await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

/// All operations.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, says) in item.as_object().unwrap() {
            let method = method.to_uppercase();
            all.push(Operation { method, path: path.clone(), says: says.clone() });
        }
    }
    assert!(!all.is_empty(), "the document is empty");
    all
}

/// Checks values against a schema of the document.
pub fn validator(document: &Value, schema: &Value) -> Validator {
    let whole = json!({ "allOf": [schema], "components": document["components"] });
    jsonschema::draft202012::new(&whole).expect("the document's schemas are schemas")
}

/// What is wrong with a value, in lines; nothing when all is well.
pub fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let validator = validator(document, schema);
    let line =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    validator.iter_errors(value).map(line).collect()
}

/// The document with no field called mandatory: what a sample of another age may leave out.
pub fn lenient(document: &Value) -> Value {
    match document {
        Value::Object(map) => {
            let list = |key: &String, value: &Value| key == "required" && value.is_array();
            let kept = map.iter().filter(|(key, value)| !list(key, value));
            // Nor are kinds told apart any more by what they demand.
            let name = |key: &String| if key == "oneOf" { "anyOf".to_owned() } else { key.clone() };
            Value::Object(kept.map(|(key, value)| (name(key), lenient(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(lenient).collect()),
        other => other.clone(),
    }
}

/// The document with numbers and texts taken for each other, as every body is read.
pub fn loose(document: &Value) -> Value {
    let kinds = |kind: &str| match kind {
        "string" => vec!["string", "number", "boolean"],
        "integer" | "number" => vec!["number", "string"],
        "boolean" => vec!["boolean", "string"],
        _ => vec![],
    };
    match document {
        Value::Object(map) => {
            let one = |(key, value): (&String, &Value)| {
                let said = match (key.as_str(), value) {
                    ("type", Value::String(kind)) => vec![kind.clone()],
                    ("type", Value::Array(all)) => {
                        all.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect()
                    }
                    _ => return (key.clone(), loose(value)),
                };
                let mut all: Vec<String> = said.clone();
                all.extend(said.iter().flat_map(|kind| kinds(kind)).map(str::to_owned));
                all.sort();
                all.dedup();
                (key.clone(), json!(all))
            };
            Value::Object(map.iter().map(one).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(loose).collect()),
        other => other.clone(),
    }
}

/// The fields of an object's schema, references followed.
pub fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    static NOTHING: OnceLock<Value> = OnceLock::new();
    match schema.get("$ref").and_then(Value::as_str) {
        Some(place) => document
            .pointer(place.trim_start_matches('#'))
            .unwrap_or_else(|| NOTHING.get_or_init(|| panic!("{place} leads nowhere"))),
        None => schema,
    }
}
