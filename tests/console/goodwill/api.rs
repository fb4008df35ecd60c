//! `/v1.1/request/…` and `/v2/customers/{id}/goodwillRequest`.

use guerdon::base::ids::CustomerId;
use guerdon::orgs::access::NewTill;
use serde_json::{Value, json};

use super::House;
use crate::support::caller::{Caller, DIGEST, add_group, add_till};
use crate::support::coupons::terms;

const ADD: &str = "/v1.1/request/add";
const APPROVE: &str = "/v1.1/request/approve";
const REJECT: &str = "/v1.1/request/reject";

fn one(house: &House, customer: CustomerId) -> Value {
    json!({ "customer": { "id": customer }, "type": "GOODWILL", "base_type": "COUPONS",
        "series_id": house.series.to_string(), "reason": "Sample reason", "comments": "Late",
        "reference_id": "r-1" })
}

fn of(items: impl serde::Serialize) -> Value {
    json!({ "root": { "request": items } })
}

fn verdict(id: &Value, comments: &str) -> Value {
    of([
        json!({ "type": "goodwill", "base_type": "coupon", "id": id, "updated_comments": comments }),
    ])
}

fn code(answer: &Value, place: &str) -> u64 {
    let code = &answer.pointer(place).unwrap_or_else(|| panic!("{place} of {answer}"))["code"];
    code.as_u64().or_else(|| code.as_str()?.parse().ok()).unwrap()
}

const MADE: &str = "/response/requests/request/0/item_status";
const DECLINED: &str = "/response/requests/request/item_status";
const GRANTED: &str = "/response/requests/goodwill/item_status";

#[tokio::test]
async fn one_till_asks_and_another_approves() {
    let house = House::new().await;
    let maker = Caller::till(&house.app, "maker").await;
    let checker = Caller::till(&house.app, "checker").await;
    let made = maker.post(ADD, of([one(&house, house.customer)])).await.is(200).json();
    let item = &made["response"]["requests"]["request"][0];
    assert_eq!((code(&made, MADE), &item["status"]), (9100, &json!("PENDING")), "{made}");
    assert_eq!(
        (&item["reference_id"], &item["requested_on"]),
        (&json!("r-1"), &json!("2026-11-26 10:00:00"))
    );
    assert_eq!(item["customer"]["id"], json!(house.customer));
    let id = item["id"].clone();

    let own = maker.post(APPROVE, verdict(&id, "x")).await.is(500).json();
    assert_eq!((code(&own, "/response/status"), code(&own, GRANTED)), (500, 9051));
    let own = maker.post(REJECT, verdict(&id, "x")).await.is(500).json();
    assert_eq!(code(&own, DECLINED), 9056);
    let mute = checker.post(REJECT, verdict(&id, " ")).await.is(500).json();
    assert_eq!(code(&mute, DECLINED), 403);
    let done = checker.post("/v1/request/approve", verdict(&id, "fine")).await.is(200).json();
    let goodwill = &done["response"]["requests"]["goodwill"];
    assert_eq!((&goodwill["status"], &goodwill["type"]), (&json!("APPROVED"), &json!("COUPON")));
    assert_eq!(goodwill["last_action_on"], "2026-11-26T10:00:00+01:00");
    let late = checker.post(REJECT, verdict(&id, "no")).await.is(500).json();
    assert_eq!(code(&late, DECLINED), 9052);
    assert_eq!(house.issued().await, 1);

    let list = maker.get("/v1.1/request/get?type=GOODWILL&status=APPROVED").await.is(200).json();
    let requests = &list["response"]["requests"];
    assert_eq!((&requests["count"], &requests["rows"]), (&json!("1"), &json!("1")));
    let line = &requests["goodwill"];
    assert_eq!((&line["id"], &line["added_by"]["name"]), (&id, &json!("maker")));
    assert_eq!(line["updated_by"]["name"], "checker");
    let entries = maker.get(&format!("/v2/customers/{}/goodwillRequest", house.customer)).await;
    let entry = entries.is(200).json()["data"][0].clone();
    let kept = house.app.text("select code from coupons").await;
    assert_eq!((&entry["approvedValue"], &entry["goodwillType"]), (&json!(kept), &json!("COUPON")));
    assert_eq!((&entry["oneStep"], &entry["addedBy"]["type"]), (&json!(false), &json!("TILL")));
}

