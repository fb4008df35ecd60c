//! Looking a code up, and the page of one coupon with its whole life.

use guerdon::base::permission::Role;
use guerdon::coupons::{self, Coupon};

use crate::support::TestApp;
use crate::support::coupons::terms;

async fn revoke(app: &TestApp, coupon: &Coupon) {
    let (ids, why) = ([coupon.id], Some("Misuse".to_owned()));
    app.act(move |act| Box::pin(async move { coupons::revoke_of(act, &ids, why).await }))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_whole_code_is_found_whatever_its_case() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let series = app.series(terms()).await;
    let coupon = app.coupon(series, amara).await;
    app.sql("update coupons set code = 'abAB-123', code_key = 'ABAB-123'").await;
    let sam = app.staff("Sam", Role::Support).await;
    sam.get("/coupons/codes").await.is(200).shows(".empty h2", "Which coupon is it?");
    for typed in ["abAB-123", "ABAB-123", "%20abab-123%20"] {
        let answer = sam.get(&format!("/coupons/codes?q={typed}")).await;
        answer.redirects_to(&format!("/coupons/codes/{}", coupon.id));
    }
    for typed in ["abAB-12", "%00", "%F0%9F%8E%81", "'%25", &"x".repeat(500)] {
        let page = sam.get(&format!("/coupons/codes?q={typed}")).await.is(200);
        assert_eq!(page.attributes("tbody", "class").len(), 0, "{typed}");
    }
    sam.get("/coupons/codes?q=nope")
        .await
        .is(200)
        .shows(".empty h2", "No coupon has the code “nope”");
    // The way there: from the customers' search.
    let customers = sam.get("/customers?q=abAB-123").await.is(200);
    let links = customers.attributes("a", "href");
    assert!(links.contains(&"/coupons/codes?q=abAB-123".to_owned()), "{links:?}");
    // Another brand has no such code.
    let other = app.brand("Contoso", "UTC").await;
    let eve = app.staff_of(other, "Eve", Role::Admin).await;
    eve.get("/coupons/codes?q=abAB-123").await.is(200).shows(".empty h2", "No coupon has");
}

#[tokio::test]
async fn a_revoked_and_reused_code_shows_all_its_lives() {
    let app = TestApp::new().await;
    let (amara, ben) = (app.customer("Amara").await, app.customer("Ben").await);
    let series = app.series(terms()).await;
    let first = app.coupon(series, amara).await;
    revoke(&app, &first).await;
    app.set_clock("2026-11-26T09:30:00Z");
    let second = app.coupon(series, amara).await;
    app.sql(&format!(
        "update coupons set code = '{0}', code_key = upper('{0}') where id = {1}",
        first.code, second.id
    ))
    .await;
    revoke(&app, &second).await;
    let third = app.coupon(series, ben).await;
    app.sql(&format!(
        "update coupons set code = '{0}', code_key = upper('{0}') where id = {1}",
        first.code, third.id
    ))
    .await;
    let sam = app.staff("Sam", Role::Support).await;
    let page = sam.get(&format!("/coupons/codes?q={}", first.code.to_lowercase())).await.is(200);
    let ids = page.texts("tbody td:first-child .sub");
    let wanted = [third.id, second.id, first.id].map(|id| id.to_string());
    assert_eq!(ids, wanted);
    let rows = page.texts("tbody tr");
    assert!(rows[0].contains("Ben") && rows[0].contains("Active"), "{rows:?}");
    assert!(rows[1].contains("Amara") && rows[1].contains("Revoked"), "{rows:?}");
    // From one of them to all.
    let page = sam.get(&format!("/coupons/codes/{}", third.id)).await.is(200);
    let all = format!("/coupons/codes?q={}&all=yes", first.code);
    assert!(page.attributes("aside a", "href").contains(&all));
    assert_eq!(sam.get(&all).await.is(200).texts("tbody tr").len(), 3);
}

