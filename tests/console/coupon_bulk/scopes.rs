//! Which coupons a run is about, and for whom it runs at all.

use super::*;

#[tokio::test]
async fn listed_customers_lose_their_active_coupons_of_the_offer() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Marketer).await;
    let series = app.series(terms()).await;
    let other = app.series(terms().with("seriesCode", "OTHER").with("description", "Other")).await;
    let (ann, bob) = (app.customer("Ann").await, app.customer("Bob").await);
    let anns = app.issue(series, ann, 3).await.unwrap().coupons;
    let bobs = app.coupon(series, bob).await;
    let elsewhere = app.coupon(other, ann).await;
    app.redeem(ann, &[&anns[0].code]).await;
    let (over, soon) = (vec![anns[1].id], at("2026-11-26T09:00:01Z"));
    app.act(move |act| {
        Box::pin(async move { guerdon::coupons::change_expiry_of(act, &over, soon, None).await })
    })
    .await
    .unwrap();
    app.set_clock("2026-11-26T09:10:00Z");

    let form = format!("/coupons/bulk/customers?series={series}");
    mina.get(&form).await.is(200).shows(".pills a[aria-current]", "Specific customers");
    let csv =
        format!("name;customerId\r\nAnn;{ann}\r\nNobody;999999\r\nTrick;=1+1\r\nAnn;{ann}\r\n");
    let text = series.to_string();
    let file = ("file", "list.csv", "text/csv", csv.as_bytes());
    let fields = [("series", text.as_str()), ("kind", "")];
    mina.upload("/coupons/bulk/customers", &fields, file)
        .await
        .is(422)
        .shows("#kind-why li", "Choose");
    let fields = [("series", text.as_str()), ("kind", "customerId")];
    let preview = mina.upload("/coupons/bulk/customers", &fields, file).await.redirects();
    let page = mina.get(&preview).await.is(200);
    page.shows("#preview", "1 coupon would be revoked").shows("#preview td", "Coupon has expired");
    page.shows("#preview .note", "2 identifiers nobody has");
    let path = send(&mina, &page, &SURE).await.redirects();
    app.run_tasks().await;
    let revoked = async |id: CouponId| app.coupon_now(id).await.revoked.is_some();
    assert!(revoked(anns[2].id).await);
    for id in [anns[0].id, anns[1].id, bobs.id, elsewhere.id] {
        assert!(!revoked(id).await);
    }
    let lines = result(&mina, &path).await;
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(
        lines.contains(&",,,Left alone,There is no such customer,'=1+1".to_owned()),
        "{lines:?}"
    );
}

#[tokio::test]
async fn all_of_a_customers_that_match_the_filter_are_meant_and_no_more() {
    let app = TestApp::new().await;
    let sue = app.staff("Sue", Role::Support).await;
    let one = app.series(terms()).await;
    let two = app.series(terms().with("seriesCode", "OTHER").with("description", "Other")).await;
    let (ann, bob) = (app.customer("Ann").await, app.customer("Bob").await);
    let anns = app.issue(one, ann, 3).await.unwrap().coupons;
    let other = app.coupon(two, ann).await;
    let bobs = app.coupon(one, bob).await;
    app.redeem(ann, &[&anns[0].code]).await;
    later(&app);
    let base = format!("/coupons/bulk/new?action=revoke&customer={ann}");
    sue.get(&base).await.is(200).shows("#preview", "3 coupons would be revoked");
    sue.get(&format!("{base}&status=gone")).await.is(422);
    let page = sue.get(&format!("{base}&series={one}&status=UNREDEEMED")).await.is(200);
    page.shows("#preview", "2 coupons would be revoked").shows(".head p", "2 coupons of customer");
    let back = format!("/customers/{ann}/coupons?series={one}&status=UNREDEEMED");
    assert_eq!(page.attributes(".buttons a", "href"), [back]);
    send(&sue, &page, &SURE).await.redirects();
    app.run_tasks().await;
    for coupon in &anns[1..] {
        assert!(app.coupon_now(coupon.id).await.revoked.is_some());
    }
    for coupon in [&anns[0], &other, &bobs] {
        assert!(app.coupon_now(coupon.id).await.revoked.is_none());
    }
    // Ticked ones go by their numbers; whose page they were ticked on is held against them.
    let ticked = format!("{base}&pick={}&pick={}", other.id, bobs.id);
    let page = sue.get(&ticked).await;
    page.shows("#preview", "1 coupon would").shows("#preview td", "No longer among");
}

#[tokio::test]
async fn what_comes_later_is_not_touched() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms()).await;
    let ann = app.customer("Ann").await;
    let early = app.coupon(series, ann).await;
    later(&app);
    let path = revoke(&mina, &new("revoke", series, "")).await;
    app.set_clock("2026-11-26T09:02:00Z");
    let late = app.coupon(series, ann).await;
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Done").shows(".kpi dd", "1");
    assert!(app.coupon_now(early.id).await.revoked.is_some());
    assert!(app.coupon_now(late.id).await.revoked.is_none());
}