#[tokio::test]
async fn requests_of_one_call_go_each_their_own_way() {
    let house = House::with(terms().with("maxCreate", 1)).await;
    let till = Caller::till(&house.app, "maker").await;
    let bodies = of([one(&house, house.customer), one(&house, house.customer)]);
    let path = format!("{ADD}?client_auto_approve=true");
    let made = till.post(&path, bodies).await.is(200).json();
    assert_eq!(code(&made, "/response/status"), 201);
    let items = made["response"]["requests"]["request"].as_array().unwrap();
    assert_eq!(items[0]["status"], "APPROVED");
    assert_eq!(items[0]["new_value"], json!(house.app.text("select code from coupons").await));
    assert_eq!(code(&items[1], "/item_status"), 626);
    assert_eq!((&items[1]["id"], &items[1]["reference_id"]), (&Value::Null, &json!("r-1")));
    assert_eq!(house.app.number("select count(*) from goodwill_requests").await, 1);
    // It is over: no call decides on it again.
    let checker = Caller::till(&house.app, "checker").await;
    let late = checker.post(APPROVE, verdict(&items[0]["id"], "x")).await.is(500).json();
    assert_eq!(code(&late, GRANTED), 9052);
    let of_customer = format!("/v2/customers/{}/goodwillRequest", house.customer);
    let auto = till.get(&format!("{of_customer}?autoApprove=true")).await.is(200).json();
    assert_eq!(auto["data"][0]["updatedComments"], "Late; AUTO_APPROVED");
    let none = till.get(&format!("{of_customer}?is_one_step_change=true")).await.is(400).json();
    assert_eq!(none["errors"][0]["code"], 9050);

    // What cannot be issued goes on waiting.
    let waiting = till.post(ADD, of(one(&house, house.customer))).await.is(200).json();
    let id = &waiting["response"]["requests"]["request"][0]["id"];
    let full = checker.post(APPROVE, verdict(id, "x")).await.is(500).json();
    assert_eq!(code(&full, GRANTED), 626);
    let list = till.get("/v1/request/logs?status=PENDING").await.is(200).json();
    assert_eq!(&list["response"]["requests"]["goodwill"]["id"], id);
}

#[tokio::test]
async fn wrong_requests_are_told_by_number() {
    let house = House::new().await;
    let till = Caller::till(&house.app, "maker").await;
    let other = house.app.series(terms().with("description", "Not ours to give")).await;
    let change = |key: &str, value: Value| {
        let mut body = one(&house, house.customer);
        body[key] = value;
        body
    };
    let wrong = [
        (change("type", json!("GIFT")), 9006),
        (change("type", Value::Null), 9006),
        (change("base_type", json!("POINTS")), 9008),
        (change("base_type", json!([])), 9008),
        (change("customer", json!({ "mobile": "449999999999" })), 9042),
        (change("customer", json!({ "id": 999_999 })), 9042),
        (change("customer", json!("x")), 9042),
        (change("series_id", json!(other)), 707),
        (change("series_id", json!("x")), 707),
        (change("series_id", json!(99_999)), 707),
        (change("series_id", Value::Null), 403),
        (change("reason", json!(" ")), 403),
        (change("comments", Value::Null), 403),
        (change("comments", json!({})), 403),
    ];
    for (body, number) in wrong {
        let answer = till.post(ADD, of([body.clone()])).await.is(500).json();
        assert_eq!(code(&answer, MADE), number, "{body}: {answer}");
    }
    for (id, number) in [(json!(999_999), 9013), (json!("x"), 9013), (Value::Null, 9013)] {
        let answer = till.post(APPROVE, verdict(&id, "x")).await.is(500).json();
        assert_eq!(code(&answer, GRANTED), number, "{answer}");
    }
    till.post(ADD, of(Vec::<Value>::new())).await.is(400);
    till.post(&format!("{ADD}?client_auto_approve=maybe"), of([1])).await.is(400);
    let queries = [
        ("type=GIFT", 9006),
        ("base_type=CASH", 9008),
        ("status=OPEN", 9052),
        ("start_date=soon", 8112),
        ("end_date=31/12/2024", 8113),
        ("start_id=x", 400),
        ("limit=0", 400),
    ];
    for (query, number) in queries {
        let answer = till.get(&format!("/v1.1/request/get?{query}")).await.is(400).json();
        assert_eq!(code(&answer, "/response/status"), number, "{query}");
    }
    let of_customer = format!("/v2/customers/{}/goodwillRequest", house.customer);
    for (query, number) in [("offset=-1", 8100), ("limit=0", 8101), ("limit=101", 8102)] {
        let answer = till.get(&format!("{of_customer}?{query}")).await.is(400).json();
        assert_eq!(answer["errors"][0]["code"], number);
    }
    let nobody = till.get("/v2/customers/999999/goodwillRequest").await.is(404).json();
    assert_eq!(nobody["errors"][0]["code"], 8015);
    assert_eq!(house.app.number("select count(*) from goodwill_requests").await, 0);
}

