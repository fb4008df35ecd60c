//! What support does with coupons: moves their ends, revokes them, sends them again, takes redemptions
//! back.

use guerdon::coupons::Coupon;

use crate::membercare_coupons::{Desk, codes, form};
use crate::support::coupons::redemption;

#[tokio::test]
async fn an_end_is_moved_to_a_quick_choice_a_day_or_a_moment() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d.with("validTillDate", "2026-12-31")).await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    let back = desk.path("?status=ACTIVE");
    let path = format!("{}&back={}", form("expiry", &[&coupon]), back.replace('?', "%3F"));
    let page = desk.sam.get(&path).await.is(200);
    page.shows("h1", &coupon.code).shows(".facts", "expires 31 Dec 2026, 23:59");
    page.shows(".choice label", "End of today26 Nov 2026, 23:59");
    assert_eq!(page.attributes("#on", "max"), ["2026-12-31"]);
    assert_eq!(page.attributes("#on", "min"), ["2026-11-26"]);

    for (fields, said) in [
        (vec![("until", "today")], "26 Nov 2026, 23:59"),
        (vec![("until", "week")], "3 Dec 2026, 23:59"),
        (vec![("until", "thirty")], "26 Dec 2026, 23:59"),
        (vec![("until", "month")], "30 Nov 2026, 23:59"),
        (vec![("until", "series")], "31 Dec 2026, 23:59"),
        (vec![("on", "2026-12-24")], "24 Dec 2026, 23:59"),
        (vec![("on", "2026-12-24"), ("at", "18:30")], "24 Dec 2026, 18:30"),
    ] {
        let answer = desk.sam.submit(&path, &fields).await;
        assert_eq!(answer.redirects(), back);
        let words = format!("{}: expires {said} (Europe/Berlin)", coupon.code);
        desk.sam.get(&back).await.is(200).shows(".toast", &words);
    }
    let end = desk.app.coupon_now(coupon.id).await.expiry_override.unwrap();
    assert_eq!(end.to_rfc3339(), "2026-12-24T17:30:00+00:00");

    for (fields, why) in [
        (vec![], "Choose an end or write a day"),
        (vec![("until", "week"), ("on", "2026-12-24")], "not both"),
        (vec![("on", "2026-11-25")], "choose a moment that is still to come"),
        (vec![("on", "2027-01-01")], "choose a day within the offer"),
        (vec![("on", "24.12.2026")], "Write a day such as"),
    ] {
        let kept = [fields, vec![("reason", "She asked for it")]].concat();
        let again = desk.sam.submit(&path, &kept).await.is(422);
        again.shows("#on-why", why).shows("#reason", "She asked for it");
    }
    // From the dialog: the form comes back into it, and success leads away from it.
    let again = desk.sam.submit_hx(&path, "dialog", &[("on", "soon")]).await.is(422);
    again.lacks("header.top").shows("#on-why", "Write a day");
    let done = desk.sam.submit_hx(&path, "dialog", &[("until", "month")]).await.is(200);
    assert_eq!(done.header("hx-redirect"), back);
}

#[tokio::test]
async fn a_double_click_moves_an_end_once_and_races_neither() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    let path = form("expiry", &[&coupon]);
    let fields = [("until", "week"), ("reason", "Late parcel")];
    let (one, two) = tokio::join!(desk.sam.submit(&path, &fields), desk.sam.submit(&path, &fields));
    one.redirects();
    two.redirects();
    assert_eq!(desk.entries_of("moved the expiry of").await, 1);
    let kept = "select count(*) from activity where reason = 'Late parcel' and source = 'CONSOLE'";
    assert_eq!(desk.app.number(kept).await, 1);
}

#[tokio::test]
async fn several_of_an_offer_are_told_one_by_one_and_several_offers_are_refused() {
    let desk = Desk::new().await;
    let diwali = desk.series("Diwali", |d| d).await;
    let autumn = desk.series("Autumn", |d| d).await;
    let held = desk.coupons(diwali, 3).await;
    let other = desk.coupons(autumn, 1).await;
    desk.app.redeem(desk.amara, &[&held[1].code]).await;
    desk.take(vec![held[2].id]).await;

    let all: Vec<&Coupon> = held.iter().collect();
    let page = desk.sam.submit(&form("expiry", &all), &[("until", "week")]).await.is(200);
    page.shows("h1", "Changed the expiry of 2 of 3 coupons");
    let rows = page.texts("tbody tr");
    assert!(rows[1].contains("Done") && rows[1].contains("3 Dec 2026, 23:59"), "{rows:?}");
    assert!(rows[2].contains("Not done") && rows[2].contains("invalid coupon code"), "{rows:?}");

    let tick = [("reason", "Misuse"), ("understood", "true")];
    let page = desk.sam.submit(&form("revocation", &all), &tick).await.is(200);
    page.shows("h1", "Revoked 1 of 3 coupons");
    let rows = page.texts("tbody tr");
    assert!(rows[1].contains("Coupon code redeemed"), "{rows:?}");
    assert!(rows[2].contains("was revoked 26 Nov 2026, 10:00 by Operator"), "{rows:?}");

    let mixed = [&held[0], &other[0]];
    for noun in ["expiry", "revocation"] {
        let page = desk.sam.get(&form(noun, &mixed)).await.is(200);
        page.shows(".note", "“Autumn”, “Diwali”").lacks("#expiry .go, #revoke .danger");
        desk.sam.submit(&form(noun, &mixed), &tick).await.is(422);
    }
    let many: Vec<String> = (0..51).map(|n| format!("pick={}", n + 1)).collect();
    let over = format!("/coupons/codes/revocation?{}", many.join("&"));
    // Only four of them are coupons: numbers nobody has are left out.
    desk.sam.get(&over).await.is(200).shows(".note", "several offers");
    desk.sam.get("/coupons/codes/revocation?pick=999&pick=x").await.is(404);
}

