//! Badge definitions for programs: what is refused and in which words, what a change may change, and
//! that what is left out has its default (the checklist of spec/badges.md 21, items 1 to 10 and 19).

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::caller::Caller;
use crate::support::{Answer, TestApp};

/// One badge, and the list.
pub const BADGES: &str = "/api_gateway/v1/badges/badgeMeta";
pub const FIELDS: &str = "/api_gateway/v1/badges/customField";
pub const GROUPS: &str = "/api_gateway/v1/badges/group";

/// A badge of December 2026.
pub fn body(name: &str) -> Value {
    json!({ "name": name, "startOn": "2026-12-01T00:00:00Z", "expiresOn": "2026-12-31T00:00:00Z",
            "earnType": "EARN", "earnedBadgeExpiry": { "expiryType": "NEVER" },
            "ownership": { "restrictedToOwners": ["Loyalty"] } })
}

/// The same with some keys changed.
pub fn with(mut body: Value, keys: &[(&str, Value)]) -> Value {
    for (key, value) in keys {
        body[*key] = value.clone();
    }
    body
}

/// Makes a badge; the answer's data.
pub async fn make(till: &Caller, body: Value) -> Value {
    till.post(BADGES, body).await.is(200).json()["data"].clone()
}

/// Changes a badge.
pub async fn put(till: &Caller, body: Value) -> Answer {
    till.json(Method::PUT, BADGES, body).await
}

/// A badge by its id.
pub async fn get(till: &Caller, badge: &Value) -> Value {
    let path = format!("{BADGES}/{}", badge["id"].as_str().unwrap());
    till.get(&path).await.is(200).json()["data"].clone()
}

/// The codes of an answer's errors, sorted.
pub fn codes(answer: &Answer) -> Vec<i64> {
    let errors = answer.json()["errors"].clone();
    let mut codes: Vec<i64> =
        errors.as_array().unwrap().iter().map(|error| error["code"].as_i64().unwrap()).collect();
    codes.sort();
    codes
}

/// The paths of an answer's errors.
fn paths(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].clone();
    let paths = errors.as_array().unwrap().iter().filter_map(|error| error["reference"].as_str());
    paths.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_violation_is_told_in_one_answer_with_its_path() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    make(&till, body("Early bird")).await;
    let bad = json!({ "name": "Early bird", "startOn": "2020-01-01T00:00:00Z", "expiresOn": 1_000_000_000,
        "earnType": "GIFT", "issuedBadgeExpiry": { "expiryType": "RELATIVE" }, "ownership": {},
        "customerConstraints": [{ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW", "durationType": "DAYS" },
                                { "constraintType": "CUSTOMER_BADGE_ROLLING_WINDOW", "rollForDays": 3 }],
        "badgeConstraints": [{ "constraintType": "BADGE_ROLLING_WINDOW", "rollType": "HOURS" }],
        "benefits": [{ "benefitType": "COUPON" }, { "benefitType": "CAKE" }],
        "badgeGroupId": 7, "badgeRank": "first", "customFields": { "nobody": "1" } });
    let answer = till.post(BADGES, bad).await.is(400);
    let codes = codes(&answer);
    for code in [722, 724, 725, 728] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    let paths = paths(&answer);
    for path in [
        "earnType",
        "earnedBadgeExpiry.expiryType",
        "issuedBadgeExpiry.relativeExpirytype",
        "issuedBadgeExpiry.value",
        "ownership.restrictedToOwners",
        "customerConstraints",
        "customerConstraints[0].refreshRate",
        "customerConstraints[0].maxEarnLimit",
        "customerConstraints[1].maxEarnForDays",
        "badgeConstraints[0].rollType",
        "benefits[0].seriesId",
        "benefits[1].benefitType",
        "badgeGroupId",
        "badgeRank",
        "customFields.nobody",
    ] {
        let told = paths.iter().filter(|told| *told == path).count();
        assert_eq!(told, 1, "{path} in {paths:?}");
    }
    let text = answer.text();
    assert!(text.contains(
        "Invalid enum value: 'GIFT' for the field: 'earnType'. The value must be one of: [EARN, ISSUE_EARN]."
    ));
    let none = till.post(BADGES, json!({})).await.is(400);
    assert!(none.text().contains("Owner info is mandatory."));
    assert!(none.text().contains("Badge name is mandatory"));
}

#[tokio::test]
async fn names_are_one_badges_letter_by_letter_whatever_its_status() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let historic = till.with("x-cap-badges-migration", "Migration");
    let past = [("startOn", json!(1_577_836_800)), ("expiresOn", json!("1609459200.5"))];
    assert_eq!(codes(&till.post(BADGES, with(body("Gold"), &past)).await.is(400)), [722, 724]);
    let gone = make(&historic, with(body("Gold"), &past)).await;
    assert_eq!((&gone["status"], &gone["active"]), (&json!("EXPIRED"), &json!(true)));
    assert_eq!(gone["expiresOnISO"], "2021-01-01T00:00:00Z");
    assert_eq!(codes(&till.post(BADGES, body("Gold")).await.is(400)), [725]);
    make(&till, body("gold")).await;
    let other = make(&till, body("Silver")).await;
    let renamed = put(&till, with(body("Gold"), &[("id", other["id"].clone())])).await.is(400);
    assert_eq!(codes(&renamed), [725]);
}

