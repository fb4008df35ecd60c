//! Taking back: enrolments and issued badges. What they brought with them is not taken back.

use std::collections::HashMap;

use crate::badges::codes;
use crate::badges::issuing::call::Trigger;
use crate::badges::issuing::counts::{Moved, adjust};
use crate::badges::issuing::ground::{Ground, distinct};
use crate::badges::issuing::store;
use crate::badges::issuing::store::revoke::{Known, Mark};
use crate::badges::issuing::store::write;
use crate::badges::issuing::trace;
use crate::badges::limits::Level;
use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId};
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::customers::{Hold, Person, people};

/// Which enrolments are to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevokeWhich {
    /// All that these customers have in the badge.
    Customers(Vec<CustomerId>),
    /// These, each named with its customer.
    Enrolments(Vec<(CustomerId, EnrolmentId)>),
}

/// What became of one enrolment, or of a customer who has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Whose, as they were named.
    pub customer: CustomerId,
    /// Which; none where the customer has none.
    pub enrolment: Option<EnrolmentId>,
    /// What stood against it.
    pub result: Result<(), Problem>,
}

/// Takes enrolments of a badge back; earned badges stay. One answer for each enrolment, in the order
/// given; a customer without any is one too.
pub async fn revoke_enrolments(
    act: &mut Act,
    badge: BadgeId,
    which: &RevokeWhich,
    reason: Option<&str>,
) -> Result<Vec<Revoked>> {
    act.require(Permission::IssueBadges)?;
    let ground = Ground::stand(act, badge, &Trigger::default(), None).await?;
    let org = act.org();
    let customers = match which {
        RevokeWhich::Customers(customers) => distinct(customers),
        RevokeWhich::Enrolments(pairs) => {
            distinct(&pairs.iter().map(|(customer, _)| *customer).collect::<Vec<_>>())
        }
    };
    let people = people(act.db(), org, &customers, Hold::Alone).await?;
    let answers = match which {
        RevokeWhich::Customers(_) => {
            let ids: Vec<CustomerId> = people.values().map(|person| person.id).collect();
            let known = store::revoke::standing(act.db(), org, badge, &ids).await?;
            of_customers(&customers, &people, &known)
        }
        RevokeWhich::Enrolments(pairs) => {
            let ids: Vec<EnrolmentId> = pairs.iter().map(|(_, id)| *id).collect();
            let known = store::revoke::named(act.db(), org, badge, &ids).await?;
            of_pairs(pairs, &people, &known)
        }
    };
    let gone: Vec<(EnrolmentId, Person)> = answers
        .iter()
        .filter(|answer| answer.result.is_ok())
        .filter_map(|answer| Some((answer.enrolment?, people.get(&answer.customer)?.clone())))
        .collect();
    if !gone.is_empty() {
        let ids: Vec<EnrolmentId> = gone.iter().map(|(id, _)| *id).collect();
        let (now, by) = (act.now(), act.actor().name.clone());
        let mark = Mark { now, by: &by, reason };
        let number = store::revoke::enrolments(act.db(), org, &ids, &mark).await?;
        write::totals(act.db(), org, badge, -number, 0).await?;
        let gone: Vec<(String, Person)> =
            gone.into_iter().map(|(id, person)| (id.to_string(), person)).collect();
        trace::revoked(act, &ground.terms, "enrolment", &gone, reason);
    }
    Ok(answers)
}

fn none_of(customer: CustomerId) -> Revoked {
    Revoked { customer, enrolment: None, result: Err(codes::whole("no_enrolment")) }
}

fn of_customers(
    customers: &[CustomerId],
    people: &HashMap<CustomerId, Person>,
    known: &[Known],
) -> Vec<Revoked> {
    let mut answers = Vec::new();
    for customer in customers {
        let id = people.get(customer).map(|person| person.id);
        let before = answers.len();
        let theirs = known.iter().filter(|one| Some(one.customer) == id);
        answers.extend(theirs.map(|one| Revoked {
            customer: *customer,
            enrolment: Some(one.id),
            result: Ok(()),
        }));
        if answers.len() == before {
            answers.push(none_of(*customer));
        }
    }
    answers
}

