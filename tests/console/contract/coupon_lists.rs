//! Coupons looked up, and those of a customer: spec/coupons.md 6.14–6.16.

use guerdon::coupons::Draft;
use serde_json::{Value, json};

use super::coupon_house::{House, discount};
use super::{Comparison, Pair, names, pair};

const AREAS: &[&str] =
    &["coupons-get-details", "coupons-customer-coupons", "coupons-customer-coupons-detailed"];

#[tokio::test]
async fn every_documented_pair_of_lists_holds() {
    for area in AREAS {
        for name in names(area) {
            replay(pair(&name).unwrap()).await;
        }
    }
}

async fn replay(pair: Pair) {
    match pair.name.as_str() {
        "coupons-get-details-01" => of_two(pair).await,
        "coupons-get-details-02" => of_one(pair).await,
        "coupons-customer-coupons-01" => four(pair).await,
        "coupons-customer-coupons-02" => seven(pair).await,
        "coupons-customer-coupons-03" => taken_back(pair).await,
        "coupons-customer-coupons-detailed-01" => one_of_india(pair).await,
        "coupons-customer-coupons-detailed-02" => first_and_last(pair).await,
        other => panic!("{other} has no replay"),
    }
}

async fn of_two(pair: Pair) {
    let on = "2021-05-01T09:00:00Z";
    let house = House::at(on).await;
    let (tom, huck) = (126_080_386, 108_573_800);
    house.customer(tom, ("Tom", ""), &[]).await;
    house.customer(huck, ("Huck", ""), &[]).await;
    let marvel = discount("ABS", 100, 0, "NO_VALUE")
        .with("description", "Test Marvel")
        .with("validTillDate", "2021-05-31");
    house.series(84_093, marvel).await;
    let welcome = discount("PERC", 15, 0, "NO_VALUE")
        .with("description", "Welcome ")
        .with("validTillDate", "2119-09-09");
    house.series(12_646, welcome).await;
    for (number, code, holder) in
        [(1, "1R7IOF17", tom), (2, "RNPQCPXI", huck), (3, "Z0452RAQ", tom), (4, "L6O2E1Q7", tom)]
    {
        house.coupon(number, 84_093, holder, code, on).await;
    }
    house.coupon(5, 12_646, huck, "HZXK4CFS", on).await;
    let trimmed = "a name's spaces around are dropped";
    house
        .replay(&pair)
        .await
        .except("data[].description", trimmed)
        .except("data[].detailedInfo", trimmed)
        .holds();
}

/// The expired seventh coupon is absent.
async fn of_one(pair: Pair) {
    let on = "2024-10-10T09:00:00Z";
    let house = House::at(on).await;
    house.customer(345_635_529, ("autofn", ""), &[]).await;
    let draft = discount("ABS", 10, 0, "NO_VALUE").with("description", "test-lekhana-2");
    house.series(68_579, draft.clone().with("validTillDate", "2024-10-31")).await;
    house.series(68_580, draft.with("validTillDate", "2024-10-09")).await;
    house.coupon(1, 68_580, 345_635_529, "W2JJUD9YRGUAPRDUR52O", on).await;
    for (number, row) in (2..).zip(pair.response["data"].as_array().unwrap()) {
        let code = row["code"].as_str().unwrap().to_uppercase();
        house.coupon(number, 68_579, 345_635_529, &code, on).await;
    }
    house.replay(&pair).await.holds();
}

const TILL: &str = "the till that calls is this test's";
const LATER: &str = "older samples lack it";

/// Four of the customer's coupons, and of each no more than two redemptions.
async fn four(pair: Pair) {
    let house = House::at("2025-08-20T09:00:00Z").await;
    house.till_is("DocStore").await;
    let tom = 565_039_504;
    let known = [("email", "tom.sawyer@gmail.com"), ("mobile", "919400488244")];
    house.customer(tom, ("Tom", "Sawyer"), &known).await;
    let often = |draft: Draft| {
        draft
            .with("anyUser", true)
            .with("isMultipleUseAllowed", true)
            .with("sameUserMultipleRedeem", true)
    };
    let doc = |kind, value, name: &str, end: &str| {
        discount(kind, value, 0, "X").with("description", name).with("validTillDate", end)
    };
    house.series(840_067, doc("ABS", 500, "doc_coupon01", "2026-06-11")).await;
    house.series(836_844, doc("ABS", 500, "doc_coupon01", "2026-06-11")).await;
    let limited = often(doc("PERC", 100, "doc_test_coupon", "2025-07-17"))
        .with("redemptionPerCouponMaxLimit", 7);
    house.series(816_002, limited).await;
    house.series(686_692, often(doc("ABS", 200, "50% Off Holi Coupon", "2025-06-11"))).await;
    for row in pair.response["entity"]["customers"][0]["coupons"].as_array().unwrap() {
        let number = |value: &Value| value.as_i64().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (code, on) = (text(&row["code"]), text(&row["createdDate"]));
        house.coupon(number(&row["id"]), number(&row["seriesId"]), tom, &code, &on).await;
        for one in row["redemptions"].as_array().unwrap() {
            let (on, bill) = (text(&one["date"]), text(&one["transactionNumber"]));
            house.used(number(&one["id"]), number(&row["id"]), &on, &bill).await;
        }
    }
    house
        .replay(&pair)
        .await
        .except("entity.pagination.total", "the sample shows four of its coupons")
        .except("entity.customers[].coupons[].redemptionCount", "it counts redemptions it cut")
        .except("entity.customers[].coupons[].issuedAt.code", TILL)
        .except("entity.customers[].coupons[].redemptions[].redeemedAt.code", TILL)
        .holds();
}

