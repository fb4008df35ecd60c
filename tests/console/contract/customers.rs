//! Customers looked up, searched and shown: spec/membercare.md 2.1–2.3.

use serde_json::{Value, json};

use super::{Pair, Stage, names, pair};

const AREAS: &[&str] =
    &["membercare-customer-search", "membercare-customer-lookup", "membercare-customer-details"];

#[tokio::test]
async fn every_documented_pair_of_customers_holds() {
    for area in AREAS {
        for name in names(area) {
            replay(&Stage::new().await, &pair(&name).unwrap()).await;
        }
    }
}

/// Enters a customer under the next number, which is `number` where one is given.
async fn add(stage: &Stage, number: Option<i64>, profiles: Value, more: Value) {
    if let Some(number) = number {
        let next = format!("alter table customers alter column id restart with {number}");
        stage.app.sql(&next).await;
    }
    let mut body = json!({ "profiles": profiles });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    stage.till.post("/v2/customers", body).await.is(200);
}

fn tom(kind: &str, value: &str) -> Value {
    json!([{ "source": "INSTORE", "firstName": "Tom", "lastName": "Sawyer",
        "identifiers": [{ "type": kind, "value": value }] }])
}

async fn replay(stage: &Stage, pair: &Pair) {
    match pair.name.as_str() {
        "membercare-customer-lookup-01" => {
            let number = pair.response["entity"].as_i64();
            add(stage, number, tom("mobile", "9449489999"), json!({})).await;
            stage.replay(pair, &[]).await.holds();
        }
        "membercare-customer-lookup-02" => stage.replay(pair, &[]).await.holds(),
        "membercare-customer-search-01" => {
            for n in 0..33 {
                add(stage, None, tom("externalId", &format!("X{n}")), json!({})).await;
            }
            let cut = "the sample's page holds 4 of the 10 rows it announces";
            stage.replay(pair, &[]).await.except("data", cut).holds();
        }
        "membercare-customer-details-01" => details(stage, pair).await,
        other => panic!("{other} has no replay"),
    }
}

async fn details(stage: &Stage, pair: &Pair) {
    let documented = &pair.response["profiles"][0];
    let identifiers: Vec<Value> = documented["identifiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!({ "type": one["type"], "value": one["value"] }))
        .collect();
    let profiles = json!([
        { "source": "WECHAT", "accountId": "22232", "firstName": "Tom", "lastName": "Sawyer",
          "fields": documented["fields"], "identifiers": identifiers },
        { "source": "INSTORE", "identifiers": documented["identifiersAll"] },
    ]);
    let more = json!({ "loyaltyInfo": { "loyaltyType": "non_loyalty" },
        "extendedFields": pair.response["extendedFields"] });
    add(stage, pair.response["id"].as_i64(), profiles, more).await;
    let here = "who and when are this test's";
    let cards = "cards are identifiers here, without a series";
    let replayed = stage.replay(pair, &[]).await;
    replayed
        .except("profiles[].accountId", "another account's answer than was asked for")
        .except("profiles[].attribution", here)
        .except("profiles[].autoUpdateTime", here)
        .except("profiles[].commChannels", "told from the identifiers")
        .except("profiles[].identifiers", cards)
        .except("profiles[].identifiersAll", "all identifiers of all profiles")
        .except("loyaltyInfo.attributionV2", here)
        .except("loyaltyInfo.lifetimePurchases", "purchases are another system's")
        .except("cardDetails", cards)
        .holds();
}
