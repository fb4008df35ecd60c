//! The log for programs: spec/membercare.md 2.8. A code's whole life can be read by call.

use guerdon::base::ids::{CustomerId, RedemptionId, SeriesId};
use guerdon::coupons::{self, ExpiryCall, RevokeCall};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::caller::{Caller, DIGEST, add_group, add_till};
use crate::support::coupons::{at, redemption, terms};
use guerdon::orgs::access::NewTill;

async fn audits(till: &Caller, query: &str) -> Value {
    till.get(&format!("/api_gateway/v2/audits?{query}")).await.is(200).json()
}

/// Event and values of each entry: `CouponExpiry before → after`.
fn told(answer: &Value) -> Vec<String> {
    let entries = answer["data"].as_array().unwrap().iter();
    let events = entries.flat_map(|entry| entry["events"].as_array().unwrap().iter());
    events
        .map(|event| {
            let change = &event["additionalFields"];
            let text = |key: &str| change[key].as_str().unwrap().to_owned();
            let kind = event["eventType"].as_str().unwrap();
            format!("{kind} {} → {}", text("previousValue"), text("currentValue"))
        })
        .collect()
}

#[tokio::test]
async fn the_whole_life_of_a_code_can_be_read() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till.1").await;
    crate::imports::import(&app, "customers", "firstname,mobile\nTom,447700900417\n").await;
    let tom = CustomerId::new(app.number("select max(id) from customers").await);
    let draft = terms().with("resendMessageEnabled", true).with("isMultipleUseAllowed", true);
    let series = app.series(draft.with("sameUserMultipleRedeem", true)).await;
    let body = json!({ "root": { "coupon": { "customer": { "id": tom }, "series_id": series } } });
    let named = till.with("x-cap-request-id", "call-1");
    let made = named.post("/v1.1/coupon/issue", body).await.is(200).json();
    let code = made["response"]["coupon"]["code"].as_str().unwrap().to_owned();
    let id = app.number("select max(id) from coupons").await;

    app.set_clock("2026-11-26T10:00:00Z");
    let pairs = vec![(code.clone(), at("2026-12-24T12:00:00Z"))];
    let reason = Some("Delayed parcel".to_owned());
    let call = ExpiryCall { series: Some(series), customer: None, pairs, reason };
    app.act(|act| Box::pin(async move { coupons::change_expiry(act, &call).await })).await.unwrap();
    app.set_clock("2026-11-26T11:00:00Z");
    till.get(&format!("/v1.1/coupon/resend?code={code}")).await.is(200);
    app.set_clock("2026-11-26T12:00:00Z");
    app.redeem(tom, &[&code]).await;
    let second = redemption(&app.redeem(tom, &[&code]).await);
    app.set_clock("2026-11-26T13:00:00Z");
    let both = app.number("select min(id) from coupon_redemptions").await;
    let both = RedemptionId::new(both);
    app.act(move |act| {
        Box::pin(async move { coupons::reactivate(act, &[both, second], None).await })
    })
    .await
    .unwrap();
    app.set_clock("2026-11-26T14:00:00Z");
    let call =
        RevokeCall { series: Some(series), codes: vec![code.clone()], ..RevokeCall::default() };
    app.act(|act| Box::pin(async move { coupons::revoke(act, &call).await })).await.unwrap();

    let asked = format!("entityType=COUPON&entityId={id}&sortOrder=ASC");
    let answer = audits(&till, &asked).await;
    assert_eq!(
        told(&answer),
        [
            "CouponIssue NA → ISSUED",
            "CouponExpiry 2027-12-31T22:59:59Z → 2026-12-24T12:00:00Z",
            "CouponResend NA → 2026-11-26T11:00:00Z",
            "CouponRedeem 0 → 1",
            "CouponRedeem 1 → 2",
            "CouponReactivate 2 → 1",
            "CouponReactivate 1 → 0",
            "CouponRevoke ISSUED → REVOKED",
        ]
    );
    let data = answer["data"].as_array().unwrap();
    let (issued, moved, used) = (&data[0], &data[1], &data[3]);
    assert_eq!(issued["requestId"], "call-1");
    assert_eq!(issued["till"], json!({ "code": "till.1", "name": "till.1" }));
    assert_eq!(issued["updatedByMode"], "API");
    assert_eq!(issued["updatedByUser"]["type"], "TILL");
    assert_eq!(issued["entityId"], id);
    let associates = json!([{ "entityType": "CUSTOMER", "entityId": tom },
        { "entityType": "COUPON_SERIES", "entityId": series }]);
    assert_eq!(issued["events"][0]["associateEntities"], associates);
    assert_eq!(moved["events"][0]["additionalFields"]["reason"], "Delayed parcel");
    assert_eq!(moved["createdOn"], at("2026-11-26T10:00:00Z").timestamp_millis());
    assert_eq!(used["events"][0]["additionalFields"]["transactionNumber"], "T-1");
    let page = &answer["pagination"];
    assert_eq!(page["totalElements"], 8);

    // Pages, from either end, and what narrows.
    let first = audits(&till, &format!("entityType=coupon&entityId={id}&limit=3")).await;
    assert_eq!(told(&first)[0], "CouponRevoke ISSUED → REVOKED");
    assert_eq!(first["pagination"]["totalPages"], 3);
    let last = audits(&till, &format!("{asked}&limit=3&pageNo=2")).await;
    assert_eq!(told(&last).len(), 2);
    assert_eq!(told(&last)[1], "CouponRevoke ISSUED → REVOKED");
    let beyond = audits(&till, &format!("{asked}&limit=3&pageNo=9")).await;
    assert_eq!(beyond["pagination"]["numberOfElements"], 0);
    let at_noon = "startDate=2026-11-26%2013:00:00&endDate=2026-11-26%2013:00:00";
    assert_eq!(told(&audits(&till, &format!("{asked}&{at_noon}")).await).len(), 2);
    let by = format!("{asked}&referenceType=redemptionId&referenceValue={second}");
    assert_eq!(told(&audits(&till, &by).await), ["CouponRedeem 1 → 2", "CouponReactivate 1 → 0"]);
    let by = format!("{asked}&referenceType=REQUESTID&referenceValue=call-1");
    assert_eq!(told(&audits(&till, &by).await), ["CouponIssue NA → ISSUED"]);
    assert_eq!(told(&audits(&till, &format!("{asked}&source=WECHAT")).await).len(), 0);

    // The series has a life of its own; another brand sees neither.
    let of_series = audits(&till, &format!("entityType=COUPON_SERIES&entityId={series}")).await;
    assert!(told(&of_series).iter().all(|line| line.starts_with("CouponSeriesCreate NA → ")));
    let elsewhere = app.brand("Elsewhere", "UTC").await;
    let spy = Caller::till_of(&app, elsewhere, "spy").await;
    let theirs = audits(&spy, &asked).await;
    let nowhere = audits(&spy, "entityType=COUPON&entityId=987654321&sortOrder=ASC").await;
    assert_eq!(theirs, nowhere);
    assert_eq!(theirs["pagination"]["totalElements"], 0);
}

