//! The lists and one badge of a customer (9.16–9.18).

use axum::http::Method;
use serde_json::{Value, json};

use super::{BASE, House, code, refused};

#[tokio::test]
async fn lists_show_categories_groups_ranks_and_count_their_rows() {
    let house = House::new().await;
    let group = async |name: &str, rank: i64| {
        let made = house.post("group", json!({ "name": name, "rank": rank })).await.is(200).json();
        made["data"]["id"].as_str().unwrap().to_owned()
    };
    let (g1, g2) = (group("G1", 1).await, group("G2", 2).await);
    house.badge("B1", json!({ "badgeGroupId": g1 })).await;
    house.badge("B2", json!({ "badgeGroupId": g2 })).await;
    let b3 = house.badge("B3", json!({ "badgeRank": 1 })).await;
    let enrol = house.enrol_first("E", json!({ "expiresOn": "2026-12-30T00:00:00Z" })).await;
    house.badge("Old", json!({ "expiresOn": "2026-11-20T00:00:00Z" })).await;
    house.badge("Soon", json!({ "startOn": "2026-12-20T00:00:00Z" })).await;
    let (tom, rank) = (house.tom, "sortOn=RANK");
    let of = |query: &str| format!("customer/{tom}?{query}");
    assert_eq!(house.names(&of(rank)).await, ["B1", "B2", "B3", "E"]);
    assert_eq!(house.names(&of("")).await, ["E", "B3", "B2", "B1"], "newest badge first");
    assert_eq!(house.names(&of("includeExpired=true")).await, ["Old", "E", "B3", "B2", "B1"]);
    let rename = json!({ "name": "G1", "rank": 1, "isActive": false });
    house.till.json(Method::PUT, &format!("{BASE}/group/{g1}"), rename).await.is(200);
    assert_eq!(house.names(&of(rank)).await, ["B2", "B3", "B1", "E"]);

    // The group filter matches a disabled group too, whose name and rank are no longer told.
    let row = house.get(&of(&format!("groupId={g2}"))).await["badges"][0].clone();
    assert_eq!(
        (&row["badgeGroupId"], &row["badgeGroupName"], &row["badgeGroupRank"], &row["badgeRank"]),
        (&json!(g2), &json!("G2"), &json!(2), &Value::Null)
    );
    let row = house.get(&of(&format!("groupId={g1}"))).await["badges"][0].clone();
    assert_eq!((&row["badgeGroupId"], &row["badgeGroupName"]), (&json!(g1), &Value::Null));
    assert_eq!(house.names(&of("groupId=65c3600c60d9261bdd8a6410")).await, [""; 0]);
    assert_eq!(house.names(&of("groupId=none")).await, [""; 0]);

    // Issued: it leaves what is available.
    house.earn(&b3, "r", json!({ "earnEventDate": "2026-11-20T00:00:00Z" })).await;
    assert_eq!(house.names(&of("badgeType=EARNED")).await, ["B3"]);
    assert_eq!(house.names(&of("badgeType=AVAILABLE")).await, ["E", "B2", "B1"]);
    assert_eq!(house.names(&of("sortOn=LAST_EARNED_ON_DATE")).await[0], "B3");
    let row = house.get(&of("badgeType=EARNED")).await["badges"][0].clone();
    assert_eq!(row["earnedCount"], 1);
    assert_eq!(row["lastEarnEventDateISO"], "2026-11-20T00:00:00Z");
    assert_eq!(row["lastEarnedOnDateISO"], "2026-11-26T09:00:00Z");
    let row = house.get(&of("badgeType=AVAILABLE")).await["badges"][0].clone();
    assert_eq!((&row["earnedCount"], &row["lastEarnedOnDate"]), (&Value::Null, &Value::Null));

    // Support's categories ask nothing of status.
    let managed = |query: &str| format!("management/{tom}?{query}");
    assert_eq!(house.names(&managed("")).await, ["E"], "AVAILABLE_TO_ISSUE where nothing is said");
    assert_eq!(
        house.names(&managed("badgeType=AVAILABLE&sortOn=RANK")).await,
        ["B2", "Soon", "B1", "Old"]
    );
    assert_eq!(house.names(&managed("badgeType=available&badgeStatus=upcoming")).await, ["Soon"]);
    assert_eq!(house.names(&managed("badgeType=EXPIRED")).await, ["Old"]);
    house.enrol(&enrol, json!({})).await;
    assert_eq!(house.names(&managed("")).await, [""; 0]);
    let row =
        house.get(&managed("badgeType=AVAILABLE&name=e&owner=loyalty&claimedBy=Loyalty")).await;
    assert_eq!(
        (&row["customerBadges"][0]["name"], &row["customerBadges"][0]["issueStatus"]),
        (&json!("E"), &json!("LIVE"))
    );
    let before = "badgeType=AVAILABLE&expiresOn=2026-12-30T00:00:01Z&endOnOperator=LESS_THAN";
    assert_eq!(house.names(&managed(before)).await, ["E", "Old"]);
    let after = "badgeType=AVAILABLE&startOn=1793491200&startOnOperator=GREATER_THAN";
    assert_eq!(house.names(&managed(after)).await, ["Soon"], "strictly after");
    assert_eq!(house.names(&managed("badgeType=AVAILABLE&owner=Journeys")).await, [""; 0]);

    // The page says how many rows it holds, not how many were asked for.
    let page = house.get(&of("size=3&page=1")).await["pagination"].clone();
    assert_eq!(page, json!({ "page": 1, "size": 1, "total": 4, "totalPages": 2 }));
    let page = house.get(&managed("badgeType=EARNED&limit=100")).await["pagination"].clone();
    assert_eq!(page, json!({ "page": 0, "size": 1, "total": 1, "totalPages": 1 }));
    let bad = ["badgeType=GOLD", "sortOn=SHOE", "size=0", "page=-1", "includeExpired=maybe"];
    for query in bad {
        let answer = house.till.get(&format!("{BASE}/customer/{tom}?{query}")).await.is(400);
        assert_eq!(code(&answer.json()), 400, "{query}");
    }
    house.till.get(&format!("{BASE}/management/{tom}?startOn=tomorrow")).await.is(400);
}

