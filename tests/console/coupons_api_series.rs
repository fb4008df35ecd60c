//! Coupon series by programs: made, changed, looked up (spec/coupons.md 3, 6.1–6.3).

use axum::http::Method;
use serde_json::{Value, json};

use crate::contract::coupon_series::{SERIES, body};
use crate::support::caller::{Caller, add_group};
use crate::support::{Answer, TestApp};

async fn make(till: &Caller, fields: Value) -> Value {
    till.post(SERIES, body(fields)).await.is(200).json()
}

async fn change(till: &Caller, id: &Value, fields: Value) -> Answer {
    let call = json!({ "CouponSeriesV2": fields });
    till.json(Method::PUT, &format!("{SERIES}/{id}"), call).await
}

async fn look(till: &Caller, query: &str) -> Value {
    till.get(&format!("{SERIES}?{query}")).await.is(200).json()
}

/// Codes and messages of a refusal.
#[track_caller]
fn refusals(answer: Answer) -> Vec<(i64, String)> {
    let body = answer.is(400).json();
    let entry =
        |one: &Value| (one["code"].as_i64().unwrap(), one["message"].as_str().unwrap().to_owned());
    body["errors"].as_array().unwrap().iter().map(entry).collect()
}

/// Every field that has a behaviour, none at its default.
fn terms() -> Value {
    json!({
        "discountType": "PERC", "discountValue": 12.5, "discountUpto": 40, "discountOn": "BILL",
        "expiryStrategyType": "MONTHS_END", "expiryStrategyValue": 2, "maxCreate": 100,
        "maxRedeem": 90, "maxVouchersPerUser": 4, "minDaysBetweenVouchers": 1,
        "isMultipleVouchersPerUserAllowed": true, "doNotResendExistingVoucher": false,
        "anyUser": true, "redemptionPerCouponMaxLimit": 3, "isMultipleUseAllowed": true,
        "sameUserMultipleRedeem": true, "maxRedemptionsInSeriesPerUser": 5,
        "minDaysBetweenRedemption": 2, "redemptionValidFrom": "2027-01-01",
        "redemptionValidAfterDays": 3, "redemptionRange": "{\"dom\" : [1, \"2\"], \"dow\": -1}",
        "minBillAmount": 10.5, "maxBillAmount": 900, "isValidWithDiscountedItem": true,
        "productInfo": [{ "productType": "SKU", "productCodes": ["a", "b"] }],
        "redemptionOrgEntityDetails": [{ "redemptionOrgEntityType": "ZONE", "orgEntityId": 7 }],
        "targetUserDetails": { "validMaxUserTransactionLimit": 2,
            "validUserRegistrationStartTime": 1, "validUserRegistrationEndTime": 2 },
        "mutualExclusiveSeriesIds": "[ 12 ]", "alphaNumeric": false, "randomCodeLength": 12,
        "shortSMSTemplate": "short", "isSMSDisabled": true, "resendMessageEnabled": false,
        "info": "about", "tag": "tagged", "termsAndConditions": "terms",
        "customPropertyMap": { "a": "1" },
    })
}

/// Every field that is only kept, none at its default.
fn carried() -> Value {
    json!({
        "couponPrefix": "007", "isPrefixEnabled": true, "orgPrefixOverride": true,
        "couponSuffix": "-S", "isSuffixEnabled": false, "orgSuffixOverride": false,
        "isTransferrable": true, "campaignName": "12", "campaignId": 3, "priority": 4,
        "dvsItems": "x", "dvsExpiryDate": "2027-02-03", "storeIdsJson": "[1, 2]",
        "redeemAtStore": "[3]", "redeemStoreType": "some", "offlineRedeemType": true,
        "isOldFlowEnabled": true, "isPreRedeemEventRequired": true, "signalRedemptionEvent": true,
        "syncToClient": true, "showPinCode": true, "issueToLoyalty": true, "sourceOrgId": 9,
        "updateProductData": true, "seriesType": "LOYALTY", "isDvsEnabled": true,
        "isValidationRequired": true, "isReferralExistingUsersAllowed": true,
        "maxReferralsPerReferee": 8, "shortCodeLength": 2, "validDaysFromCreation": 31,
    })
}

fn everything() -> Value {
    let mut all = terms();
    all.as_object_mut().unwrap().extend(carried().as_object().unwrap().clone());
    all
}