#[tokio::test]
async fn the_access_group_says_who_asks_and_who_grants() {
    let house = House::new().await;
    let group = add_group(&house.app, "Askers", &[("basic_coupon", "write")]).await;
    let new = NewTill { code: "maker".to_owned(), group, ..NewTill::default() };
    add_till(&house.app, house.app.org, new).await;
    let maker = Caller::stranger(&house.app).signing("maker", DIGEST);
    let body = || of([one(&house, house.customer)]);
    let made = maker.post(ADD, body()).await.is(200).json();
    let id = &made["response"]["requests"]["request"][0]["id"];
    for query in ["client_auto_approve=true", "is_one_step_change=true"] {
        maker.post(&format!("{ADD}?{query}"), body()).await.is(403);
    }
    maker.post(APPROVE, verdict(id, "x")).await.is(403);
    maker.post(REJECT, verdict(id, "x")).await.is(403);
    assert_eq!(house.issued().await, 0);

    // Another brand's till finds nothing of it.
    let elsewhere = house.app.brand("Elsewhere", "UTC").await;
    let spy = Caller::till_of(&house.app, elsewhere, "spy").await;
    let refused = spy.post(APPROVE, verdict(id, "x")).await.is(500).json();
    assert_eq!(code(&refused, GRANTED), 9013);
    let refused = spy.post(ADD, body()).await.is(500).json();
    assert_eq!(code(&refused, MADE), 9042);
    let none = spy.get("/v1.1/request/get").await.is(200).json();
    assert_eq!(none["response"]["requests"]["count"], "0");
    spy.get(&format!("/v2/customers/{}/goodwillRequest", house.customer)).await.is(404);
}

#[tokio::test]
async fn lists_are_cut_by_customer_day_and_number() {
    let house = House::new().await;
    let till = Caller::till(&house.app, "maker").await;
    let bruno = house.app.customer("Bruno").await;
    for customer in [house.customer, bruno, bruno] {
        till.post(ADD, of([one(&house, customer)])).await.is(200);
    }
    let count = async |query: &str| {
        let list = till.get(&format!("/v1.1/request/get?{query}")).await.is(200).json();
        let requests = &list["response"]["requests"];
        let rows = match &requests["goodwill"] {
            Value::Array(rows) => rows.len(),
            _ => 1,
        };
        assert_eq!(requests["rows"], json!(rows.to_string()));
        (requests["count"].as_str().unwrap().to_owned(), rows)
    };
    assert_eq!(count("").await, ("3".into(), 3));
    assert_eq!(count(&format!("identifier={bruno}")).await, ("2".into(), 2));
    assert_eq!(count(&format!("identifier={bruno}&limit=1")).await, ("2".into(), 1));
    assert_eq!(count("mobile=449999999999").await, ("0".into(), 0));
    assert_eq!(count("start_date=2026-11-27").await, ("0".into(), 0));
    assert_eq!(
        count("end_date=2026-11-26&start_date=2026-11-26%2000:00:00").await,
        ("3".into(), 3)
    );
    assert_eq!(count("type=CHANGE_IDENTIFIER").await, ("0".into(), 0));
    assert_eq!(count("base_type=POINTS").await, ("0".into(), 0));
    let first = house.app.number("select min(id) from goodwill_requests").await;
    assert_eq!(count(&format!("start_id={first}&end_id={first}")).await, ("1".into(), 1));
    let page = format!("/v2/customers/{bruno}/goodwillRequest?limit=1&offset=1");
    let page = till.get(&page).await.is(200).json();
    assert_eq!(page["pagination"], json!({ "limit": 1, "offset": 1, "total": 2 }));
    assert_eq!(page["data"][0]["requestId"], json!(first + 1));
}
