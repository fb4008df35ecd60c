//! A program that calls: signs each call, sends and reads JSON.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use guerdon::base::act::Actor;
use guerdon::base::ids::OrgId;
use guerdon::orgs::access::{self, GroupDraft, NewClient, NewTill, Secret};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Answer, TestApp};

/// The reference's test vector: the MD5 of `server123`.
pub const DIGEST: &str = "8a16a6b70505eb1f1ff7cdc0cd5559a7";

/// A program that calls.
#[derive(Clone)]
pub struct Caller {
    router: Router,
    headers: Vec<(String, String)>,
}

impl Caller {
    /// One without credentials.
    pub fn stranger(app: &TestApp) -> Caller {
        Caller { router: app.router.clone(), headers: Vec::new() }
    }

    /// A till of the first brand with full access; its password is `server123`.
    pub async fn till(app: &TestApp, code: &str) -> Caller {
        add_till(app, app.org, NewTill { code: code.to_owned(), ..NewTill::default() }).await;
        Caller::stranger(app).signing(code, DIGEST)
    }

    /// A till of a brand with full access.
    pub async fn till_of(app: &TestApp, org: OrgId, code: &str) -> Caller {
        add_till(app, org, NewTill { code: code.to_owned(), ..NewTill::default() }).await;
        Caller::stranger(app).signing(code, DIGEST)
    }

    /// The same program, calling another router of the product.
    pub fn through(&self, router: Router) -> Caller {
        Caller { router, headers: self.headers.clone() }
    }

    /// The same program with Basic credentials.
    pub fn signing(&self, code: &str, digest: &str) -> Caller {
        let text = STANDARD.encode(format!("{code}:{digest}"));
        self.with("authorization", &format!("Basic {text}"))
    }

    /// The same program with one more header.
    pub fn with(&self, name: &str, value: &str) -> Caller {
        let mut caller = self.clone();
        caller.headers.retain(|(known, _)| known != name);
        caller.headers.push((name.to_owned(), value.to_owned()));
        caller
    }

    /// Asks.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, body).await
    }

    /// Posts bytes as if they were JSON.
    pub async fn post_bytes(&self, path: &str, bytes: Vec<u8>) -> Answer {
        let typed = self.with(header::CONTENT_TYPE.as_str(), "application/json");
        typed.send(Method::POST, path, Body::from(bytes)).await
    }

    /// Sends JSON by any method.
    pub async fn json(&self, method: Method, path: &str, body: Value) -> Answer {
        let typed = self.with(header::CONTENT_TYPE.as_str(), "application/json");
        typed.send(method, path, Body::from(body.to_string())).await
    }

    /// Sends anything.
    pub async fn send(&self, method: Method, path: &str, body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(body).unwrap();
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }
}

/// Adds a till whose password is `server123`.
pub async fn add_till(app: &TestApp, org: OrgId, till: NewTill) {
    let password = access::till_password(&app.app.hasher, "server123").await.unwrap();
    let deed = app.app.act(Actor::operator(org), |act| {
        Box::pin(async move { access::add_till(act, &till, &password).await })
    });
    deed.await.unwrap();
}

/// Adds a client to the first brand.
pub async fn add_client(app: &TestApp, client: NewClient) -> Secret {
    app.act(|act| Box::pin(async move { access::add_client(act, &client).await })).await.unwrap()
}

/// Adds an access group to the first brand; its number as a form sends it.
pub async fn add_group(app: &TestApp, name: &str, levels: &[(&str, &str)]) -> String {
    let levels =
        levels.iter().map(|(key, level)| ((*key).to_owned(), (*level).to_owned())).collect();
    let draft = GroupDraft { name: name.to_owned(), levels };
    let id = app.act(|act| Box::pin(async move { access::add_group(act, &draft).await })).await;
    id.unwrap().to_string()
}

/// Fetches a token.
pub async fn token(app: &TestApp, key: &str, secret: &str) -> Answer {
    let body = json!({ "key": key, "secret": secret });
    Caller::stranger(app).post("/v3/oauth/token/generate", body).await
}

/// A program that signs with a fresh token of this client.
pub async fn with_token(app: &TestApp, made: &Secret) -> Caller {
    let answer = token(app, &made.key, &made.secret).await.is(200).json();
    let token = answer["data"]["accessToken"].as_str().unwrap();
    Caller::stranger(app).with("x-cap-api-oauth-token", token)
}