/// The answer is of another call than the query: without limit and offset.
async fn seven(mut pair: Pair) {
    let house = House::at("2024-10-12T09:00:00Z").await;
    house.till_is("MarvelAuto_Store").await;
    let tom = 345_635_529;
    let known = [
        ("email", "tomswayer@gmail.com"),
        ("mobile", "917003222195"),
        ("externalId", "ext_id917003222195"),
    ];
    house.customer(tom, ("autofn_917003222195", "autoln_917003222195"), &known).await;
    let named = |name: &str, end: &str| {
        discount("ABS", 10, 0, "NO_VALUE").with("description", name).with("validTillDate", end)
    };
    let properties = json!({ "standard_image_1": "", "standard_image_2": "", "standard_image_3": "",
        "standard_description": "DescriptionCustom",
        "standard_terms_and_conditions": "Terms and conditionscustom",
        "test-xyz": "test-xyz custom" });
    house.series(68_579, named("test-lekhana-2", "2024-10-31")).await;
    let old = named("test-lekhana", "2024-10-09").with("customPropertyMap", &properties);
    house.series(68_377, old).await;
    for row in pair.response["entity"]["customers"][0]["coupons"].as_array().unwrap() {
        let (id, series) = (row["id"].as_i64().unwrap(), row["seriesId"].as_i64().unwrap());
        let (code, on) = (row["code"].as_str().unwrap(), row["createdDate"].as_str().unwrap());
        house.coupon(id, series, tom, &code.to_uppercase(), on).await;
    }
    // Of one second, the sample shows the lowest number first; here the highest comes first, as times do.
    let rows = pair.response["entity"]["customers"][0]["coupons"].as_array_mut().unwrap();
    rows.sort_by_key(|row| (row["createdDate"].to_string(), row["id"].as_i64()));
    rows.reverse();
    pair.path = pair.path.replace("limit=20", "").replace("offset=5", "");
    house
        .replay(&pair)
        .await
        .in_any_order("customProperty", "properties have no order")
        .except("entity.customers[].coupons[].validTillDateTime", LATER)
        .except("entity.customers[].coupons[].issuedAt.code", TILL)
        .holds();
}

/// A draft of 2023: a redemption that was taken back stands among the living ones, too.
async fn taken_back(pair: Pair) {
    let on = "2021-09-25T16:28:11+05:30";
    let house = House::in_india("2022-03-10T09:18:09Z").await;
    house.till_is("webstore1").await;
    let tom = 401_031_250;
    house.customer(tom, ("Tom", "Sawyer"), &[("mobile", "918860000001")]).await;
    let draft = discount("ABS", 1000, 0, "X")
        .with("description", "NewCouponForAll")
        .with("validTillDate", "2029-09-01");
    house.series(363_653, draft).await;
    house.coupon(399_000_028, 363_653, tom, "KNRYHMRW", on).await;
    house.stage.app.sql("update coupons set transaction_number = '2147877652'").await;
    house.redeem(tom, "KNRYHMRW", "1646903888000").await;
    let id = house.stage.app.number("select max(id) from coupon_redemptions").await;
    let back = json!({ "redemptionIds": [id] });
    house.stage.till.post("/v2/coupon/reactivate", back).await.is(200);
    let later = "the samples of today name the list and tell more of each";
    let (_, ours) = house.stage.send(&pair, &[]).await;
    let mut row = ours["entity"]["customers"][0]["coupons"][0]["reversedRedemptions"][0].clone();
    row.as_object_mut().unwrap().remove("id");
    let at = "2022-03-10T14:48:09+05:30";
    let told = json!({ "date": at, "transactionNumber": "1646903888000",
        "redeemedAt": { "code": "store.server", "name": "webstore1" },
        "isReversed": true, "reversedOn": at });
    assert_eq!(row, told);
    house
        .replay(&pair)
        .await
        .except("entity.customers[].coupons[].redemptions", "a draft of the reference")
        .except("entity.customers[].coupons[].reversedRedemptionInfo", later)
        .except("entity.customers[].coupons[].reversedRedemptions", later)
        .except("entity.customers[].coupons[].validTillDateTime", LATER)
        .except("entity.customers[].coupons[].issuedAt.code", TILL)
        .holds();
}