#[tokio::test]
async fn what_is_left_out_has_its_default() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    for (name, kind, default) in [("Priority", "INTEGER", "1"), ("Rare", "BOOLEAN", "true")] {
        let field =
            json!({ "name": name, "dataType": kind, "isMandatory": true, "defaultValue": default });
        till.post(FIELDS, field).await.is(201);
    }
    let badge = make(
        &till,
        with(
            body("Early bird"),
            &[(
                "earnedBadgeExpiry",
                json!({ "expiryType": "RELATIVE", "relativeExpiryType": "weekly", "value": "2" }),
            )],
        ),
    )
    .await;
    assert_eq!(badge["active"], true);
    assert_eq!(
        badge["earnedBadgeExpiry"],
        json!({ "expiryType": "RELATIVE", "relativeExpirytype": "WEEKS", "value": 2 })
    );
    assert_eq!(badge["customFields"], json!({ "Priority": "1", "Rare": "true" }));
    assert_eq!(badge["badgeNumericId"], 1);
    for key in ["images", "customerConstraints", "badgeConstraints", "benefits", "tags"] {
        assert_eq!(badge[key], json!([]), "{key}");
    }
    for key in ["issuedBadgeExpiry", "badgeGroupId", "badgeRank", "description"] {
        assert_eq!(badge[key], json!(null), "{key}");
    }
    for key in ["issuedCount", "earnedCount", "badgeGroupName"] {
        assert!(badge.get(key).is_none(), "{key}");
    }
    let off = make(&till, with(body("Off"), &[("isActive", json!(false))])).await;
    assert_eq!(off["active"], false);
    // A disabled field is gone from every answer.
    let fields = till.get(FIELDS).await.is(200).json();
    let rare = fields["data"]["customFieldROList"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["name"] == "Rare")
        .unwrap()
        .clone();
    let path = format!("{FIELDS}/{}", rare["id"].as_str().unwrap());
    let disabled = with(rare, &[("isActive", json!(false))]);
    till.json(Method::PUT, &path, disabled.clone()).await.is(200);
    till.get(&path).await.is(404);
    assert_eq!(get(&till, &badge).await["customFields"], json!({ "Priority": "1" }));
    let back = till.json(Method::PUT, &path, with(disabled, &[("isActive", json!(true))])).await;
    assert_eq!(codes(&back.is(400)), [747]);
}

#[tokio::test]
async fn a_change_keeps_what_may_not_change() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let badge = make(
        &till,
        with(
            body("Early bird"),
            &[("ownership", json!({ "restrictedToOwners": ["Loyalty", "Journeys"] }))],
        ),
    )
    .await;
    let id = badge["id"].as_str().unwrap().to_owned();
    let claim = json!({ "ownerType": "Journeys", "referenceId": "J-1" });
    till.post(&format!("{BADGES}/{id}/claim"), claim.clone()).await.is(200);
    let change =
        |keys: &[(&str, Value)]| with(with(body("Early bird"), &[("id", json!(id))]), keys);

    assert_eq!(codes(&put(&till, body("Early bird")).await.is(400)), [715]);
    assert_eq!(codes(&put(&till, change(&[])).await.is(400)), [738]);
    let both = json!({ "restrictedToOwners": ["journeys", "LOYALTY_PROMOTIONS"] });
    let kept = put(&till, change(&[("ownership", both.clone())])).await.is(200).json();
    assert_eq!(
        kept["data"]["ownership"]["restrictedToOwners"],
        json!(["Loyalty_Promotion", "Journeys"])
    );
    assert_eq!(kept["data"]["ownership"]["claims"][0]["referenceId"], "J-1");

    let owners = ("ownership", both);
    let moving = json!([{ "constraintType": "BADGE_FIXED_VALUE", "maxEarnLimit": 5 }]);
    let fixed = json!([{ "constraintType": "BADGE_FIXED_WINDOW", "durationType": "monthly", "maxEarnLimit": 5 }]);
    // Upcoming: the start may move anywhere, the family of a limit may change.
    let early = ("startOn", json!("2026-12-02T00:00:00Z"));
    put(&till, change(&[owners.clone(), early.clone(), ("badgeConstraints", moving)]))
        .await
        .is(200);
    put(&till, change(&[owners.clone(), early.clone(), ("badgeConstraints", fixed.clone())]))
        .await
        .is(200);
    app.set_clock("2026-12-05T00:00:00Z");
    let limits = ("badgeConstraints", fixed);
    let refused = async |keys: &[(&'static str, Value)]| {
        let all = [&[owners.clone(), early.clone(), limits.clone()], keys].concat();
        codes(&put(&till, change(&all)).await.is(400))
    };
    assert_eq!(
        refused(&[
            ("earnType", json!("ISSUE_EARN")),
            ("issuedBadgeExpiry", json!({ "expiryType": "NEVER" }))
        ])
        .await,
        [1020]
    );
    assert_eq!(refused(&[("startOn", json!("2026-12-03T00:00:00Z"))]).await, [723]);
    assert_eq!(refused(&[("expiresOn", json!("2026-12-04T00:00:00Z"))]).await, [724]);
    assert_eq!(
        refused(&[(
            "badgeConstraints",
            json!([{ "constraintType": "BADGE_FIXED_VALUE", "maxEarnLimit": 5 }])
        )])
        .await,
        [826]
    );
    put(&till, change(&[owners.clone(), early.clone(), limits.clone()])).await.is(200);
    // Ended: an end that stays where it is is no change; a later one revives the badge.
    app.set_clock("2027-01-05T00:00:00Z");
    put(
        &till,
        change(&[owners.clone(), early.clone(), limits.clone(), ("description", json!("Over"))]),
    )
    .await
    .is(200);
    let later = ("expiresOn", json!("2027-02-01T00:00:00Z"));
    let revived = put(&till, change(&[owners, early, limits, later])).await.is(200).json();
    assert_eq!(revived["data"]["status"], "LIVE");
    assert_eq!(revived["data"]["description"], json!(null));
}
