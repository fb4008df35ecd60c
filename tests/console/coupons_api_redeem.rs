//! Coupons redeemed by programs, and asked about before (spec/coupons.md 4.5, 6.7–6.9).

use futures_util::future::join_all;
use guerdon::base::act::Actor;
use guerdon::base::ids::{CustomerId, OrgId, SeriesId};
use guerdon::coupons::{self, Draft};
use serde_json::{Value, json};

use crate::support::caller::{Caller, add_client, add_group, with_token};
use crate::support::coupons::{issue_in, terms};
use crate::support::{Answer, TestApp};

/// A brand's till and two customers.
pub struct Desk {
    pub app: TestApp,
    pub till: Caller,
    pub tom: CustomerId,
    pub huck: CustomerId,
}

impl Desk {
    /// A fresh one, of a brand whose days are Berlin's, at 09:00 UTC on 26 November 2026.
    pub async fn new() -> Desk {
        let app = TestApp::new().await;
        let till = Caller::till(&app, "store.server").await;
        let tom = enter(&till, "Tom", "919449489999").await;
        let huck = enter(&till, "Huck", "919449480000").await;
        Desk { app, till, tom, huck }
    }

    /// A code of a series, issued to a customer.
    pub async fn code(&self, series: SeriesId, customer: CustomerId) -> String {
        self.app.coupon(series, customer).await.code
    }

    /// So many codes.
    pub async fn codes(&self, series: SeriesId, customer: CustomerId, count: i64) -> Vec<String> {
        let made = self.app.issue(series, customer, count).await.unwrap();
        made.coupons.into_iter().map(|coupon| coupon.code).collect()
    }

    /// A code that its owner wrote.
    pub async fn written(&self, series: SeriesId, customer: CustomerId, text: &str) -> String {
        let coupon = self.app.coupon(series, customer).await;
        let id = coupon.id;
        let sql = format!(
            "update coupons set code = '{text}', code_key = upper('{text}') where id = {id}"
        );
        self.app.sql(&sql).await;
        text.to_owned()
    }

    pub async fn redeem(&self, customer: CustomerId, codes: &[&str]) -> Answer {
        self.till.post("/v2/coupon/redeem", body(customer, codes)).await
    }

    async fn together(&self, customer: CustomerId, codes: &[&str], query: &str) -> Value {
        let path = format!("/v2/coupon/bulk/redeem{query}");
        self.till.post(&path, body(customer, codes)).await.is(200).json()
    }

    pub async fn count(&self) -> i64 {
        self.app.number("select count(*) from coupon_redemptions where reversed_on is null").await
    }
}

async fn enter(till: &Caller, name: &str, mobile: &str) -> CustomerId {
    let profile = json!({ "source": "INSTORE", "firstName": name,
        "identifiers": [{ "type": "mobile", "value": mobile }] });
    let made = till.post("/v2/customers", json!({ "profiles": [profile] })).await.is(200).json();
    CustomerId::new(made["createdId"].as_i64().unwrap())
}

/// A call that redeems codes at a bill.
pub fn body(customer: CustomerId, codes: &[&str]) -> Value {
    let list: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    json!({ "redemptionRequestList": list, "user": { "id": customer }, "billAmount": 250,
        "transactionNumber": "T-1" })
}

/// The number of the first error of an answer.
pub fn code(answer: &Value) -> i64 {
    answer["errors"][0]["code"].as_i64().unwrap_or_default()
}

/// Another brand with a customer and a coupon of its own, and its till.
pub async fn elsewhere(app: &TestApp) -> (OrgId, Caller, CustomerId, SeriesId, String) {
    let org = app.brand("Elsewhere", "UTC").await;
    let till = Caller::till_of(app, org, "elsewhere").await;
    let customer = enter(&till, "Zebra", "4412345678").await;
    let series = app
        .act_in(org, |act| {
            let draft: Draft = terms();
            Box::pin(async move { coupons::create(act, &draft, false).await.map(|made| made.id) })
        })
        .await
        .unwrap();
    let outcome = issue_in(&app.app, Actor::operator(org), series, customer, 1).await.unwrap();
    (org, till, customer, series, outcome.unwrap().coupons.remove(0).code)
}

