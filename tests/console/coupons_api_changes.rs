//! Coupons revoked, redemptions taken back and mended by programs: every row of spec/coupons.md 6.10,
//! 6.12 and 6.13.

use axum::http::Method;
use guerdon::base::ids::{CustomerId, SeriesId};
use serde_json::{Value, json};

use crate::coupons_api_redeem::{Desk, code, elsewhere};
use crate::support::Answer;
use crate::support::coupons::terms;

pub const SOON: &str = "2026-12-01T10:00:00Z";

impl Desk {
    pub async fn expire(&self, body: Value) -> Answer {
        self.till.json(Method::PUT, "/v2/coupon/bulk/expiry", body).await
    }

    pub async fn revoke(&self, body: Value) -> Answer {
        self.till.post("/v2/coupon/revoke", body).await
    }

    pub async fn common(&self) -> SeriesId {
        let draft = terms().with("clientHandlingType", "GENERIC").with("genericCode", "Common1");
        self.app.series(draft).await
    }

    async fn redemption(&self, customer: CustomerId, held: &str) -> i64 {
        let done = self.redeem(customer, &[held]).await.is(200).json();
        done["redemption"][0]["redemptionId"].as_str().unwrap().parse().unwrap()
    }

    /// Where a code's end was moved to; blank where it was not.
    pub async fn moved(&self) -> String {
        let ends = "select coalesce(string_agg(to_char(expiry_override at time zone 'UTC', \
            'YYYY-MM-DD HH24:MI:SS'), ' ' order by id), '') from coupons";
        self.app.text(ends).await
    }
}

/// A code and the end it is to have.
pub fn pair(held: &str, end: impl Into<Value>) -> Value {
    json!({ "couponCode": held, "expiryDate": end.into() })
}

/// Number and words of a refused call.
pub fn refusal(answer: &Value) -> (i64, String) {
    assert_eq!(answer["success"], false);
    assert_eq!(answer["warnings"], json!([]));
    (code(answer), answer["errors"][0]["message"].as_str().unwrap().to_owned())
}

/// Case 10.
#[tokio::test]
async fn of_a_common_code_only_the_customers_copy_is_moved_and_revoked() {
    let desk = Desk::new().await;
    let series = desk.common().await;
    desk.app.coupon(series, desk.tom).await;
    desk.app.coupon(series, desk.huck).await;
    let body = json!({ "couponSeriesId": series, "customer": { "id": desk.huck },
        "couponCodes": [pair("COMMON1", SOON)] });
    let told = desk.expire(body).await.is(200).json();
    assert_eq!(told["entity"]["successCount"], 1);
    let whose = "select customer_id from coupons where expiry_override is not null";
    assert_eq!(desk.app.number(whose).await, desk.huck.get());

    let without = json!({ "couponSeriesId": series, "couponCodes": ["common1"] });
    let words = "Unsupported coupons series config with client handling type GENERIC";
    let answer = desk.revoke(without).await.is(400).json();
    assert_eq!(refusal(&answer), (108, words.to_owned()));
    let named = json!({ "couponSeriesId": series, "couponCodes": ["common1"],
        "customer": { "mobile": "919449480000" } });
    let told = desk.revoke(named).await.is(200).json();
    let row = &told["entity"]["revokedCoupons"][0];
    assert_eq!(
        (&row["couponCode"], &row["issuedToUserId"]),
        (&json!("COMMON1"), &json!(desk.huck))
    );
    let all = json!({ "couponSeriesId": series, "customer": { "id": desk.tom } });
    assert_eq!(desk.revoke(all).await.is(200).json()["entity"]["totalCount"], 1);
}

#[tokio::test]
async fn a_call_to_revoke_is_refused_as_a_whole() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 101).await;
    let tom = json!({ "id": desk.tom });
    let needed = "coupon seriesid is mandatory";
    let neither = "CouponCode/s or customer info is mandatory";
    for (body, number, words) in [
        (json!({ "couponSeriesId": series, "couponCodes": held[..51] }), 629, "Invalid Input"),
        (json!({ "couponSeriesId": series, "customer": tom }), 629, "Invalid Input"),
        (json!({ "couponCodes": held[..2] }), 756, needed),
        (json!({ "customer": tom }), 756, needed),
        (json!({ "customer": tom, "couponCodes": held[..1] }), 756, needed),
        (json!({}), 756, neither),
        (json!({ "couponSeriesId": series }), 756, neither),
        (json!({ "couponSeriesId": series, "customer": { "email": "" } }), 756, neither),
        (
            json!({ "couponSeriesId": 99, "couponCodes": held[..1] }),
            707,
            "Coupon Series ID is invalid",
        ),
        (
            json!({ "couponSeriesId": series, "customer": { "id": 99 } }),
            701,
            "The customer could not be found. Please check mobile, email, external id passed",
        ),
    ] {
        let answer = desk.revoke(body.clone()).await.is(400).json();
        assert_eq!(refusal(&answer), (number, words.to_owned()), "{body}");
    }
    let revoked = "select count(*) from coupons where revoked_on is not null";
    assert_eq!(desk.app.number(revoked).await, 0);
    let fifty = json!({ "couponSeriesId": series, "couponCodes": held[..50] });
    assert_eq!(desk.revoke(fifty).await.is(200).json()["entity"]["failedCount"], 0);
    assert_eq!(desk.app.number(revoked).await, 50);
    desk.app.set_clock("2028-01-01T09:00:00Z");
    for body in [
        json!({ "couponSeriesId": series, "couponCodes": held[60..61] }),
        json!({ "couponSeriesId": series, "customer": tom }),
        json!({ "couponCodes": held[60..61] }),
    ] {
        let answer = desk.revoke(body).await.is(400).json();
        assert_eq!(refusal(&answer), (712, "Coupon Series / Campaign has expired".to_owned()));
    }
}

