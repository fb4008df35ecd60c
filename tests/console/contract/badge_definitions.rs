//! Badge definitions: operations 1–11 and 21–28 of spec/badges.md 9.

use serde_json::json;

use super::badge_fixtures::{
    ALIAS, BADGES, FIELDS, FRESH, GROUPS, IGNORED, META, NUMBERED, UPDATED, badge_body, changed,
    fields, listed, made, mandatory, repeats, switched, text,
};
use super::{Comparison, Pair, Stage, names, pair, swapped};

/// Every area of these operations. A file that no arm of [`replay`] knows fails the test.
const AREAS: &[&str] = &[
    "badges-orgmeta-create",
    "badges-orgmeta-get",
    "badges-orgmeta-update",
    "badges-create",
    "badges-update",
    "badges-get",
    "badges-list",
    "badges-fixedwindow",
    "badges-claim",
    "badges-unclaim",
    "badges-activation",
    "badges-group-create",
    "badges-group-update",
    "badges-group-get",
    "badges-group-list",
    "badges-customfield-create",
    "badges-customfield-update",
    "badges-customfield-get",
    "badges-customfield-list",
];

#[tokio::test]
async fn every_documented_pair_of_badge_definitions_holds() {
    for area in AREAS {
        for name in names(area) {
            let pair = pair(&name).unwrap();
            replay(&Stage::new().await, &pair).await;
        }
    }
}

async fn replay(stage: &Stage, pair: &Pair) {
    let handled = declared(stage, pair).await
        || created(stage, pair).await
        || changed_badges(stage, pair).await
        || looked_up(stage, pair).await
        || claimed(stage, pair).await
        || around(stage, pair).await;
    assert!(handled, "nobody replays {}", pair.name);
}

/// Declared tags. Says whether it knows the pair.
async fn declared(stage: &Stage, pair: &Pair) -> bool {
    let data = &pair.response["data"];
    match pair.name.as_str() {
        "badges-orgmeta-create-01" => {
            let placeholder = "the sample is a schema placeholder: texts and zeros";
            let replayed = stage.replay(pair, &[]).await;
            replayed
                .except("data.id", placeholder)
                .except("data.createdOn", placeholder)
                .except("data.lastUpdatedOn", placeholder)
                .except("errors", placeholder)
                .except("warnings", placeholder)
                .holds();
        }
        "badges-orgmeta-create-02" => {
            stage.till.post(META, pair.request.clone()).await.is(200);
            stage.replay(pair, &[]).await.holds();
        }
        "badges-orgmeta-get-01" => {
            let id = made(stage, META, data).await;
            stage.replay(pair, &[(text(&data["id"]), &id)]).await.holds();
        }
        "badges-orgmeta-update-01" => {
            let before = json!({ "tags": [], "createdOn": data["createdOn"] });
            let id = made(stage, META, &before).await;
            stage.at_sample(&data["lastUpdatedOn"]);
            let mut pair = pair.clone();
            pair.response["data"]["id"] = id.into();
            stage.replay(&pair, &[]).await.holds();
        }
        _ => return false,
    }
    true
}

