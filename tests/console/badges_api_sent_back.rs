//! What was given may be sent back, and a changed window waits for its boundary (spec/badges.md 6.4).

use guerdon::base::permission::Role;
use serde_json::{Value, json};

use crate::badges_api::{BADGES, FIELDS, GROUPS, body, codes, get, make, put, with};
use crate::support::TestApp;
use crate::support::caller::Caller;

/// A fixed window of a customer.
fn window(period: Value, max: i64) -> Value {
    let mut window =
        json!({ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW", "maxEarnLimit": max });
    window.as_object_mut().unwrap().extend(period.as_object().unwrap().clone());
    window
}

fn days(days: i64) -> Value {
    json!({ "durationType": "DAYS", "refreshRate": days })
}

#[tokio::test]
async fn a_changed_window_waits_for_its_boundary_and_may_be_sent_back() {
    let app = TestApp::new().await;
    let org = app.brand("Vendor", "UTC").await;
    let till = Caller::till_of(&app, org, "t1").await;
    app.set_clock("2024-04-10T00:00:00Z");
    let life = [("startOn", json!("2024-04-15T10:33:20Z")), ("expiresOn", json!(1_828_754_110))];
    let spring = with(body("Spring"), &life);
    let made =
        make(&till, with(spring.clone(), &[("customerConstraints", json!([window(days(5), 10)]))]))
            .await;
    let id = &made["id"];
    let change = async |at: &str, windows: Value| {
        app.set_clock(at);
        let keys = [("id", id.clone()), ("customerConstraints", windows)];
        put(&till, with(spring.clone(), &keys)).await
    };
    let windows =
        async || get(&till, &made).await["customerConstraints"].as_array().unwrap().clone();
    // Only the limit: at once, in place, the same reference id (item 10, example 11).
    change("2024-04-16T00:00:00Z", json!([window(days(5), 2)])).await.is(200);
    let now = windows().await;
    assert_eq!((now.len(), &now[0]["maxEarnLimit"]), (1, &json!(2)));
    assert_eq!(now[0]["referenceId"], "1c11e757-4f00-3bb2-8aa0-b34e25083bb3");
    assert_eq!(now[0]["currentCycle"]["startDate"], 1_713_139_200.0);
    assert_eq!(now[0]["currentCycle"]["endDate"], 1_713_484_800.0);
    // Another definition waits for the running window; a second one takes its place (example 9).
    change("2024-04-17T00:00:00Z", json!([window(days(7), 10)])).await.is(200);
    assert_eq!(windows().await[1]["startDateISO"], "2024-04-20T00:00:00Z");
    let weekly = json!({ "durationType": "WEEKLY", "startDayOfTheWeek": 2 });
    change("2024-04-18T00:00:00Z", json!([window(weekly, 3)])).await.is(200);
    let told = windows().await;
    assert_eq!(told.len(), 2);
    assert_eq!(
        (&told[0]["cycleStatus"], &told[1]["cycleStatus"]),
        (&json!("ACTIVE"), &json!("UPCOMING"))
    );
    assert_eq!(told[1]["startDateISO"], "2024-04-23T00:00:00Z");
    assert_eq!(told[1]["startDayOfTheWeek"], "TUESDAY");
    assert_eq!(told[1]["referenceId"], "53b1267d-4907-364a-a2ae-5989a9b2123a");
    assert!(told[1].get("refreshRate").is_none() && told[1].get("currentCycle").is_none());
    // What was given may be sent back, as it is, at any time: nothing changes.
    for at in ["2024-04-18T12:00:00Z", "2024-05-18T12:00:00Z"] {
        app.set_clock(at);
        let given = get(&till, &made).await;
        let kept = put(&till, given.clone()).await.is(200).json();
        assert_eq!(kept["data"]["lastUpdatedOn"], given["lastUpdatedOn"], "{at}");
        assert_eq!(get(&till, &made).await, given);
    }
    let past = windows().await;
    assert_eq!(
        (&past[0]["cycleStatus"], &past[1]["cycleStatus"]),
        (&json!("EXPIRED"), &json!("ACTIVE"))
    );
    let three = json!([window(days(1), 1), window(days(2), 1), window(days(3), 1)]);
    assert_eq!(codes(&change("2024-05-18T12:00:00Z", three).await.is(400)), [400]);
    // Taken away: the running window ends first.
    change("2024-05-18T12:00:00Z", json!([])).await.is(200);
    let leaving = windows().await;
    assert_eq!(leaving[1]["endDateISO"], "2024-05-20T23:59:59Z");
    put(&till, with(get(&till, &made).await, &[("description", json!("renamed"))])).await.is(200);
    assert_eq!(windows().await, leaving);
}

#[tokio::test]
async fn everything_a_badge_has_survives_being_sent_back() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let group = till.post(GROUPS, json!({ "name": "Seasonal", "rank": 2 })).await.is(200).json();
    till.post(FIELDS, json!({ "name": "Terms", "dataType": "STRING" })).await.is(201);
    let all = with(
        body("Whole"),
        &[
            ("description", json!("For the quick")),
            ("startOn", json!(1_796_083_200.123_456)),
            ("earnType", json!("issue_earn")),
            (
                "issuedBadgeExpiry",
                json!({ "expiryType": "ABSOLUTE", "type": "FIXED_DATE", "expiresOn": 1_926_235_957 }),
            ),
            (
                "images",
                json!([{ "name": "", "fileSvcHandle": "qwer-8634", "url": "https://x.test/a.jpg", "tag": "EARNED" },
                          { "name": "Off", "fileSvcHandle": "h", "url": "string", "tag": "un_earned" }]),
            ),
            (
                "customerConstraints",
                json!([
            { "constraintType": "CUSTOMER_BADGE_FIXED_VALUE", "maxEarnLimit": "100" },
            { "constraintType": "CUSTOMER_BADGE_ROLLING_WINDOW", "maxEarnForDays": 1, "rollForDays": 2,
              "maxEarnForMonths": 3, "rollForMonths": 4 },
            { "constraintType": "BADGE_NO_LIMIT", "maxEarnLimit": 0 }]),
            ),
            (
                "badgeConstraints",
                json!([{ "constraintType": "BADGE_FIXED_WINDOW", "durationType": "WEEKS", "maxEarnLimit": 5 }]),
            ),
            (
                "benefits",
                json!([{ "benefitType": "COUPON", "seriesId": 136, "note": { "kept": [1] } },
            { "benefitType": "LOYALTY_POINTS", "points": 100.5, "programId": 626, "promotionId": 80332,
              "allocationStrategyId": 1489, "expirationStrategyId": 3843 },
            { "benefitType": "CART_PROMOTION", "promotionId": "65cc933e436d194c60ef7ba4" }]),
            ),
            ("tags", json!([{ "name": "Type", "value": "Birthday" }])),
            ("customFields", json!({ "Terms": "None" })),
            ("badgeGroupId", group["data"]["id"].clone()),
            ("badgeRank", json!(3)),
            ("defaultTillId", json!(42)),
            ("active", json!(false)),
        ],
    );
    let made = make(&till, all).await;
    assert_eq!(made["customerConstraints"][1]["rollForWeeks"], json!(null));
    assert_eq!(made["badgeConstraints"][0]["startDayOfTheWeek"], "MONDAY");
    assert_eq!(made["benefits"][0]["note"], json!({ "kept": [1] }));
    assert!(made["benefits"][1].get("points").is_none());
    assert_eq!(made["badgeConstraints"][0]["endDateISO"], "2031-01-15T09:32:37Z");
    let id = made["id"].as_str().unwrap().to_owned();
    let mina = app.staff("Mina", Role::Admin).await;
    let page = mina.get(&format!("/badges/{id}")).await.is(200);
    assert!(page.text().contains("100.5"));
    for at in ["2026-11-27T00:00:00Z", "2026-12-10T00:00:00Z", "2027-06-01T00:00:00Z"] {
        app.set_clock(at);
        let given = get(&till, &made).await;
        let kept = put(&till, given.clone()).await.is(200).json();
        assert_eq!(kept["data"]["lastUpdatedOn"], made["lastUpdatedOn"], "{at}");
        // A client that keeps the ISO twins alone loses fractions of seconds, and nothing by it.
        let mut twins = given;
        twins.as_object_mut().unwrap().retain(|key, _| key != "startOn" && key != "expiresOn");
        let kept = put(&till, twins).await.is(200).json();
        assert_eq!(kept["data"]["startOn"], made["startOn"], "{at}");
    }
    let points = "select count(*) from badge_benefits where params ->> 'points' = '100.5'";
    assert_eq!(app.number(points).await, 1);
    assert_eq!(app.entries().await.iter().filter(|entry| entry.contains("Whole")).count(), 1);
}

#[tokio::test]
async fn a_brand_without_benefits_is_not_told_of_them_and_keeps_them() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let coupon = json!([{ "benefitType": "COUPON", "seriesId": 136 }]);
    let made = make(&till, with(body("Early bird"), &[("benefits", coupon.clone())])).await;
    assert_eq!(made["benefits"], coupon);
    app.sql(&format!(
        "insert into org_settings (org_id, badge_benefits, version) values ({}, false, 1)",
        app.org
    ))
    .await;
    let given = get(&till, &made).await;
    assert!(given.get("benefits").is_none());
    assert!(till.get(BADGES).await.json()["data"]["metaBasicDetails"][0].get("benefits").is_none());
    put(&till, with(given, &[("description", json!("kept"))])).await.is(200);
    app.sql("update org_settings set badge_benefits = true").await;
    assert_eq!(get(&till, &made).await["benefits"], coupon);
}

#[tokio::test]
async fn a_window_that_will_never_begin_is_kept_and_said() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let made =
        make(&till, with(body("Short"), &[("customerConstraints", json!([window(days(20), 1)]))]))
            .await;
    app.set_clock("2026-12-25T00:00:00Z");
    let monthly = json!([window(json!({ "durationType": "MONTHS" }), 1)]);
    let change =
        with(body("Short"), &[("id", made["id"].clone()), ("customerConstraints", monthly)]);
    let answer = put(&till, change).await.is(200).json();
    let words = "The badge ends before the new window begins: it will never apply.";
    assert_eq!(answer["warnings"], json!([{ "code": 400, "message": words }]));
    assert_eq!(answer["data"]["customerConstraints"].as_array().unwrap().len(), 2);
}
