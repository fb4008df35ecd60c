//! Coupon series made, changed and looked up: spec/coupons.md 6.1–6.3.

use serde_json::{Map, Value, json};

use super::{Comparison, Pair, Stage, names, pair};

pub const SERIES: &str = "/v2/coupon/series";
const AREAS: &[&str] = &["coupons-create-series", "coupons-update-series", "coupons-get-series"];

const DRAWN: &str = "a series' code is drawn";
const NEWER: &str = "newer revisions tell it always";
const EARLIER: &str = "a second before it was made in the sample";
const KEPT: &str = "kept as it was sent";

#[tokio::test]
async fn every_documented_pair_of_series_holds() {
    for area in AREAS {
        for name in names(area) {
            replay(&Stage::new().await, &pair(&name).unwrap()).await;
        }
    }
}

/// A minimal series with these fields.
pub fn body(fields: Value) -> Value {
    let mut all = json!({
        "description": "Diwali", "discountCode": "XYZ123", "discountType": "ABS",
        "discountValue": 500, "validTillDate": "2027-12-31T00:00:00Z", "anyUser": false,
        "expiryStrategyType": "SERIES_EXPIRY", "clientHandlingType": "DISC_CODE",
        "smsTemplate": "Your code: {{voucher}}",
    });
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({ "CouponSeriesV2": all })
}

/// Makes a series under the number a sample shows it with.
pub async fn made(stage: &Stage, number: &Value, fields: Value) -> i64 {
    restart(stage, "coupon_series", number).await;
    stage.till.post(SERIES, body(fields)).await.is(200).json()["id"].as_i64().unwrap()
}

/// Lets the next row of a table have this number.
pub async fn restart(stage: &Stage, table: &str, number: &Value) {
    let number = number.as_i64().unwrap();
    stage.app.sql(&format!("alter table {table} alter column id restart with {number}")).await;
}

fn clock(stage: &Stage, instant: &Value) {
    stage.app.set_clock(instant.as_str().unwrap());
}

async fn replay(stage: &Stage, pair: &Pair) {
    match pair.name.as_str() {
        "coupons-create-series-01" => {
            clock(stage, &pair.response["createdOn"]);
            restart(stage, "coupon_series", &pair.response["id"]).await;
            let replayed = stage.replay(pair, &[]).await;
            replayed
                .except("seriesCode", DRAWN)
                .except("lastUsed", EARLIER)
                .except("redemptionPerCouponMaxLimit", NEWER)
                .except("customPropertyMap", "told as when it is looked up")
                .holds();
        }
        "coupons-create-series-04" => told(stage, pair, &["orgId", "validTillDate"]).await,
        "coupons-create-series-05" => {
            let fragment = pair.request["CouponSeriesV2"].clone();
            let whole = Pair { request: body(fragment), ..pair.clone() };
            told(stage, &whole, &["validTillDate"]).await;
        }
        "coupons-create-series-06" => stage.replay(pair, &[]).await.holds(),
        "coupons-update-series-01" => changed(stage, pair).await,
        "coupons-update-series-02" => {
            let fields =
                json!({ "maxCreate": 7, "expiryStrategyType": "DAYS", "expiryStrategyValue": 5 });
            made(stage, &json!(791_560), fields).await;
            let (status, ours) = stage.send(pair, &[]).await;
            assert_eq!(status, 200, "{ours}");
            repeats(pair, &ours, &[]);
            assert_eq!((&ours["maxCreate"], &ours["expiryStrategyValue"]), (&json!(7), &json!(5)));
        }
        "coupons-get-series-01" => {
            looked_up(stage, pair).await.except(PER_COUPON, NEWER).holds();
        }
        "coupons-get-series-02" => {
            looked_up(stage, pair).await.except("entity[].lastUsed", EARLIER).holds();
        }
        other => panic!("{other} has no replay"),
    }
}

const PER_COUPON: &str = "entity[].redemptionPerCouponMaxLimit";

/// A pair without a documented answer: what was sent is told.
async fn told(stage: &Stage, pair: &Pair, but: &[&str]) {
    let (status, ours) = stage.send(pair, &[]).await;
    assert_eq!(status, pair.status, "{ours}");
    repeats(pair, &ours, but);
}

#[track_caller]
fn repeats(pair: &Pair, ours: &Value, but: &[&str]) {
    let sent = pair.request["CouponSeriesV2"].as_object().unwrap();
    for (key, value) in sent.iter().filter(|(key, _)| !but.contains(&key.as_str())) {
        let same = match (value.as_f64(), ours[key].as_f64()) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => *value == ours[key],
        };
        assert!(same, "{}: {key}: {value} ≠ {}", pair.name, ours[key]);
    }
}

async fn changed(stage: &Stage, pair: &Pair) {
    let documented = &pair.response;
    clock(stage, &documented["createdOn"]);
    let fields = json!({
        "redemptionRange": documented["redemptionRange"],
        "mutualExclusiveSeriesIds": documented["mutualExclusiveSeriesIds"],
    });
    made(stage, &documented["id"], fields).await;
    clock(stage, &documented["lastUsed"]);
    let wraps = "the reference's number wraps at 32 bits";
    let none = "a limit of zero or less is none, told as −1";
    let replayed = stage.replay(pair, &[]).await;
    replayed
        .except("maxCreate", wraps)
        .except("maxRedeem", wraps)
        .except("discountValue", wraps)
        .except("maxVouchersPerUser", none)
        .except("minDaysBetweenVouchers", none)
        .except("minDaysBetweenRedemption", none)
        .except("genericCode", "generated codes have no common one")
        .except("maxReferralsPerReferee", KEPT)
        .except("redeemStoreType", KEPT)
        .except("validDaysFromCreation", KEPT)
        .except("dvsExpiryDate", KEPT)
        .except("campaignName", KEPT)
        .holds();
}

/// Makes the series of a look-up by sending back what the sample tells of it.
async fn looked_up(stage: &Stage, pair: &Pair) -> Comparison {
    let documented = &pair.response["entity"][0];
    clock(stage, &documented["createdOn"]);
    let id = made(stage, &documented["id"], documented.clone()).await;
    let code = documented["seriesCode"].as_str().unwrap();
    let coded = format!("update coupon_series set series_code = '{code}' where id = {id}");
    stage.app.sql(&coded).await;
    let issued = documented["numIssued"].as_i64().unwrap();
    for n in 0..issued {
        stage.at(documented["latestIssualTime"].as_f64().unwrap() / 1000.0);
        let customer = customer(stage, None, "Tom", &[("externalId", &format!("x{n}"))]).await;
        let call = json!({ "seriesId": id, "customer": { "id": customer } });
        stage.till.post("/v2/coupon/issue", call).await.is(200);
    }
    stage.replay(pair, &[]).await
}

/// Enters a customer, under this number where one is given.
pub async fn customer(
    stage: &Stage,
    number: Option<&Value>,
    name: &str,
    identifiers: &[(&str, &str)],
) -> i64 {
    if let Some(number) = number {
        restart(stage, "customers", number).await;
    }
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    let identifiers: Vec<Value> =
        identifiers.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    let mut profile = Map::new();
    profile.insert("source".into(), json!("INSTORE"));
    profile.insert("firstName".into(), json!(first));
    profile.insert("lastName".into(), json!(last));
    profile.insert("identifiers".into(), json!(identifiers));
    let entered = stage.till.post("/v2/customers", json!({ "profiles": [profile] })).await.is(200);
    entered.json()["createdId"].as_i64().unwrap()
}
