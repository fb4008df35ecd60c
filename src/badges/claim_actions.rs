//! Deeds on claims: a module says that it uses a badge, and that it no longer does. A form makes
//! neither; only programs do.

use serde_json::json;

use crate::badges::actions;
use crate::badges::badge::Badge;
use crate::badges::codes;
use crate::badges::owners::Owner;
use crate::badges::store;
use crate::base::act::{Act, Entry};
use crate::base::error::Result;
use crate::base::ids::BadgeId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};

/// A claim as sent: a module, and the thing of it that uses the badge.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ClaimDraft {
    /// The module's word.
    pub owner: String,
    /// Its programme, promotion or journey.
    pub reference: String,
}

impl ClaimDraft {
    /// Both must be there, the module one we know.
    pub fn check(&self) -> Result<(Owner, String), Problems> {
        let mut problems = Problems::default();
        let owner = match self.owner.trim() {
            "" => Err(codes::fault("owner_type_blank")),
            text => text.parse(),
        };
        let owner: Option<Owner> = problems.check("owner_type", owner);
        let reference = match self.reference.trim() {
            "" => Err(codes::fault("owner_reference_blank")),
            text if text.chars().count() > 255 => {
                Err(Fault::new("too_long", "A reference has at most 255 characters"))
            }
            text => Ok(text.to_owned()),
        };
        let reference = problems.check("reference", reference);
        problems.into_result()?;
        owner.zip(reference).ok_or_else(Problems::none)
    }
}

/// Claims a badge for a thing of a module. Claiming again what is claimed changes nothing; a claim
/// given up stands again.
pub async fn claim(act: &mut Act, id: BadgeId, draft: &ClaimDraft) -> Result<(Owner, String)> {
    act.require(Permission::EditBadges)?;
    let (owner, reference) = draft.check()?;
    let badge = actions::locked(act, id).await?;
    let mut problems = Problems::default();
    if !badge.owners.contains(&owner) {
        problems.add("owner_type", codes::fault("owner_unknown"));
    }
    if !badge.active {
        problems.push(codes::whole("badge_not_live"));
    }
    problems.into_result()?;
    if !stands(&badge, owner, &reference) {
        let (org, now, by) = (act.org(), act.now(), act.actor().id);
        store::claims::claim(act.db(), org, id, (owner, &reference), by, now).await?;
        act.record(entry("claimed", &badge, owner, &reference));
    }
    Ok((owner, reference))
}

/// Gives a claim up. It is kept, as one that no longer stands; badges already issued stay.
pub async fn unclaim(act: &mut Act, id: BadgeId, draft: &ClaimDraft) -> Result<(Owner, String)> {
    act.require(Permission::EditBadges)?;
    let (owner, reference) = draft.check()?;
    let badge = actions::locked(act, id).await?;
    if !stands(&badge, owner, &reference) {
        return Err(codes::whole("claim_unknown").into());
    }
    let (org, now) = (act.org(), act.now());
    store::claims::unclaim(act.db(), org, id, (owner, &reference), now).await?;
    act.record(entry("gave up a claim on", &badge, owner, &reference));
    Ok((owner, reference))
}

fn stands(badge: &Badge, owner: Owner, reference: &str) -> bool {
    badge.claims_of(owner).any(|claim| claim.reference == reference)
}

fn entry(verb: &'static str, badge: &Badge, owner: Owner, reference: &str) -> Entry {
    Entry::new(verb, "badge", badge.id, badge.name.clone())
        .with(json!({ "module": owner.label(), "reference": reference }))
}
