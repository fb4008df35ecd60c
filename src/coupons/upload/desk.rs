//! The rules of issuing over the rows of one chunk: the facts of each customer, carried on row by row.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::facts_store::{self as store, Holds, Person};
use crate::base::act::Act;
use crate::base::csv::importable::Terms;
use crate::base::error::Result;
use crate::base::ids::{CouponId, CustomerId};
use crate::base::problem::Problem;
use crate::coupons::customer::Holder;
use crate::coupons::issue_checks::{self, Facts, Verdict};
use crate::coupons::refusal;
use crate::coupons::series::{Handling, Series};

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
    holds: Holds,
    /// Whether a row of this chunk named them already.
    seen: bool,
}

impl Holds {
    /// So many more, now. Which of them would be given again is nobody's question.
    fn got(&mut self, count: i64, now: DateTime<Utc>) {
        self.held += count;
        self.last_issued = Some(now);
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
    /// Locks the customers and reads what they hold. `ids` ascend.
    pub(super) async fn open(
        act: &mut Act,
        series: &'a Series,
        ids: &[i64],
        terms: &Terms,
    ) -> Result<Self> {
        let (org, now) = (act.org(), act.now());
        let people = store::lock_people(act.db(), org, ids).await?;
        let mut holds = store::holds(act.db(), org, series, ids, now).await?;
        let issued = match series.issue.max {
            Some(_) => store::lock_issued(act.db(), org, series).await?,
            None => 0,
        };
        let people = people.into_iter().map(|person| {
            let holds = holds.remove(&person.id).unwrap_or_default();
            (person.id, Standing { holder: holder(person), holds, seen: false })
        });
        Ok(Desk {
            series,
            zone: terms.zone,
            now,
            issued: issued + terms.above.unwrap_or(0),
            trial: terms.above.is_some(),
            people: people.collect(),
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
            standing.holds.got(i64::from(above), self.now);
        }
        standing.seen = true;
        let facts = Facts {
            now: self.now,
            zone: self.zone,
            held: standing.holds.held,
            usable: standing.holds.usable,
            last_issued: standing.holds.last_issued,
            excluded: standing.holds.excluded,
            issued: self.issued,
        };
        match issue_checks::judge(self.series, &standing.holder, &facts, 1, false) {
            Verdict::Grant { .. } => {
                standing.holds.got(1, self.now);
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

/// What the rules ask of a customer; no message is written, so none of its words are needed.
fn holder(person: Person) -> Holder {
    Holder {
        id: person.id,
        status: person.status,
        fraud: person.fraud,
        registered_on: None,
        transactions: 0,
        first_name: String::new(),
        last_name: String::new(),
        mobile: None,
    }
}
