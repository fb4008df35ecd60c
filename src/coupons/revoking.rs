//! Taking coupons back for good: unredeemed ones only (spec/coupons.md 6.12).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::coupons::coupon::{Coupon, Revoked};
use crate::coupons::expiry;
use crate::coupons::ground;
use crate::coupons::picking;
use crate::coupons::refusal;
use crate::coupons::series::{Handling, Series};
use crate::coupons::store::totals::{Change, slot};
use crate::coupons::store::{self, totals};
use crate::coupons::trace;

/// The most codes of one call, and the most coupons of a customer in one; the console has no such limits.
const MOST_CODES: usize = 50;
const MOST_OF_CUSTOMER: usize = 100;

/// A call to revoke: chosen codes, or all active coupons of a customer in a series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RevokeCall {
    /// The series; may be left out for exactly one code.
    pub series: Option<SeriesId>,
    /// The holder.
    pub customer: Option<CustomerId>,
    /// Codes.
    pub codes: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What became of a code.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// As it was asked for; the coupon's own where it was not asked for by code.
    pub code: String,
    /// The revoked coupon, or why it stayed.
    pub result: std::result::Result<Coupon, Problem>,
}

impl Taken {
    fn of((code, result): (String, Verdict)) -> Self {
        Taken { code, result: result.map_err(refusal::problem) }
    }
}

/// Revokes by code or by customer. What is wrong with the call as a whole is refused, and nothing revoked;
/// codes are handled each by itself.
pub async fn revoke(act: &mut Act, call: &RevokeCall) -> Result<Vec<Taken>> {
    act.require(Permission::ServeCoupons)?;
    sound(call)?;
    let refuse = |word| Err(Error::from(refusal::problem(word)));
    let customer = picking::customer(act, call.customer).await?;
    let first = call.codes.first().map(String::as_str).unwrap_or_default();
    let Some(series) = picking::series(act, call.series, first).await? else {
        let result = Err(refusal::problem("coupon_unknown"));
        return Ok(vec![Taken { code: first.to_owned(), result }]);
    };
    if series.handling == Handling::Generic && customer.is_none() {
        return refuse("generic_needs_customer_to_revoke");
    }
    let mut wanted = match customer {
        Some(customer) if call.codes.is_empty() => of_customer(act, &series, customer).await?,
        _ => {
            let picked = picking::by_codes(act, &series, customer, &call.codes).await?;
            call.codes.iter().cloned().zip(picked.into_iter().map(|one| one.coupon)).collect()
        }
    };
    let (now, zone) = (ground::moment(act).await?, ground::zone(act).await?);
    if expiry::of_series(&series, zone).passed(now) {
        return refuse("series_expired");
    }
    if call.codes.is_empty() {
        let active = |coupon: &Coupon| {
            coupon.redeemed == 0 && !expiry::of_coupon(coupon, &series, zone).passed(now)
        };
        wanted.retain(|(_, coupon)| coupon.as_ref().is_some_and(active));
        if wanted.len() > MOST_OF_CUSTOMER {
            return refuse("too_many");
        }
    }
    let all = HashMap::from([(series.id, series)]);
    let mut before = HashSet::new();
    let (codes, picked): (Vec<String>, Vec<Verdict>) = wanted
        .into_iter()
        .map(|(code, coupon)| (code, meant(coupon, customer, &mut before)))
        .unzip();
    let results = Work { now, reason: call.reason.clone() }.take(act, &all, picked).await?;
    Ok(codes.into_iter().zip(results).map(Taken::of).collect())
}

/// Revokes coupons by number, any series among them, unissued ones too: what the console does. In the
/// order of the coupons' numbers; those that are not there are left out.
pub async fn revoke_of(
    act: &mut Act,
    ids: &[CouponId],
    reason: Option<String>,
) -> Result<Vec<Taken>> {
    act.require(Permission::ServeCoupons)?;
    let (series, coupons) = picking::by_ids(act, ids).await?;
    let codes: Vec<String> = coupons.iter().map(|coupon| coupon.code.clone()).collect();
    let results = take_all(act, &series, coupons, reason).await?;
    Ok(codes.into_iter().zip(results).map(Taken::of).collect())
}

/// The coupon as it became, or the word of the refusal.
pub(super) type Verdict = std::result::Result<Coupon, &'static str>;

