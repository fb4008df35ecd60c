//! Calls sent again under one `X-CAP-REQUEST-ID` (spec/api-conventions.md 12), and coupons asked about
//! before they are redeemed (spec/coupons.md 6.9).

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::coupons_api_redeem::{Desk, body, code};
use crate::support::caller::Caller;
use crate::support::coupons::terms;

#[tokio::test]
async fn a_call_sent_again_is_answered_again_and_not_done_again() {
    let desk = Desk::new().await;
    let often = terms().with("isMultipleUseAllowed", true).with("sameUserMultipleRedeem", true);
    let series = desk.app.series(often).await;
    let held = desk.codes(series, desk.tom, 2).await;
    let till = desk.till.with("x-cap-request-id", "bill-77");
    let call = body(desk.tom, &[&held[0]]);
    let crowd = till.through(guerdon::app::router(desk.app.crowd(8)));
    for path in ["/v2/coupon/redeem", "/v2/coupon/bulk/redeem"] {
        let before = desk.count().await;
        // However many come at once, and after a while: one redemption, one answer.
        let mut all = join_all((0..8).map(|_| crowd.post(path, call.clone()))).await;
        all.push(till.post(path, call.clone()).await);
        let again = all.iter().filter(|one| one.header("idempotent-replayed") == "true").count();
        assert_eq!(again, 8);
        let texts: BTreeSet<String> = all.into_iter().map(|one| one.is(200).text()).collect();
        assert_eq!(texts.len(), 1);
        assert_eq!(desk.count().await, before + 1, "{path}");
    }
    // Another call under the same id is another call; so is one without, and that of another till.
    till.post("/v2/coupon/redeem", body(desk.tom, &[&held[1]])).await.is(200);
    desk.till.post("/v2/coupon/redeem", call.clone()).await.is(200);
    let other = Caller::till(&desk.app, "other").await.with("x-cap-request-id", "bill-77");
    other.post("/v2/coupon/redeem", call.clone()).await.is(200);
    assert_eq!(desk.count().await, 5);
    // Kept for a day.
    desk.app.set_clock("2026-11-27T09:00:01Z");
    till.post("/v2/coupon/redeem", call.clone()).await.is(200);
    assert_eq!(desk.count().await, 6);
    let old = "select count(*) from coupon_replies where created_on < '2026-11-27'";
    assert_eq!(desk.app.number(old).await, 0);
}

#[tokio::test]
async fn coupons_are_issued_once_under_one_id() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let till = desk.till.with("x-cap-request-id", "bill-79");
    let customer = json!({ "id": desk.tom });
    for (path, call, count) in [
        ("/v2/coupon/issue", json!({ "seriesId": series, "customer": customer }), 1),
        (
            "/v2/coupon/bulk/issue",
            json!({ "seriesIds": [series, series], "customer": customer }),
            2,
        ),
        (
            "/v2/coupon/issue/multiple",
            json!({ "seriesId": series, "count": 3, "customer": customer }),
            3,
        ),
    ] {
        let issued = "select count(*) from coupons";
        let before = desk.app.number(issued).await;
        let first = till.post(path, call.clone()).await.is(200);
        let again = till.post(path, call).await.is(200);
        assert_eq!(again.text(), first.text());
        assert_eq!(desk.app.number(issued).await, before + count, "{path}");
    }
}

#[tokio::test]
async fn what_was_refused_is_judged_anew_under_the_same_id() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms().with("redemptionValidAfterDays", 1)).await;
    let held = desk.code(series, desk.tom).await;
    let till = desk.till.with("x-cap-request-id", "bill-78");
    let call = body(desk.tom, &[&held]);
    let refused = till.post("/v2/coupon/redeem", call.clone()).await.is(400).json();
    assert_eq!(code(&refused), 739);
    desk.app.set_clock("2026-11-27T09:00:00Z");
    till.post("/v2/coupon/redeem", call.clone()).await.is(200);
    till.post("/v2/coupon/redeem", call).await.is(200);
    assert_eq!(desk.count().await, 1);
}

#[tokio::test]
async fn asking_tells_each_code_by_itself() {
    let desk = Desk::new().await;
    let often = terms()
        .with("isMultipleUseAllowed", true)
        .with("sameUserMultipleRedeem", true)
        .with("maxRedemptionsInSeriesPerUser", 5)
        .with("info", "Ask at the till");
    let series = desk.app.series(often).await;
    let good = desk.written(series, desk.tom, "abAB123").await;
    let his = desk.code(series, desk.huck).await;
    desk.redeem(desk.tom, &[&good]).await.is(200);
    let ask = async |query: String| {
        let path = format!("/v2/coupon/is_redeemable?{query}");
        desk.till.get(&path).await.is(200).json()
    };
    let id = desk.tom;
    let asked = ask(format!("id={id}&code=ABab123,{his},nobody")).await;
    let one = &asked["redemption"][0];
    assert_eq!((&one["code"], &one["isRedeemable"]), (&json!("ABAB123"), &json!(true)));
    assert_eq!(one["numberOfRedemptionsByUser"], 1);
    assert_eq!(one["redemptionsLeft"], 4);
    assert!(one.get("discountValue").is_none());
    assert_eq!(asked["redemption"][1]["redemptionStatus"]["code"], 703);
    assert_eq!(asked["redemption"][2]["redemptionStatus"]["code"], 702);
    assert_eq!(asked["redemption"][2]["code"], "NOBODY");
    assert_eq!(asked["redemptionStatus"]["code"], 703);
    assert_eq!(desk.count().await, 1);

    let unknown = ask(format!("id={id}&code=nobody")).await;
    let words = "Coupon not found Identifier: nobody. Coupon isRedeem failed";
    let whole = json!({ "status": false, "code": 780, "message": words });
    assert_eq!(unknown["redemptionStatus"], whole);
    for (case, told) in [("LOWER", "abab123"), ("as_it_is", "abAB123"), ("UPPER", "ABAB123")] {
        let asked = ask(format!("id={id}&code=abab123&coupon_code_case={case}")).await;
        assert_eq!(asked["redemption"][0]["code"], told);
    }
    let short = ask(format!("mobile=919449489999&code={good}&details=true")).await;
    let one = &short["redemption"][0];
    assert_eq!((&one["discountType"], &one["discountValue"]), (&json!("ABS"), &json!(500.0)));
    assert_eq!(one["couponseries"]["info"], "Ask at the till");
    assert_eq!(one["couponseries"]["validTillDate"], "2027-12-31T00:00:00+01:00");
    assert!(one["couponseries"].get("maxCreate").is_none());
    let whole = ask(format!("id={id}&code={good},{his}&details=extended")).await;
    let one = &whole["redemption"][0]["couponseries"];
    assert_eq!((&one["maxCreate"], &one["numRedeemed"]), (&json!(-1), &json!(1)));
    assert_eq!(one["validTillISODate"], "2027-12-31");
    assert_eq!(one["brands"], json!([]));
    assert!(whole["redemption"][1]["couponseries"].get("maxCreate").is_none());

    for (query, number) in [
        (format!("id={id}"), 781),
        ("id=999999&code=x".to_owned(), 701),
        ("code=x".to_owned(), 701),
        (format!("id={id}&code=x&details=some"), 400),
        (format!("id={id}&code=x&coupon_code_case=AS_IS"), 400),
    ] {
        let path = format!("/v2/coupon/is_redeemable?{query}");
        assert_eq!(code(&desk.till.get(&path).await.is(400).json()), number, "{query}");
    }
}
