//! Support gives badges and takes them back on the customer's page.

use guerdon::base::permission::Role;
use guerdon::customers::Profile;

use crate::membercare::{Desk, amara, tabs};
use crate::support::{Answer, User};

/// The id of the badge made as number `n`.
fn id(n: u32) -> String {
    format!("{n:0>24}")
}

/// The id a fresh form carries.
async fn fresh(who: &User, form: &str) -> String {
    let page = who.get(form).await.is(200);
    page.attributes("#give [name=request]", "value").pop().unwrap()
}

/// Fills a fresh form in and sends it.
async fn give(who: &User, form: &str, on: &str, at: &str) -> Answer {
    let request = fresh(who, form).await;
    who.submit(form, &[("on", on), ("at", at), ("request", &request)]).await
}

/// The page a redirect leads to.
async fn follow(who: &User, answer: &Answer) -> Answer {
    let to = answer.redirects();
    who.get(to.split('#').next().unwrap()).await.is(200)
}

impl Desk {
    /// The form that enrols for or issues a badge.
    fn form(&self, badge: u32, noun: &str) -> String {
        self.path(&format!("/badges/{}/{noun}", id(badge)))
    }

    async fn earns(&self) -> i64 {
        self.app.number("select count(*) from badge_earns").await
    }
}

#[tokio::test]
async fn support_issues_a_badge_with_and_without_a_date() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let before = sam.get(&desk.path(&format!("?badge={}", id(1)))).await.is(200);
    assert_eq!(tabs(&before).0, "0 1 0 0");
    let link = before.attributes("#panel .bar a[data-dialog]", "href");
    assert_eq!(link, [desk.form(1, "issual")]);

    let answer = give(&sam, &link[0], "", "").await;
    answer.redirects_to(&format!("{}#panel", desk.path(&format!("?badge={}", id(1)))));
    let page = follow(&sam, &answer).await;
    page.shows(".toast", "Issued “Direct” to Amara Reyes");
    assert_eq!(tabs(&page).0, "0 0 1 0");
    page.shows("#timeline li", "Issual 1 Live");
    page.shows("#timeline li", "Issued 26 Nov 2026, 10:00 by Membercare");

    // In the brand's zone; a day alone is its first instant.
    for (on, at, said) in
        [("2026-11-20", "18:20", "20 Nov 2026, 18:20"), ("2026-11-12", "", "12 Nov 2026, 00:00")]
    {
        let page = follow(&sam, &give(&sam, &link[0], on, at).await).await;
        page.shows("#timeline li", &format!("Issued {said} by Membercare"));
        page.shows("#timeline li", "Entered 26 Nov 2026, 10:00");
    }
    let ours = "select count(*) from badge_earns where owner_type = 'Membercare' and source = 'UI'";
    assert_eq!(desk.app.number(ours).await, 3);
    let history = sam.get(&desk.path("/history")).await.is(200);
    history.shows("#history li", "Sam").shows("#history li", "Direct");
}

