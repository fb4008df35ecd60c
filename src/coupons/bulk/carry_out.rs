//! The deed on one chunk: the same engine a single coupon goes through, under the same locks.

use std::collections::HashMap;

use super::action::Action;
use super::judge::still;
use super::run::Run;
use super::scope::Scope;
use super::words::{DONE, GONE, UNREDEEMED, Was};
use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, RedemptionId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::series::Series;
use crate::coupons::store::bulk_items::{self, Item};
use crate::coupons::store::{self, redemptions};
use crate::coupons::{expiring, ground, picking, resending, reversing, revoking};

/// Deals with these coupons: what became of each.
pub(super) async fn carry_out(act: &mut Act, run: &Run, ids: &[CouponId]) -> Result<Vec<Item>> {
    if run.action == Action::Reactivate {
        return take_back(act, run, ids).await;
    }
    let (series, coupons) = picking::by_ids(act, ids).await?;
    let (now, zone) = (ground::moment(act).await?, ground::zone(act).await?);
    let (mut items, mut was, mut meant) = (Vec::with_capacity(ids.len()), Vec::new(), Vec::new());
    for coupon in coupons {
        let now_is = Was::of(&coupon);
        match still(&run.scope, &coupon, series.get(&coupon.series), now, zone) {
            Ok(()) => {
                was.push(now_is);
                meant.push(coupon);
            }
            Err(word) => items.push(left_alone(now_is.id, word)),
        }
    }
    let results = deed(act, run, &series, meant).await?;
    items.extend(was.into_iter().zip(results).map(|(was, result)| match result {
        Ok(_) => Item { coupon: was.id, outcome: DONE, ended_before: was.moved },
        Err(word) => left_alone(was.id, was.finer(word)),
    }));
    if items.len() < ids.len() {
        let there: std::collections::HashSet<CouponId> =
            items.iter().map(|item| item.coupon).collect();
        let gone = ids.iter().filter(|id| !there.contains(id));
        items.extend(gone.map(|id| left_alone(*id, GONE)).collect::<Vec<_>>());
    }
    Ok(items)
}

/// Takes back the last redemption of each. Not on locked coupons as the rest: redemptions lock their
/// customers before their coupons. One that somebody else took back meanwhile is looked for again.
async fn take_back(act: &mut Act, run: &Run, ids: &[CouponId]) -> Result<Vec<Item>> {
    let org = act.org();
    let mut tries = 0;
    loop {
        let coupons = store::coupons::load(&mut *act.db(), org, ids).await?;
        let last = redemptions::last_of(&mut *act.db(), org, ids, run.border).await?;
        let item = |coupon: &Coupon| match last.get(&coupon.id) {
            _ if !run.scope.holds(coupon) => left_alone(coupon.id, Was::of(coupon).left()),
            Some(_) => Item { coupon: coupon.id, outcome: DONE, ended_before: None },
            None => left_alone(coupon.id, UNREDEEMED),
        };
        let items: Vec<Item> = coupons.iter().map(item).collect();
        let done = items.iter().filter(|item| item.outcome == DONE);
        let picked: Vec<RedemptionId> =
            done.filter_map(|item| last.get(&item.coupon).copied()).collect();
        if picked.is_empty() {
            return Ok(items);
        }
        match reversing::reactivate(act, &picked, run.reason.clone()).await {
            Err(Error::Refused(_)) if tries < 3 => tries += 1,
            done => return done.map(|_| items),
        }
    }
}

const fn left_alone(coupon: CouponId, outcome: &'static str) -> Item {
    Item { coupon, outcome, ended_before: None }
}

/// What became of each coupon, in their order.
async fn deed(
    act: &mut Act,
    run: &Run,
    series: &HashMap<SeriesId, Series>,
    coupons: Vec<Coupon>,
) -> Result<Vec<std::result::Result<Coupon, &'static str>>> {
    let reason = run.reason.clone();
    let moved = || run.moved_to.ok_or_else(|| Error::internal(anyhow::anyhow!("no instant")));
    match run.action {
        Action::Revoke => revoking::take_all(act, series, coupons, reason).await,
        Action::Expiry => expiring::move_all(act, series, coupons, moved()?, reason).await,
        Action::Resend => resending::send_all(act, series, coupons).await,
        Action::Reactivate => Err(Error::internal(anyhow::anyhow!("not a deed on locked coupons"))),
        Action::Restore => {
            let Scope::Run { run: undone } = run.scope else {
                return Err(Error::internal(anyhow::anyhow!("an undo of nothing")));
            };
            let org = act.org();
            let ids: Vec<CouponId> = coupons.iter().map(|coupon| coupon.id).collect();
            let before = bulk_items::befores(&mut *act.db(), org, undone, &ids).await?;
            expiring::put_back_all(act, series, coupons, moved()?, &before, reason).await
        }
    }
}