#[tokio::test]
async fn codes_are_sent_again_to_those_who_can_be_reached() {
    let app = TestApp::new().await;
    let sue = app.staff("Sue", Role::Support).await;
    let series = app.series(terms()).await;
    let (ann, bob) = (app.customer("Ann").await, app.customer("Bob").await);
    app.sql(&format!(
        "insert into customer_identifiers (org_id, customer_id, source, account_id, kind, value, value_key)
         values ({}, {ann}, 'INSTORE', '', 'mobile', '+447700900417', '447700900417')",
        app.org
    ))
    .await;
    let (anns, bobs) = (app.coupon(series, ann).await, app.coupon(series, bob).await);
    later(&app);
    let address = format!("/coupons/bulk/new?action=resend&pick={}&pick={}", anns.id, bobs.id);
    let page = sue.get(&address).await.is(200);
    page.shows("#preview", "1 coupon would be sent again");
    page.shows("#preview td", "the customer has no mobile number");
    let path = send(&sue, &page, &[]).await.redirects();
    app.run_tasks().await;
    sue.get(&path).await.shows(".kpi dd", "1").shows("td", "the customer has no mobile number");
    let sent = "select count(*) from coupon_messages where kind = 'RESEND'";
    assert_eq!(app.number(sent).await, 1);
}

#[tokio::test]
async fn the_last_redemption_of_each_is_taken_back() {
    let app = TestApp::new().await;
    let sue = app.staff("Sue", Role::Support).await;
    let again = terms().with("isMultipleUseAllowed", true).with("sameUserMultipleRedeem", true);
    let series = app.series(again).await;
    let ann = app.customer("Ann").await;
    let held = app.issue(series, ann, 3).await.unwrap().coupons;
    for code in [&held[0].code, &held[0].code, &held[1].code] {
        let lines = app.redeem(ann, &[code]).await;
        assert!(lines[0].result.is_ok(), "{lines:?}");
    }
    later(&app);
    let page = sue.get(&new("reactivate", series, "&wanted=ALL")).await.is(200);
    page.shows("#preview", "2 coupons would have their last redemption taken back");
    page.shows("#preview td", "Not redeemed");
    let path = send(&sue, &page, &[("reason", "Till was down")]).await.redirects();
    // One more after the border stays.
    app.set_clock("2026-11-26T09:02:00Z");
    app.redeem(ann, &[&held[2].code]).await;
    app.run_tasks().await;
    sue.get(&path).await.shows(".tag", "Done").shows(".kpi dd", "2").shows("td", "Not redeemed");
    let used = async |id: CouponId| app.coupon_now(id).await.redeemed;
    assert_eq!((used(held[0].id).await, used(held[1].id).await, used(held[2].id).await), (1, 0, 1));
    let counted = "select sum(redeemed)::bigint from coupon_series_counters";
    assert_eq!(app.number(counted).await, 2);
}

#[tokio::test]
async fn other_brands_and_other_roles_do_nothing() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms()).await;
    let ann: CustomerId = app.customer("Ann").await;
    let coupon = app.coupon(series, ann).await;
    later(&app);
    let path = revoke(&mina, &new("revoke", series, "")).await;
    let contoso = app.brand("Contoso", "UTC").await;
    let otto = app.staff_of(contoso, "Otto", Role::Admin).await;
    let form = format!("/coupons/bulk/customers?series={series}");
    for address in
        [&new("revoke", series, ""), &form, &path, &format!("/coupons/bulk?series={series}")]
    {
        otto.get(address).await.is(404);
    }
    for deed in ["cancellation", "resumption"] {
        otto.submit(&format!("{path}/{deed}"), &[]).await.is(404);
    }
    let theirs = format!("/coupons/bulk/new?action=revoke&pick={}", coupon.id);
    otto.get(&theirs).await.is(200).shows("#preview", "0 coupons");
    let fields = [("action", "revoke"), ("pick", &coupon.id.to_string()), SURE[0], SURE[1]];
    otto.submit("/coupons/bulk", &fields)
        .await
        .is(422)
        .shows(".summary", "Nothing matches any more");
    otto.get("/coupons/bulk").await.is(200).shows(".empty", "No bulk action yet");

    // A marketer calls codes of an offer back; customers' coupons are support's.
    let mark = app.staff("Mark", Role::Marketer).await;
    mark.get(&new("revoke", series, "")).await.is(200);
    mark.get(&new("expiry", series, "")).await.is(403);
    mark.get(&theirs).await.is(403);
    mark.submit("/coupons/bulk", &fields).await.is(403);
    for odd in [
        "",
        "action=x&series=1",
        "action=undo&series=1",
        "action=revoke",
        "action=undo&run=1",
        "action=revoke&series=x",
        "action=revoke&series=99999999999999999999",
        "action=revoke&series=-1",
    ] {
        mina.get(&format!("/coupons/bulk/new?{odd}")).await.is(404);
    }
    mina.get(&new("revoke", series, "&q=%00%C3%A4&wanted=%FF")).await.is(200);
    for odd in ["/coupons/bulk/0", "/coupons/bulk/x", "/coupons/bulk/99999999999999999999"] {
        mina.get(odd).await.is(404);
    }
    app.run_tasks().await;
    assert_eq!(app.number(REVOKED).await, 1);
}
