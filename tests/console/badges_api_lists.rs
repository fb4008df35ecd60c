//! Lists for programs: badges by their filters, and a badge's windows by the page.

use serde_json::{Value, json};

use crate::badges_api::{BADGES, body, codes, make, with};
use crate::support::TestApp;
use crate::support::caller::Caller;

fn id(badge: &Value) -> &str {
    badge["id"].as_str().unwrap()
}

async fn names(till: &Caller, query: &str) -> Vec<String> {
    let answer = till.get(&format!("{BADGES}?{query}")).await.is(200).json();
    let rows = answer["data"]["metaBasicDetails"].as_array().unwrap().clone();
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_list_filters_sorts_and_counts() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let historic = till.with("x-cap-badges-migration", "migration");
    make(
        &historic,
        with(
            body("Autumn"),
            &[
                ("startOn", json!("2026-09-01T00:00:00Z")),
                ("expiresOn", json!("2026-10-31T00:00:00Z")),
            ],
        ),
    )
    .await;
    let live = make(
        &historic,
        with(
            body("Birthday"),
            &[
                ("startOn", json!("2026-11-01T00:00:00Z")),
                ("ownership", json!({ "restrictedToOwners": ["Journeys", "Loyalty"] })),
            ],
        ),
    )
    .await;
    make(
        &till,
        with(
            body("christmas"),
            &[
                ("earnType", json!("ISSUE_EARN")),
                ("active", json!(false)),
                ("issuedBadgeExpiry", json!({ "expiryType": "NEVER" })),
            ],
        ),
    )
    .await;
    let claim = format!("{BADGES}/{}/claim", id(&live));
    till.post(&claim, json!({ "ownerType": "Journeys", "referenceId": "1" })).await.is(200);

    let all = ["christmas", "Birthday", "Autumn"];
    for (query, expected) in [
        ("", &all[..]),
        ("order=asc", &["Autumn", "Birthday", "christmas"]),
        ("sortOn=name&order=ASC", &["Autumn", "Birthday", "christmas"]),
        ("sortOn=START_DATE", &all),
        ("status=live,ended", &["Birthday", "Autumn"]),
        ("status=UPCOMING&status=LIVE", &["christmas", "Birthday"]),
        ("earnType=ISSUE_EARN", &["christmas"]),
        ("earnType=ISSUE_EARN&badgeType=EARN", &[]),
        ("action=DEACTIVATED", &["christmas"]),
        ("action=activated", &["Birthday", "Autumn"]),
        ("owner=Journeys", &["Birthday"]),
        ("owner=Journeys,Milestones", &["Birthday"]),
        ("claimedBy=Journeys", &["Birthday"]),
        ("claimedBy=Loyalty", &[]),
        ("unclaimed=true", &["christmas", "Autumn"]),
        ("name=CHRIST", &["christmas"]),
        ("startOn=2026-11-01T00:00:00Z", &["christmas", "Birthday"]),
        ("expiresOn=1793404800", &["Autumn"]),
        ("status=LIVE&owner=Loyalty&unclaimed=true", &[]),
        ("limit=1&Page=1", &["Birthday"]),
    ] {
        assert_eq!(names(&till, query).await, expected, "{query}");
    }
    let page = till.get(&format!("{BADGES}?size=2&page=1")).await.is(200).json();
    assert_eq!(
        page["data"]["pagination"],
        json!({ "page": 1, "size": 2, "total": 3, "totalPages": 2 })
    );
    let beyond = till.get(&format!("{BADGES}?page=900")).await.is(200).json();
    assert_eq!(beyond["data"]["metaBasicDetails"], json!([]));
    assert_eq!(beyond["data"]["pagination"]["total"], 3);
    assert_eq!((&page["errors"], &page["warnings"]), (&json!([]), &json!([])));
    for bad in [
        "status=gone",
        "order=up",
        "sortOn=x",
        "owner=x",
        "page=-1",
        "size=x",
        "unclaimed=maybe",
        "startOn=soon",
        "action=x",
        "earnType=x",
    ] {
        assert_eq!(codes(&till.get(&format!("{BADGES}?{bad}")).await.is(400)), [400], "{bad}");
    }
}

