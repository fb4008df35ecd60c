//! The acceptance cases 6 to 18 of spec/coupons.md 13, one test each, through HTTP as programs call.
//! Cases 1 to 5 stand in `coupons_api_issue`.

use axum::http::Method;
use guerdon::imports::Manner;
use serde_json::{Value, json};

use crate::contract::coupon_series::{SERIES, body};
use crate::imports::bring;
use crate::support::caller::Caller;
use crate::support::{Answer, TestApp};

/// A brand whose days are UTC's, a till, and two customers. It is 09:00 on 26 November 2026.
struct Scene {
    app: TestApp,
    till: Caller,
    tom: i64,
    huck: i64,
}

const TODAY: &str = "2026-11-26";
const TOMORROW: &str = "2026-11-27";

impl Scene {
    async fn set() -> Scene {
        let app = TestApp::new().await;
        app.sql("update orgs set time_zone = 'UTC'").await;
        let till = Caller::till(&app, "till").await;
        let mut scene = Scene { app, till, tom: 0, huck: 0 };
        scene.tom = scene.customer("Tom").await;
        scene.huck = scene.customer("Huck").await;
        scene
    }

    async fn customer(&self, name: &str) -> i64 {
        let profile = json!({ "source": "INSTORE", "firstName": name,
            "identifiers": [{ "type": "externalId", "value": name }] });
        let made = self.till.post("/v2/customers", json!({ "profiles": [profile] })).await.is(200);
        made.json()["createdId"].as_i64().unwrap()
    }

    async fn series(&self, fields: Value) -> i64 {
        self.till.post(SERIES, body(fields)).await.is(200).json()["id"].as_i64().unwrap()
    }

    async fn common(&self) -> i64 {
        self.series(json!({ "clientHandlingType": "GENERIC", "genericCode": "ALL20" })).await
    }

    /// Codes of coupons issued to a customer.
    async fn issue(&self, series: i64, customer: i64, count: i64) -> Vec<String> {
        let call = json!({ "seriesId": series, "count": count, "customer": { "id": customer } });
        let done = self.till.post("/v2/coupon/issue/multiple", call).await.is(200).json();
        let code = |one: &Value| one["code"].as_str().unwrap().to_owned();
        done["coupons"].as_array().unwrap().iter().map(code).collect()
    }

    async fn coupon(&self, series: i64, customer: i64) -> String {
        self.issue(series, customer, 1).await.remove(0)
    }

    async fn redeem(&self, customer: i64, code: &str) -> Answer {
        let call = json!({ "redemptionRequestList": [{ "code": code }], "user": { "id": customer },
            "transactionNumber": "B-1", "billAmount": 100 });
        self.till.post("/v2/coupon/redeem", call).await
    }

    async fn expire(&self, call: Value) -> Answer {
        self.till.json(Method::PUT, "/v2/coupon/bulk/expiry", call).await
    }

    /// Moves the end of one code; the number it was refused with, or 0.
    async fn expire_one(&self, code: &str, end: &str) -> i64 {
        let call = json!({ "couponCodes": [{ "couponCode": code, "expiryDate": end }] });
        let told = self.expire(call).await.is(200).json();
        told["entity"]["unprocessedCoupons"].get(0).map_or(0, |one| number(&one["errorCode"]))
    }

    async fn revoke(&self, call: Value) -> Answer {
        self.till.post("/v2/coupon/revoke", call).await
    }

    /// A customer's coupons as the basic list tells them, newest first.
    async fn list(&self, customer: i64, filter: &str) -> Vec<Value> {
        let path = format!("/v2/customers/coupons?id={customer}{filter}");
        let told = self.till.get(&path).await.is(200).json();
        let all = &told["entity"]["customers"][0]["coupons"];
        all.as_array().cloned().unwrap_or_default()
    }