#[tokio::test]
async fn one_coupon_is_redeemed_once_in_any_letter_case() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let code_ = desk.written(series, desk.tom, "abAB123").await;
    let asked = code_.to_lowercase();
    let done = desk.redeem(desk.tom, &[&asked]).await.is(200).json();
    let one = &done["redemption"][0];
    assert_eq!(one["code"], "abab123");
    assert_eq!((&one["seriesCode"], &one["couponValue"]), (&json!(series), &json!(500.0)));
    assert!(one["redemptionId"].as_str().unwrap().parse::<i64>().unwrap() > 0);
    assert_eq!(done["redemptionStatus"]["code"], 700);
    assert_eq!(done["customer"]["id"], json!(desk.tom));
    assert!(done.get("errors").is_none());
    let noted = "select transaction_number || ' ' || bill_amount || ' ' || redeemed_by_name \
        from coupon_redemptions";
    assert_eq!(desk.app.text(noted).await, "T-1 250 store.server");

    let again = desk.redeem(desk.tom, &[&code_]).await.is(400).json();
    assert_eq!(code(&again), 711);
    assert_eq!(again["success"], false);
    assert_eq!(again["redemptionStatus"]["status"], false);
    let one = &again["redemption"][0];
    assert_eq!(one["redemptionStatus"]["code"], 711);
    assert_eq!(one["appendedErrorMessage"], "Coupon is already used");
    assert_eq!(one["redemptionId"], "-1");
    assert_eq!(desk.count().await, 1);
}

#[tokio::test]
async fn what_a_call_lacks_is_refused_as_a_whole() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.code(series, desk.tom).await;
    let refused = async |body: Value| {
        let answer = desk.till.post("/v2/coupon/redeem", body).await.is(400).json();
        assert_eq!(answer["success"], false);
        code(&answer)
    };
    let user = json!({ "id": desk.tom });
    assert_eq!(refused(json!({ "user": user })).await, 781);
    assert_eq!(refused(json!({ "user": user, "redemptionRequestList": [] })).await, 781);
    let blank = json!([{ "code": held }, { "code": " " }]);
    assert_eq!(refused(json!({ "user": user, "redemptionRequestList": blank })).await, 781);
    let list = json!([{ "code": held }]);
    let with = |key: &str, value: Value| {
        let mut body = json!({ "user": user, "redemptionRequestList": list });
        body[key] = value;
        body
    };
    assert_eq!(refused(with("user", json!({}))).await, 701);
    assert_eq!(refused(with("user", json!({ "mobile": "000" }))).await, 701);
    // Two names that mean two people mean nobody.
    let two = json!({ "id": desk.tom, "mobile": "919449480000" });
    assert_eq!(refused(with("user", two)).await, 701);
    assert_eq!(refused(with("billAmount", json!("a lot"))).await, 733);
    assert_eq!(refused(with("billAmount", json!(-1))).await, 733);
    assert_eq!(refused(with("redemptionTime", json!("yesterday"))).await, 400);
    assert_eq!(refused(with("transactionNumber", json!("x".repeat(256)))).await, 629);
    assert_eq!(refused(with("redemptionRequestList", json!([{ "code": "NOBODY" }]))).await, 702);
    assert_eq!(desk.count().await, 0);
    // By its number, with the amount as text and a time of the past that the rules are judged by.
    let id = desk.app.number("select max(id) from coupons").await;
    let good = json!({ "user": { "mobile": "+91 9449489999" }, "billAmount": "2000",
        "redemptionRequestList": [{ "id": id.to_string() }], "redemptionTime": "2026-11-26" });
    let done = desk.till.post("/v2/coupon/redeem", good).await.is(200).json();
    assert_eq!(done["redemption"][0]["code"], json!(held));
}

