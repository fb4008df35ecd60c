//! Issuing coupons to customers: any number of wants in one act, each judged by itself, all of them under
//! one set of locks (spec/coupons.md 4.4, 6.4–6.6).
//!
//! Where codes come from: uploaded series hand out stock, oldest first; generated ones hand out what
//! batches made ready and draw the rest; common codes are copied. A want that cannot be met in full is
//! met as far as it goes.

mod facts;
mod hand_out;

use serde_json::{Value, json};

use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::base::outbox;
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::coupons::coupon::{Coupon, Source};
use crate::coupons::issue_checks::{Verdict, judge};
use crate::coupons::message;
use crate::coupons::refusal;
use crate::coupons::store::messages::NewMessage;
use crate::coupons::store::{self, totals};
use crate::coupons::trace;

use facts::Known;
pub(super) use facts::usable;
use hand_out::{Grant, hand_out};
pub(super) use hand_out::{Slot, fill};

/// How a coupon comes about, kept with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Through which door.
    pub source: Source,
    /// The number of what it came from: a badge's issue, a reward's claim.
    pub reference: Option<String>,
    /// What the caller said about it.
    pub metadata: Option<Value>,
    /// The bill it goes with.
    pub bill_id: Option<String>,
    /// Its transaction.
    pub transaction_number: Option<String>,
}

impl Origin {
    /// From a door, without more words.
    pub fn of(source: Source) -> Self {
        Origin { source, reference: None, metadata: None, bill_id: None, transaction_number: None }
    }

    /// The benefit of a badge: the room of badges vouches for it, and asks no further permission.
    pub fn badge(reference: impl Into<String>) -> Self {
        Origin { reference: Some(reference.into()), ..Origin::of(Source::Badge) }
    }

    /// Whether another deed asked for leave already.
    fn vouched(&self) -> bool {
        matches!(self.source, Source::Badge | Source::Reward | Source::Goodwill | Source::Upload)
    }
}

/// Coupons wanted of one series for one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Want {
    /// Of which series.
    pub series: SeriesId,
    /// For whom.
    pub customer: CustomerId,
    /// How many; [`issue_checks::count`](crate::coupons::issue_checks::count) reads a caller's number.
    pub count: i64,
    /// Whether the call asks for a number of coupons: its refusals have numbers of their own.
    pub several: bool,
    /// How they come about.
    pub origin: Origin,
}

impl Want {
    /// One coupon.
    pub fn one(series: SeriesId, customer: CustomerId, origin: Origin) -> Self {
        Want { series, customer, count: 1, several: false, origin }
    }
}

/// What a want was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// At least one.
    pub coupons: Vec<Coupon>,
    /// Why not all that were wanted.
    pub short: Option<Problem>,
    /// Whether it is a coupon the customer held already.
    pub again: bool,
}

/// What became of a want.
pub type Outcome = std::result::Result<Given, Problem>;

/// Issues coupons; an outcome for each want, in their order. What was refused wrote nothing.
pub async fn issue(act: &mut Act, wants: &[Want]) -> Result<Vec<Outcome>> {
    if !wants.iter().all(|want| want.origin.vouched()) {
        act.require(Permission::IssueCoupons)?;
    }
    let mut known = Known::hold(act, wants).await?;
    let mut grants = Vec::with_capacity(wants.len());
    for (place, want) in wants.iter().enumerate() {
        grants.push(grant(&mut known, place, want));
    }
    let handed = hand_out(act, &known, wants, &grants).await?;
    let mut outcomes = Vec::with_capacity(wants.len());
    for (grant, coupons) in grants.into_iter().zip(handed) {
        let want = &wants[grant.place];
        outcomes.push(finish(act, &known, want, grant, coupons).await?);
    }
    totals::add(act.db(), known.org, &known.changes(wants, &outcomes)).await?;
    tell(act, &known, wants, &outcomes).await?;
    Ok(outcomes)
}

