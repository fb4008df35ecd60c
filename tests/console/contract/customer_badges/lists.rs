//! The lists of a customer's badges, and one of them.

use serde_json::{Value, json};

use super::{House, Pair};

const CUT: &str = "the sample's list is cut";

/// The customer the path names.
fn customer(pair: &Pair) -> i64 {
    let path = pair.path.split('?').next().unwrap();
    path.split('/').find_map(|part| part.parse().ok()).unwrap()
}

pub async fn own_lists(mut house: House, pair: &Pair) {
    let customer = customer(pair);
    let rows: Vec<Value> = pair.response["data"]["badges"].as_array().unwrap().clone();
    house.customers(&[customer]).await;
    let earned = &rows[0]["lastEarnEventDate"];
    match pair.name.as_str() {
        "badges-customer-01" => {
            house.at(1_745_000_000.0);
            for row in rows.iter().rev() {
                house.badge(row, json!({})).await;
            }
            let replayed = house.replays(pair).await.cut();
            replayed.except("data.pagination.size", CUT).holds();
        }
        "badges-customer-02" => {
            // The event lies an hour ahead of the posting: within the grace of a day.
            house.at_sample(&rows[0]["lastEarnedOnDate"]);
            let badge = house.badge(&rows[0], json!({})).await;
            house.earn(&badge, customer, "1", earned).await;
            house.replays(pair).await.holds();
        }
        "badges-customer-03" => {
            house.at_sample(earned);
            let badge = house.badge(&rows[0], json!({})).await;
            house.earn(&badge, customer, "1", earned).await;
            let lacks = "the sample is an older one and lacks it";
            let replayed = house.replays(pair).await;
            replayed
                .except("data.badges[].badgeGroupName", lacks)
                .except("data.pagination", lacks)
                .except("errors", lacks)
                .except("warnings", lacks)
                .holds();
        }
        "badges-customer-04" => {
            house.badge(&rows[0], json!({})).await;
            let lacks = "the sample is an older one and lacks it";
            let replayed = house.replays(pair).await;
            replayed
                .except("data.badges[].lastEarnedOnDate", lacks)
                .except("data.badges[].lastEarnEventDate", lacks)
                .in_any_order("images", "a set, one for each tag")
                .in_any_order("claims", "made at one instant here")
                .holds();
        }
        other => panic!("{other} has no replay"),
    }
}

pub async fn support_lists(mut house: House, pair: &Pair) {
    let customer = customer(pair);
    let row = pair.response["data"]["customerBadges"][0].clone();
    let edited = "edited by hand in the reference";
    house.customers(&[customer]).await;
    house.at(1_718_440_000.0);
    match pair.name.as_str() {
        "badges-management-list-01" => {
            house.badge(&row, json!({})).await;
            let replayed = house.replays(pair).await.cut();
            replayed
                .except("data.pagination.size", CUT)
                .except("data.customerBadges[].lastEarnedOnDate", edited)
                .except("data.customerBadges[].lastEarnEventDate", edited)
                .holds();
        }
        "badges-management-list-03" => {
            let badge = house.badge(&row, json!({})).await;
            for request in ["1", "2"] {
                house.earn(&badge, customer, request, &row["lastEarnedOn"]).await;
            }
            let replayed = house.replays(pair).await.cut();
            replayed
                .except("data.pagination.size", CUT)
                .except("data.customerBadges[].lastEarnedOnDate", edited)
                .except("data.customerBadges[].lastEarnEventDate", edited)
                .holds();
        }
        "badges-management-list-04" => {
            house.at_sample(&row["lastEarnedOnDate"]);
            let badge = house.badge(&row, json!({})).await;
            house.enrol(&badge, customer, "2025-04-01T08:00:00Z").await;
            house.earn(&badge, customer, "1", &row["lastEarnEventDate"]).await;
            let why = "null in every sample; 9.17 tells how the newest enrolment stands";
            house.replays(pair).await.except("data.customerBadges[].issueStatus", why).holds();
        }
        "badges-management-list-07" => {
            house.badge(&row, json!({})).await;
            let lacks = "the sample is an older one and lacks it";
            let never = "0 when never earned (9.17); one sample says null";
            let replayed = house.replays(pair).await.cut();
            replayed
                .except("data.pagination.size", CUT)
                .except("data.customerBadges[].earnCount", never)
                .except("data.customerBadges[].lastEarnedOnDate", lacks)
                .except("data.customerBadges[].lastEarnEventDate", lacks)
                .in_any_order("images", "a set, one for each tag")
                .in_any_order("claims", "made at one instant here")
                .holds();
        }
        other => panic!("{other} has no replay"),
    }
}

pub async fn details(mut house: House, pair: &Pair) {
    house.customers(&[customer(pair)]).await;
    house.at(1_724_920_000.0);
    let limit = |kind: &str, max: i64| json!([{ "constraintType": kind, "maxEarnLimit": max }]);
    let first = pair.name == "badges-management-detail-01";
    let change = match pair.name.as_str() {
        "badges-management-detail-01" => json!({
            "customerConstraints": limit("CUSTOMER_BADGE_FIXED_VALUE", 100),
            "badgeConstraints": limit("BADGE_FIXED_VALUE", 1000),
        }),
        "badges-management-detail-03" | "badges-management-detail-05" => json!({}),
        other => panic!("{other} has no replay"),
    };
    house.badge(&pair.response["data"], change).await;
    let mut replayed = house.replays(pair).await.in_any_order("owner", "a set");
    if first {
        let newer = "a key of newer samples";
        replayed = replayed
            .except("data.customerConstraints[].rollingWindowLimits", newer)
            .except("data.badgeConstraints[].rollingWindowLimits", newer);
    }
    replayed.holds();
}
