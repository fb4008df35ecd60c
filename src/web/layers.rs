//! What every request passes through, outermost first: an id, a trace, safe headers, a time limit, a
//! body limit, the rule against forms from elsewhere, compression.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;

use crate::web::call;

/// The longest a page may take. The deed behind it goes on and commits; the page says "not known".
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Forms are small; uploads have a limit of their own on their route.
const FORM_LIMIT: usize = 256 * 1024;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; object-src 'none'";

/// Puts the layers around the routes. `public_url` is the address people see in front of a proxy.
pub fn around(routes: Router, public_url: Option<&str>) -> Router {
    let mut csrf = CsrfLayer::new();
    if let Some(url) = public_url {
        csrf = csrf.add_trusted_origin(url.trim_end_matches('/')).unwrap_or_else(|error| {
            tracing::warn!(%error, url, "the public URL is no origin; only same-origin forms are taken");
            CsrfLayer::new()
        });
    }
    routes
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(CompressionLayer::new().gzip(true))
        .layer(csrf)
        .layer(from_fn(no_foreign_forms))
        .layer(from_fn(time_limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(call::layer))
        .layer(from_fn(safe_headers))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(from_fn(name_request))
}

/// Gives the request an id of ours, whatever the client sent, and says it in the answer.
async fn name_request(mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().simple().to_string();
    let name = HeaderName::from_static(call::REQUEST_ID);
    let Ok(value) = HeaderValue::from_str(&id) else { return next.run(request).await };
    request.headers_mut().insert(name.clone(), value.clone());
    let mut response = next.run(request).await;
    response.headers_mut().insert(name, value);
    response
}

/// No query string: it may hold a customer's number.
fn span(request: &Request) -> Span {
    let id = request.headers().get(call::REQUEST_ID).and_then(|id| id.to_str().ok());
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

/// A handler that panicked: the hook has logged where; the person gets the page for it.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    super::broken()
}

async fn time_limit(request: Request, next: Next) -> Response {
    // Uploads and exports stream for as long as they move; their handlers have limits of their own.
    let path = request.uri().path();
    let streams =
        matches!(path, "/imports" | "/exports") || path.starts_with("/imports/selections/");
    if streams && request.method() == Method::POST {
        return next.run(request).await;
    }
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => super::not_known(),
    }
}

/// Stricter than the library's layer behind it: a request that brings a cookie must come from our own
/// pages, and say so. Requests without a cookie (API clients) pass.
async fn no_foreign_forms(request: Request, next: Next) -> Response {
    if is_foreign(request.method(), request.headers()) {
        return super::foreign_form();
    }
    next.run(request).await
}

fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() || !headers.contains_key(header::COOKIE) {
        return false;
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site != "same-origin",
        None => !headers.contains_key(header::ORIGIN),
    }
}

async fn safe_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // The API words its own.
    let is_worded = |kind: &HeaderValue| kind == "application/json";
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE
        && !response.headers().get(header::CONTENT_TYPE).is_some_and(is_worded)
    {
        response = super::too_large();
    }
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
        ("cache-control", "no-store"),
    ] {
        // A route that knows better (a stored picture's stricter policy) has set its own.
        headers
            .entry(HeaderName::from_static(name))
            .or_insert_with(|| HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_cookie_must_come_from_our_own_pages() {
        let foreign = |pairs: &[_]| is_foreign(&Method::POST, &headers(pairs));
        let cookie = ("cookie", "a=b");
        assert!(foreign(&[cookie]));
        assert!(foreign(&[cookie, ("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[cookie, ("sec-fetch-site", "same-site")]));
        assert!(foreign(&[cookie, ("sec-fetch-site", "none")]));
        assert!(!foreign(&[cookie, ("sec-fetch-site", "same-origin")]));
        assert!(!foreign(&[cookie, ("origin", "https://console.example")]));
        assert!(!foreign(&[]));
        assert!(!is_foreign(&Method::GET, &headers(&[cookie])));
    }
}
