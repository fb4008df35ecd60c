//! Issuing a badge to customers (the wire's `earn`): one act, an outcome for each customer.

use std::collections::HashSet;

use crate::badges::codes;
use crate::badges::issuing::benefits;
use crate::badges::issuing::call::{Answer, Declined, IssueCall, Issued, Outcome, State};
use crate::badges::issuing::counts::Counts;
use crate::badges::issuing::event;
use crate::badges::issuing::ground::{Ground, distinct, source, take_request_id};
use crate::badges::issuing::judge::{Case, Step, refusal};
use crate::badges::issuing::quota::Quota;
use crate::badges::issuing::standing::Standing;
use crate::badges::issuing::store::standing::Enrolment;
use crate::badges::issuing::store::write::{self, Common, NewEarn};
use crate::badges::issuing::trace;
use crate::badges::owners::Owner;
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{CustomerId, EarnId};
use crate::base::outbox::{self, Outgoing};
use crate::base::permission::Permission;
use crate::customers::{self, Person};

/// A customer who gets the badge.
pub(super) struct Winner {
    /// Who.
    pub person: Person,
    /// The new earn.
    pub id: EarnId,
    /// The enrolment it rests on.
    pub enrolment: Option<Enrolment>,
    /// Every quota with its count, this earn included.
    pub counts: Vec<(Quota, i64)>,
}

/// Issues a badge. What stands against the call as a whole is refused; what stands against one customer
/// is that customer's outcome. For a single customer the checks are said in their order, whichever of
/// the two they are.
///
/// An act that issues several badges goes through them in the order of their ids and holds all its
/// customers first (`customers::people`), so that two such acts never wait for each other.
pub async fn issue(act: &mut Act, call: &IssueCall) -> Result<Answer<Issued>> {
    act.require(Permission::IssueBadges)?;
    call.trigger.check()?;
    let request_id = take_request_id(act, call.request_id.as_deref()).await?;
    let ground = Ground::stand(act, call.badge, &call.trigger, call.event).await?;
    let unclaimed = call.by_support || call.trigger.owner == Some(Owner::Membercare);
    let (now, given) = (act.now(), call.event);
    let case = Case { terms: &ground.terms, rules: &ground.rules, now, given, unclaimed };
    let customers = distinct(&call.customers);
    let steps = case.of_issuing();
    if customers.len() != 1 {
        refused(&steps)?;
    }
    let org = act.org();
    let standing = Standing::read(act.db(), org, &case, &customers, true).await?;
    let Decision { winners, outcomes, counts } =
        decide(act, &case, &steps, &standing, &customers).await?;
    write(act, &case, call, &request_id, &winners, counts).await?;
    let expires_on = (!winners.is_empty()).then_some(ground.terms.earn_end(now).1);
    Ok(Answer { request_id, expires_on, outcomes })
}

/// The refusal of the whole, if a check of the whole failed.
pub(super) fn refused(steps: &[Step]) -> Result<()> {
    match refusal(steps).and_then(|step| step.problem.clone()) {
        Some(problem) => Err(problem.into()),
        None => Ok(()),
    }
}

/// What was decided.
struct Decision {
    winners: Vec<Winner>,
    outcomes: Vec<Outcome<Issued>>,
    counts: Counts,
}

/// Who gets it, in the order given, and every customer's outcome.
async fn decide(
    act: &mut Act,
    case: &Case<'_>,
    steps: &[Step],
    standing: &Standing,
    customers: &[CustomerId],
) -> Result<Decision> {
    let mut verdicts = Vec::with_capacity(customers.len());
    let mut passed = Vec::new();
    let mut seen = HashSet::new();
    for asked in customers {
        let mut all = steps.to_vec();
        all.extend(standing.steps(case, *asked));
        match refusal(&all) {
            Some(step) if !step.check.is_personal() => refused(&all)?,
            Some(step) => verdicts.push((*asked, step.problem.clone())),
            None => {
                // Two numbers of one merged customer are one customer.
                let person = standing.person(*asked).filter(|person| seen.insert(person.id));
                let Some(person) = person else { continue };
                passed.push(person.clone());
                verdicts.push((*asked, None));
            }
        }
    }
    let (winners, counts) = share_out(act, case, standing, passed).await?;
    let mut given = winners.iter();
    let outcomes = verdicts.into_iter().map(|(customer, problem)| {
        let result = match problem {
            Some(problem) => Err(problem.into()),
            // Those who passed win in their order, as many as the limits have room for.
            None => given
                .next()
                .map(|winner| issued(case, winner))
                .ok_or_else(|| Declined::from(codes::whole("badge_limit"))),
        };
        Outcome { customer, result }
    });
    let outcomes = outcomes.collect();
    Ok(Decision { winners, outcomes, counts })
}