/// Created badges. Says whether it knows the pair.
async fn created(stage: &Stage, pair: &Pair) -> bool {
    let data = &pair.response["data"];
    match pair.name.as_str() {
        "badges-create-01" => {
            stage.at_sample(&data["createdOn"]);
            let why = "request and response are no pair; each is replayed by itself";
            repeats(stage, pair)
                .await
                .except("badgeConstraints[].startDayOfTheWeek", IGNORED)
                .holds();
            let other = Pair { request: data.clone(), ..pair.clone() };
            stage.replay(&other, &[]).await.except("data.id", why).holds();
        }
        "badges-create-02" => {
            stage.at_sample(&data["createdOn"]);
            let replayed = stage.replay(pair, &[]).await;
            replayed
                .except("data.id", FRESH)
                .except("data.benefits", "the response carries a coupon that the request lacks")
                .holds();
        }
        "badges-create-03" => {
            stage.at(1_738_000_000.0);
            let same = repeats(stage, pair).await;
            same.except("isActive", ALIAS)
                .except("customerConstraints[].startDayOfTheWeek", IGNORED)
                .holds();
        }
        "badges-create-04" => {
            stage.at(1_713_850_000.0);
            repeats(stage, pair).await.except("isActive", ALIAS).holds();
        }
        "badges-create-05" => {
            fields(stage, &[("CF1", "STRING"), ("CF2 INTEGER", "INTEGER")]).await;
            let same = repeats(stage, pair).await;
            same.except("benefits[].points", "answers leave the points out (spec 11)")
                .except("ownership.claims", "claims are made by their own call")
                .holds();
        }
        "badges-create-06" => {
            stage.at(1_699_000_000.0);
            fields(stage, &[("CF1", "STRING"), ("CF2 INTEGER", "INTEGER")]).await;
            let server = "the server's own: ignored in a request";
            let dropped = "it ends with the badge: a date sent along is dropped (spec 4.2)";
            let same = repeats(stage, pair).await;
            same.except("startOn", "ISO in, seconds out")
                .except("expiresOn", "ISO in, seconds out")
                .except("earnedBadgeExpiry.expiresOn", dropped)
                .except("issuedBadgeExpiry.expiresOn", dropped)
                .except("ownership.claims", "claims are made by their own call")
                .except("customerConstraints", "explicit 'no limit' is not stored")
                .except("badgeConstraints", "explicit 'no limit' is not stored")
                .except("tags", "the sample's key is `name1`; unknown keys are ignored")
                .except("issuedCount", server)
                .except("earnedCount", server)
                .except("status", server)
                .except("createdOn", server)
                .except("lastUpdatedOn", server)
                .holds();
        }
        "badges-create-07" => {
            let taken = badge_body("Early bird");
            stage.till.post(BADGES, taken).await.is(200);
            let mut request = badge_body("Early bird");
            request["startOn"] = json!("2020-01-01T00:00:00Z");
            request["ownership"]["restrictedToOwners"] = json!([""]);
            let pair = Pair { request, ..pair.clone() };
            stage.replay(&pair, &[]).await.holds();
        }
        _ => return false,
    }
    true
}

/// Changed badges. Says whether it knows the pair.
async fn changed_badges(stage: &Stage, pair: &Pair) -> bool {
    let data = &pair.response["data"];
    match pair.name.as_str() {
        "badges-update-01" => {
            let before = changed(&pair.request, "description", json!("before"));
            let id = made(stage, BADGES, &before).await;
            stage.at_sample(&data["lastUpdatedOn"]);
            stage.replay(pair, &[("8", &id)]).await.holds();
        }
        "badges-update-05" => {
            let id = made(stage, BADGES, &badge_body("Early bird")).await;
            let mut request = changed(&badge_body("Early bird"), "id", id.into());
            request["expiresOn"] = json!("2026-11-30T00:00:00Z");
            stage.replay(&Pair { request, ..pair.clone() }, &[]).await.holds();
        }
        "badges-update-07" => {
            let mut body = badge_body("Early bird");
            body["customerConstraints"] =
                json!([{ "constraintType": "CUSTOMER_BADGE_FIXED_VALUE", "maxEarnLimit": 5 }]);
            let id = made(stage, BADGES, &body).await;
            stage.app.set_clock("2026-12-05T00:00:00Z");
            let mut request = changed(&body, "id", id.into());
            request["customerConstraints"] = json!([{ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW",
                "durationType": "MONTHS", "maxEarnLimit": 5 }]);
            stage.replay(&Pair { request, ..pair.clone() }, &[]).await.holds();
        }
        "badges-update-09" => {
            let typed = stage.till.with("content-type", "application/json");
            let body = axum::body::Body::from("{\"id\": \"1\" - }");
            let answer = typed.send("PUT".parse().unwrap(), BADGES, body).await;
            let theirs = (pair.status, pair.response.clone());
            let ours = (answer.status.as_u16(), answer.json());
            assert!(text(&ours.1["errors"][0]["message"]).starts_with("JSON parse error: "));
            let compared = Comparison::new(&pair.name, stage.org, theirs, ours);
            compared.except("errors[].message", "only the prefix is promised").holds();
        }
        "badges-update-11" => {
            let before = changed(data, "description", json!("before"));
            let id = made(stage, BADGES, &before).await;
            stage.at_sample(&data["lastUpdatedOn"]);
            let pair = Pair { request: data.clone(), ..pair.clone() };
            let replayed = stage.replay(&pair, &[(text(&data["id"]), &id)]).await;
            replayed.except("data.badgeNumericId", NUMBERED).holds();
        }
        _ => return false,
    }
    true
}