#[tokio::test]
async fn revoking_asks_for_a_reason_and_a_tick_and_happens_once() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let held = desk.coupons(series, 2).await;
    let path = form("revocation", &[&held[0]]);
    let again = desk.sam.submit(&path, &[("words", "Sold on")]).await.is(422);
    again.shows("#understood-why", "Tick this first").shows("#words", "Sold on");
    let again = desk.sam.submit(&path, &[("understood", "true")]).await.is(422);
    again.shows("#reason-why", "Choose a reason");
    assert_eq!(again.attributes("#understood", "checked").len(), 1);

    let fields = [("reason", "Misuse"), ("words", "sold on"), ("understood", "true")];
    let (one, two) = tokio::join!(desk.sam.submit(&path, &fields), desk.sam.submit(&path, &fields));
    let own = format!("/coupons/codes/{}", held[0].id);
    one.redirects_to(&own);
    two.redirects_to(&own);
    assert_eq!(desk.entries_of("revoked").await, 1);
    let late = desk.sam.submit(&path, &fields).await;
    late.redirects_to(&own);
    let page = desk.sam.get(&own).await.is(200);
    page.shows(".toast", "Nothing left to do").shows(".toast", "by Sam: “Misuse: sold on”");
    page.shows("#life li.revoked", "Misuse: sold on").lacks(".act a");
    page.shows("#off-1", "Change expiry: It was revoked.");

    // One that was redeemed stays.
    desk.app.redeem(desk.amara, &[&held[1].code]).await;
    let page = desk.sam.get(&form("revocation", &[&held[1]])).await.is(200);
    page.shows(".note", "It was redeemed.").lacks("#revoke .danger");
    desk.sam.submit(&form("revocation", &[&held[1]]), &fields).await.is(422);
}

#[tokio::test]
async fn all_active_ones_of_an_offer_are_revoked_together() {
    let mut desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let held = desk.coupons(series, 5).await;
    desk.app.redeem(desk.amara, &[&held[0].code]).await;
    desk.move_end(vec![held[1].id], "2026-11-26T09:30:00Z").await;
    desk.later("2026-11-26T10:00:00Z").await;
    let open = desk.sam.get(&desk.path(&format!("/{}", held[2].id))).await.is(200);
    let links = open.attributes("#panel .bar a.risk", "href");
    let whole = links.iter().find(|href| href.contains("series=")).unwrap();
    let page = desk.sam.get(whole).await.is(200);
    page.shows("h1", "Revoke 3 coupons of “Diwali”?").shows(".dots", &held[2].code);
    let tick = [("reason", "Misuse"), ("understood", "true")];
    let page = desk.sam.submit(whole, &tick).await.is(200);
    page.shows("h1", "Revoked all 3 coupons");
    assert!(desk.app.coupon_now(held[1].id).await.revoked.is_none());
    let page = desk.sam.get(whole).await.is(200);
    page.shows(".note", "no active, unredeemed coupon").lacks("#revoke .danger");
    desk.sam.submit(whole, &tick).await.is(422);

    // More than a hundred are work for many, not for a click.
    desk.coupons(series, 101).await;
    let page = desk.sam.get(whole).await.is(200);
    page.shows(".note", "more than 100");
    let bulk = format!(
        "/coupons/bulk/new?action=revoke&customer={}&status=ACTIVE_UNREDEEMED&series={series}",
        desk.amara
    );
    assert_eq!(page.attributes(".buttons .go", "href"), [bulk]);
    desk.sam.submit(whole, &tick).await.is(422);
    assert_eq!(desk.app.number("select count(*) from coupons where revoked_on is null").await, 103);
}