#[tokio::test]
async fn every_field_comes_back_and_sending_it_back_changes_nothing() {
    let app = TestApp::new().await;
    for (code, zone) in [("ny", "America/New_York"), ("ak", "Pacific/Auckland")] {
        let org = app.brand(zone, zone).await;
        let till = Caller::till_of(&app, org, code).await;
        let made = make(&till, everything()).await;
        let days = ["redemptionValidFrom", "dvsExpiryDate"];
        for (key, value) in everything().as_object().unwrap() {
            if days.contains(&key.as_str()) {
                let day = value.as_str().unwrap();
                assert!(made[key].as_str().unwrap().starts_with(&format!("{day}T00:00:00")));
            } else if value.is_number() {
                assert_eq!(made[key].as_f64(), value.as_f64(), "{key}");
            } else {
                assert_eq!(&made[key], value, "{key}");
            }
        }
        // A day told is the same day when it comes back, on either side of Greenwich.
        let again = change(&till, &made["id"], made.clone()).await.is(200).json();
        assert_eq!(again, made);
        let found = look(&till, &format!("ids={}", made["id"])).await["entity"][0].clone();
        assert_eq!(found["numTotal"], json!(100));
        change(&till, &made["id"], found).await.is(200);
        let changes = "select count(*) from activity where verb = 'changed' and subject_kind = 'coupon_series'";
        assert_eq!(app.number(changes).await, 0);
    }
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_in_the_references_words() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till").await;
    let empty = refusals(till.post(SERIES, json!({})).await);
    let missing: Vec<&str> = empty.iter().map(|(_, message)| message.as_str()).collect();
    assert!(empty.iter().all(|(code, _)| *code == 756) && empty.len() == 9, "{empty:?}");
    assert!(missing.contains(&"description is mandatory"), "{missing:?}");

    let refused = async |fields: Value| refusals(till.post(SERIES, body(fields)).await);
    let one = async |fields: Value| refused(fields).await.remove(0);
    let generic = json!({ "clientHandlingType": "GENERIC" });
    let blank = "generic cannot be empty for series type GENERIC".to_owned();
    assert_eq!(one(generic).await, (754, blank));
    let excluded = json!({ "mutualExclusiveSeriesIds": "none" });
    let bad = "invalid value for mutually exclusive config series".to_owned();
    assert_eq!(one(excluded).await, (756, bad));
    // What has no sentence in the reference names its field.
    let told = refused(json!({ "discountValue": 0, "redemptionPerCouponMaxLimit": 5 })).await;
    assert_eq!(told[0], (629, "discountValue: A discount must be more than zero".to_owned()));
    assert!(told[1].1.starts_with("redemptionPerCouponMaxLimit: "), "{told:?}");
    let wrong = json!({ "maxCreate": [], "isDvsEnabled": 3, "priority": "x", "validTillDate": "31/12/2027",
        "storeIdsJson": "[1", "description": {} });
    let told = refused(wrong).await;
    assert!(told.len() == 6 && told.iter().all(|(code, _)| *code == 629), "{told:?}");
    assert!(told.iter().any(|(_, words)| words.starts_with("validTillDate: ")), "{told:?}");
    assert_eq!(app.number("select count(*) from coupon_series").await, 0);
}

#[tokio::test]
async fn a_change_keeps_what_is_not_sent_and_what_cannot_change() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till").await;
    let made =
        make(&till, json!({ "seriesCode": "MINE", "maxCreate": 5, "termsAndConditions": "ours" }))
            .await;
    assert_eq!(made["seriesCode"].as_str().unwrap().len(), 20, "a code sent is not taken");
    let mandatory = json!({ "discountCode": "D", "discountType": "ABS", "discountValue": "7",
        "anyUser": "true", "smsTemplate": "m", "clientHandlingType": "DISC_CODE",
        "seriesCode": "AUTUMN", "expiryStrategyType": "SERIES_EXPIRY" });
    let with = |key: &str, value: Value| {
        let mut fields = mandatory.clone();
        fields[key] = value;
        fields
    };
    app.set_clock("2026-11-26T10:00:00Z");
    let changed = change(&till, &made["id"], with("description", json!(""))).await.is(200).json();
    for kept in ["description", "maxCreate", "termsAndConditions", "validTillDate", "createdOn"] {
        assert_eq!(changed[kept], made[kept], "{kept}");
    }
    assert_eq!(
        (&changed["seriesCode"], &changed["discountValue"]),
        (&json!("AUTUMN"), &json!(7.0))
    );
    assert_eq!(changed["lastUsed"], json!("2026-11-26T11:00:00+01:00"));
    // A limit of a code goes with null, any other null was not sent.
    let limits = json!({ "isMultipleUseAllowed": true, "redemptionPerCouponMaxLimit": 3 });
    let mut fields = mandatory.clone();
    fields.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
    change(&till, &made["id"], fields).await.is(200);
    let mut fields = with("redemptionPerCouponMaxLimit", Value::Null);
    fields["maxCreate"] = Value::Null;
    let changed = change(&till, &made["id"], fields).await.is(200).json();
    let both = (&changed["redemptionPerCouponMaxLimit"], &changed["maxCreate"]);
    assert_eq!(both, (&json!(-1), &json!(5)));

    let refused =
        async |id: &Value, fields: Value| refusals(change(&till, id, fields).await).remove(0);
    let kind = with("clientHandlingType", json!("GENERIC"));
    assert_eq!(refused(&made["id"], kind).await.0, 629);
    let blank = refused(&made["id"], with("seriesCode", json!(" "))).await;
    assert_eq!(blank, (753, "series code cannot be empty".to_owned()));
    let other = make(&till, json!({})).await;
    let taken = refused(&other["id"], mandatory.clone()).await;
    assert_eq!(taken, (751, "coupon series with same series code is already present".to_owned()));
    for unknown in [json!(999_999), json!("x"), json!(-1)] {
        let path = format!("{SERIES}/{}", unknown.to_string().trim_matches('"'));
        let call = json!({ "CouponSeriesV2": mandatory });
        let told = refusals(till.json(Method::PUT, &path, call).await);
        assert_eq!(told, [(755, "invalid coupon series id".to_owned())]);
    }
}

