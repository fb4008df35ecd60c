//! The v1.1 calls about coupons: letter case, failure in parts, walls between brands, nonsense.

use guerdon::base::ids::{CouponId, CustomerId};
use guerdon::base::permission::Role;
use guerdon::orgs::access::NewTill;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::caller::{Caller, DIGEST, add_group, add_till};
use crate::support::coupons::terms;

/// A code with letters of both cases.
const CODE: &str = "abAB123";

/// A coupon with [`CODE`].
async fn mixed(app: &TestApp, holder: CustomerId) -> CouponId {
    let series = app.series(terms()).await;
    let coupon = app.coupon(series, holder).await;
    let id = coupon.id;
    app.sql(&format!("update coupons set code = '{CODE}', code_key = 'ABAB123' where id = {id}"))
        .await;
    id
}

async fn house() -> (TestApp, Caller, CustomerId) {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till.1").await;
    let mina = app.customer("Mina").await;
    (app, till, mina)
}

fn issue(items: Value) -> Value {
    json!({ "root": { "coupon": items } })
}

fn item(customer: impl Into<Value>, series: impl Into<Value>) -> Value {
    json!({ "customer": { "id": customer.into() }, "series_id": series.into() })
}

fn use_of(code: &str, customer: CustomerId) -> Value {
    json!({ "code": code, "customer": { "id": customer }, "transaction": { "number": "B-1", "amount": 12.5 } })
}

async fn events(app: &TestApp, name: &'static str) -> i64 {
    let all = app.text("select coalesce(string_agg(name, ' '), '') from outgoing_events").await;
    all.split(' ').filter(|one| *one == name).count() as i64
}

#[tokio::test]
async fn codes_are_found_in_any_case_and_told_in_the_case_asked_for() {
    let (app, till, mina) = house().await;
    mixed(&app, mina).await;
    let cases = [("", "ABAB123"), ("LOWER", "abab123"), ("upper", "ABAB123"), ("AS_IT_IS", CODE)];
    for (case, told) in cases {
        let asked = format!("/v1.1/coupon/get?code=ABab123&coupon_code_case={case}");
        let answer = till.get(&asked).await.is(200).json();
        assert_eq!(answer["response"]["coupons"]["coupon"][0]["code"], told, "{case}");
        assert_eq!(answer["response"]["coupons"]["coupon"].as_array().unwrap().len(), 1);

        let asked =
            format!("/v1.1/coupon/isredeemable?id={mina}&code=aBAb123&couponCodeCase={case}");
        let answer = till.get(&asked).await.is(200).json();
        assert_eq!(answer["response"]["coupons"]["redeemable"]["code"], told, "{case}");
        assert_eq!(answer["response"]["coupons"]["redeemable"]["is_redeemable"], "true");

        for path in ["customer/coupons", "customer/get"] {
            let asked = format!("/v1.1/{path}?id={mina}&coupon_code_case={case}");
            let answer = till.get(&asked).await.is(200).json();
            let customer = &answer["response"]["customers"]["customer"][0];
            assert_eq!(customer["coupons"]["coupon"][0]["code"], told, "{path} {case}");
        }
    }
    for path in ["coupon/get?code=x", "coupon/isredeemable?code=x&id=1", "customer/coupons?id=1"] {
        till.get(&format!("/v1.1/{path}&coupon_code_case=AS_IS")).await.is(400);
    }
}

