//! Coupons issued, and the events that tell of it: spec/coupons.md 6.4–6.6, 9.

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::coupon_series::{customer, made, restart};
use super::{Comparison, Pair, Stage, names, pair};
use crate::support::caller::Caller;

const AREAS: &[&str] = &[
    "coupons-issue",
    "coupons-bulk-issue",
    "coupons-issue-multiple",
    "coupons-event-issue",
    "coupons-event-issue-multiple",
];

const DRAWN: &str = "codes are drawn";
const REAL: &str = "the coupon's own number";
const FULL: &str = "a refusal of v2 always tells all three";

#[tokio::test]
async fn every_documented_pair_of_issuing_holds() {
    for area in AREAS {
        for name in names(area) {
            let pair = pair(&name).unwrap();
            match pair.method.as_str() {
                "EVENT" => event(&pair).await,
                _ => replay(&Stage::new().await, &pair).await,
            }
        }
    }
}

async fn replay(stage: &Stage, pair: &Pair) {
    match pair.name.as_str() {
        "coupons-issue-01" => {
            series_of(stage, &pair.response, &pair.response["seriesId"]).await;
            holder(stage, &pair.response["customer"]).await;
            let replayed = stage.replay(pair, &[]).await;
            let replayed = replayed.in_any_order("identifiers", "by kind").except("code", DRAWN);
            replayed.in_any_order("identifiersAll", "by kind").except("id", REAL).holds();
        }
        "coupons-bulk-issue-01" | "coupons-bulk-issue-02" => {
            stage.app.set_clock("2021-03-01T09:00:00Z");
            for line in pair.response["response"].as_array().unwrap() {
                series_of(stage, &line["result"], &line["entityId"]).await;
            }
            named(stage, pair).await;
            let replayed = stage.replay(pair, &[]).await;
            let replayed = replayed.except("response[].result.code", DRAWN);
            replayed.except("response[].result.id", REAL).holds();
        }
        "coupons-bulk-issue-03" => with_metadata(stage, pair).await,
        "coupons-issue-multiple-01" | "coupons-issue-multiple-06" => several(stage, pair).await,
        "coupons-issue-multiple-10" | "coupons-issue-multiple-12" => cut_short(stage, pair).await,
        _ => refused(stage, pair).await,
    }
}

/// The series a sample issued from.
async fn series_of(stage: &Stage, told: &Value, number: &Value) {
    let fields = json!({
        "description": told["description"], "info": told["detailedInfo"],
        "discountCode": told["discountCode"], "discountType": told["discountType"],
        "discountValue": told["discountValue"], "discountUpto": told["discountUpto"],
        "validTillDate": told["validTill"],
    });
    made(stage, number, fields).await;
}

/// The customer a sample shows, changed last when it says.
async fn holder(stage: &Stage, told: &Value) {
    let profile = &told["profiles"][0];
    stage.app.set_clock(profile["autoUpdateTime"].as_str().unwrap());
    let identifiers: Vec<(&str, &str)> = profile["identifiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["type"].as_str().unwrap(), one["value"].as_str().unwrap()))
        .collect();
    let text = |key: &str| profile[key].as_str().unwrap();
    let name = format!("{} {}", text("firstName"), text("lastName"));
    customer(stage, Some(&told["id"]), &name, &identifiers).await;
}

/// The customer a call names, of whom the sample shows nothing else.
async fn named(stage: &Stage, pair: &Pair) -> i64 {
    let (kind, value) = pair.request["customer"].as_object().unwrap().iter().next().unwrap();
    let value = value.as_str().unwrap();
    match kind.as_str() {
        "id" => {
            customer(
                stage,
                Some(&json!(value.parse::<i64>().unwrap())),
                "Tom",
                &[("externalId", "t")],
            )
            .await
        }
        kind => customer(stage, None, "Tom", &[(kind, value)]).await,
    }
}

async fn with_metadata(stage: &Stage, pair: &Pair) {
    for number in pair.request["seriesIds"].as_array().unwrap() {
        made(stage, number, json!({})).await;
    }
    named(stage, pair).await;
    let (status, ours) = stage.send(pair, &[]).await;
    assert_eq!((status, &ours["failureCount"]), (200, &json!(0)), "{ours}");
    let kept = stage.app.text("select max(metadata::text) from coupons").await;
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept, pair.request["metadata"]);
}

async fn several(stage: &Stage, pair: &Pair) {
    let (told, first) = (&pair.response["couponConfig"], &pair.response["coupons"][0]["couponId"]);
    let fields = json!({
        "description": told["description"], "info": told["info"],
        "discountCode": told["discountCode"], "discountType": told["discountType"],
        "discountValue": told["discountValue"],
        "isMultipleVouchersPerUserAllowed": pair.response["failureCount"] == 0,
    });
    made(stage, &pair.request["seriesId"], fields).await;
    holder(stage, &pair.response["customer"]).await;
    restart(stage, "coupons", first).await;
    let replayed = stage.replay(pair, &[]).await.except("coupons[].code", DRAWN);
    let replayed = replayed.in_any_order("identifiers", "by kind");
    let replayed = replayed.in_any_order("identifiersAll", "by kind");
    let trimmed = "names are kept without spaces around";
    match pair.name.as_str() {
        "coupons-issue-multiple-01" => replayed
            .except("couponConfig.description", trimmed)
            .except("couponConfig.info", trimmed)
            .holds(),
        _ => replayed
            .except("customer.profiles[].autoUpdateTime", "the same instant, told in UTC")
            .holds(),
    }
}

