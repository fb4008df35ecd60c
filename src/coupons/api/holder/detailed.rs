//! A customer's coupons in full.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Permit, Trouble};
use crate::base::ids::{CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::api::answers::CouponStatusCode;
use crate::coupons::api::holder::uses::{CouponUse, CouponUseReversed, Told};
use crate::coupons::api::outcome::CouponOutcome;
use crate::coupons::api::series_shown::{CouponSeriesShown, Shown};
use crate::coupons::api::times::Local;
use crate::coupons::holdings::Holding;
use crate::coupons::kinds::DiscountKind;
use crate::coupons::left;
use crate::coupons::series::{Series, Totals};

/// What a number says where there is none.
const NOBODY: i64 = -1;

/// A coupon in full.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponInFull {
    id: CouponId,
    series_id: SeriesId,
    series: CouponSeriesShown,
    code: String,
    description: String,
    created_date: Local,
    /// When it ends, to the second.
    valid_till: Local,
    is_redeemed: bool,
    issued_to: Option<CustomerId>,
    /// The number of the till, client or member of staff; −1 where there is none.
    issued_by: i64,
    org_id: OrgId,
    /// Zero.
    ref_id: i64,
    /// Where; null where it was at no till.
    issued_at: Option<CouponOrgEntity>,
    /// Always the same, as the reference has it.
    status: CouponOutcome,
    /// `ABS` or `PERC`.
    coupon_discount_type: &'static str,
    issued_on: Local,
    /// From when on it may be redeemed.
    active_from: Local,
    /// −1: without limit.
    redemptions_left: i64,
    /// Always the same, as the reference has it.
    coupon_status: CouponOutcome,
    redemption_info: Vec<CouponUse>,
    reversed_redemption_info: Vec<CouponUseReversed>,
    /// Whether the discount is an amount, not a percentage.
    discount_type: bool,
    discount_value: f64,
    discount_value_as_double: f64,
    discount_upto: f64,
    trimmed_code: String,
    redeemed: bool,
    series_name: String,
}

/// A till, as the reference tells any part of an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponOrgEntity {
    id: i64,
    code: String,
    description: String,
    name: String,
    /// `TILL`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// `GENERAL`.
    admin_type: &'static str,
    /// `false`.
    is_org_unit: bool,
}

/// A series as the list tells it.
pub fn series(
    series: &Series,
    totals: Totals,
    permit: &Permit,
) -> Result<CouponSeriesShown, Trouble> {
    CouponSeriesShown::of(series, totals, permit, Shown::List)
}

impl CouponInFull {
    /// Of a holding, with its series as it is told.
    pub fn of(holding: &Holding, shown: CouponSeriesShown, told: &Told, permit: &Permit) -> Self {
        let (coupon, series, zone) = (&holding.coupon, &holding.series, told.zone);
        let issue = coupon.issue.as_ref();
        let issued = issue.map_or(coupon.created_on, |issue| issue.on);
        let (code, redeemed) = (told.case.show(&coupon.code), coupon.redeemed > 0);
        CouponInFull {
            id: coupon.id,
            series_id: series.id,
            series: shown,
            trimmed_code: code.trim().to_owned(),
            code,
            description: series.description.clone(),
            created_date: Local::at(issued, zone),
            valid_till: Local::at(holding.standing.end.shown, zone),
            is_redeemed: redeemed,
            issued_to: coupon.holder(),
            issued_by: issue.and_then(|issue| issue.by).unwrap_or(NOBODY),
            org_id: permit.org(),
            ref_id: 0,
            issued_at: issue.and_then(|issue| issue.till).and_then(|till| entity(till, told)),
            status: CouponStatusCode::well(700, "Coupon Resent").into(),
            coupon_discount_type: series.discount.kind.wire(),
            issued_on: Local::at(issued, zone),
            active_from: Local::at(holding.starts(zone).unwrap_or(issued), zone),
            redemptions_left: left::wire(holding.standing.left),
            coupon_status: CouponStatusCode::well(200, "Success").into(),
            redemption_info: told.uses(coupon.id),
            reversed_redemption_info: told.reversed(coupon.id),
            discount_type: series.discount.kind == DiscountKind::Amount,
            discount_value: series.discount.value,
            discount_value_as_double: series.discount.value,
            discount_upto: series.discount.upto,
            redeemed,
            series_name: series.description.clone(),
        }
    }
}

fn entity(till: i64, told: &Told) -> Option<CouponOrgEntity> {
    let place = told.place(Some(till))?;
    Some(CouponOrgEntity {
        id: till,
        code: place.code,
        description: place.name.clone(),
        name: place.name,
        kind: "TILL",
        admin_type: "GENERAL",
        is_org_unit: false,
    })
}
