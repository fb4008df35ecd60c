//! The gate: which credentials are good, from which moment on they are not, and in which words a call
//! is refused. `/v2/nowhere` answers 404 to whoever was let in.

use axum::body::Body;
use axum::http::Method;
use guerdon::orgs::access::{NewClient, NewTill};
use serde_json::json;

use crate::support::TestApp;
use crate::support::caller::{Caller, DIGEST, add_client, add_till, token, with_token};

const NOWHERE: &str = "/v2/nowhere";

#[tokio::test]
async fn a_till_signs_with_its_code_and_the_digest_of_its_password() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "store.server").await;
    till.get(NOWHERE).await.is(404);
    till.signing("store.server", &DIGEST.to_uppercase()).get(NOWHERE).await.is(404);
    // The vendor's header, to the letter.
    let header = "Basic c3RvcmUuc2VydmVyOjhhMTZhNmI3MDUwNWViMWYxZmY3Y2RjMGNkNTU1OWE3";
    Caller::stranger(&app).with("authorization", header).get(NOWHERE).await.is(404);

    let wrong = [
        Caller::stranger(&app),
        till.signing("store.server", "202cb962ac59075b964b07152d234b70"),
        till.signing("store.server", "server123"),
        till.signing("nobody", DIGEST),
        till.signing("", DIGEST),
        till.with("authorization", "Basic %%%"),
        till.with("authorization", "Bearer abc"),
        till.with("x-cap-api-oauth-token", "a.b.c"),
    ];
    for caller in wrong {
        let answer = caller.get(NOWHERE).await.is(401);
        let words = "Authentication failed. Please check username and password.";
        let error = json!({ "status": false, "code": 401, "message": words });
        let whole = json!({ "errors": [error], "warnings": [], "success": false });
        assert_eq!(answer.json(), whole);
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
    assert_eq!(app.number("select count(*) from tills where last_used_at is not null").await, 1);
}

#[tokio::test]
async fn what_was_good_a_moment_ago_is_refused_at_once() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let mina = app.staff("Mina", guerdon::base::permission::Role::Admin).await;
    till.get(NOWHERE).await.is(404);
    mina.submit("/settings/tills/1/disable", &[]).await.redirects_to("/settings/tills");
    till.get(NOWHERE).await.is(401);
    mina.submit("/settings/tills/1/enable", &[]).await.redirects();
    till.get(NOWHERE).await.is(404);
    mina.submit("/settings/tills/basic", &[("on", "false")]).await.redirects();
    till.get(NOWHERE).await.is(401);
    mina.submit("/settings/tills/basic", &[("on", "true")]).await.redirects();
    till.get(NOWHERE).await.is(404);
    mina.submit("/settings/tills/1/password", &[]).await.is(200);
    till.get(NOWHERE).await.is(401);
}

#[tokio::test]
async fn sixty_four_tills_at_once_wait_for_one_hash() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let calls = (0..64).map(|_| {
        let till = till.clone();
        tokio::spawn(async move { till.get(NOWHERE).await.status.as_u16() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 404);
    }
}

#[tokio::test]
async fn guessing_is_stopped_without_stopping_the_till() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    till.get(NOWHERE).await.is(404);
    let guess = |number: u32| till.signing("t1", &format!("{number:032x}"));
    for number in 0..10 {
        guess(number).get(NOWHERE).await.is(401);
    }
    let answer = guess(10).get(NOWHERE).await.is(429);
    assert_eq!(answer.json()["errors"][0]["code"], 429);
    assert_eq!(answer.header("retry-after"), "60");
    till.get(NOWHERE).await.is(404);
    app.set_clock("2026-11-26T09:01:00Z");
    guess(11).get(NOWHERE).await.is(401);
}

#[tokio::test]
async fn a_client_fetches_a_token_and_signs_with_it_until_it_is_over() {
    let app = TestApp::new().await;
    let client =
        NewClient { name: "Shop".into(), token_minutes: "5".into(), ..NewClient::default() };
    let made = add_client(&app, client).await;
    assert_eq!((made.key.len(), made.secret.len()), (25, 40));
    let answer = token(&app, &made.key, &made.secret).await.is(200).json();
    assert_eq!(answer["errors"], json!(null));
    assert_eq!(answer["data"]["ttlSeconds"], 300);
    let text = answer["data"]["accessToken"].as_str().unwrap();
    assert_eq!(text.split('.').count(), 3);

    let stranger = Caller::stranger(&app);
    for name in ["x-cap-api-oauth-token", "cap-api-access-token", "x-cap-api-access-token"] {
        stranger.with(name, text).get(NOWHERE).await.is(404);
    }
    let caller = stranger.with("authorization", &format!("Bearer {text}"));
    caller.get(NOWHERE).await.is(404);
    app.set_clock("2026-11-26T09:04:59Z");
    caller.get(NOWHERE).await.is(404);
    app.set_clock("2026-11-26T09:05:00Z");
    caller.get(NOWHERE).await.is(401);

    for (key, secret) in
        [(&made.key, "wrong"), (&"nobody".to_owned(), &*made.secret), (&String::new(), "")]
    {
        let answer = token(&app, key, secret).await.is(401).json();
        let error = json!({ "code": 401, "message": "Failed to generate OAuth token" });
        assert_eq!(answer, json!({ "data": null, "errors": [error] }));
    }
    assert_eq!(
        app.number("select count(*) from api_client_secrets where last_used_at is not null").await,
        1
    );
}

