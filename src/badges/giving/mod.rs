//! Giving what issued badges owe: coupons of the series their benefits name (spec/badges.md 11).
//!
//! Why after the badge and not with it: a series that is used up must not keep the badge from the
//! customer. The act that issues notes the benefit as owed and adds a task, which exists only if the
//! badge does; the task gives the coupon and settles the benefit in one transaction, so that neither a
//! killed worker nor a second one gives twice.

mod store;

use graphile_worker::{IntoTaskHandlerResult, JobSpec, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use crate::badges::benefits::{Benefit, BenefitKind};
use crate::base::act::{Act, Actor};
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::{OrgId, SeriesId};
use crate::coupons::refusal::vendor_code;
use crate::coupons::{self, Origin, Outcome, Want};

use store::{Owed, Settled};

/// How many are given in one act.
const AT_ONCE: i64 = 100;

/// Gives the coupons a brand's badges owe.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveCoupons {
    /// The brand.
    pub org: i64,
}

impl TaskHandler for GiveCoupons {
    const IDENTIFIER: &'static str = "give_coupons";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = context.get_ext::<App>().cloned().ok_or("the worker has no app")?;
        give_all(&app, OrgId::new(self.org)).await.map_err(|error| error.to_string())
    }
}

/// Adds the task, where the benefits of a badge hold a coupon.
pub(super) async fn ask(act: &mut Act, benefits: &[Benefit]) -> Result<()> {
    if !benefits.iter().any(|benefit| benefit.kind == BenefitKind::Coupon) {
        return Ok(());
    }
    let task = GiveCoupons { org: act.org().get() };
    act.enqueue(&task, JobSpec::builder().build()).await
}

/// Gives everything that is owed, a hundred at a time.
async fn give_all(app: &App, org: OrgId) -> Result<()> {
    loop {
        let actor = Actor { name: "Badge benefits".to_owned(), ..Actor::operator(org) };
        let mut act = Act::begin(&app.jobs, actor, app.clock.now()).await?;
        let given = give(&mut act).await?;
        act.commit().await?;
        if given < AT_ONCE {
            return Ok(());
        }
    }
}

/// Gives some of what is owed; how many benefits were settled.
async fn give(act: &mut Act) -> Result<i64> {
    let org = act.org();
    let owed = store::owed(act.db(), org, AT_ONCE).await?;
    if owed.is_empty() {
        return Ok(0);
    }
    let wants: Vec<Want> = owed.iter().filter_map(want).collect();
    let mut outcomes = coupons::issue(act, &wants).await?.into_iter();
    let mut settled = Vec::with_capacity(owed.len());
    for one in &owed {
        let outcome = if want(one).is_some() { outcomes.next() } else { None };
        settled.push(settle(one, outcome));
    }
    let now = act.now();
    store::settle(act.db(), org, now, &settled).await?;
    // What only failed leaves no coupon to tell of, but the failure is kept.
    act.bookkeeping();
    Ok(owed.len() as i64)
}

/// The coupon a benefit stands for; none where the badge was taken back or no series is named.
fn want(owed: &Owed) -> Option<Want> {
    let id = owed.params.get("seriesId")?;
    let id = id.as_i64().or_else(|| id.as_str()?.trim().parse().ok())?;
    let origin = Origin::badge(owed.earn.to_string());
    (!owed.revoked).then(|| Want::one(SeriesId::new(id), owed.customer, origin))
}

fn settle(owed: &Owed, outcome: Option<Outcome>) -> Settled {
    let mut settled = Settled {
        earn: owed.earn,
        position: owed.position,
        status: "FAILED",
        code: None,
        notes: None,
        coupon: None,
        valid_till: None,
    };
    match outcome {
        Some(Ok(given)) => {
            let coupon = given.coupons.into_iter().next();
            settled.status = "GIVEN";
            settled.valid_till = coupon.as_ref().and_then(|coupon| coupon.expires_on);
            settled.coupon = coupon.map(|coupon| coupon.code);
        }
        Some(Err(problem)) => {
            settled.code = i32::try_from(vendor_code(problem.code)).ok();
            settled.notes = Some(problem.message.into_owned());
        }
        None if owed.revoked => settled.notes = Some("The badge was taken back before".to_owned()),
        None => settled.notes = Some("The benefit names no coupon series".to_owned()),
    }
    settled
}
