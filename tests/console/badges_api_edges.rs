//! Badge definitions for programs, at the edges: claims and activation, groups and fields, who may what,
//! other brands, and bodies nobody should send.

use axum::body::Body;
use axum::http::Method;
use guerdon::base::permission::Role;
use guerdon::orgs::access::NewTill;
use serde_json::{Value, json};

use crate::badges_api::{BADGES, FIELDS, GROUPS, body, codes, make, with};
use crate::support::TestApp;
use crate::support::caller::{Caller, DIGEST, add_group, add_till};

const META: &str = "/api_gateway/v1/badges/orgMeta";

fn id(badge: &Value) -> &str {
    badge["id"].as_str().unwrap()
}

#[tokio::test]
async fn claims_are_made_given_up_and_made_again() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let badge = make(&till, body("Early bird")).await;
    let at = |what: &str| format!("{BADGES}/{}/{what}", id(&badge));
    let claim = json!({ "ownerType": "loyalty", "referenceId": "626_TransactionAdd" });
    assert_eq!(codes(&till.post(&at("claim"), json!({})).await.is(400)), [716, 717]);
    assert_eq!(
        codes(
            &till.post(&at("claim"), json!({ "ownerType": "x", "referenceId": "1" })).await.is(400)
        ),
        [400]
    );
    assert_eq!(
        codes(
            &till
                .post(&at("claim"), json!({ "ownerType": "Journeys", "referenceId": "1" }))
                .await
                .is(400)
        ),
        [714]
    );
    let long = json!({ "ownerType": "Loyalty", "referenceId": "x".repeat(5000) });
    assert_eq!(codes(&till.post(&at("claim"), long).await.is(400)), [400]);
    assert_eq!(codes(&till.post(&at("unclaim"), claim.clone()).await.is(400)), [737]);
    for _ in 0..2 {
        let done = till.post(&at("claim"), claim.clone()).await.is(200).json();
        let data = json!({ "badgeMetaId": id(&badge), "ownerType": "Loyalty", "referenceId": "626_TransactionAdd" });
        assert_eq!(done, json!({ "data": data, "errors": null, "warnings": [] }));
    }
    till.post(&at("claim"), json!({ "ownerType": "Loyalty", "referenceId": 469 })).await.is(200);
    let mina = app.staff("Mina", Role::Admin).await;
    let page = mina.get(&format!("/badges/{}", id(&badge))).await;
    assert!(page.text().contains("626_TransactionAdd"));
    till.post(&at("unclaim"), claim.clone()).await.is(200);
    assert_eq!(codes(&till.post(&at("unclaim"), claim.clone()).await.is(400)), [737]);
    let claims = |badge: Value| badge["data"]["ownership"]["claims"].as_array().unwrap().len();
    let path = format!("{BADGES}/{}", id(&badge));
    assert_eq!(claims(till.get(&path).await.json()), 1);
    till.post(&at("claim"), claim.clone()).await.is(200);
    assert_eq!(claims(till.get(&path).await.json()), 2);
    assert_eq!(app.number("select count(*) from badge_claims").await, 2);

    let off = till.send(Method::PUT, &at("DeActivate"), Body::empty()).await.is(200).json();
    assert_eq!(off["data"], json!({ "id": id(&badge), "isActive": false }));
    till.send(Method::PUT, &at("deactivate"), Body::empty()).await.is(200);
    let late = json!({ "ownerType": "Loyalty", "referenceId": "9" });
    assert_eq!(codes(&till.post(&at("claim"), late).await.is(400)), [815]);
    till.send(Method::PUT, &at("activate"), Body::empty()).await.is(200);
    assert_eq!(codes(&till.send(Method::PUT, &at("explode"), Body::empty()).await.is(400)), [400]);
    app.set_clock("2027-02-01T00:00:00Z");
    till.send(Method::PUT, &at("deactivate"), Body::empty()).await.is(200);
    let entries = app.entries().await;
    let of = |verb: &str| entries.iter().filter(|entry| entry.contains(verb)).count();
    assert_eq!(
        (of(" claimed "), of(" gave up "), of(" deactivated "), of(" activated ")),
        (3, 1, 2, 1)
    );
}

