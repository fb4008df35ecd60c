//! Deeds on badges: create, update, activate, deactivate, set pictures. Each asks for permission,
//! locks, lets the rules judge, writes, and records what changed.

use std::collections::BTreeMap;

use crate::badges::badge::{Badge, ImageTag, Stamp, Status};
use crate::badges::check::Checked;
use crate::badges::check_parts::check_images;
use crate::badges::codes;
use crate::badges::draft::{Draft, ImageDraft};
use crate::badges::issuing;
use crate::badges::limits::{Level, LimitKind};
use crate::badges::pictures::Picture;
use crate::badges::snapshot::snapshot;
use crate::badges::store;
use crate::badges::windows::WindowConfig;
use crate::base::act::{Act, Entry, Source};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, FileId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem, Problems};
use chrono_tz::Tz;

/// What the log calls a badge.
const SUBJECT: &str = "badge";

/// Makes a badge. `migration` welcomes past dates.
pub async fn create(act: &mut Act, draft: &Draft, zone: Tz, migration: bool) -> Result<Badge> {
    act.require(Permission::EditBadges)?;
    let checked = judge(act, draft, zone, None, migration).await?;
    let (org, now) = (act.org(), act.now());
    let number = store::badges::next_number(act.db(), org).await?;
    let badge = checked.into_badge(BadgeId::fresh(now), number, stamp(act));
    check_files(act, &badge).await?;
    let import = act.actor().import;
    store::badges::insert(act.db(), org, &badge, import)
        .await
        .or_refuse("badges_name", || codes::fault("name_taken").on("name"))?;
    let around = store::around::around(act.db(), org, "").await?;
    act.record(entry("created", &badge).after(snapshot(&badge, &around)));
    Ok(badge)
}

/// Changes a badge. A draft that says what is stored changes nothing and leaves no trace; one that was
/// read before somebody else's change is `Stale`.
pub async fn update(act: &mut Act, id: BadgeId, draft: &Draft, zone: Tz) -> Result<Badge> {
    act.require(Permission::EditBadges)?;
    let badge = locked(act, id).await?;
    if draft.version.parse().is_ok_and(|version: i64| version != badge.version) {
        return Err(Error::Stale);
    }
    let changed = judge(act, draft, zone, Some(&badge), false).await?.onto(&badge);
    check_files(act, &changed).await?;
    write(act, &badge, changed, "changed").await
}

/// Switches a badge on or off. The console offers no switching off of ended badges, which nobody can
/// earn anyway; programs may do it.
pub async fn set_active(act: &mut Act, id: BadgeId, active: bool) -> Result<Badge> {
    act.require(Permission::EditBadges)?;
    let badge = locked(act, id).await?;
    if badge.active == active {
        return Ok(badge);
    }
    let ended = badge.status(act.now()) == Status::Ended;
    if !active && ended && act.actor().source != Source::Api {
        let text = "The badge has ended: there is nothing to deactivate";
        return Err(Problem::whole("badge_ended", text).into());
    }
    let changed = Badge { active, ..badge.clone() };
    write(act, &badge, changed, if active { "activated" } else { "deactivated" }).await
}

/// Puts other pictures on a badge. Uploads are kept first, by [`keep_picture`].
pub async fn set_images(
    act: &mut Act,
    id: BadgeId,
    slots: &BTreeMap<ImageTag, ImageDraft>,
) -> Result<Badge> {
    act.require(Permission::EditBadges)?;
    let badge = locked(act, id).await?;
    let mut problems = Problems::default();
    let images = check_images(slots, &mut problems);
    problems.into_result()?;
    let changed = Badge { images, ..badge.clone() };
    check_files(act, &changed).await?;
    write(act, &badge, changed, "changed the pictures of").await
}

/// Keeps an uploaded picture, so that a badge can show it. It is nobody's until a badge does.
pub async fn keep_picture(act: &mut Act, name: &str, picture: &Picture) -> Result<FileId> {
    act.require(Permission::EditBadges)?;
    let (org, now) = (act.org(), act.now());
    let id = FileId::fresh(now);
    let name: String = name.chars().take(255).collect();
    store::files::insert(act.db(), org, id, &name, picture, now).await?;
    act.bookkeeping();
    Ok(id)
}

/// The badge, locked until the act ends.
pub(super) async fn locked(act: &mut Act, id: BadgeId) -> Result<Badge> {
    let org = act.org();
    store::badges::lock(act.db(), org, id).await?.ok_or(Error::NotFound)
}

/// The draft judged by everything the brand has.
async fn judge(
    act: &mut Act,
    draft: &Draft,
    zone: Tz,
    existing: Option<&Badge>,
    migration: bool,
) -> Result<Checked> {
    let (org, now) = (act.org(), act.now());
    let name = draft.name.trim();
    let around = match act.actor().source {
        Source::Api => store::around::around_call(act.db(), org, name).await?,
        _ => store::around::around(act.db(), org, name).await?,
    };
    Ok(draft.check(&around.context(now, zone, existing, migration))?)
}

/// A picture must be the brand's own.
async fn check_files(act: &mut Act, badge: &Badge) -> Result<()> {
    let org = act.org();
    for image in &badge.images {
        let Some(file) = image.file else { continue };
        if !store::files::exists(&mut *act.db(), org, file).await? {
            let fault = Fault::invalid("This picture cannot be used: upload it again");
            return Err(fault.on(format!("image.{}", image.tag.wire())).into());
        }
    }
    Ok(())
}

/// Writes what changed, if anything did.
async fn write(act: &mut Act, old: &Badge, mut new: Badge, verb: &'static str) -> Result<Badge> {
    if *old == new {
        return Ok(new);
    }
    let now = stamp(act);
    new.stamp.updated_on = now.updated_on;
    new.stamp.updated_by = now.updated_by;
    new.stamp.updated_by_name = now.updated_by_name;
    let org = act.org();
    store::badges::update(act.db(), org, &new)
        .await
        .or_refuse("badges_name", || codes::fault("name_taken").on("name"))?;
    if counts_otherwise(old, &new) {
        issuing::counts::forget(act.db(), org, new.id).await?;
    }
    new.version += 1;
    let around = store::around::around(act.db(), org, "").await?;
    let (before, after) = (snapshot(old, &around), snapshot(&new, &around));
    act.record(entry(verb, &new).changed(&before, &after));
    Ok(new)
}

/// Whether limits across customers count something else than before; how many they allow is not asked.
fn counts_otherwise(old: &Badge, new: &Badge) -> bool {
    let spans = |badge: &Badge| {
        let limits: Vec<LimitKind> =
            badge.limits_of(Level::Badge).map(|limit| limit.kind).collect();
        let windows = badge.windows_of(Level::Badge).into_iter();
        let windows: Vec<WindowConfig> =
            windows.map(|config| WindowConfig { max: 0, ..config }).collect();
        (limits, windows)
    };
    spans(old) != spans(new)
}

fn entry(verb: &'static str, badge: &Badge) -> Entry {
    Entry::new(verb, SUBJECT, badge.id, badge.name.clone())
}

/// Who does it and when, for the thing itself: staff, tills and clients by their number, the operator
/// without one; an import is named with its number.
pub(super) fn stamp(act: &Act) -> Stamp {
    let (now, actor) = (act.now(), act.actor());
    let name = match actor.import {
        Some(import) => format!("{}, by import {import}", actor.name),
        None => actor.name.clone(),
    };
    Stamp {
        created_on: now,
        created_by: actor.id,
        created_by_name: name.clone(),
        updated_on: now,
        updated_by: actor.id,
        updated_by_name: name,
    }
}
