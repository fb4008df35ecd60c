//! A call that is sent again is answered again and not done again: by the `X-CAP-REQUEST-ID` its caller
//! gave it, within a day (spec/api-conventions.md 12).
//!
//! The id is claimed, the deed done and the answer kept in one transaction: a crash leaves nothing of the
//! three. Who asks while the first is under way waits for it.
//!
//! Why the id alone is not enough: some clients give one id to everything a bill needs. Calls that differ
//! in caller, path, query or body are different calls, whatever their id. What was refused wrote nothing
//! and is judged anew.

use std::convert::Infallible;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::Duration;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::api::{Body, Permit};
use crate::base::act::Act;
use crate::base::app::{App, Deed};
use crate::base::error::{Error, Result};
use crate::coupons::store::replies;

/// How long answers are kept.
const KEPT: Duration = Duration::hours(24);

/// The id a caller gave a call, and what it called.
#[derive(Debug, Clone)]
pub struct Sent {
    id: Option<String>,
    target: String,
}

impl<S: Sync> FromRequestParts<S> for Sent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        let id = parts.headers.get("x-cap-request-id").and_then(|id| id.to_str().ok());
        Ok(Sent { id: id.map(|id| id.trim().to_owned()), target: parts.uri.to_string() })
    }
}

/// An id and the call it stands for.
#[derive(Debug, Clone)]
pub struct Named {
    request: String,
    call: Vec<u8>,
}

impl Sent {
    /// With what the call brought; `None` where the caller gave it no id, or one that no log can bear and
    /// that was replaced by one of ours.
    pub fn with(self, permit: &Permit, body: &Body) -> Option<Named> {
        let request = self.id.filter(|id| id == permit.request_id())?;
        let actor = permit.actor();
        let body = body.root().value().map(ToString::to_string).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [actor.kind, &actor.id.unwrap_or_default().to_string(), &self.target, &body] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Some(Named { request, call: hash.finalize().to_vec() })
    }
}

/// What a deed under [`once`] is answered with.
#[derive(Debug)]
pub enum Answered<T> {
    /// Done now.
    Now(T),
    /// Done before: the answer as it went out.
    Before(String),
}

/// Does a deed, or finds what it was answered before. A deed that recorded nothing leaves no answer either:
/// its act is rolled back.
pub async fn once<T: Serialize + Send + 'static>(
    app: &App,
    permit: &Permit,
    named: Option<Named>,
    deed: impl for<'a> FnOnce(&'a mut Act) -> Deed<'a, T> + Send + 'static,
) -> Result<Answered<T>> {
    app.act(permit.actor(), move |act| {
        Box::pin(async move {
            let (org, now) = (act.org(), act.now());
            let since = now - KEPT;
            let Some(Named { request, call }) = named else {
                return deed(act).await.map(Answered::Now);
            };
            let before = replies::claim(act.db(), org, &request, &call, now, since).await?;
            if let Some(body) = before {
                return Ok(Answered::Before(body));
            }
            let answer = deed(act).await?;
            let body = serde_json::to_string(&answer).map_err(Error::internal)?;
            replies::keep(act.db(), org, &request, &call, &body, since).await?;
            Ok(Answered::Now(answer))
        })
    })
    .await
}

impl<T: Serialize> IntoResponse for Answered<T> {
    fn into_response(self) -> Response {
        match self {
            Answered::Now(answer) => Json(answer).into_response(),
            Answered::Before(body) => again(body),
        }
    }
}

/// An answer that went out before, said again.
fn again(body: String) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    response
}
