//! Taking coupons back for good: unredeemed ones only (spec/coupons.md 6.12).

use std::collections::HashMap;

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
    let work = Work { now, customer, unissued_too: false, reason: call.reason.clone() };
    work.take(act, &all, wanted).await
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
    let now = ground::moment(act).await?;
    let wanted = coupons.into_iter().map(|coupon| (coupon.code.clone(), Some(coupon))).collect();
    let work = Work { now, customer: None, unissued_too: true, reason };
    work.take(act, &series, wanted).await
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

struct Work {
    now: DateTime<Utc>,
    /// Only what this customer holds.
    customer: Option<CustomerId>,
    /// Whether codes nobody holds yet are meant too.
    unissued_too: bool,
    reason: Option<String>,
}

impl Work {
    /// Revokes what may be revoked, with an entry each.
    async fn take(
        self,
        act: &mut Act,
        series: &HashMap<SeriesId, Series>,
        wanted: Vec<Wanted>,
    ) -> Result<Vec<Taken>> {
        let (org, by) = (act.org(), act.actor().name.clone());
        let mut ids: Vec<CouponId> = Vec::new();
        let mut changes: HashMap<SeriesId, Change> = HashMap::new();
        let mut lines = Vec::with_capacity(wanted.len());
        for (code, coupon) in wanted {
            let result = match self.may_take(coupon, &ids) {
                Ok(mut coupon) => {
                    ids.push(coupon.id);
                    let change = changes
                        .entry(coupon.series)
                        .or_insert_with(|| Change { slot: slot(false), ..Change::default() });
                    change.revoked += 1;
                    change.unissued -= i64::from(coupon.issue.is_none());
                    let reason = self.reason.clone();
                    coupon.revoked = Some(Revoked { on: self.now, by_name: by.clone(), reason });
                    if let Some(series) = series.get(&coupon.series) {
                        let entry = trace::entry("revoked", &coupon, series);
                        act.record(entry.because(self.reason.clone()));
                    }
                    Ok(coupon)
                }
                Err(word) => Err(refusal::problem(word)),
            };
            lines.push(Taken { code, result });
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
        Ok(lines)
    }

    fn may_take(
        &self,
        coupon: Option<Coupon>,
        before: &[CouponId],
    ) -> std::result::Result<Coupon, &'static str> {
        let living =
            coupon.filter(|coupon| coupon.revoked.is_none() && !before.contains(&coupon.id));
        let meant = living.filter(|one| match (self.customer, one.holder()) {
            (None, None) => self.unissued_too,
            (None, Some(_)) => true,
            (Some(customer), holder) => holder == Some(customer),
        });
        let coupon = meant.ok_or("coupon_unknown")?;
        if coupon.redeemed > 0 { Err("redeemed") } else { Ok(coupon) }
    }
}
