//! Coupons out of goodwill: spec/membercare.md 2.7. The reference shows requests for points and for changed
//! identifiers, too, which are none of this product's: those are sent as requests for coupons.

use guerdon::base::ids::{CustomerId, SeriesId};
use guerdon::coupons;
use guerdon::goodwill;
use serde_json::{Value, json};

use super::{Pair, Stage, names, pair, swapped};
use crate::support::caller::Caller;
use crate::support::coupons::terms;

const AREAS: &[&str] = &[
    "membercare-goodwill-requests",
    "membercare-request-add-goodwill-coupon",
    "membercare-request-approve",
    "membercare-request-get",
    "membercare-request-reject",
];

/// What of a sample is about another kind of request.
const COUPONS: &str = "the sample is of a request for something else than a coupon";

#[tokio::test]
async fn every_documented_pair_of_goodwill_holds() {
    for area in AREAS {
        for name in names(area) {
            replay(&Stage::new().await, &pair(&name).unwrap()).await;
        }
    }
}

/// An offer claimed for goodwill.
async fn offer(stage: &Stage) -> SeriesId {
    let made = stage.app.act_in(stage.org, |act| {
        Box::pin(async move {
            let series = coupons::create(act, &terms(), false).await?;
            Ok(goodwill::claim_offer(act, series.id).await?.id)
        })
    });
    made.await.unwrap()
}

/// The customer of a sample, under its number where it has one.
async fn customer(stage: &Stage, of: &Value, number: Option<i64>) -> CustomerId {
    if let Some(number) = number {
        let next = format!("alter table customers alter column id restart with {number}");
        stage.app.sql(&next).await;
    }
    let identifiers: Vec<Value> =
        [("mobile", "mobile"), ("email", "email"), ("externalId", "external_id")]
            .iter()
            .filter(|(_, key)| of[key].is_string())
            .map(|(kind, key)| json!({ "type": kind, "value": of[key] }))
            .collect();
    let body = json!({ "profiles": [{ "source": "INSTORE", "firstName": of["firstname"],
        "lastName": of["lastname"], "identifiers": identifiers }] });
    let made = stage.till.post("/v2/customers", body).await.is(200).json();
    CustomerId::new(made["createdId"].as_i64().unwrap())
}

/// Another till asks for a coupon under the number that the sample's request has.
async fn asked(stage: &Stage, customer: CustomerId, said: &Value, number: &str) {
    let next = format!("alter table goodwill_requests alter column id restart with {number}");
    stage.app.sql(&next).await;
    let series = offer(stage).await;
    let body = json!({ "root": { "request": { "customer": { "id": customer }, "type": "GOODWILL",
        "base_type": "COUPON", "series_id": series, "reason": said["reason"],
        "comments": said["comments"] } } });
    let maker = Caller::till_of(&stage.app, stage.org, "Tom.store").await;
    maker.post("/v1.1/request/add", body).await.is(200);
}

fn instant(stage: &Stage, text: &str) {
    stage.app.set_clock(text);
}

async fn replay(stage: &Stage, pair: &Pair) {
    let requests = &pair.response["response"]["requests"];
    match pair.name.as_str() {
        "membercare-request-add-goodwill-coupon-01" => add(stage, pair, requests).await,
        "membercare-request-approve-01" => approve(stage, pair, &requests["goodwill"]).await,
        "membercare-request-reject-01" => reject(stage, pair).await,
        "membercare-request-get-01" => get(stage, pair, &requests["goodwill"]).await,
        "membercare-goodwill-requests-01" => of_customer(stage, pair).await,
        other => panic!("{other} has no replay"),
    }
}

async fn add(stage: &Stage, pair: &Pair, requests: &Value) {
    let sample = &requests["request"][0];
    instant(stage, "2020-01-02T13:13:38Z");
    customer(stage, &sample["customer"], sample["customer"]["id"].as_i64()).await;
    let id = sample["id"].as_str().unwrap();
    let next = format!("alter table goodwill_requests alter column id restart with {id}");
    stage.app.sql(&next).await;
    let series = offer(stage).await.to_string();
    stage
        .replay(pair, &[("80197", &series)])
        .await
        .except("response.requests.request[].base_type", COUPONS)
        .except("response.requests.request[].reason", COUPONS)
        .except("response.requests.request[].comments", COUPONS)
        .holds();
}