#[tokio::test]
async fn several_customers_in_one_call_succeed_and_fail_each_by_itself() {
    let (app, till, mina) = house().await;
    let (tom, series) = (app.customer("Tom").await, app.series(terms()).await);
    let body = issue(json!([
        item(mina.get(), series.get()),
        item(987_654_321, series.get()),
        item(tom.get(), 987_654_321),
        item(tom.get(), ""),
        item(tom.get().to_string(), series.to_string()),
    ]));
    let answer = till.post("/v1.1/coupon/issue?user_id=true", body).await.is(200).json();
    let status = json!({ "success": true, "code": 201,
        "message": "One or more requests have failed due to errors" });
    assert_eq!(answer["response"]["status"], status);
    let items = answer["response"]["coupon"].as_array().unwrap();
    let codes: Vec<i64> =
        items.iter().map(|one| one["item_status"]["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [700, 701, 707, 756, 700]);
    assert_eq!(items[4]["customer"]["user_id"], tom.to_string());
    assert!(items[1].get("code").is_none(), "{}", items[1]);
    assert_eq!(app.number("select count(*) from coupons").await, 2);
    assert_eq!(events(&app, "CouponIssue").await, 2);

    let bad = issue(item(mina.get(), 987_654_321));
    let answer = till.post("/v1/coupon/issue", bad).await.is(500).json();
    assert_eq!(answer["response"]["status"]["code"], 500);
    assert_eq!(answer["response"]["coupon"]["item_status"]["code"], 707);
    for empty in [json!({}), json!({ "root": {} }), issue(json!([])), issue(json!("x"))] {
        till.post("/v1.1/coupon/issue", empty).await.is(400);
    }
    let many = issue(Value::from(vec![item(mina.get(), series.get()); 101]));
    till.post("/v1.1/coupon/issue", many).await.is(400);
    assert_eq!(app.number("select count(*) from coupons").await, 2);
}

#[tokio::test]
async fn redemptions_of_one_call_stand_each_for_itself() {
    let (app, till, mina) = house().await;
    let series = app.series(terms()).await;
    let (one, two) = (app.coupon(series, mina).await, app.coupon(series, mina).await);
    let body = issue(json!([
        use_of(&one.code.to_lowercase(), mina),
        use_of(&one.code, mina),
        use_of("NONE", mina),
        { "customer": { "id": mina } },
        { "code": two.code, "customer": { "mobile": "4477009007" } },
        { "code": two.code, "customer": { "id": mina }, "transaction": [{ "amount": "much" }] },
    ]));
    let answer = till.post("/v1.1/coupon/redeem", body).await.is(200).json();
    assert_eq!(answer["response"]["status"]["code"], 201);
    let items = answer["response"]["coupons"]["coupon"].as_array().unwrap();
    let codes: Vec<i64> =
        items.iter().map(|one| one["item_status"]["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [700, 716, 702, 781, 701, 629]);
    assert_eq!(items[0]["transaction"], json!({ "amount": "12.50", "number": "B-1" }));
    assert_eq!(items[0]["code"], one.code.to_lowercase());
    assert_eq!(items[4]["customer"]["mobile"], "4477009007");
    assert_eq!(events(&app, "CouponRedeem").await, 0, "several coupons tell no event");

    let alone = issue(json!({ "id": two.id, "customer": { "id": mina } }));
    let answer = till.post("/v1/coupon/redeem", alone.clone()).await.is(200).json();
    assert_eq!(answer["response"]["coupons"]["coupon"]["code"], two.code);
    assert_eq!(events(&app, "CouponRedeem").await, 1);
    let answer = till.post("/v1.1/coupon/redeem", alone).await.is(500).json();
    assert_eq!(answer["response"]["coupons"]["coupon"]["item_status"]["code"], 711);
    assert_eq!(app.number("select sum(redeemed)::bigint from coupons").await, 2);
}

#[tokio::test]
async fn a_code_is_sent_again_only_to_its_holder_and_while_it_is_good() {
    let (app, till, _) = house().await;
    let mina = app.staff("Mina", Role::Admin).await;
    crate::imports::import(&app, "customers", "firstname,mobile\nTom,447700900417\n").await;
    let tom = CustomerId::new(app.number("select max(id) from customers").await);
    let series = app.series(terms().with("resendMessageEnabled", true)).await;
    let mute = app.series(terms().with("resendMessageEnabled", false)).await;
    let (good, silent) = (app.coupon(series, tom).await, app.coupon(mute, tom).await);
    let gone = app.coupon(series, tom).await;
    let revoked = gone.id;
    app.act(move |act| {
        Box::pin(async move { guerdon::coupons::revoke_of(act, &[revoked], None).await })
    })
    .await
    .unwrap();
    let codes = format!("{},{},{},NONE", good.code.to_lowercase(), silent.code, gone.code);
    let asked = format!("/v1.1/coupon/resend?code={codes}&mobile=447700900417");
    let before = app.number("select count(*) from coupon_messages where kind = 'RESEND'").await;
    let answer = till.get(&asked).await.is(200).json();
    let items = answer["response"]["coupons"]["coupon"].as_array().unwrap();
    let codes: Vec<&str> =
        items.iter().map(|one| one["item_status"]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["700", "724", "660", "702"]);
    assert_eq!(answer["response"]["status"]["code"], "201");
    let after = app.number("select count(*) from coupon_messages where kind = 'RESEND'").await;
    assert_eq!(after, before + 1);
    let other = app.customer("Becky").await;
    let asked = format!("/v1/coupon/resend?code={}&id={other}", good.code);
    let answer = till.get(&asked).await.is(200).json();
    assert_eq!(answer["response"]["coupons"]["coupon"][0]["item_status"]["code"], "703");
    assert_eq!(answer["response"]["status"]["success"], "false");
    till.get("/v1.1/coupon/resend").await.is(400);
    drop(mina);
}

#[tokio::test]
async fn another_brands_things_answer_like_things_that_are_nowhere() {
    let (app, till, _) = house().await;
    app.sql("alter table customers alter column id restart with 500001").await;
    app.sql("alter table coupon_series alter column id restart with 600001").await;
    let mina = app.customer("Mina").await;
    let id = mixed(&app, mina).await;
    let series = app.number("select max(id) from coupon_series").await;
    let elsewhere = app.brand("Elsewhere", "UTC").await;
    let spy = Caller::till_of(&app, elsewhere, "spy").await;
    let pairs = [
        (format!("coupon/get?code={CODE}"), "coupon/get?code=ABXX123".to_owned()),
        (format!("coupon/get?id={id}"), "coupon/get?id=987654321".to_owned()),
        (format!("coupon/resend?code={CODE}"), "coupon/resend?code=ABXX123".to_owned()),
        (format!("coupon/series?id={series}"), "coupon/series?id=987654321".to_owned()),
        (format!("customer/coupons?id={mina}"), "customer/coupons?id=987654321".to_owned()),
        (format!("customer/get?id={mina}"), "customer/get?id=987654321".to_owned()),
        (format!("customer/redemptions?id={mina}"), "customer/redemptions?id=987654321".to_owned()),
        (
            format!("coupon/isredeemable?id={mina}&code={CODE}"),
            "coupon/isredeemable?id=987654321&code=ABXX123".to_owned(),
        ),
    ];
    for (theirs, nowhere) in pairs {
        let (seen, none) =
            (spy.get(&format!("/v1.1/{theirs}")).await, spy.get(&format!("/v1.1/{nowhere}")).await);
        let plain = |text: String| {
            text.replace("ABAB123", "ABXX123").replace(CODE, "ABXX123").replace("987654321", "N")
        };
        let seen_text = plain(seen.text()).replace("500001", "N").replace("600001", "N");
        assert_eq!((seen.status, seen_text), (none.status, plain(none.text())), "{theirs}");
        assert!(!seen.text().contains("Mina"), "{theirs}");
    }
    let before = app.entries().await;
    let body = issue(item(mina.get(), series));
    let answer = spy.post("/v1.1/coupon/issue", body).await.is(500).json();
    assert_eq!(answer["response"]["coupon"]["item_status"]["code"], 701);
    let answer = spy.post("/v1.1/coupon/redeem", issue(use_of(CODE, mina))).await.is(500).json();
    assert_eq!(answer["response"]["coupons"]["coupon"]["item_status"]["code"], 701);
    assert_eq!(app.entries().await, before);
    // The brand itself sees them all.
    let answer = till.get(&format!("/v1.1/coupon/get?code={CODE}")).await.is(200).json();
    assert_eq!(answer["response"]["coupons"]["coupon"][0]["id"], id.to_string());
}

#[tokio::test]
async fn what_a_customer_holds_is_sifted_ordered_and_cut() {
    let (app, till, mina) = house().await;
    let long = app.series(terms()).await;
    let short =
        app.series(terms().with("description", "Short").with("validTillDate", "2026-12-01")).await;
    let first = app.coupon(long, mina).await;
    app.set_clock("2026-11-27T09:00:00Z");
    let second = app.coupon(short, mina).await;
    app.redeem(mina, &[&first.code]).await;
    app.set_clock("2026-12-05T09:00:00Z");
    let third = app.coupon(long, mina).await;
    let told = async |query: &str| {
        let answer = till.get(&format!("/v1.1/customer/coupons?id={mina}&{query}")).await.is(200);
        let answer = answer.json();
        let customer = answer["response"]["customers"]["customer"][0].clone();
        let list = customer["coupons"]["coupon"].as_array().unwrap().clone();
        list.iter().map(|one| one["id"].as_str().unwrap().parse().unwrap()).collect::<Vec<i64>>()
    };
    let (a, b, c) = (first.id.get(), second.id.get(), third.id.get());
    assert_eq!(told("").await, [c, b, a]);
    assert_eq!(told("sort_order=asc&limit=2").await, [a, b]);
    assert_eq!(told("order_by=valid_till&sort_order=ASC").await, [b, a, c]);
    assert_eq!(told("status=active").await, [c, a]);
    assert_eq!(told("status=redeemed").await, [a]);
    assert_eq!(told("status=expired").await, [b]);
    assert_eq!(told("status=unredeemed").await, [c, b]);
    assert_eq!(told(&format!("series_id={short}")).await, [b]);
    assert_eq!(told("series_id=x").await, Vec::<i64>::new());
    // Issued or redeemed on the day: the first was redeemed on the 27th.
    assert_eq!(told("start_date=2026-11-27&end_date=2026-11-28").await, [b, a]);
    assert_eq!(told("end_date=2026-11-27").await, [a]);
    assert_eq!(told("store_id=7").await, [c]);
    till.get(&format!("/v1.1/customer/coupons?id={mina}&start_date=soon")).await.is(400);
    till.get("/v1.1/customer/coupons").await.is(400);

    let get = async |query: &str| {
        let answer = till.get(&format!("/v1.1/customer/get?id={mina}&{query}")).await.is(200);
        let answer = answer.json();
        let list = &answer["response"]["customers"]["customer"][0]["coupons"]["coupon"];
        let ids = list.as_array().unwrap().iter();
        ids.map(|one| one["id"].as_str().unwrap().parse().unwrap()).collect::<Vec<i64>>()
    };
    assert_eq!(get("").await, [c, b, a]);
    assert_eq!(get("coupon_offset=1&coupon_limit=1").await, [b]);
    assert_eq!(get("coupon_active=true&coupon_sort_order=asc").await, [a, c]);
    assert_eq!(get(&format!("coupon_offer={short}")).await, [b]);
    assert_eq!(
        get("coupon_org_entity_type=TILL&coupon_org_entity_value=till.1").await,
        Vec::<i64>::new()
    );
    let body = issue(item(mina.get(), long.get()));
    till.post("/v1.1/coupon/issue", body).await.is(200);
    let at_till = get("coupon_org_entity_type=till&coupon_org_entity_value=till.1").await;
    assert_eq!(at_till.len(), 1);

    let answer = till
        .get(&format!("/v1.1/customer/redemptions?id={mina}&type=coupons"))
        .await
        .is(200)
        .json();
    let customer = &answer["response"]["customer"];
    assert_eq!(customer["coupons_count"], 1);
    assert_eq!(customer["redemptions"]["coupons"]["coupon"][0]["code"], first.code);
    assert_eq!(
        customer["redemptions"]["coupons"]["coupon"][0]["redeemed_time"],
        "2026-11-27 10:00:00"
    );
}

#[tokio::test]
async fn several_customers_are_told_at_once_and_who_is_missing_is_named() {
    let (app, till, mina) = house().await;
    let tom = app.customer("Tom").await;
    let asked = format!("/v1.1/customer/get?id={mina},987654321,{tom}&user_id=true");
    let answer = till.get(&asked).await.is(200).json();
    let status = &answer["response"]["status"];
    assert_eq!((&status["total"], &status["success_count"]), (&json!("3"), &json!("2")));
    assert_eq!(status["code"], 201);
    let all = answer["response"]["customers"]["customer"].as_array().unwrap();
    assert_eq!(all[0]["user_id"], mina.to_string());
    assert_eq!(
        (&all[1]["id"], &all[1]["item_status"]["code"]),
        (&json!("987654321"), &json!("8015"))
    );
    let none = till.get("/v1.1/customer/get").await.is(400).json();
    assert_eq!(none["response"]["status"]["code"], 1104);
    let many = vec!["1"; 101].join(",");
    till.get(&format!("/v1.1/customer/get?id={many}")).await.is(400);
}

#[tokio::test]
async fn series_are_told_by_number_or_all_together() {
    let (app, till, _) = house().await;
    let long = app.series(terms()).await;
    let short =
        app.series(terms().with("description", "Short").with("validTillDate", "2026-12-01")).await;
    app.set_clock("2026-12-05T09:00:00Z");
    let told = async |query: &str| {
        let answer = till.get(&format!("/v1.1/coupon/series?{query}")).await.is(200).json();
        answer["response"]["series"]["items"]["item"].clone()
    };
    assert_eq!(told("").await.as_array().unwrap().len(), 2);
    assert_eq!(told("expired=true").await["id"], short.to_string());
    assert_eq!(told("expired=false").await["id"], long.to_string());
    assert_eq!(told("expired=extended").await.as_array().unwrap().len(), 2);
    let some = told(&format!("id={long},nonsense")).await;
    assert_eq!(some[1]["item_status"]["code"], "707");
}

#[tokio::test]
async fn an_access_group_says_how_far_a_till_goes() {
    let (app, _, mina) = house().await;
    let series = app.series(terms()).await;
    let group = add_group(&app, "Readers", &[("basic_coupon", "read")]).await;
    let new = NewTill { code: "reader".to_owned(), group, ..NewTill::default() };
    add_till(&app, app.org, new).await;
    let reader = Caller::stranger(&app).signing("reader", DIGEST);
    reader.get(&format!("/v1.1/customer/coupons?id={mina}")).await.is(200);
    reader.get("/v1.1/coupon/get?code=x").await.is(200);
    reader.get("/v1.1/coupon/resend?code=x").await.is(403);
    reader.get("/v1.1/coupon/series").await.is(403);
    reader.get(&format!("/v1.1/customer/get?id={mina}")).await.is(403);
    let body = issue(item(mina.get(), series.get()));
    reader.post("/v1.1/coupon/issue", body).await.is(403);
    assert_eq!(app.number("select count(*) from coupons").await, 0);
}

#[tokio::test]
async fn nonsense_is_the_callers_mistake() {
    let (app, till, mina) = house().await;
    let series = app.series(terms()).await;
    let nasty = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!("9".repeat(40)),
        json!([1]),
        json!({ "a": 1 }),
        json!("'\"%_\\"),
        json!("\u{202e}𝕏"),
        json!("x".repeat(5_000)),
    ];
    for bad in &nasty {
        let bodies = [
            json!({ "customer": bad, "series_id": series }),
            json!({ "customer": { "id": bad }, "series_id": series }),
            json!({ "customer": { "mobile": bad }, "series_id": series }),
            json!({ "customer": { "id": mina }, "series_id": bad }),
        ];
        for body in bodies {
            let answer = till.post("/v1.1/coupon/issue", issue(json!([body]))).await;
            assert!(answer.text().contains("\"success\":"), "{bad}: {}", answer.text());
            assert!(!answer.text().contains("Requests have failed due to errors."), "{bad}");
        }
        let bodies = [
            json!({ "code": bad, "customer": { "id": mina } }),
            json!({ "id": bad, "customer": { "id": mina } }),
            json!({ "code": "x", "customer": { "id": mina }, "transaction": bad }),
            json!({ "code": "x", "customer": { "id": mina }, "transaction": [{ "amount": bad }] }),
            json!({ "code": "x", "customer": { "id": mina }, "custom_fields": { "field": bad } }),
        ];
        for body in bodies {
            let answer = till.post("/v1.1/coupon/redeem", issue(json!([body]))).await;
            assert!(!answer.text().contains("Requests have failed due to errors."), "{bad}");
        }
    }
    assert_eq!(app.number("select count(*) from coupons").await, 0);
    for query in ["code=%F0%9F%92%A9", "id=99999999999999999999", "code=x&issuedToIds=y", "id=-1"] {
        let answer = till.get(&format!("/v1.1/coupon/get?{query}")).await.is(200).json();
        assert_eq!(answer["response"]["coupons"]["coupon"][0]["item_status"]["code"], 705);
    }
}
