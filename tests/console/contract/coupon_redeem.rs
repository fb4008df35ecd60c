//! Coupons redeemed and asked about: spec/coupons.md 6.7–6.9, and the event of a redemption.

use serde_json::{Value, json};

use super::coupon_house::{House, WHEN, discount};
use super::{Comparison, Pair, names, pair};

const AREAS: &[&str] =
    &["coupons-redeem", "coupons-bulk-redeem", "coupons-is-redeemable", "coupons-event-redeem"];

const NUMBER: &str = "newer notes of the reference add the redemption's number";

#[tokio::test]
async fn every_documented_pair_of_redeeming_holds() {
    for area in AREAS {
        for name in names(area) {
            replay(pair(&name).unwrap()).await;
        }
    }
}

async fn replay(pair: Pair) {
    match pair.name.as_str() {
        "coupons-redeem-01" => single(pair, "2024-11-11T10:00:00Z", "tomhanks@gmail.com").await,
        "coupons-redeem-02" => single(pair, "2020-06-12T00:00:00Z", "tom.sawyer@test.com").await,
        "coupons-bulk-redeem-01" => checked(pair).await,
        "coupons-bulk-redeem-02" => together(pair).await,
        "coupons-is-redeemable-01" => asked(pair).await,
        "coupons-event-redeem-01" => event(pair).await,
        other => panic!("{other} has no replay"),
    }
}

/// The samples' code, and who holds it: requests name those of other calls than the answers.
async fn single(mut pair: Pair, at: &str, email: &str) {
    let house = House::at(at).await;
    let known = [("mobile", "917500000000"), ("email", email)];
    house.customer(126_080_386, ("test", "test"), &known).await;
    house.series(12_313, discount("ABS", 10, 0, "NO_VALUE")).await;
    house.coupon(369_455_787, 12_313, 126_080_386, "mgu9y4pm", at).await;
    pair.request["redemptionRequestList"] = json!([{ "code": "MGU9Y4PM" }]);
    pair.request["user"] = json!({ "mobile": "917500000000" });
    summary(house.replay(&pair).await, "customer.profiles[].autoUpdateTime")
        .except("redemption[].redemptionId", NUMBER)
        .except("customer.profiles[].allFields", "the oldest samples lack it")
        .holds();
}

fn summary(comparison: Comparison, when: &'static str) -> Comparison {
    let order = "identifiers have no order";
    let comparison = comparison.except(when, WHEN).in_any_order("identifiers", order);
    comparison.in_any_order("identifiersAll", order)
}

async fn checked(pair: Pair) {
    let house = House::at("2021-05-12T19:00:00Z").await;
    house.customer(126_080_386, ("Tom", "Sawyer"), &[]).await;
    house.series(794_088, discount("PERC", 12, 12, "123123123")).await;
    house.series(801_319, discount("ABS", 122, 0, "123123123123")).await;
    let on = "2021-05-12T19:00:00Z";
    house.coupon(1_306_648_998, 794_088, 126_080_386, "3ELN50QRLCKGW5S6", on).await;
    house.coupon(1_306_648_999, 801_319, 126_080_386, "WWTX7NIPSDC34DFX", on).await;
    house.replay(&pair).await.holds();
    let redeemed = "select count(*) from coupon_redemptions";
    assert_eq!(house.stage.app.number(redeemed).await, 0);
}

/// The sample's answer is cut to the first of its coupons.
async fn together(mut pair: Pair) {
    let house = House::at("2021-05-12T19:00:00Z").await;
    house.customer(126_080_386, ("Tom", "Sawyer"), &[]).await;
    house.series(84_093, discount("ABS", 100, 0, "NO_VALUE")).await;
    let on = "2021-05-12T19:00:00Z";
    house.coupon(369_454_015, 84_093, 126_080_386, "U6ER8MJ5", on).await;
    pair.request["redemptionRequestList"] = json!([{ "code": "U6ER8MJ5" }]);
    house.replay(&pair).await.except("response[].result.redemptionId", NUMBER).holds();
}

async fn asked(mut pair: Pair) {
    let house = House::at("2019-04-04T07:00:00Z").await;
    let known = [
        ("email", "autoemail7601667095@gmail.com"),
        ("externalId", "ext_id7601667095"),
        ("mobile", "917601667095"),
    ];
    house.customer(325_666_373, ("firstName_667095", "lastName_667095"), &known).await;
    let often = discount("PERC", 10, 0, "X")
        .with("isMultipleUseAllowed", true)
        .with("sameUserMultipleRedeem", true);
    house.series(1, often).await;
    house.coupon(1, 1, 325_666_373, "6B88U6ED", "2019-04-04T06:00:00Z").await;
    house.coupon(2, 1, 325_666_373, "V080OLI6", "2019-04-04T06:00:00Z").await;
    pair.path = pair.path.replace("917601000000", "917601667095");
    let newer = "newer samples tell it";
    summary(house.replay(&pair).await, "customer.profiles[].autoUpdateTime")
        .except("customer.profiles[].allFields", "the oldest samples lack it")
        .except("customer.profiles[].identifiersAll", "the oldest samples lack it")
        .except("redemption[].currencyInput", newer)
        .except("redemption[].localToBaseCurrencyExchangeRate", newer)
        .except("redemption[].redemptionStatus", "what is wrong with one of several codes")
        .holds();
}

async fn event(mut pair: Pair) {
    let house = House::at("2024-08-29T04:00:56.455Z").await;
    house.customer(362_028_955, ("Tom", "Sawyer"), &[]).await;
    let draft = discount("ABS", 10, 0, "NO_VALUE")
        .with("description", "Status_Page_Redeem")
        .with("clientHandlingType", "DISC_CODE_PIN")
        .with("validTillDate", "2121-03-22")
        .with("seriesType", "LOYALTY");
    house.series(105_710, draft).await;
    let on = "2024-08-29T04:00:00Z";
    house.coupon(792_947_747, 105_710, 362_028_955, "STATUSPAGE1", on).await;
    house.next_redemption(13_278_432).await;
    house.redeem(362_028_955, "statuspage1", "").await;
    let payload = "select payload::text from outgoing_events where name = 'CouponRedeem'";
    let sent: Value = serde_json::from_str(&house.stage.app.text(payload).await).unwrap();
    let org = house.stage.org;
    pair.response["refId"] = json!(format!("{org}_105710_13278432"));
    // The moment is asked after the locks: the sample's, and however long they took.
    let late = sent["createdAt"].as_i64().unwrap() - pair.response["createdAt"].as_i64().unwrap();
    assert!((0..10_000).contains(&late));
    for place in ["/createdAt", "/data/addedAt"] {
        *pair.response.pointer_mut(place).unwrap() = sent["createdAt"].clone();
    }
    let here = "this test's own";
    Comparison::new(&pair.name, org, (200, pair.response), (200, sent))
        .except("eventId", here)
        .except("apiRequestId", here)
        .except("data.addedBy", here)
        .except("data.coupon.series_info.valid_till", "a series ends with a day")
        .holds();
}
