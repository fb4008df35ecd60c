//! A series as answers about coupons tell it: as a look-up of series does, with the reference's second
//! spellings of some fields beside it, and in lists without others (spec/coupons.md 6.9, 6.16).

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::api::{Permit, Trouble};
use crate::coupons::api::series::shape::CouponSeriesAnswer;
use crate::coupons::series::{RedeemLimits, Series, Totals};

/// Told by a look-up of series, and not by lists of coupons.
const NOT_IN_LISTS: &[&str] = &[
    "alphaNumeric",
    "fixedExpiryDate",
    "latestIssualTime",
    "latestRedemptionTime",
    "numTotal",
    "numUploadedNonIssued",
    "numUploadedTotal",
    "ownedBy",
    "ownerId",
    "ownerValidity",
    "productInfo",
    "randomCodeLength",
    "redemptionOrgEntityDetails",
    "shortCodeLength",
];

/// Where a series is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Asked whether a coupon could be redeemed.
    Check,
    /// In a list of coupons.
    List,
}

/// A whole series: the fields a look-up of series tells, and some again in other spellings.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct CouponSeriesShown(Map<String, Value>);

impl CouponSeriesShown {
    /// Of a series with its totals.
    pub fn of(
        series: &Series,
        totals: Totals,
        permit: &Permit,
        shown: Shown,
    ) -> Result<Self, Trouble> {
        let answer = CouponSeriesAnswer::of(series, totals, permit.org(), permit.zone());
        let Ok(Value::Object(mut map)) = serde_json::to_value(&answer) else {
            return Err(Trouble::broken(500));
        };
        let day = |key: &str| map.get(key).and_then(Value::as_str).and_then(|text| text.get(..10));
        let days = [
            ("validTilldateFormat", day("validTillDate")),
            ("redemptionValidFromFormat", day("redemptionValidFrom")),
            ("dvsExpiryDateFormat", day("dvsExpiryDate")),
        ];
        let days = days.map(|(key, day)| (key, json!(day)));
        map.extend(days.map(|(key, day)| (key.to_owned(), day)));
        if shown == Shown::Check {
            map.insert("validTillISODate".to_owned(), json!(series.valid_till));
        } else {
            map.retain(|key, _| !NOT_IN_LISTS.contains(&key.as_str()));
        }
        map.insert("isUpdateProductData".to_owned(), json!(false));
        map.insert("brands".to_owned(), products(series, "BRAND"));
        map.insert("products".to_owned(), products(series, "SKU"));
        map.insert("categories".to_owned(), products(series, "CATEGORY"));
        map.insert("validRedemptionOrgEntityDetails".to_owned(), places(&series.redeem));
        map.insert("entityLevelRedemptionConfigsValues".to_owned(), json!([]));
        Ok(CouponSeriesShown(map))
    }
}

/// The numbers of products of a kind the series is for.
fn products(series: &Series, kind: &str) -> Value {
    let groups = series.products.as_array().into_iter().flatten();
    let of_kind = groups.filter(|group| group["productType"] == kind);
    let ids = of_kind.filter_map(|group| group["productIds"].as_array()).flatten().cloned();
    Value::Array(ids.collect())
}

/// Where the series can be redeemed, by the kind of place.
fn places(terms: &RedeemLimits) -> Value {
    let of = |kind: &str| -> Vec<i64> {
        terms.places.iter().filter(|place| place.kind == kind).map(|place| place.id).collect()
    };
    json!({ "concepts": of("CONCEPT"), "zones": of("ZONE"), "stores": of("STORE"), "tills": of("TILL") })
}
