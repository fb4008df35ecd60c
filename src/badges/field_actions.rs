//! Deeds on custom fields: create, update, disable.

use serde_json::{Value, json};

use crate::badges::actions::stamp;
use crate::badges::codes;
use crate::badges::fields::{Field, FieldDraft};
use crate::badges::store;
use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::FieldId;
use crate::base::permission::Permission;

fn entry(verb: &'static str, field: &Field) -> Entry {
    Entry::new(verb, "badge_custom_field", field.id, field.name.clone())
}

fn snapshot(field: &Field) -> Value {
    json!({
        "name": field.name,
        "data type": field.data_type.label(),
        "mandatory": field.mandatory,
        "default": field.default_value,
        "active": field.active,
    })
}

/// Makes a custom field.
pub async fn create_field(act: &mut Act, draft: &FieldDraft) -> Result<Field> {
    act.require(Permission::EditBadges)?;
    let checked = draft.check(None)?;
    let (org, stamp) = (act.org(), stamp(act));
    let id = FieldId::fresh(act.now());
    store::fields::insert(act.db(), org, id, &checked, &stamp)
        .await
        .or_refuse("badge_fields_name", || codes::fault("field_name_taken").on("name"))?;
    let field = Field {
        id,
        name: checked.name,
        data_type: checked.data_type,
        mandatory: checked.mandatory,
        default_value: checked.default_value,
        active: true,
        version: 1,
        stamp,
    };
    act.record(entry("created", &field).after(snapshot(&field)));
    Ok(field)
}

/// Changes a custom field.
pub async fn update_field(act: &mut Act, id: FieldId, draft: &FieldDraft) -> Result<Field> {
    amend_field(act, id, draft, true).await
}

/// Changes a custom field and, where it is not to stay `active`, disables it for good. One that is no longer mandatory is taken from all badges: those that relied
/// on its default lose it, and their explicit values go with it.
pub async fn amend_field(
    act: &mut Act,
    id: FieldId,
    draft: &FieldDraft,
    active: bool,
) -> Result<Field> {
    act.require(Permission::EditBadges)?;
    let field = locked(act, id).await?;
    if draft.version.parse().is_ok_and(|version: i64| version != field.version) {
        return Err(Error::Stale);
    }
    let checked = draft.check(Some(&field))?;
    let changed = Field {
        name: checked.name,
        mandatory: checked.mandatory,
        default_value: checked.default_value,
        active,
        ..field.clone()
    };
    let unlink = field.mandatory && !changed.mandatory;
    let verb = if active { "changed" } else { "disabled" };
    write(act, &field, changed, verb, unlink).await
}

/// Disables a custom field, for good: it is gone from every badge and screen, and its name is free.
pub async fn disable_field(act: &mut Act, id: FieldId) -> Result<Field> {
    act.require(Permission::EditBadges)?;
    let field = locked(act, id).await?;
    let changed = Field { active: false, ..field.clone() };
    write(act, &field, changed, "disabled", false).await
}

async fn locked(act: &mut Act, id: FieldId) -> Result<Field> {
    let org = act.org();
    store::fields::lock(act.db(), org, id).await?.ok_or(Error::NotFound)
}

async fn write(
    act: &mut Act,
    old: &Field,
    mut new: Field,
    verb: &'static str,
    unlink: bool,
) -> Result<Field> {
    if *old == new {
        return Ok(new);
    }
    let (org, now) = (act.org(), stamp(act));
    new.stamp.updated_on = now.updated_on;
    new.stamp.updated_by = now.updated_by;
    new.stamp.updated_by_name = now.updated_by_name;
    store::fields::update(act.db(), org, &new)
        .await
        .or_refuse("badge_fields_name", || codes::fault("field_name_taken").on("name"))?;
    let mut trace = entry(verb, &new).changed(&snapshot(old), &snapshot(&new));
    if unlink {
        let badges = store::fields::unlink(act.db(), org, new.id).await?;
        trace = trace.with(json!({ "values taken from badges": badges }));
    }
    act.record(trace);
    new.version += 1;
    Ok(new)
}
