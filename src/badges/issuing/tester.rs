//! "Would this customer get this badge on this date, and why not?" Goes through the very checks of
//! [`super::issue`], writes nothing and holds nothing.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::issuing::call::{State, Trigger};
use crate::badges::issuing::counts::Counts;
use crate::badges::issuing::judge::{Case, Check, Step, refusal};
use crate::badges::issuing::quota::Quota;
use crate::badges::issuing::standing::Standing;
use crate::badges::issuing::store;
use crate::badges::owners::Owner;
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId, EnrolmentId, OrgId};
use crate::base::problem::Problem;
use crate::orgs;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which badge.
    pub badge: BadgeId,
    /// Who.
    pub customer: CustomerId,
    /// When they would have earned it; now where nothing is said.
    pub event: Option<DateTime<Utc>>,
    /// What would set it off.
    pub trigger: Trigger,
    /// From the support console, where neither owner nor claim is asked.
    pub by_support: bool,
}

/// A limit that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Which, over which stretch of time, and how many at most.
    pub quota: Quota,
    /// How many it counts now.
    pub count: i64,
}

impl Looked {
    /// Whether one more is within it.
    pub const fn allows(&self) -> bool {
        self.quota.allows(self.count)
    }
}

/// What would become of it.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The event judged.
    pub event: DateTime<Utc>,
    /// Every check, in order; those behind a failed one too.
    pub steps: Vec<Step>,
    /// Every limit that applies, the customer's own first.
    pub limits: Vec<Looked>,
    /// The enrolment it would rest on.
    pub enrolment: Option<EnrolmentId>,
    /// The last instant it would have.
    pub expires_on: DateTime<Utc>,
    /// How it would stand at once.
    pub state: State,
    /// What would be said; none: it would be issued.
    pub refusal: Option<Problem>,
}

/// What an issue would come to at `now`. `NotFound` when the brand has no such badge.
pub async fn would_issue(
    db: &mut PgConnection,
    org: OrgId,
    now: DateTime<Utc>,
    ask: &Question,
) -> Result<Verdict> {
    let event = ask.event.unwrap_or(now);
    let terms = store::terms::terms(db, org, ask.badge, &ask.trigger, event).await?;
    let terms = terms.ok_or(Error::NotFound)?;
    let rules = orgs::rules(db, org).await?;
    let unclaimed = ask.by_support || ask.trigger.owner == Some(Owner::Membercare);
    let case = Case { terms: &terms, rules: &rules, now, given: ask.event, unclaimed };
    let standing = Standing::read(db, org, &case, &[ask.customer], false).await?;
    let across = Counts::look(db, org, terms.id, &standing.across).await?;
    let mut steps = case.of_issuing();
    steps.extend(standing.steps(&case, ask.customer));
    steps.push(Step::new(Check::BadgeLimit, across.reached().is_some(), "badge_limit"));
    steps.sort_by_key(|step| step.check);
    let person = standing.person(ask.customer);
    let own = person.map(|person| standing.counts(person.id)).unwrap_or_default();
    let looked = |(quota, count)| Looked { quota, count };
    let (_, expires_on) = terms.earn_end(now);
    Ok(Verdict {
        event,
        refusal: refusal(&steps).and_then(|step| step.problem.clone()),
        steps,
        limits: own.into_iter().chain(across.all).map(looked).collect(),
        enrolment: person.and_then(|person| standing.enrolment(person.id)).map(|one| one.id),
        expires_on,
        state: State::at(now, event, expires_on),
    })
}
