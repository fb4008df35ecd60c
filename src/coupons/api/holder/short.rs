//! A customer's coupons in short.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::Permit;
use crate::base::app::Reading;
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::coupons::api::answers::CouponPlace;
use crate::coupons::api::holder::uses::{CouponUse, CouponUseReversed, Told};
use crate::coupons::api::times::{DayStart, Local};
use crate::coupons::holdings::Holding;
use crate::coupons::left;
use crate::customers::{self, IdentifierKind, Profile};

/// A customer and a page of their coupons.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomersCoupons {
    pagination: CustomersCouponsPage,
    /// One: the customer asked about.
    customers: [CustomerWithCoupons; 1],
}

/// Which page.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomersCouponsPage {
    /// How many at most, as text.
    #[schema(example = "100")]
    limit: String,
    /// Behind how many, as text.
    #[schema(example = "0")]
    offset: String,
    /// How many coupons match.
    total: i64,
}

/// A customer with their coupons.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerWithCoupons {
    #[serde(flatten)]
    customer: CouponHolder,
    coupons: Vec<CouponInShort>,
}

/// A customer in the fewest words. What they are not known by is left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponHolder {
    firstname: String,
    lastname: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<String>,
    id: CustomerId,
    #[serde(rename = "externalId", skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
}

/// A coupon in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponInShort {
    code: String,
    series_id: SeriesId,
    description: String,
    /// The day it ends.
    valid_till: DayStart,
    /// `ABS` or `PERC`.
    discount_type: &'static str,
    discount_value: f64,
    discount_upto: f64,
    /// Redemptions that were not taken back.
    redemption_count: i32,
    /// −1: without limit.
    redemptions_left: i64,
    id: CouponId,
    created_date: Local,
    /// Of the bill it was issued with; `0` where there was none.
    transaction_number: String,
    /// Where it was issued; null where that was at no till.
    issued_at: Option<CouponPlace>,
    /// The series' custom properties; left out where it has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    custom_property: Vec<CouponProperty>,
    redemptions: Vec<CouponUse>,
    reversed_redemptions: Vec<CouponUseReversed>,
    /// When it ends, to the second.
    valid_till_date_time: Local,
}

/// A custom property.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponProperty {
    name: String,
    value: String,
}

/// The numbers of a page.
#[derive(Debug, Clone, Copy)]
pub struct Sides {
    /// How many at most.
    pub limit: i64,
    /// Behind how many.
    pub offset: i64,
    /// How many match.
    pub total: i64,
}

/// A customer in the fewest words; `None` where they have gone since they were found.
pub async fn customer(
    db: &mut Reading,
    permit: &Permit,
    id: CustomerId,
) -> sqlx::Result<Option<CouponHolder>> {
    let Some(customer) = customers::find(db, permit.org(), id).await? else { return Ok(None) };
    let known = |profile: &Profile, kind| profile.identifier(kind).map(|known| known.value.clone());
    let profile = customer.profile;
    Ok(Some(CouponHolder {
        email: known(&profile, IdentifierKind::Email),
        mobile: known(&profile, IdentifierKind::Mobile),
        external_id: known(&profile, IdentifierKind::ExternalId),
        firstname: profile.first_name,
        lastname: profile.last_name,
        id,
    }))
}

impl CustomersCoupons {
    /// Of a customer and a page.
    pub fn of(customer: CouponHolder, page: &[Holding], told: &Told, sides: Sides) -> Self {
        let coupons = page.iter().map(|holding| CouponInShort::of(holding, told)).collect();
        CustomersCoupons {
            pagination: CustomersCouponsPage {
                limit: sides.limit.to_string(),
                offset: sides.offset.to_string(),
                total: sides.total,
            },
            customers: [CustomerWithCoupons { customer, coupons }],
        }
    }
}

impl CouponInShort {
    fn of(holding: &Holding, told: &Told) -> Self {
        let (coupon, series, zone) = (&holding.coupon, &holding.series, told.zone);
        let issue = coupon.issue.as_ref();
        let end = holding.standing.end.shown;
        CouponInShort {
            code: told.case.show(&coupon.code),
            series_id: series.id,
            description: series.description.clone(),
            valid_till: DayStart::at(end, zone),
            discount_type: series.discount.kind.wire(),
            discount_value: series.discount.value,
            discount_upto: series.discount.upto,
            redemption_count: coupon.redeemed,
            redemptions_left: left::wire(holding.standing.left),
            id: coupon.id,
            created_date: Local::at(issue.map_or(coupon.created_on, |issue| issue.on), zone),
            transaction_number: coupon.transaction_number.clone().unwrap_or("0".to_owned()),
            issued_at: told.place(issue.and_then(|issue| issue.till)),
            custom_property: properties(holding),
            redemptions: told.uses(coupon.id),
            reversed_redemptions: told.reversed(coupon.id),
            valid_till_date_time: Local::at(end, zone),
        }
    }
}

fn properties(holding: &Holding) -> Vec<CouponProperty> {
    let all = holding.series.words.properties.iter().flatten();
    let told = all.map(|(name, value)| CouponProperty {
        name: name.clone(),
        value: value.as_str().map_or_else(|| plain(value), str::to_owned),
    });
    told.collect()
}

fn plain(value: &Value) -> String {
    if value.is_null() { String::new() } else { value.to_string() }
}