#[tokio::test]
async fn a_customer_is_named_by_number_or_by_what_the_header_says() {
    let house = House::new().await;
    house.badge("Early bird", json!({})).await;
    for (kind, value) in [("email", "TOM@example.com"), ("Mobile", "%2B919449489999")] {
        let caller = house.till.with("x-cap-customer-identifier", kind);
        for path in [format!("{BASE}/customer/{value}"), format!("/v1/badges/management/{value}")] {
            caller.get(&path).await.is(200);
        }
    }
    let by = house.till.with("x-cap-customer-identifier", "externalId");
    let missing = by.get(&format!("{BASE}/customer/H-2")).await.is(404).json();
    assert_eq!(missing, refused(1026, "Customer with the specified ID is not found.", Value::Null));
    let by = house.till.with("x-cap-customer-identifier", "Email ID");
    assert_eq!(code(&by.get(&format!("{BASE}/management/1")).await.is(400).json()), 1028);
    // A merged customer stands for the survivor.
    let merge =
        format!("update customers set merged_into = {} where id = {}", house.tom, house.huck);
    house.app.sql(&merge).await;
    house.till.get(&format!("{BASE}/customer/{}", house.huck)).await.is(200);
}

#[tokio::test]
async fn one_badge_of_a_customer_shows_limits_and_how_far_they_are_used() {
    let house = House::new().await;
    let badge = house.enrol_first("Marathon", json!({
        "customerConstraints": [{ "constraintType": "CUSTOMER_BADGE_ROLLING_WINDOW", "maxEarnForDays": 3,
            "rollForDays": 2 }, { "constraintType": "CUSTOMER_BADGE_FIXED_VALUE", "maxEarnLimit": 9 }],
        "badgeConstraints": [{ "constraintType": "BADGE_FIXED_WINDOW", "durationType": "DAYS",
            "refreshRate": 3, "maxEarnLimit": 5 }]
    })).await;
    let path = format!("management/{}/badge/{badge}", house.tom);
    let plain = house.get(&path).await;
    for key in ["customerConstraints", "issualDetails", "issuedStatus", "lastEarnedOn", "badgeRank"]
    {
        assert!(plain.get(key).is_none(), "{key}");
    }
    assert_eq!(
        (&plain["action"], &plain["badgeStatus"], &plain["activeEarnedCount"]),
        (&json!("ACTIVATED"), &json!("LIVE"), &json!(0))
    );
    assert_eq!(plain["owner"], json!(["Loyalty"]));
    let claim = json!([{ "ownerType": "Loyalty", "referenceId": "626", "isActive": true }]);
    assert_eq!(plain["claimedBy"], claim);

    house.enrol(&badge, json!({})).await;
    house.earn(&badge, "1", json!({})).await;
    let (_, second) = house.earn(&badge, "2", json!({})).await;
    let revoke = json!({ "badgeMetaId": badge, "customerId": house.tom,
        "earnedBadgeId": second["data"]["earnedBadgeId"] });
    house.post("customer/revokeEarn", revoke).await.is(200);
    let full = house.get(&format!("{path}?includeStatistics=true")).await;
    let blocks = full["customerConstraints"].as_array().unwrap();
    let statistics = |block: &Value| block["earnConstraintBlockStatistics"].clone();
    let used = |all: Value, days: Value| {
        json!({ "currentEarnCount": all, "currentEarnCountDays": days,
        "currentEarnCountWeeks": null, "currentEarnCountMonths": null })
    };
    assert_eq!(statistics(&blocks[0]), used(json!(1), Value::Null));
    assert_eq!(
        (&blocks[0]["constraintType"], &blocks[0]["maxEarnLimit"]),
        (&json!("OVERALL"), &json!(9))
    );
    assert_eq!(statistics(&blocks[1]), used(Value::Null, json!(1)));
    assert_eq!(blocks[1]["rollingWindowLimits"]["maxEarnForDays"], 3);
    assert_eq!(blocks[1]["rollingWindowLimits"]["rollForWeeks"], Value::Null);
    // Northwind is in Berlin: windows of three days from 1 November, so 25 to 27 November.
    let fixed = &full["badgeConstraints"][0];
    assert_eq!(statistics(fixed), used(json!(1), Value::Null));
    assert_eq!(fixed["fixedWindowCycle"]["startDateISO"], "2026-11-24T23:00:00Z");
    assert_eq!(fixed["fixedWindowCycle"]["endDateISO"], "2026-11-26T23:00:00Z");
    assert_eq!(fixed["fixedWindowReferenceId"], "a1350b49-eb8e-3500-9e43-01f5493c91c1");
    assert_eq!(
        (&full["issuedStatus"], &full["issualDetails"]["issuedCount"]),
        (&json!("LIVE"), &json!(1))
    );
    assert_eq!(full["issualDetails"]["issuals"][0]["issuedStatus"], "LIVE");
    assert_eq!(
        (&full["earnDetails"]["earnCount"], &full["activeEarnedCount"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(full["earnDetails"]["earns"][0]["earnedStatus"], "REVOKED");
    assert_eq!(
        full["earnDetails"]["earns"][1]["issueId"],
        full["issualDetails"]["issuals"][0]["issueId"]
    );
    for bad in ["000000000000000000000000", "x"] {
        let path = format!("{BASE}/management/{}/badge/{bad}", house.tom);
        assert_eq!(code(&house.till.get(&path).await.is(404).json()), 404);
    }
}
