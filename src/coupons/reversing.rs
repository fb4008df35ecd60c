//! Taking redemptions back, and mending what was noted with them (spec/coupons.md 6.10, 6.13).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId, RedemptionId, SeriesId};
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::coupons::ground;
use crate::coupons::redemption::Redemption;
use crate::coupons::refusal;
use crate::coupons::store::redemptions as rows;
use crate::coupons::store::totals::{Change, slot};
use crate::coupons::store::{self, holders, totals};
use crate::coupons::trace;

pub use crate::coupons::store::redemptions::Mended;

/// The largest bill that is kept.
pub const LARGEST_BILL: f64 = 9_007_199_254_740_991.0;

/// Takes redemptions back: all or none. The coupons can be used again until they end.
pub async fn reactivate(
    act: &mut Act,
    ids: &[RedemptionId],
    reason: Option<String>,
) -> Result<Vec<Redemption>> {
    act.require(Permission::ServeCoupons)?;
    let (org, by) = (act.org(), act.actor().name.clone());
    let ids: BTreeSet<RedemptionId> = ids.iter().copied().collect();
    if ids.is_empty() {
        return Err(refusal::problem("no_redemptions").into());
    }
    let ids: Vec<RedemptionId> = ids.into_iter().collect();
    let known = rows::load(&mut *act.db(), org, &ids).await?;
    let unknown = || Error::from(refusal::problem("redemption_unknown"));
    if known.len() != ids.len() || known.iter().any(|one| one.reversed.is_some()) {
        return Err(unknown());
    }
    let set = |part: fn(&Redemption) -> i64| -> Vec<i64> {
        known.iter().map(part).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let series: Vec<SeriesId> = set(|r| r.series.get()).into_iter().map(SeriesId::new).collect();
    let people: Vec<CustomerId> =
        set(|r| r.customer.get()).into_iter().map(CustomerId::new).collect();
    let coupons: Vec<CouponId> = set(|r| r.coupon.get()).into_iter().map(CouponId::new).collect();
    let series = store::series::hold(act.db(), org, &series).await?;
    holders::hold(act.db(), org, &people).await?;
    let coupons = store::coupons::lock(act.db(), org, &coupons).await?;
    let now = ground::moment(act).await?;
    let mut back = rows::reverse(act.db(), org, &ids, now, &by, reason.as_deref()).await?;
    back.sort_unstable_by_key(|one| one.id);
    if back.len() != ids.len() {
        return Err(unknown());
    }
    let mut uses: BTreeMap<CouponId, i32> = BTreeMap::new();
    let mut changes: BTreeMap<SeriesId, Change> = BTreeMap::new();
    for one in &back {
        let back = uses.entry(one.coupon).or_default();
        *back += 1;
        let back = *back;
        let limited = series.iter().any(|s| s.id == one.series && s.redeem.max.is_some());
        let change = changes
            .entry(one.series)
            .or_insert_with(|| Change { slot: slot(limited), ..Change::default() });
        change.redeemed -= 1;
        let coupon = coupons.iter().find(|coupon| coupon.id == one.coupon);
        let series = series.iter().find(|series| series.id == one.series);
        if let (Some(coupon), Some(series)) = (coupon, series) {
            let entry = trace::entry("took back a redemption of", coupon, series);
            let left = coupon.redeemed - back;
            let mut entry = trace::counted(entry, left + 1, left);
            if let Some(details) = entry.details.as_object_mut() {
                details.insert("redemptionId".to_owned(), json!(one.id));
                details.insert("redeemedBy".to_owned(), json!(one.customer));
            }
            act.record(entry.because(reason.clone()));
        }
    }
    let uses: Vec<(CouponId, i32)> = uses.into_iter().collect();
    rows::give_back(act.db(), org, &uses).await?;
    let changes: Vec<_> = changes.into_iter().collect();
    totals::add(act.db(), org, &changes).await?;
    Ok(back)
}

/// A redemption to be mended.
#[derive(Debug, Clone, Default)]
pub struct Mend {
    /// Which; none: what was sent is no number.
    pub id: Option<RedemptionId>,
    /// What it is to say.
    pub to: Mended,
}

/// Mends what was noted with redemptions, each by itself; of another customer's nothing.
pub async fn amend(
    act: &mut Act,
    mends: &[Mend],
    customer: Option<CustomerId>,
) -> Result<Vec<std::result::Result<(), Problem>>> {
    act.require(Permission::RedeemCoupons)?;
    let org = act.org();
    // Locked in the order of their numbers, whatever the order of the call.
    let ids: BTreeSet<RedemptionId> = mends.iter().filter_map(|mend| mend.id).collect();
    let mut known: HashMap<RedemptionId, Redemption> = HashMap::new();
    for id in ids {
        if let Some(found) = rows::lock(act.db(), org, id).await? {
            known.insert(id, found);
        }
    }
    let mut results = Vec::with_capacity(mends.len());
    for mend in mends {
        let found = mend.id.and_then(|id| known.get(&id));
        let his = found.filter(|one| customer.is_none_or(|customer| one.customer == customer));
        let fits = |amount: f64| (0.0..=LARGEST_BILL).contains(&amount);
        if mend.to.bill_amount.is_some_and(|amount| !fits(amount)) {
            results.push(Err(refusal::problem("invalid")));
            continue;
        }
        let Some(old) = his.cloned() else {
            results.push(Err(refusal::problem("redemption_unknown")));
            continue;
        };
        rows::mend(act.db(), org, old.id, &mend.to).await?;
        tell(act, &old, &mend.to).await?;
        results.push(Ok(()));
    }
    Ok(results)
}

async fn tell(act: &mut Act, old: &Redemption, to: &Mended) -> Result<()> {
    let org = act.org();
    let coupon = store::coupons::load(&mut *act.db(), org, &[old.coupon]).await?.pop();
    let series = store::series::find(&mut *act.db(), org, old.series).await?;
    if let (Some(coupon), Some(series)) = (coupon, series) {
        let before = json!({
            "transactionNumber": old.transaction_number, "billAmount": old.bill_amount,
            "billId": old.bill_id, "customFields": old.custom_fields,
        });
        let after = json!({
            "transactionNumber": to.transaction_number.as_ref().or(old.transaction_number.as_ref()),
            "billAmount": to.bill_amount.or(old.bill_amount),
            "billId": to.bill_id.as_ref().or(old.bill_id.as_ref()),
            "customFields": to.custom_fields.as_ref().or(old.custom_fields.as_ref()),
        });
        let mut entry = trace::entry("mended a redemption of", &coupon, &series);
        if let Some(Value::Object(details)) = Some(&mut entry.details) {
            details.insert("redemptionId".to_owned(), json!(old.id));
        }
        act.record(entry.changed(&before, &after));
    }
    Ok(())
}
