//! Customers for programs: entered, changed, looked up and searched in the envelopes of the v2 family.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::caller::Caller;

const CUSTOMERS: &str = "/v2/customers";

fn instore(first: &str, identifiers: &[(&str, &str)]) -> Value {
    profile("INSTORE", "", first, identifiers)
}

fn profile(source: &str, account: &str, first: &str, identifiers: &[(&str, &str)]) -> Value {
    let list: Vec<Value> =
        identifiers.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    json!({ "source": source, "accountId": account, "firstName": first, "lastName": "Sawyer",
            "identifiers": list })
}

async fn add(till: &Caller, profile: Value) -> i64 {
    let answer = till.post(CUSTOMERS, json!({ "profiles": [profile] })).await.is(200);
    answer.json()["createdId"].as_i64().unwrap()
}

fn code(answer: &Value) -> i64 {
    answer["errors"][0]["code"].as_i64().unwrap()
}

#[tokio::test]
async fn a_customer_is_entered_found_shown_and_changed() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "store.server").await;
    let body = json!({
        "profiles": [{
            "source": "instore", "firstName": "Tom", "lastName": "Sawyer", "shoe": 43,
            "identifiers": [{ "type": "mobile", "value": "+91 94494 89999" },
                            { "type": "external_id", "value": "TS-1" }, { "type": "email", "value": "" }],
            "fields": { "colour": "green", "visits": 3 }
        }],
        "loyaltyInfo": { "loyaltyType": "NON_LOYALTY" },
        "extendedFields": { "city": "Bangalore" }, "associatedWith": "store.server"
    });
    let saved = till.post("/v2//customers/", body).await.is(200).json();
    let id = saved["createdId"].as_i64().unwrap();
    assert_eq!(saved, json!({ "createdId": id, "warnings": [], "sideEffects": [] }));

    // Any spelling of the number finds them; a number nobody has does not.
    let lookup = |value: &str| {
        format!("{CUSTOMERS}/lookup?source=INSTORE&identifierName=mobile&identifierValue={value}")
    };
    let found = till.get(&lookup("0091-9449489999")).await.is(200).json();
    assert_eq!(found, json!({ "entity": id, "warnings": [] }));
    assert_eq!(code(&till.get(&lookup("9449489998")).await.is(404).json()), 8015);

    let details =
        till.get(&format!("{CUSTOMERS}/{id}?source=ALL&embed=points,customerStatus")).await;
    let details = details.is(200).json();
    assert_eq!(details["profiles"][0]["firstName"], "Tom");
    assert_eq!(details["profiles"][0]["fields"], json!({ "colour": "green", "visits": 3 }));
    assert_eq!(details["profiles"][0]["attribution"]["createdBy"]["code"], "store.server");
    assert_eq!(details["loyaltyInfo"]["loyaltyType"], "non_loyalty");
    assert_eq!(details["extendedFields"], json!({ "city": "Bangalore" }));
    assert_eq!(details["customerStatus"], json!({ "code": "ACTIVE", "label": null }));
    assert_eq!(details["pointsSummary"]["currentPoints"], 0);
    assert_eq!(details["warnings"], json!([]));
    let missing = till.get(&format!("{CUSTOMERS}/{id}?source=WECHAT&accountId=x")).await.is(404);
    assert_eq!(code(&missing.json()), 8065);

    // A change says what it says and leaves the rest.
    let change = json!({
        "profiles": [{ "source": "INSTORE", "lastName": "Finn", "fields": { "colour": null },
                       "identifiers": [{ "type": "mobile", "value": "919449480000" }] }],
        "statusLabel": "Gold"
    });
    till.json(axum::http::Method::PUT, &format!("{CUSTOMERS}/{id}"), change).await.is(200);
    let by = format!(
        "{CUSTOMERS}/lookup/customerDetails?source=INSTORE&identifierName=email,externalId\
         &identifierValue=no@one.test,ts-1"
    );
    let details = till.get(&by).await.is(200).json();
    assert_eq!(details["profiles"][0]["lastName"], "Finn");
    assert_eq!(details["profiles"][0]["firstName"], "Tom");
    assert_eq!(details["profiles"][0]["fields"], json!({ "visits": 3 }));
    assert_eq!(till.get(&lookup("9449489999")).await.status, 404);
    let entries = app.entries().await;
    assert_eq!(entries.last().unwrap(), "store.server changed Tom Finn");
}