/// Cases 11 and 12.
#[tokio::test]
async fn what_is_unredeemed_is_revoked_by_customer_or_by_code() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 6).await;
    desk.redeem(desk.tom, &[&held[0]]).await.is(200);
    let soon = json!({ "couponCodes": [pair(&held[1], "2026-11-26T09:30:00Z")] });
    desk.expire(soon).await.is(200);
    desk.app.set_clock("2026-11-26T10:00:00Z");
    let his = desk.written(series, desk.huck, "abAB123").await;

    let body = json!({ "couponSeriesId": series, "couponCodes":
        [held[2].to_lowercase(), held[0], "Nobody", held[2]] });
    let told = desk.revoke(body).await.is(200).json();
    let entity = &told["entity"];
    assert_eq!((&entity["totalCount"], &entity["failedCount"]), (&json!(4), &json!(3)));
    assert_eq!(entity["revokedCoupons"][0]["couponCode"], json!(held[2]));
    let not = json!([
        { "errorCode": 405, "errorMessage": "Coupon code redeemed", "couponCodes": [held[0]] },
        { "errorCode": 682, "errorMessage": "Coupon not found ", "couponCodes": ["NOBODY", held[2]] },
    ]);
    assert_eq!(entity["failedToRevoke"], not);
    assert_eq!(told["success"], true);

    // Another's code is not found among the customer's own.
    let named = json!({ "couponSeriesId": series, "customer": { "id": desk.tom },
        "couponCodes": [his] });
    let told = desk.revoke(named).await.is(200).json();
    assert_eq!(told["entity"]["failedToRevoke"][0]["errorCode"], 682);
    // All of the customer: redeemed and expired ones stay.
    let all = json!({ "couponSeriesId": series, "customer": { "id": desk.tom } });
    let told = desk.revoke(all.clone()).await.is(200).json();
    assert_eq!(told["entity"]["totalCount"], 3);
    assert_eq!(told["entity"]["failedCount"], 0);
    assert_eq!(desk.revoke(all).await.is(200).json()["entity"]["totalCount"], 0);
    // By code an expired one goes, too; one code needs no series. Letter case as asked.
    for (case, code, told) in [
        ("couponCodeCase=LOWER", &held[1], held[1].to_lowercase()),
        ("coupon_code_case=AS_IT_IS", &his, "abAB123".to_owned()),
    ] {
        let path = format!("/v2/coupon/revoke?{case}");
        let done = desk.till.post(&path, json!({ "couponCodes": [code] })).await.is(200).json();
        assert_eq!(done["entity"]["revokedCoupons"][0]["couponCode"], told);
    }
    let gone = desk.revoke(json!({ "couponCodes": [held[1]] })).await.is(200).json();
    assert_eq!(gone["entity"]["failedToRevoke"][0]["errorCode"], 682);
    // Case 14.
    let refused = desk.redeem(desk.tom, &[&held[1]]).await.is(400).json();
    assert_eq!(code(&refused), 660);
}

/// Case 18, and what cannot be taken back.
#[tokio::test]
async fn redemptions_are_taken_back_all_or_none() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 3).await;
    let first = desk.redemption(desk.tom, &held[0]).await;
    let second = desk.redemption(desk.tom, &held[1]).await;
    let third = desk.redemption(desk.tom, &held[2]).await;
    let path = "/v2/coupon/reactivate";
    let back = async |method: Method, ids: Value| {
        desk.till.json(method, path, json!({ "redemptionIds": ids })).await
    };
    for (ids, number) in [
        (json!([]), 661),
        (Value::Null, 661),
        (json!([first, 999]), 510),
        (json!([first, "x"]), 510),
        (json!(first), 400),
    ] {
        let answer = back(Method::POST, ids.clone()).await.is(400).json();
        assert_eq!(refusal(&answer).0, number, "{ids}");
    }
    assert_eq!(desk.count().await, 3);
    let done = back(Method::POST, json!([first])).await.is(200).json();
    assert_eq!(done, json!({ "warnings": [], "errors": [], "success": true }));
    back(Method::PUT, json!([second.to_string()])).await.is(200);
    back(Method::PATCH, json!([third, third])).await.is(200);
    assert_eq!(desk.count().await, 0);
    assert_eq!(code(&back(Method::POST, json!([first])).await.is(400).json()), 510);
    desk.redeem(desk.tom, &[&held[0]]).await.is(200);
}

