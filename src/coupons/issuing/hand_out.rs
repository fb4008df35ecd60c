//! Where the granted coupons come from: stock, fresh codes, copies of a common code.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::Want;
use super::facts::Known;
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{CouponId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::expiry;
use crate::coupons::ground;
use crate::coupons::series::{Handling, Series, code_key};
use crate::coupons::store::give::{Hand, NewCoupon};
use crate::coupons::store::{self, give, stock};

/// How often codes that existed already are drawn anew before a pattern counts as used up.
const MOST_ROUNDS: usize = 30;

/// What a want is granted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grant {
    /// The want's place.
    pub place: usize,
    /// How many.
    pub count: i64,
    /// Why not all, or none.
    pub short: Option<&'static str>,
    /// The coupon they hold already.
    pub again: Option<CouponId>,
}

/// A coupon to be made or handed out, and the place it is for.
pub type Slot = (usize, NewCoupon);

/// The coupons of each grant, in the order of the grants; fewer than granted where stock ran out.
pub(super) async fn hand_out(
    act: &mut Act,
    known: &Known,
    wants: &[Want],
    grants: &[Grant],
) -> Result<Vec<Vec<Coupon>>> {
    let mut handed = vec![Vec::new(); grants.len()];
    let hand = hand(act, known);
    // Series by series in the order of their numbers: stock is locked in that order.
    let mut by_series: BTreeMap<SeriesId, VecDeque<Slot>> = BTreeMap::new();
    for grant in grants.iter().filter(|grant| grant.count > 0) {
        let want = &wants[grant.place];
        let Some(slot) = slot(known, want) else { continue };
        let slots = by_series.entry(want.series).or_default();
        slots.extend((0..grant.count).map(|_| (grant.place, slot.clone())));
    }
    for (id, slots) in by_series {
        let Some(series) = known.series.get(&id) else { continue };
        let waiting = known.totals.get(&id).map_or(0, |totals| totals.unissued);
        fill(act, series, waiting, &hand, slots, &mut handed).await?;
    }
    Ok(handed)
}

/// Fills the places of one series: with `waiting` codes that lie ready, oldest first, then with copies
/// of the common code or fresh ones. Those that cannot be filled stay empty in `handed`.
pub async fn fill(
    act: &mut Act,
    series: &Series,
    waiting: i64,
    hand: &Hand,
    mut slots: VecDeque<Slot>,
    handed: &mut [Vec<Coupon>],
) -> Result<()> {
    if from_stock(series, waiting) {
        hand_stock(act, hand, &mut slots, handed).await?;
    }
    match series.handling {
        Handling::Uploaded => Ok(()),
        Handling::Generic => copy(act, series, hand, slots, handed).await,
        Handling::Generated => draw(act, series, hand, slots, handed).await,
    }
}

/// Uploaded codes always lie ready, generated ones where a batch made some.
fn from_stock(series: &Series, waiting: i64) -> bool {
    match series.handling {
        Handling::Uploaded => true,
        Handling::Generated => waiting > 0,
        Handling::Generic => false,
    }
}

pub(super) fn hand(act: &Act, known: &Known) -> Hand {
    let actor = act.actor();
    Hand {
        on: known.now,
        till: ground::till(act),
        by: actor.id,
        by_name: actor.name.clone(),
        import: actor.import.map(|import| import.get()),
    }
}

/// A coupon of this want, but for its code.
fn slot(known: &Known, want: &Want) -> Option<NewCoupon> {
    let series = known.series.get(&want.series)?;
    Some(NewCoupon {
        series: want.series,
        code: series.generic_code.clone().unwrap_or_default(),
        generic: series.handling == Handling::Generic,
        customer: *known.survivors.get(&want.customer)?,
        expires_on: expiry::natural(series.strategy, known.now, known.zone),
        source: want.origin.source,
        reference: want.origin.reference.clone(),
        metadata: want.origin.metadata.clone(),
        bill_id: want.origin.bill_id.clone(),
        transaction_number: want.origin.transaction_number.clone(),
        batch: None,
    })
}

/// Hands out what lies ready, to the first wants first; what is left over stays in `slots`.
async fn hand_stock(
    act: &mut Act,
    hand: &Hand,
    slots: &mut VecDeque<Slot>,
    handed: &mut [Vec<Coupon>],
) -> Result<()> {
    let (Some((_, first)), wanted) = (slots.front(), slots.len() as i64) else { return Ok(()) };
    let org = act.org();
    let taken = stock::take(act.db(), org, first.series, wanted).await?;
    let served: Vec<Slot> = slots.drain(..taken.len().min(slots.len())).collect();
    let places: HashMap<CouponId, usize> =
        taken.iter().zip(&served).map(|(id, (place, _))| (*id, *place)).collect();
    let given: Vec<(CouponId, NewCoupon)> =
        taken.into_iter().zip(served.into_iter().map(|(_, new)| new)).collect();
    let mut coupons = stock::give(act.db(), org, hand, &given).await?;
    coupons.sort_by_key(|coupon| coupon.id);
    for coupon in coupons {
        if let Some(place) = places.get(&coupon.id) {
            handed[*place].push(coupon);
        }
    }
    Ok(())
}

/// Copies a common code for its holders.
async fn copy(
    act: &mut Act,
    series: &Series,
    hand: &Hand,
    slots: VecDeque<Slot>,
    handed: &mut [Vec<Coupon>],
) -> Result<()> {
    let places: HashMap<_, usize> =
        slots.iter().map(|(place, new)| (Some(new.customer), *place)).collect();
    let new: Vec<NewCoupon> = slots.into_iter().map(|(_, new)| new).collect();
    let org = act.org();
    for coupon in give::insert(act.db(), org, hand, &new).await? {
        debug_assert_eq!(coupon.series, series.id);
        if let Some(place) = places.get(&coupon.holder()) {
            handed[*place].push(coupon);
        }
    }
    Ok(())
}

/// Draws fresh codes; those that exist already are drawn anew.
async fn draw(
    act: &mut Act,
    series: &Series,
    hand: &Hand,
    mut slots: VecDeque<Slot>,
    handed: &mut [Vec<Coupon>],
) -> Result<()> {
    let (org, pattern) = (act.org(), series.codes.pattern()?);
    for _ in 0..MOST_ROUNDS {
        if slots.is_empty() {
            break;
        }
        let codes = pattern.many(slots.len());
        let keys: Vec<String> = codes.iter().map(|code| code_key(code)).collect();
        let common = store::series::has_generic(&mut *act.db(), org, &keys).await?;
        let mut seen: HashSet<String> = common.into_iter().collect();
        let mut tried: HashMap<String, Slot> = HashMap::new();
        let mut later = VecDeque::new();
        for ((place, new), (code, key)) in slots.into_iter().zip(codes.into_iter().zip(keys)) {
            if seen.insert(key.clone()) {
                tried.insert(key, (place, NewCoupon { code, ..new }));
            } else {
                later.push_back((place, new));
            }
        }
        let new: Vec<NewCoupon> = tried.values().map(|(_, new)| new.clone()).collect();
        let mut made = give::insert(act.db(), org, hand, &new).await?;
        made.sort_by_key(|coupon| coupon.id);
        for coupon in made {
            if let Some((place, _)) = tried.remove(&code_key(&coupon.code)) {
                handed[place].push(coupon);
            }
        }
        later.extend(tried.into_values());
        slots = later;
    }
    Ok(())
}