/// Revokes coupons that are locked, their series held: what became of each, in their order. Whoever
/// calls has asked for the right to.
pub(super) async fn take_all(
    act: &mut Act,
    series: &HashMap<SeriesId, Series>,
    coupons: Vec<Coupon>,
    reason: Option<String>,
) -> Result<Vec<Verdict>> {
    let (now, zone) = (ground::moment(act).await?, ground::zone(act).await?);
    let may = |coupon: Coupon| {
        let over = |series: &Series| expiry::of_series(series, zone).passed(now);
        if series.get(&coupon.series).is_none_or(over) {
            return Err("series_expired");
        }
        may_take(&coupon).map(|()| coupon)
    };
    let picked = coupons.into_iter().map(may).collect();
    let work = Work { now, reason };
    work.take(act, series, picked).await
}

/// Whether a coupon may be taken back, whoever holds it.
pub(super) fn may_take(coupon: &Coupon) -> std::result::Result<(), &'static str> {
    match coupon {
        Coupon { revoked: Some(_), .. } => Err("coupon_unknown"),
        Coupon { redeemed: 1.., .. } => Err("redeemed"),
        _ => Ok(()),
    }
}

/// What is wrong with the call before anything is looked up.
fn sound(call: &RevokeCall) -> Result<()> {
    let word = match (call.series, call.customer, call.codes.len()) {
        (_, None, 0) => "revoke_what",
        (_, _, count) if count > MOST_CODES => "too_many",
        (None, Some(_), _) => "series_needed",
        (None, None, count) if count > 1 => "series_needed",
        _ => return Ok(()),
    };
    Err(refusal::problem(word).into())
}

/// A code as asked for, and the coupon it leads to.
type Wanted = (String, Option<Coupon>);

/// Everything unrevoked the customer holds of the series, locked.
async fn of_customer(act: &mut Act, series: &Series, customer: CustomerId) -> Result<Vec<Wanted>> {
    let org = act.org();
    let held = store::coupons::lock_held(act.db(), org, series.id, &[customer]).await?;
    Ok(held.into_iter().map(|coupon| (coupon.code.clone(), Some(coupon))).collect())
}

/// Of the coupons of a call, those that may be taken: held by somebody (by the customer, where one is
/// named), each once.
fn meant(
    coupon: Option<Coupon>,
    customer: Option<CustomerId>,
    before: &mut HashSet<CouponId>,
) -> Verdict {
    let held = coupon.filter(|one| match (customer, one.holder()) {
        (None, holder) => holder.is_some(),
        (customer, holder) => holder == customer,
    });
    let coupon = held.ok_or("coupon_unknown")?;
    may_take(&coupon)?;
    if before.insert(coupon.id) { Ok(coupon) } else { Err("coupon_unknown") }
}

struct Work {
    now: DateTime<Utc>,
    reason: Option<String>,
}

impl Work {
    /// Revokes what was picked, with an entry each.
    async fn take(
        self,
        act: &mut Act,
        series: &HashMap<SeriesId, Series>,
        mut picked: Vec<Verdict>,
    ) -> Result<Vec<Verdict>> {
        let (org, by) = (act.org(), act.actor().name.clone());
        let mut ids: Vec<CouponId> = Vec::new();
        let mut changes: HashMap<SeriesId, Change> = HashMap::new();
        for coupon in picked.iter_mut().flatten() {
            ids.push(coupon.id);
            let change = changes
                .entry(coupon.series)
                .or_insert_with(|| Change { slot: slot(false), ..Change::default() });
            change.revoked += 1;
            change.unissued -= i64::from(coupon.issue.is_none());
            let reason = self.reason.clone();
            coupon.revoked = Some(Revoked { on: self.now, by_name: by.clone(), reason });
            if let Some(series) = series.get(&coupon.series) {
                let entry = trace::entry("revoked", coupon, series);
                act.record(entry.because(self.reason.clone()));
            }
        }
        if !ids.is_empty() {
            let reason = self.reason.as_deref();
            let done = store::revoke::set(act.db(), org, &ids, self.now, &by, reason).await?;
            if done != ids.len() as u64 {
                // The rows are locked: nobody else can have used them in between.
                return Err(Error::internal(anyhow::anyhow!("revoked {done} of {}", ids.len())));
            }
            let changes: Vec<_> = changes.into_iter().collect();
            totals::add(act.db(), org, &changes).await?;
        }
        Ok(picked)
    }
}
