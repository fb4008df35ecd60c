//! `static/`, carried inside the binary, each file under an address that holds the hash of its
//! content: fetched once, kept for good, and never old after an upgrade.
//!
//! In a debug build the files are read from disk on every request and not kept by the browser, so a
//! change of the sheet shows on reload.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "static/"]
struct Files;

/// Name → address.
static ADDRESSES: LazyLock<HashMap<Cow<'static, str>, String>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|name| {
            let hash = Files::get(&name)?.metadata.sha256_hash();
            let (stem, kind) = name.rsplit_once('.')?;
            let address = format!("/assets/{stem}-{}.{kind}", hex::encode(&hash[..6]));
            Some((name, address))
        })
        .collect()
});

/// The address of a file in `static/`: `console.css` → `/assets/console-<hash>.css`.
pub fn asset(name: &'static str) -> &'static str {
    ADDRESSES.get(name).map_or(name, String::as_str)
}

/// `GET /assets/{file}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve)).route("/favicon.ico", get(favicon))
}

async fn favicon() -> Response {
    serve(Path("favicon-0.svg".to_owned())).await
}

async fn serve(Path(file): Path<String>) -> Response {
    let Some(name) = name_of(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let Some(found) = Files::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let current = ADDRESSES.get(name.as_str()).is_some_and(|address| address.ends_with(&file));
    let keep = if current && !cfg!(debug_assertions) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, kind_of(&name)),
        (header::CACHE_CONTROL, keep),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, found.data).into_response()
}

/// `console-<hash>.css` → `console.css`; a page loaded before an upgrade asks for an older hash and
/// gets the file of today.
fn name_of(file: &str) -> Option<String> {
    let (stem, kind) = file.rsplit_once('.')?;
    let (stem, _hash) = stem.rsplit_once('-')?;
    Some(format!("{stem}.{kind}"))
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_address_that_leads_back_to_it() {
        for name in ["console.css", "console.js", "icons.svg", "favicon.svg", "htmx-2.0.11.min.js"]
        {
            let address = asset(name);
            assert!(address.starts_with("/assets/"), "{address}");
            assert_eq!(name_of(address.trim_start_matches("/assets/")).as_deref(), Some(name));
        }
    }
}
