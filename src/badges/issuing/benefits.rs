//! What comes with an issued badge (spec/badges.md 11): noted with it, given after it.
//!
//! Why noted first: the badge is the customer's whether or not a coupon series has codes left, so
//! nothing is given inside the act that issues. Each benefit of the badge becomes a row of the earn,
//! `PENDING` until whoever gives such things settles it.

use crate::badges::giving;
use crate::badges::issuing::judge::Case;
use crate::badges::issuing::store::write::{self, NewEarn};
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::EarnId;

/// Notes what the earns bring, unless the brand switched benefits off.
pub(super) async fn owe(act: &mut Act, case: &Case<'_>, earns: &[NewEarn]) -> Result<()> {
    let benefits = &case.terms.benefits;
    if benefits.is_empty() || !case.rules.settings.badge_benefits {
        return Ok(());
    }
    let org = act.org();
    let ids: Vec<EarnId> = earns.iter().map(|earn| earn.id).collect();
    write::benefits(act.db(), org, &ids, benefits).await?;
    giving::ask(act, benefits).await
}
