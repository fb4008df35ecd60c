//! The gate every call passes: whose credentials are these, are they good at this moment, and is there
//! anything left of the minute's calls.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, Utc};
use rand::RngExt;
use tokio::sync::OnceCell;

use super::basic::{Checks, Credentials};
use super::store::gate::{KnownClient, KnownTill};
use super::{attribution, store, token};
use crate::api::{Caller, Grants, Limits, RequestId, Till, Trouble};
use crate::auth::Visitor;
use crate::base::app::App;

/// Headers a token may come in, first come first served.
const TOKENS: [&str; 3] =
    ["x-cap-api-oauth-token", "cap-api-access-token", "x-cap-api-access-token"];

/// What the gate remembers from call to call, in this process.
#[derive(Debug)]
pub struct Gate {
    pub(super) app: App,
    checks: Checks,
    limits: Limits,
    key: OnceCell<Vec<u8>>,
}

impl Gate {
    /// A gate that remembers nothing yet.
    pub fn new(app: App) -> Arc<Self> {
        let (checks, limits, key) = (Checks::default(), Limits::default(), OnceCell::new());
        Arc::new(Gate { app, checks, limits, key })
    }

    /// The layer: a good call goes on with its [`Caller`], any other ends here.
    pub async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
        let (mut parts, body) = request.into_parts();
        let budget = match gate.admit(&mut parts).await {
            Ok(budget) => budget,
            Err(trouble) => return trouble.into_response(),
        };
        let mut response = next.run(Request::from_parts(parts, body)).await;
        if let Some(budget) = budget {
            budget.tell(response.headers_mut());
        }
        response
    }

    async fn admit(
        &self,
        parts: &mut Parts,
    ) -> Result<Option<crate::api::limits::Budget>, Trouble> {
        let Ok(visitor) = Visitor::from_request_parts(parts, &self.app).await;
        let address = visitor.address.to_string();
        let mut caller = self.caller(&parts.headers, &address).await?;
        if let Some(RequestId(id)) = parts.extensions.get() {
            caller.request_id.clone_from(id);
        }
        let budget = self.limits.count(&caller, self.app.clock.now())?;
        parts.extensions.insert(caller);
        Ok(budget)
    }

    async fn caller(&self, headers: &HeaderMap, address: &str) -> Result<Caller, Trouble> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let authorization = header("authorization").unwrap_or_default();
        let bearer = || {
            let (scheme, token) = authorization.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        };
        if let Some(token) = TOKENS.into_iter().find_map(header).or_else(bearer) {
            return self.client(token, headers).await;
        }
        match Credentials::read(authorization) {
            Some(sent) => self.till(&sent, headers, address).await,
            None => Err(Trouble::unknown_caller()),
        }
    }

    async fn till(
        &self,
        sent: &Credentials,
        headers: &HeaderMap,
        address: &str,
    ) -> Result<Caller, Trouble> {
        let (db, now) = (self.app.db.pool(), self.app.clock.now());
        let known = store::gate::till(db, &sent.code).await.map_err(broken)?;
        let phc = known.as_ref().map(|till| till.phc.as_str());
        let good = self.checks.verify(&self.app.hasher, sent, phc, address, now).await?;
        let Some(till) = known.filter(|_| good) else { return Err(Trouble::unknown_caller()) };
        if is_due(till.last_used_at, now) {
            store::gate::touch_till(db, till.org, till.id, now).await.map_err(broken)?;
        }
        let elsewhere = attribution::of_till(self, headers, till.org).await?;
        till_caller(till, elsewhere)
    }

    async fn client(&self, text: &str, headers: &HeaderMap) -> Result<Caller, Trouble> {
        let (db, now) = (self.app.db.pool(), self.app.clock.now());
        let claims = token::verify(self.signing_key().await?, text, now);
        let claims = claims.ok_or_else(Trouble::unknown_caller)?;
        let org = claims.org_id;
        let known = store::gate::client(db, org, claims.client_id, claims.secret_id).await;
        let known = known.map_err(broken)?.ok_or_else(Trouble::unknown_caller)?;
        if is_due(known.last_used_at, now) {
            store::gate::touch_client(db, org, known.id, now).await.map_err(broken)?;
        }
        let (default, forgives) = (known.till, known.forgives_till);
        let till = attribution::of_client(self, headers, org, default, forgives).await?;
        let KnownClient { id, name, rate, grants, zone, .. } = known;
        Ok(Caller {
            org,
            zone: zone.parse().map_err(|_| Trouble::broken(500))?,
            kind: "client",
            id: id.get(),
            name,
            grants: grants.map_or_else(Grants::full, |grants| grants.0),
            rate: rate.and_then(|rate| u32::try_from(rate).ok()),
            till,
            request_id: String::new(),
        })
    }

    /// The key all server processes sign with, made by the first that needs it.
    pub(super) async fn signing_key(&self) -> Result<&[u8], Trouble> {
        let load = async || {
            let fresh: [u8; 32] = rand::rng().random();
            let now = self.app.clock.now();
            store::gate::server_key(self.app.db.pool(), "api_tokens", &fresh, now).await
        };
        self.key.get_or_try_init(load).await.map(Vec::as_slice).map_err(broken)
    }
}

fn till_caller(till: KnownTill, elsewhere: Option<Till>) -> Result<Caller, Trouble> {
    let KnownTill { org, id, code, name, store_code, store_name, rate, grants, zone, .. } = till;
    Ok(Caller {
        org,
        zone: zone.parse().map_err(|_| Trouble::broken(500))?,
        kind: "till",
        id: id.get(),
        name: name.clone(),
        grants: grants.map_or_else(Grants::full, |grants| grants.0),
        rate: rate.and_then(|rate| u32::try_from(rate).ok()),
        till: elsewhere.or(Some(Till { id: id.get(), code, name, store_code, store_name })),
        request_id: String::new(),
    })
}

/// "Last used" is kept to the minute, so that it costs a write a minute and not one a call.
fn is_due(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last.is_none_or(|last| now - last >= Duration::minutes(1))
}

/// A failure of the database on the way in.
pub(super) fn broken(error: sqlx::Error) -> Trouble {
    match crate::base::error::Error::from(error) {
        crate::base::error::Error::Unavailable(cause) => {
            tracing::error!(error = ?cause, "the database did not answer");
            Trouble::unavailable()
        }
        cause => {
            tracing::error!(error = ?cause, "a caller could not be looked up");
            Trouble::broken(500)
        }
    }
}