/// The first of those who passed, as many as the limits across customers have room for.
async fn share_out(
    act: &mut Act,
    case: &Case<'_>,
    standing: &Standing,
    passed: Vec<Person>,
) -> Result<(Vec<Winner>, Counts)> {
    let mut winners = Vec::with_capacity(passed.len());
    if passed.is_empty() {
        return Ok((winners, Counts::default()));
    }
    let org = act.org();
    let mut counts = Counts::hold(act.db(), org, case.terms, &standing.across).await?;
    for person in passed {
        if counts.reached().is_some() {
            break;
        }
        counts.raise();
        let own = standing.counts(person.id).into_iter().map(|(quota, count)| (quota, count + 1));
        winners.push(Winner {
            id: EarnId::fresh(case.now),
            enrolment: standing.enrolment(person.id).cloned(),
            counts: own.chain(counts.all.iter().copied()).collect(),
            person,
        });
    }
    Ok((winners, counts))
}

fn issued(case: &Case<'_>, winner: &Winner) -> Issued {
    let (_, end) = case.terms.earn_end(case.now);
    Issued {
        id: winner.id,
        enrolment: winner.enrolment.as_ref().map(|enrolment| enrolment.id),
        expires_on: end,
        state: State::at(case.now, case.event(), end),
    }
}

/// Writes what was decided: earns, totals, what is owed with them, the event for the outside, the trace;
/// the counts that others wait for come last.
async fn write(
    act: &mut Act,
    case: &Case<'_>,
    call: &IssueCall,
    request_id: &str,
    winners: &[Winner],
    counts: Counts,
) -> Result<()> {
    if winners.is_empty() {
        return Ok(());
    }
    let (org, terms) = (act.org(), case.terms);
    let common = Common {
        badge: terms.id,
        event: case.event(),
        now: case.now,
        expires_on: terms.earn_end(case.now).0,
        owner: call.trigger.owner_word(call.by_support),
        reference: call.trigger.reference.as_deref(),
        request_id,
        source: source(act, call.by_support, call.customers.len() > 1),
        import: act.actor().import.map(crate::base::ids::ImportId::get),
    };
    let rows: Vec<NewEarn> = winners.iter().map(Winner::row).collect();
    write::earns(act.db(), org, &common, &rows).await?;
    let number = i64::try_from(winners.len()).unwrap_or(i64::MAX);
    write::totals(act.db(), org, terms.id, 0, number).await?;
    benefits::owe(act, case, &rows).await?;
    announce(act, case, winners).await?;
    trace::issued(act, terms, winners);
    counts.save(act.db(), org).await
}

impl Winner {
    fn row(&self) -> NewEarn {
        let enrolment = self.enrolment.as_ref().map(|enrolment| enrolment.id);
        NewEarn { id: self.id, customer: self.person.id, enrolment }
    }
}

/// Puts `badgeEarned` out for each.
async fn announce(act: &mut Act, case: &Case<'_>, winners: &[Winner]) -> Result<()> {
    let org = act.org();
    let ids: Vec<CustomerId> = winners.iter().map(|winner| winner.person.id).collect();
    let accounts = customers::known_by(act.db(), org, &ids).await?;
    let events: Vec<Outgoing> = winners
        .iter()
        .map(|winner| {
            let known = accounts.get(&winner.person.id).map(Vec::as_slice).unwrap_or_default();
            event::badge_earned(act.actor(), case.terms.id, case.now, winner, known)
        })
        .collect();
    outbox::put(act, &events).await
}