#[tokio::test]
async fn support_enrols_and_then_issues() {
    let desk = Desk::new().await;
    let rule = r#", earn_type = 'ISSUE_EARN', issued_expiry = '{"expiryType":"RELATIVE","relativeExpirytype":"DAYS","value":10}'"#;
    desk.badge(1, "Streak", rule).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    // Issuing before enrolling is refused with the engine's sentence and what it means here.
    let early = give(&sam, &desk.form(1, "issual"), "", "").await.is(422);
    early
        .shows("#problems", "Badge issue is mandatory before earn")
        .shows("#problems", "enrol them first");

    let answer = give(&sam, &desk.form(1, "enrolment"), "2026-11-20", "").await;
    let page = follow(&sam, &answer).await;
    page.shows(".toast", "Enrolled Amara Reyes in “Streak”, until 30 Nov 2026, 00:00");
    assert_eq!(tabs(&page).0, "0 1 0 0");
    page.shows("#timeline li", "Enrolled 20 Nov 2026, 00:00 by Membercare");
    give(&sam, &desk.form(1, "enrolment"), "", "").await.is(422).shows("#problems", "already");
    let form = sam.get(&desk.form(1, "issual")).await.is(200);
    form.shows(".facts dd", "until 30 Nov 2026, 00:00");

    let page = follow(&sam, &give(&sam, &desk.form(1, "issual"), "", "").await).await;
    assert_eq!(tabs(&page).0, "0 0 1 0");
    assert_eq!(page.texts("#timeline li > .row b"), ["Issual 1", "Enrolment 1"]);
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_may_be_sent_again() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let form = desk.form(1, "issual");
    let request = fresh(&sam, &form).await;
    let send = async |on: &str, at: &str| {
        sam.submit(&form, &[("on", on), ("at", at), ("request", &request)]).await
    };
    let out = send("2025-12-31", "23:59").await.is(422);
    out.shows("#on-why", "Event date is not in duration").shows("#on-why", "start and end");
    assert_eq!(out.attributes("#on", "value"), ["2025-12-31"]);
    assert_eq!(out.attributes("#at", "value"), ["23:59"]);
    assert_eq!(out.attributes("[name=request]", "value"), std::slice::from_ref(&request));
    send("2026-12-03", "").await.is(422).shows("#on-why", "future");
    send("soon", "").await.is(422).shows("#on-why", "2026-12-31");
    send("2026-11-20", "25:00").await.is(422).shows("#at-why", "09:30");
    send("", "10:00").await.is(422).shows("#on-why", "Give the day as well");
    assert_eq!(desk.earns().await, 0);
    send("2026-11-20", "10:00").await.redirects();
    assert_eq!(desk.earns().await, 1);
}

#[tokio::test]
async fn a_form_sent_twice_gives_once_however_fast_the_clicks() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let form = desk.form(1, "issual");
    let request = fresh(&sam, &form).await;
    let fields = [("on", ""), ("at", ""), ("request", request.as_str())];
    let clicks = (0..8).map(|_| sam.submit(&form, &fields));
    for answer in futures_util::future::join_all(clicks).await {
        let page = follow(&sam, &answer).await;
        page.shows("#timeline li", "Issual 1 Live");
    }
    assert_eq!(desk.earns().await, 1);
    let again = follow(&sam, &sam.submit(&form, &fields).await).await;
    again.shows(".toast", "Issued “Direct” to Amara Reyes");
    assert_eq!(desk.earns().await, 1);
    // Another form is another deed; a request id that gave something else is no licence.
    give(&sam, &form, "", "").await.redirects();
    assert_eq!(desk.earns().await, 2);
    desk.badge(2, "Other", "").await;
    let taken = sam.submit(&desk.form(2, "issual"), &fields).await.is(422);
    taken.shows("#problems", "Request with same requestId is not allowed");
    assert_eq!(desk.earns().await, 2);
}

#[tokio::test]
async fn htmx_gets_the_desk_again_or_the_dialog_with_what_is_wrong() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let form = desk.form(1, "issual?sort=rank");
    let dialog = sam.get_region(&form, "dialog").await.is(200);
    dialog.lacks("h1 + nav").shows("#dialog-title", "Issue “Direct” to Amara Reyes");
    assert_eq!(dialog.attributes("#give", "hx-target"), ["#desk"]);
    let request = dialog.attributes("[name=request]", "value").pop().unwrap();

    let wrong = [("on", "2025-01-01"), ("request", request.as_str())];
    let refused = sam.submit_hx(&form, "desk", &wrong).await.is(422);
    assert_eq!(refused.header("hx-retarget"), "#dialog");
    refused.lacks("nav").shows("#on-why", "duration");
    assert_eq!(refused.attributes("#give", "hx-target"), ["#desk"]);

    let right = [("request", request.as_str())];
    let done = sam.submit_hx(&form, "desk", &right).await.is(200);
    let address = desk.path(&format!("?sort=rank&badge={}#panel", id(1)));
    assert_eq!(done.header("hx-replace-url"), address);
    done.lacks("h1").shows("#toasts[hx-swap-oob] .toast", "Issued “Direct”");
    assert_eq!(tabs(&done).0, "0 0 1 0");
    done.shows("h2[data-focus]", "Direct").shows("#timeline li", "Issual 1");
}

