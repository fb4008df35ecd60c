//! Coupons issued by programs: one, one of each of several series, many (spec/coupons.md 4.4, 6.4–6.6),
//! and the acceptance cases 1 to 5 of section 13, through HTTP.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::caller::{Caller, add_group};
use crate::support::coupons::terms;
use crate::support::{Answer, TestApp};

const ONE: &str = "/v2/coupon/issue";
const BULK: &str = "/v2/coupon/bulk/issue";
const MANY: &str = "/v2/coupon/issue/multiple";

struct Shop {
    app: TestApp,
    till: Caller,
    amara: i64,
}

impl Shop {
    async fn open() -> Shop {
        let app = TestApp::new().await;
        let till = Caller::till(&app, "till").await;
        let amara = app.customer("Amara").await.get();
        Shop { app, till, amara }
    }

    async fn series(&self, terms_of: &[(&str, &str)]) -> i64 {
        let draft = terms_of.iter().fold(terms(), |draft, (key, value)| draft.with(key, value));
        self.app.series(draft).await.get()
    }

    async fn many(&self, series: i64, count: Value) -> Answer {
        let call = json!({ "seriesId": series, "count": count, "customer": { "id": self.amara } });
        self.till.post(MANY, call).await
    }

    async fn one(&self, series: i64) -> Answer {
        let call = json!({ "seriesId": series, "customer": { "id": self.amara } });
        self.till.post(ONE, call).await
    }
}

/// Code and message of the only refusal.
#[track_caller]
fn refusal(answer: Answer) -> (i64, String) {
    let body = answer.is(400).json();
    assert_eq!(body["errors"].as_array().unwrap().len(), 1, "{body}");
    assert_eq!((&body["success"], &body["warnings"]), (&json!(false), &json!([])));
    told(&body["errors"][0])
}

#[track_caller]
fn told(status: &Value) -> (i64, String) {
    assert_eq!(status["status"], json!(false), "{status}");
    (status["code"].as_i64().unwrap(), status["message"].as_str().unwrap().to_owned())
}

/// Asked for, failed, done.
fn counts(body: &Value) -> [i64; 3] {
    ["totalCount", "failureCount", "successCount"].map(|key| body[key].as_i64().unwrap())
}

#[tokio::test]
async fn case_1_five_hundred_coupons_come_in_one_call_and_one_event_tells_of_them() {
    let shop = Shop::open().await;
    let series = shop.series(&[]).await;
    let body = shop.many(series, json!(500)).await.is(200).json();
    assert_eq!(counts(&body), [500, 0, 500]);
    assert_eq!((&body["errors"], &body["warnings"]), (&json!([]), &json!([])));
    let coupons = body["coupons"].as_array().unwrap();
    let codes: BTreeSet<&str> = coupons.iter().map(|one| one["code"].as_str().unwrap()).collect();
    let ids: BTreeSet<i64> = coupons.iter().map(|one| one["couponId"].as_i64().unwrap()).collect();
    assert_eq!((codes.len(), ids.len()), (500, 500));
    let events = shop.app.number("select count(*) from outgoing_events where name = 'CouponIssue'");
    assert_eq!(events.await, 1);
    let told = "select sum(jsonb_array_length(payload #> '{data,coupons}')) from outgoing_events";
    assert_eq!(shop.app.number(told).await, 500);
}

#[tokio::test]
async fn case_2_a_call_asks_for_one_to_five_hundred() {
    let shop = Shop::open().await;
    let series = shop.series(&[]).await;
    let most = "Invalid coupon count. Minimum 1 and Maximum 500.";
    assert_eq!(refusal(shop.many(series, json!(501)).await), (677, most.to_owned()));
    let least = "count should be greater than 0";
    for few in [json!(0), json!(-5), json!("0")] {
        assert_eq!(refusal(shop.many(series, few).await), (756, least.to_owned()));
    }
    assert_eq!(counts(&shop.many(series, Value::Null).await.is(200).json()), [1, 0, 1]);
    assert_eq!(counts(&shop.many(series, json!("2")).await.is(200).json()), [2, 0, 2]);
    // Every fault is told, and a list of series is no series.
    let call = json!({ "seriesId": [series], "count": 501, "customer": { "id": shop.amara } });
    let body = shop.till.post(MANY, call).await.is(400).json();
    let codes: Vec<_> = body["errors"].as_array().unwrap().iter().map(|e| &e["code"]).collect();
    assert_eq!(codes, [&json!(400), &json!(677)]);
}