#[tokio::test]
async fn the_same_source_refuses_another_joins() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t").await;
    let tom = add(&till, instore("Tom", &[("mobile", "919449489999")])).await;
    let huck = add(&till, instore("Huck", &[("email", "huck@example.com")])).await;

    let again = json!({ "profiles": [instore("Tim", &[("mobile", "+919449489999")])] });
    let refused = till.post(CUSTOMERS, again).await.is(400).json();
    let words = format!("Add failed, Customer already exists with id {tom} for same source");
    assert_eq!(refused["errors"], json!([{ "status": false, "code": 8006, "message": words }]));

    let wechat = |identifiers: &[(&str, &str)]| json!({ "profiles": [profile("WECHAT", "acc-1", "Tom", identifiers)] });
    let joined = till
        .post(CUSTOMERS, wechat(&[("mobile", "919449489999"), ("wechat", "ojOPT")]))
        .await
        .is(200)
        .json();
    assert_eq!(joined["createdId"], tom);
    assert_eq!(joined["warnings"][0]["code"], 8050);
    let both = wechat(&[("mobile", "919449489999"), ("email", "huck@example.com")]);
    // WeChat knows the number already, so it is the same source that refuses.
    assert_eq!(code(&till.post(CUSTOMERS, both).await.is(400).json()), 8006);
    let other = json!({ "profiles": [profile("LINE", "l", "X",
        &[("mobile", "919449489999"), ("email", "huck@example.com")])] });
    assert_eq!(code(&till.post(CUSTOMERS, other).await.is(400).json()), 8007);

    let all = till.get(&format!("{CUSTOMERS}/{tom}?source=ALL")).await.is(200).json();
    let sources: Vec<_> =
        all["profiles"].as_array().unwrap().iter().map(|p| &p["source"]).collect();
    assert_eq!(sources, ["INSTORE", "WECHAT"]);
    let one = till.get(&format!("{CUSTOMERS}/{tom}?source=wechat&accountId=acc-1")).await.is(200);
    assert_eq!(one.json()["profiles"][0]["accountId"], "acc-1");
    assert_eq!(one.json()["profiles"].as_array().unwrap().len(), 1);

    // Changing an identifier to somebody else's is refused as well.
    let take = json!({ "profiles": [instore("Huck", &[("mobile", "919449489999")])] });
    let answer = till.json(axum::http::Method::PUT, &format!("{CUSTOMERS}/{huck}"), take).await;
    assert_eq!(code(&answer.is(400).json()), 8006);
}

