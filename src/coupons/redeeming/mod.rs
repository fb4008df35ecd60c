//! Redeeming: one coupon or many, all or nothing; and asking whether it would do, without doing it
//! (spec/coupons.md 4.5, 6.7–6.9).
//!
//! Why judged twice the same way: asking and doing share every line of code but the locks, so that what
//! a till was told a moment ago is what happens unless the world moved.

mod scene;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{CouponId, CustomerId, OrgId, RedemptionId, SeriesId};
use crate::base::outbox;
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::coupons::coupon::{Coupon, Source};
use crate::coupons::ground;
use crate::coupons::refusal;
use crate::coupons::series::Series;
use crate::coupons::store::give::{Hand, NewCoupon};
use crate::coupons::store::redeem::{NewUse, Note};
use crate::coupons::store::totals::{Change, slot};
use crate::coupons::store::{give, redeem as rows, totals};
use crate::coupons::trace;

use scene::{Found, Scene};

/// Which coupon is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Pick {
    /// By its code, in any case.
    Code(String),
    /// By its number.
    Id(CouponId),
}

/// A redemption asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct RedeemCall {
    /// Who redeems.
    pub customer: CustomerId,
    /// What.
    pub picks: Vec<Pick>,
    /// The bill; none: it is only asked, and neither amount nor number is judged.
    pub bill: Option<BillSaid>,
    /// When it is said to have happened: judged by, never stored.
    pub at: Option<DateTime<Utc>>,
    /// Custom fields.
    pub custom_fields: Option<Value>,
    /// Anything else.
    pub details: Option<String>,
}

/// What is said of the bill.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BillSaid {
    /// Its amount.
    pub amount: Option<f64>,
    /// Its number.
    pub transaction: Option<String>,
    /// Its id.
    pub id: Option<String>,
}

/// What became of one pick.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// As it was asked for.
    pub pick: Pick,
    /// The coupon, where it is known; a copy that was to be made has the number 0.
    pub coupon: Option<Coupon>,
    /// Its series.
    pub series: Option<Series>,
    /// How often the customer used it before.
    pub used_before: i64,
    /// How many uses are left before this one; `None`: no limit.
    pub left: Option<i64>,
    /// The redemption's number, none where it was only asked; or why not.
    pub result: std::result::Result<Option<RedemptionId>, Problem>,
}

/// Redeems all picks or none. When one is refused nothing was written, and the good ones say so.
/// The redemption of a single coupon is told to the outside.
pub async fn redeem(act: &mut Act, call: &RedeemCall) -> Result<Vec<Line>> {
    let (scene, lines) = use_up(act, call).await?;
    tell_outside(act, &scene, call, &lines).await?;
    Ok(lines)
}

/// The same for one of several coupons that a caller redeems in one call: the log tells of it, no event.
pub async fn redeem_among_others(act: &mut Act, call: &RedeemCall) -> Result<Vec<Line>> {
    Ok(use_up(act, call).await?.1)
}

async fn use_up(act: &mut Act, call: &RedeemCall) -> Result<(Scene, Vec<Line>)> {
    act.require(Permission::RedeemCoupons)?;
    let (org, begun, till) = (act.org(), act.now(), ground::till(act));
    let mut scene = Scene::set(act.db(), org, call, begun, till, true).await?;
    let mut lines = scene.judge(call);
    if all_or_nothing(&mut lines) {
        return Ok((scene, lines));
    }
    let coupons = make_copies(act, &scene, &lines).await?;
    let note = note(act, call);
    let uses: Vec<NewUse> = lines
        .iter()
        .zip(&coupons)
        .filter_map(|(line, coupon)| {
            let once = line.series.as_ref().is_some_and(Series::single_use);
            Some(NewUse { coupon: coupon.id, series: line.series.as_ref()?.id, once })
        })
        .collect();
    let ids = rows::insert(act.db(), org, scene.customer, scene.now, &note, &uses).await?;
    for (line, coupon) in lines.iter_mut().zip(coupons) {
        line.result = Ok(ids.get(&coupon.id).copied());
        line.coupon = Some(coupon);
    }
    totals::add(act.db(), org, &changes(&scene, &lines)).await?;
    record(act, &scene, call, &lines);
    Ok((scene, lines))
}

/// Whether the picks could be redeemed now: every check but those of the bill, without any lock.
pub async fn redeemable(
    db: &mut PgConnection,
    org: OrgId,
    call: &RedeemCall,
    now: DateTime<Utc>,
    till: Option<i64>,
) -> Result<Vec<Line>> {
    let mut scene = Scene::set(db, org, call, now, till, false).await?;
    Ok(scene.judge(call))
}