#[tokio::test]
async fn case_3_as_many_as_the_customer_may_hold_come_and_the_rest_is_told() {
    let shop = Shop::open().await;
    let series = shop.series(&[("maxVouchersPerUser", "3")]).await;
    shop.one(series).await.is(200);
    let body = shop.many(series, json!(5)).await.is(200).json();
    assert_eq!(counts(&body), [5, 3, 2]);
    assert_eq!(body["coupons"].as_array().unwrap().len(), 2);
    let max = "max coupon per user exceeded".to_owned();
    assert_eq!(told(&body["errors"][0]), (5002, max.clone()));
    // With nothing left the call is refused, in the number of the call.
    assert_eq!(refusal(shop.many(series, json!(5)).await), (5002, max.clone()));
    assert_eq!(refusal(shop.one(series).await), (621, max));
}

#[tokio::test]
async fn case_4_a_series_of_one_for_each_gives_one() {
    let shop = Shop::open().await;
    let series = shop.series(&[("isMultipleVouchersPerUserAllowed", "false")]).await;
    let body = shop.many(series, json!(2)).await.is(200).json();
    assert_eq!(counts(&body), [2, 1, 1]);
    let one = "Issue only one coupon. Since isAllowMultipleVouchersPerUser=false.";
    assert_eq!(told(&body["errors"][0]), (5004, one.to_owned()));
    let has = "Coupon processing failed: user already has a coupon";
    assert_eq!(refusal(shop.many(series, json!(2)).await), (709, has.to_owned()));
    assert_eq!(refusal(shop.one(series).await), (709, has.to_owned()));
}

#[tokio::test]
async fn case_5_twenty_callers_at_once_get_ten_of_ten() {
    let shop = Shop::open().await;
    let series = shop.series(&[("maxCreate", "10")]).await;
    let crowd = shop.app.crowd(20);
    let crowd = TestApp {
        router: guerdon::app::router(crowd.clone()),
        app: crowd,
        org: shop.app.org,
        options: shop.app.options.clone(),
    };
    let till = Caller::stranger(&crowd).signing("till", crate::support::caller::DIGEST);
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (till, amara) = (till.clone(), shop.amara);
        let call = json!({ "seriesId": series, "count": 1, "customer": { "id": amara } });
        // Both doors share the one limit.
        let path = if n % 2 == 0 { MANY } else { ONE };
        calls.spawn(async move { till.post(path, call).await });
    }
    let (mut given, mut over) = (0, 0);
    for answer in calls.join_all().await {
        match answer.status.as_u16() {
            200 => given += 1,
            _ => {
                assert!(matches!(refusal(answer).0, 626 | 5001));
                over += 1;
            }
        }
    }
    assert_eq!((given, over), (10, 10));
    assert_eq!(shop.app.number("select count(*) from coupons").await, 10);
    let found = shop.till.get(&format!("/v2/coupon/series?ids={series}")).await.is(200).json();
    assert_eq!(found["entity"][0]["numIssued"], json!(10));
}

