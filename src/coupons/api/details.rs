//! Coupons looked up by number, by code or by holder (spec/coupons.md 6.14).
//!
//! Known quirk: by a common code alone its first thousand holders' coupons are told.

use std::collections::{BTreeMap, HashMap, HashSet};

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Caller, Fault, Permit, Query, Resource, Result, Trouble};
use crate::base::app::{App, Reading};
use crate::base::ids::{CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::api::answers::CouponStatusCode;
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::times::DayStart;
use crate::coupons::api::{CouponCodes, Read};
use crate::coupons::refusal;
use crate::coupons::series::Series;
use crate::coupons::{self, Coupon, code_key, expiry};
use crate::customers::{self, Hold};

/// The most values of one filter.
const MOST: usize = 1000;

/// The most coupons of one holder, or of one common code, that are told.
const MOST_OF_ONE: i64 = 1000;

/// Coupons found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CouponsFound {
    /// In the order of their numbers.
    data: Vec<CouponFound>,
    /// None.
    #[schema(value_type = Vec<CouponStatusCode>)]
    warnings: [(); 0],
    /// A number or code that leads to nothing (780), a holder who is nobody (701).
    errors: Vec<CouponStatusCode>,
}

/// A coupon found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CouponFound {
    code: String,
    series_id: SeriesId,
    description: String,
    discount_code: String,
    /// The day it ends.
    valid_till: DayStart,
    /// `ABS` or `PERC`.
    discount_type: &'static str,
    discount_value: f64,
    discount_upto: f64,
    discount_on: String,
    detailed_info: String,
}

/// What programs may look up.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(find_coupons))
}

/// Look coupons up
///
/// By number, by code in any letter case, or by holder; several kinds of filters narrow each other. By
/// holder alone only coupons that have not ended. Revoked ones are never told.
#[utoipa::path(
    get,
    path = "/v2/coupon",
    operation_id = "findCoupons",
    tag = "Coupons",
    params(
        ("issuedToIds" = Option<String>, Query, description = "Numbers of customers, repeated or with commas.", example = "126080386,108573800"),
        ("couponIds" = Option<String>, Query, description = "Numbers of coupons, repeated or with commas."),
        ("couponCodes" = Option<String>, Query, description = "Codes, repeated or with commas."),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER (where absent), LOWER or AS_IT_IS.", example = "LOWER"),
    ),
    responses((status = 200, description = "What was found.", body = CouponsFound))
)]
async fn find_coupons(State(app): State<App>, caller: Caller, query: Query) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let (case, filter) = (LetterCase::of(&query)?, Filter::of(&query)?);
    let mut db = app.read(permit.org()).await?;
    let holders = holders(&mut db, permit.org(), &filter).await?;
    let mut coupons = candidates(&mut db, permit.org(), &filter, holders.as_ref()).await?;
    coupons.retain(|_, coupon| filter.holds(coupon, holders.as_ref()));
    let ids: Vec<SeriesId> = coupons.values().map(|coupon| coupon.series).collect();
    let series = coupons::load(&mut *db, permit.org(), &ids).await?;
    let series: HashMap<SeriesId, Series> = series.into_iter().map(|one| (one.id, one)).collect();
    let now = app.clock.now();
    let living = |coupon: &&Coupon| {
        let ended = |series| expiry::of_coupon(coupon, series, permit.zone()).passed(now);
        series.get(&coupon.series).is_some_and(|series| !filter.holders_alone() || !ended(series))
    };
    let coupons: Vec<&Coupon> = coupons.values().filter(living).collect();
    let told = |coupon: &&Coupon| {
        let series = series.get(&coupon.series)?;
        Some(CouponFound::of(coupon, series, case, &permit))
    };
    let answer = CouponsFound {
        data: coupons.iter().filter_map(told).collect(),
        warnings: [],
        errors: filter.missing(&coupons, holders.as_ref()),
    };
    Ok(Json(answer).into_response())
}

/// What is asked for. Texts that are no numbers lead to nothing.
#[derive(Debug, Default)]
struct Filter {
    holders: Vec<String>,
    ids: Vec<String>,
    codes: Vec<String>,
}

/// Holders asked for, as they were named: who each of them is.
type Holders = HashMap<String, CustomerId>;

impl Filter {
    fn of(query: &Query) -> std::result::Result<Self, Trouble> {
        let list = |name: &str| -> Vec<String> {
            let mut seen = HashSet::new();
            let values = query.list(name).into_iter().filter(|value| seen.insert(code_key(value)));
            values.map(str::to_owned).collect()
        };
        let filter = Filter {
            holders: list("issuedtoids"),
            ids: list("couponids"),
            codes: list("couponcodes"),
        };
        let sizes = [filter.holders.len(), filter.ids.len(), filter.codes.len()];
        if sizes.iter().all(|size| *size == 0) {
            return Err(Trouble::bad(Fault::new(1000, "Filters not provided")));
        }
        if sizes.iter().any(|size| *size > MOST) {
            return Err(Trouble::bad(Fault::new(1060, "Batch limit size exceeded")));
        }
        Ok(filter)
    }

    fn holders_alone(&self) -> bool {
        self.ids.is_empty() && self.codes.is_empty()
    }

