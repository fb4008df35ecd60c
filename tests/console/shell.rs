//! Around every page: who gets in, safe headers, errors, the brand wall behind it all.

use axum::http::Method;
use guerdon::base::act::{Act, Actor};
use guerdon::base::ids::OrgId;
use guerdon::base::permission::Role;

use crate::support::{TestApp, any_entry};

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_back() {
    let app = TestApp::new().await;
    let stranger = app.visitor();
    stranger.get("/badges?q=a%20b").await.redirects_to("/sign-in?next=/badges%3Fq%3Da%2520b");
    let fragment = stranger.get_region("/badges", "results").await;
    assert_eq!(fragment.header("hx-redirect"), "/sign-in");
}

#[tokio::test]
async fn every_answer_carries_the_safe_headers_errors_too() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    for path in ["/healthz", "/readyz", "/version", "/nowhere", "/badges", "/sign-in"] {
        let answer = mina.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    mina.get("/nowhere").await.is(404);
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    for headers in [
        vec![],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        vec![("origin", "https://evil.test")],
        vec![("origin", "null")],
    ] {
        mina.raw(Method::POST, "/sign-out", &headers).await.is(403);
    }
    mina.get("/badges").await.is(200);
}

#[tokio::test]
async fn what_is_not_recorded_is_not_stored() {
    let app = TestApp::new().await;
    let before = app.entries().await.len();
    let silent = app.act(|_| Box::pin(async { Ok(()) })).await;
    assert!(silent.is_ok());
    assert_eq!(app.entries().await.len(), before);
    app.act(|act| {
        Box::pin(async {
            act.record(any_entry());
            Ok(())
        })
    })
    .await
    .unwrap();
    assert_eq!(app.last_entry().await, "Operator touched Northwind");
}

#[tokio::test]
async fn the_wall_hides_other_brands_from_every_statement() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    // Every table with an org_id is behind the wall, but for those that are asked before a brand is
    // known: who somebody is, person or program.
    let open = app
        .number(
            "select count(*) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
             where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
               and c.relname not in ('memberships', 'sessions', 'access_groups', 'tills',
                                     'api_clients', 'api_client_secrets')
               and not (c.relrowsecurity and c.relforcerowsecurity
                        and exists (select from pg_policy p where p.polrelid = c.oid))",
        )
        .await;
    assert_eq!(open, 0, "tables with an org_id and no wall");
    // The app role sees its own brand's entries only, however the statement is written.
    let count = async |org: OrgId| -> i64 {
        let mut tx = app.app.db.begin(org).await.unwrap();
        sqlx::query_scalar("select count(distinct org_id) from activity")
            .fetch_one(&mut *tx)
            .await
            .unwrap()
    };
    assert_eq!((count(app.org).await, count(other).await), (1, 1));
    let nobody: i64 = sqlx::query_scalar("select count(*) from activity")
        .fetch_one(app.app.db.pool())
        .await
        .unwrap();
    assert_eq!(nobody, 0, "without a brand nothing is seen");
}

#[tokio::test]
async fn the_activity_log_cannot_be_rewritten() {
    let app = TestApp::new().await;
    let mut act =
        Act::begin(&app.app.db, Actor::operator(app.org), app.app.clock.now()).await.unwrap();
    let rewrite =
        sqlx::query("update activity set actor_name = 'Nobody' where true").execute(act.db()).await;
    assert!(rewrite.unwrap_err().to_string().contains("permission denied"));
}