    /// Brings codes in for a series, each for a customer by external id.
    async fn upload(&self, series: i64, lines: &[(&str, &str)]) -> String {
        let mut file = "externalId,code\n".to_owned();
        lines.iter().for_each(|(who, code)| file.push_str(&format!("{who},{code}\n")));
        let manner = Manner { about: Some(series), ..Manner::default() };
        bring(&self.app, "coupons", file.as_bytes(), manner).await.1
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

/// The number a call as a whole was refused with.
#[track_caller]
fn refused(answer: Answer) -> i64 {
    let told = answer.is(400).json();
    assert_eq!(told["success"], json!(false), "{told}");
    number(&told["errors"][0]["code"])
}

/// The number a redemption was refused with.
#[track_caller]
fn unredeemed(answer: Answer) -> i64 {
    number(&answer.is(400).json()["errors"][0]["code"])
}

fn codes(list: &[Value]) -> Vec<&str> {
    list.iter().map(|coupon| coupon["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn case_6_an_expired_coupon_lives_again_to_the_second() {
    let scene = Scene::set().await;
    let days = json!({ "expiryStrategyType": "DAYS", "expiryStrategyValue": 1 });
    let series = scene.series(days).await;
    scene.app.set_clock("2026-11-20T09:00:00Z");
    let code = scene.coupon(series, scene.tom).await;
    scene.app.set_clock(&format!("{TODAY}T09:00:00Z"));
    assert_eq!(codes(&scene.list(scene.tom, "&status=EXPIRED").await), [code.as_str()]);
    assert_eq!(unredeemed(scene.redeem(scene.tom, &code).await), 713);

    assert_eq!(scene.expire_one(&code, &format!("{TOMORROW}T10:00:00Z")).await, 0);
    let coupon = scene.list(scene.tom, "&status=REDEEMABLE").await.remove(0);
    assert_eq!(coupon["validTill"], json!(format!("{TOMORROW}T00:00:00Z")));
    assert_eq!(coupon["validTillDateTime"], json!(format!("{TOMORROW}T10:00:00Z")));
    scene.app.set_clock(&format!("{TOMORROW}T10:00:01Z"));
    assert_eq!(unredeemed(scene.redeem(scene.tom, &code).await), 713);
    scene.app.set_clock(&format!("{TOMORROW}T09:59:59Z"));
    scene.redeem(scene.tom, &code).await.is(200);
}

#[tokio::test]
async fn case_7_an_end_is_moved_into_the_future_within_the_series() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let code = scene.coupon(series, scene.tom).await;
    assert_eq!(scene.expire_one(&code, "2026-11-25T10:00:00Z").await, 690);
    assert_eq!(scene.expire_one(&code, "2028-01-01T00:00:00Z").await, 691);
    assert_eq!(scene.expire_one(&code, "2027-12-31T23:59:59Z").await, 0);
    assert_eq!(scene.expire_one(&code, "2027-03-01T10:00:00Z").await, 0);
    let coupon = scene.list(scene.tom, "").await.remove(0);
    assert_eq!(coupon["validTillDateTime"], json!("2027-03-01T10:00:00Z"));
}

#[tokio::test]
async fn case_8_coupons_of_an_expired_series_keep_their_end() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let code = scene.coupon(series, scene.tom).await;
    scene.app.set_clock("2028-01-01T00:00:00Z");
    for end in ["2028-02-01T00:00:00Z", "2027-06-01T00:00:00Z"] {
        let pairs = json!([{ "couponCode": code, "expiryDate": end }]);
        let call = json!({ "couponSeriesId": series, "couponCodes": pairs });
        assert_eq!(refused(scene.expire(call).await), 712);
    }
}

#[tokio::test]
async fn case_9_only_a_single_code_needs_no_series() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let held = scene.issue(series, scene.tom, 2).await;
    let end = format!("{TOMORROW}T10:00:00Z");
    let pairs = json!([{ "couponCode": held[0], "expiryDate": end }, { "couponCode": held[1], "expiryDate": end }]);
    assert_eq!(refused(scene.expire(json!({ "couponCodes": pairs })).await), 756);
    assert_eq!(refused(scene.revoke(json!({ "couponCodes": held })).await), 756);
    assert_eq!(scene.expire_one(&held[0], &end).await, 0);
    let told = scene.revoke(json!({ "couponCodes": [held[1]] })).await.is(200).json();
    assert_eq!(told["entity"]["revokedCoupons"][0]["couponCode"], json!(held[1]));
}

#[tokio::test]
async fn case_10_of_a_common_code_one_copy_is_moved() {
    let scene = Scene::set().await;
    let series = scene.common().await;
    scene.issue(series, scene.tom, 1).await;
    scene.issue(series, scene.huck, 1).await;
    let end = format!("{TOMORROW}T10:00:00Z");
    let pairs = json!([{ "couponCode": "all20", "expiryDate": end }]);
    let mut call = json!({ "couponSeriesId": series, "couponCodes": pairs });
    assert_eq!(refused(scene.expire(call.clone()).await), 695);
    call["customer"] = json!({ "id": scene.tom });
    let told = scene.expire(call).await.is(200).json();
    assert_eq!(told["entity"]["successCount"], json!(1));
    assert_eq!(scene.list(scene.tom, "").await[0]["validTillDateTime"], json!(end));
    let other = scene.list(scene.huck, "").await.remove(0);
    assert_eq!(other["validTillDateTime"], json!("2027-12-31T23:59:59Z"));
}

#[tokio::test]
async fn case_11_by_customer_what_is_active_and_unredeemed_is_revoked() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let held = scene.issue(series, scene.tom, 5).await;
    scene.redeem(scene.tom, &held[3]).await.is(200);
    assert_eq!(scene.expire_one(&held[4], &format!("{TODAY}T10:00:00Z")).await, 0);
    scene.app.set_clock(&format!("{TODAY}T11:00:00Z"));
    let call = json!({ "couponSeriesId": series, "customer": { "id": scene.tom } });
    let told = scene.revoke(call).await.is(200).json();
    assert_eq!(
        (&told["entity"]["totalCount"], &told["entity"]["failedCount"]),
        (&json!(3), &json!(0))
    );
    let left = scene.list(scene.tom, "&sort_order=ASC").await;
    assert_eq!(codes(&left), [held[3].as_str(), held[4].as_str()]);
    assert_eq!(left[0]["redemptionCount"], json!(1));
}

