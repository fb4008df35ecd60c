//! Coupon files by API: the reference's paths and envelope, and who may use them.

use axum::body::Body;
use axum::http::Method;
use guerdon::orgs::access::{self, NewClient};
use serde_json::Value;

use crate::coupon_codes::series;
use crate::imports::import;
use crate::support::caller::{Caller, add_client, add_group, token, with_token};
use crate::support::{Answer, TestApp};

/// A client that may do everything.
async fn client(app: &TestApp) -> Caller {
    let made = add_client(app, NewClient { name: "Shop".into(), ..NewClient::default() }).await;
    with_token(app, &made).await
}

async fn send(caller: &Caller, path: &str, fields: &[(&str, &str)], file: Option<&str>) -> Answer {
    let mut body = String::new();
    for (key, value) in fields {
        body.push_str(&format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n"
        ));
    }
    if let Some(file) = file {
        body.push_str(&format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"codes.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n{file}\r\n"
        ));
    }
    body.push_str("--xyz--\r\n");
    let caller = caller.with("content-type", "multipart/form-data; boundary=xyz");
    caller.send(Method::POST, &format!("/coupon/api/v1/upload/{path}"), Body::from(body)).await
}

async fn status(caller: &Caller, path: &str) -> Value {
    caller.get(&format!("/coupon/api/v1/upload/{path}")).await.is(200).json()
}

async fn customers(app: &TestApp) {
    import(app, "customers", "externalId,mobile\nA,+44 7700 900417\nB,+44 7700 900418\n").await;
}

#[tokio::test]
async fn a_file_of_identifiers_is_taken_straight_through() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE", &[("max_per_customer", "1")]).await;
    let shop = client(&app).await;
    let fields = [("customerIdentifier", "MOBILE"), ("customerIdentifierColumn", "1")];
    let file = "note,phone\nx,447700900417\ny,+44 7700 900417\nz,447700900418\nw,nobody\n";
    let answer = send(&shop, &format!("file/{id}"), &fields, Some(file)).await.is(200).json();
    assert_eq!((&answer["success"], &answer["status"]), (&true.into(), &200.into()));
    let (result, job) = (&answer["result"], &answer["result"]["uploadJobStatuses"][0]);
    assert_eq!(result["couponSeriesId"], id);
    assert_eq!(result["orgId"], app.org.get());
    let kept = format!("codes_1795683600000_{id}.csv");
    assert_eq!(
        (result["fileName"].as_str(), job["uploadedFileUrl"].as_str()),
        (Some(&*kept), Some(&*kept))
    );
    assert_eq!((&job["uploadStatus"], &job["errorFileUrl"]), (&"STARTED".into(), &Value::Null));
    assert_eq!(job["createdOn"], "1795683600000");

    app.run_tasks().await;
    let told = status(&shop, &format!("getUploadStatus/{id}")).await;
    assert_eq!(told["result"].get("fileName"), None);
    let job = &told["result"]["uploadJobStatuses"][0];
    assert_eq!(job["uploadStatus"], "FINISHED");
    let counts = ["totalUploadedCount", "actualRowCount", "errorCount"].map(|n| job[n].as_i64());
    assert_eq!(counts, [Some(4), Some(4), Some(2)]);
    assert_eq!(app.number("select count(*) from coupons where customer_id is not null").await, 2);

    // What a client's file does is logged as the client's.
    let kinds =
        "select string_agg(distinct actor_kind, ' ') from activity where subject_kind = 'coupon'";
    assert_eq!(app.text(kinds).await, "client");
    let errors = shop.get(job["errorFileUrl"].as_str().unwrap()).await.is(200).text();
    assert_eq!(errors.lines().count(), 3);
    assert!(errors.contains("max coupon per user exceeded"), "{errors}");
    assert!(errors.contains("Invalid mobile"), "{errors}");
}