/// How much of a want is granted; later wants of the same act see it.
fn grant(known: &mut Known, place: usize, want: &Want) -> Grant {
    let none = |word| Grant { place, count: 0, short: Some(word), again: None };
    let Some(customer) = known.survivors.get(&want.customer).copied() else {
        return none("customer_unknown");
    };
    let Some(series) = known.series.get(&want.series) else { return none("series_unknown") };
    let Some(holder) = known.holders.get(&customer) else { return none("customer_unknown") };
    let facts = known.facts(series, customer);
    match judge(series, holder, &facts, want.count, want.several) {
        Verdict::Refuse(word) => none(word),
        Verdict::Again { coupon, short } => Grant { place, count: 0, short, again: Some(coupon) },
        Verdict::Grant { count, short } => {
            known.grant(want.series, customer, count);
            Grant { place, count, short, again: None }
        }
    }
}

/// The outcome of one want, and its entries.
async fn finish(
    act: &mut Act,
    known: &Known,
    want: &Want,
    grant: Grant,
    coupons: Vec<Coupon>,
) -> Result<Outcome> {
    let problem = |word| Problem::whole(word, refusal::sentence(word));
    if let Some(id) = grant.again {
        let coupons = again(act, known, want, id).await?;
        return Ok(Ok(Given { coupons, short: grant.short.map(problem), again: true }));
    }
    if coupons.is_empty() {
        let empty = if want.several { "pool_short" } else { "pool_empty" };
        let word = if grant.count > 0 { empty } else { grant.short.unwrap_or(empty) };
        return Ok(Err(problem(word)));
    }
    let Some(series) = known.series.get(&want.series) else {
        return Ok(Err(problem("series_unknown")));
    };
    for coupon in &coupons {
        let mut entry = trace::entry("issued", coupon, series);
        if let Some(details) = entry.details.as_object_mut() {
            details.insert("source".to_owned(), json!(want.origin.source.word()));
            details.insert("reference".to_owned(), json!(want.origin.reference));
        }
        act.record(entry);
    }
    let missing = grant.count > coupons.len() as i64;
    let short = if missing { Some("pool_short") } else { grant.short };
    Ok(Ok(Given { coupons, short: short.map(problem), again: false }))
}

/// The coupon they hold already, sent again and not counted again.
async fn again(act: &mut Act, known: &Known, want: &Want, id: CouponId) -> Result<Vec<Coupon>> {
    let coupons = store::coupons::load(&mut *act.db(), known.org, &[id]).await?;
    if let (Some(coupon), Some(series)) = (coupons.first(), known.series.get(&want.series)) {
        act.record(trace::entry("gave again", coupon, series));
    }
    Ok(coupons)
}

/// Messages and events of what was given.
async fn tell(act: &mut Act, known: &Known, wants: &[Want], outcomes: &[Outcome]) -> Result<()> {
    let (mut messages, mut events) = (Vec::new(), Vec::new());
    for (want, outcome) in wants.iter().zip(outcomes) {
        let (Ok(given), Some(series)) = (outcome, known.series.get(&want.series)) else {
            continue;
        };
        for coupon in &given.coupons {
            let holder = coupon.holder().and_then(|customer| known.holders.get(&customer));
            let Some((holder, address)) = holder.and_then(|h| Some((h, h.mobile.clone()?))) else {
                continue;
            };
            if let Some(body) = message::issued(series, coupon, holder, known.zone) {
                let (coupon, customer) = (coupon.id, holder.id);
                messages.push(NewMessage { coupon, customer, kind: "ISSUE", address, body });
            }
        }
        if !given.again && want.origin.source != Source::Upload {
            let event = trace::issued(act.actor(), series, &given.coupons, known.now, known.zone);
            events.extend(event);
        }
    }
    let (org, now) = (known.org, known.now);
    if !messages.is_empty() {
        store::messages::insert(act.db(), org, now, &messages).await?;
    }
    outbox::put(act, &events).await
}