#[tokio::test]
async fn the_time_a_call_names_is_judged_by_and_not_kept() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.code(series, desk.tom).await;
    let mut late = body(desk.tom, &[&held]);
    late["redemptionTime"] = json!("2028-01-01T00:00:00Z");
    let refused = desk.till.post("/v2/coupon/redeem", late).await.is(400).json();
    assert_eq!(code(&refused), 712);
    desk.app.set_clock("2028-01-01T09:00:00Z");
    let mut before = body(desk.tom, &[&held]);
    before["redemptionTime"] = json!("2027-12-31 20:00:00");
    desk.till.post("/v2/coupon/redeem", before).await.is(200);
    let kept = "select redeemed_on::date::text from coupon_redemptions";
    assert_eq!(desk.app.text(kept).await, "2028-01-01");
}

/// Case 17, and the modes of the call.
#[tokio::test]
async fn many_are_redeemed_together_or_not_at_all() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 3).await;
    let codes: Vec<&str> = held.iter().map(String::as_str).collect();
    for query in ["?is_redeemable=true", "?isredeemable=TRUE&source=INSTORE"] {
        let asked = desk.together(desk.tom, &codes, query).await;
        assert_eq!((&asked["totalCount"], &asked["failureCount"]), (&json!(3), &json!(0)));
        let one = &asked["response"][2]["result"];
        assert_eq!(one["redemptionId"], "-1");
        assert_eq!(one["redemptionStatus"]["message"], "Coupon isRedeem successful");
    }
    let his = desk.code(series, desk.huck).await;
    let bad = [codes[0], &his, codes[1], "NOBODY"];
    for query in ["", "?is_redeemable=true"] {
        let done = desk.together(desk.tom, &bad, query).await;
        let told: Vec<_> = done["response"].as_array().unwrap().iter().map(code).collect();
        assert_eq!(told, [749, 703, 749, 702]);
        assert_eq!(done["failureCount"], 4);
        assert_eq!(done["response"][3]["entityId"], -1);
        assert_eq!(done["response"][1]["result"]["redemptionStatus"]["success"], false);
    }
    let twice = desk.together(desk.tom, &[codes[0], &codes[0].to_lowercase()], "").await;
    assert_eq!(code(&twice["response"][1]), 716);
    assert_eq!(desk.count().await, 0);

    let done = desk.together(desk.tom, &codes, "").await;
    assert_eq!(done["failureCount"], 0);
    assert_eq!(desk.count().await, 3);
    let events = "select count(*) from outgoing_events where name = 'CouponRedeem'";
    assert_eq!(desk.app.number(events).await, 0);
    // Exactly one coupon tells the world, whichever call redeems it.
    let last = desk.code(series, desk.tom).await;
    desk.together(desk.tom, &[&last], "").await;
    assert_eq!(desk.app.number(events).await, 1);
}

#[tokio::test]
async fn a_call_takes_as_many_codes_as_the_brand_has_set() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 101).await;
    let codes: Vec<&str> = held.iter().map(String::as_str).collect();
    let path = "/v2/coupon/bulk/redeem";
    let refused = desk.till.post(path, body(desk.tom, &codes)).await.is(400).json();
    assert_eq!(
        refused["errors"][0],
        json!({ "status": false, "code": 629, "message": "Invalid Input" })
    );
    let done = desk.together(desk.tom, &codes[..100], "").await;
    assert_eq!(done["failureCount"], 0);
    desk.app
        .sql("insert into org_settings (org_id, coupon_redeem_most) select id, 1 from orgs")
        .await;
    let more = desk.codes(series, desk.tom, 2).await;
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    assert_eq!(code(&desk.redeem(desk.tom, &more).await.is(400).json()), 629);
    desk.redeem(desk.tom, &more[..1]).await.is(200);
}