#[tokio::test]
async fn what_is_taken_back_needs_a_reason_and_tells_who_when_and_why() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    desk.earn(1, 7, "2026-02-01Z", None).await;
    desk.badge(2, "Streak", ", earn_type = 'ISSUE_EARN'").await;
    desk.enrol(2, 8, "2026-11-01Z", "2027-01-01Z").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let page = sam.get(&desk.path(&format!("?badge={}", id(1)))).await.is(200);
    let link = page.attributes("#timeline a[data-dialog]", "href");
    assert_eq!(link, [desk.path(&format!("/issuals/{}/revocation", id(7)))]);
    let ask = sam.get(&link[0]).await.is(200);
    ask.shows("h1", "Revoke this issual of “Direct”?").shows(".dots", "1 Feb 2026, 01:00");
    sam.submit(&link[0], &[]).await.is(422).shows("#reason-why", "Choose a reason or write one");
    let long = "x".repeat(501);
    sam.submit(&link[0], &[("words", &long)]).await.is(422).shows("#words-why", "500");

    let why = [("reason", "Misuse"), ("words", "sold <b>on</b>")];
    let page = follow(&sam, &sam.submit(&link[0], &why).await).await;
    page.shows(".toast", "Revoked Amara Reyes’s issual of “Direct”");
    page.shows("#timeline li.revoked", "Revoked 26 Nov 2026, 10:00 by Sam");
    page.shows("#timeline li.revoked", "“Misuse: sold <b>on</b>”")
        .lacks("#timeline a[data-dialog]");
    assert_eq!(tabs(&page).0, "0 2 0 0");

    // A second click and a stale page are told what became of it.
    let again = follow(&sam, &sam.submit(&link[0], &why).await).await;
    again.shows(".toast", "Nothing left to do. Revoked 26 Nov 2026, 10:00 by Sam: “Misuse");
    sam.get(&link[0]).await.is(200).shows(".note", "by Sam").lacks("#revoke button.danger");

    let enrolment = desk.path(&format!("/enrolments/{}/revocation", id(8)));
    sam.get(&enrolment).await.is(200).shows("h1", "Revoke this enrolment of “Streak”?");
    let page = follow(&sam, &sam.submit(&enrolment, &[("words", "Wrong person")]).await).await;
    page.shows("#timeline li.revoked", "“Wrong person”");
    assert_eq!(tabs(&page).0, "1 1 0 0");

    // The marketer sees that it was revoked, not by whom and why.
    let marta = desk.app.staff("Marta", Role::Marketer).await;
    let page = marta.get(&desk.path(&format!("?badge={}", id(1)))).await.is(200);
    page.shows("#timeline li", "Revoked 26 Nov 2026, 10:00");
    assert!(!page.text().contains("Misuse") && !page.text().contains("Sam"));
}

#[tokio::test]
async fn two_who_take_the_same_back_at_once_are_both_told_kindly() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    desk.earn(1, 7, "2026-02-01Z", None).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let kim = desk.app.staff("Kim", Role::Support).await;
    let form = desk.path(&format!("/issuals/{}/revocation", id(7)));
    let fields = [("reason", "Misuse")];
    let both =
        futures_util::future::join(sam.submit(&form, &fields), kim.submit(&form, &fields)).await;
    for (who, answer) in [(&sam, both.0), (&kim, both.1)] {
        follow(who, &answer).await.shows("#timeline li.revoked", "Issual 1");
    }
    let entries = desk.app.entries().await;
    let revoked =
        entries.iter().filter(|entry| entry.contains("revoked") && entry.contains("Amara"));
    assert_eq!(revoked.count(), 1, "{entries:?}");
}

