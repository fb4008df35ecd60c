//! What a redemption is judged by: coupons found, locked in the one order of the room, and counted.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{Line, Pick, RedeemCall};
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::coupon::{Coupon, Issued, Source};
use crate::coupons::customer::Holder;
use crate::coupons::expiry;
use crate::coupons::ground;
use crate::coupons::left::{Uses, left};
use crate::coupons::redeem_checks::{Bill, Facts, Spot, judge};
use crate::coupons::refusal;
use crate::coupons::series::{Series, Totals, code_key};
use crate::coupons::store::redeem::Past;
use crate::coupons::store::{self, clock, holders, redeem as rows, totals};

/// Where a pick leads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    /// To this coupon.
    Coupon(CouponId),
    /// To a common code of which the redeemer holds no copy.
    Common(SeriesId),
    /// Nowhere.
    Nothing,
}

impl Found {
    /// The number of a copy that does not exist yet.
    pub const NO_COPY: CouponId = CouponId::new(0);
}

/// Everything the picks stand on.
#[derive(Debug)]
pub(super) struct Scene {
    pub org: OrgId,
    pub zone: Tz,
    /// After the locks.
    pub now: DateTime<Utc>,
    /// Who it is: a merged customer stands for the survivor.
    pub customer: CustomerId,
    pub series: HashMap<SeriesId, Series>,
    holder: Holder,
    spot: Spot,
    transaction_needed: bool,
    found: Vec<Found>,
    coupons: HashMap<CouponId, Coupon>,
    totals: HashMap<SeriesId, Totals>,
    uses: HashMap<(CouponId, CustomerId), i64>,
    past: HashMap<SeriesId, Past>,
}

impl Scene {
    /// Finds, locks (when `hold` is set) and counts.
    pub async fn set(
        db: &mut PgConnection,
        org: OrgId,
        call: &RedeemCall,
        begun: DateTime<Utc>,
        till: Option<i64>,
        hold: bool,
    ) -> Result<Self> {
        let brand = holders::brand(&mut *db, org).await?.ok_or(Error::NotFound)?;
        if i64::try_from(call.picks.len()).is_ok_and(|count| count > brand.most_codes) {
            return Err(refusal::problem("too_many").into());
        }
        let customer = holders::survivors(&mut *db, org, &[call.customer]).await?;
        let unknown = || Error::from(refusal::problem("customer_unknown"));
        let customer = customer.get(&call.customer).copied().ok_or_else(unknown)?;
        let (known, common) = find(db, org, call).await?;
        let ids: BTreeSet<SeriesId> =
            known.iter().map(|coupon| coupon.series).chain(common.values().copied()).collect();
        let ids: Vec<SeriesId> = ids.into_iter().collect();
        let series = if hold {
            let series = store::series::hold(db, org, &ids).await?;
            holders::hold(db, org, &[customer]).await?;
            series
        } else {
            store::series::load(&mut *db, org, &ids).await?
        };
        // Copies are made under the lock on the customer, so they are looked for behind it.
        let shared: Vec<SeriesId> = common.values().copied().collect();
        let copies = match shared.as_slice() {
            [] => Vec::new(),
            shared => store::coupons::copies_of(&mut *db, org, shared, customer).await?,
        };
        let found: Vec<Found> =
            call.picks.iter().map(|pick| place(pick, &known, &common, &copies)).collect();
        let coupons = coupons(db, org, &found, hold).await?;
        let limited = series.iter().filter(|series| series.redeem.max.is_some());
        let limited: Vec<SeriesId> = limited.map(|series| series.id).collect();
        if hold && !limited.is_empty() {
            totals::hold(db, org, &limited).await?;
        }
        let now = if hold { begun + clock::waited(db).await? } else { begun };
        let pairs: Vec<_> = coupons.iter().map(|coupon| (coupon.id, customer)).collect();
        let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let holder = holders::load(&mut *db, org, &[customer]).await?.remove(&customer);
        let at_store = series.iter().any(|s| s.redeem.places.iter().any(|p| p.kind == "STORE"));
        let shop = match till.filter(|_| at_store) {
            Some(till) => holders::store_of(&mut *db, org, till).await?,
            None => None,
        };
        Ok(Scene {
            org,
            zone: ground::zone_named(&brand.time_zone)?,
            now,
            customer,
            holder: holder.ok_or_else(unknown)?,
            spot: Spot { till, store: shop },
            transaction_needed: brand.transaction_needed,
            totals: totals::totals(&mut *db, org, &ids).await?,
            uses: rows::uses(&mut *db, org, &pairs).await?,
            past: rows::past(&mut *db, org, customer, &numbers).await?,
            series: series.into_iter().map(|series| (series.id, series)).collect(),
            coupons: coupons.into_iter().map(|coupon| (coupon.id, coupon)).collect(),
            found,
        })
    }

    /// Judges every pick; those before it count for those after it.
    pub fn judge(&mut self, call: &RedeemCall) -> Vec<Line> {
        let mut seen = HashSet::new();
        let found = self.found.clone();
        call.picks
            .iter()
            .zip(found)
            .map(|(pick, found)| self.line(call, pick, found, &mut seen))
            .collect()
    }