fn of_pairs(
    pairs: &[(CustomerId, EnrolmentId)],
    people: &HashMap<CustomerId, Person>,
    known: &[Known],
) -> Vec<Revoked> {
    let mut taken: Vec<EnrolmentId> = Vec::new();
    let mut answer = |(customer, id): &(CustomerId, EnrolmentId)| {
        let theirs = people.get(customer).map(|person| person.id);
        let found = known.iter().find(|one| one.id == *id);
        let word = match found {
            Some(one) if Some(one.customer) != theirs => Some("enrolment_of_other"),
            Some(one) if one.stands && !taken.contains(id) => None,
            _ => Some("no_enrolment"),
        };
        if word.is_none() {
            taken.push(*id);
        }
        let result = word.map_or(Ok(()), |word| Err(codes::whole(word)));
        Revoked { customer: *customer, enrolment: Some(*id), result }
    };
    pairs.iter().map(&mut answer).collect()
}

/// Takes one issued badge back; expired ones too. Frees the limits it counted in.
pub async fn revoke_issued(
    act: &mut Act,
    badge: BadgeId,
    customer: CustomerId,
    earn: EarnId,
    reason: Option<&str>,
) -> Result<()> {
    let answers = revoke_many(act, badge, &[(customer, earn)], reason).await?;
    match answers.into_iter().next() {
        Some(answer) => Ok(answer?),
        None => Err(Error::NotFound),
    }
}

/// Takes several issued badges back, each named with its customer: an answer for each, in their order.
pub async fn revoke_many(
    act: &mut Act,
    badge: BadgeId,
    which: &[(CustomerId, EarnId)],
    reason: Option<&str>,
) -> Result<Vec<Result<(), Problem>>> {
    act.require(Permission::IssueBadges)?;
    let ground = Ground::stand(act, badge, &Trigger::default(), None).await?;
    let (org, now, by) = (act.org(), act.now(), act.actor().name.clone());
    let customers: Vec<CustomerId> = which.iter().map(|(customer, _)| *customer).collect();
    let people = people(act.db(), org, &distinct(&customers), Hold::There).await?;
    let asked: Vec<(CustomerId, EarnId)> =
        which.iter().filter_map(|(customer, id)| Some((people.get(customer)?.id, *id))).collect();
    let mark = Mark { now, by: &by, reason };
    let gone = store::revoke::earns(act.db(), org, badge, &asked, &mark).await?;
    if !gone.is_empty() {
        let number = i64::try_from(gone.len()).unwrap_or(i64::MAX);
        if ground.terms.limits_level(Level::Badge) {
            store::counts::gate(act.db(), org, &[badge]).await?;
            let moves = gone.iter().map(|one| Moved {
                badge,
                event: one.event,
                earned_on: one.earned_on,
                by: -1,
            });
            adjust(act.db(), org, &moves.collect::<Vec<_>>()).await?;
        }
        // Behind the counts, as an issue has it: each waits for the other's row otherwise.
        write::totals(act.db(), org, badge, 0, -number).await?;
    }
    let mut left: Vec<EarnId> = gone.iter().map(|one| one.id).collect();
    let mut traced = Vec::new();
    let mut answers = Vec::with_capacity(which.len());
    for (customer, id) in which {
        let place = left.iter().position(|gone| gone == id);
        match (place, people.get(customer)) {
            (Some(place), Some(person)) => {
                left.swap_remove(place);
                traced.push((id.to_string(), person.clone()));
                answers.push(Ok(()));
            }
            _ => answers.push(Err(codes::whole("no_active_earn"))),
        }
    }
    trace::revoked(act, &ground.terms, "issual", &traced, reason);
    Ok(answers)
}
