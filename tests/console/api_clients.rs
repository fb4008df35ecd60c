//! The settings pages of tills, clients and access groups: what is shown once, what takes effect at
//! once, what each deed leaves in the log.

use guerdon::base::permission::Role;
use guerdon::orgs::access::NewClient;

use crate::support::caller::{Caller, add_client, add_group, token, with_token};
use crate::support::{Answer, TestApp, User};

const CLIENTS: &str = "/settings/clients";
const TILLS: &str = "/settings/tills";
const GROUPS: &str = "/settings/access-groups";

fn made(answer: &Answer) -> Vec<String> {
    answer.texts("#made dd code")
}

async fn works(app: &TestApp, key: &str, secret: &str) -> bool {
    token(app, key, secret).await.status.as_u16() == 200
}

#[tokio::test]
async fn a_client_is_shown_its_secret_once_and_moves_to_the_next_without_a_gap() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let form = [("name", "Web shop"), ("token_minutes", "30"), ("description", "The shop <b>")];
    let answer = mina.submit(CLIENTS, &form).await.is(200);
    let [key, first] = &made(&answer)[..] else { panic!("a key and a secret") };
    assert_eq!(app.last_entry().await, "Mina added Web shop");
    let page = mina.get(CLIENTS).await.is(200);
    page.shows("tbody", key).lacks("#made");
    assert!(!page.text().contains(first.as_str()));
    let kept = "select count(*) from api_client_secrets where secret_hash = sha256('x'::bytea)";
    assert_eq!(app.number(kept).await, 0);
    assert!(works(&app, key, first).await);

    let secrets = "/settings/clients/1/secrets";
    let next = made(&mina.submit(secrets, &[]).await.is(200)).pop().unwrap();
    assert_eq!(app.last_entry().await, "Mina made a new secret for Web shop");
    assert!(works(&app, key, first).await && works(&app, key, &next).await);
    mina.submit(secrets, &[]).await.redirects_to(CLIENTS);
    mina.get(CLIENTS).await.shows(".toast.trouble", "has two secrets");

    let stranger = Caller::stranger(&app);
    let old =
        token(&app, key, first).await.json()["data"]["accessToken"].as_str().unwrap().to_owned();
    let old = stranger.with("x-cap-api-oauth-token", &old);
    old.get("/v2/nowhere").await.is(404);
    let ask = mina.get_region("/settings/clients/1/secrets/1/end", "dialog").await.is(200);
    ask.shows("h1", "End the secret").lacks("nav");
    mina.submit("/settings/clients/1/secrets/1/end", &[]).await.redirects_to(CLIENTS);
    assert_eq!(app.last_entry().await, "Mina ended a secret of Web shop");
    assert!(!works(&app, key, first).await && works(&app, key, &next).await);
    old.get("/v2/nowhere").await.is(401);
    mina.submit("/settings/clients/1/secrets/1/end", &[]).await.is(404);
}

#[tokio::test]
async fn a_disabled_client_is_out_with_its_tokens() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let client = add_client(&app, NewClient { name: "Shop".into(), ..NewClient::default() }).await;
    let caller = with_token(&app, &client).await;
    caller.get("/v2/nowhere").await.is(404);
    mina.get("/settings/clients/1/disable").await.shows("h1", "Disable Shop?");
    mina.submit("/settings/clients/1/disable", &[]).await.redirects_to(CLIENTS);
    assert_eq!(app.last_entry().await, "Mina disabled Shop");
    caller.get("/v2/nowhere").await.is(401);
    assert!(!works(&app, &client.key, &client.secret).await);
    mina.submit("/settings/clients/1/enable", &[]).await.redirects_to(CLIENTS);
    caller.get("/v2/nowhere").await.is(404);
    mina.get(CLIENTS).await.shows("tbody", "Active");
}

#[tokio::test]
async fn a_till_gets_a_password_made_or_brings_its_own() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let answer = mina.submit(TILLS, &[("code", "t1"), ("name", "Front till")]).await.is(200);
    let [code, password] = &made(&answer)[..] else { panic!("a code and a password") };
    assert_eq!(app.last_entry().await, "Mina added Front till");
    let digest = hex::encode(<md5::Md5 as md5::Digest>::digest(password.as_bytes()));
    let till = Caller::stranger(&app).signing(code, &digest);
    till.get("/v2/nowhere").await.is(404);
    mina.get(TILLS).await.lacks("#made").shows("tbody", "26 Nov 2026");

    let own = [("code", "t2"), ("password", "server123")];
    mina.submit(TILLS, &own).await.redirects_to(TILLS);
    Caller::stranger(&app)
        .signing("t2", crate::support::caller::DIGEST)
        .get("/v2/nowhere")
        .await
        .is(404);

    let again = mina.submit("/settings/tills/1/password", &[]).await.is(200);
    assert_ne!(made(&again)[1], *password);
    assert_eq!(app.last_entry().await, "Mina set the password of Front till");
    till.get("/v2/nowhere").await.is(401);
}