    fn line(
        &mut self,
        call: &RedeemCall,
        pick: &Pick,
        found: Found,
        seen: &mut HashSet<(CouponId, SeriesId)>,
    ) -> Line {
        let mut line = Line {
            pick: pick.clone(),
            coupon: None,
            series: None,
            used_before: 0,
            left: Some(0),
            result: Err(refusal::problem("code_unknown")),
        };
        let coupon = match found {
            Found::Coupon(id) => self.coupons.get(&id).cloned(),
            Found::Common(id) => self.series.get(&id).map(|series| self.copy_to_be(series)),
            Found::Nothing => None,
        };
        let Some(coupon) = coupon else { return line };
        let Some(series) = self.series.get(&coupon.series).cloned() else { return line };
        let uses = self.uses(&coupon);
        line.used_before = uses.of_code_by_customer;
        line.left = left(&series.redeem, &uses);
        line.result = if !seen.insert((coupon.id, coupon.series)) {
            Err(refusal::problem("same_twice"))
        } else {
            let verdict = judge(&series, &coupon, &self.facts(call, uses, &series));
            verdict.map(|()| None).map_err(refusal::problem)
        };
        if line.result.is_ok() {
            self.count(&coupon, call.at.unwrap_or(self.now));
        }
        line.coupon = Some(coupon);
        line.series = Some(series);
        line
    }

    fn facts<'a>(&'a self, call: &'a RedeemCall, uses: Uses, series: &Series) -> Facts<'a> {
        Facts {
            zone: self.zone,
            at: call.at.unwrap_or(self.now),
            redeemer: &self.holder,
            spot: &self.spot,
            bill: call
                .bill
                .as_ref()
                .map(|bill| Bill { amount: bill.amount, transaction: bill.transaction.as_deref() }),
            transaction_demanded: self.transaction_needed,
            uses,
            last_redeemed: self.past.get(&series.id).and_then(|past| past.last),
        }
    }

    fn uses(&self, coupon: &Coupon) -> Uses {
        Uses {
            of_code: i64::from(coupon.redeemed),
            of_code_by_customer: self.uses.get(&(coupon.id, self.customer)).copied().unwrap_or(0),
            in_series_by_customer: self.past.get(&coupon.series).map_or(0, |past| past.count),
            in_series: self.totals.get(&coupon.series).map_or(0, |totals| totals.redeemed),
        }
    }

    fn count(&mut self, coupon: &Coupon, at: DateTime<Utc>) {
        let past = self.past.entry(coupon.series).or_default();
        past.count += 1;
        past.last = past.last.max(Some(at));
        self.totals.entry(coupon.series).or_default().redeemed += 1;
    }

    /// The copy of a common code that the redeemer would get: issued now, where anybody may redeem and
    /// somebody was issued one; else nobody's.
    fn copy_to_be(&self, series: &Series) -> Coupon {
        let issued = self.totals.get(&series.id).is_some_and(|totals| totals.issued > 0);
        let issue = (series.redeem.any_user && issued).then(|| Issued {
            customer: self.customer,
            on: self.now,
            till: self.spot.till,
            by: None,
            by_name: String::new(),
        });
        Coupon {
            id: Found::NO_COPY,
            series: series.id,
            code: series.generic_code.clone().unwrap_or_default(),
            generic: true,
            redeemed: 0,
            created_on: self.now,
            issue,
            expires_on: expiry::natural(series.strategy, self.now, self.zone),
            expiry_override: None,
            revoked: None,
            source: Source::Redemption,
            source_reference: None,
            metadata: None,
            bill_id: None,
            transaction_number: None,
            batch: None,
        }
    }
}

/// Coupons the picks may mean, and the series of those that are common codes.
async fn find(
    db: &mut PgConnection,
    org: OrgId,
    call: &RedeemCall,
) -> Result<(Vec<Coupon>, HashMap<String, SeriesId>)> {
    let (mut keys, mut ids) = (Vec::new(), Vec::new());
    for pick in &call.picks {
        match pick {
            Pick::Code(code) => keys.push(code_key(code)),
            Pick::Id(id) => ids.push(*id),
        }
    }
    let mut known = Vec::new();
    let mut common = HashMap::new();
    if !keys.is_empty() {
        known = store::coupons::by_codes(&mut *db, org, &keys).await?;
        let generic = store::coupons::generic_series(&mut *db, org, &keys).await?;
        common = generic.into_iter().map(|(id, key)| (key, id)).collect();
    }
    if !ids.is_empty() {
        known.extend(store::coupons::load(&mut *db, org, &ids).await?);
    }
    Ok((known, common))
}

/// Where a pick leads: a living coupon first, then a copy of a common code, then a revoked coupon.
fn place(
    pick: &Pick,
    known: &[Coupon],
    common: &HashMap<String, SeriesId>,
    copies: &[Coupon],
) -> Found {
    let key = match pick {
        Pick::Id(id) => {
            let found = known.iter().find(|coupon| coupon.id == *id);
            return found.map_or(Found::Nothing, |coupon| Found::Coupon(coupon.id));
        }
        Pick::Code(code) => code_key(code),
    };
    let mut own = known.iter().filter(|coupon| code_key(&coupon.code) == key && !coupon.generic);
    let living = own.clone().find(|coupon| coupon.revoked.is_none());
    if let Some(coupon) = living {
        return Found::Coupon(coupon.id);
    }
    if let Some(series) = common.get(&key) {
        let his = || copies.iter().filter(|copy| copy.series == *series);
        let copy = his().find(|copy| copy.revoked.is_none()).or_else(|| his().next_back());
        return copy.map_or(Found::Common(*series), |copy| Found::Coupon(copy.id));
    }
    own.next().map_or(Found::Nothing, |coupon| Found::Coupon(coupon.id))
}

/// The coupons found, as they are now.
async fn coupons(
    db: &mut PgConnection,
    org: OrgId,
    found: &[Found],
    hold: bool,
) -> Result<Vec<Coupon>> {
    let ids: Vec<CouponId> = found
        .iter()
        .filter_map(|found| match found {
            Found::Coupon(id) => Some(*id),
            _ => None,
        })
        .collect();
    Ok(match ids.as_slice() {
        [] => Vec::new(),
        ids if hold => store::coupons::lock(db, org, ids).await?,
        ids => store::coupons::load(&mut *db, org, ids).await?,
    })
}
