//! Getting in, staying in, getting out; the shell's small forms.

use guerdon::base::permission::Role;

use crate::support::{PASSWORD, TestApp, User};

const SID: &str = "__Host-sid";

#[tokio::test]
async fn a_wrong_password_is_said_in_place_and_the_address_stays() {
    let app = TestApp::new().await;
    let email = app.add_person(app.org, "Mina", Role::Admin).await;
    let visitor = app.visitor();
    for address in [email.as_str(), "nobody@northwind.test", "<b>"] {
        let form = [("email", address), ("password", "wrong"), ("next", "/badges?q=a")];
        let answer = visitor.submit("/sign-in", &form).await.is(422);
        // The same words whether or not there is such a person.
        answer.shows("#password-why", "E-mail or password is wrong.");
        answer.shows(".summary a[href='#password']", "E-mail or password is wrong.");
        assert_eq!(answer.attributes("#email", "value"), [address]);
        assert_eq!(answer.attributes("[name=next]", "value"), ["/badges?q=a"]);
        assert_eq!(answer.attributes("#password", "value"), [""]);
    }
    assert_eq!(visitor.cookie(SID), None, "a failure makes no session");
}

#[tokio::test]
async fn signing_in_goes_on_to_the_page_asked_for_but_never_elsewhere() {
    let app = TestApp::new().await;
    let email = app.add_person(app.org, "Mina", Role::Admin).await;
    for (next, leads) in [
        ("/staff?x=1", "/staff?x=1"),
        ("", "/"),
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/a\r\nx: y", "/"),
    ] {
        let form = [("email", &*email), ("password", PASSWORD), ("next", next)];
        app.visitor().submit("/sign-in", &form).await.redirects_to(leads);
    }
    let shown = app.visitor().get("/sign-in?next=//evil.test").await;
    assert_eq!(shown.attributes("[name=next]", "value"), [""]);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_signing_out_ends_it() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let first = mina.cookie(SID).unwrap();
    let again = [("email", "mina@northwind.test"), ("password", PASSWORD)];
    mina.submit("/sign-in", &again).await.redirects();
    assert_ne!(mina.cookie(SID).unwrap(), first);
    let old = app.visitor();
    old.set_cookie(SID, &first);
    assert!(old.get("/staff").await.redirects().starts_with("/sign-in"));

    let last = mina.cookie(SID).unwrap();
    mina.submit("/sign-out", &[]).await.redirects_to("/sign-in");
    mina.get("/sign-in").await.shows(".toast", "You are signed out.");
    mina.get("/sign-in").await.lacks(".toast");
    old.set_cookie(SID, &last);
    assert!(old.get("/staff").await.redirects().starts_with("/sign-in"));
}

#[tokio::test]
async fn five_wrong_passwords_slow_the_account_down_but_do_not_lock_it() {
    let app = TestApp::new().await;
    let email = app.add_person(app.org, "Mina", Role::Admin).await;
    let (visitor, wrong) = (app.visitor(), [("email", &*email), ("password", "wrong")]);
    for _ in 0..5 {
        visitor.submit("/sign-in", &wrong).await.shows("#password-why", "wrong");
    }
    let right = [("email", &*email), ("password", PASSWORD)];
    visitor.submit("/sign-in", &right).await.is(422).shows(".summary", "Too many attempts");
    app.set_clock("2026-11-26T09:00:02Z");
    visitor.submit("/sign-in", &right).await.redirects_to("/");
}