#[tokio::test]
async fn a_code_that_lay_ready_tells_when_it_was_made() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till.1").await;
    let id = crate::coupon_codes::series(&app, "DISC_CODE_PIN", &[]).await;
    let manner = guerdon::imports::Manner { about: Some(id), ..Default::default() };
    crate::imports::bring(&app, "coupons", b"code\nREADY-1\n", manner).await;
    let tom = app.customer("Tom").await;
    let coupon = app.number("select max(id) from coupons").await;
    let asked = format!("entityType=COUPON&entityId={coupon}");
    assert_eq!(told(&audits(&till, &asked).await), ["CouponCreate NA → UNISSUED"]);
    app.set_clock("2026-11-26T10:00:00Z");
    app.coupon(SeriesId::new(id), tom).await;
    let both = ["CouponIssue UNISSUED → ISSUED", "CouponCreate NA → UNISSUED"];
    let answer = audits(&till, &asked).await;
    assert_eq!(told(&answer), both);
    assert!(answer["data"][1]["events"][0]["additionalFields"]["batchId"].is_string());
    let one = audits(&till, &format!("{asked}&limit=1&pageNo=1")).await;
    assert_eq!(told(&one), both[1..]);
    let one = audits(&till, &format!("{asked}&limit=1&sortOrder=ASC")).await;
    assert_eq!(told(&one), both[1..]);
    let later = audits(&till, &format!("{asked}&startDate=2026-11-26%2010:30:00")).await;
    assert_eq!(told(&later), both[..1]);
}

#[tokio::test]
async fn a_customer_and_their_card_are_told_by_what_changed() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till.1").await;
    let body = json!({ "profiles": [{ "source": "INSTORE", "firstName": "Tom",
        "identifiers": [{ "type": "mobile", "value": "447700900417" }] }] });
    let id = till.post("/v2/customers", body).await.is(200).json()["createdId"].clone();
    let body = json!({ "profiles": [{ "source": "INSTORE",
        "identifiers": [{ "type": "cardNumber", "value": "DW 1" }] }] });
    let path = format!("/v2/customers/{id}");
    till.json(axum::http::Method::PUT, &path, body).await.is(200);
    let of_customer = told(&audits(&till, &format!("entityType=CUSTOMER&entityId={id}")).await);
    assert_eq!(of_customer[0], "Identifiers NA → DW 1");
    assert!(of_customer.contains(&"Profile NA → Tom".to_owned()), "{of_customer:?}");
    let of_card = audits(&till, "entityType=CARD&entityId=dw1").await;
    assert_eq!(told(&of_card), ["Identifiers NA → DW 1"]);
    assert_eq!(of_card["data"][0]["entityId"], "dw1");
    assert_eq!(told(&audits(&till, "entityType=CARD&entityId=none").await).len(), 0);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_and_groups_go_as_far_as_they_go() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till.1").await;
    for bad in [
        "entityId=1",
        "entityType=COUPON",
        "entityType=WEATHER&entityId=1",
        "entityType=COUPON&entityId=1&limit=0",
        "entityType=COUPON&entityId=1&pageNo=x",
        "entityType=COUPON&entityId=1&startDate=soon",
        "entityType=COUPON&entityId=1&sortOrder=up",
    ] {
        till.get(&format!("/api_gateway/v2/audits?{bad}")).await.is(400);
    }
    for nobody in ["x", "99999999999999999999", "-1", "%F0%9F%92%A9"] {
        let none = audits(&till, &format!("entityType=COUPON&entityId={nobody}")).await;
        assert_eq!(none["pagination"]["totalElements"], 0);
    }
    let group = add_group(&app, "Coupons", &[("basic_coupon", "read")]).await;
    let new = NewTill { code: "reader".to_owned(), group, ..NewTill::default() };
    add_till(&app, app.org, new).await;
    let reader = Caller::stranger(&app).signing("reader", DIGEST);
    audits(&reader, "entityType=COUPON&entityId=1").await;
    for kind in ["CUSTOMER", "CARD", "COUPON_SERIES"] {
        let path = format!("/api_gateway/v2/audits?entityType={kind}&entityId=1");
        reader.get(&path).await.is(403);
    }
}
