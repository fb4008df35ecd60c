//! Enrolling customers in a badge (the wire's `issue`).

use std::collections::HashSet;

use crate::badges::codes;
use crate::badges::issuing::call::{Answer, Declined, EnrolCall, Enrolled, Outcome, State};
use crate::badges::issuing::ground::{Ground, distinct, source, take_request_id};
use crate::badges::issuing::issue::refused;
use crate::badges::issuing::judge::{Case, Check, Step, refusal};
use crate::badges::issuing::store;
use crate::badges::issuing::store::write::{self, Common};
use crate::badges::issuing::trace;
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{CustomerId, EnrolmentId, ImportId};
use crate::base::permission::Permission;
use crate::customers::{Hold, Person, people};

/// Enrols customers. Neither owner nor claim is asked. What stands against the call as a whole is
/// refused; what stands against one customer is that customer's outcome.
pub async fn enrol(act: &mut Act, call: &EnrolCall) -> Result<Answer<Enrolled>> {
    act.require(Permission::IssueBadges)?;
    call.trigger.check()?;
    let request_id = take_request_id(act, call.request_id.as_deref()).await?;
    let ground = Ground::stand(act, call.badge, &call.trigger, call.event).await?;
    let (now, given) = (act.now(), call.event);
    let case = Case { terms: &ground.terms, rules: &ground.rules, now, given, unclaimed: true };
    refused(&case.of_enrolling())?;
    let (new, outcomes) = decide(act, &case, &distinct(&call.customers)).await?;
    write(act, &case, call, &request_id, &new).await?;
    let (_, end) = ground.terms.enrolment_end(case.event(), now);
    let expires_on = (!new.is_empty()).then_some(end);
    Ok(Answer { request_id, expires_on, outcomes })
}

type New = (EnrolmentId, Person);

/// Who is enrolled, in the order given, and every customer's outcome. Customers are held one act at a
/// time, so two calls cannot both find no enrolment.
async fn decide(
    act: &mut Act,
    case: &Case<'_>,
    customers: &[CustomerId],
) -> Result<(Vec<New>, Vec<Outcome<Enrolled>>)> {
    let (org, badge, event) = (act.org(), case.terms.id, case.event());
    let (_, end) = case.terms.enrolment_end(event, case.now);
    let people = people(act.db(), org, customers, Hold::Alone).await?;
    let ids: Vec<CustomerId> = people.values().map(|person| person.id).collect();
    let badge_end = case.terms.expires_on;
    let known =
        store::standing::enrolments(act.db(), org, badge, &ids, (event, end), badge_end).await?;
    let (mut new, mut outcomes) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for asked in customers {
        let person = people.get(asked);
        let declined = match person {
            None => refusal(&[Step::new(Check::Customer, true, "customer_unknown")])
                .and_then(|step| step.problem.clone())
                .map(Declined::from),
            Some(person) if !seen.insert(person.id) => continue,
            Some(person) => stands_against(case, person, known.get(&person.id)),
        };
        let result = match (declined, person) {
            (None, Some(person)) => {
                let id = EnrolmentId::fresh(case.now);
                new.push((id, person.clone()));
                Ok(Enrolled { id, expires_on: end })
            }
            (Some(declined), _) => Err(declined),
            (None, None) => continue,
        };
        outcomes.push(Outcome { customer: *asked, result });
    }
    Ok((new, outcomes))
}

/// Known for too short a time, or enrolled already.
fn stands_against(
    case: &Case<'_>,
    person: &Person,
    known: Option<&store::standing::Enrolment>,
) -> Option<Declined> {
    if let Some(problem) = case.registered(person.known_since).problem {
        return Some(problem.into());
    }
    known.map(|known| Declined {
        problem: codes::whole("already_enrolled"),
        existing: Some((known.id, State::at(case.now, known.event, known.expires_on))),
    })
}

async fn write(
    act: &mut Act,
    case: &Case<'_>,
    call: &EnrolCall,
    request_id: &str,
    new: &[New],
) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let (org, terms) = (act.org(), case.terms);
    let by_support = act.actor().kind == "staff";
    let common = Common {
        badge: terms.id,
        event: case.event(),
        now: case.now,
        expires_on: terms.enrolment_end(case.event(), case.now).0,
        owner: call.trigger.owner_word(by_support),
        reference: call.trigger.reference.as_deref(),
        request_id,
        source: source(act, by_support, new.len() > 1),
        import: act.actor().import.map(ImportId::get),
    };
    let rows: Vec<(EnrolmentId, CustomerId)> =
        new.iter().map(|(id, person)| (*id, person.id)).collect();
    write::enrolments(act.db(), org, &common, &rows).await?;
    let number = i64::try_from(new.len()).unwrap_or(i64::MAX);
    write::totals(act.db(), org, terms.id, number, 0).await?;
    trace::enrolled(act, terms, new);
    Ok(())
}