#[tokio::test]
async fn sessions_end_when_idle_and_at_the_latest_after_twelve_hours() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    app.set_clock("2026-11-26T09:29:00Z");
    mina.get("/sessions").await.is(200);
    app.set_clock("2026-11-26T10:00:00Z");
    assert!(mina.get("/sessions").await.redirects().starts_with("/sign-in"));

    app.set_clock("2026-11-26T11:00:00Z");
    let busy = User::sign_in(&app, "mina@northwind.test").await;
    for quarter in 1..48 {
        let (hour, minute) = (11 + quarter / 4, 15 * (quarter % 4));
        app.set_clock(&format!("2026-11-26T{hour:02}:{minute:02}:00Z"));
        busy.get("/sessions").await.is(200);
    }
    app.set_clock("2026-11-26T23:00:00Z");
    assert!(busy.get("/sessions").await.redirects().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_is_not_lost_to_a_redirect() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    app.set_clock("2026-11-26T10:00:00Z");
    let answer = mina.submit("/staff", &[("email", "jo@northwind.test")]).await.is(401);
    answer.shows("h1", "Your session has ended");
    assert_eq!(answer.attributes(".buttons a", "href")[1], "/sign-in?next=%2F");
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_only() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Support).await;
    let phone = User::sign_in(&app, "mina@northwind.test").await;
    let sam = app.staff("Sam", Role::Support).await;

    let page = mina.get("/sessions").await.is(200);
    assert_eq!(page.texts("tbody tr").len(), 2);
    page.shows("tbody tr .tag.live", "This browser");
    let end = page.attributes("tbody form", "action").pop().unwrap();
    sam.submit(&end, &[]).await.is(404);
    phone.get("/sessions").await.is(200);
    mina.submit(&end, &[]).await.redirects_to("/sessions");
    assert!(phone.get("/sessions").await.redirects().starts_with("/sign-in"));

    let tablet = User::sign_in(&app, "mina@northwind.test").await;
    mina.submit("/sessions/end-others", &[]).await.redirects_to("/sessions");
    mina.get("/sessions").await.shows(".toast", "1 other session ended.");
    assert!(tablet.get("/sessions").await.redirects().starts_with("/sign-in"));

    let tablet = User::sign_in(&app, "mina@northwind.test").await;
    mina.submit("/sessions/end-all", &[]).await.redirects_to("/sign-in");
    for browser in [&mina, &tablet] {
        assert!(browser.get("/sessions").await.redirects().starts_with("/sign-in"));
    }
    sam.get("/sessions").await.is(200);
}

#[tokio::test]
async fn the_theme_is_a_cookie_that_every_page_follows() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert_eq!(visitor.get("/sign-in").await.attributes("html", "data-theme"), ["system"]);
    let form = [("theme", "dark"), ("next", "/sessions")];
    visitor.submit("/theme", &form).await.redirects_to("/sessions");
    assert_eq!(visitor.get("/sign-in").await.attributes("html", "data-theme"), ["dark"]);
    assert_eq!(visitor.get("/nowhere").await.attributes("html", "data-theme"), ["dark"]);
    visitor.submit("/keys", &[("keys", "off")]).await.redirects_to("/");
    assert_eq!(visitor.cookie("keys").as_deref(), Some("off"));
    let form = [("theme", "\"><script>"), ("next", "https://evil.test")];
    visitor.submit("/theme", &form).await.redirects_to("/");
    assert_eq!(visitor.get("/sign-in").await.attributes("html", "data-theme"), ["system"]);
}

#[tokio::test]
async fn one_switches_between_ones_own_brands_only() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "America/Chicago").await;
    let closed = app.brand("Eastwind", "UTC").await;
    app.add_person(app.org, "Mina", Role::Support).await;
    app.add_person(other, "Mina", Role::Admin).await;
    let mina = User::sign_in(&app, "mina@northwind.test").await;

    mina.get("/sessions").await.shows(".switch", "Europe/Berlin · Support");
    mina.get("/staff").await.is(403);
    mina.submit("/brand", &[("org", &other.to_string())]).await.redirects_to("/");
    let page = mina.get("/sessions").await;
    page.shows(".switch", "America/Chicago · Brand admin");
    page.shows(".toast", "You now work in Southwind.");
    mina.get("/staff").await.is(200);
    for foreign in [closed.to_string(), "x".to_owned()] {
        mina.submit("/brand", &[("org", &foreign)]).await.is(404);
    }
    mina.get("/sessions").await.shows(".switch", "Southwind");
}

#[tokio::test]
async fn the_first_visit_weighs_less_than_eighty_kilobytes() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let gzip = [("accept-encoding", "gzip")];
    let get = axum::http::Method::GET;
    let page = mina.raw(get.clone(), "/staff", &gzip).await.is(200);
    assert_eq!(page.header("content-encoding"), "gzip");
    let plain = mina.get("/staff").await;
    let mut files = plain.attributes("link[href], script[src]", "href");
    files.extend(plain.attributes("script", "src"));
    files.push(plain.attributes("use", "href")[0].split('#').next().unwrap().to_owned());
    assert_eq!(files.len(), 5, "{files:?}");
    let mut weight = page.body.len();
    for file in &files {
        weight += mina.raw(get.clone(), file, &gzip).await.is(200).body.len();
    }
    assert!(weight < 80_000, "{weight} bytes");
}
