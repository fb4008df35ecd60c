//! How the customers of a call stand with its badge, and the checks that are theirs alone.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::badge::EarnType;
use crate::badges::issuing::judge::{Case, Check, Step};
use crate::badges::issuing::quota::{Quota, Span, quotas};
use crate::badges::issuing::store;
use crate::badges::issuing::store::standing::{Edges, Enrolment, Tally};
use crate::badges::limits::{Level, Unit};
use crate::base::error::Result;
use crate::base::ids::{CustomerId, OrgId};
use crate::customers::{Hold, Person, people};

/// The customers of a call.
#[derive(Debug)]
pub struct Standing {
    people: HashMap<CustomerId, Person>,
    enrolments: HashMap<CustomerId, Enrolment>,
    tallies: HashMap<CustomerId, Tally>,
    /// The customer level's quotas.
    pub own: Vec<Quota>,
    /// The badge level's quotas.
    pub across: Vec<Quota>,
}

impl Standing {
    /// Reads how customers stand, holding them where `hold` says so and the badge asks for it: where
    /// something is counted or looked up customer by customer, one act at a time.
    pub async fn read(
        db: &mut PgConnection,
        org: OrgId,
        case: &Case<'_>,
        customers: &[CustomerId],
        hold: bool,
    ) -> Result<Self> {
        let terms = case.terms;
        let (own, across): (Vec<Quota>, Vec<Quota>) =
            quotas(terms, case.event(), case.now, case.rules.zone)
                .into_iter()
                .partition(|quota| quota.level == Level::Customer);
        let alone = terms.earn_type == EarnType::Enrol || !own.is_empty();
        let hold = match (hold, alone) {
            (false, _) => Hold::Not,
            (true, true) => Hold::Alone,
            (true, false) => Hold::There,
        };
        let people = people(db, org, customers, hold).await?;
        let mut ids: Vec<CustomerId> = people.values().map(|person| person.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let enrolments = match terms.earn_type {
            EarnType::Direct => HashMap::new(),
            EarnType::Enrol => {
                let at = (case.event(), case.event());
                store::standing::enrolments(db, org, terms.id, &ids, at, terms.expires_on).await?
            }
        };
        let tallies = tallies(db, org, case, &ids, &own).await?;
        Ok(Standing { people, enrolments, tallies, own, across })
    }

    /// The customer, where the brand has one of this number.
    pub fn person(&self, asked: CustomerId) -> Option<&Person> {
        self.people.get(&asked)
    }

    /// The enrolment that covers the event: the one with the latest event, where there are several.
    pub fn enrolment(&self, id: CustomerId) -> Option<&Enrolment> {
        self.enrolments.get(&id)
    }

    /// The customer's own quotas with their counts.
    pub fn counts(&self, id: CustomerId) -> Vec<(Quota, i64)> {
        let tally = self.tallies.get(&id).copied().unwrap_or_default();
        self.own.iter().map(|quota| (*quota, counted(quota, tally))).collect()
    }

    /// The checks that are this customer's alone; the badge level's limits are judged after these.
    pub fn steps(&self, case: &Case<'_>, asked: CustomerId) -> Vec<Step> {
        let Some(person) = self.person(asked) else {
            return vec![Step::new(Check::Customer, true, "customer_unknown")];
        };
        let mut steps = vec![Step::new(Check::Customer, false, "customer_unknown")];
        if case.terms.earn_type == EarnType::Enrol {
            let none = self.enrolment(person.id).is_none();
            steps.push(Step::new(Check::Enrolment, none, "enrol_first"));
        }
        steps.push(case.registered(person.known_since));
        let full = self.counts(person.id).iter().any(|(quota, count)| !quota.allows(*count));
        steps.push(Step::new(Check::CustomerLimit, full, "customer_limit"));
        steps
    }
}

fn counted(quota: &Quota, tally: Tally) -> i64 {
    match quota.span {
        Span::Overall => tally.all,
        Span::Rolling { unit: Unit::Days, .. } => tally.days,
        Span::Rolling { unit: Unit::Weeks, .. } => tally.weeks,
        Span::Rolling { unit: Unit::Months, .. } => tally.months,
        Span::Fixed { .. } => tally.window,
    }
}

async fn tallies(
    db: &mut PgConnection,
    org: OrgId,
    case: &Case<'_>,
    ids: &[CustomerId],
    own: &[Quota],
) -> Result<HashMap<CustomerId, Tally>> {
    let badge = case.terms.id;
    let mut tallies = HashMap::new();
    if ids.is_empty() {
        return Ok(tallies);
    }
    let edge_of = |wanted: Unit| -> Option<DateTime<Utc>> {
        own.iter().find_map(|quota| match quota.span {
            Span::Rolling { unit, edge, .. } if unit == wanted => Some(edge),
            _ => None,
        })
    };
    if own.iter().any(|quota| !matches!(quota.span, Span::Fixed { .. })) {
        let edges = Edges {
            days: edge_of(Unit::Days),
            weeks: edge_of(Unit::Weeks),
            months: edge_of(Unit::Months),
        };
        tallies = store::standing::moving(db, org, badge, ids, edges).await?;
    }
    for quota in own {
        let Span::Fixed { from, to, .. } = quota.span else { continue };
        for (id, n) in store::standing::in_window(db, org, badge, ids, (from, to)).await? {
            tallies.entry(id).or_default().window = n;
        }
    }
    Ok(tallies)
}
