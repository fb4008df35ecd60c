//! Ends of coupons moved by programs: every row of spec/coupons.md 6.11.

use serde_json::{Value, json};

use crate::coupons_api_changes::{SOON, pair, refusal};
use crate::coupons_api_redeem::{Desk, code};
use crate::support::coupons::terms;

#[tokio::test]
async fn a_call_to_move_ends_is_refused_as_a_whole() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let common = desk.common().await;
    desk.app.coupon(common, desk.tom).await;
    let held = desk.codes(series, desk.tom, 2).await;
    let two = json!([pair(&held[0], SOON), pair(&held[1], SOON)]);
    let one = json!([pair(&held[0], SOON)]);
    let many: Vec<Value> = (0..101).map(|_| pair(&held[0], SOON)).collect();
    let pairs = "Atleast one coupon code and expiry date info is mandatory";
    for (body, number, words) in [
        (json!({ "couponCodes": two }), 756, "coupon seriesid is mandatory"),
        (json!({ "couponSeriesId": series }), 756, pairs),
        (json!({ "couponSeriesId": series, "couponCodes": [] }), 756, pairs),
        (json!({ "couponCodes": [{ "couponCode": held[0] }] }), 756, pairs),
        (json!({ "couponCodes": [{ "expiryDate": SOON }] }), 756, pairs),
        (json!({ "couponCodes": [pair(" ", SOON)] }), 756, pairs),
        (json!({ "couponCodes": [pair(&held[0], "")] }), 756, pairs),
        (
            json!({ "couponSeriesId": common, "couponCodes": [pair("common1", SOON)] }),
            695,
            "User Id is mandatory for common coupon to change expiry",
        ),
        (
            json!({ "couponCodes": [pair("common1", SOON)], "customer": { "mobile": "" } }),
            695,
            "User Id is mandatory for common coupon to change expiry",
        ),
        (json!({ "couponSeriesId": 99, "couponCodes": one }), 707, "Coupon Series ID is invalid"),
        (
            json!({ "couponSeriesId": series, "couponCodes": one, "customer": { "id": 99 } }),
            701,
            "The customer could not be found. Please check mobile, email, external id passed",
        ),
        (json!({ "couponSeriesId": series, "couponCodes": many }), 629, "Invalid Input"),
        (
            json!({ "couponCodes": [pair(&held[0], "31/12/2026")] }),
            400,
            "The value of 'couponCodes[0].expiryDate' must be a date.",
        ),
    ] {
        let answer = desk.expire(body.clone()).await.is(400).json();
        assert_eq!(refusal(&answer), (number, words.to_owned()), "{body}");
    }
    assert_eq!(desk.moved().await, "");
    desk.app.set_clock("2028-01-01T09:00:00Z");
    let late = json!({ "couponSeriesId": series, "couponCodes": one });
    let answer = desk.expire(late).await.is(400).json();
    assert_eq!(refusal(&answer), (712, "Coupon Series / Campaign has expired".to_owned()));
}

/// Case 7, and each row of what a code is told.
#[tokio::test]
async fn each_code_is_moved_by_itself() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let other = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 2).await;
    let his = desk.code(series, desk.huck).await;
    let elsewhere = desk.code(other, desk.tom).await;
    let revoked = desk.code(series, desk.tom).await;
    let body = json!({ "couponSeriesId": series, "couponCodes": [revoked] });
    desk.revoke(body).await.is(200);
    let body = json!({ "couponSeriesId": series, "customer": { "id": desk.tom }, "couponCodes": [
        pair(&held[0].to_lowercase(), SOON),
        pair("nobody", SOON), pair(&elsewhere, SOON), pair(&revoked, SOON),
        pair(&his, SOON),
        pair(&held[1], "2026-11-26T09:00:00Z"),
        pair(&held[1], "2028-01-01T00:00:00+01:00"),
    ] });
    let told = desk.expire(body).await.is(200).json();
    let entity = &told["entity"];
    assert_eq!(told["success"], true);
    assert_eq!((&entity["totalCount"], &entity["successCount"]), (&json!(7), &json!(1)));
    assert_eq!((&entity["failedCount"], &entity["userId"]), (&json!(6), &json!(desk.tom)));
    assert_eq!(entity["couponSeriesId"], json!(series));
    let failed = entity["unprocessedCoupons"].as_array().unwrap();
    let codes: Vec<_> = failed.iter().map(|one| one["errorCode"].as_i64().unwrap()).collect();
    assert_eq!(codes, [633, 633, 633, 703, 690, 691]);
    assert_eq!(failed[0]["errorMessage"], "invalid coupon code");
    assert_eq!(failed[4]["errorMessage"], "Expiry date is past date");
    let beyond = "coupon code expiry date cannot be set beyond series expiry";
    assert_eq!(failed[5]["errorMessage"], beyond);
    // Spelled as in the call, the end in the brand's zone.
    assert_eq!(failed[0]["couponCode"], "nobody");
    assert_eq!(failed[4]["expiryDate"], "2026-11-26T10:00:00+01:00");
    assert_eq!(desk.moved().await, "2026-12-01 10:00:00");
}

#[tokio::test]
async fn ends_come_in_many_spellings_and_one_code_needs_no_series() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.code(series, desk.tom).await;
    for (end, kept) in [
        (json!("2026-12-24T18:00:00+01:00"), "2026-12-24 17:00:00"),
        (json!(1_798_794_000_000_i64), "2027-01-01 09:00:00"),
        (json!("1798794000000"), "2027-01-01 09:00:00"),
        (json!("2026-12-24 18:00:00"), "2026-12-24 18:00:00"),
        // A day alone is the brand's, to its end; daylight saving is minded.
        (json!("2026-12-24"), "2026-12-24 22:59:59"),
        (json!("2027-07-01"), "2027-07-01 21:59:59"),
        // The last second of the series is its end.
        (json!("2027-12-31"), "2027-12-31 22:59:59"),
    ] {
        let told = desk.expire(json!({ "couponCodes": [pair(&held, end.clone())] })).await;
        let told = told.is(200).json();
        assert_eq!(told["entity"]["failedCount"], 0, "{end}: {told}");
        assert_eq!(told["entity"]["userId"], json!(desk.tom));
        assert_eq!(told["entity"]["couponSeriesId"], json!(series));
        assert_eq!(desk.moved().await, kept, "{end}");
    }
    let unknown =
        desk.expire(json!({ "couponCodes": [pair("nobody", SOON)] })).await.is(200).json();
    assert_eq!(unknown["entity"]["userId"], -1);
    assert_eq!(unknown["entity"]["couponSeriesId"], -1);
    assert_eq!(unknown["entity"]["unprocessedCoupons"][0]["errorCode"], 633);
    // Dead from the instant on, and alive again when moved on.
    desk.expire(json!({ "couponCodes": [pair(&held, SOON)] })).await.is(200);
    desk.app.set_clock("2026-12-01T10:00:00Z");
    assert_eq!(code(&desk.redeem(desk.tom, &[&held]).await.is(400).json()), 713);
    desk.expire(json!({ "couponCodes": [pair(&held, "2026-12-02T10:00:00Z")] })).await.is(200);
    desk.redeem(desk.tom, &[&held]).await.is(200);
    assert_eq!(desk.app.last_entry().await, format!("store.server redeemed {held}"));
}
