//! Every route of the API's router is an operation of the document, and the other way round.

use std::collections::{BTreeMap, BTreeSet};

use guerdon::api::docs::TAGS;
use serde_json::Value;

use super::document::{operations, resolve, served};
use crate::support::TestApp;

/// Paths that are other spellings of a documented one: their head, and the head they stand for.
const SPELLINGS: &[(&str, &str)] = &[
    ("/v1/badges/", "/api_gateway/v1/badges/"),
    ("/badges/", "/api_gateway/v1/badges/"),
    ("/v1/", "/v1.1/"),
];

/// Calls that are other methods or spellings of a documented one, with what they stand for.
const ALIASES: &[(&str, &str)] = &[
    ("PUT /v2/coupon/reactivate", "POST /v2/coupon/reactivate"),
    ("PATCH /v2/coupon/reactivate", "POST /v2/coupon/reactivate"),
];

/// What the router would serve, read off its own account of itself: axum lists its routes nowhere else.
fn routed(router: &axum::Router) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let (text, _) = text.split_once("fallback_router: ").expect("axum's account has changed");
    let (routes, paths) = text.split_once("node: Node").expect("axum's account has changed");
    let mut methods = BTreeMap::new();
    for part in routes.split("RouteId(").skip(1) {
        let (id, rest) = part.split_once(')').unwrap();
        let allow = rest.split_once("allow_header: Bytes(b\"").expect("a route with methods").1;
        methods.insert(id.to_owned(), allow.split('"').next().unwrap().to_owned());
    }
    let mut all = BTreeSet::new();
    for part in paths.split("RouteId(").skip(1) {
        let (id, rest) = part.split_once(')').unwrap();
        let path = rest.split('"').nth(1).unwrap();
        let served = methods[id].split(',').filter(|method| *method != "HEAD");
        all.extend(served.map(|method| format!("{method} {path}")));
    }
    all
}

/// The documented call a route stands for.
fn meant(call: &str) -> String {
    if let Some((_, for_call)) = ALIASES.iter().find(|(alias, _)| *alias == call) {
        return (*for_call).to_owned();
    }
    let (method, path) = call.split_once(' ').unwrap();
    let spelled = SPELLINGS
        .iter()
        .find_map(|(head, of)| path.strip_prefix(head).map(|rest| format!("{method} {of}{rest}")));
    spelled.unwrap_or_else(|| call.to_owned())
}

#[tokio::test]
async fn the_router_and_the_document_hold_the_same_calls() {
    let app = TestApp::new().await;
    let (router, _) = guerdon::app::calls(app.app.clone());
    let routed = routed(&router);
    let documented: BTreeSet<String> =
        operations(&served(&app).await).iter().map(|operation| operation.name()).collect();
    assert!(routed.contains("POST /v3/oauth/token/generate"), "{routed:?}");

    let missing: Vec<_> = documented.difference(&routed).collect();
    assert!(missing.is_empty(), "documented, but not served: {missing:#?}");
    let silent: Vec<_> = routed
        .iter()
        .filter(|call| !documented.contains(*call) && !documented.contains(&meant(call)))
        .filter(|call| !documented.contains(&meant(&call.replacen("POST", "PUT", 1))))
        .collect();
    assert!(silent.is_empty(), "served, but not documented: {silent:#?}");
}

#[tokio::test]
async fn every_operation_says_what_a_caller_has_to_know() {
    let app = TestApp::new().await;
    let document = served(&app).await;
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let (name, says) = (operation.name(), &operation.says);
        let text = |key: &str| says[key].as_str().unwrap_or_default().to_owned();
        let id = text("operationId");
        assert!(id.chars().all(|c| c.is_ascii_alphanumeric()), "{name}: the id {id:?}");
        assert!(ids.insert(id.clone()), "{name}: another operation is {id} too");
        assert!(!text("summary").is_empty(), "{name} has no summary");
        assert!(!text("summary").ends_with('.'), "{name}: a summary is a title");
        let tags = says["tags"].as_array().unwrap();
        let known = |tag: &Value| TAGS.iter().any(|(name, _)| tag == name);
        assert!(tags.len() == 1 && tags.iter().all(known), "{name}: tags {tags:?}");

        let brings = !says["requestBody"].is_null();
        assert!(!brings || operation.method != "GET", "{name}: a GET brings no body");
        let good = ["200", "201", "202"].map(|status| &says["responses"][status]["content"]);
        assert!(good.iter().any(|kinds| kinds.is_object()), "{name} does not say its answer");
        for status in ["400", "401", "403", "429", "500"] {
            assert!(operation.answer(&document, status).is_some(), "{name}: nothing on {status}");
        }
        for part in operation.path.split('/').filter(|part| part.starts_with('{')) {
            let part = part.trim_matches(['{', '}']);
            let params = says["parameters"].as_array().cloned().unwrap_or_default();
            let said = params.iter().any(|param| param["name"] == part && param["in"] == "path");
            assert!(said, "{name} does not say what {part} is");
        }
        for param in says["parameters"].as_array().into_iter().flatten() {
            let words = param["description"].as_str().unwrap_or_default();
            assert!(!words.is_empty(), "{name}: {} is not described", param["name"]);
        }
        if let Some(schema) = operation.body().map(|schema| resolve(&document, schema)) {
            assert!(schema.is_object(), "{name} does not say what its body is");
        }
    }
}
