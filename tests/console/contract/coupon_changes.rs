//! Coupons whose end was moved, that were revoked, redemptions taken back and mended:
//! spec/coupons.md 6.10–6.13.

use serde_json::json;

use super::coupon_house::{House, WHEN, discount};
use super::{Pair, names, pair};
use crate::support::coupons::terms;

const AREAS: &[&str] =
    &["coupons-reactivate", "coupons-expiry", "coupons-revoke", "coupons-redeem-update"];

const TOM: i64 = 555_567_088;

#[tokio::test]
async fn every_documented_pair_of_changes_holds() {
    for area in AREAS {
        for name in names(area) {
            replay(pair(&name).unwrap()).await;
        }
    }
}

async fn replay(pair: Pair) {
    match pair.name.as_str() {
        "coupons-reactivate-01" => taken_back(pair).await,
        "coupons-expiry-01" => moved(pair, ("mobile", "11223569865")).await,
        "coupons-expiry-02" => moved(pair, ("email", "tom@example.com")).await,
        "coupons-expiry-03" => moved(pair, ("email", "tomhills@captech.com")).await,
        "coupons-expiry-04" => moved(pair, ("externalId", "3873472")).await,
        "coupons-expiry-08" => partly_moved(pair).await,
        "coupons-expiry-11" => common(pair).await,
        "coupons-revoke-01" => revoked(pair).await,
        "coupons-revoke-03" => none_revoked(pair).await,
        "coupons-revoke-10" => too_late(pair).await,
        "coupons-redeem-update-01" => mended(pair).await,
        other => panic!("{other} has no replay"),
    }
}

async fn house(at: &str, series: i64, known: (&str, &str)) -> House {
    let house = House::at(at).await;
    house.customer(TOM, ("Tom", "Hills"), &[known]).await;
    house.series(series, terms()).await;
    house
}

async fn taken_back(pair: Pair) {
    let on = "2024-09-01T09:00:00Z";
    let house = house(on, 1, ("email", "tom@example.com")).await;
    house.coupon(1, 1, TOM, "ABC", on).await;
    house.next_redemption(83_146).await;
    house.redeem(TOM, "ABC", "").await;
    house.replay(&pair).await.holds();
    house.redeem(TOM, "ABC", "").await;
}

async fn moved(pair: Pair, known: (&str, &str)) {
    let on = "2025-09-01T09:00:00Z";
    let house = house(on, 415_446, known).await;
    house.coupon(1, 415_446, TOM, "4716726416", on).await;
    house.coupon(2, 415_446, TOM, "3381625240", on).await;
    house.replay(&pair).await.holds();
    let ends = "select string_agg(to_char(expiry_override at time zone 'UTC', 'MM-DD HH24:MI'), ' ' \
        order by id) from coupons";
    let first = if pair.name == "coupons-expiry-01" { "10-30 10:00" } else { "10-30 00:00" };
    assert_eq!(house.stage.app.text(ends).await, format!("{first} 09-30 18:30"));
}

async fn partly_moved(pair: Pair) {
    let on = "2024-09-01T09:00:00Z";
    let house = house(on, 597_437, ("externalId", "000003873472")).await;
    house.coupon(1, 597_437, TOM, "DECATH10", on).await;
    house.replay(&pair).await.holds();
}

async fn common(pair: Pair) {
    let house = House::at("2024-09-01T09:00:00Z").await;
    let draft = terms().with("clientHandlingType", "GENERIC").with("genericCode", "DECATH10");
    house.series(597_437, draft).await;
    house.replay(&pair).await.holds();
}

/// The sample shows three of its eighteen coupons.
async fn revoked(mut pair: Pair) {
    let on = "2024-09-01T09:00:00Z";
    let house = house(on, 415_446, ("mobile", "11223569865")).await;
    for one in pair.response["entity"]["revokedCoupons"].as_array().unwrap() {
        let (number, code) = (one["couponId"].as_i64().unwrap(), one["couponCode"].as_str());
        house.coupon(number, 415_446, TOM, code.unwrap(), on).await;
    }
    pair.response["entity"]["totalCount"] = json!(3);
    let order = "the order is unspecified";
    house.replay(&pair).await.in_any_order("revokedCoupons", order).holds();
}

async fn none_revoked(pair: Pair) {
    let house = house("2024-09-01T09:00:00Z", 415_446, ("externalId", "000003873472")).await;
    house.replay(&pair).await.holds();
}

async fn too_late(pair: Pair) {
    let house = house("2024-09-01T09:00:00Z", 415_446, ("mobile", "11223569865")).await;
    house.stage.app.set_clock("2028-01-01T00:00:00Z");
    house.replay(&pair).await.holds();
}

/// The request is of another call than the answer; here it is the answer's.
async fn mended(mut pair: Pair) {
    let on = "2024-09-01T09:00:00Z";
    let house = House::at(on).await;
    let known = [
        ("email", "Tomhills@mail.com"),
        ("mobile", "918028464628"),
        ("externalId", "x918028464628"),
    ];
    house.customer(374_658_850, ("plerthprth", "gmmlzilbpg"), &known).await;
    house.series(1, discount("ABS", 10, 0, "X")).await;
    house.coupon(1, 1, 374_658_850, "ABC", on).await;
    house.next_redemption(2_509_136).await;
    house.redeem(374_658_850, "ABC", "before").await;
    let rows = pair.response["entity"]["redemptions"].as_array().unwrap().clone();
    pair.request = json!({ "redemptions": rows, "user": { "mobile": "918028464628" } });
    let order = "identifiers have no order";
    house
        .replay(&pair)
        .await
        .except("entity.user.profiles[].autoUpdateTime", WHEN)
        .in_any_order("identifiers", order)
        .in_any_order("identifiersAll", order)
        .holds();
    let noted = "select transaction_number || ' ' || bill_id || ' ' || (custom_fields ->> 'test') \
        from coupon_redemptions";
    assert_eq!(house.stage.app.text(noted).await, "updated-trans_for demo 10000 test");
}