/// What of a series differs in every sample of the detailed list.
fn but_for_the_series(comparison: Comparison) -> Comparison {
    let here = "who and when are this test's";
    let newer = "fields of newer series";
    comparison
        .except("entity[].series.seriesCode", "drawn by us")
        .except("entity[].series.createdOn", here)
        .except("entity[].series.lastUsed", here)
        .except("entity[].series.externalIssual", newer)
        .except("entity[].series.redemptionPerCouponMaxLimit", newer)
        .except("entity[].series.redemptionValidAfterDays", newer)
        .except("entity[].series.resendMessageEnabled", newer)
        .except("entity[].issuedBy", TILL)
        .except("entity[].issuedAt", "tills are told, which have numbers here")
}

fn as_made_then() -> Draft {
    discount("ABS", 10, 0, "NO_VALUE")
        .with("termsAndConditions", "T&C apply")
        .with("signalRedemptionEvent", true)
        .with("dvsItems", "false")
}

async fn one_of_india(pair: Pair) {
    let house = House::in_india("2019-10-31T11:45:02Z").await;
    let tom = 343_040_815;
    house.customer(tom, ("Tom", "Sawyer"), &[]).await;
    let sms = "{{full_name}} Your Coupon code {{voucher}} Expires on {{valid_days_from_create}} {{optout}}";
    let draft = as_made_then()
        .with("description", "Mobile Push offer 1")
        .with("discountCode", "MobilePush")
        .with("discountType", "PERC")
        .with("validTillDate", "2118-09-10")
        .with("expiryStrategyType", "DAYS")
        .with("expiryStrategyValue", 200)
        .with("maxCreate", 1000)
        .with("smsTemplate", sms)
        .with("seriesType", "LOYALTY")
        .with("dvsExpiryDate", "2019-11-30");
    house.series(14_162, draft).await;
    house.coupon(33_267_197, 14_162, tom, "ER07BCJ8", "2019-10-31T17:15:02+05:30").await;
    house.ends(33_267_197, "2020-05-18T23:59:59+05:30").await;
    house.counted(14_162, 78, 6).await;
    but_for_the_series(house.replay(&pair).await)
        .except("entity[].series.validTillDate", "a series ends with a day")
        .except("entity[].series.entityLevelRedemptionConfigsValues", LATER)
        .except(
            "entity[].series.redemptionValidFrom",
            "the first day of 1970, not its first instant",
        )
        .except("entity[].redemptionsLeft", "the reference's reckoning is not known")
        .except("entity[].activeFrom", "the day of issue in this older sample")
        .except("entity[].reversedRedemptionInfo", LATER)
        .except("entity[].discountValueAsDouble", LATER)
        .holds();
}

/// The first and the last of seven; the last one had ended.
async fn first_and_last(pair: Pair) {
    let house = House::at("2024-10-12T09:00:00Z").await;
    let tom = 345_635_529;
    house.customer(tom, ("Tom", "Sawyer"), &[]).await;
    for (row, end) in
        pair.response["entity"].as_array().unwrap().iter().zip(["2024-10-31", "2024-10-09"])
    {
        let (id, series) = (row["id"].as_i64().unwrap(), row["seriesId"].as_i64().unwrap());
        let told = &row["series"];
        let text = |key: &str| told[key].as_str().unwrap();
        let draft = as_made_then()
            .with("description", text("description"))
            .with("discountCode", text("discountCode"))
            .with("smsTemplate", text("smsTemplate"))
            .with("validTillDate", end)
            .with("info", text("info"))
            .with("dvsExpiryDate", text("dvsExpiryDateFormat"));
        house.series(series, draft).await;
        let count = |key: &str| told[key].as_i64().unwrap();
        house.counted(series, count("numIssued"), count("numRedeemed")).await;
        let (code, on) = (row["code"].as_str().unwrap(), row["createdDate"].as_str().unwrap());
        house.coupon(id, series, tom, &code.to_uppercase(), on).await;
    }
    but_for_the_series(house.replay(&pair).await)
        .except("entity[].series.metadata", "one sample has it, the reference's table does not")
        .holds();
}