/// Badges and windows looked up and listed. Says whether it knows the pair.
async fn looked_up(stage: &Stage, pair: &Pair) -> bool {
    let data = &pair.response["data"];
    match pair.name.as_str() {
        "badges-get-01" => {
            let id = made(stage, BADGES, data).await;
            let midnight = "the sample's times of day are the call's; ours are midnight (19 no. 6)";
            stage.at_sample(&data["customerConstraints"][0]["currentCycle"]["startDate"]);
            let replayed = stage.replay(pair, &[(text(&data["id"]), &id)]).await;
            replayed
                .except("data.badgeNumericId", NUMBERED)
                .except("data.customerConstraints[].currentCycle", midnight)
                .except("data.badgeConstraints[].currentCycle", midnight)
                .holds();
        }
        "badges-get-02" | "badges-get-03" => {
            let id = made(stage, BADGES, data).await;
            stage.at(1_719_900_000.0);
            let replayed = stage.replay(pair, &[(text(&data["id"]), &id)]).await;
            replayed.except("data.badgeNumericId", NUMBERED).holds();
        }
        "badges-get-05" => stage.replay(pair, &[]).await.holds(),
        "badges-list-01" => {
            listed(stage, pair, 1_720_100_000.0).await.except(UPDATED.0, UPDATED.1).holds()
        }
        "badges-list-03" => {
            let given_up =
                "the sample lists a claim that was given up; we list standing ones (4.4)";
            let replayed = listed(stage, pair, 1_719_000_000.0).await;
            replayed
                .except(UPDATED.0, UPDATED.1)
                .except("data.metaBasicDetails[].ownership.claims", given_up)
                .holds();
        }
        "badges-list-04" => {
            mandatory(stage).await;
            listed(stage, pair, 1_728_000_000.0).await.except(UPDATED.0, UPDATED.1).holds();
        }
        "badges-list-05" => {
            mandatory(stage).await;
            fields(stage, &[("Points associated with badge", "INTEGER")]).await;
            listed(stage, pair, 1_725_000_000.0).await.except(UPDATED.0, UPDATED.1).holds();
        }
        "badges-fixedwindow-01" | "badges-fixedwindow-04" => {
            let id = switched(stage).await;
            stage.replay(pair, &[(text(&data["badgeMetaId"]), &id)]).await.holds();
        }
        "badges-fixedwindow-02" => {
            let window = json!([{ "constraintType": "BADGE_FIXED_WINDOW", "durationType": "DAYS",
                "refreshRate": 3, "maxEarnLimit": 1 }]);
            let mut body = changed(&badge_body("March"), "badgeConstraints", window);
            body["startOn"] = json!("2024-03-02T00:00:00Z");
            let id = made(stage, BADGES, &body).await;
            stage.replay(pair, &[(text(&data["badgeMetaId"]), &id)]).await.holds();
        }
        "badges-fixedwindow-05" => {
            let window = json!([{ "constraintType": "CUSTOMER_BADGE_FIXED_WINDOW", "durationType": "DAYS",
                "refreshRate": 3, "maxEarnLimit": 1 }]);
            let mut body = changed(&badge_body("Daily"), "customerConstraints", window);
            body["startOn"] = data["startDate"].clone();
            body["expiresOn"] = data["endDate"].clone();
            let id = made(stage, BADGES, &body).await;
            let (status, mut ours) = stage.send(pair, &[(text(&data["badgeMetaId"]), &id)]).await;
            assert_eq!(ours["data"]["fixedWindowCycles"].as_array().unwrap().len(), 10);
            ours["data"]["fixedWindowCycles"].as_array_mut().unwrap().truncate(3);
            let theirs = swapped(&pair.response, &[(text(&data["badgeMetaId"]), &id)]);
            let (theirs, ours) = ((pair.status, theirs), (status, ours));
            Comparison::new(&pair.name, stage.org, theirs, ours).holds();
        }
        _ => return false,
    }
    true
}

