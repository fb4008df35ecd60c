//! Deeds on badge groups: create, update, disable, enable.

use serde_json::{Value, json};

use crate::badges::actions::stamp;
use crate::badges::codes;
use crate::badges::groups::{Group, GroupDraft};
use crate::badges::store;
use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::GroupId;
use crate::base::permission::Permission;
use crate::base::problem::Problem;

fn entry(verb: &'static str, group: &Group) -> Entry {
    Entry::new(verb, "badge_group", group.id, group.name.clone())
}

fn snapshot(group: &Group) -> Value {
    json!({ "name": group.name, "rank": group.rank, "active": group.active })
}

fn taken() -> Problem {
    codes::fault("group_name_taken").on("name")
}

/// Makes a group.
pub async fn create_group(act: &mut Act, draft: &GroupDraft) -> Result<Group> {
    act.require(Permission::EditBadges)?;
    let checked = draft.check()?;
    let (org, stamp) = (act.org(), stamp(act));
    let id = GroupId::fresh(act.now());
    store::groups::insert(act.db(), org, id, &checked, &stamp)
        .await
        .or_refuse("badge_groups_name", taken)?;
    let group =
        Group { id, name: checked.name, rank: checked.rank, active: true, version: 1, stamp };
    act.record(entry("created", &group).after(snapshot(&group)));
    Ok(group)
}

/// Changes a group's name or rank.
pub async fn update_group(act: &mut Act, id: GroupId, draft: &GroupDraft) -> Result<Group> {
    amend_group(act, id, draft, None).await
}

/// Changes a group's name or rank and, where it is said, whether it counts.
pub async fn amend_group(
    act: &mut Act,
    id: GroupId,
    draft: &GroupDraft,
    active: Option<bool>,
) -> Result<Group> {
    act.require(Permission::EditBadges)?;
    let group = locked(act, id).await?;
    if draft.version.parse().is_ok_and(|version: i64| version != group.version) {
        return Err(Error::Stale);
    }
    let checked = draft.check()?;
    let active = active.unwrap_or(group.active);
    let changed = Group { name: checked.name, rank: checked.rank, active, ..group.clone() };
    write(act, &group, changed, "changed").await
}

/// Disables a group: its badges keep it but count as ungrouped. Enables it again, if its name is free.
pub async fn set_group_active(act: &mut Act, id: GroupId, active: bool) -> Result<Group> {
    act.require(Permission::EditBadges)?;
    let group = locked(act, id).await?;
    let changed = Group { active, ..group.clone() };
    write(act, &group, changed, if active { "enabled" } else { "disabled" }).await
}

async fn locked(act: &mut Act, id: GroupId) -> Result<Group> {
    let org = act.org();
    store::groups::lock(act.db(), org, id).await?.ok_or(Error::NotFound)
}

async fn write(act: &mut Act, old: &Group, mut new: Group, verb: &'static str) -> Result<Group> {
    if *old == new {
        return Ok(new);
    }
    let (org, now) = (act.org(), stamp(act));
    new.stamp.updated_on = now.updated_on;
    new.stamp.updated_by = now.updated_by;
    new.stamp.updated_by_name = now.updated_by_name;
    store::groups::update(act.db(), org, &new).await.or_refuse("badge_groups_name", taken)?;
    act.record(entry(verb, &new).changed(&snapshot(old), &snapshot(&new)));
    new.version += 1;
    Ok(new)
}
