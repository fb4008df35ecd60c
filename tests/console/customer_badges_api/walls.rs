//! Other brands, hostile callers, access groups, dropped connections.

use guerdon::base::ids::BadgeId;
use serde_json::json;

use super::{BASE, House, code, customer};
use crate::support::caller::Caller;

#[tokio::test]
async fn another_brands_badges_and_customers_do_not_exist() {
    let house = House::new().await;
    let other = house.app.brand("Southwind", "UTC").await;
    let theirs = Caller::till_of(&house.app, other, "south").await;
    let badge = house.badge("Early bird", json!({})).await;
    let (_, earned) = house.earn(&badge, "1", json!({})).await;
    let jim = customer(&theirs, "Jim", &[("mobile", "919449489999")]).await;
    let trigger = json!({ "ownerType": "Loyalty", "referenceId": "626" });
    let nobody = BadgeId::from_bytes([1; 12]).to_string();
    // Everything asked with our ids answers them as it answers ids nobody has.
    for (path, body) in [
        ("customer/earn", json!({ "customerId": jim, "requestId": "1", "triggeredBy": trigger })),
        ("customer/earnBulk", json!({ "customerIds": [jim], "triggeredBy": trigger })),
        ("badgeMeta/customer/issueBulk", json!({ "customers": [jim] })),
        ("badgeMeta/customer/revokeIssue", json!({ "customers": [jim] })),
        (
            "customer/revokeEarn",
            json!({ "customerId": jim, "earnedBadgeId": earned["data"]["earnedBadgeId"] }),
        ),
    ] {
        let ask = async |badge: &str| {
            let mut body = body.clone();
            body["badgeMetaId"] = json!(badge);
            let answer = theirs.post(&format!("{BASE}/{path}"), body).await;
            (answer.status.as_u16(), answer.json())
        };
        let ours = ask(&badge).await;
        assert_eq!(ours.0, 404, "{path} {}", ours.1);
        assert_eq!(ours, ask(&nobody).await, "{path}");
    }
    for path in ["customer/{}", "management/{}", "management/{}/badge/x"] {
        let ask = async |id: i64| {
            let path = format!("{BASE}/{}", path.replace("{}", &id.to_string()));
            theirs.get(&path).await.is(404).json()
        };
        assert_eq!(ask(house.tom).await, ask(424_242).await);
    }
    let row = json!([{ "badgeMetaId": badge, "customerId": jim, "earnEventDate": 1, "earnExpiresOn": 2 }]);
    let answer = theirs.post(&format!("{BASE}/import/customerBadges"), row).await.is(200).json();
    assert_eq!(answer[0]["errors"][0]["code"], 1054);
    // The same request id is another brand's own.
    let (status, _) = house.earn(&badge, "1", json!({})).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn nothing_that_is_sent_breaks_a_call() {
    let house = House::new().await;
    let badge = house.badge("Early bird", json!({})).await;
    let paths = [
        "badgeMeta/customer/issueBulk",
        "customer/earn",
        "customer/earnBulk",
        "import/customerBadges",
        "badgeMeta/customer/revokeIssue",
        "customer/revokeEarn",
    ];
    let huge = json!(1e300);
    let wild = [
        json!(null),
        json!(7),
        json!("x"),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({ "badgeMetaId": [], "customers": {}, "customerIds": 1.5, "customerId": [], "requestId": {} }),
        json!({ "badgeMetaId": badge, "customers": [huge], "customerIds": [huge], "customerId": huge,
            "requestId": "x".repeat(10_000), "earnEventDate": huge, "issueEventDate": "9".repeat(400) }),
        json!({ "badgeMetaId": badge, "customerId": i64::MAX, "customers": [i64::MIN], "customerIds": [i64::MAX],
            "requestId": "ok", "earnedBadgeId": "ffffffffffffffffffffffff", "earnEventDateISO": "9999-12-31T23:59:59Z",
            "issueEventDateISO": "0001-01-01T00:00:00Z",
            "triggeredBy": { "ownerType": "Loyalty", "referenceId": "\u{1F389}".repeat(1000) } }),
        json!({ "badgeMetaId": badge, "customerId": house.tom, "customers": [house.tom], "customerIds": [house.tom],
            "requestId": "\u{0}", "triggeredBy": "x" }),
        json!([{ "badgeMetaId": badge, "customerId": i64::MAX, "earnEventDate": huge, "earnExpiresOn": -1e18 }]),
    ];
    for path in paths {
        for body in &wild {
            let answer = house.post(path, body.clone()).await;
            assert!(answer.status.as_u16() < 500, "{path} {body} {}", answer.text());
            answer.json();
        }
        let full = format!("{BASE}/{path}");
        house.till.post_bytes(&full, vec![b' '; 10 * 1024 * 1024]).await.is(413);
        house.till.post_bytes(&full, b"[".repeat(100_000)).await.is(400);
        house.till.post_bytes(&full, b"{\"a\":\xff}".to_vec()).await.is(400);
    }
    for path in
        ["customer/%F0%9F%8E%89", "management/-9223372036854775808", "customer/1%20or%201=1"]
    {
        let answer =
            house.till.get(&format!("{BASE}/{path}?page=9223372036854775807&groupId=%27")).await;
        assert_eq!(code(&answer.is(404).json()), 1026, "{path}");
    }
    assert_eq!(house.app.number("select count(*) from badge_earns").await, 0);
}

#[tokio::test]
async fn access_groups_say_who_may_look_and_who_may_give() {
    use crate::support::caller::{DIGEST, add_group, add_till};
    use guerdon::orgs::access::NewTill;
    let house = House::new().await;
    let badge = house.badge("Early bird", json!({})).await;
    let group = add_group(&house.app, "Lookers", &[("badges", "read")]).await;
    let till = NewTill { code: "looker".into(), group, ..NewTill::default() };
    add_till(&house.app, house.app.org, till).await;
    let looker = Caller::stranger(&house.app).signing("looker", DIGEST);
    looker.get(&format!("{BASE}/customer/{}", house.tom)).await.is(200);
    let body = json!({ "badgeMetaId": badge, "customerId": house.tom, "requestId": "1",
        "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
    let answer = looker.post(&format!("{BASE}/customer/earn"), body).await.is(403).json();
    assert_eq!(code(&answer), 4000);
    Caller::stranger(&house.app).get("/badges/customer/revokeEarn").await.is(401);
}

#[tokio::test]
async fn a_caller_that_hangs_up_leaves_all_or_nothing() {
    let house = House::new().await;
    let badge = house.badge("Early bird", json!({})).await;
    let fill = format!(
        "insert into customers (org_id, first_name, created_on, created_by, updated_on, updated_by)
         select {}, 'Tom', now(), 'x', now(), 'x' from generate_series(1, 40)",
        house.app.org.get()
    );
    house.app.sql(&fill).await;
    for n in 0..30 {
        let (till, badge) = (house.till.clone(), badge.clone());
        let call = tokio::spawn(async move {
            let ids: Vec<i64> = (1..=40).collect();
            let body = json!({ "badgeMetaId": badge, "customerIds": ids, "requestId": n,
                "triggeredBy": { "ownerType": "Loyalty", "referenceId": "626" } });
            till.post(&format!("{BASE}/customer/earnBulk"), body).await;
        });
        tokio::time::sleep(std::time::Duration::from_millis(n)).await;
        call.abort();
    }
    house.app.app.deeds.close();
    house.app.app.deeds.wait().await;
    let torn = "select count(*) from (select request_id from badge_earns group by request_id
                having count(*) <> 40) torn";
    assert_eq!(house.app.number(torn).await, 0);
    let lost = "select (select count(*) from badge_earns)
                - (select coalesce(sum(earned), 0)::bigint from badge_counters)";
    assert_eq!(house.app.number(lost).await, 0);
    assert!(house.app.number("select count(*) from badge_earns").await > 0);
}