#[tokio::test]
async fn each_check_of_an_issue_has_its_number_in_its_order() {
    let shop = Shop::open().await;
    let open = shop.series(&[]).await;
    let post = |call: Value| shop.till.post(ONE, call);
    let whom = json!({ "id": shop.amara });
    let blank = "seriesId is mandatory to set".to_owned();
    assert_eq!(refusal(post(json!({ "customer": whom })).await), (756, blank.clone()));
    assert_eq!(refusal(post(json!({ "seriesId": " " })).await), (756, blank));
    let nobody =
        [json!({}), json!({ "mobile": "", "email": "x@example.org" }), json!({ "id": "x" })];
    for customer in nobody {
        let call = json!({ "seriesId": open, "customer": customer });
        assert_eq!(refusal(post(call).await).0, 701);
    }
    // The customer is looked for before the series.
    assert_eq!(refusal(post(json!({ "seriesId": 1_000_000 })).await).0, 701);
    let call = json!({ "seriesId": 1_000_000, "customer": whom });
    assert_eq!(refusal(post(call).await), (707, "Coupon Series ID is invalid".to_owned()));

    let outside = shop.series(&[("externalIssual", "true")]).await;
    assert_eq!(refusal(shop.one(outside).await).0, 777);
    let over = shop.series(&[("validTillDate", "2026-11-25")]).await;
    assert_eq!(refusal(shop.one(over).await), (713, "Coupon has expired".to_owned()));
    shop.one(open).await.is(200);
    let excluded = shop.series(&[("mutualExclusiveSeriesIds", &format!("[{open}]"))]).await;
    assert_eq!(refusal(shop.one(excluded).await).0, 709);
    let gap = shop.series(&[("minDaysBetweenVouchers", "1")]).await;
    shop.one(gap).await.is(200);
    let soon = "Coupon processing failed: minimum gap between issuals";
    assert_eq!(refusal(shop.one(gap).await), (709, soon.to_owned()));
    let uploaded = shop.series(&[("clientHandlingType", "DISC_CODE_PIN")]).await;
    let none = "Unable to issue certain number of coupons".to_owned();
    assert_eq!(refusal(shop.one(uploaded).await), (678, none.clone()));
    assert_eq!(refusal(shop.many(uploaded, json!(3)).await), (5006, none));
    let few = shop.series(&[("maxCreate", "2")]).await;
    let body = shop.many(few, json!(3)).await.is(200).json();
    assert_eq!((counts(&body), told(&body["errors"][0]).0), ([3, 1, 2], 5001));
    assert_eq!(refusal(shop.one(few).await).0, 626);
    shop.app.sql("update customers set status_code = 'SUSPENDED'").await;
    assert_eq!(refusal(shop.one(open).await).0, 742);
    shop.app.sql("update customers set fraud_status = 'CONFIRMED'").await;
    assert_eq!(refusal(shop.one(open).await), (740, "Fraud customer".to_owned()));
}

#[tokio::test]
async fn a_coupon_in_hand_is_answered_again_and_not_counted_again() {
    let shop = Shop::open().await;
    let again =
        [("isMultipleVouchersPerUserAllowed", "false"), ("doNotResendExistingVoucher", "false")];
    let series = shop.series(&again).await;
    let first = shop.one(series).await.is(200).json();
    let second = shop.one(series).await.is(200).json();
    assert_eq!((&first["id"], &first["code"]), (&second["id"], &second["code"]));
    let body = shop.many(series, json!(3)).await.is(200).json();
    assert_eq!(body["coupons"][0]["couponId"], first["id"]);
    assert_eq!((counts(&body), told(&body["errors"][0]).0), ([3, 2, 1], 5004));
    assert_eq!(shop.app.number("select count(*) from coupons").await, 1);
    assert_eq!(shop.app.number("select count(*) from outgoing_events").await, 1);
}