#[tokio::test]
async fn a_common_code_lists_everybody_who_holds_it_page_by_page() {
    let app = TestApp::new().await;
    let draft = terms()
        .with("clientHandlingType", "GENERIC")
        .with("genericCode", "Welcome10")
        .with("description", "Welcome");
    let series = app.series(draft).await;
    let sam = app.staff("Sam", Role::Support).await;
    let page = sam.get("/coupons/codes?q=welcome10").await.is(200);
    page.shows(".empty h2", "Nobody holds this common code yet");
    let mut all = Vec::new();
    for n in 0..51 {
        let customer = app.customer(&format!("Holder {n}")).await;
        all.push(app.coupon(series, customer).await);
    }
    let page = sam.get("/coupons/codes?q=WELCOME10").await.is(200);
    assert_eq!(page.texts("tbody tr").len(), 50);
    page.shows("tbody tr", "Holder 0").shows(".bar h2", "Holders of a common code");
    let next = page.attributes(".pager a[rel=next]", "href").pop().unwrap();
    let rest = sam.get_region(&next, "results").await.is(200);
    assert_eq!(rest.texts("tbody tr").len(), 1);
    rest.shows("tbody tr", "Holder 50").lacks("header.top");
    let own = sam.get(&format!("/coupons/codes/{}", all[3].id)).await.is(200);
    own.shows("h1", "Welcome10").shows("aside", "Everything with this code");
}

#[tokio::test]
async fn the_page_tells_the_whole_life_of_a_code() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let draft = terms().with("isMultipleUseAllowed", true).with("sameUserMultipleRedeem", true);
    let series = app.series(draft).await;
    let coupon = app.coupon(series, amara).await;
    let id = coupon.id;
    app.set_clock("2026-11-27T09:00:00Z");
    let to = "2026-12-24T17:30:00Z".parse().unwrap();
    let late = Some("Late parcel".to_owned());
    app.act(move |act| {
        Box::pin(async move { coupons::change_expiry_of(act, &[id], to, late).await })
    })
    .await
    .unwrap();
    app.set_clock("2026-11-28T09:00:00Z");
    let used = crate::support::coupons::redemption(&app.redeem(amara, &[&coupon.code]).await);
    app.set_clock("2026-11-29T09:00:00Z");
    let wrong = Some("Wrong bill".to_owned());
    app.act(move |act| Box::pin(async move { coupons::reactivate(act, &[used], wrong).await }))
        .await
        .unwrap();
    app.set_clock("2026-11-30T09:00:00Z");
    revoke(&app, &coupon).await;

    let sam = app.staff("Sam", Role::Support).await;
    let page = sam.get(&format!("/coupons/codes/{id}")).await.is(200);
    page.shows("h1", &coupon.code).shows(".head p", "held by Amara");
    let life = page.texts("#life li");
    let back = format!("Redemption {used} taken back“Wrong bill”29 Nov 2026, 10:00");
    for (step, words) in life.iter().zip([
        "Revoked“Misuse”30 Nov 2026, 10:00 · Operator",
        &back,
        "RedeemedT-1 · 10028 Nov 2026, 10:00",
        "Expiry moved from 31 Dec 2027, 23:59 to 24 Dec 2026, 18:30“Late parcel”27 Nov 2026",
        "Issued to Amara26 Nov 2026, 10:00 · Operator",
        "Made by a call26 Nov 2026, 10:00",
    ]) {
        assert!(step.starts_with(words), "{step} begins with {words}");
    }
    assert_eq!(life.len(), 6);
    // The log's own page of it leads back here.
    let log = sam.get(&format!("/activity?kind=coupon&subject={id}")).await.is(200);
    assert!(log.attributes("tbody a.name", "href").contains(&format!("/coupons/codes/{id}")));

    // Marketers read the tables' story without names and reasons.
    let mina = app.staff("Mina", Role::Marketer).await;
    let page = mina.get(&format!("/coupons/codes/{id}")).await.is(200);
    let life = page.texts("#life li");
    assert_eq!(life.len(), 5);
    assert!(life.iter().all(|step| !step.contains("Operator") && !step.contains("Misuse")));
    mina.get("/coupons/codes/999999").await.is(404);
    mina.get("/coupons/codes/x").await.is(404);
}

#[tokio::test]
async fn the_overview_shows_what_can_be_redeemed_today() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let series = app.series(terms()).await;
    let held = app.issue(series, amara, 4).await.unwrap().coupons;
    app.redeem(amara, &[&held[0].code]).await;
    revoke(&app, &held[1]).await;
    let sam = app.staff("Sam", Role::Support).await;
    let page = sam.get(&format!("/member-care/ui/{amara}/overview")).await.is(200);
    page.shows("main", "2 · 1 of 3 redeemed (33 %)");
    let chips = page.texts("a.chip");
    assert_eq!(chips, [format!("{} 500", held[3].code), format!("{} 500", held[2].code)]);
    let all = format!("/customers/{amara}/coupons?status=REDEEMABLE&living=true");
    assert!(page.attributes("h2 a", "href").contains(&all));
    sam.get(&all).await.is(200).shows(".pager", "2 in all");
}
