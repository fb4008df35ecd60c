//! Giving back what was taken back by mistake: the undoing of a revocation. It counts again as what it
//! was, so the limits are asked as if it were issued now for its own event; nothing else is.

use crate::badges::codes;
use crate::badges::issuing::call::Trigger;
use crate::badges::issuing::counts::{Counts, Moved, adjust};
use crate::badges::issuing::ground::Ground;
use crate::badges::issuing::judge::{Case, Check};
use crate::badges::issuing::standing::Standing;
use crate::badges::issuing::store;
use crate::badges::issuing::store::restore::Taken;
use crate::badges::issuing::store::write;
use crate::badges::issuing::trace;
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{BadgeId, CustomerId, EarnId};
use crate::base::permission::Permission;
use crate::base::problem::Problem;

/// Gives revoked badges back, each named with its customer: an answer for each, in their order.
pub async fn restore_issued(
    act: &mut Act,
    badge: BadgeId,
    which: &[(CustomerId, EarnId)],
) -> Result<Vec<Result<(), Problem>>> {
    act.require(Permission::IssueBadges)?;
    let org = act.org();
    let mut answers = Vec::with_capacity(which.len());
    for (customer, earn) in which {
        let taken = store::restore::taken(act.db(), org, badge, *customer, *earn).await?;
        answers.push(match taken {
            Some(taken) => restore_one(act, badge, *customer, &taken).await?,
            None => Err(codes::whole("no_active_earn")),
        });
    }
    // Behind all counts: an issue has them in this order, and would wait for us otherwise.
    let restored = answers.iter().filter(|answer| answer.is_ok()).count();
    if restored > 0 {
        let number = i64::try_from(restored).unwrap_or(i64::MAX);
        write::totals(act.db(), org, badge, 0, number).await?;
    }
    Ok(answers)
}

async fn restore_one(
    act: &mut Act,
    badge: BadgeId,
    customer: CustomerId,
    taken: &Taken,
) -> Result<Result<(), Problem>> {
    let (org, now) = (act.org(), act.now());
    let event = Some(taken.event);
    let ground = Ground::stand(act, badge, &Trigger::default(), event).await?;
    let (terms, rules) = (&ground.terms, &ground.rules);
    let case = Case { terms, rules, now, given: event, unclaimed: true };
    let standing = Standing::read(act.db(), org, &case, &[customer], true).await?;
    let limit = |check| matches!(check, Check::Customer | Check::CustomerLimit);
    let steps = standing.steps(&case, customer);
    if let Some(step) = steps.iter().find(|step| limit(step.check) && step.problem.is_some()) {
        return Ok(step.problem.clone().map_or(Ok(()), Err));
    }
    // As whoever writes without issuing: through the gate, and only then the counts.
    store::counts::gate(act.db(), org, &[badge]).await?;
    let counts = Counts::hold(act.db(), org, terms, &standing.across).await?;
    if counts.reached().is_some() {
        return Ok(Err(codes::whole("badge_limit")));
    }
    if !store::restore::give_back(act.db(), org, taken.id).await? {
        return Ok(Err(codes::whole("no_active_earn")));
    }
    let moved = Moved { badge, event: taken.event, earned_on: taken.earned_on, by: 1 };
    adjust(act.db(), org, &[moved]).await?;
    if let Some(person) = standing.person(customer) {
        trace::restored(act, terms, taken.id, person);
    }
    Ok(Ok(()))
}
