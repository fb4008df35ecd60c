//! Where the brand wants a second person, support asks on the customer's page and a colleague decides.

use guerdon::base::permission::Role;

use crate::membercare::{Desk, tabs};
use crate::support::{Answer, User};

const BADGE: &str = "000000000000000000000001";

/// A brand that wants a second person for both, and a direct badge.
async fn careful() -> Desk {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    desk.app
        .sql(&format!(
            "insert into org_settings (org_id, approve_enrolments, approve_issues) values ({}, true, true)",
            desk.app.org
        ))
        .await;
    desk
}

async fn send(who: &User, form: &str, on: &str) -> (String, Answer) {
    let page = who.get(form).await.is(200);
    let request = page.attributes("#give [name=request]", "value").pop().unwrap();
    let answer = who.submit(form, &[("on", on), ("request", &request)]).await;
    (request, answer)
}

#[tokio::test]
async fn support_asks_and_an_admin_approves() {
    let desk = careful().await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let open = desk.path(&format!("?badge={BADGE}"));
    let page = sam.get(&open).await.is(200);
    page.shows("#panel .bar a", "Request issue…").lacks("#waiting");
    let form = desk.path(&format!("/badges/{BADGE}/issual"));
    sam.get(&form)
        .await
        .is(200)
        .shows("h1", "Request: Issue “Direct”")
        .shows(".go", "Send request");
    let (request, answer) = send(&sam, &form, "2026-11-20").await;
    answer.redirects();
    let page = sam.get(&open).await.is(200);
    page.shows(".toast", "Asked for “Direct” for Amara Reyes");
    page.shows("#waiting li", "Issue Direct for 20 Nov 2026, 00:00, asked by Sam");
    assert_eq!(tabs(&page).0, "0 1 0 0");
    // A second click asks no second time.
    sam.submit(&form, &[("on", "2026-11-20"), ("request", &request)]).await.redirects();
    assert_eq!(desk.app.number("select count(*) from approval_requests").await, 1);
    assert_eq!(desk.app.number("select count(*) from badge_earns").await, 0);

    let mina = desk.app.staff("Mina", Role::Admin).await;
    let href = mina.get(&open).await.is(200).attributes("#waiting a", "href").pop().unwrap();
    mina.submit(&format!("{href}/decision"), &[("decision", "approved")]).await.redirects();
    let page = sam.get(&open).await.is(200);
    page.lacks("#waiting").shows("#timeline li", "Issued 20 Nov 2026, 00:00 by Membercare");
    assert_eq!(tabs(&page).0, "0 0 1 0");
    // The form that asked, sent once more, is told what came of it.
    sam.submit(&form, &[("on", "2026-11-20"), ("request", &request)]).await.redirects();
    sam.get(&open)
        .await
        .is(200)
        .shows(".toast", "Issued “Direct” to Amara Reyes")
        .lacks("#waiting");
    assert_eq!(desk.app.number("select count(*) from badge_earns").await, 1);
}

#[tokio::test]
async fn who_may_approve_acts_at_once_and_a_marketer_sees_no_requests() {
    let desk = careful().await;
    let mina = desk.app.staff("Mina", Role::Admin).await;
    let form = desk.path(&format!("/badges/{BADGE}/issual"));
    let open = desk.path(&format!("?badge={BADGE}"));
    mina.get(&open).await.is(200).shows("#panel .bar a", "Issue…");
    send(&mina, &form, "").await.1.redirects();
    mina.get(&open).await.is(200).shows(".toast", "Issued “Direct”").lacks("#waiting");
    let sam = desk.app.staff("Sam", Role::Support).await;
    send(&sam, &form, "").await.1.redirects();
    sam.get(&open).await.is(200).shows("#waiting li", "asked by Sam");
    let marta = desk.app.staff("Marta", Role::Marketer).await;
    marta.get(&open).await.is(200).lacks("#waiting");
    // What is waited for is this customer's alone.
    let other = guerdon::customers::Profile { first_name: "Bo".to_owned(), ..Default::default() };
    let bo = Desk::customer(&desk.app, desk.app.org, other).await;
    sam.get(&format!("/member-care/ui/{bo}")).await.is(200).lacks("#waiting");
}
