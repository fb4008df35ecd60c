//! What the wants of an act are judged by: read under the locks, in the order every deed takes them.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Outcome, Want};
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::customer::Holder;
use crate::coupons::ground;
use crate::coupons::issue_checks::Facts;
use crate::coupons::left::Uses;
use crate::coupons::series::{Series, Totals};
use crate::coupons::state::standing;
use crate::coupons::store::give::Held;
use crate::coupons::store::totals::{Change, slot};
use crate::coupons::store::{self, give, holders, totals};

/// Everything the wants stand on.
#[derive(Debug)]
pub(super) struct Known {
    pub org: OrgId,
    pub zone: Tz,
    /// After the locks.
    pub now: DateTime<Utc>,
    pub series: HashMap<SeriesId, Series>,
    /// Who it is: merged customers stand for their survivors.
    pub survivors: HashMap<CustomerId, CustomerId>,
    pub holders: HashMap<CustomerId, Holder>,
    pub totals: HashMap<SeriesId, Totals>,
    held: HashMap<(SeriesId, CustomerId), Held>,
    /// Good coupons in hand, where a series gives them again.
    usable: HashMap<(SeriesId, CustomerId), CouponId>,
    /// Living coupons of series that exclude another.
    excluding: HashSet<(CustomerId, i64)>,
}

impl Known {
    /// Holds series, customers and limited counters, then reads.
    pub async fn hold(act: &mut Act, wants: &[Want]) -> Result<Self> {
        let org = act.org();
        let zone = ground::zone(act).await?;
        let ids: BTreeSet<SeriesId> = wants.iter().map(|want| want.series).collect();
        let ids: Vec<SeriesId> = ids.into_iter().collect();
        let series = store::series::hold(act.db(), org, &ids).await?;
        let asked: BTreeSet<CustomerId> = wants.iter().map(|want| want.customer).collect();
        let asked: Vec<CustomerId> = asked.into_iter().collect();
        let survivors = holders::survivors(&mut *act.db(), org, &asked).await?;
        let who: BTreeSet<CustomerId> = survivors.values().copied().collect();
        let who: Vec<CustomerId> = who.into_iter().collect();
        holders::hold(act.db(), org, &who).await?;
        let limited = series.iter().filter(|series| series.issue.max.is_some());
        let limited: Vec<SeriesId> = limited.map(|series| series.id).collect();
        if !limited.is_empty() {
            totals::hold(act.db(), org, &limited).await?;
        }
        let mut known = Known {
            org,
            zone,
            now: ground::moment(act).await?,
            holders: holders::load(&mut *act.db(), org, &who).await?,
            totals: totals::totals(&mut *act.db(), org, &ids).await?,
            series: series.into_iter().map(|series| (series.id, series)).collect(),
            survivors,
            held: HashMap::new(),
            usable: HashMap::new(),
            excluding: HashSet::new(),
        };
        known.read(act, &ids, &who).await?;
        Ok(known)
    }

    async fn read(&mut self, act: &mut Act, ids: &[SeriesId], who: &[CustomerId]) -> Result<()> {
        let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let people: Vec<i64> = who.iter().map(|id| id.get()).collect();
        self.held = give::held(&mut *act.db(), self.org, &numbers, &people).await?;
        let excluding: BTreeSet<i64> =
            self.series.values().flat_map(Series::excluded_ids).collect();
        if !excluding.is_empty() {
            let excluding: Vec<i64> = excluding.into_iter().collect();
            self.excluding = give::holds_any(&mut *act.db(), self.org, &excluding, &people).await?;
        }
        let again = self.series.values().filter(|series| series.issue.resend_existing);
        for series in again {
            let found = usable(act, series, who, self.zone, self.now).await?;
            let keyed = found.into_iter().map(|(holder, coupon)| ((series.id, holder), coupon));
            self.usable.extend(keyed);
        }
        Ok(())
    }

    /// What is known for one want, what earlier wants got included.
    pub fn facts(&self, series: &Series, customer: CustomerId) -> Facts {
        let key = (series.id, customer);
        let held = self.held.get(&key).copied().unwrap_or_default();
        let excluding = series.excluded_ids();
        Facts {
            now: self.now,
            zone: self.zone,
            held: held.count,
            usable: self.usable.get(&key).copied(),
            last_issued: held.last,
            excluded: excluding.iter().any(|id| self.excluding.contains(&(customer, *id))),
            issued: self.totals.get(&series.id).map_or(0, |totals| totals.issued),
        }
    }

    /// Notes what a want is granted, for the wants after it.
    pub fn grant(&mut self, series: SeriesId, customer: CustomerId, count: i64) {
        let held = self.held.entry((series, customer)).or_default();
        held.count += count;
        held.last = Some(self.now);
        self.totals.entry(series).or_default().issued += count;
        self.excluding.insert((customer, series.get()));
    }

    /// What the outcomes add to the totals.
    pub fn changes(&self, wants: &[Want], outcomes: &[Outcome]) -> Vec<(SeriesId, Change)> {
        let mut changes: HashMap<SeriesId, Change> = HashMap::new();
        for (want, outcome) in wants.iter().zip(outcomes) {
            let Ok(given) = outcome else { continue };
            if given.again {
                continue;
            }
            let limited = self.series.get(&want.series).is_some_and(|s| s.issue.max.is_some());
            let change = changes
                .entry(want.series)
                .or_insert_with(|| Change { slot: slot(limited), ..Change::default() });
            // What lay ready was made in another moment than it was issued.
            let stock = given.coupons.iter().filter(|coupon| {
                coupon.batch.is_some()
                    || coupon.issue.as_ref().is_some_and(|issue| issue.on != coupon.created_on)
            });
            change.unissued -= stock.count() as i64;
            change.issued += given.coupons.len() as i64;
            change.last_issued_on = Some(self.now);
        }
        changes.into_iter().collect()
    }
}

/// The newest coupon of a series that each customer could still use, locked.
pub async fn usable(
    act: &mut Act,
    series: &Series,
    who: &[CustomerId],
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<HashMap<CustomerId, CouponId>> {
    let org = act.org();
    let held = store::coupons::lock_held(act.db(), org, series.id, who).await?;
    let good = held.into_iter().filter_map(|coupon| {
        let of_code = i64::from(coupon.redeemed);
        let uses = Uses { of_code, of_code_by_customer: of_code, ..Uses::default() };
        let good = standing(&coupon, series, &uses, zone, now).redeemable;
        coupon.holder().filter(|_| good).map(|holder| (holder, coupon.id))
    });
    Ok(good.collect())
}
