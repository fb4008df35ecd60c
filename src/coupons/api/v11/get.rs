//! `coupon/get`: coupons by code or number, with their latest redemption.

use std::collections::HashMap;

use axum::extract::State;
use chrono::Days;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::stub::V11CustomerStub;
use crate::api::v11::{self, Answer, ItemStatus, Style, Verdict, local};
use crate::api::{Caller, Fault, Query, Resource, Result, Trouble};
use crate::base::app::{App, Reading};
use crate::base::calendar::{day_of, start_of_day};
use crate::base::ids::{CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::api::answers::CouponPlace;
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::{CouponCodes, Read};
use crate::coupons::kinds::DiscountKind;
use crate::coupons::refusal::{sentence, vendor_code};
use crate::coupons::series::code_key;
use crate::coupons::store::{self, holders};
use crate::coupons::{Coupon, Redemption, Series, expiry};
use crate::customers::{self, Hold, Person, full_name};

/// The most codes and numbers of one call, and the most copies of a common code.
const MOST: usize = 100;

/// The coupons asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Coupons {
    coupons: V11CouponList,
}

/// Coupons; a list even of one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11CouponList {
    coupon: Vec<V11Coupon>,
}

/// A coupon, or a code nobody has.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Coupon {
    /// The coupon's number, as text; -1 where there is none.
    id: Value,
    code: String,
    #[serde(flatten)]
    known: Option<V11CouponKnown>,
    /// Whether the discount is an amount.
    is_absolute: bool,
    /// How much is taken off.
    value: Option<f64>,
    /// At most so much.
    discount_upto: Option<f64>,
    /// Always `NULL`.
    pincode: &'static str,
    item_status: ItemStatus,
}

/// What is told of a coupon that is there.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11CouponKnown {
    /// Its last day.
    #[schema(example = "09-05-2026")]
    valid_till: String,
    /// When it was issued, in the brand's zone.
    issued_on: String,
    /// From when on it can be redeemed.
    valid_from: String,
    purpose: &'static str,
    custom_properties: V11Properties,
    series_id: SeriesId,
    customer: V11Holder,
    /// The latest redemption that was not taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    redemption_info: Option<V11RedemptionInfo>,
    /// Where it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_store: Option<CouponPlace>,
}

/// The brand's own properties of a series.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Properties {
    custom_property: Vec<V11Property>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Property {
    name: String,
    value: String,
}

impl V11Properties {
    /// Of a series.
    pub fn of(series: &Series) -> Self {
        let property = |(name, value): (&String, &Value)| V11Property {
            name: name.clone(),
            value: customers::text_of(value),
        };
        let all = series.words.properties.iter().flatten();
        V11Properties { custom_property: all.map(property).collect() }
    }
}

/// Who holds a coupon.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Holder {
    id: String,
    name: String,
    mobile: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
}

/// A redemption.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11RedemptionInfo {
    /// `"true"`.
    redeemed: &'static str,
    id: i64,
    redeemed_on: String,
    /// The till's code.
    redeemed_at: String,
    redeemed_by: V11RedeemedBy,
    store: CouponPlace,
    transaction: V11RedeemedWith,
}

/// Who redeemed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11RedeemedBy {
    firstname: String,
    lastname: String,
    email: Option<String>,
    mobile: Option<String>,
}

/// The bill.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11RedeemedWith {
    id: Option<String>,
    bill_number: Option<String>,
}