#[tokio::test]
async fn a_call_is_said_to_happen_at_a_till_of_its_own_brand() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    Caller::till_of(&app, other, "theirs").await;
    let till = NewTill { code: "ours".into(), store_code: "S1".into(), ..NewTill::default() };
    add_till(&app, app.org, till).await;
    let strict = NewClient { name: "Strict".into(), ..NewClient::default() };
    let strict = with_token(&app, &add_client(&app, strict).await).await;
    let code = "x-cap-api-attribution-till-code";
    strict.with(code, "ours").get(NOWHERE).await.is(404);
    for name in ["theirs", "nobody"] {
        let answer = strict.with(code, name).get(NOWHERE).await.is(400).json();
        assert_eq!(answer["errors"][0]["code"], 91021);
    }
    let by_store = strict.with("x-cap-api-attribution-entity-type", "STORE_CODE");
    by_store.with("x-cap-api-attribution-entity-code", "S1").get(NOWHERE).await.is(404);
    by_store.with("x-cap-api-attribution-entity-code", "S2").get(NOWHERE).await.is(400);
    let lookup = strict.with("x-cap-api-attribution-lookup", "x").get(NOWHERE).await.is(400).json();
    assert_eq!(lookup["errors"][0]["code"], 1061);

    let till = app.number("select id from tills where code = 'ours'").await.to_string();
    let kind = NewClient { name: "Kind".into(), till, forgives_till: true, ..NewClient::default() };
    let kind = with_token(&app, &add_client(&app, kind).await).await;
    kind.with(code, "nobody").get(NOWHERE).await.is(404);
}

#[tokio::test]
async fn a_callers_minute_is_counted_and_told() {
    let app = TestApp::new().await;
    let till = NewTill { code: "t1".into(), rate: "2".into(), ..NewTill::default() };
    add_till(&app, app.org, till).await;
    let till = Caller::stranger(&app).signing("t1", DIGEST);
    let answer = till.get(NOWHERE).await.is(404);
    let told = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
    assert_eq!(told.map(|name| answer.header(name).to_owned()), ["2", "1", "60"]);
    till.get(NOWHERE).await.is(404);
    let answer = till.get(NOWHERE).await.is(429);
    assert_eq!(answer.header("retry-after"), "60");
    assert_eq!(answer.json()["errors"][0]["message"], "Too many requests");
    Caller::till(&app, "t2").await.get(NOWHERE).await.is(404);
    app.set_clock("2026-11-26T09:01:00Z");
    till.get(NOWHERE).await.is(404);
}

#[tokio::test]
async fn every_refusal_wears_the_envelope_of_its_path() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let gateway = till.get("/api_gateway/v1/nowhere").await.is(404).json();
    assert_eq!(gateway["data"], json!(null));
    assert_eq!(gateway["warnings"], json!(null));
    assert_eq!(gateway["errors"][0]["reference"], json!(null));
    assert_eq!(till.get("/v1/badges/nowhere").await.is(404).json()["data"], json!(null));
    let old = till.get("/v1.1/nowhere").await.is(404).json();
    assert_eq!(old["response"]["status"]["success"], "false");
    assert_eq!(old["response"]["status"]["code"], 404);
    till.get("/v2//nowhere/").await.is(404);
    till.get("/v2/nowhere?format=xml").await.is(415);
    till.get("/v2/nowhere?q=%00").await.is(400);
    let stranger = Caller::stranger(&app);
    let generate = "/v3/oauth/token/generate";
    assert_eq!(stranger.get(generate).await.is(405).json()["errors"][0]["code"], 405);
    let plain = stranger.send(Method::POST, generate, Body::from("{}")).await.is(415);
    assert_eq!(plain.json()["errors"][0]["message"], "Unsupported media type");
}

#[tokio::test]
async fn hostile_bodies_are_answered_and_never_break_anything() {
    let app = TestApp::new().await;
    let stranger = Caller::stranger(&app);
    let generate = "/v3/oauth/token/generate";
    for (body, status) in [
        (b"".to_vec(), 400),
        (b"[".repeat(200_000), 400),
        (b"{\"key\":\"\\u0000\"}".to_vec(), 400),
        (b"{\"key\":1e999}".to_vec(), 400),
        (b"\xff\xfe".to_vec(), 400),
        (b"[]".to_vec(), 401),
        (b"7".to_vec(), 401),
        (b"{\"key\":{\"a\":[]},\"secret\":123456789012345678901234567890}".to_vec(), 401),
        (vec![b' '; 10 * 1024 * 1024], 413),
    ] {
        let answer = stranger.post_bytes(generate, body).await.is(status);
        assert_eq!(answer.json()["errors"][0]["code"], status);
    }
}

#[tokio::test]
async fn a_call_keeps_the_id_it_came_with() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let named = till.with("x-cap-request-id", "till-7-000123").get(NOWHERE).await;
    assert_eq!(named.header("x-cap-requestid"), "till-7-000123");
    let own = till.get(NOWHERE).await;
    assert_eq!(own.header("x-cap-requestid").len(), 32);
    assert!(own.headers.get("set-cookie").is_none());
}