#[tokio::test]
async fn windows_come_by_the_page_with_what_was_issued_in_them() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let daily = json!([{ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW", "durationType": "DAYS",
        "refreshRate": 1, "maxEarnLimit": 1 }]);
    let monthly = json!([{ "constraintType": "BADGE_FIXED_WINDOW", "durationType": "MONTHS", "maxEarnLimit": 9 }]);
    let badge = make(
        &till,
        with(
            body("Long"),
            &[
                ("expiresOn", json!("2106-12-31T00:00:00Z")),
                ("customerConstraints", daily),
                ("badgeConstraints", monthly),
            ],
        ),
    )
    .await;
    let details = format!("{BADGES}/getFixedWindowDetails?badgeMetaId={}", id(&badge));
    let read = async |query: &str| {
        till.get(&format!("{details}{query}")).await.is(200).json()["data"].clone()
    };
    let all = read("").await;
    // Every day from 1 December 2026 to 31 December 2106, and every month: both levels merged.
    assert_eq!(all["pagination"]["total"], 29_250 + 961);
    let kinds = |page: &Value| -> Vec<String> {
        let rows = page["fixedWindowCycles"].as_array().unwrap();
        rows.iter().map(|row| row["constraintType"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&all)[..2], ["CUSTOMER_BADGE_FIXED_WINDOW", "BADGE_FIXED_WINDOW"]);
    // Midnight in Berlin, which is the brand's.
    assert_eq!(all["fixedWindowCycles"][0]["startDateISO"], "2026-11-30T23:00:00Z");
    let last = read("&size=100&page=302").await;
    assert_eq!(last["fixedWindowCycles"].as_array().unwrap().len(), 11);
    assert_eq!(last["fixedWindowCycles"][10]["startDateISO"], "2106-12-30T23:00:00Z");
    assert_eq!(read("&constraintType=BADGE").await["pagination"]["total"], 961);
    let some = read("&constraintType=customer&startDate=2027-01-10&endDate=2027-01-12").await;
    assert_eq!(some["pagination"]["total"], 3);
    let reference = "&fixedWindowCycleReferenceId=6c80335a-636d-3e12-94c6-cf6aaad14af6";
    assert_eq!(read(reference).await["pagination"]["total"], 961);

    app.sql(&format!(
        "insert into customers (org_id, created_on, created_by, updated_on, updated_by)
         select {org}, now(), '', now(), '' from generate_series(1, 2)",
        org = app.org
    ))
    .await;
    let customers = app.number("select min(id) from customers").await;
    for (number, customer, day) in [
        (1, customers, "2027-01-11"),
        (2, customers, "2027-01-11"),
        (3, customers + 1, "2027-01-12"),
    ] {
        app.sql(&format!(
            "insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date, earned_on, source, owner_type, revoked_on)
             values ({org}, decode(lpad('{number}', 24, '0'), 'hex'), decode('{badge}', 'hex'), {customer},
                     '{day}T12:00:00Z', now(), 'API', 'Loyalty', {revoked})",
            org = app.org, badge = id(&badge), revoked = if number == 2 { "now()" } else { "null" }
        )).await;
    }
    let counts = |page: &Value| -> Vec<i64> {
        let rows = page["fixedWindowCycles"].as_array().unwrap();
        rows.iter().map(|row| row["earnCount"].as_i64().unwrap()).collect()
    };
    let january = "&includeEarnCount=true&startDate=2027-01-10&endDate=2027-01-12";
    let mine = read(&format!("{january}&customerId={customers}")).await;
    assert_eq!(mine["customerId"], customers);
    assert_eq!(counts(&mine), [2, 0, 1, 0]);
    assert_eq!(counts(&read(&format!("{january}&constraintType=BADGE")).await), [2]);
    let path = |query: &str| format!("{BADGES}/getFixedWindowDetails?{query}");
    assert_eq!(codes(&till.get(&format!("{details}&includeEarnCount=true")).await.is(400)), [812]);
    assert_eq!(codes(&till.get(&path("")).await.is(400)), [715]);
    till.get(&path("badgeMetaId=661d019d35bc684e9e727585")).await.is(404);
    till.get(&format!("{details}&customerId=x")).await.is(400);
    let plain = make(&till, body("Plain")).await;
    let none = till.get(&path(&format!("badgeMetaId={}", id(&plain)))).await.is(200).json();
    assert_eq!(none["data"]["pagination"]["total"], 0);
}