#[tokio::test]
async fn refused_forms_say_why_and_keep_what_was_typed() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    Caller::till_of(&app, other, "theirs").await;
    let mina = app.staff("Mina", Role::Admin).await;
    let before = app.entries().await.len();
    for (code, words) in
        [("", "Enter the till's code"), ("a:b", "no colon"), ("theirs", "Another till")]
    {
        let form = [("code", code), ("name", "Till <b>"), ("password", "server123")];
        let answer = mina.submit(TILLS, &form).await.is(422);
        answer.shows("#code-why", words);
        assert_eq!(answer.attributes("#code", "value"), [code]);
        assert_eq!(answer.attributes("#name", "value"), ["Till <b>"]);
        assert_eq!(answer.attributes("#password", "value"), [""]);
    }
    for (name, minutes, group, at) in [
        ("", "60", "", "#name-why"),
        ("Shop", "61", "", "#token_minutes-why"),
        ("Shop", "0", "", "#token_minutes-why"),
        ("Shop", "60", "99", "#group-why"),
        ("Shop", "60", "x", "#group-why"),
    ] {
        let form = [("name", name), ("token_minutes", minutes), ("group", group)];
        let answer = mina.submit(CLIENTS, &form).await.is(422);
        answer.shows(at, "");
        assert_eq!(answer.attributes("#token_minutes", "value"), [minutes]);
    }
    mina.submit(GROUPS, &[("name", ""), ("customer", "all")])
        .await
        .is(422)
        .shows("#customer-why", "");
    assert_eq!(app.entries().await.len(), before);
}

#[tokio::test]
async fn a_group_in_use_stays() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let group = add_group(&app, "Readers", &[("customer", "read")]).await;
    let remove = format!("{GROUPS}/{group}/remove");
    Caller::till(&app, "t1").await;
    mina.submit("/settings/tills/1/group", &[("group", &group)]).await.redirects_to(TILLS);
    assert_eq!(app.last_entry().await, "Mina changed the access of t1");
    mina.submit(&remove, &[]).await.redirects_to(GROUPS);
    mina.get(GROUPS).await.shows(".toast.trouble", "Move them to another one first");
    let form = [("name", "Writers"), ("customer", "write"), ("badges", "read")];
    mina.submit(&format!("{GROUPS}/{group}"), &form).await.redirects_to(GROUPS);
    assert_eq!(app.last_entry().await, "Mina changed Writers");
    mina.get(GROUPS).await.shows("tbody tr:nth-child(2)", "WritersWriteRead––");
    mina.submit("/settings/tills/1/group", &[("group", "")]).await.redirects_to(TILLS);
    mina.submit(&remove, &[]).await.redirects_to(GROUPS);
    assert_eq!(app.last_entry().await, "Mina removed Writers");
    mina.submit("/settings/tills/1/group", &[("group", &group)]).await.redirects_to(TILLS);
    mina.get(TILLS).await.shows(".toast.trouble", "Choose one of the list");
}

async fn tries_everything(user: &User) {
    for path in [
        "/settings/clients/1/secrets",
        "/settings/clients/1/secrets/1/end",
        "/settings/clients/1/disable",
        "/settings/clients/1/enable",
        "/settings/clients/1/group",
        "/settings/tills/1/password",
        "/settings/tills/1/disable",
        "/settings/tills/1/enable",
        "/settings/tills/1/group",
        "/settings/tills/basic",
        CLIENTS,
        TILLS,
        GROUPS,
    ] {
        let form = [("name", "X"), ("code", "X"), ("on", "false"), ("customer", "read")];
        user.submit(path, &form).await.is(403);
    }
}

#[tokio::test]
async fn only_admins_give_access_and_only_for_their_own_brand() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    add_client(&app, NewClient { name: "Shop".into(), ..NewClient::default() }).await;
    let till = Caller::till(&app, "t1").await;
    let group = add_group(&app, "Readers", &[]).await;
    let sam = app.staff("Sam", Role::Support).await;
    let marta = app.staff("Marta", Role::Marketer).await;
    let olga = app.staff_of(other, "Olga", Role::Admin).await;
    let before = app.entries().await;
    tries_everything(&sam).await;
    tries_everything(&marta).await;
    for path in
        ["/settings/clients/1/secrets", "/settings/clients/1/disable", "/settings/tills/1/password"]
    {
        olga.submit(path, &[]).await.is(404);
    }
    olga.get(&format!("{GROUPS}/{group}")).await.is(404);
    olga.get(CLIENTS).await.lacks("tbody tr");
    assert_eq!(app.entries().await, before);
    till.get("/v2/nowhere").await.is(404);
}