#[tokio::test]
async fn groups_fields_and_declared_tags_keep_their_rules() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    assert_eq!(codes(&till.post(GROUPS, json!({})).await.is(400)), [732, 735]);
    assert_eq!(codes(&till.post(GROUPS, json!({ "name": "A", "rank": -1 })).await.is(400)), [400]);
    let group = |name: &str| json!({ "name": name, "rank": 1 });
    let first = till.post(GROUPS, group("A")).await.is(200).json()["data"].clone();
    assert_eq!(codes(&till.post(GROUPS, group("A")).await.is(400)), [733]);
    let path = format!("{GROUPS}/{}", id(&first));
    let badge = make(&till, with(body("In A"), &[("badgeGroupId", first["id"].clone())])).await;
    let off = with(group("A"), &[("isActive", json!(false))]);
    assert_eq!(till.json(Method::PUT, &path, off).await.is(200).json()["data"]["isActive"], false);
    let row = till.get(BADGES).await.json()["data"]["metaBasicDetails"][0].clone();
    assert_eq!((&row["badgeGroupId"], &row["badgeGroupName"]), (&first["id"], &json!(null)));
    assert_eq!(
        codes(
            &till
                .post(BADGES, with(body("Late"), &[("badgeGroupId", first["id"].clone())]))
                .await
                .is(400)
        ),
        [400]
    );
    till.json(Method::PUT, BADGES, with(badge, &[("description", json!("kept"))])).await.is(200);
    till.post(GROUPS, group("A")).await.is(200);
    let on = with(group("A"), &[("isActive", json!(true))]);
    assert_eq!(codes(&till.post(&path, on).await.is(400)), [733]);
    let active = till.get(&format!("{GROUPS}?isActive=true&order=desc")).await.json();
    assert_eq!(active["data"]["pagination"]["total"], 1);

    assert_eq!(codes(&till.post(FIELDS, json!({})).await.is(400)), [739, 741]);
    for (kind, code) in [("BOOLEAN", 743), ("INTEGER", 744), ("DATE", 745)] {
        let body = json!({ "name": "x", "dataType": kind, "defaultValue": "many" });
        assert_eq!(codes(&till.post(FIELDS, body).await.is(400)), [code]);
    }
    let asked = json!({ "name": "Size", "dataType": "integer", "isMandatory": true });
    assert_eq!(codes(&till.post(FIELDS, asked.clone()).await.is(400)), [742]);
    let asked = with(asked, &[("defaultValue", json!(7))]);
    let size = till.post(FIELDS, asked.clone()).await.is(201).json()["data"].clone();
    assert_eq!(codes(&till.post(FIELDS, asked.clone()).await.is(400)), [740]);
    let path = format!("{FIELDS}/{}", id(&size));
    let change = async |keys: &[(&str, Value)]| {
        till.json(Method::PUT, &path, with(asked.clone(), keys)).await
    };
    assert_eq!(codes(&change(&[("dataType", json!("STRING"))]).await.is(400)), [746]);
    assert_eq!(codes(&change(&[("defaultValue", json!(null))]).await.is(400)), [742]);
    let own = make(&till, with(body("Own"), &[("customFields", json!({ "Size": 9 }))])).await;
    assert_eq!(own["customFields"], json!({ "Size": "9" }));
    // Optional from now on: taken from the badges that relied on it, explicit values included.
    change(&[("isMandatory", json!(false))]).await.is(200);
    let path = format!("{BADGES}/{}", id(&own));
    assert_eq!(till.get(&path).await.json()["data"]["customFields"], json!({}));

    assert_eq!(codes(&till.get(META).await.is(404)), [404]);
    let tags = json!({ "tags": [{ "key": "Type", "dataType": "string", "mandatory": true }] });
    till.json(Method::PUT, META, tags.clone()).await.is(404);
    till.post(META, tags).await.is(200);
    let refused = till.post(BADGES, body("Untagged")).await.is(400).json();
    assert_eq!(refused["errors"][0]["reference"], "tags");
    make(&till, with(body("Tagged"), &[("tags", json!([{ "name": "Type", "value": "x" }]))])).await;
    till.json(Method::PUT, META, json!({ "tags": [] })).await.is(200);
    make(&till, body("Untagged")).await;
}