/// Whether something was refused; then the good ones share the bad ones' fate.
pub fn all_or_nothing(lines: &mut [Line]) -> bool {
    let failed = lines.iter().any(|line| line.result.is_err());
    if failed {
        for line in lines.iter_mut().filter(|line| line.result.is_ok()) {
            line.result = Err(refusal::problem("others_failed"));
        }
    }
    failed
}

/// The coupons of the lines, with copies of common codes made for a redeemer who held none.
async fn make_copies(act: &mut Act, scene: &Scene, lines: &[Line]) -> Result<Vec<Coupon>> {
    let missing = lines.iter().filter(|line| is_missing(line));
    let new: Vec<NewCoupon> = missing
        .filter_map(|line| {
            let series = line.series.as_ref()?;
            Some(NewCoupon {
                batch: None,
                series: series.id,
                code: series.generic_code.clone()?,
                generic: true,
                customer: scene.customer,
                expires_on: line.coupon.as_ref()?.expires_on,
                source: Source::Redemption,
                reference: None,
                metadata: None,
                bill_id: None,
                transaction_number: None,
            })
        })
        .collect();
    let mut made: HashMap<SeriesId, Coupon> = HashMap::new();
    if !new.is_empty() {
        let actor = act.actor();
        let hand = Hand {
            on: scene.now,
            till: ground::till(act),
            by: actor.id,
            by_name: actor.name.clone(),
            import: None,
        };
        for coupon in give::insert(act.db(), scene.org, &hand, &new).await? {
            if let Some(series) = scene.series.get(&coupon.series) {
                act.record(trace::entry("issued", &coupon, series));
            }
            made.insert(coupon.series, coupon);
        }
    }
    let coupon = |line: &Line| {
        let known = line.coupon.clone()?;
        if is_missing(line) { made.get(&known.series).cloned() } else { Some(known) }
    };
    Ok(lines.iter().filter_map(coupon).collect())
}

fn is_missing(line: &Line) -> bool {
    line.coupon.as_ref().is_some_and(|coupon| coupon.id == Found::NO_COPY)
}

fn note(act: &Act, call: &RedeemCall) -> Note {
    let (actor, bill) = (act.actor(), call.bill.clone().unwrap_or_default());
    Note {
        till: ground::till(act),
        by: actor.id,
        by_name: actor.name.clone(),
        transaction_number: bill.transaction,
        bill_amount: bill.amount,
        bill_id: bill.id,
        custom_fields: call.custom_fields.clone(),
        details: call.details.clone(),
    }
}

fn changes(scene: &Scene, lines: &[Line]) -> Vec<(SeriesId, Change)> {
    let mut changes: HashMap<SeriesId, Change> = HashMap::new();
    for line in lines {
        let (Some(series), Some(coupon)) = (&line.series, &line.coupon) else { continue };
        let slot = slot(series.redeem.max.is_some());
        let change =
            changes.entry(series.id).or_insert_with(|| Change { slot, ..Change::default() });
        change.redeemed += 1;
        change.last_redeemed_on = Some(scene.now);
        if coupon.source == Source::Redemption && coupon.created_on == scene.now {
            change.issued += 1;
            change.last_issued_on = Some(scene.now);
        }
    }
    changes.into_iter().collect()
}

/// An entry for each redemption.
fn record(act: &mut Act, scene: &Scene, call: &RedeemCall, lines: &[Line]) {
    let bill = call.bill.clone().unwrap_or_default();
    for line in lines {
        let (Some(series), Some(coupon), Ok(id)) = (&line.series, &line.coupon, &line.result)
        else {
            continue;
        };
        let entry = trace::entry("redeemed", coupon, series);
        let mut entry = trace::counted(entry, coupon.redeemed, coupon.redeemed + 1);
        if let Some(details) = entry.details.as_object_mut() {
            details.insert("redemptionId".to_owned(), json!(id));
            details.insert("redeemedBy".to_owned(), json!(scene.customer));
            details.insert("billAmount".to_owned(), json!(bill.amount));
            details.insert("transactionNumber".to_owned(), json!(bill.transaction));
        }
        act.record(entry);
    }
}

/// The event of a single redemption.
async fn tell_outside(
    act: &mut Act,
    scene: &Scene,
    call: &RedeemCall,
    lines: &[Line],
) -> Result<()> {
    let bill = call.bill.clone().unwrap_or_default();
    let [Line { series: Some(series), coupon: Some(coupon), result: Ok(Some(id)), .. }] = lines
    else {
        return Ok(());
    };
    let used = trace::Used {
        id: *id,
        customer: scene.customer,
        on: scene.now,
        transaction: bill.transaction.as_deref(),
        bill_id: bill.id.as_deref(),
    };
    let event = trace::redeemed(act.actor(), series, coupon, &used, scene.zone);
    outbox::put(act, &[event]).await
}
