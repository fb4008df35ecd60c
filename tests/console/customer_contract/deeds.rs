//! Enrolling, issuing, bringing in, taking back.

use serde_json::{Value, json};

use super::{BASE, House, Pair};

/// A badge of these dates under a documented id, claimed as the request says.
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

pub async fn enrolments(pair: &Pair) {
    let (request, with_badge) = (
        pair.request(),
        json!({ "expiryType": "ABSOLUTE", "type": "WITH_BADGE_META", "expireWithBadgeMeta": true }),
    );
    let mut house = House::at("2025-12-01T09:00:00Z").await;
    let ids: Vec<i64> =
        request["customers"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
    house.customers(&ids).await;
    let change = json!({ "earnType": "ISSUE_EARN", "issuedBadgeExpiry": with_badge });
    made(&mut house, &request["badgeMetaId"], change, &request["triggeredBy"]).await;
    if pair.response().is_null() {
        // Only the request is documented: it is understood.
        let text = request.to_string().replace(&house.ids[0].1, &house.ids[0].0);
        let body = serde_json::from_str(&text).unwrap();
        let path = "badgeMeta/customer/issueBulk";
        let data = house.post(path, body).await;
        assert_eq!(data["requestId"], request["requestId"]);
        let event = house.app.number(
            "select extract(epoch from issue_event_date)::bigint from badge_enrolments limit 1",
        );
        assert_eq!(event.await, 1_745_396_055, "the written twin wins");
        return;
    }
    let fresh = "an id made by the call";
    let mut exceptions = vec![("data.issuedBadges[0].issuedId", fresh)];
    if ids.len() > 1 {
        exceptions.push(("data.issuedBadges[1].issuedId", fresh));
        exceptions.push((
            "data.expiresOn",
            "the event of the request lies behind the end of the response",
        ));
    }
    house.replays(pair, &exceptions).await;
}

pub async fn issues(pair: &Pair) {
    let request = pair.request();
    let relative = |unit: &str, value: i64| json!({ "earnedBadgeExpiry": { "expiryType": "RELATIVE", "relativeExpirytype": unit, "value": value } });
    let fresh = "an id made by the call";
    let mut house = House::at("2024-09-06T05:17:19Z").await;
    match pair.name.as_str() {
        "badges-earn-01" => {
            house.customers(&[62_090_013]).await;
            let change =
                json!({ "earnType": "ISSUE_EARN", "issuedBadgeExpiry": { "expiryType": "NEVER" } });
            let badge =
                made(&mut house, &request["badgeMetaId"], change, &request["triggeredBy"]).await;
            let enrolment = house.enrol(&badge, 62_090_013, "2023-11-01T00:00:00Z").await;
            let documented = pair.response()["data"]["issuedId"].as_str().unwrap();
            house.ids.push((enrolment, documented.to_owned()));
            let other = "request and response are not a pair";
            let exceptions = ["badgeMetaId", "customerId", "expiresOn", "requestId"]
                .map(|key| (format!("data.{key}"), other));
            let mut exceptions: Vec<(&str, &str)> =
                exceptions.iter().map(|(path, why)| (path.as_str(), *why)).collect();
            exceptions.push(("data.earnedBadgeId", fresh));
            house.replays(pair, &exceptions).await;
        }
        "badges-earn-02" => {
            house.now("2026-01-19T12:23:16.715319Z");
            house.customers(&[23_423]).await;
            made(
                &mut house,
                &request["badgeMetaId"],
                relative("WEEKS", 2),
                &request["triggeredBy"],
            )
            .await;
            house.replays(pair, &[("data.earnedBadgeId", fresh)]).await;
        }
        "badges-earn-04" => {
            // Only the answer is documented: a badge that asks for an enrolment, a customer without one.
            house.customers(&[62_090_013]).await;
            let trigger = json!({ "ownerType": "Loyalty", "referenceId": "1" });
            let change =
                json!({ "earnType": "ISSUE_EARN", "issuedBadgeExpiry": { "expiryType": "NEVER" } });
            let badge =
                made(&mut house, &json!("66276dc68fe258516a88ff8e"), change, &trigger).await;
            let request = json!({ "badgeMetaId": badge, "customerId": 62_090_013, "requestId": "1", "triggeredBy": trigger });
            let mut all = pair.all.clone();
            all["request"] = request;
            house.replays(&Pair { name: pair.name.clone(), all }, &[]).await;
        }
        "badges-earnbulk-01" => {
            house.now("2024-04-10T12:10:13.121711Z");
            house.customers(&[62_090_013, 553_162_563]).await;
            made(
                &mut house,
                &request["badgeMetaId"],
                relative("DAYS", 60),
                &request["triggeredBy"],
            )
            .await;
            let status = "two instances of one call end together; the reference tells both apart";
            house
                .replays(
                    pair,
                    &[
                        ("data.issuedBadges[0].issuedId", fresh),
                        ("data.issuedBadges[1].issuedId", fresh),
                        ("data.issuedBadges[0].status", status),
                    ],
                )
                .await;
        }
        "badges-earnbulk-02" => {
            // 1040 is told of enrolments alone (spec 8.1): the row of an enrolment that stands.
            house.customers(&[11_115]).await;
            let change =
                json!({ "earnType": "ISSUE_EARN", "issuedBadgeExpiry": { "expiryType": "NEVER" } });
            let trigger = json!({ "ownerType": "Loyalty", "referenceId": "xyz" });
            let badge =
                made(&mut house, &json!("66f3be92a8647e03dc526a5f"), change, &trigger).await;
            let enrolment = house.enrol(&badge, 11_115, "2024-09-06T05:00:00Z").await;
            house.ids.push((enrolment, "66f3bf91c7bf1e4d65e126b1".to_owned()));
            let mut all = pair.all.clone();
            all["path"] = json!(format!("{BASE}/badgeMeta/customer/issueBulk"));
            all["request"] = json!({ "badgeMetaId": badge, "customers": [11_115],
                "requestId": "VGagtK2zN16jkRU56zs1", "triggeredBy": trigger });
            house
                .replays(
                    &Pair { name: pair.name.clone(), all },
                    &[
                        ("data.expiresOn", "null where the call made nothing (9.10)"),
                        ("data.issuedBadges[0].status", "how the enrolment stands: it is live"),
                    ],
                )
                .await;
        }
        other => panic!("{other} has no replay"),
    }
}

pub async fn imports(pair: &Pair) {
    assert_eq!(pair.name, "badges-import-01");
    let mut house = House::at("2023-12-11T12:00:00Z").await;
    house.customers(&[382_442_802]).await;
    made(&mut house, &pair.request()[0]["badgeMetaId"], json!({}), &Value::Null).await;
    let mut all = pair.all.clone();
    // The documented name of the batch was made by the vendor; here it is sent.
    all["headers"] = json!({ "X-CAP-REQUEST-ID": "f93f710f169c8390c41ae095986c5a50" });
    let fresh = "an id made by the call";
    let exceptions = [("[0].data.earnedBadgeId", fresh), ("[1].data.earnedBadgeId", fresh)];
    house.replays(&Pair { name: pair.name.clone(), all }, &exceptions).await;
}

pub async fn revocations(pair: &Pair) {
    let request = pair.request();
    let mut house = House::at("2024-10-10T09:00:00Z").await;
    let enrol = json!({ "earnType": "ISSUE_EARN", "issuedBadgeExpiry": { "expiryType": "NEVER" } });
    let badge = &request["badgeMetaId"];
    let mut exceptions = Vec::new();
    match pair.name.as_str() {
        "badges-revokeearn-01" | "badges-revokeearn-02" => {
            house.customers(&[62_090_013]).await;
            let email = request["customerId"].as_str().unwrap_or("nobody@example.com");
            house.app.sql(&format!(
                "insert into customer_identifiers (org_id, customer_id, kind, value, value_key) values
                 ({}, 62090013, 'email', '{email}', '{email}')",
                house.app.org.get()
            )).await;
            let badge = made(&mut house, badge, json!({}), &Value::Null).await;
            let earned = house.earn(&badge, 62_090_013, "1", Value::Null).await;
            house.ids.push((earned, request["earnedBadgeId"].as_str().unwrap().to_owned()));
        }
        "badges-revokeenrol-01" => {
            house.customers(&[62_090_013]).await;
            let badge = made(&mut house, badge, enrol, &Value::Null).await;
            let enrolment = house.enrol(&badge, 62_090_013, "2024-10-10T08:00:00Z").await;
            house.ids.push((enrolment, "653e024bb3cda7078c7c6903".to_owned()));
        }
        "badges-revokeenrol-03" => {
            made(&mut house, badge, enrol, &Value::Null).await;
            let other = "request and response are not a pair";
            exceptions.push(("data.badgeMetaId", other));
            exceptions.push(("data.revokedIssuedBadges", other));
        }
        "badges-revokeenrol-04" | "badges-revokeenrol-06" => {
            house.customers(&[555_567_088]).await;
            made(&mut house, badge, enrol, &Value::Null).await;
        }
        "badges-revokeenrol-07" => {}
        other => panic!("{other} has no replay"),
    }
    house.replays(pair, &exceptions).await;
}