/// Coupons by code or number
///
/// With who holds them and their latest redemption, newest first; codes nobody has follow with 705.
#[utoipa::path(
    get,
    path = "/v1.1/coupon/get",
    operation_id = "getCouponsV11",
    tag = "Coupons",
    params(
        ("code" = Option<String>, Query, description = "The code, in any case; several with commas.", example = "PT4I43YN"),
        ("id" = Option<String>, Query, description = "The coupon's number; several with commas."),
        ("issuedToIds" = Option<String>, Query, description = "Only coupons of these customers, by number."),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER, LOWER or AS_IT_IS."),
    ),
    responses((status = 200, description = "The coupons.", body = Answer<V11Coupons>))
)]
pub(super) async fn coupons(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.reads(Resource::BasicCoupon)?;
    let case = LetterCase::of(&query)?;
    let (codes, ids) = (query.list("code"), query.list("id"));
    let refuse = |word| Trouble::bad(Fault::new(vendor_code(word), sentence(word)));
    if codes.is_empty() && ids.is_empty() {
        return Err(refuse("coupon_blank").into());
    }
    if codes.len() + ids.len() > MOST {
        return Err(refuse("too_many").into());
    }
    let holders = query.list("issuedtoids");
    // A number that is none is nobody's.
    let number = |text: &&str| text.parse::<i64>().unwrap_or(-1);
    let of: Vec<CustomerId> = holders.iter().map(number).map(CustomerId::new).collect();
    let (org, mut db) = (permit.org(), app.read(permit.org()).await?);
    let mut found = find_codes(&mut db, org, &codes, &of, false).await?;
    let numbers: Vec<CouponId> = ids.iter().map(number).map(CouponId::new).collect();
    found.extend(store::coupons::load(&mut *db, org, &numbers).await?);
    found.retain(|one| one.revoked.is_none());
    found.retain(|one| one.holder().is_some_and(|id| of.is_empty() || of.contains(&id)));
    found.sort_by_key(|one| std::cmp::Reverse(one.id));
    found.dedup_by_key(|one| one.id);
    let keys: Vec<String> = found.iter().map(|one| code_key(&one.code)).collect();
    let unknown_codes = codes.iter().filter(|code| !keys.contains(&code_key(code)));
    let unknown: Vec<V11Coupon> = unknown_codes
        .map(|code| nobody(case.show(code)))
        .chain(
            numbers
                .iter()
                .filter(|id| !found.iter().any(|one| one.id == **id))
                .map(|_| nobody(String::new())),
        )
        .collect();
    let around = Around::of(&mut db, org, &found).await?;
    let mut coupon: Vec<V11Coupon> =
        found.iter().filter_map(|one| around.tell(one, case, permit.zone())).collect();
    coupon.extend(unknown);
    let verdict = Verdict::of(coupon.iter().map(|one| &one.item_status));
    let coupons = V11CouponList { coupon };
    Ok(v11::answer(verdict.status(Style::Words).twice(), V11Coupons { coupons }))
}

/// Coupons of these codes: those of their own, and copies of common ones, those customers' or the oldest.
pub(super) async fn find_codes(
    db: &mut Reading,
    org: OrgId,
    codes: &[&str],
    of: &[CustomerId],
    one_holder: bool,
) -> Read<Vec<Coupon>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = codes.iter().map(|code| code_key(code)).collect();
    let mut found = store::coupons::by_codes(&mut **db, org, &keys).await?;
    let common = store::coupons::generic_series(&mut **db, org, &keys).await?;
    let common: Vec<SeriesId> = common.into_iter().map(|(id, _)| id).collect();
    for customer in of.iter().filter(|_| !common.is_empty()).take(MOST) {
        found.extend(store::coupons::copies_of(&mut **db, org, &common, *customer).await?);
    }
    let most = if one_holder { 1 } else { MOST as i64 };
    for series in common.iter().filter(|_| of.is_empty()) {
        found
            .extend(store::coupons::holders_of_generic(&mut **db, org, *series, None, most).await?);
    }
    Ok(found)
}

fn nobody(code: String) -> V11Coupon {
    let words = "Both coupon code and validation code are invalid";
    V11Coupon {
        id: Value::from(-1),
        code,
        known: None,
        is_absolute: false,
        value: None,
        discount_upto: None,
        pincode: "NULL",
        item_status: ItemStatus::bad(Style::Words, 705, words),
    }
}

/// What stands around coupons: series, people, redemptions, tills.
struct Around {
    series: HashMap<SeriesId, Series>,
    used: HashMap<CouponId, Redemption>,
    stubs: HashMap<CustomerId, V11CustomerStub>,
    people: HashMap<CustomerId, Person>,
    tills: HashMap<i64, (String, String)>,
}