    fn holds(&self, coupon: &Coupon, holders: Option<&Holders>) -> bool {
        let id = coupon.id.to_string();
        let key = code_key(&coupon.code);
        let by = |values: &[String], is: &dyn Fn(&str) -> bool| {
            values.is_empty() || values.iter().any(|value| is(value))
        };
        let holder = coupon.holder();
        coupon.revoked.is_none()
            && by(&self.ids, &|asked| asked == id)
            && by(&self.codes, &|asked| code_key(asked) == key)
            && holders.is_none_or(|all| all.values().any(|one| holder == Some(*one)))
    }

    /// What was asked for and leads to nothing.
    fn missing(&self, found: &[&Coupon], holders: Option<&Holders>) -> Vec<CouponStatusCode> {
        let absent = |code, message| CouponStatusCode { status: false, code, message };
        let unknown = self
            .holders
            .iter()
            .filter(|name| holders.is_some_and(|holders| !holders.contains_key(*name)));
        let nobody = || {
            let word = "customer_unknown";
            absent(refusal::vendor_code(word), refusal::sentence(word).into_owned())
        };
        let ids: HashSet<String> = found.iter().map(|coupon| coupon.id.to_string()).collect();
        let keys: HashSet<String> = found.iter().map(|coupon| code_key(&coupon.code)).collect();
        let ids = self.ids.iter().filter(|id| !ids.contains(*id));
        let codes = self.codes.iter().filter(|code| !keys.contains(&code_key(code)));
        let not_found = |name| absent(780, format!("Coupon not found Identifier: {name}"));
        unknown.map(|_| nobody()).chain(ids.chain(codes).map(not_found)).collect()
    }
}

/// Who the holders asked for are, merged ones their survivors; none where nobody was asked for.
async fn holders(db: &mut Reading, org: OrgId, filter: &Filter) -> Read<Option<Holders>> {
    if filter.holders.is_empty() {
        return Ok(None);
    }
    let numbers = filter.holders.iter().filter_map(|name| Some((name, name.parse().ok()?)));
    let numbers: Vec<(&String, CustomerId)> = numbers.collect();
    let ids: Vec<CustomerId> = numbers.iter().map(|(_, id)| *id).collect();
    let people = customers::people(db, org, &ids, Hold::Not).await?;
    let known =
        numbers.into_iter().filter_map(|(name, id)| Some((name.clone(), people.get(&id)?.id)));
    Ok(Some(known.collect()))
}

/// Everything that may be meant, by number.
async fn candidates(
    db: &mut Reading,
    org: OrgId,
    filter: &Filter,
    holders: Option<&Holders>,
) -> Read<BTreeMap<CouponId, Coupon>> {
    let mut found = Vec::new();
    if !filter.ids.is_empty() {
        let ids = filter.ids.iter().filter_map(|id| id.parse().ok());
        let ids: Vec<CouponId> = ids.collect();
        found.extend(coupons::load_coupons(&mut **db, org, &ids).await?);
    }
    if !filter.codes.is_empty() {
        let keys: Vec<String> = filter.codes.iter().map(|code| code_key(code)).collect();
        found.extend(coupons::by_codes(&mut **db, org, &keys).await?);
        let common = coupons::generic_series(&mut **db, org, &keys).await?;
        let common: Vec<SeriesId> = common.into_iter().map(|(id, _)| id).collect();
        found.extend(copies(db, org, &common, holders).await?);
    }
    if filter.holders_alone() {
        for holder in holders.into_iter().flat_map(HashMap::values) {
            found.extend(coupons::of_customer(&mut **db, org, *holder, None, MOST_OF_ONE).await?);
        }
    }
    Ok(found.into_iter().map(|coupon| (coupon.id, coupon)).collect())
}

/// Copies of common codes: those of the holders asked for, or the first of all.
async fn copies(
    db: &mut Reading,
    org: OrgId,
    series: &[SeriesId],
    holders: Option<&Holders>,
) -> Read<Vec<Coupon>> {
    let mut found = Vec::new();
    if series.is_empty() {
        return Ok(found);
    }
    match holders {
        Some(holders) => {
            for holder in holders.values() {
                found.extend(coupons::copies_of(&mut **db, org, series, *holder).await?);
            }
        }
        None => {
            for one in series {
                let page =
                    coupons::holders_of_generic(&mut **db, org, *one, None, MOST_OF_ONE).await?;
                found.extend(page);
            }
        }
    }
    Ok(found)
}

impl CouponFound {
    fn of(coupon: &Coupon, series: &Series, case: LetterCase, permit: &Permit) -> Self {
        let (zone, discount) = (permit.zone(), &series.discount);
        CouponFound {
            code: case.show(&coupon.code),
            series_id: series.id,
            description: series.description.clone(),
            discount_code: discount.code.clone(),
            valid_till: DayStart::at(expiry::of_coupon(coupon, series, zone).shown, zone),
            discount_type: discount.kind.wire(),
            discount_value: discount.value,
            discount_upto: discount.upto,
            discount_on: discount.on.clone(),
            detailed_info: series.words.info.clone(),
        }
    }
}
