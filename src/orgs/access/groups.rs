//! Deeds on access groups.

use serde_json::json;

use super::draft::GroupDraft;
use super::store;
use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::AccessGroupId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem};

/// What the log calls an access group.
const SUBJECT: &str = "access_group";

/// Adds a group.
pub async fn add(act: &mut Act, draft: &GroupDraft) -> Result<AccessGroupId> {
    act.require(Permission::ManageAccess)?;
    let (name, grants) = draft.check()?;
    let (org, now) = (act.org(), act.now());
    let id = store::groups::insert(act.db(), org, &name, &grants, now)
        .await
        .or_refuse("access_groups_name", taken)?;
    let after = json!({ "name": name, "grants": grants });
    act.record(Entry::new("added", SUBJECT, id, name).after(after));
    Ok(id)
}

/// Changes what a group may touch, at once for everybody in it.
pub async fn update(act: &mut Act, id: AccessGroupId, draft: &GroupDraft) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let (name, grants) = draft.check()?;
    let org = act.org();
    let group = store::groups::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    let before = json!({ "name": group.name, "grants": group.grants });
    let after = json!({ "name": name, "grants": grants });
    if before == after {
        return Ok(());
    }
    store::groups::update(act.db(), org, id, &name, &grants)
        .await
        .or_refuse("access_groups_name", taken)?;
    act.record(Entry::new("changed", SUBJECT, id, name).changed(&before, &after));
    Ok(())
}

/// Takes a group away. One in use stays: its tills and clients would be left with everything or nothing.
pub async fn disable(act: &mut Act, id: AccessGroupId) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let (org, now) = (act.org(), act.now());
    let group = store::groups::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if store::groups::is_used(act.db(), org, id).await? {
        let words = "Tills or clients are in this group. Move them to another one first.";
        return Err(Problem::whole("in_use", words).into());
    }
    store::groups::disable(act.db(), org, id, now).await?;
    act.record(Entry::new("removed", SUBJECT, id, group.name));
    Ok(())
}

/// The group a form names; blank means full access. Locked, so that it cannot go while it is given.
pub(super) async fn chosen(act: &mut Act, typed: &str) -> Result<Option<AccessGroupId>> {
    let group = match typed.trim() {
        "" => None,
        typed => Some(typed.parse().map_err(|_| not_listed())?),
    };
    must_be_there(act, group).await?;
    Ok(group)
}

pub(super) async fn must_be_there(act: &mut Act, group: Option<AccessGroupId>) -> Result<()> {
    let Some(group) = group else { return Ok(()) };
    let org = act.org();
    match store::groups::lock(act.db(), org, group).await? {
        Some(_) => Ok(()),
        None => Err(not_listed().into()),
    }
}

fn not_listed() -> Problem {
    Fault::invalid("Choose one of the list").on("group")
}

fn taken() -> Problem {
    Fault::taken("Another group has this name").on("name")
}
