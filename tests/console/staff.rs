//! The people of a brand: adding, roles, barring, links; what each deed leaves in the log.

use guerdon::base::permission::Role;

use crate::support::{Answer, PASSWORD, TestApp, User};

fn link(answer: &Answer) -> String {
    answer.texts("#one-time-link").pop().expect("a link")
}

/// The number of a colleague, off the actions of their row.
async fn number_of(admin: &User, name: &str) -> String {
    let page = admin.get("/staff").await;
    let rows = page.texts("tbody tr");
    let row = rows.iter().position(|row| row.contains(name)).expect("a row") + 1;
    let forms = page.attributes(&format!("tbody tr:nth-child({row}) .more form"), "action");
    forms[0].split('/').nth(2).unwrap().to_owned()
}

#[tokio::test]
async fn a_new_colleague_chooses_a_password_through_a_link_that_works_once() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let form = [("email", "Jo@Northwind.test"), ("name", "Jo Weber"), ("role", "support")];
    let answer = mina.submit("/staff", &form).await.is(200);
    answer.shows("#link", "A link for Jo Weber").shows("tbody tr", "Invited");
    assert_eq!(app.last_entry().await, "Mina added Jo Weber");
    mina.get("/staff").await.lacks("#link");

    let (jo, path) = (app.visitor(), link(&answer));
    jo.get(&path).await.is(200).shows("p", "For Jo@Northwind.test");
    let choose =
        async |password, again| jo.submit(&path, &[("password", password), ("again", again)]).await;
    choose("slow green turtles", "slow red turtles").await.is(422).shows("#again-why", "match");
    choose("short", "short").await.is(422).shows("#password-why", "");
    choose("slow green turtles", "slow green turtles").await.redirects_to("/sign-in");
    choose("slow green turtles", "slow green turtles").await.shows("h1", "used up");
    let form = [("email", "jo@northwind.test"), ("password", "slow green turtles")];
    jo.submit("/sign-in", &form).await.redirects_to("/");
    mina.get("/staff").await.lacks(".tag.upcoming");
}

#[tokio::test]
async fn a_link_is_too_old_after_a_day() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let form = [("email", "jo@northwind.test"), ("name", ""), ("role", "marketer")];
    let path = link(&mina.submit("/staff", &form).await);
    app.set_clock("2026-11-27T08:59:59Z");
    app.visitor().get(&path).await.shows("h1", "Choose a password");
    app.set_clock("2026-11-27T09:00:00Z");
    app.visitor().get(&path).await.shows("h1", "used up or too old");
}

#[tokio::test]
async fn a_refused_colleague_is_explained_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    app.staff("Sam", Role::Support).await;
    let before = app.entries().await.len();
    for (email, role, at, words) in [
        ("", "support", "#email-why", "Enter an e-mail address"),
        ("jo", "support", "#email-why", "name@example.org"),
        ("SAM@northwind.test", "support", "#email-why", "Already works for this brand"),
        ("jo@northwind.test", "owner", "#role-why", "must be one of"),
    ] {
        let form = [("email", email), ("name", "Jo <b>"), ("role", role)];
        let answer = mina.submit("/staff", &form).await.is(422);
        answer.shows(at, words);
        assert_eq!(answer.attributes("#email", "value"), [email]);
        assert_eq!(answer.attributes("#name", "value"), ["Jo <b>"]);
    }
    assert_eq!(app.entries().await.len(), before);
}

#[tokio::test]
async fn roles_and_access_change_at_once() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let sam = app.staff("Sam", Role::Support).await;
    let number = number_of(&mina, "Sam").await;
    let at = |verb: &str| format!("/staff/{number}/{verb}");

    sam.get("/staff").await.is(403);
    mina.submit(&at("role"), &[("role", "admin")]).await.redirects_to("/staff");
    assert_eq!(app.last_entry().await, "Mina changed the role of Sam");
    sam.get("/staff").await.is(200);
    mina.submit(&at("role"), &[("role", "support")]).await.redirects_to("/staff");

    let ask = mina.get_region(&at("bar"), "dialog").await.is(200);
    ask.shows("h1", "Disable Sam?").lacks("nav");
    mina.get(&at("bar")).await.shows("form button", "Disable");
    mina.submit(&at("bar"), &[]).await.redirects_to("/staff");
    assert_eq!(app.last_entry().await, "Mina disabled Sam");
    assert!(sam.get("/sessions").await.redirects().starts_with("/sign-in"));
    let form = [("email", "sam@northwind.test"), ("password", PASSWORD)];
    sam.submit("/sign-in", &form).await.is(422);

    let toast = mina.get("/staff").await;
    let undo = toast.attributes(".toast form", "action").pop().unwrap();
    mina.submit(&undo, &[]).await.redirects_to("/staff");
    assert_eq!(app.last_entry().await, "Mina enabled Sam");
    sam.submit("/sign-in", &form).await.redirects_to("/");
    mina.submit(&at("sessions/end"), &[]).await.redirects_to("/staff");
    assert!(sam.get("/sessions").await.redirects().starts_with("/sign-in"));
}

#[tokio::test]
async fn only_admins_touch_staff_and_nobody_their_own_access() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let sam = app.staff("Sam", Role::Support).await;
    let number = number_of(&mina, "Sam").await;
    let before = app.entries().await.len();
    for verb in ["role", "bar", "unbar", "sessions/end", "password-link"] {
        sam.submit(&format!("/staff/{number}/{verb}"), &[("role", "admin")]).await.is(403);
    }
    let form = [("email", "x@northwind.test"), ("role", "admin")];
    sam.submit("/staff", &form).await.is(403);
    // Mina's number is the one before: she came first.
    let own: i64 = number.parse::<i64>().unwrap() - 1;
    mina.submit(&format!("/staff/{own}/bar"), &[]).await.redirects_to("/staff");
    mina.get("/staff").await.shows(".toast.trouble", "ask another admin");
    mina.submit(&format!("/staff/{own}/role"), &[("role", "support")]).await.redirects_to("/staff");
    mina.get("/staff").await.is(200);
    assert_eq!(app.entries().await.len(), before);
}

#[tokio::test]
async fn an_admin_gives_no_link_to_people_of_other_brands() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    let mina = app.staff("Mina", Role::Admin).await;
    let email = app.add_person(app.org, "Sam", Role::Support).await;
    let number = number_of(&mina, "Sam").await;
    let path = format!("/staff/{number}/password-link");
    let given = link(&mina.submit(&path, &[]).await.is(200));
    assert!(given.contains("/welcome/"), "{given}");

    app.add_person(other, "Sam", Role::Support).await;
    mina.submit(&path, &[]).await.redirects_to("/staff");
    mina.get("/staff").await.shows(".toast.trouble", "also works for another brand");
    // Somebody of another brand only is nobody here.
    let olga = app.staff_of(other, "Olga", Role::Admin).await;
    let theirs = number_of(&mina, "Sam").await.parse::<i64>().unwrap() + 1;
    mina.submit(&format!("/staff/{theirs}/password-link"), &[]).await.is(404);
    olga.get("/staff").await.lacks("tbody tr:nth-child(3)").shows("tbody tr", &email);
}
