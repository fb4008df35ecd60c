//! Coupons looked up by programs, and the letter case codes are told in (spec/coupons.md 5, 6.14–6.16).

use serde_json::{Value, json};

use crate::coupons_api_redeem::{Desk, code, elsewhere};
use crate::support::coupons::terms;

impl Desk {
    async fn find(&self, query: &str) -> Value {
        self.till.get(&format!("/v2/coupon?{query}")).await.is(200).json()
    }
}

/// The codes of a list.
fn codes(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn coupons_are_found_by_number_code_and_holder() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms().with("info", "Ask at the till")).await;
    let short = desk.app.series(terms().with("validTillDate", "2026-11-27")).await;
    let first = desk.app.coupon(series, desk.tom).await;
    let his = desk.app.coupon(series, desk.huck).await;
    let ending = desk.app.coupon(short, desk.tom).await;
    let revoked = desk.app.coupon(series, desk.tom).await;
    let body = json!({ "couponCodes": [revoked.code] });
    desk.till.post("/v2/coupon/revoke", body).await.is(200);

    let (tom, huck) = (desk.tom, desk.huck);
    let found = desk.find(&format!("issuedToIds={tom}")).await;
    assert_eq!(codes(&found["data"]), [&first.code, &ending.code]);
    assert_eq!(found["errors"], json!([]));
    let row = &found["data"][0];
    assert_eq!(row["validTill"], "2027-12-31T00:00:00+01:00");
    assert_eq!(
        (&row["detailedInfo"], &row["discountOn"]),
        (&json!("Ask at the till"), &json!("BILL"))
    );
    // Repeated or with commas, in the order of numbers.
    for query in
        [format!("issuedToIds={huck}&issuedToIds={tom}"), format!("issuedToIds={huck},{tom}")]
    {
        assert_eq!(codes(&desk.find(&query).await["data"]), [&first.code, &his.code, &ending.code]);
    }
    // Kinds narrow each other; what leads to nothing is told.
    let lower = his.code.to_lowercase();
    let found = desk.find(&format!("couponCodes={lower},{},nobody", first.code)).await;
    assert_eq!(codes(&found["data"]), [&first.code, &his.code]);
    let words = "Coupon not found Identifier: nobody";
    assert_eq!(found["errors"], json!([{ "status": false, "code": 780, "message": words }]));
    let found =
        desk.find(&format!("couponIds={},{},99,x&issuedToIds={tom}", first.id, his.id)).await;
    assert_eq!(codes(&found["data"]), [&first.code]);
    assert_eq!(found["errors"].as_array().unwrap().len(), 3);
    let found = desk.find(&format!("couponIds={}&couponCodes={}", first.id, his.code)).await;
    assert_eq!(found["data"], json!([]));
    // A revoked one is nobody's; an ended one is found, though not by its holder alone.
    let found = desk.find(&format!("couponIds={}", revoked.id)).await;
    assert_eq!((&found["data"], code(&found)), (&json!([]), 780));
    desk.app.set_clock("2026-11-28T09:00:00Z");
    assert_eq!(codes(&desk.find(&format!("issuedToIds={tom}")).await["data"]), [&first.code]);
    let found = desk.find(&format!("couponIds={}&issuedToIds={tom}", ending.id)).await;
    assert_eq!(codes(&found["data"]), [&ending.code]);

    for (query, number) in
        [("", 1000), ("couponIds=&issuedToIds=", 1000), ("couponIds=1&coupon_code_case=AS_IS", 400)]
    {
        let refused = desk.till.get(&format!("/v2/coupon?{query}")).await.is(400).json();
        assert_eq!(code(&refused), number, "{query}");
    }
    let many: Vec<String> = (0..1001).map(|n| n.to_string()).collect();
    let path = format!("/v2/coupon?couponIds={}", many.join(","));
    assert_eq!(code(&desk.till.get(&path).await.is(400).json()), 1060);
}