/// Only the tail of these answers is documented.
async fn cut_short(stage: &Stage, pair: &Pair) {
    let fields = match pair.name.as_str() {
        "coupons-issue-multiple-10" => {
            json!({ "clientHandlingType": "GENERIC", "genericCode": "ALL" })
        }
        _ => json!({ "maxVouchersPerUser": 1 }),
    };
    made(stage, &pair.request["seriesId"], fields).await;
    named(stage, pair).await;
    let (status, ours) = stage.send(pair, &[]).await;
    assert_eq!((&ours["totalCount"], &ours["successCount"]), (&json!(2), &json!(1)), "{ours}");
    let tail = json!({ "errors": ours["errors"], "warnings": ours["warnings"] });
    let documented = (pair.status, pair.response.clone());
    Comparison::new(&pair.name, stage.org, documented, (status, tail)).holds();
}

async fn refused(stage: &Stage, pair: &Pair) {
    match pair.name.as_str() {
        "coupons-issue-multiple-03" => {}
        "coupons-issue-multiple-04" | "coupons-issue-multiple-11" => {
            made(stage, &pair.request["seriesId"], json!({})).await;
        }
        "coupons-issue-multiple-07" => {
            let over = json!({ "validTillDate": "2026-11-25T00:00:00Z" });
            made(stage, &pair.request["seriesId"], over).await;
        }
        other => panic!("{other} has no replay"),
    }
    named(stage, pair).await;
    let replayed = stage.replay(pair, &[]).await;
    replayed.except("warnings", FULL).except("success", FULL).holds();
}

/// An event: the same coupons are issued at the same instant, and what goes out is compared.
async fn event(pair: &Pair) {
    let mut stage = Stage::new().await;
    // The samples' brand counts its days in India.
    stage.org = stage.app.brand("Kolkata", "Asia/Kolkata").await;
    stage.till = Caller::till_of(&stage.app, stage.org, "kolkata.server").await;
    let documented = &pair.response;
    let (data, info) = (&documented["data"], &documented["data"]["series_info"]);
    let at = documented["createdAt"].as_i64().unwrap();
    stage.at((at / 1000) as f64);
    let day = DateTime::from_timestamp_millis(info["valid_till"].as_i64().unwrap()).unwrap();
    let day = day.with_timezone(&FixedOffset::east_opt(19_800).unwrap());
    let fields = json!({
        "description": info["description"], "seriesType": info["seriesType"],
        "discountCode": info["discount_code"], "discountType": info["discount_type"],
        "discountValue": info["discount_value"], "validTillDate": day.to_rfc3339(),
    });
    made(&stage, &info["id"], fields).await;
    let first = &data["coupons"][0];
    let who = customer(
        &stage,
        Some(&first["customerIdentifiers"]["customerId"]),
        "Tom",
        &[("externalId", "t")],
    )
    .await;
    restart(&stage, "coupons", &first["id"]).await;
    let (_, ids) = documented["refId"].as_str().unwrap().split_once('_').unwrap();
    let count = if pair.name.contains("multiple") { 10 } else { 1 };
    let call = json!({ "seriesId": info["id"], "count": count, "customer": { "id": who } });
    let caller = stage.till.with("x-cap-request-id", documented["apiRequestId"].as_str().unwrap());
    let path = if count == 1 { "/v2/coupon/issue" } else { "/v2/coupon/issue/multiple" };
    caller.post(path, call).await.is(200);

    let sent = stage.app.text("select payload::text from outgoing_events").await;
    let mut sent: Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(sent["refId"], json!(format!("{}_{ids}", stage.org)));
    // The moment is taken after the locks: a little later than the clock that stands.
    assert_eq!(sent["createdAt"], sent["data"]["addedAt"]);
    assert!((0..60_000).contains(&(sent["createdAt"].as_i64().unwrap() - at / 1000 * 1000)));
    (sent["createdAt"], sent["data"]["addedAt"]) = (json!(at), json!(at));
    let told = sent["data"]["coupons"].as_array_mut().unwrap();
    assert_eq!(told.len(), count);
    // The sample shows three of its ten.
    told.truncate(data["coupons"].as_array().unwrap().len());
    Comparison::new(&pair.name, stage.org, (200, documented.clone()), (200, sent))
        .except("eventId", "each event has its own")
        .except("refId", "the brand's number leads it")
        .except("data.addedBy.id", "our till")
        .except("data.coupons[].code", DRAWN)
        .holds();
}