#[tokio::test]
async fn series_are_found_by_number_in_the_order_asked_and_by_place() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till").await;
    let at = |kind: &str, id: i64| json!({ "redemptionOrgEntityDetails": [{ "redemptionOrgEntityType": kind, "orgEntityId": id }] });
    let anywhere = make(&till, json!({})).await["id"].clone();
    let here = make(&till, at("till", 3)).await["id"].clone();
    let store = make(&till, at("STORE", 41)).await["id"].clone();
    make(&till, json!({ "validTillDate": "2026-11-25" })).await;
    let ids = |found: &Value| -> Vec<Value> {
        found["entity"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    };
    let found = look(&till, &format!("ids={store},77777&ids={here}&ids={store}&ids=x")).await;
    assert_eq!(ids(&found), [store.clone(), here.clone()]);
    let unknown = json!([
        { "status": false, "code": 707, "message": "Coupon Series ID = 77777 is invalid" },
        { "status": false, "code": 707, "message": "Coupon Series ID = x is invalid" },
    ]);
    assert_eq!(found["warnings"], unknown);
    assert!(found.get("success").is_none() && found["entity"][0].get("warnings").is_none());

    let found = look(&till, "orgEntityType=till&orgEntityIds=3&orgEntityIds=4").await;
    assert_eq!(ids(&found), [anywhere.clone(), here]);
    let found = look(&till, "orgEntityType=STORE&orgEntityIds=41").await;
    assert_eq!(ids(&found), [anywhere.clone(), store.clone()]);
    // What its store may redeem, a till may.
    app.sql("update tills set store_code = '41'").await;
    let number = app.number("select id from tills").await;
    let found = look(&till, &format!("orgEntityType=TILL&orgEntityIds={number}")).await;
    assert!(ids(&found).contains(&store) && ids(&found).contains(&anywhere));

    let none = (1000, "Filters not provided".to_owned());
    for query in ["", "ids=", "orgEntityType=TILL", "orgEntityIds=1"] {
        assert_eq!(
            refusals(till.get(&format!("{SERIES}?{query}")).await),
            std::slice::from_ref(&none)
        );
    }
    for query in ["orgEntityType=PLANET&orgEntityIds=1", "orgEntityType=TILL&orgEntityIds=x"] {
        assert_eq!(refusals(till.get(&format!("{SERIES}?{query}")).await)[0].0, 400);
    }
    let many = vec!["1"; 501].join(",");
    assert_eq!(refusals(till.get(&format!("{SERIES}?ids={many}")).await)[0].0, 629);
}

#[tokio::test]
async fn series_need_leave_and_stay_within_the_brand() {
    let app = TestApp::new().await;
    let till = Caller::till(&app, "till").await;
    let made = make(&till, json!({})).await;
    let other = app.brand("Elsewhere", "UTC").await;
    let spy = Caller::till_of(&app, other, "spy").await;
    let found = look(&spy, &format!("ids={}", made["id"])).await;
    assert_eq!((&found["entity"], &found["warnings"][0]["code"]), (&json!([]), &json!(707)));
    let told = refusals(change(&spy, &made["id"], made.clone()).await);
    assert_eq!(told[0].0, 755);

    let group = add_group(&app, "Looks", &[("coupon", "read")]).await;
    app.sql(&format!("update tills set access_group_id = {group} where code = 'till'")).await;
    look(&till, &format!("ids={}", made["id"])).await;
    change(&till, &made["id"], made.clone()).await.is(403);
    till.post(SERIES, body(json!({}))).await.is(403);
    let group = add_group(&app, "Uses", &[("basic_coupon", "write")]).await;
    app.sql(&format!("update tills set access_group_id = {group} where code = 'till'")).await;
    till.get(&format!("{SERIES}?ids={}", made["id"])).await.is(403);
}
