//! Which coupons a call means, locked in the one order of the room: series, then coupons by number.

use std::collections::{BTreeSet, HashMap};

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::refusal;
use crate::coupons::series::{Handling, Series, code_key};
use crate::coupons::store::{self, holders};

/// Where a code leads within a series.
#[derive(Debug, Clone, Default)]
pub struct Picked {
    /// The coupon, living or revoked; none: no such code in the series.
    pub coupon: Option<Coupon>,
}

impl Picked {
    /// This coupon.
    pub fn of(coupon: Coupon) -> Self {
        Picked { coupon: Some(coupon) }
    }
}

/// The customer named, if one is; a merged one stands for the survivor.
pub async fn customer(act: &mut Act, named: Option<CustomerId>) -> Result<Option<CustomerId>> {
    let (org, Some(named)) = (act.org(), named) else { return Ok(None) };
    let survivors = holders::survivors(&mut *act.db(), org, &[named]).await?;
    let found = survivors.get(&named).copied();
    found.map(Some).ok_or_else(|| Error::from(refusal::problem("customer_unknown")))
}

/// The series named, or that of the only code; held against change. A series that is named and unknown
/// is refused; a code nobody has leads to none.
pub async fn series(act: &mut Act, named: Option<SeriesId>, code: &str) -> Result<Option<Series>> {
    let org = act.org();
    let id = match named {
        Some(id) => Some(id),
        None => {
            let keys = [code_key(code)];
            let own = store::coupons::by_codes(&mut *act.db(), org, &keys).await?;
            let common = store::coupons::generic_series(&mut *act.db(), org, &keys).await?;
            let own = own.first().map(|coupon| coupon.series);
            own.or_else(|| common.first().map(|(id, _)| *id))
        }
    };
    let Some(id) = id else { return Ok(None) };
    let held = store::series::hold(act.db(), org, &[id]).await?.pop();
    held.map(Some).ok_or_else(|| Error::from(refusal::problem("series_unknown")))
}

/// The coupons of codes of a series, locked: of a common code the customer's copy.
pub async fn by_codes(
    act: &mut Act,
    series: &Series,
    customer: Option<CustomerId>,
    codes: &[String],
) -> Result<Vec<Picked>> {
    let org = act.org();
    let keys: Vec<String> = codes.iter().map(|code| code_key(code)).collect();
    let known = match (series.handling, customer) {
        (Handling::Generic, Some(customer)) => {
            store::coupons::copies_of(&mut *act.db(), org, &[series.id], customer).await?
        }
        (Handling::Generic, None) => Vec::new(),
        _ => store::coupons::by_codes(&mut *act.db(), org, &keys).await?,
    };
    // Of a code that was revoked and entered again, the living coupon is meant.
    let mut by_key: HashMap<String, CouponId> = HashMap::new();
    for coupon in known.iter().filter(|coupon| coupon.series == series.id) {
        let key = code_key(&coupon.code);
        if coupon.revoked.is_none() {
            by_key.insert(key, coupon.id);
        } else {
            by_key.entry(key).or_insert(coupon.id);
        }
    }
    let ids: Vec<CouponId> = by_key.values().copied().collect();
    let locked = store::coupons::lock(act.db(), org, &ids).await?;
    let locked: HashMap<CouponId, Coupon> =
        locked.into_iter().map(|coupon| (coupon.id, coupon)).collect();
    let picked = keys
        .iter()
        .map(|key| Picked { coupon: by_key.get(key).and_then(|id| locked.get(id)).cloned() });
    Ok(picked.collect())
}

/// Coupons by number, locked, and their series, held.
pub async fn by_ids(
    act: &mut Act,
    ids: &[CouponId],
) -> Result<(HashMap<SeriesId, Series>, Vec<Coupon>)> {
    let org = act.org();
    let known = store::coupons::load(&mut *act.db(), org, ids).await?;
    let series: BTreeSet<SeriesId> = known.iter().map(|coupon| coupon.series).collect();
    let series: Vec<SeriesId> = series.into_iter().collect();
    let held = store::series::hold(act.db(), org, &series).await?;
    let coupons = store::coupons::lock(act.db(), org, ids).await?;
    Ok((held.into_iter().map(|series| (series.id, series)).collect(), coupons))
}