#[tokio::test]
async fn only_those_who_may_give_see_the_forms_and_can_send_them() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    desk.earn(1, 7, "2026-02-01Z", None).await;
    let marta = desk.app.staff("Marta", Role::Marketer).await;
    let page = marta.get(&desk.path(&format!("?badge={}", id(1)))).await.is(200);
    page.lacks("#panel a[data-dialog]");
    let revoke = desk.path(&format!("/issuals/{}/revocation", id(7)));
    for form in [desk.form(1, "issual"), desk.form(1, "enrolment"), revoke] {
        marta.get(&form).await.is(403);
        marta.submit(&form, &[("reason", "Misuse"), ("request", "r-1")]).await.is(403);
    }
    assert_eq!(desk.earns().await, 1);
    assert_eq!(
        desk.app.number("select count(*) from badge_earns where revoked_on is null").await,
        1
    );
}

#[tokio::test]
async fn what_is_another_brands_or_another_customers_is_not_there() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    desk.earn(1, 7, "2026-02-01Z", None).await;
    let bo = Profile { first_name: "Bo".to_owned(), ..Profile::default() };
    let bo = Desk::customer(&desk.app, desk.app.org, bo).await;
    let other = desk.app.brand("Southwind", "UTC").await;
    let theirs = Desk::customer(&desk.app, other, amara()).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let kim = desk.app.staff_of(other, "Kim", Role::Support).await;
    let issual = |who: &dyn std::fmt::Display, badge: &str| {
        format!("/member-care/ui/{who}/badges/{badge}/issual")
    };
    let revoke =
        |who: &dyn std::fmt::Display| format!("/member-care/ui/{who}/issuals/{}/revocation", id(7));
    for form in [
        issual(&theirs, &id(1)),
        issual(&desk.amara, &id(999)),
        issual(&desk.amara, "nonsense"),
        desk.form(1, "present"),
        revoke(&bo),
        revoke(&theirs),
        desk.path(&format!("/enrolments/{}/revocation", id(7))),
        desk.path(&format!("/gifts/{}/revocation", id(7))),
    ] {
        sam.get(&form).await.is(404);
        sam.submit(&form, &[("reason", "Misuse"), ("request", "r-1")]).await.is(404);
    }
    for form in
        [issual(&theirs, &id(1)), issual(&desk.amara, &id(1)), revoke(&theirs), revoke(&desk.amara)]
    {
        kim.get(&form).await.is(404);
        kim.submit(&form, &[("reason", "Misuse"), ("request", "r-2")]).await.is(404);
    }
    assert_eq!(desk.earns().await, 1);
    assert_eq!(desk.app.number("select count(*) from badge_requests").await, 0);
}

#[tokio::test]
async fn a_page_grown_stale_is_answered_in_words() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let form = desk.form(1, "issual");
    let request = fresh(&sam, &form).await;
    desk.app.sql("update badges set active = false").await;
    let off = sam.submit(&form, &[("request", &request)]).await.is(422);
    off.shows("#problems", "Badge is not live. It is switched off");
    let page = sam.get(&desk.path(&format!("?badge={}", id(1)))).await.is(200);
    page.shows("#panel .bar", "switched off").lacks("#panel .bar a[data-dialog]");
    desk.app.sql("update badges set active = true").await;
    desk.app
        .sql(&format!("update customers set deleted_at = now() where id = {}", desk.amara))
        .await;
    sam.submit(&form, &[("request", &request)]).await.is(404);
    assert_eq!(desk.earns().await, 0);
}

#[tokio::test]
async fn what_came_with_an_issual_stands_under_it() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    desk.app
        .sql(
            r#"insert into badge_benefits (org_id, badge_id, position, type, params)
               select org_id, id, 0, 'COUPON', '{"seriesId": 136}' from badges"#,
        )
        .await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let page = follow(&sam, &give(&sam, &desk.form(1, "issual"), "", "").await).await;
    page.shows("#timeline li", "With Coupon · Coupon series id 136 Pending");
    desk.app
        .sql("update badge_earn_benefits set status = 'GIVEN', settled_on = now(), coupon_code = 'VIP-1'")
        .await;
    let page = sam.get(&desk.path(&format!("?badge={}", id(1)))).await.is(200);
    page.shows("#timeline li", "With Coupon · Coupon series id 136, code VIP-1 Given");
}