/// Claims and activation. Says whether it knows the pair.
async fn claimed(stage: &Stage, pair: &Pair) -> bool {
    match pair.name.as_str() {
        "badges-claim-01" => {
            let id = made(stage, BADGES, &badge_body("Early bird")).await;
            stage.replay(pair, &[("653df084b3cda7078c7c68f1", &id)]).await.holds();
        }
        "badges-unclaim-01" => {
            let id = made(stage, BADGES, &badge_body("Early bird")).await;
            let claim = format!("{BADGES}/{id}/claim");
            stage.till.post(&claim, pair.request.clone()).await.is(200);
            stage.replay(pair, &[("65cc933e436d194c60ef7ba4", &id)]).await.holds();
        }
        "badges-activation-01" | "badges-activation-02" => {
            let id = made(stage, BADGES, &badge_body("Early bird")).await;
            stage.replay(pair, &[("6543688e66a87827bb61e62a", &id)]).await.holds();
        }
        _ => return false,
    }
    true
}

/// Groups and custom fields. Says whether it knows the pair.
async fn around(stage: &Stage, pair: &Pair) -> bool {
    let data = &pair.response["data"];
    match pair.name.as_str() {
        "badges-group-create-01" => {
            stage.at_sample(&data["createdOn"]);
            let replayed = stage.replay(pair, &[]).await;
            replayed
                .except("data.id", FRESH)
                .except("data.name", "request and response are no pair: their names differ")
                .holds();
        }
        "badges-group-create-02" => {
            stage.at_sample(&data["createdOn"]);
            stage.replay(pair, &[]).await.except("data.id", FRESH).holds();
        }
        "badges-group-get-01" => {
            let id = made(stage, GROUPS, data).await;
            stage.replay(pair, &[(text(&data["id"]), &id)]).await.holds();
        }
        "badges-group-list-01" => {
            let rows = data["badgeGroups"].as_array().unwrap();
            let mut swaps = Vec::new();
            for row in rows {
                swaps.push((text(&row["id"]), made(stage, GROUPS, row).await));
            }
            let swaps: Vec<(&str, &str)> =
                swaps.iter().map(|(theirs, ours)| (*theirs, ours.as_str())).collect();
            stage.replay(pair, &swaps).await.cut().holds();
        }
        "badges-group-update-01" => {
            let before = changed(&pair.response, "name", json!("before"));
            let id = made(stage, GROUPS, &before).await;
            let (status, ours) = stage.send(pair, &[(text(&pair.response["id"]), &id)]).await;
            let theirs = swapped(&pair.response, &[(text(&pair.response["id"]), &id)]);
            // This older sample has no envelope; the newer one has.
            let ours = ours["data"].clone();
            Comparison::new(&pair.name, stage.org, (pair.status, theirs), (status, ours)).holds();
        }
        "badges-group-update-02" => {
            let id = made(stage, GROUPS, &changed(data, "name", json!("before"))).await;
            stage.at_sample(&data["lastUpdatedOn"]);
            stage.replay(pair, &[(text(&data["id"]), &id)]).await.holds();
        }
        "badges-customfield-create-01" => {
            stage.at_sample(&data["createdOn"]);
            let replayed = stage.replay(pair, &[]).await;
            replayed
                .except("data.id", FRESH)
                .except("status", "the newer revision documents 201 (spec 2.4)")
                .holds();
        }
        "badges-customfield-create-02" => {
            stage.at_sample(&data["createdOn"]);
            stage.replay(pair, &[]).await.except("data.id", FRESH).holds();
        }
        "badges-customfield-get-01" => {
            let id = made(stage, FIELDS, data).await;
            stage.replay(pair, &[(text(&data["id"]), &id)]).await.holds();
        }
        "badges-customfield-list-01" => {
            let mut swaps = Vec::new();
            for row in data["customFieldROList"].as_array().unwrap() {
                swaps.push((text(&row["id"]), made(stage, FIELDS, row).await));
            }
            let swaps: Vec<(&str, &str)> =
                swaps.iter().map(|(theirs, ours)| (*theirs, ours.as_str())).collect();
            let order =
                "the sample's query is reconstructed; newest change first is the newer rule (9.20)";
            let replayed = stage.replay(pair, &swaps).await.cut();
            replayed.in_any_order("customFieldROList", order).holds();
        }
        "badges-customfield-update-01" => {
            let id = made(stage, FIELDS, &changed(data, "name", json!("before"))).await;
            stage.at_sample(&data["lastUpdatedOn"]);
            stage.replay(pair, &[(text(&data["id"]), &id)]).await.holds();
        }
        _ => return false,
    }
    true
}