/// The pair with its request made one for a coupon.
fn for_coupon(pair: &Pair) -> Pair {
    let swaps = [("POINTS", "COUPON"), ("CHANGE_IDENTIFIER", "GOODWILL"), ("MOBILE", "COUPON")];
    Pair { request: swapped(&pair.request, &swaps), ..pair.clone() }
}

async fn approve(stage: &Stage, pair: &Pair, sample: &Value) {
    instant(stage, "2014-01-21T21:36:11Z");
    let tom = customer(stage, &sample["customer"], None).await;
    asked(stage, tom, sample, "23423").await;
    instant(stage, "2016-01-22T21:36:11Z");
    stage
        .replay(&for_coupon(pair), &[])
        .await
        .except("response.requests.goodwill.type", COUPONS)
        .except("response.requests.goodwill.added_on", "the same instant in this brand's zone")
        .except("response.requests.goodwill.last_action_on", "the same instant in its zone")
        .except("response.requests.goodwill.item_status", "the sample leaves it out")
        .except("response.status", "the sample leaves it out")
        .holds();
}

async fn reject(stage: &Stage, pair: &Pair) {
    let of = json!({ "firstname": "Tom", "lastname": "Sawyer", "mobile": "44700900099" });
    let tom = customer(stage, &of, None).await;
    asked(stage, tom, &json!({ "reason": "R", "comments": "C" }), "12955").await;
    stage
        .replay(&for_coupon(pair), &[("346436", "12955")])
        .await
        .except("response.requests.request.type", COUPONS)
        .except("response.requests.request.base_type", COUPONS)
        .except("response.requests.request.new_value", COUPONS)
        .holds();
}

async fn get(stage: &Stage, pair: &Pair, sample: &Value) {
    instant(stage, "2016-02-12T08:02:42Z");
    let tom = customer(stage, &sample["customer"], None).await;
    let id = sample["id"].as_str().unwrap();
    asked(stage, tom, sample, id).await;
    stage.app.sql("update customers set fraud_status = 'CONFIRMED'").await;
    stage
        .replay(pair, &[])
        .await
        .except("response.requests.count", "the sample's list is cut")
        .except("response.requests.rows", "the sample's list is cut")
        .except("response.requests.change_identifier", COUPONS)
        .except("response.requests.goodwill.added_on", "the same instant in this brand's zone")
        .except("response.requests.goodwill.added_by.name", "a till without a name has its code")
        .holds();
}

async fn of_customer(stage: &Stage, pair: &Pair) {
    let sample = &pair.response["data"][0];
    instant(stage, "2025-04-22T10:31:45Z");
    let of = json!({ "firstname": "Tom", "lastname": "Sawyer", "mobile": "919011111111" });
    let tom = customer(stage, &of, sample["userId"].as_i64()).await;
    let id = sample["requestId"].to_string();
    let next = format!("alter table goodwill_requests alter column id restart with {id}");
    stage.app.sql(&next).await;
    let series = offer(stage).await;
    let body = json!({ "root": { "request": { "customer": { "id": tom }, "type": "GOODWILL",
        "base_type": "COUPON", "series_id": series, "reason": sample["reason"],
        "comments": sample["comments"] } } });
    let path = "/v1.1/request/add?client_auto_approve=true";
    stage.till.post(path, body).await.is(200);
    let here = "who and when are this test's";
    let points = "points and their programme are another system's";
    stage
        .replay(pair, &[])
        .await
        .except("data[].id", "a request has one number here")
        .except("data[].addedBy", here)
        .except("data[].updatedBy", here)
        .except("data[].addedOn", "the sample's two times of one call differ by its zone")
        .except("data[].programId", points)
        .except("data[].program", points)
        .except("data[].goodwillType", COUPONS)
        .except("data[].approvedValue", COUPONS)
        .holds();
}