#[tokio::test]
async fn one_code_and_two_hundred_calls_make_one_success() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms().with("anyUser", true)).await;
    let held = desk.code(series, desk.tom).await;
    let app = desk.app.crowd(24);
    let crowd = desk.till.through(guerdon::app::router(app));
    let calls = (0..200).map(|n| {
        let (crowd, held) = (crowd.clone(), held.clone());
        let customer = if n % 2 == 0 { desk.tom } else { desk.huck };
        tokio::spawn(async move {
            loop {
                let answer = crowd.post("/v2/coupon/redeem", body(customer, &[&held])).await;
                // Too busy is no answer: the till asks again.
                if answer.status.as_u16() != 503 {
                    return (answer.status.as_u16(), code(&answer.json()));
                }
            }
        })
    });
    let told: Vec<_> = join_all(calls).await.into_iter().map(|done| done.unwrap()).collect();
    assert_eq!(told.iter().filter(|(status, _)| *status == 200).count(), 1);
    assert_eq!(told.iter().filter(|one| **one == (400, 711)).count(), 199);
    assert_eq!(desk.count().await, 1);
}

#[tokio::test]
async fn another_brands_codes_and_customers_are_nobodys() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.code(series, desk.tom).await;
    let (_, spy, theirs, _, their_code) = elsewhere(&desk.app).await;
    let refused = desk.redeem(theirs, &[&held]).await.is(400).json();
    assert_eq!(code(&refused), 701);
    let refused = desk.redeem(desk.tom, &[&their_code]).await.is(400).json();
    assert_eq!(code(&refused), 702);
    let refused = spy.post("/v2/coupon/redeem", body(theirs, &[&held])).await.is(400).json();
    assert_eq!(code(&refused), 702);
    let path = format!("/v2/coupon/is_redeemable?id={theirs}&code={held}&details=extended");
    let asked = spy.get(&path).await.is(200).json();
    assert_eq!(asked["redemptionStatus"]["code"], 780);
    assert!(asked["redemption"][0].get("couponseries").is_none());
    assert_eq!(desk.count().await, 0);
}

#[tokio::test]
async fn an_access_group_opens_redeeming_and_terms_apart() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.code(series, desk.tom).await;
    let group = add_group(&desk.app, "Tills", &[("basic_coupon", "write")]).await;
    let client =
        guerdon::orgs::access::NewClient { name: "Shop".to_owned(), group, ..Default::default() };
    let shop = with_token(&desk.app, &add_client(&desk.app, client).await).await;
    shop.post("/v2/coupon/redeem", body(desk.tom, &[&held])).await.is(200);
    let id = desk.app.number("select max(id) from coupon_redemptions").await;
    let mend = json!({ "redemptions": [{ "redemptionId": id, "billAmount": 1 }] });
    let put = axum::http::Method::PUT;
    assert_eq!(code(&shop.json(put.clone(), "/v2/coupon/redeem", mend).await.is(403).json()), 4000);
    let end =
        json!({ "couponCodes": [{ "couponCode": held, "expiryDate": "2027-01-01T00:00:00Z" }] });
    shop.json(put, "/v2/coupon/bulk/expiry", end).await.is(403);
    let back = json!({ "redemptionIds": [id] });
    shop.post("/v2/coupon/reactivate", back).await.is(200);

    let group = add_group(&desk.app, "Lookers", &[("basic_coupon", "read")]).await;
    let client =
        guerdon::orgs::access::NewClient { name: "Board".to_owned(), group, ..Default::default() };
    let board = with_token(&desk.app, &add_client(&desk.app, client).await).await;
    board.post("/v2/coupon/redeem", body(desk.tom, &[&held])).await.is(403);
    board.post("/v2/coupon/revoke", json!({ "couponCodes": [held] })).await.is(403);
    board.get(&format!("/v2/coupon?couponCodes={held}")).await.is(200);
}