#[tokio::test]
async fn redemptions_are_mended_each_by_itself() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 2).await;
    let id = desk.redemption(desk.tom, &held[0]).await;
    let other = desk.redemption(desk.tom, &held[1]).await;
    let mend = async |body: Value| desk.till.json(Method::PUT, "/v2/coupon/redeem", body).await;
    let told = mend(json!({ "redemptions": [
        { "redemptionId": id.to_string(), "billAmount": "12.5", "billId": 77,
          "customFields": [{ "shop": "A" }, { "till": 3 }] },
        { "redemptionId": 999, "billAmount": 1 },
        { "redemptionId": "x", "billAmount": 1 },
        { "redemptionId": other, "billAmount": 1e300 },
    ] }));
    let told = told.await.is(200).json();
    let entity = &told["entity"];
    let rows = entity["redemptions"].as_array().unwrap();
    let codes: Vec<_> =
        rows.iter().map(|row| row["redemptionStatus"]["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [761, 510, 510, 629]);
    assert_eq!(entity["status"]["code"], 762);
    assert_eq!(entity["user"], Value::Null);
    assert_eq!((&entity["totalCount"], &entity["failedCount"]), (&json!(4), &json!(3)));
    assert_eq!(rows[0]["customFields"], json!({ "shop": "A", "till": 3 }));
    assert_eq!((&rows[0]["billId"], &rows[0]["billAmount"]), (&json!(77), &json!(12.5)));
    let noted = "select bill_amount || ' ' || bill_id || ' ' || transaction_number \
        from coupon_redemptions order by id limit 1";
    assert_eq!(desk.app.text(noted).await, "12.5 77 T-1");

    let one = json!([{ "redemptionId": id, "billAmount": 3 }]);
    let his = mend(json!({ "redemptions": one, "user": { "id": desk.huck } })).await;
    let his = his.is(200).json();
    assert_eq!(his["entity"]["status"]["code"], 500);
    assert_eq!(his["success"], true);
    let hers = mend(json!({ "redemptions": one, "user": { "id": desk.tom } })).await;
    let hers = hers.is(200).json();
    assert_eq!(hers["entity"]["status"]["code"], 761);
    assert_eq!(hers["entity"]["user"]["id"], json!(desk.tom));
    for (body, number) in [
        (json!({ "redemptions": [] }), 661),
        (json!({ "redemptions": [{ "redemptionId": id }] }), 756),
        (json!({ "redemptions": one, "user": { "id": 999 } }), 701),
        (
            json!({ "redemptions": [{ "redemptionId": id, "billAmount": 1,
            "customFields": { "a": { "b": 1 } } }] }),
            400,
        ),
    ] {
        let answer = mend(body.clone()).await.is(400).json();
        assert_eq!(refusal(&answer).0, number, "{body}");
    }
}

#[tokio::test]
async fn another_brand_changes_nothing_here() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let held = desk.codes(series, desk.tom, 2).await;
    let id = desk.redemption(desk.tom, &held[0]).await;
    let (_, spy, _, their_series, _) = elsewhere(&desk.app).await;
    let put = async |path: &str, body: Value| spy.json(Method::PUT, path, body).await.json();
    let end =
        |series: Value| json!({ "couponSeriesId": series, "couponCodes": [pair(&held[1], SOON)] });
    assert_eq!(code(&put("/v2/coupon/bulk/expiry", end(json!(series))).await), 707);
    let told = put("/v2/coupon/bulk/expiry", end(json!(their_series))).await;
    assert_eq!(told["entity"]["unprocessedCoupons"][0]["errorCode"], 633);
    let told = spy.post("/v2/coupon/revoke", json!({ "couponCodes": [held[1]] })).await.json();
    assert_eq!(told["entity"]["failedToRevoke"][0]["errorCode"], 682);
    let customer = json!({ "couponSeriesId": their_series, "customer": { "id": desk.tom } });
    assert_eq!(code(&spy.post("/v2/coupon/revoke", customer).await.json()), 701);
    let told = spy.post("/v2/coupon/reactivate", json!({ "redemptionIds": [id] })).await.json();
    assert_eq!(code(&told), 510);
    let body = json!({ "redemptions": [{ "redemptionId": id, "billAmount": 1 }] });
    assert_eq!(put("/v2/coupon/redeem", body).await["entity"]["failedCount"], 1);
    assert_eq!(desk.count().await, 1);
    assert_eq!(desk.moved().await, "");
}