#[tokio::test]
async fn case_12_by_code_each_failure_is_told_with_its_codes() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let held = scene.issue(series, scene.tom, 3).await;
    scene.redeem(scene.tom, &held[1]).await.is(200);
    scene.revoke(json!({ "couponCodes": [held[2]] })).await.is(200);
    let asked = json!([held[0], held[1], "UNKNOWN", held[2]]);
    let call = json!({ "couponSeriesId": series, "couponCodes": asked });
    let told = scene.revoke(call).await.is(200).json();
    assert_eq!(told["success"], json!(true));
    let entity = &told["entity"];
    assert_eq!((&entity["totalCount"], &entity["failedCount"]), (&json!(4), &json!(3)));
    assert_eq!(entity["revokedCoupons"].as_array().unwrap().len(), 1);
    let mut failed: Vec<(i64, Vec<Value>)> = entity["failedToRevoke"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (number(&one["errorCode"]), one["couponCodes"].as_array().unwrap().clone()))
        .collect();
    failed.sort_by_key(|(code, _)| *code);
    assert_eq!(failed[0], (405, vec![json!(held[1])]));
    assert_eq!(failed[1], (682, vec![json!("UNKNOWN"), json!(held[2])]));
}

#[tokio::test]
async fn case_13_over_the_limits_of_a_call_nothing_is_revoked() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let held = scene.issue(series, scene.tom, 101).await;
    let call = json!({ "couponSeriesId": series, "couponCodes": held[..51] });
    assert_eq!(refused(scene.revoke(call).await), 629);
    let call = json!({ "couponSeriesId": series, "customer": { "id": scene.tom } });
    assert_eq!(refused(scene.revoke(call).await), 629);
    assert_eq!(
        scene.app.number("select count(*) from coupons where revoked_on is not null").await,
        0
    );
}

#[tokio::test]
async fn case_14_a_revoked_code_is_dead_and_its_text_free() {
    let scene = Scene::set().await;
    let series = scene.series(json!({ "clientHandlingType": "DISC_CODE_PIN" })).await;
    scene.upload(series, &[("Tom", "GOLD-1")]).await;
    scene.revoke(json!({ "couponCodes": ["gold-1"] })).await.is(200);
    let path = format!("/v2/coupon/is_redeemable?id={}&code=GOLD-1", scene.tom);
    let told = scene.till.get(&path).await.is(200).json();
    assert_eq!(told["redemption"][0]["isRedeemable"], json!(false));
    assert_eq!(told["redemptionStatus"]["code"], json!(660));
    assert_eq!(unredeemed(scene.redeem(scene.tom, "GOLD-1").await), 660);
    // The only way to hand a code on: it is uploaded again, for somebody else.
    scene.upload(series, &[("Huck", "GOLD-1")]).await;
    assert_eq!(codes(&scene.list(scene.huck, "").await), ["GOLD-1"]);
    assert!(scene.list(scene.tom, "").await.is_empty());
    scene.redeem(scene.huck, "gold-1").await.is(200);
}

