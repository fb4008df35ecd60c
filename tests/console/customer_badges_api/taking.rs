//! Taking back (9.14, 9.15).

use serde_json::{Value, json};

use super::{BASE, House, code, refused};

#[tokio::test]
async fn enrolments_are_taken_back_by_customer_or_one_by_one() {
    let house = House::new().await;
    let badge = house.enrol_first("Marathon", json!({})).await;
    let other = house.enrol_first("Sprint", json!({})).await;
    let made = house.enrol(&badge, json!({ "customers": [house.tom, house.huck] })).await;
    let id = |place: usize| made["issuedBadges"][place]["issuedId"].as_str().unwrap().to_owned();
    let revoke = async |body: Value| house.post("badgeMeta/customer/revokeIssue", body).await;

    // Named ones win over customers; a row can fail in the three documented ways.
    let body = json!({ "badgeMetaId": badge, "customers": [house.huck], "revokeIssuals": [
        { "customerId": house.tom.to_string(), "issueId": id(0) },
        { "customerId": house.tom, "issueId": id(1) },
        { "customerId": house.tom, "issueId": "236" },
        { "customerId": house.tom, "issueId": id(0) },
    ] });
    let data = revoke(body).await.is(200).json()["data"].clone();
    let none = json!({ "code": 404, "message": "Customer doesn't have issue instance", "reference": null });
    let others = json!({ "message": "issue doesn't belong to customer", "reference": null });
    assert_eq!(
        data,
        json!({ "badgeMetaId": badge, "requestId": null, "revokedIssuedBadges": [
        { "customerId": house.tom, "issuedId": id(0), "error": null },
        { "customerId": house.tom, "issuedId": id(1), "error": others },
        { "customerId": house.tom, "issuedId": "236", "error": none },
        { "customerId": house.tom, "issuedId": id(0), "error": none },
    ] })
    );
    let all = json!({ "badgeMetaId": badge, "customers": [house.tom, house.huck, 424_242] });
    let rows = revoke(all).await.is(200).json()["data"]["revokedIssuedBadges"].clone();
    assert_eq!(
        rows,
        json!([
            { "customerId": house.tom, "error": none },
            { "customerId": house.huck, "issuedId": id(1), "error": null },
            { "customerId": 424_242, "error": none },
        ])
    );
    let mandatory = refused(1051, "RevokeIssuals or CustomerId is mandatory", Value::Null);
    assert_eq!(revoke(json!({ "badgeMetaId": badge })).await.is(200).json(), mandatory);
    let empty = json!({ "badgeMetaId": badge, "customers": [], "revokeIssuals": [] });
    assert_eq!(revoke(empty).await.is(200).json(), mandatory);
    let many: Vec<i64> = (1..=21).collect();
    assert_eq!(
        code(&revoke(json!({ "badgeMetaId": badge, "customers": many })).await.is(400).json()),
        400
    );
    let unknown = json!({ "badgeMetaId": "000000000000000000000000", "customers": [1] });
    let missing = refused(404, "Passed badge is not found", Value::Null);
    assert_eq!(revoke(unknown).await.is(404).json(), missing);
    // An enrolment of another badge is none of this one's.
    let theirs = house.enrol(&other, json!({})).await["issuedBadges"][0]["issuedId"].clone();
    let wrong = json!({ "badgeMetaId": badge, "revokeIssuals": [{ "customerId": house.tom, "issueId": theirs }] });
    let rows = revoke(wrong).await.is(200).json()["data"]["revokedIssuedBadges"].clone();
    assert_eq!(rows[0]["error"]["code"], 404);
}

#[tokio::test]
async fn an_issued_badge_is_taken_back_by_number_or_by_what_the_header_says() {
    let house = House::new().await;
    let badge = house.badge("Early bird", json!({})).await;
    let (_, one) = house.earn(&badge, "1", json!({})).await;
    let (_, two) = house.earn(&badge, "2", json!({})).await;
    let id = |answer: &Value| answer["data"]["earnedBadgeId"].clone();
    let body = |customer: Value, earned: Value| json!({ "badgeMetaId": badge, "customerId": customer, "earnedBadgeId": earned });
    let told = json!({ "data": { "badgeMetaId": badge, "customerId": house.tom,
        "earnedBadgeId": id(&one), "isActive": false }, "errors": [], "warnings": [] });
    let path = "customer/revokeEarn";
    assert_eq!(house.post(path, body(json!(house.tom), id(&one))).await.is(200).json(), told);
    let gone = refused(814, "Active earn instance is not present.", Value::Null);
    assert_eq!(house.post(path, body(json!(house.tom), id(&one))).await.is(400).json(), gone);
    assert_eq!(house.post(path, body(json!(house.huck), id(&two))).await.is(400).json(), gone);
    assert_eq!(house.post(path, body(json!(house.tom), json!("x"))).await.is(400).json(), gone);
    assert_eq!(code(&house.post(path, body(json!(424_242), id(&two))).await.is(404).json()), 1026);

    let email = house.till.with("x-cap-customer-identifier", "email");
    let by_email = body(json!("Tom@Example.com"), id(&two));
    // The reference's third path for this call.
    let answer = email.post("/badges/customer/revokeEarn", by_email).await.is(200).json();
    assert_eq!(answer["data"]["customerId"], house.tom);
    let odd = house.till.with("x-cap-customer-identifier", "shoe size");
    let answer =
        odd.post(&format!("{BASE}/{path}"), body(json!("43"), id(&two))).await.is(400).json();
    assert_eq!(answer, refused(1028, "Invalid Customer Identifier type", Value::Null));
    // A page of the console is still a page.
    house.app.visitor().get("/badges").await.redirects();
}
