//! Who is asking: the extractors.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{Method, StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use crate::auth::session_store::id_hash;
use crate::auth::{Staff, store};
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::web::call::Call;
use crate::web::{self, Failure, hx};

/// The machine a request came from, for sign-in limits and the list of sessions.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Its address; unspecified where the server cannot tell (tests).
    pub address: IpAddr,
    /// What the browser calls itself, cut to 200 characters.
    pub agent: String,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let forwarded = header("x-forwarded-for")
            .filter(|_| app.config.trust_proxy)
            .and_then(|list| list.rsplit(',').next())
            .and_then(|last| last.trim().parse().ok());
        let unknown = IpAddr::from([0, 0, 0, 0]);
        Ok(Visitor {
            address: forwarded.or(peer).unwrap_or(unknown),
            agent: header("user-agent").unwrap_or_default().chars().take(200).collect(),
        })
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match signed_in(parts, app).await {
            Ok(Some(staff)) => Ok(staff),
            Ok(None) => Err(to_sign_in(parts)),
            Err(error) => Err(Failure::from(error).into_response()),
        }
    }
}

async fn signed_in(parts: &Parts, app: &App) -> Result<Option<Staff>> {
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    // Reading through the library asks our store whether the session is over.
    let known: Option<i64> = session.get(super::SESSION_STAFF).await.map_err(Error::internal)?;
    let (Some(_), Some(id)) = (known, session.id()) else { return Ok(None) };
    let hash = id_hash(&id);
    let Some(viewer) = store::viewer(app.db.pool(), &hash).await? else { return Ok(None) };
    let broken = |what: &str| Error::internal(anyhow::anyhow!("stored {what} cannot be read"));
    Ok(Some(Staff {
        id: viewer.staff_id,
        role: viewer.role.parse().map_err(|_| broken("role"))?,
        org: viewer.org_id,
        zone: viewer.time_zone.parse().map_err(|_| broken("time zone"))?,
        brands: store::brands(app.db.pool(), viewer.staff_id).await?,
        name: viewer.name,
        email: viewer.email,
        org_name: viewer.org_name,
        session: hash,
        request_id: Call::current().id,
    }))
}

/// To the sign-in page and back again afterwards; htmx is told to move the whole page. A form sent
/// after its session had ended gets a page instead, from which going back keeps what was typed.
fn to_sign_in(parts: &Parts) -> Response {
    if parts.method != Method::GET {
        return web::session_ended();
    }
    if hx::is_fragment(&parts.headers) {
        return (StatusCode::NO_CONTENT, [("hx-redirect", "/sign-in")]).into_response();
    }
    let back = match parts.uri.path_and_query() {
        Some(path) if path.as_str() != "/" => path.as_str(),
        _ => return web::see_other("/sign-in").into_response(),
    };
    let query = encoded(back);
    web::see_other(&format!("/sign-in?next={query}")).into_response()
}

/// Percent-encodes a path for a query string.
fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
