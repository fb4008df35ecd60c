//! Tokens: a client's key and secret for an hour's leave, signed so that any server process can tell it
//! without asking another.
//!
//! Why HS256 and not the vendor's RS256: the one who signs is the one who checks, clients treat a token as
//! opaque, and a key of 32 bytes in the shared database needs no ceremony. A token also names the secret
//! it was fetched with, so that ending a leaked secret ends its tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::gate::Gate;
use super::store;
use crate::api::{Body, Fault, Faults, Trouble};
use crate::base::ids::{ClientId, OrgId, SecretId};
use crate::base::secret;

/// The header of every token: `{"kid":"k1","alg":"HS256"}`.
const HEADER: &str = r#"{"kid":"k1","alg":"HS256"}"#;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    sub: String,
    token_use: String,
    jti: String,
    iat: i64,
    exp: i64,
    client_key: String,
    default_till: Option<String>,
    /// The brand.
    pub org_id: OrgId,
    /// The client.
    pub client_id: ClientId,
    /// The secret it was fetched with.
    pub secret_id: SecretId,
}

/// Signs.
pub fn sign(key: &[u8], claims: &Claims) -> Option<String> {
    let claims = serde_json::to_vec(claims).ok()?;
    let said = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
    let signature = mac(key, &said)?.finalize().into_bytes();
    Some(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Reads a token of ours that is not over. The signature alone is trusted, never the header's word.
pub fn verify(key: &[u8], token: &str, now: DateTime<Utc>) -> Option<Claims> {
    let (said, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    mac(key, said)?.verify_slice(&signature).ok()?;
    let (_, claims) = said.split_once('.')?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    (claims.token_use == "token_access" && now.timestamp() < claims.exp).then_some(claims)
}

fn mac(key: &[u8], said: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(said.as_bytes());
    Some(mac)
}

/// The token endpoint: the one call without credentials.
pub fn calls(gate: Arc<Gate>) -> OpenApiRouter {
    OpenApiRouter::default().routes(routes!(generate)).with_state(gate)
}

/// A client's key and secret.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct TokenRequest {
    /// The client's key.
    #[schema(example = "k7hq2vjw3mxn5t4c8b9dfz6rp")]
    key: String,
    /// One of its secrets that has not ended.
    #[schema(example = "0123456789abcdefghijklmnopqrstuvwxyzABCD")]
    secret: String,
}

/// A token.
#[derive(Serialize, ToSchema)]
struct TokenAnswer {
    data: FreshToken,
    /// Nothing.
    #[schema(value_type = Option<Object>)]
    errors: Option<()>,
}

/// A token and how long it is good for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FreshToken {
    /// What signs calls; opaque.
    access_token: String,
    /// Seconds until it is over.
    #[schema(example = 3600)]
    ttl_seconds: i64,
}

/// Fetch a token
///
/// The token signs calls in the header X-CAP-API-OAUTH-TOKEN until it is over; earlier ones stay good
/// until they are over themselves. The one call without credentials.
#[utoipa::path(
    post,
    path = "/v3/oauth/token/generate",
    operation_id = "generateToken",
    tag = "Tokens",
    security(()),
    request_body = TokenRequest,
    responses((status = 200, description = "A fresh token.", body = TokenAnswer))
)]
async fn generate(State(gate): State<Arc<Gate>>, body: Body) -> Response {
    let mut faults = Faults::default();
    let (key, secret) =
        (body.root().get("key").text(&mut faults), body.root().get("secret").text(&mut faults));
    match fetch(&gate, &key, &secret).await {
        Ok(data) => Json(TokenAnswer { data, errors: None }).into_response(),
        Err(trouble) => trouble.into_response(),
    }
}

async fn fetch(gate: &Gate, key: &str, sent: &str) -> Result<FreshToken, Trouble> {
    let (db, now, hash) = (gate.app.db.pool(), gate.app.clock.now(), secret::digest(sent));
    let live = store::gate::secrets(db, key).await.map_err(super::gate::broken)?;
    let fits = |known: &store::gate::KnownSecret| known.secret_hash.ct_eq(&hash).into();
    let Some(known) = live.into_iter().find(fits) else { return Err(refused()) };
    let life = Duration::minutes(i64::from(known.token_minutes));
    let claims = Claims {
        iss: "guerdon".to_owned(),
        sub: known.name,
        token_use: "token_access".to_owned(),
        jti: uuid::Uuid::now_v7().to_string(),
        iat: now.timestamp(),
        exp: (now + life).timestamp(),
        client_key: key.to_owned(),
        default_till: known.till_code,
        org_id: known.org,
        client_id: known.client,
        secret_id: known.secret,
    };
    let signed = sign(gate.signing_key().await?, &claims).ok_or_else(|| Trouble::broken(500))?;
    let touched = store::gate::touch_secret(db, known.org, known.secret, now).await;
    touched.map_err(super::gate::broken)?;
    Ok(FreshToken { access_token: signed, ttl_seconds: life.num_seconds() })
}

fn refused() -> Trouble {
    Trouble {
        faults: vec![Fault::new(401, "Failed to generate OAuth token")],
        ..Trouble::unknown_caller()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            iss: "guerdon".into(),
            sub: "Shop".into(),
            token_use: "token_access".into(),
            jti: "1".into(),
            iat: 1000,
            exp: 4600,
            client_key: "k".into(),
            default_till: None,
            org_id: OrgId::new(1),
            client_id: ClientId::new(2),
            secret_id: SecretId::new(3),
        }
    }

    #[test]
    fn a_token_is_good_until_it_is_over_and_only_as_signed() {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        let token = sign(b"key", &claims()).unwrap();
        assert_eq!(verify(b"key", &token, at(4599)), Some(claims()));
        assert_eq!(verify(b"key", &token, at(4600)), None);
        assert_eq!(verify(b"other", &token, at(2000)), None);
        let [head, _, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!() };
        let forged = serde_json::to_vec(&Claims { org_id: OrgId::new(9), ..claims() }).unwrap();
        let forged = URL_SAFE_NO_PAD.encode(forged);
        assert_eq!(verify(b"key", &format!("{head}.{forged}.{signature}"), at(2000)), None);
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        assert_eq!(verify(b"key", &format!("{none}.{forged}."), at(2000)), None);
        for text in ["", "..", "a.b", "a.b.c"] {
            assert_eq!(verify(b"key", text, at(2000)), None);
        }
    }
}