#[tokio::test]
async fn a_common_code_leads_to_its_holders_copies() {
    let desk = Desk::new().await;
    let draft = terms().with("clientHandlingType", "GENERIC").with("genericCode", "Common1");
    let series = desk.app.series(draft).await;
    desk.app.coupon(series, desk.tom).await;
    desk.app.coupon(series, desk.huck).await;
    let found = desk.find("couponCodes=common1&coupon_code_case=as_it_is").await;
    assert_eq!(codes(&found["data"]), ["Common1", "Common1"]);
    let found = desk.find(&format!("couponCodes=COMMON1&issuedToIds={}", desk.huck)).await;
    assert_eq!(codes(&found["data"]), ["COMMON1"]);
}

#[tokio::test]
async fn another_brands_coupons_are_not_found() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    let coupon = desk.app.coupon(series, desk.tom).await;
    let (_, spy, ..) = elsewhere(&desk.app).await;
    for query in [format!("couponIds={}", coupon.id), format!("couponCodes={}", coupon.code)] {
        let found = spy.get(&format!("/v2/coupon?{query}")).await.is(200).json();
        assert_eq!((&found["data"], code(&found)), (&json!([]), 780));
    }
    let found = spy.get(&format!("/v2/coupon?issuedToIds={}", desk.tom)).await.is(200).json();
    assert_eq!((&found["data"], code(&found)), (&json!([]), 701));
}

impl Desk {
    /// A customer's coupons in short.
    async fn short(&self, query: &str) -> Value {
        let path = format!("/v2/customers/coupons?id={}&{query}", self.tom);
        self.till.get(&path).await.is(200).json()["entity"].clone()
    }

    /// Their codes, in capitals.
    async fn list(&self, query: &str) -> Vec<String> {
        let told = self.short(query).await;
        codes(&told["customers"][0]["coupons"]).into_iter().map(str::to_owned).collect()
    }
}

/// A coupon of every kind: how each word of `status` finds its own.
#[tokio::test]
async fn every_word_of_status_finds_its_own() {
    let desk = Desk::new().await;
    let once = desk.app.series(terms()).await;
    let often = terms().with("isMultipleUseAllowed", true).with("sameUserMultipleRedeem", true);
    let often = desk.app.series(often).await;
    let short = desk.app.series(terms().with("validTillDate", "2026-11-27")).await;
    for (series, name) in [
        (once, "FRESH"),
        (once, "SPENT"),
        (often, "USED"),
        (short, "DEAD"),
        (short, "DEADUSED"),
        (once, "GONE"),
    ] {
        desk.written(series, desk.tom, name).await;
    }
    for name in ["SPENT", "USED", "DEADUSED"] {
        desk.redeem(desk.tom, &[name]).await.is(200);
    }
    desk.till.post("/v2/coupon/revoke", json!({ "couponCodes": ["gone"] })).await.is(200);
    desk.written(once, desk.huck, "HUCKS").await;
    desk.app.set_clock("2026-11-28T09:00:00Z");
    for (words, found) in [
        ("", "DEAD DEADUSED FRESH SPENT USED"),
        ("status=REDEEMED", "DEADUSED SPENT USED"),
        ("status=unredeemed", "DEAD FRESH"),
        ("status=ACTIVE", "FRESH SPENT USED"),
        ("status=UNEXPIRED", "FRESH SPENT USED"),
        ("status=EXPIRED", "DEAD DEADUSED"),
        ("status=ACTIVE_REDEEMED", "SPENT USED"),
        ("status=ACTIVE_UNREDEEMED", "FRESH"),
        ("status=EXPIRED_REDEEMED", "DEADUSED"),
        ("status=EXPIRED_UNREDEEMED", "DEAD"),
        ("status=REDEEMABLE", "FRESH USED"),
        ("status=EXPIRED_UNREDEEMED,ACTIVE_UNREDEEMED", "DEAD FRESH"),
        ("status=EXPIRED_UNREDEEMED&status=REDEEMABLE", "DEAD FRESH USED"),
    ] {
        let mut told = desk.list(words).await;
        told.sort();
        assert_eq!(told.join(" "), found, "{words}");
        let total = desk.short(words).await["pagination"]["total"].clone();
        assert_eq!(total, json!(told.len()), "{words}");
    }
    let path = format!("/v2/customers/coupons?id={}&status=", desk.tom);
    for word in ["REVOKED", "ALIVE"] {
        assert_eq!(code(&desk.till.get(&format!("{path}{word}")).await.is(400).json()), 400);
    }
}