#[tokio::test]
async fn case_15_codes_are_read_in_the_letters_asked_for() {
    let scene = Scene::set().await;
    let series = scene.series(json!({ "clientHandlingType": "DISC_CODE_PIN" })).await;
    scene.upload(series, &[("Tom", "abAB123")]).await;
    let tom = scene.tom;
    let reads = [
        ("/v2/coupon?couponCodes=ABab123".to_owned(), "/data/0/code"),
        (format!("/v2/customers/coupons?id={tom}"), "/entity/customers/0/coupons/0/code"),
        (format!("/v2/customers/{tom}/coupons"), "/entity/0/code"),
        ("/v1.1/coupon/get?code=ABab123".to_owned(), "/response/coupons/coupon/0/code"),
        (
            format!("/v1.1/coupon/isredeemable?id={tom}&code=ABab123"),
            "/response/coupons/redeemable/code",
        ),
    ];
    for (path, place) in reads {
        let mark = if path.contains('?') { '&' } else { '?' };
        for (case, code) in [
            ("", "ABAB123"),
            ("coupon_code_case=LOWER", "abab123"),
            ("coupon_code_case=lower", "abab123"),
            ("couponCodeCase=UPPER", "ABAB123"),
            ("coupon_code_case=AS_IT_IS", "abAB123"),
        ] {
            let asked = format!("{path}{mark}{case}");
            let told = scene.till.get(&asked).await.is(200).json();
            assert_eq!(told.pointer(place), Some(&json!(code)), "{asked}: {told}");
        }
        let wrong = format!("{path}{mark}coupon_code_case=AS_IS");
        scene.till.get(&wrong).await.is(400);
    }
}

#[tokio::test]
async fn case_16_no_coupon_outlives_its_series() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let code = scene.coupon(series, scene.tom).await;
    assert_eq!(scene.expire_one(&code, "2027-06-01T10:00:00Z").await, 0);
    let found = scene.till.get(&format!("{SERIES}?ids={series}")).await.is(200).json();
    let mut fields = found["entity"][0].clone();
    fields["validTillDate"] = json!("2027-02-01");
    let call = json!({ "CouponSeriesV2": fields });
    scene.till.json(Method::PUT, &format!("{SERIES}/{series}"), call).await.is(200);
    let coupon = scene.list(scene.tom, "").await.remove(0);
    assert_eq!(coupon["validTillDateTime"], json!("2027-02-01T23:59:59Z"));
}

#[tokio::test]
async fn case_17_together_all_are_redeemed_or_none() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let held = scene.issue(series, scene.tom, 3).await;
    assert_eq!(scene.expire_one(&held[1], &format!("{TODAY}T10:00:00Z")).await, 0);
    scene.app.set_clock(&format!("{TODAY}T11:00:00Z"));
    let list: Vec<Value> = held.iter().map(|code| json!({ "code": code })).collect();
    let call = json!({ "redemptionRequestList": list, "user": { "id": scene.tom } });
    let told = scene.till.post("/v2/coupon/bulk/redeem", call).await.is(200).json();
    assert_eq!((&told["totalCount"], &told["failureCount"]), (&json!(3), &json!(3)));
    let lines = told["response"].as_array().unwrap();
    let failed: Vec<i64> = lines.iter().map(|line| number(&line["errors"][0]["code"])).collect();
    assert_eq!(failed, [749, 713, 749]);
    assert_eq!(scene.app.number("select count(*) from coupon_redemptions").await, 0);
}

#[tokio::test]
async fn case_18_a_redemption_taken_back_is_told_among_the_reversed() {
    let scene = Scene::set().await;
    let series = scene.series(json!({})).await;
    let code = scene.coupon(series, scene.tom).await;
    let done = scene.redeem(scene.tom, &code).await.is(200).json();
    let id = done["redemption"][0]["redemptionId"].as_str().unwrap().to_owned();
    let before = scene.list(scene.tom, "").await.remove(0);
    assert_eq!((&before["redemptionCount"], &before["redemptionsLeft"]), (&json!(1), &json!(0)));
    assert_eq!(before["redemptions"].as_array().unwrap().len(), 1);

    let call = json!({ "redemptionIds": [id] });
    let told = scene.till.post("/v2/coupon/reactivate", call.clone()).await.is(200).json();
    assert_eq!(told["success"], json!(true));
    let after = scene.list(scene.tom, "").await.remove(0);
    assert_eq!((&after["redemptionCount"], &after["redemptions"]), (&json!(0), &json!([])));
    let reversed = &after["reversedRedemptions"][0];
    assert_eq!(
        (&reversed["id"], &reversed["isReversed"]),
        (&before["redemptions"][0]["id"], &json!(true))
    );
    // Once is enough, and the code is good again.
    assert_eq!(refused(scene.till.post("/v2/coupon/reactivate", call).await), 510);
    scene.redeem(scene.tom, &code).await.is(200);
}
