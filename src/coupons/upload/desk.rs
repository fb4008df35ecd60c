//! The rules of issuing over the rows of one chunk: the facts of each customer, carried on row by row.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::base::act::Act;
use crate::base::csv::importable::Terms;
use crate::base::error::Result;
use crate::base::ids::{CouponId, CustomerId};
use crate::base::problem::Problem;
use crate::coupons::customer::Holder;
use crate::coupons::issue_checks::{self, Facts, Verdict};
use crate::coupons::issuing::usable;
use crate::coupons::refusal;
use crate::coupons::series::{Handling, Series};
use crate::coupons::store::give::{self, Held};
use crate::coupons::store::{holders, totals};

/// A chunk's customers at the counter.
pub(super) struct Desk<'a> {
    series: &'a Series,
    zone: Tz,
    now: DateTime<Utc>,
    /// Coupons of the series issued so far.
    issued: i64,
    /// Whether what rows above got cannot be seen in the store.
    trial: bool,
    people: HashMap<CustomerId, Standing>,
}

struct Standing {
    holder: Holder,
    holds: Held,
    /// The newest of their coupons that is still good, where the series gives it again.
    usable: Option<CouponId>,
    /// Whether they hold a coupon of a series that excludes this one.
    excluded: bool,
    /// Whether a row of this chunk named them already.
    seen: bool,
}

impl Standing {
    /// So many more, now. Which of them would be given again is nobody's question.
    fn got(&mut self, count: i64, now: DateTime<Utc>) {
        self.holds.count += count;
        self.holds.last = Some(now);
        self.usable = Some(CouponId::new(0));
    }
}

/// What a row comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// They get one.
    Granted,
    /// They have one already, which is what the offer says they shall have.
    HasOne,
    /// They get none.
    Refused(Problem),
}

impl<'a> Desk<'a> {
    /// Locks the customers and the counter of a limit, and reads what they hold. `ids` ascend.
    pub(super) async fn open(
        act: &mut Act,
        series: &'a Series,
        ids: &[CustomerId],
        terms: &Terms,
    ) -> Result<Self> {
        let (org, now) = (act.org(), act.now());
        holders::hold(act.db(), org, ids).await?;
        let people = people(act, series, ids, terms).await?;
        let mut issued = 0;
        if series.issue.max.is_some() {
            totals::hold(act.db(), org, &[series.id]).await?;
            let found = totals::totals(&mut *act.db(), org, &[series.id]).await?;
            issued = found.get(&series.id).map_or(0, |totals| totals.issued);
        }
        Ok(Desk {
            series,
            zone: terms.zone,
            now,
            issued: issued + terms.above.unwrap_or(0),
            trial: terms.above.is_some(),
            people,
        })
    }

    /// Judges the next row of a customer, of whom `above` rows stand above it in the file; what it
    /// grants counts for the rows below.
    pub(super) fn judge(&mut self, customer: CustomerId, above: u32) -> Judged {
        let generic = self.series.handling == Handling::Generic;
        let Some(standing) = self.people.get_mut(&customer) else {
            return Judged::Refused(refusal::problem("customer_unknown"));
        };
        if self.trial && above > 0 && !standing.seen {
            // Rows of chunks before this one: what they got was rolled back with their check.
            standing.got(i64::from(above), self.now);
        }
        standing.seen = true;
        let facts = Facts {
            now: self.now,
            zone: self.zone,
            held: standing.holds.count,
            usable: standing.usable,
            last_issued: standing.holds.last,
            excluded: standing.excluded,
            issued: self.issued,
        };
        match issue_checks::judge(self.series, &standing.holder, &facts, 1, false) {
            Verdict::Grant { .. } => {
                standing.got(1, self.now);
                self.issued += 1;
                Judged::Granted
            }
            Verdict::Again { .. } => Judged::HasOne,
            Verdict::Refuse("already_has") if generic => {
                Judged::Refused(refusal::problem("one_generic"))
            }
            Verdict::Refuse(word) => Judged::Refused(refusal::problem(word)),
        }
    }
}

/// What the rules ask of each customer of a chunk.
async fn people(
    act: &mut Act,
    series: &Series,
    ids: &[CustomerId],
    terms: &Terms,
) -> Result<HashMap<CustomerId, Standing>> {
    let (org, now) = (act.org(), act.now());
    let people = holders::load(&mut *act.db(), org, ids).await?;
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let mut held = give::held(&mut *act.db(), org, &[series.id.get()], &numbers).await?;
    let excluding = series.excluded_ids();
    let excluding = match excluding.is_empty() {
        true => HashSet::new(),
        false => give::holds_any(&mut *act.db(), org, &excluding, &numbers).await?,
    };
    let excluded: HashSet<CustomerId> = excluding.into_iter().map(|(id, _)| id).collect();
    let mut good = match series.issue.resend_existing {
        true => usable(act, series, ids, terms.zone, now).await?,
        false => HashMap::new(),
    };
    let people = people.into_iter().map(|(id, holder)| {
        let standing = Standing {
            holder,
            holds: held.remove(&(series.id, id)).unwrap_or_default(),
            usable: good.remove(&id),
            excluded: excluded.contains(&id),
            seen: false,
        };
        (id, standing)
    });
    Ok(people.collect())
}
