//! Enrolling, issuing, bringing in (9.10–9.13).

use axum::http::Method;
use serde_json::{Value, json};

use super::{BASE, House, code, refused};

#[tokio::test]
async fn a_badge_is_issued_once_per_request_id_and_ends_by_the_processing_time() {
    let house = House::new().await;
    let badge = house.badge("Early bird", json!({})).await;
    let event = json!({ "earnEventDate": "2026-11-20T08:00:00.192Z", "requestId": 2132 });
    let (status, answer) = house.earn(&badge, "", event.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let earned = answer["data"]["earnedBadgeId"].as_str().unwrap();
    assert_eq!(earned.len(), 24);
    // Two days after the call at 09:00, to the second, whenever the event was.
    assert_eq!(
        answer,
        json!({ "data": { "badgeMetaId": badge, "customerId": house.tom, "earnedBadgeId": earned,
            "expiresOn": 1_795_856_400.0, "expiresOnISO": "2026-11-28T09:00:00Z", "requestId": "2132",
            "issuedId": null }, "errors": [], "warnings": [] })
    );
    let (status, again) = house.earn(&badge, "", event).await;
    let used = refused(809, "Request with same requestId is not allowed", Value::Null);
    assert_eq!((status, again), (400, used));
    // The same id means the same call to the others as well.
    let bulk = json!({ "badgeMetaId": badge, "customerIds": [house.huck], "requestId": "2132",
        "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
    assert_eq!(code(&house.post("customer/earnBulk", bulk).await.is(400).json()), 809);
    assert_eq!(house.app.number("select count(*) from badge_earns").await, 1);
}

#[tokio::test]
async fn one_request_id_twenty_times_at_once_has_one_effect() {
    let house = House::new().await;
    let badge = house.badge("Early bird", json!({})).await;
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let (till, badge, tom) = (house.till.clone(), badge.clone(), house.tom);
            tokio::spawn(async move {
                let body = json!({ "badgeMetaId": badge, "customerId": tom, "requestId": "r",
                    "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
                let answer = till.post(&format!("{BASE}/customer/earn"), body).await;
                (answer.status.as_u16(), code(&answer.json()))
            })
        })
        .collect();
    let mut won = 0;
    for call in calls {
        match call.await.unwrap() {
            (200, _) => won += 1,
            other => assert_eq!(other, (400, 809)),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(house.app.number("select count(*) from badge_earns").await, 1);
    assert_eq!(house.app.number("select sum(earned)::bigint from badge_counters").await, 1);
}

#[tokio::test]
async fn every_reason_not_to_issue_has_its_number_and_its_status() {
    let house = House::new().await;
    let badge = house.badge("Early bird", json!({})).await;
    let off = house.badge("Switched off", json!({ "active": false })).await;
    let enrol = house.enrol_first("Marathon", json!({})).await;
    let one = house
        .badge(
            "Once",
            json!({ "customerConstraints":
        [{ "constraintType": "CUSTOMER_BADGE_FIXED_VALUE", "maxEarnLimit": 1 }] }),
        )
        .await;
    let few = house
        .badge(
            "Few",
            json!({ "badgeConstraints":
        [{ "constraintType": "BADGE_FIXED_VALUE", "maxEarnLimit": 1 }] }),
        )
        .await;
    let unclaimed = json!({ "triggeredBy": { "ownerType": "Loyalty", "referenceId": "627" } });
    let support = json!({ "triggeredBy": { "ownerType": "Membercare", "referenceId": "x" } });
    let cases = [
        (&badge, json!({ "customerId": 424_242 }), 404, 1026),
        (&"000000000000000000000000".to_owned(), json!({}), 404, 404),
        (&"no id".to_owned(), json!({}), 404, 404),
        (&off, json!({}), 400, 815),
        (&badge, unclaimed, 400, 810),
        (&badge, json!({ "earnEventDate": "2026-10-01T00:00:00Z" }), 400, 816),
        (&badge, json!({ "earnEventDate": "2026-11-27T09:00:01Z" }), 400, 750),
        (&badge, json!({ "earnEventDate": "2026-11-27T08:59:59Z" }), 200, 0),
        // The twin wins over the number.
        (&badge, json!({ "earnEventDate": 1, "earnEventDateISO": "2026-11-20T00:00:00Z" }), 200, 0),
        (&badge, json!({ "earnEventDate": "1795478400" }), 200, 0),
        (&badge, support, 200, 0),
        (&enrol, json!({}), 409, 811),
        (&one, json!({}), 200, 0),
        (&one, json!({}), 409, 818),
        (&few, json!({}), 200, 0),
        (&few, json!({ "customerId": house.huck.to_string() }), 409, 819),
    ];
    for (place, (badge, change, status, number)) in cases.into_iter().enumerate() {
        let (got, answer) = house.earn(badge, &format!("r{place}"), change.clone()).await;
        assert_eq!((got, code(&answer)), (status, number), "{change} {answer}");
    }
    let answer = house.post("customer/earn", json!({ "triggeredBy": {} })).await.is(400).json();
    let codes: Vec<_> =
        answer["errors"].as_array().unwrap().iter().map(|e| e["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [715, 812, 716, 717, 804]);
    let (_, answer) =
        house.earn(&badge, "e", json!({ "triggeredBy": { "ownerType": "Moon" } })).await;
    let words = answer["errors"][0]["message"].as_str().unwrap();
    assert!(
        words.starts_with("Invalid enum value: 'Moon' for the field: 'triggeredBy.ownerType'.")
    );
}

#[tokio::test]
async fn enrolling_then_issuing_follows_event_dates() {
    let house = House::new().await;
    let badge = house.enrol_first("Marathon", json!({})).await;
    let event = json!({ "issueEventDate": 1_795_305_600, "requestId": 7 });
    let first = house.enrol(&badge, event).await;
    // Enrolled by the event of 22 November: over on the 24th.
    let enrolment = first["issuedBadges"][0]["issuedId"].as_str().unwrap().to_owned();
    assert_eq!(
        first,
        json!({ "badgeMetaId": badge, "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" },
            "expiresOn": 1_795_478_400.0, "expiresOnISO": "2026-11-24T00:00:00Z",
            "issuedBadges": [{ "customerId": house.tom, "issuedId": enrolment, "error": null }],
            "requestId": "7" })
    );
    assert_eq!(house.earn(&badge, "a", json!({})).await.0, 409);
    let within = json!({ "earnEventDate": "2026-11-23T12:00:00Z" });
    let (status, answer) = house.earn(&badge, "b", within).await;
    assert_eq!((status, &answer["data"]["issuedId"]), (200, &json!(enrolment)));

    // Overlapping enrolments are told row by row, unknown customers too; a single number needs no list.
    let clash = json!({ "issueEventDateISO": "2026-11-23T00:00:00Z",
        "customers": [house.tom, house.huck.to_string(), house.tom, 424_242] });
    let rows = house.enrol(&badge, clash).await["issuedBadges"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 3, "duplicates collapse");
    let exists = json!({ "code": 1040, "message": "An active issue for the badge already exists.",
        "reference": null });
    assert_eq!(
        rows[0],
        json!({ "customerId": house.tom, "issuedId": enrolment, "error": exists, "status": "EXPIRED" })
    );
    assert_eq!(rows[1]["error"], Value::Null);
    assert_eq!((&rows[2]["error"]["code"], &rows[2]["issuedId"]), (&json!(1026), &Value::Null));
    let later = house.enrol(&badge, json!({ "customers": house.tom })).await;
    assert_eq!(later["issuedBadges"][0]["error"], Value::Null);

    let direct = house.badge("Direct", json!({})).await;
    let outside = json!({ "badgeMetaId": badge, "customers": [1], "issueEventDate": 1 });
    assert_eq!(
        code(&house.post("badgeMeta/customer/issueBulk", outside).await.is(400).json()),
        816
    );
    let wrong = json!({ "badgeMetaId": direct, "customers": [house.tom] });
    assert_eq!(code(&house.post("badgeMeta/customer/issueBulk", wrong).await.is(400).json()), 400);
    let none = json!({ "badgeMetaId": direct, "customers": [] });
    assert_eq!(code(&house.post("badgeMeta/customer/issueBulk", none).await.is(400).json()), 812);
    let many: Vec<i64> = (1..=1001).collect();
    let many = json!({ "badgeMetaId": badge, "customers": many });
    assert_eq!(code(&house.post("badgeMeta/customer/issueBulk", many).await.is(400).json()), 400);
}

#[tokio::test]
async fn many_are_issued_in_order_and_one_failure_stops_no_other() {
    let house = House::new().await;
    let over = json!({ "expiryType": "ABSOLUTE", "type": "FIXED_DATE", "expiresOn": "2026-11-20T00:00:00Z" });
    let badge = house
        .badge(
            "Few",
            json!({ "earnedBadgeExpiry": over, "badgeConstraints":
        [{ "constraintType": "BADGE_FIXED_VALUE", "maxEarnLimit": 1 }] }),
        )
        .await;
    let body = json!({ "badgeMetaId": badge, "customerIds": [424_242, house.huck, house.tom],
        "issueEventDate": "2026-11-21T00:00:00Z",
        "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
    let data = house.post("customer/earnBulk", body.clone()).await.is(200).json()["data"].clone();
    assert_eq!(data["expiresOnISO"], "2026-11-20T00:00:00Z");
    assert_eq!(data["requestId"].as_str().unwrap().len(), 32);
    let rows = data["issuedBadges"].as_array().unwrap();
    assert_eq!(rows[0]["error"]["code"], 1026);
    assert_eq!((&rows[0]["issuedId"], &rows[0]["status"]), (&Value::Null, &json!("EXPIRED")));
    // A fixed end that has passed: issued, and expired at once.
    assert_eq!(
        (&rows[1]["customerId"], &rows[1]["status"]),
        (&json!(house.huck), &json!("EXPIRED"))
    );
    assert!(rows[1].get("error").is_none());
    assert_eq!(rows[2]["error"]["code"], 819);
    let event = house
        .app
        .number("select extract(epoch from earn_event_date)::bigint from badge_earns")
        .await;
    assert_eq!(event, 1_795_219_200);

    let mut unclaimed = body.clone();
    unclaimed["triggeredBy"]["referenceId"] = json!("other");
    let answer = house.post("customer/earnBulk", unclaimed).await.is(400).json();
    let words = "The badge needs to be claimed first using the claim badge API.";
    assert_eq!(answer, refused(810, words, Value::Null));
    for (field, number) in [("customerIds", 812), ("badgeMetaId", 715), ("triggeredBy", 716)] {
        let mut body = body.clone();
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(code(&house.post("customer/earnBulk", body).await.is(400).json()), number);
    }
}

#[tokio::test]
async fn history_comes_in_row_by_row_without_events_or_benefits() {
    let house = House::new().await;
    let badge = house
        .badge(
            "Veteran",
            json!({ "active": false, "benefits":
        [{ "benefitType": "COUPON", "seriesId": 1 }] }),
        )
        .await;
    let row = json!({ "badgeMetaId": badge, "customerId": house.tom.to_string(),
        "earnEventDate": 1_674_292_011, "earnExpiresOn": 1_705_828_011 });
    let change = |key: &str, value: Value| {
        let mut row = row.clone();
        row[key] = value;
        row
    };
    let rows = json!([
        row, row,
        change("badgeMetaId", json!("000000000000000000000000")),
        change("customerId", json!(424_242)),
        change("earnExpiresOn", json!(1)),
        change("earnEventDate", json!("2026-11-27T00:00:00Z")),
        { "customerId": {} }, 7,
        change("earnExpiresOnISO", json!("2030-01-01T00:00:00Z")),
    ]);
    let till = house.till.with("x-cap-request-id", "batch");
    let path = format!("{BASE}/import/customerBadges");
    let answer = till.json(Method::PUT, &path, rows).await.is(200).json();
    let rows = answer.as_array().unwrap();
    let id = rows[0]["data"]["earnedBadgeId"].as_str().unwrap();
    assert_eq!(
        rows[0],
        json!({ "data": { "badgeMetaId": badge, "customerId": house.tom,
        "earnedBadgeId": id, "expiresOn": 1_705_828_011.0, "expiresOnISO": "2024-01-21T09:06:51Z",
        "requestId": "batch_1" }, "errors": null, "warnings": null })
    );
    assert_eq!(rows[1]["data"]["requestId"], "batch_2");
    assert_ne!(rows[1]["data"]["earnedBadgeId"], id);
    let codes: Vec<_> =
        rows[2..8].iter().map(|row| row["errors"][0]["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [1054, 1026, 400, 400, 715, 715]);
    assert_eq!(rows[2]["errors"][0]["message"], "GLOBAL.BADGE_NOT_FOUND");
    assert_eq!(rows[2]["data"], Value::Null);
    assert_eq!(
        (&rows[8]["data"]["requestId"], &rows[8]["data"]["expiresOnISO"]),
        (&json!("batch_9"), &json!("2030-01-01T00:00:00Z"))
    );
    assert_eq!(
        house.app.number("select count(*) from badge_earns where source = 'IMPORT'").await,
        3
    );
    assert_eq!(house.app.number("select count(*) from badge_earn_benefits").await, 0);
    assert_eq!(house.app.number("select count(*) from outgoing_events").await, 0);
    assert_eq!(house.app.number("select sum(earned)::bigint from badge_counters").await, 3);

    // POST does as well; without a header the batch is named for it; a body that is no list is refused.
    let answer = house.till.post(&path, json!([row])).await.is(200).json();
    let name = answer[0]["data"]["requestId"].as_str().unwrap();
    assert_eq!((name.len(), name.ends_with("_1")), (34, true), "{name}");
    house.till.post(&path, json!({})).await.is(400);
    assert_eq!(house.till.post(&path, json!([])).await.is(200).json(), json!([]));
    let many = vec![row.clone(); 1001];
    assert_eq!(code(&house.till.post(&path, json!(many)).await.is(400).json()), 400);
}

#[tokio::test]
async fn moving_limits_look_at_the_processing_time_and_fixed_windows_at_the_event() {
    let house = House::new().await;
    let moving = house.badge("Moving", json!({ "customerConstraints":
        [{ "constraintType": "CUSTOMER_BADGE_ROLLING_WINDOW", "maxEarnForDays": 1, "rollForDays": 2 }] }));
    let fixed = house.badge("Fixed", json!({ "customerConstraints":
        [{ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW", "durationType": "DAYS", "refreshRate": 1,
           "maxEarnLimit": 1 }] }));
    let (moving, fixed) = (moving.await, fixed.await);
    let on = |day: &str| json!({ "earnEventDate": format!("2026-11-{day}T12:00:00Z") });
    for (request, badge, day, status, number) in [
        ("1", &moving, "10", 200, 0),
        // Sixteen days apart, processed at once: the moving limit counts both.
        ("2", &moving, "26", 409, 818),
        ("3", &fixed, "10", 200, 0),
        ("4", &fixed, "10", 409, 818),
        ("5", &fixed, "11", 200, 0),
        ("6", &fixed, "26", 200, 0),
    ] {
        let (got, answer) = house.earn(badge, request, on(day)).await;
        assert_eq!((got, code(&answer)), (status, number), "{request} {answer}");
    }
    house.app.set_clock("2026-11-28T09:00:01Z");
    assert_eq!(house.earn(&moving, "7", on("26")).await.0, 200);
}

#[tokio::test]
async fn fifty_at_once_against_a_limit_of_ten_give_ten() {
    let house = House::new().await;
    let badge = house.badge(
        "Ten",
        json!({ "badgeConstraints":
        [{ "constraintType": "BADGE_FIXED_VALUE", "maxEarnLimit": 10 }] }),
    );
    let badge = badge.await;
    let calls: Vec<_> = (0..50)
        .map(|n| {
            let (till, badge, tom) = (house.till.clone(), badge.clone(), house.tom);
            tokio::spawn(async move {
                let body = json!({ "badgeMetaId": badge, "customerId": tom, "requestId": n,
                    "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
                let answer = till.post(&format!("{BASE}/customer/earn"), body).await;
                (answer.status.as_u16(), code(&answer.json()))
            })
        })
        .collect();
    let mut won = 0;
    for call in calls {
        match call.await.unwrap() {
            (200, _) => won += 1,
            other => assert_eq!(other, (409, 819)),
        }
    }
    assert_eq!(won, 10);
    assert_eq!(house.app.number("select count(*) from badge_earns").await, 10);
}