impl Around {
    async fn of(db: &mut Reading, org: OrgId, found: &[Coupon]) -> Read<Self> {
        let ids: Vec<CouponId> = found.iter().map(|one| one.id).collect();
        let series: Vec<SeriesId> = found.iter().map(|one| one.series).collect();
        let series = store::series::load(&mut **db, org, &series).await?;
        let used = store::redemptions::of_coupons(&mut **db, org, &ids).await?;
        // Oldest first: the last one of each coupon stays.
        let used = used.into_iter().filter(|one| one.reversed.is_none());
        let used: HashMap<CouponId, Redemption> = used.map(|one| (one.coupon, one)).collect();
        let holders = found.iter().filter_map(Coupon::holder);
        let mut people: Vec<CustomerId> =
            holders.chain(used.values().map(|one| one.customer)).collect();
        people.sort_unstable();
        people.dedup();
        let issued = found.iter().filter_map(|one| one.issue.as_ref()?.till);
        let tills: Vec<i64> = issued.chain(used.values().filter_map(|one| one.till)).collect();
        Ok(Around {
            series: series.into_iter().map(|one| (one.id, one)).collect(),
            stubs: super::stub::stubs(db, org, &people, false).await?,
            people: customers::people(db, org, &people, Hold::Not).await?,
            tills: holders::tills(&mut **db, org, &tills).await?,
            used,
        })
    }

    fn tell(&self, coupon: &Coupon, case: LetterCase, zone: Tz) -> Option<V11Coupon> {
        let series = self.series.get(&coupon.series)?;
        let issue = coupon.issue.as_ref()?;
        let end = expiry::of_coupon(coupon, series, zone).shown;
        let days = u64::try_from(series.redeem.after_days).unwrap_or(0);
        let after = day_of(issue.on, zone).checked_add_days(Days::new(days)).filter(|_| days > 0);
        let first = series.redeem.from.max(after).map(|day| start_of_day(day, zone));
        let from = first.map_or(issue.on, |first| first.max(issue.on));
        let known = V11CouponKnown {
            valid_till: day_of(end, zone).format("%d-%m-%Y").to_string(),
            issued_on: local(issue.on, zone),
            valid_from: local(from, zone),
            purpose: "",
            custom_properties: V11Properties::of(series),
            series_id: series.id,
            customer: self.holder(issue.customer),
            redemption_info: self.used.get(&coupon.id).map(|used| self.redemption(used, zone)),
            issued_store: self.place(issue.till),
        };
        Some(V11Coupon {
            id: Value::from(coupon.id.to_string()),
            code: case.show(&coupon.code),
            known: Some(known),
            is_absolute: series.discount.kind == DiscountKind::Amount,
            value: Some(series.discount.value),
            discount_upto: Some(series.discount.upto),
            pincode: "NULL",
            item_status: ItemStatus::good(Style::Words, 700, "Coupon processing successful"),
        })
    }

    fn holder(&self, id: CustomerId) -> V11Holder {
        let stub = self.stubs.get(&id);
        let text =
            |part: fn(&V11CustomerStub) -> &Option<String>| stub.and_then(|s| part(s).clone());
        V11Holder {
            id: id.to_string(),
            name: self.people.get(&id).map(named).unwrap_or_default(),
            mobile: text(|stub| &stub.mobile),
            email: text(|stub| &stub.email),
            external_id: text(|stub| &stub.external_id),
        }
    }

    fn redemption(&self, used: &Redemption, zone: Tz) -> V11RedemptionInfo {
        let (stub, who) = (self.stubs.get(&used.customer), self.people.get(&used.customer));
        let place = self.place(used.till);
        let place = place
            .unwrap_or_else(|| CouponPlace { code: String::new(), name: used.by_name.clone() });
        V11RedemptionInfo {
            redeemed: "true",
            id: used.id.get(),
            redeemed_on: local(used.on, zone),
            redeemed_at: place.code.clone(),
            redeemed_by: V11RedeemedBy {
                firstname: who.map(|who| who.first_name.clone()).unwrap_or_default(),
                lastname: who.map(|who| who.last_name.clone()).unwrap_or_default(),
                email: stub.and_then(|stub| stub.email.clone()),
                mobile: stub.and_then(|stub| stub.mobile.clone()),
            },
            store: place,
            transaction: V11RedeemedWith {
                id: used.bill_id.clone(),
                bill_number: used.transaction_number.clone(),
            },
        }
    }

    fn place(&self, till: Option<i64>) -> Option<CouponPlace> {
        let (code, name) = self.tills.get(&till?)?.clone();
        Some(CouponPlace { code, name })
    }
}

fn named(person: &Person) -> String {
    full_name(&person.first_name, &person.last_name)
}