#[tokio::test]
async fn each_series_of_a_bulk_call_stands_for_itself() {
    let shop = Shop::open().await;
    let (good, full) = (shop.series(&[]).await, shop.series(&[("maxCreate", "1")]).await);
    let ids = json!([full, good, 999_999, full, good.to_string()]);
    let call = json!({ "seriesIds": ids, "customer": { "id": shop.amara } });
    let body = shop.till.post(BULK, call).await.is(200).json();
    assert_eq!((&body["totalCount"], &body["failureCount"]), (&json!(5), &json!(2)));
    let line = |place: usize| {
        let line = &body["response"][place];
        let code = line["errors"].get(0).map_or(0, |error| told(error).0);
        (line["entityId"].as_i64().unwrap(), line["result"]["seriesId"].as_i64(), code)
    };
    assert_eq!(line(0), (good, Some(good), 0));
    assert_eq!(line(1), (good, Some(good), 0));
    assert_eq!(line(2), (full, Some(full), 0));
    assert_eq!(line(3), (full, None, 626));
    assert_eq!(line(4), (999_999, None, 707));
    assert!(body["response"][0]["result"].get("customer").is_none());

    let refused = async |ids: Value, customer: Value| {
        let call = json!({ "seriesIds": ids, "customer": customer });
        refusal(shop.till.post(BULK, call).await).0
    };
    let whom = json!({ "id": shop.amara });
    assert_eq!(refused(json!([]), whom.clone()).await, 756);
    assert_eq!(refused(json!((0..51).collect::<Vec<_>>()), whom).await, 1060);
    assert_eq!(refused(json!([good]), json!({ "mobile": "4915000" })).await, 701);
    // Where nothing was issued, nothing is left behind.
    let entries = shop.app.entries().await.len();
    let call = json!({ "seriesIds": [full], "customer": { "id": shop.amara } });
    assert_eq!(shop.till.post(BULK, call).await.is(200).json()["failureCount"], json!(1));
    assert_eq!(shop.app.entries().await.len(), entries);
}

#[tokio::test]
async fn what_a_caller_says_is_kept_and_a_day_is_the_brands() {
    let shop = Shop::open().await;
    let series = shop.series(&[("expiryStrategyType", "DAYS"), ("expiryStrategyValue", "0")]).await;
    // Half past midnight in Berlin, the day before in UTC.
    shop.app.set_clock("2026-11-26T23:30:00Z");
    let metadata = json!({ "sourceType": "Journeys", "notes": "  ", "else": 1 });
    let call =
        json!({ "seriesId": series, "customer": { "id": shop.amara }, "metadata": metadata });
    let body = shop.till.post(ONE, call).await.is(200).json();
    assert_eq!(body["validTill"], json!("2026-11-27T00:00:00+01:00"));
    assert_eq!((&body["redemptionCount"], &body["warnings"]), (&json!(0), &json!([])));
    let kept = shop.app.text("select metadata::text from coupons").await;
    assert_eq!(kept, r#"{"sourceType": "Journeys"}"#);
    let long = json!({ "sourceType": "x".repeat(51), "reason": "y".repeat(256) });
    let call = json!({ "seriesId": series, "customer": { "id": shop.amara }, "metadata": long });
    let body = shop.till.post(ONE, call).await.is(400).json();
    assert_eq!(body["errors"].as_array().unwrap().len(), 2, "{body}");
    let call = json!({ "seriesId": series, "customer": { "id": shop.amara }, "metadata": "x" });
    assert_eq!(refusal(shop.till.post(ONE, call).await).0, 400);
}

#[tokio::test]
async fn issuing_needs_leave_and_stays_within_the_brand() {
    let shop = Shop::open().await;
    let series = shop.series(&[]).await;
    let group =
        add_group(&shop.app, "Looks", &[("basic_coupon", "read"), ("coupon", "write")]).await;
    shop.app.sql(&format!("update tills set access_group_id = {group}")).await;
    let denied = shop.one(series).await.is(403).json();
    assert_eq!(denied["errors"][0]["code"], json!(4000));
    let other = shop.app.brand("Elsewhere", "UTC").await;
    let spy = Caller::till_of(&shop.app, other, "spy").await;
    let call = json!({ "seriesId": series, "customer": { "id": shop.amara } });
    assert_eq!(refusal(spy.post(ONE, call).await).0, 701);
    assert_eq!(shop.app.number("select count(*) from coupons").await, 0);
}