#[tokio::test]
async fn a_customers_coupons_are_sorted_sifted_and_paged() {
    let desk = Desk::new().await;
    let diwali = desk.app.series(terms()).await;
    let days = terms()
        .with("description", "Holi")
        .with("expiryStrategyType", "DAYS")
        .with("expiryStrategyValue", 5);
    let holi = desk.app.series(days).await;
    let common = terms().with("clientHandlingType", "GENERIC").with("genericCode", "COMMON1");
    let common = desk.app.series(common).await;
    desk.written(diwali, desk.tom, "A1").await;
    desk.app.set_clock("2026-11-26T23:30:00Z");
    desk.written(holi, desk.tom, "B2").await;
    desk.app.set_clock("2026-11-27T22:30:00Z");
    desk.written(diwali, desk.tom, "C3").await;
    desk.app.set_clock("2026-11-27T22:40:00Z");
    desk.app.coupon(common, desk.tom).await;
    for (query, found) in [
        ("", "COMMON1 C3 B2 A1"),
        ("sort_order=asc", "A1 B2 C3 COMMON1"),
        ("orderBy=valid_till&sort_order=ASC&limit=1", "B2"),
        ("limit=2", "COMMON1 C3"),
        ("limit=2&offset=2", "B2 A1"),
        ("limit=2&offset=9", ""),
        ("limit=100000", "COMMON1 C3 B2 A1"),
        ("seriesId=SERIES", "C3 A1"),
        ("clientHandlingType=generic", "COMMON1"),
        // Days are Berlin's, and the last one lies outside.
        ("startDate=2026-11-27", "COMMON1 C3 B2"),
        ("endDate=2026-11-27", "A1"),
        ("startDate=2026-11-27&endDate=2026-11-28", "COMMON1 C3 B2"),
        ("startDate=2026-11-27&endDate=2026-11-27", ""),
        ("q=c", "COMMON1 C3"),
        ("q=holi", "B2"),
    ] {
        let query = query.replace("SERIES", &diwali.to_string());
        assert_eq!(desk.list(&query).await.join(" "), found, "{query}");
    }
    let told = desk.short("limit=2&offset=1").await;
    assert_eq!(told["pagination"], json!({ "limit": "2", "offset": "1", "total": 4 }));
    let b2 = &desk.short("q=B2").await["customers"][0]["coupons"][0];
    assert_eq!(b2["createdDate"], "2026-11-27T00:30:00+01:00");
    assert_eq!(b2["validTill"], "2026-12-02T00:00:00+01:00");
    assert_eq!(b2["validTillDateTime"], "2026-12-02T23:59:59+01:00");
    let path = format!("/v2/customers/coupons?id={}", desk.tom);
    for (query, number) in [
        ("limit=0", 8101),
        ("limit=-1", 8101),
        ("limit=x", 400),
        ("offset=-1", 8100),
        ("sort_order=up", 8118),
        ("startDate=1/2", 8112),
        ("endDate=soon", 8113),
        ("startDate=2026-11-28&endDate=2026-11-27", 8115),
        ("coupon_code_case=AS_IS", 400),
        ("orderBy=code", 400),
    ] {
        let refused = desk.till.get(&format!("{path}&{query}")).await.is(400).json();
        assert_eq!(code(&refused), number, "{query}");
    }
}