#[tokio::test]
async fn twenty_at_once_make_one_customer() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t").await;
    let calls = (0..20).map(|_| {
        let till = till.clone();
        tokio::spawn(async move {
            let body = json!({ "profiles": [instore("Tom", &[("mobile", "919449489999")])] });
            let answer = till.post(CUSTOMERS, body).await;
            (answer.status.as_u16(), answer.json())
        })
    });
    let calls: Vec<_> = calls.collect();
    let mut made = 0;
    for call in calls {
        let (status, body) = call.await.unwrap();
        match status {
            200 => made += 1,
            _ => assert_eq!((status, code(&body)), (400, 8006), "{body}"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(app.number("select count(*) from customers").await, 1);
    assert_eq!(app.number("select count(*) from customer_identifiers").await, 1);
}

#[tokio::test]
async fn search_tells_what_it_met_page_by_page() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t").await;
    for n in 0..12 {
        let number = format!("4477009004{n:02}");
        add(&till, instore(&format!("Tom{n:02}"), &[("mobile", &number)])).await;
    }
    let exact = add(&till, instore("Zoe", &[("externalId", "tom")])).await;
    let page = till.get(&format!("{CUSTOMERS}/search?q=Tom&limit=5")).await.is(200).json();
    assert_eq!(page["pagination"], json!({ "limit": 5, "offset": 0, "total": 13 }));
    assert_eq!(page["data"].as_array().unwrap().len(), 5);
    assert_eq!(page["data"][0]["userId"], exact);
    let met =
        json!([{ "idType": "externalId", "idValue": "tom", "source": "INSTORE", "accountId": "" }]);
    assert_eq!(page["data"][0]["matchedIdentifiers"], met);
    let met = json!([{ "idType": "firstName", "idValue": "Tom00", "source": "INSTORE", "accountId": "" }]);
    assert_eq!(page["data"][1]["matchedIdentifiers"], met);
    let shown = json!([{ "source": "INSTORE", "firstName": "Tom00", "lastName": "Sawyer" }]);
    assert_eq!(page["data"][1]["profiles"], shown);
    let rest = till.get(&format!("{CUSTOMERS}/search?q=tom&offset=10")).await.is(200).json();
    assert_eq!(rest["data"].as_array().unwrap().len(), 3);
    let beyond = till.get(&format!("{CUSTOMERS}/search?q=tom&offset=100")).await.is(200).json();
    assert_eq!((&beyond["data"], &beyond["pagination"]["total"]), (&json!([]), &json!(13)));
    let none = till.get(&format!("{CUSTOMERS}/search?q=nobody")).await.is(200).json();
    assert_eq!((&none["data"], &none["pagination"]["total"]), (&json!([]), &json!(0)));
    for (query, number) in
        [("", 400), ("q=a&limit=0", 8101), ("q=a&limit=101", 8102), ("q=a&offset=-1", 8100)]
    {
        let answer = till.get(&format!("{CUSTOMERS}/search?{query}")).await.is(400).json();
        assert_eq!(code(&answer), number, "{query}");
    }

    // Merged and deleted customers are not found by searching; the merged one leads on by number.
    app.sql(&format!(
        "update customers set merged_into = {exact} where first_name = 'Tom00';
         update customers set deleted_at = now() where first_name = 'Tom01'"
    ))
    .await;
    let page = till.get(&format!("{CUSTOMERS}/search?q=Tom")).await.is(200).json();
    assert_eq!(page["pagination"]["total"], 11);
    let by = |number: &str| {
        format!("{CUSTOMERS}/lookup?source=INSTORE&identifierName=mobile&identifierValue={number}")
    };
    let merged = till.get(&by("447700900400")).await.is(200).json();
    assert_eq!((&merged["entity"], &merged["warnings"][0]["code"]), (&json!(exact), &json!(91009)));
    till.get(&by("447700900401")).await.is(404);
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_the_envelope_and_never_breaks() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "t").await;
    let post = async |body: Value| till.post(CUSTOMERS, body).await;
    assert_eq!(code(&post(json!({})).await.is(400).json()), 8002);
    let bad = json!({ "profiles": [
        { "identifiers": [{ "value": "x" }, { "type": "shoe", "value": "43" }] },
        { "source": "MOON", "identifiers": [] }, { "source": "WECHAT", "identifiers": [] }
    ] });
    let answer = post(bad).await.is(400).json();
    let codes: Vec<_> =
        answer["errors"].as_array().unwrap().iter().map(|e| e["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [8001, 8092, 8013, 8003, 8045]);
    let warned = json!({ "profiles": [instore("Tom",
        &[("mobile", "call me"), ("email", "tom"), ("externalId", "T1")])] });
    let warned = post(warned).await.is(200).json();
    let codes: Vec<_> = warned["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["code"].as_i64().unwrap())
        .collect();
    assert_eq!(codes, [8056, 8055]);

    let wild = [
        json!([]),
        json!("x"),
        json!(7),
        json!({ "profiles": "x" }),
        json!({ "profiles": [1, null] }),
        json!({ "profiles": [{ "source": { "a": 1 }, "identifiers": { "b": 2 }, "fields": [] }] }),
        json!({ "profiles": [instore("\u{fffd}", &[("mobile", &"9".repeat(10_000))])] }),
        json!({ "profiles": [instore(&"x".repeat(10_000), &[("email", "a\u{0}b@c.de")])] }),
    ];
    for body in wild {
        let answer = post(body.clone()).await;
        assert_eq!(answer.status, 400, "{body} {}", answer.text());
    }
    till.post_bytes(CUSTOMERS, vec![b'['; 2_000_000]).await.is(413);
    till.post_bytes(CUSTOMERS, b"[".repeat(100_000)).await.is(400);
    for path in [
        "/v2/customers/99999999999999999999?source=ALL",
        "/v2/customers/x?source=ALL",
        "/v2/customers/-1?source=ALL",
        "/v2/customers/424242?source=ALL",
    ] {
        assert_eq!(code(&till.get(path).await.is(404).json()), 8015, "{path}");
    }
    for (query, number) in [
        ("identifierName=mobile&identifierValue=1", 8016),
        ("source=MOON&identifierName=mobile&identifierValue=1", 8003),
        ("source=WECHAT&identifierName=mobile&identifierValue=1", 8045),
        ("source=INSTORE&identifierName=mobile", 8002),
        ("source=INSTORE&identifierName=shoe&identifierValue=1", 8013),
        ("source=INSTORE&identifierName=mobile,email&identifierValue=1", 8013),
    ] {
        let answer = till.get(&format!("{CUSTOMERS}/lookup?{query}")).await.is(400).json();
        assert_eq!(code(&answer), number, "{query}");
    }
}

#[tokio::test]
async fn another_brands_customers_do_not_exist() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    let (ours, theirs) = (Caller::till(&app, "a").await, Caller::till_of(&app, other, "b").await);
    let tom = add(&theirs, instore("Tom", &[("mobile", "919449489999")])).await;
    let unknown = ours.get(&format!("{CUSTOMERS}/424242?source=ALL")).await.is(404).json();
    assert_eq!(ours.get(&format!("{CUSTOMERS}/{tom}?source=ALL")).await.is(404).json(), unknown);
    let change = json!({ "profiles": [instore("Taken", &[])] });
    let put = async |id: i64| {
        let path = format!("{CUSTOMERS}/{id}");
        ours.json(axum::http::Method::PUT, &path, change.clone()).await.is(404).json()
    };
    assert_eq!(put(tom).await, put(424_242).await);
    let found = ours.get(&format!("{CUSTOMERS}/search?q=Tom")).await.is(200).json();
    assert_eq!(found["pagination"]["total"], 0);
    // The same number is another customer here.
    assert_ne!(add(&ours, instore("Tom", &[("mobile", "919449489999")])).await, tom);
}
