//! What the rows of a chunk were granted, and writing it: a handful of statements for all of them.

use std::collections::VecDeque;

use super::plan_store::{self as store, New};
use super::row::Asked;
use crate::base::act::Act;
use crate::base::csv::importable::Terms;
use crate::base::error::{Error, Result};
use crate::base::ids::{BatchId, CustomerId};
use crate::base::problem::Fault;
use crate::coupons::coupon::{Coupon, Source};
use crate::coupons::expiry;
use crate::coupons::issuing::{Slot, fill};
use crate::coupons::series::{Handling, Series};
use crate::coupons::store::coupons;
use crate::coupons::store::give::{Hand, NewCoupon};
use crate::coupons::store::totals::{self, Change};

/// What a chunk brings.
#[derive(Default)]
pub(super) struct Plan {
    /// Ready codes, and whose they are to be.
    codes: Vec<String>,
    holders: Vec<Option<i64>>,
    /// Who gets a code of ours.
    issues: Vec<CustomerId>,
}

impl Plan {
    /// Adds what a row was granted.
    pub(super) fn add(&mut self, asked: Asked, customer: Option<CustomerId>) {
        match (asked, customer) {
            (Asked::Code(code, _), holder) => {
                self.codes.push(code);
                self.holders.push(holder.map(CustomerId::get));
            }
            (Asked::Issue(_), Some(customer)) => self.issues.push(customer),
            // A row without a code names somebody.
            (Asked::Issue(_), None) => {}
        }
    }

    /// Writes a chunk: codes, counters, and the count of the file's batch. The coupons it issued.
    pub(super) async fn write(
        self,
        act: &mut Act,
        series: &Series,
        terms: &Terms,
    ) -> Result<Vec<Coupon>> {
        let added = (self.codes.len() + self.issues.len()) as i64;
        if added == 0 {
            return Ok(Vec::new());
        }
        let (actor, now) = (act.actor().clone(), act.now());
        let ends = expiry::natural(series.strategy, now, terms.zone);
        let new = New { actor: &actor, now, ends, series, import: terms.import };
        let batch = store::batch(act.db(), &new, added).await?;
        let mut issued = self.ready(act, &new, batch).await?;
        let mut change = Change {
            slot: totals::slot(series.issue.max.is_some()),
            uploaded: self.codes.len() as i64,
            unissued: (self.codes.len() - issued.len()) as i64,
            ..Change::default()
        };
        let given = self.issues(act, &new, batch).await?;
        change.unissued -= given.iter().filter(|coupon| coupon.batch != Some(batch)).count() as i64;
        issued.extend(given);
        change.issued = issued.len() as i64;
        change.last_issued_on = (!issued.is_empty()).then_some(now);
        totals::add(act.db(), actor.org, &[(series.id, change)]).await?;
        Ok(issued)
    }

    /// The ready codes; those of them that are somebody's.
    async fn ready(&self, act: &mut Act, new: &New<'_>, batch: BatchId) -> Result<Vec<Coupon>> {
        if self.codes.is_empty() {
            return Ok(Vec::new());
        }
        let ids = store::ready(act.db(), new, batch, &self.codes, &self.holders).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        Ok(coupons::load(&mut *act.db(), new.actor.org, &ids).await?)
    }

    /// Codes of ours for those who are to get one: what lies ready, the common code, or fresh ones.
    async fn issues(&self, act: &mut Act, new: &New<'_>, batch: BatchId) -> Result<Vec<Coupon>> {
        if self.issues.is_empty() {
            return Ok(Vec::new());
        }
        let series = new.series;
        let found = totals::totals(&mut *act.db(), new.actor.org, &[series.id]).await?;
        let waiting = found.get(&series.id).map_or(0, |totals| totals.unissued);
        let hand = Hand {
            on: new.now,
            till: None,
            by: new.actor.id,
            by_name: new.actor.name.clone(),
            import: Some(new.import.get()),
        };
        let slots = self.issues.iter().map(|customer| (0, coupon(new, batch, *customer)));
        let slots: VecDeque<Slot> = slots.collect();
        let mut handed = vec![Vec::with_capacity(slots.len())];
        fill(act, series, waiting, &hand, slots, &mut handed).await?;
        let issued: Vec<Coupon> = handed.into_iter().flatten().collect();
        if issued.len() < self.issues.len() { Err(full(series)?) } else { Ok(issued) }
    }
}

/// A coupon for a customer, but for its code.
fn coupon(new: &New<'_>, batch: BatchId, customer: CustomerId) -> NewCoupon {
    NewCoupon {
        series: new.series.id,
        code: new.series.generic_code.clone().unwrap_or_default(),
        generic: new.series.handling == Handling::Generic,
        customer,
        expires_on: new.ends,
        source: Source::Upload,
        reference: None,
        metadata: None,
        bill_id: None,
        transaction_number: None,
        batch: Some(batch),
    }
}

/// So few codes are left that many draws met none.
fn full(series: &Series) -> Result<Error> {
    let pattern = series.codes.pattern()?;
    let why = format!(
        "Of the {} codes {} can make, too few are left; make the random part longer",
        pattern.space(),
        pattern.picture()
    );
    Ok(Fault::new("no_room", why).on("randomCodeLength").into())
}