/// Case 6, and what redemptions are told.
#[tokio::test]
async fn ends_and_redemptions_are_told_to_the_second() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms().with("customPropertyMap", r#"{"size":"L"}"#)).await;
    let held = desk.written(series, desk.tom, "abAB123").await;
    let end =
        json!({ "couponCodes": [{ "couponCode": held, "expiryDate": "2026-11-27T10:00:00Z" }] });
    desk.till.json(axum::http::Method::PUT, "/v2/coupon/bulk/expiry", end).await.is(200);
    desk.redeem(desk.tom, &[&held]).await.is(200);
    let told = desk.short("").await;
    let customer = &told["customers"][0];
    assert_eq!(
        (&customer["firstname"], &customer["mobile"]),
        (&json!("Tom"), &json!("919449489999"))
    );
    assert!(customer.get("email").is_none());
    let coupon = &customer["coupons"][0];
    assert_eq!(coupon["validTill"], "2026-11-27T00:00:00+01:00");
    assert_eq!(coupon["validTillDateTime"], "2026-11-27T11:00:00+01:00");
    assert_eq!((&coupon["redemptionCount"], &coupon["redemptionsLeft"]), (&json!(1), &json!(0)));
    assert_eq!(coupon["customProperty"], json!([{ "name": "size", "value": "L" }]));
    assert_eq!(coupon["transactionNumber"], "0");
    let used = &coupon["redemptions"][0];
    assert_eq!(
        (&used["transactionNumber"], &used["redeemedAt"]["code"]),
        (&json!("T-1"), &json!("store.server"))
    );
    // Case 18.
    let back = json!({ "redemptionIds": [used["id"]] });
    desk.till.post("/v2/coupon/reactivate", back).await.is(200);
    let coupon = desk.short("").await["customers"][0]["coupons"][0].clone();
    assert_eq!((&coupon["redemptionCount"], &coupon["redemptionsLeft"]), (&json!(0), &json!(1)));
    assert_eq!(coupon["redemptions"], json!([]));
    assert_eq!(coupon["reversedRedemptions"][0]["isReversed"], true);
    let without = desk.short("includeReversedRedemptions=false").await;
    assert_eq!(without["customers"][0]["coupons"][0]["reversedRedemptions"], json!([]));
    let path = format!("/v2/customers/{}/coupons", desk.tom);
    let full = desk.till.get(&path).await.is(200).json()["entity"][0].clone();
    assert_eq!(full["validTill"], "2026-11-27T11:00:00+01:00");
    assert_eq!(full["reversedRedemptionInfo"][0]["id"], used["id"]);
    assert_eq!(
        (&full["series"]["numIssued"], &full["series"]["validTilldateFormat"]),
        (&json!(1), &json!("2027-12-31"))
    );
    assert!(full["series"].get("ownedBy").is_none());
}

/// Case 15.
#[tokio::test]
async fn codes_are_told_in_the_letters_asked_for() {
    let desk = Desk::new().await;
    let series = desk.app.series(terms()).await;
    desk.written(series, desk.tom, "abAB123").await;
    let tom = desk.tom;
    let calls = [
        ("/v2/coupon?couponCodes=ABab123&".to_owned(), "/data/0/code"),
        (format!("/v2/coupon/is_redeemable?id={tom}&code=ABab123&"), "/redemption/0/code"),
        (
            format!("/v2/customers/coupons?id={tom}&q=ABab123&"),
            "/entity/customers/0/coupons/0/code",
        ),
        (format!("/v2/customers/{tom}/coupons?"), "/entity/0/code"),
        (format!("/v2/customers/{tom}/coupons?"), "/entity/0/trimmedCode"),
    ];
    for (path, place) in calls {
        for (case, told) in [
            ("", "ABAB123"),
            ("coupon_code_case=UPPER", "ABAB123"),
            ("coupon_code_case=lower", "abab123"),
            ("couponCodeCase=LOWER", "abab123"),
            ("coupon_code_case=AS_IT_IS", "abAB123"),
        ] {
            let answer = desk.till.get(&format!("{path}{case}")).await.is(200).json();
            assert_eq!(answer.pointer(place), Some(&json!(told)), "{path}{case}");
        }
    }
}

#[tokio::test]
async fn a_customer_who_is_nobody_has_no_coupons() {
    let desk = Desk::new().await;
    let (_, spy, ..) = elsewhere(&desk.app).await;
    let refused = async |caller: &crate::support::caller::Caller, path: String| {
        code(&caller.get(&path).await.is(400).json())
    };
    assert_eq!(refused(&desk.till, "/v2/customers/coupons".to_owned()).await, 1104);
    for path in [
        format!("/v2/customers/coupons?id={}", desk.tom),
        "/v2/customers/coupons?mobile=919449489999".to_owned(),
        format!("/v2/customers/{}/coupons", desk.tom),
    ] {
        assert_eq!(refused(&spy, path.clone()).await, 701, "{path}");
        desk.till.get(&path).await.is(200);
    }
    assert_eq!(refused(&desk.till, "/v2/customers/999999/coupons".to_owned()).await, 701);
    assert_eq!(refused(&desk.till, "/v2/customers/tom/coupons".to_owned()).await, 701);
}
