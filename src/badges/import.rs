//! Badges brought in by file: each row is a draft, and goes through the form's own deed.
//!
//! A row is an update when it names a badge's `id`, or when a badge has its name; else a new badge.
//! Blank cells of an update leave the badge as it is. The migration switch welcomes past dates.

use async_trait::async_trait;

use crate::badges::badge::Badge;
use crate::badges::draft::Draft;
use crate::badges::sheet::columns::{self, FIELDS};
use crate::badges::sheet::{Cells, column_of, overlay};
use crate::badges::{actions, store};
use crate::base::act::Act;
use crate::base::csv::importable::{Blocker, Entry, Field, Kind, Terms, Verdict};
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};

/// The kind `badges`.
pub struct BadgesKind;

#[async_trait]
impl Kind for BadgesKind {
    fn name(&self) -> &'static str {
        "badges"
    }

    fn label(&self) -> &'static str {
        "Badges"
    }

    fn permission(&self) -> Permission {
        Permission::EditBadges
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn field_named(&self, header: &str) -> Option<String> {
        columns::known(header)
    }

    fn may_repeat(&self, field: &str) -> bool {
        // The template's columns 6 and 35.
        field == "earnType"
    }

    fn has_migration(&self) -> bool {
        true
    }

    fn chunk(&self) -> usize {
        100
    }

    fn identity(&self, entry: &Entry<'_>, _terms: &Terms, into: &mut Vec<u8>) {
        let (id, name) = (cell(entry, "id"), cell(entry, "name"));
        match (id.is_empty(), name.is_empty()) {
            (false, _) => into.extend_from_slice(format!("id {}", id.to_lowercase()).as_bytes()),
            (true, false) => into.extend_from_slice(format!("name {name}").as_bytes()),
            (true, true) => (),
        }
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        let mut verdicts = Vec::with_capacity(entries.len());
        for entry in entries {
            let mark = act.mark();
            store::rows::save(act.db()).await?;
            match write_row(act, entry, terms).await {
                Ok(verdict) => {
                    store::rows::keep(act.db()).await?;
                    verdicts.push(verdict);
                }
                Err(Error::Refused(problems)) => {
                    store::rows::back(act.db()).await?;
                    act.forget_since(mark);
                    verdicts.push(Verdict::Refused(by_column(problems)));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(verdicts)
    }

    async fn blockers(&self, act: &mut Act, import: ImportId, most: i64) -> Result<Vec<Blocker>> {
        let org = act.org();
        Ok(store::rows::blockers(act.db(), org, import, most).await?)
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        let org = act.org();
        Ok(store::rows::undo(act.db(), org, import, most).await?)
    }
}

/// A field's cell by its name.
fn cell<'a>(entry: &Entry<'a>, name: &str) -> &'a str {
    FIELDS.iter().position(|field| field.name == name).map_or("", |at| entry.get(at))
}

async fn write_row(act: &mut Act, entry: &Entry<'_>, terms: &Terms) -> Result<Verdict> {
    if entry.nth > 0 && entry.alike {
        return Ok(Verdict::Unchanged); // whatever chunk the row above stands in
    }
    if let (Some(line), false) = (entry.first, entry.alike) {
        let text = format!("Line {line} already says something else about this badge");
        return Err(Fault::new("repeated", text).on("name").into());
    }
    let fixed = FIELDS.iter().enumerate().map(|(at, field)| (field.name, entry.get(at)));
    let cells = Cells::new(fixed.chain(entry.others()));
    agree_on_type(entry)?;
    let badge = known(act, &cells.get("id"), &cells.get("name")).await?;
    let org = act.org();
    let around = store::around::around(act.db(), org, "").await?;
    let mut draft = match &badge {
        Some(badge) => {
            Draft::of(badge, &around.fields, terms.zone).without_defaults(&around.fields)
        }
        None => Draft::fresh(),
    };
    draft.version.clear();
    overlay(&cells, &around.groups, &mut draft)?;
    match badge {
        None => {
            actions::create(act, &draft, terms.zone, terms.migration).await?;
            Ok(Verdict::Create)
        }
        Some(badge) => {
            let changed = actions::update(act, badge.id, &draft, terms.zone).await?;
            Ok(if changed.version == badge.version { Verdict::Unchanged } else { Verdict::Update })
        }
    }
}

/// The template has the issue type twice: both must say the same.
fn agree_on_type(entry: &Entry<'_>) -> Result<(), Problems> {
    let at = FIELDS.iter().position(|field| field.name == "earnType").unwrap_or(0);
    let mut said = entry.all(at).filter(|text| !text.is_empty());
    let first = said.next();
    if said.any(|text| Some(text) != first) {
        let text = "The two earnType columns say different things";
        return Err(Fault::invalid(text).on("earnType").into());
    }
    Ok(())
}

/// The badge a row is about, if there is one.
async fn known(act: &mut Act, id: &str, name: &str) -> Result<Option<Badge>> {
    let org = act.org();
    let id = match id {
        "" => store::badges::named(&mut *act.db(), org, name).await?,
        text => Some(text.to_lowercase().parse::<BadgeId>().map_err(|_| unknown())?),
    };
    let Some(id) = id else { return Ok(None) };
    Ok(Some(store::badges::lock(act.db(), org, id).await?.ok_or_else(unknown)?))
}

fn unknown() -> Error {
    Fault::new("unknown_badge", "Passed badge is not found").on("id").into()
}

fn by_column(problems: Problems) -> Problems {
    let mut told = Problems::none();
    for mut problem in problems {
        problem.field = problem.field.map(|field| column_of(&field).into());
        told.push(problem);
    }
    told
}
