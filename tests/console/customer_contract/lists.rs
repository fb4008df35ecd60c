//! The lists of a customer's badges, and one of them.

use serde_json::json;

use super::{House, Pair};

const ORG: (&str, &str) = ("orgId", "ours is the test's brand");

pub async fn own_lists(pair: &Pair) {
    let rows = pair.rows("badges");
    let customer = pair.customer();
    let org = |place: usize| format!("data.badges[{place}].{}", ORG.0);
    let orgs: Vec<String> = (0..rows.len()).map(org).collect();
    let mut exceptions: Vec<(&str, &str)> =
        orgs.iter().map(|path| (path.as_str(), ORG.1)).collect();
    let mut house = House::at("2025-04-23T09:00:00Z").await;
    house.customers(&[customer]).await;
    match pair.name.as_str() {
        "badges-customer-01" => {
            for row in rows.iter().rev() {
                house.badge(row, json!({})).await;
            }
            exceptions.push(("data.pagination.size", "the documented list is cut to 3 of 5"));
            exceptions.push(("data.pagination.total", "the documented list is cut to 3 of 5"));
        }
        "badges-customer-02" => {
            house.now("2023-05-19T12:40:00Z"); // 1684500000: an event an hour ahead is within the grace
            let badge = house.badge(&rows[0], json!({})).await;
            house.earn(&badge, customer, "1", rows[0]["lastEarnEventDate"].clone()).await;
        }
        "badges-customer-03" => {
            house.now("2024-04-23T09:41:23Z"); // 1713865283
            let badge = house.badge(&rows[0], json!({})).await;
            house.earn(&badge, customer, "1", rows[0]["lastEarnEventDate"].clone()).await;
        }
        "badges-customer-04" => {
            house.badge(&rows[0], json!({})).await;
        }
        other => panic!("{other} has no replay"),
    }
    house.replays(pair, &exceptions).await;
}

pub async fn support_lists(pair: &Pair) {
    let rows = pair.rows("customerBadges");
    let (row, customer) = (&rows[0], pair.customer());
    let mut house = House::at("2024-06-15T09:00:00Z").await;
    house.customers(&[customer]).await;
    let size = ("data.pagination.size", "the documented list is cut to one row");
    let total = ("data.pagination.total", "the documented list is cut to one row");
    let pages = ("data.pagination.totalPages", "the documented list is cut to one row");
    let posted = "data.customerBadges[0].lastEarnedOnDate";
    let event = "data.customerBadges[0].lastEarnEventDate";
    let edited = "edited by hand in the reference";
    let exceptions = match pair.name.as_str() {
        "badges-management-list-01" => {
            house.badge(row, json!({})).await;
            vec![size, total, pages, (posted, edited), (event, edited)]
        }
        "badges-management-list-03" => {
            let badge = house.badge(row, json!({})).await;
            house.earn(&badge, customer, "1", row["lastEarnedOn"].clone()).await;
            house.earn(&badge, customer, "2", row["lastEarnedOn"].clone()).await;
            vec![size, total, (posted, edited), (event, edited)]
        }
        "badges-management-list-04" => {
            house.now("2025-04-01T08:08:43.451Z"); // 1743494923.451
            let badge = house.badge(row, json!({})).await;
            house.enrol(&badge, customer, "2025-04-01T08:00:00Z").await;
            house.earn(&badge, customer, "1", row["lastEarnEventDate"].clone()).await;
            let status = "null in every sample; 9.17 tells how the newest enrolment stands";
            vec![("data.customerBadges[0].issueStatus", status)]
        }
        "badges-management-list-07" => {
            house.badge(row, json!({})).await;
            let never = "0 when never earned (9.17); one sample says null";
            vec![size, total, ("data.customerBadges[0].earnCount", never)]
        }
        other => panic!("{other} has no replay"),
    };
    house.replays(pair, &exceptions).await;
}

pub async fn details(pair: &Pair) {
    let row = &pair.response()["data"];
    let mut house = House::at("2024-08-29T09:00:00Z").await;
    house.customers(&[pair.customer()]).await;
    let limit = |kind: &str, max: i64| json!([{ "constraintType": kind, "maxEarnLimit": max }]);
    let change = match pair.name.as_str() {
        "badges-management-detail-01" => json!({
            "customerConstraints": limit("CUSTOMER_BADGE_FIXED_VALUE", 100),
            "badgeConstraints": limit("BADGE_FIXED_VALUE", 1000),
        }),
        "badges-management-detail-03" | "badges-management-detail-05" => json!({}),
        other => panic!("{other} has no replay"),
    };
    house.badge(row, change).await;
    house.replays(pair, &[]).await;
}
