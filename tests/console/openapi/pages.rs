//! The reference inside the product.

use guerdon::base::permission::Role;

use super::document::{operations, served};
use crate::support::TestApp;

#[tokio::test]
async fn the_reference_shows_every_operation_and_links_to_its_page() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let page = mina.get("/api/reference").await.is(200);
    page.shows("h1", "API reference").shows(".tabs a[aria-current]", "API reference");
    let links = page.attributes("td a", "href");
    let all = operations(&served(&app).await);
    assert_eq!(links.len(), all.len());
    for link in links {
        let page = mina.get(&link).await.is(200);
        page.shows("pre", "curl -X").shows("h2", "Answer 20").lacks("script:not([src])");
    }
    let token = mina.get("/api/reference/generateToken").await.is(200);
    token.shows("h1", "Fetch a token").shows("p code", "POST /v3/oauth/token/generate");
    token.shows("#body td", "key").shows("#body td", "(required)").shows("main", "no credentials");
    token.shows("#answer-200 td", "accessToken").shows("#answer-401 td", "message");
    let ask = mina.get("/api/reference/createApprovalRequest").await.is(200);
    ask.shows("pre", "/api_gateway/v2/request-workflow/EARN-BADGE").shows("#codes td", "2008");
    mina.get("/api/reference/nothing").await.is(404);
    mina.get("/settings/clients").await.shows(".tabs a", "API reference");
}

#[tokio::test]
async fn anybody_signed_in_reads_it_and_the_document_is_everybodys() {
    let app = TestApp::new().await;
    let sam = app.staff("Sam", Role::Support).await;
    sam.get("/api/reference").await.is(200).lacks(".tabs");
    let stranger = app.visitor().get("/api/reference").await;
    assert_eq!(stranger.redirects(), "/sign-in?next=/api/reference");
    let document = app.visitor().get("/api/openapi.json").await.is(200);
    assert!(document.header("content-security-policy").contains("default-src 'none'"));
    let document = document.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(!document.to_string().contains("Northwind"), "the document knows a brand");
}
