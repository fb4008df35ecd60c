//! Around every call, before the router looks at its path: doubled and trailing slashes go, the call
//! gets its id, and whatever fails, a panic and an unknown path included, leaves in an envelope.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use futures_util::FutureExt;
use tower::Layer;

use crate::api::envelope::Family;
use crate::api::failure::{Fault, Trouble};

/// The longest a call may take: less than the console's limit, which answers in HTML.
const TIME_LIMIT: Duration = Duration::from_secs(25);

/// The id of a call, as the answer says it and the log keeps it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The prefixes of the vendor's paths, served by `routes` with this layer around them.
pub fn around(routes: Router) -> Router {
    let service = from_fn(layer).layer(routes);
    Router::new()
        .route_service("/api_gateway/{*path}", service.clone())
        .route_service("/v1/{*path}", service.clone())
        .route_service("/v1.1/{*path}", service.clone())
        .route_service("/v2/{*path}", service.clone())
        .route_service("/v3/{*path}", service.clone())
        .route_service("/coupon/api/{*path}", service.clone())
        // One page of the reference has this call without its prefix; `/badges` itself is the console's.
        .route_service("/badges/customer/revokeEarn", service)
}

async fn layer(mut request: Request, next: Next) -> Response {
    let family = Family::of(request.uri().path());
    let id = request_id(request.headers());
    let refused = straighten(request.uri_mut()).err();
    forget_the_way(request.extensions_mut());
    request.extensions_mut().insert(RequestId(id.clone()));
    let response = match refused {
        Some(trouble) => family.failure(&trouble),
        None => dressed(family, run(request, next).await),
    };
    let (mut parts, body) = response.into_parts();
    if let Ok(value) = HeaderValue::from_str(&id) {
        parts.headers.insert("x-cap-requestid", value);
    }
    Response::from_parts(parts, body)
}

/// The catch-all that led here leaves its own path parameter behind; a handler that asks for one would be
/// given two, and fail. Of what the request carried, the address it came from is all that is kept.
fn forget_the_way(extensions: &mut Extensions) {
    let peer = extensions.remove::<ConnectInfo<SocketAddr>>();
    extensions.clear();
    if let Some(peer) = peer {
        extensions.insert(peer);
    }
}

async fn run(request: Request, next: Next) -> Result<Response, Trouble> {
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(TIME_LIMIT, work).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(_)) => {
            tracing::error!("a call panicked");
            Err(Trouble::broken(500))
        }
        // The deed goes on in its own task: asking again with the same request id tells what became of it.
        Err(_) => Err(Trouble::unavailable()),
    }
}

/// What a handler left undressed: troubles, and the framework's own bare refusals.
fn dressed(family: Family, answer: Result<Response, Trouble>) -> Response {
    let mut response = match answer {
        Ok(response) => response,
        Err(trouble) => return family.failure(&trouble),
    };
    let status = response.status();
    let trouble = response.extensions_mut().remove::<Trouble>();
    let bare =
        || !is_json(response.headers()) && (status.is_client_error() || status.is_server_error());
    match trouble {
        Some(trouble) => with_headers_of(&response, family.failure(&trouble)),
        None if bare() => with_headers_of(&response, family.failure(&Trouble::of_status(status))),
        None => response,
    }
}

/// Keeps what the layers inside have said: the rate limit, the methods allowed.
fn with_headers_of(bare: &Response, mut dressed: Response) -> Response {
    for (name, value) in bare.headers() {
        if *name == header::ALLOW || name.as_str().starts_with("x-ratelimit") {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
}

/// The caller's own id where it sent one that a header and a log line can bear; else a fresh one.
fn request_id(headers: &HeaderMap) -> String {
    let sent = headers.get("x-cap-request-id").and_then(|id| id.to_str().ok()).map(str::trim);
    let good =
        |id: &&str| (1..=100).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    sent.filter(good).map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), str::to_owned)
}

/// Collapses slashes, drops a trailing one, refuses NUL and XML.
fn straighten(uri: &mut Uri) -> Result<(), Trouble> {
    let text = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    if text.contains("%00") {
        let words = "Invalid input. Please check request body parameters or input xml/json.";
        return Err(Trouble::bad(Fault::new(400, words)));
    }
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    let asks = |pair: &str| pair.eq_ignore_ascii_case("format=xml");
    if query.is_some_and(|query| query.split('&').any(asks)) {
        return Err(Trouble::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut straight = format!("/{}", parts.join("/"));
    if let Some(query) = query {
        straight.push('?');
        straight.push_str(query);
    }
    if straight != text
        && let Ok(path) = straight.parse::<PathAndQuery>()
    {
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(path);
        *uri = Uri::from_parts(parts).unwrap_or_else(|_| uri.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn straight(text: &str) -> Option<String> {
        let mut uri = text.parse().unwrap();
        straighten(&mut uri).ok().map(|()| uri.to_string())
    }

    #[test]
    fn paths_are_straightened() {
        assert_eq!(straight("/v2//customers/1/?a=b"), Some("/v2/customers/1?a=b".into()));
        assert_eq!(straight("/v2/customers"), Some("/v2/customers".into()));
        assert_eq!(straight("/v2/customers?q=%00"), None);
        assert_eq!(straight("/v2/customers?format=xml"), None);
        assert_eq!(
            straight("/v2/customers?a=1&format=json"),
            Some("/v2/customers?a=1&format=json".into())
        );
    }

    #[test]
    fn a_callers_id_is_kept_when_it_can_be() {
        let with = |id: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-cap-request-id", HeaderValue::from_static(id));
            request_id(&headers)
        };
        assert_eq!(with("till-7/000123"), "till-7/000123");
        assert_ne!(with("two words"), "two words");
        assert_eq!(with("").len(), 32);
    }
}
