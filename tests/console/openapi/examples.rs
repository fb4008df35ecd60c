//! The vendor's documented request and answer pairs, held against the document's schemas.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::document::{Operation, faults, lenient, loose, operations, served};
use crate::support::TestApp;

/// Pairs that do not fit, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("coupons-create-series-05", "a fragment: it leaves mandatory fields out"),
    ("badges-get-01", "a badge older than numeric ids; each of ours has one"),
    ("badges-get-02", "a badge older than numeric ids; each of ours has one"),
    ("badges-get-03", "a badge older than numeric ids; each of ours has one"),
    ("badges-management-list-07", "a count of null in the sample; ours always counts"),
    (
        "badges-orgmeta-create-01",
        "times as texts in this one sample; its siblings and we tell numbers",
    ),
    ("badges-revokeenrol-06", "a refusal under HTTP 200: documented so for this one code"),
];

/// The documented spelling of a path: without a query, doubled slashes or another family's head.
fn spelled(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let path = format!("/{}", parts.join("/"));
    match path.strip_prefix("/v1/badges/") {
        Some(rest) => format!("/api_gateway/v1/badges/{rest}"),
        None => path,
    }
}

fn served_by<'a>(all: &'a [Operation], example: &Value) -> Option<&'a Operation> {
    let path = spelled(example["path"].as_str()?);
    let method = example["method"].as_str()?;
    let fitting = |method: &str| {
        let fits = all.iter().filter(|operation| operation.serves(method, &path));
        fits.min_by_key(|operation| operation.open_parts())
    };
    fitting(method).or_else(|| (method == "POST").then(|| fitting("PUT")).flatten())
}

fn check(document: &Value, operation: &Operation, example: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let request = &example["request"];
    if !request.is_null() {
        match operation.body() {
            Some(schema) => wrong.extend(
                faults(&loose(document), &loose(schema), request)
                    .into_iter()
                    .map(|line| format!("request {line}")),
            ),
            None => wrong.push("brings a body the document knows nothing of".to_owned()),
        }
    }
    // Our answers always tell some things that older samples leave out; what a sample tells must fit.
    let (status, document) = (example["status"].to_string(), lenient(document));
    let known = operation.answer(&document, &status);
    let known = known.or_else(|| operation.success(&document).filter(|_| status == "200"));
    match known {
        Some(schema) if !example["response"].is_null() => {
            let lines = faults(&document, &lenient(schema), &example["response"]);
            wrong.extend(lines.into_iter().map(|line| format!("answer {line}")));
        }
        Some(_) => {}
        None => wrong.push(format!("the document has no answer {status}")),
    }
    wrong
}

#[tokio::test]
async fn the_vendors_pairs_fit_the_schemas() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/examples");
    let Ok(files) = fs::read_dir(folder) else { return };
    let app = TestApp::new().await;
    let document = served(&app).await;
    let all = operations(&document);
    let (mut seen, mut wrong) = (0, Vec::new());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let Ok(example) = serde_json::from_str::<Value>(&text) else { continue };
        let Some(operation) = served_by(&all, &example) else { continue };
        seen += 1;
        let found = check(&document, operation, &example);
        let excused = EXCEPTIONS.iter().any(|(known, _)| *known == name);
        if excused && found.is_empty() {
            wrong.push(format!("{name} fits: take it off the exceptions"));
        }
        if !excused {
            let call = operation.name();
            wrong.extend(found.into_iter().map(|line| format!("{name} ({call}): {line}")));
        }
    }
    assert!(seen > 0, "no example was met");
    assert!(wrong.is_empty(), "of {seen} pairs:\n{}", wrong.join("\n"));
}