#[tokio::test]
async fn a_caller_goes_as_far_as_its_group_and_its_brand() {
    let app = TestApp::new().await;
    let full = Caller::till(&app, "full").await;
    let group = add_group(&app, "Looks", &[("badge_config", "read")]).await;
    add_till(&app, app.org, NewTill { code: "looks".into(), group, ..NewTill::default() }).await;
    let looks = Caller::stranger(&app).signing("looks", DIGEST);
    let badge = make(&full, body("Early bird")).await;
    looks.get(BADGES).await.is(200);
    looks.get(&format!("/v1/badges/badgeMeta/{}", id(&badge))).await.is(200);
    assert_eq!(codes(&looks.post(BADGES, body("Late bird")).await.is(403)), [4000]);
    looks.get(GROUPS).await.is(403);
    looks.post(GROUPS, json!({ "name": "A", "rank": 1 })).await.is(403);
    Caller::stranger(&app).get(BADGES).await.is(401);

    let other = app.brand("Southwind", "UTC").await;
    let theirs = Caller::till_of(&app, other, "theirs").await;
    let field =
        full.post(FIELDS, json!({ "name": "F", "dataType": "STRING" })).await.json()["data"]
            .clone();
    let group = full.post(GROUPS, json!({ "name": "G", "rank": 1 })).await.json()["data"].clone();
    let unknown = "662749408fe258516a88fe89";
    let claim = json!({ "ownerType": "Loyalty", "referenceId": "1" });
    for (ours, path) in [(id(&badge), BADGES), (id(&field), FIELDS), (id(&group), GROUPS)] {
        let (found, none) = (format!("{path}/{ours}"), format!("{path}/{unknown}"));
        full.get(&found).await.is(200);
        assert_eq!(theirs.get(&found).await.is(404).json(), theirs.get(&none).await.is(404).json());
    }
    let calls = async |id: &str| {
        let mut answers = vec![
            theirs.post(&format!("{BADGES}/{id}/claim"), claim.clone()).await,
            theirs.post(&format!("{BADGES}/{id}/unclaim"), claim.clone()).await,
            theirs.send(Method::PUT, &format!("{BADGES}/{id}/activate"), Body::empty()).await,
            theirs.get(&format!("{BADGES}/getFixedWindowDetails?badgeMetaId={id}")).await,
            theirs.json(Method::PUT, BADGES, with(body("x"), &[("id", json!(id))])).await,
        ];
        answers.drain(..).map(|answer| (answer.status.as_u16(), answer.json())).collect::<Vec<_>>()
    };
    assert_eq!(calls(id(&badge)).await, calls(unknown).await);
    assert!(calls("nonsense").await.iter().all(|(status, _)| *status == 404));
    assert_eq!(theirs.get(BADGES).await.json()["data"]["pagination"]["total"], 0);
    let stolen = with(body("Mine"), &[("badgeGroupId", group["id"].clone())]);
    assert_eq!(codes(&theirs.post(BADGES, stolen).await.is(400)), [400]);
    make(&theirs, body("Early bird")).await;
}

#[tokio::test]
async fn hostile_bodies_are_refused_in_the_envelope_by_every_call() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t1").await;
    let badge = make(&till, body("Early bird")).await;
    let group = till.post(GROUPS, json!({ "name": "G", "rank": 1 })).await.json()["data"].clone();
    let field =
        till.post(FIELDS, json!({ "name": "F", "dataType": "STRING" })).await.json()["data"]
            .clone();
    let calls = [
        (Method::POST, META.to_owned()),
        (Method::PUT, META.to_owned()),
        (Method::POST, BADGES.to_owned()),
        (Method::PUT, BADGES.to_owned()),
        (Method::POST, format!("{BADGES}/{}/claim", id(&badge))),
        (Method::POST, format!("{BADGES}/{}/unclaim", id(&badge))),
        (Method::POST, GROUPS.to_owned()),
        (Method::PUT, format!("{GROUPS}/{}", id(&group))),
        (Method::POST, FIELDS.to_owned()),
        (Method::PUT, format!("{FIELDS}/{}", id(&field))),
    ];
    let keys: Vec<String> = with(body("x"), &[("id", json!(id(&badge)))])
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .chain(
            [
                "images",
                "customerConstraints",
                "badgeConstraints",
                "benefits",
                "tags",
                "customFields",
                "badgeGroupId",
                "badgeRank",
                "defaultTillId",
                "issuedBadgeExpiry",
                "ownerType",
                "referenceId",
                "rank",
                "dataType",
                "isMandatory",
                "defaultValue",
                "isActive",
                "active",
                "description",
            ]
            .map(str::to_owned),
        )
        .collect();
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(9_223_372_036_854_775_807_i64),
        json!("x"),
        json!([]),
        json!([null, 1, "x", {}, [[]]]),
        json!({}),
        json!({ "a": { "b": [1] } }),
        json!("9".repeat(4000)),
    ];
    let typed = till.with("content-type", "application/json");
    for (method, path) in &calls {
        for bytes in [
            &b""[..],
            b"[",
            b"{\"name\":\"\\u0000\"}",
            b"\xff",
            &b"[".repeat(100_000),
            &vec![b' '; 10 << 20],
        ] {
            let answer = typed.send(method.clone(), path, Body::from(bytes.to_vec())).await;
            assert!([400, 413].contains(&answer.status.as_u16()), "{path} {}", answer.status);
            assert_eq!(answer.json()["data"], json!(null));
        }
        for root in [json!(7), json!([]), json!("x"), json!(null)] {
            let answer = till.json(method.clone(), path, root).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
        }
        for key in &keys {
            for value in &values {
                let hostile =
                    with(body("Hostile"), &[("id", json!(id(&badge))), (key, value.clone())]);
                let answer = till.json(method.clone(), path, hostile).await;
                let told = format!("{method} {path} {key}={value}: {}", answer.text());
                assert!(answer.status.as_u16() < 500, "{told}");
                assert!(answer.json().get("errors").is_some(), "{told}");
            }
        }
    }
    let many = json!(vec!["x"; 50_000]);
    let flood = with(body("Flood"), &[("ownership", json!({ "restrictedToOwners": many }))]);
    assert!(
        till.post(BADGES, flood).await.is(400).json()["errors"].as_array().unwrap().len() <= 100
    );
}
