//! Enrolling, issuing, bringing in, taking back.

use serde_json::{Value, json};

use super::{BASE, House, Pair};

const FRESH: &str = "an id made by the call";
const NO_PAIR: &str = "request and response are no pair";

/// A badge under a documented id, claimed as a call says.
async fn made(house: &mut House, id: &Value, change: Value, trigger: &Value) -> String {
    let row = json!({ "badgeMetaId": id, "name": "Documented", "startOn": 1_600_000_000,
        "expiresOn": 1_926_235_957, "earnType": "EARN",
        "ownership": { "restrictedToOwners": ["Loyalty"], "claims": [] } });
    let badge = house.badge(&row, change).await;
    if trigger["referenceId"].is_string() {
        house.post(&format!("badgeMeta/{badge}/claim"), trigger.clone()).await;
    }
    badge
}

fn enrol_first() -> Value {
    json!({ "earnType": "ISSUE_EARN", "issuedBadgeExpiry": { "expiryType": "NEVER" } })
}

fn after(unit: &str, value: i64) -> Value {
    json!({ "earnedBadgeExpiry":
        { "expiryType": "RELATIVE", "relativeExpirytype": unit, "value": value } })
}

pub async fn enrolments(mut house: House, pair: &Pair) {
    let request = &pair.request;
    let ids: Vec<i64> =
        request["customers"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
    house.customers(&ids).await;
    house.at(1_764_579_600.0);
    let change = json!({ "earnType": "ISSUE_EARN" });
    made(&mut house, &request["badgeMetaId"], change, &request["triggeredBy"]).await;
    match pair.name.as_str() {
        "badges-enrol-01" => {
            let replayed = house.replays(pair).await;
            replayed.except("data.issuedBadges[].issuedId", FRESH).holds();
        }
        "badges-enrol-02" => {
            let replayed = house.replays(pair).await;
            replayed
                .except("data.issuedBadges[].issuedId", FRESH)
                .except("data.issuedBadges[].customerId", "ours keeps the order of the request")
                .except("data.expiresOn", "the response ends before the event of the request")
                .holds();
        }
        "badges-enrol-03" => {
            // Only the request is documented: it is understood, and the written twin wins.
            let swaps = [(request["badgeMetaId"].as_str().unwrap(), house.ids[0].1.as_str())];
            let (status, answer) = house.send(pair, &swaps).await;
            assert_eq!((status, &answer["data"]["requestId"]), (200, &request["requestId"]));
            let event =
                "select extract(epoch from issue_event_date)::bigint from badge_enrolments limit 1";
            assert_eq!(house.app.number(event).await, 1_745_396_055);
        }
        other => panic!("{other} has no replay"),
    }
}

pub async fn issues(mut house: House, pair: &Pair) {
    let (request, data) = (&pair.request, &pair.response["data"]);
    let trigger = json!({ "ownerType": "Loyalty", "referenceId": "xyz" });
    match pair.name.as_str() {
        "badges-earn-01" => {
            house.at(1_725_600_000.0);
            house.customers(&[62_090_013]).await;
            let trigger = &request["triggeredBy"];
            let badge = made(&mut house, &request["badgeMetaId"], enrol_first(), trigger).await;
            let enrolment = house.enrol(&badge, 62_090_013, "2023-11-01T00:00:00Z").await;
            house.ids.push((data["issuedId"].as_str().unwrap().to_owned(), enrolment));
            let replayed = house.replays(pair).await;
            replayed
                .except("data.badgeMetaId", NO_PAIR)
                .except("data.customerId", NO_PAIR)
                .except("data.expiresOn", NO_PAIR)
                .except("data.requestId", NO_PAIR)
                .except("data.earnedBadgeId", FRESH)
                .holds();
        }
        "badges-earn-02" => {
            house.at(1_768_825_396.715_319); // the second in the id that the vendor made
            house.customers(&[23_423]).await;
            let trigger = &request["triggeredBy"];
            made(&mut house, &request["badgeMetaId"], after("WEEKS", 2), trigger).await;
            house.replays(pair).await.except("data.earnedBadgeId", FRESH).holds();
        }
        "badges-earn-04" => {
            // Only the answer is documented: a badge that asks for an enrolment, nobody enrolled.
            house.customers(&[1]).await;
            let badge = made(&mut house, &Value::Null, enrol_first(), &trigger).await;
            let request = json!({ "badgeMetaId": badge, "customerId": 1, "requestId": "1",
                "triggeredBy": trigger });
            house.replays(&Pair { request, ..pair.clone() }).await.holds();
        }
        "badges-earnbulk-01" => {
            house.at(1_712_751_013.121_711); // sixty days before the end it tells
            house.customers(&[62_090_013, 553_162_563]).await;
            let trigger = &request["triggeredBy"];
            made(&mut house, &request["badgeMetaId"], after("DAYS", 60), trigger).await;
            let status = "what one call gives ends together; the sample tells two apart";
            let replayed = house.replays(pair).await;
            replayed
                .except("data.issuedBadges[].issuedId", FRESH)
                .except("data.issuedBadges[].customerId", "ours keeps the order of the request")
                .except("data.issuedBadges[].status", status)
                .holds();
        }
        "badges-earnbulk-02" => {
            // 1040 is an enrolment's (8.1): the row is that of an enrolment in the way.
            house.at(1_727_250_000.0);
            house.customers(&[11_115]).await;
            let badge = made(&mut house, &data["badgeMetaId"], enrol_first(), &trigger).await;
            let enrolment = house.enrol(&badge, 11_115, "2024-09-25T00:00:00Z").await;
            let documented = data["issuedBadges"][0]["issuedId"].as_str().unwrap();
            house.ids.push((documented.to_owned(), enrolment));
            let request = json!({ "badgeMetaId": badge, "customers": [11_115],
                "requestId": data["requestId"], "triggeredBy": trigger });
            let path = format!("{BASE}/badgeMeta/customer/issueBulk");
            let replayed = house.replays(&Pair { request, path, ..pair.clone() }).await;
            replayed
                .except("data.expiresOn", "null where the call made nothing (9.10)")
                .except("data.issuedBadges[].status", "the enrolment in the way is live")
                .holds();
        }
        other => panic!("{other} has no replay"),
    }
}

pub async fn imports(mut house: House, pair: &Pair) {
    assert_eq!(pair.name, "badges-import-01");
    house.at(1_702_296_000.0);
    house.customers(&[382_442_802]).await;
    made(&mut house, &pair.request[0]["badgeMetaId"], json!({}), &Value::Null).await;
    // The batch was named by the vendor; here its name is sent.
    let name = pair.response[0]["data"]["requestId"].as_str().unwrap();
    let name = name.strip_suffix("_1").unwrap().to_owned();
    let named = Pair { headers: vec![("X-CAP-REQUEST-ID".to_owned(), name)], ..pair.clone() };
    house.replays(&named).await.except("[].data.earnedBadgeId", FRESH).holds();
}

pub async fn revocations(mut house: House, pair: &Pair) {
    let request = &pair.request;
    let id = &request["badgeMetaId"];
    house.at(1_728_550_800.0);
    match pair.name.as_str() {
        "badges-revokeearn-01" | "badges-revokeearn-02" => {
            house.customers(&[62_090_013]).await;
            let email = request["customerId"].as_str().unwrap_or("nobody@example.com");
            let known = format!(
                "insert into customer_identifiers (org_id, customer_id, kind, value, value_key)
                 values ({}, 62090013, 'email', '{email}', '{email}')",
                house.org.get()
            );
            house.app.sql(&known).await;
            let badge = made(&mut house, id, json!({}), &Value::Null).await;
            let earned = house.earn(&badge, 62_090_013, "1", &Value::Null).await;
            house.ids.push((request["earnedBadgeId"].as_str().unwrap().to_owned(), earned));
            house.replays(pair).await.holds();
        }
        "badges-revokeenrol-01" => {
            house.customers(&[62_090_013]).await;
            let badge = made(&mut house, id, enrol_first(), &Value::Null).await;
            let enrolment = house.enrol(&badge, 62_090_013, "2024-10-10T08:00:00Z").await;
            let row = &pair.response["data"]["revokedIssuedBadges"][0];
            house.ids.push((row["issuedId"].as_str().unwrap().to_owned(), enrolment));
            house.replays(pair).await.holds();
        }
        "badges-revokeenrol-03" => {
            made(&mut house, id, enrol_first(), &Value::Null).await;
            let replayed = house.replays(pair).await;
            replayed
                .except("data.badgeMetaId", NO_PAIR)
                .except("data.revokedIssuedBadges", NO_PAIR)
                .except("data.requestId", "a key that the sample leaves out")
                .holds();
        }
        "badges-revokeenrol-04" | "badges-revokeenrol-06" => {
            house.customers(&[555_567_088]).await;
            made(&mut house, id, enrol_first(), &Value::Null).await;
            house.replays(pair).await.holds();
        }
        "badges-revokeenrol-07" => house.replays(pair).await.holds(),
        other => panic!("{other} has no replay"),
    }
}