#[tokio::test]
async fn ready_codes_come_alone_or_with_their_customer() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE_PIN", &[]).await;
    let shop = client(&app).await;
    let alone = [("customerIdentifier", "NOT_TAGGED"), ("customerIdentifierColumn", "7")];
    send(&shop, &format!("file/{id}"), &alone, Some("code\nS-1\nS-2\n")).await.is(200);
    let tagged = [("customerIdentifier", "EXTERNAL_ID"), ("customerIdentifierColumn", "1")];
    send(&shop, &format!("file/{id}"), &tagged, Some("code,who\nT-1,A\n")).await.is(200);
    app.run_tasks().await;
    assert_eq!(app.number("select count(*) from coupons where customer_id is null").await, 2);
    assert_eq!(app.number("select count(*) from coupons where customer_id = 1").await, 1);
    let told = status(&shop, &format!("getUploadStatus/{id}")).await;
    let jobs = told["result"]["uploadJobStatuses"].as_array().unwrap();
    let ids: Vec<i64> = jobs.iter().map(|job| job["jobId"].as_i64().unwrap()).collect();
    assert!(ids.is_sorted() && ids.len() == 2);

    // What they redeemed elsewhere.
    let fields = [
        ("customerIdentifier", "EXTERNAL_ID"),
        ("couponIdentifier", "COUPON_CODE"),
        (
            "uploadHeaders",
            r#"{"redeemedDateInMillis":0,"couponCode":2,"externalId":1,"billNumber":3}"#,
        ),
    ];
    let file = "when,who,code,bill\n1740837900000,A,t-1,B-1\n1740837900000,B,S-1,B-2\n";
    let begun = send(&shop, &format!("redeemFile/{id}"), &fields, Some(file)).await.is(200).json();
    let job = &begun["result"]["redeemUploadJobStatuses"][0];
    assert_eq!(job["uploadRedeemedCouponStatus"], "QUEUED");
    app.run_tasks().await;
    let told = status(&shop, &format!("getUploadRedeemedCouponStatus/{id}")).await;
    let job = &told["result"]["redeemUploadJobStatuses"][0];
    assert_eq!(
        (&job["uploadRedeemedCouponStatus"], &job["errorCount"]),
        (&"COMPLETED".into(), &1.into())
    );
    assert_eq!(app.number("select count(*) from coupons where redeemed = 1").await, 1);
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_and_never_a_fault_of_ours() {
    let app = TestApp::new().await;
    let id = series(&app, "DISC_CODE_PIN", &[]).await;
    let shop = client(&app).await;
    let path = format!("file/{id}");
    let not_tagged = [("customerIdentifier", "NOT_TAGGED")];
    let code = async |path: &str, fields: &[(&str, &str)], file: Option<&str>| {
        let answer = send(&shop, path, fields, file).await.is(400).json();
        assert_eq!(answer["success"], false);
        (answer["errors"][0]["code"].as_i64().unwrap(), answer["errors"][0]["message"].to_string())
    };
    assert_eq!(code("file/99", &not_tagged, Some("code\nX\n")).await.0, 707);
    assert_eq!(code("file/x", &not_tagged, Some("code\nX\n")).await.0, 707);
    assert!(code(&path, &not_tagged, None).await.1.contains("file is mandatory"));
    assert!(code(&path, &not_tagged, Some("")).await.1.contains("empty"));
    assert!(code(&path, &[], Some("code\nX\n")).await.1.contains("customerIdentifier must be"));
    let far = [("customerIdentifier", "EMAIL"), ("customerIdentifierColumn", "5")];
    assert!(code(&path, &far, Some("code,mail\nX,y\n")).await.1.contains("no column 5"));
    let minus = [("customerIdentifier", "EMAIL"), ("customerIdentifierColumn", "-1")];
    assert_eq!(code(&path, &minus, Some("code\nX\n")).await.0, 400);
    let redeem = format!("redeemFile/{id}");
    for headers in ["", "[]", "{\"x\":1}", "{\"userId\":-1}", "{\"userId\":99}"] {
        let fields = [
            ("customerIdentifier", "USER_ID"),
            ("couponIdentifier", "COUPON_ID"),
            ("uploadHeaders", headers),
        ];
        assert_eq!(code(&redeem, &fields, Some("a,b\n1,2\n")).await.0, 400, "{headers}");
    }
    let status =
        shop.post(&format!("/coupon/api/v1/upload/{path}"), serde_json::json!({})).await.status;
    assert!(status.is_client_error(), "{status}");
    shop.get("/coupon/api/v1/upload/errorFile/99").await.is(404);
    app.run_tasks().await;
    assert_eq!(app.number("select count(*) from coupons").await, 0);
}

#[tokio::test]
async fn only_a_token_with_the_right_opens_the_door() {
    let app = TestApp::new().await;
    let id = series(&app, "DISC_CODE_PIN", &[]).await;
    let (path, list) =
        (format!("file/{id}"), format!("/coupon/api/v1/upload/getUploadStatus/{id}"));
    let fields = [("customerIdentifier", "NOT_TAGGED")];
    let file = Some("code\nX\n");
    let stranger = Caller::stranger(&app);
    send(&stranger, &path, &fields, file).await.is(401);
    // A till's password does not open it, whatever its group says.
    let till = Caller::till(&app, "t1").await;
    send(&till, &path, &fields, file).await.is(403);
    till.get(&list).await.is(403);
    let group = add_group(&app, "Readers", &[("coupon", "read")]).await;
    let reader = NewClient { name: "Reader".into(), group, ..NewClient::default() };
    let reader = add_client(&app, reader).await;
    token(&app, &reader.key, &reader.secret).await.is(200);
    let reader = with_token(&app, &reader).await;
    send(&reader, &path, &fields, file).await.is(403);
    reader.get(&list).await.is(200);
    // An import that is no file of coupons is nobody's business here.
    customers(&app).await;
    reader.get("/coupon/api/v1/upload/errorFile/1").await.is(404);
    // Another brand's series is no series.
    let other = app.brand("Contoso", "UTC").await;
    let made = app
        .act_in(other, |act| {
            let client = NewClient { name: "Other".into(), ..NewClient::default() };
            Box::pin(async move { access::add_client(act, &client).await })
        })
        .await
        .unwrap();
    let foreign = with_token(&app, &made).await;
    assert_eq!(send(&foreign, &path, &fields, file).await.is(400).json()["errors"][0]["code"], 707);
    foreign.get(&list).await.is(400);
    assert_eq!(app.number("select count(*) from imports where kind = 'coupons'").await, 0);
}