#[tokio::test]
async fn a_code_is_sent_again_once_for_each_form() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let quiet = desk.series("Quiet", |d| d.with("resendMessageEnabled", false)).await;
    let (coupon, silent) = (desk.coupons(series, 1).await, desk.coupons(quiet, 1).await);
    let path = format!("/coupons/codes/{}/resending", coupon[0].id);
    let page = desk.sam.get(&path).await.is(200);
    page.shows("h1", &coupon[0].code).shows(".dots", "Amara Reyes gets a text message");
    let last = page.attributes("[name=last]", "value").pop().unwrap();
    let fields = [("last", last.as_str())];
    let (one, two) = tokio::join!(desk.sam.submit(&path, &fields), desk.sam.submit(&path, &fields));
    one.redirects();
    two.redirects();
    let sent = "select count(*) from coupon_messages where kind = 'RESEND'";
    assert_eq!(desk.app.number(sent).await, 1);
    assert_eq!(desk.entries_of("sent again").await, 1);
    // A fresh form sends once more.
    let fresh = desk.sam.get(&path).await.attributes("[name=last]", "value").pop().unwrap();
    desk.sam.submit(&path, &[("last", &fresh)]).await.redirects();
    assert_eq!(desk.app.number(sent).await, 2);

    let path = format!("/coupons/codes/{}/resending", silent[0].id);
    desk.sam.get(&path).await.is(200).shows("#problems", "sends no messages");
    desk.sam.submit(&path, &[("last", "0")]).await.is(422).shows("#problems", "sends no messages");
}

#[tokio::test]
async fn a_redemption_is_taken_back_with_a_comment_and_once() {
    let desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d).await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    let used = redemption(&desk.app.redeem(desk.amara, &[&coupon.code]).await);
    let path = format!("/coupons/codes/{}/redemptions/{used}/reversal", coupon.id);
    desk.sam.get(&path).await.is(200).shows(".dots", "26 Nov 2026, 10:00 (Europe/Berlin)");
    desk.sam.submit(&path, &[]).await.is(422).shows("#reason-why", "Say why");
    let fields = [("reason", "Wrong bill")];
    let (one, two) = tokio::join!(desk.sam.submit(&path, &fields), desk.sam.submit(&path, &fields));
    one.redirects();
    two.redirects();
    assert_eq!(desk.entries_of("took back a redemption of").await, 1);
    assert_eq!(desk.app.coupon_now(coupon.id).await.redeemed, 0);
    let page = desk.sam.get(&format!("/coupons/codes/{}", coupon.id)).await.is(200);
    page.shows("#life li.revoked", "taken back").shows("#life li.revoked", "Wrong bill");
    // Of another coupon it is no redemption.
    let other = desk.coupons(series, 1).await.remove(0);
    let path = format!("/coupons/codes/{}/redemptions/{used}/reversal", other.id);
    desk.sam.get(&path).await.is(404);
}

/// The same instant, and the days it lies on, from one end of the world to the other.
#[tokio::test]
async fn ends_are_those_of_the_brand_s_days_from_minus_11_to_plus_14() {
    let mut desk = Desk::new().await;
    let series = desk.series("Diwali", |d| d.with("validTillDate", "2027-12-31")).await;
    let coupon = desk.coupons(series, 1).await.remove(0);
    let own = format!("/coupons/codes/{}", coupon.id);
    for (zone, now, until, end, said) in [
        // Already the 27th there, still the 25th here.
        (
            "Pacific/Kiritimati",
            "2026-11-26T10:30:00Z",
            "today",
            "2026-11-27T09:59:59+00:00",
            "27 Nov",
        ),
        ("Pacific/Niue", "2026-11-26T10:30:00Z", "today", "2026-11-26T10:59:59+00:00", "25 Nov"),
        // Clocks go forward within the week; a day has no midnight; they go back within the month.
        ("Europe/Berlin", "2027-03-25T09:00:00Z", "week", "2027-04-01T21:59:59+00:00", "1 Apr"),
        ("Africa/Cairo", "2027-04-29T09:00:00Z", "today", "2027-04-29T21:59:59+00:00", "29 Apr"),
        (
            "America/New_York",
            "2027-10-20T12:00:00Z",
            "thirty",
            "2027-11-20T04:59:59+00:00",
            "19 Nov",
        ),
        // The last day of the month has 25 hours.
        ("Europe/Berlin", "2027-10-31T00:30:00Z", "month", "2027-10-31T22:59:59+00:00", "31 Oct"),
    ] {
        desk.app.sql(&format!("update orgs set time_zone = '{zone}'")).await;
        desk.later(now).await;
        let sam = &desk.sam;
        sam.submit(&form("expiry", &[&coupon]), &[("until", until)]).await.redirects_to(&own);
        let moved = desk.app.coupon_now(coupon.id).await.expiry_override.unwrap();
        assert_eq!(moved.to_rfc3339(), end, "{zone} {until}");
        let page = sam.get(&own).await.is(200);
        page.shows(".toast", said).shows(".facts", said).shows(".head", zone);
        let list = sam.get(&desk.path("?expiring=0")).await.is(200);
        assert_eq!(codes(&list).len(), usize::from(until != "week" && until != "thirty"), "{zone}");
    }
}
