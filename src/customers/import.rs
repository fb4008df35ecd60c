//! Customers by file.
//!
//! A row is a customer by any of its identifiers; a blank cell leaves a value as it is and `<clear>`
//! empties it. Columns nobody knows are kept as custom fields under their header.
//!
//! Why a row whose identifiers belong to two customers is refused and not split: merging people is a
//! decision, and not a file's.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::base::act::Act;
use crate::base::csv::befores_store::{self as befores, Before};
use crate::base::csv::importable::{Blocker, CLEAR, Entry, Field, Kind, Terms, Verdict};
use crate::base::error::{Error, Result};
use crate::base::ids::{CustomerId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::customers::bulk::{self, Known, Mark};
use crate::customers::customer::{Profile, label};
use crate::customers::identifier::{Identifier, IdentifierKind};
use crate::customers::import_row::{FIELDS, IDS, Parsed};

/// The kind `customers`.
pub struct CustomersKind;

/// Who has a key: a customer of the store, or one that a row above brings (by its place among those).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    There(CustomerId),
    New(usize),
}

/// Rows resolved: what to add, what to change, and what became of each.
#[derive(Default)]
struct Plan {
    verdicts: Vec<Verdict>,
    new: Vec<Profile>,
    changed: Vec<(Known, Profile)>,
}

async fn plan(act: &mut Act, entries: &[Entry<'_>], terms: &Terms) -> Result<Plan> {
    let rows: Vec<Result<Parsed, Problems>> =
        entries.iter().map(|entry| Parsed::of(entry, terms)).collect();
    let mut owners = owners(act, rows.iter().flatten()).await?;
    let mut ids: Vec<CustomerId> = owners
        .values()
        .filter_map(|owner| if let Owner::There(id) = owner { Some(*id) } else { None })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let org = act.org();
    let known = bulk::load(act.db(), org, &ids).await?;
    let mut profiles: HashMap<CustomerId, Profile> =
        known.iter().map(|known| (known.id, known.profile.clone())).collect();
    let mut plan = Plan::default();
    for (entry, row) in entries.iter().zip(rows) {
        let verdict = match row {
            Err(problems) => Verdict::Refused(problems),
            Ok(_) if entry.nth > 0 && entry.alike => Verdict::Unchanged,
            Ok(_) if entry.nth > 0 => {
                let first = entry.first.unwrap_or_default();
                let why = format!("The same customer stands on line {first} with other values");
                Verdict::Refused(Fault::new("twice_in_file", why).on(known_by(entry)).into())
            }
            Ok(row) => one(&row, &mut owners, &mut profiles, &mut plan.new),
        };
        plan.verdicts.push(verdict);
    }
    plan.changed = known
        .into_iter()
        .filter_map(|known| {
            let after = profiles.remove(&known.id)?;
            (after != known.profile).then_some((known, after))
        })
        .collect();
    Ok(plan)
}

/// The column a row is known by within its file.
fn known_by(entry: &Entry<'_>) -> &'static str {
    let named = IDS.iter().find(|(field, _)| !matches!(entry.get(*field), "" | CLEAR));
    FIELDS[named.map_or(0, |(field, _)| *field)].name
}

type Owners = HashMap<(IdentifierKind, String), Owner>;

async fn owners(act: &mut Act, rows: impl Iterator<Item = &Parsed> + Clone) -> Result<Owners> {
    let org = act.org();
    let mut owners = Owners::new();
    for (_, kind) in IDS {
        let set = rows.clone().flat_map(Parsed::set).filter(|(_, id)| id.kind == kind);
        let mut keys: Vec<String> = set.map(|(_, identifier)| identifier.key.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        if !keys.is_empty() {
            let found = bulk::lookup(act.db(), org, kind, &keys).await?;
            owners.extend(found.into_iter().map(|(key, id)| ((kind, key), Owner::There(id))));
        }
    }
    Ok(owners)
}

/// One row that can be read, after those above it.
fn one(
    row: &Parsed,
    owners: &mut Owners,
    profiles: &mut HashMap<CustomerId, Profile>,
    new: &mut Vec<Profile>,
) -> Verdict {
    let mut owner: Option<Owner> = None;
    for (field, identifier) in row.set() {
        let Some(has) = owners.get(&(identifier.kind, identifier.key.clone())) else { continue };
        let refused = |code, why: String| {
            Verdict::Refused(Fault::new(code, why).on(FIELDS[field].name).into())
        };
        let noun = identifier.kind.noun();
        match (has, owner) {
            (Owner::New(_), _) => {
                return refused("twice_in_file", format!("A row above brings this {noun} already"));
            }
            (has, Some(other)) if *has != other => {
                return refused("taken", format!("Another customer has this {noun}"));
            }
            (has, _) => owner = Some(*has),
        }
    }
    let place = new.len();
    let verdict = match owner {
        Some(Owner::There(id)) => {
            // A customer deleted a moment ago has no profile any more.
            let Some(profile) = profiles.get_mut(&id) else { return Verdict::Unchanged };
            let before = profile.clone();
            let theirs = |identifier: &Identifier| {
                owners.contains_key(&(identifier.kind, identifier.key.clone()))
            };
            row.apply(profile, theirs);
            if *profile == before { Verdict::Unchanged } else { Verdict::Update }
        }
        _ => {
            let mut profile = Profile::default();
            row.apply(&mut profile, |_| false);
            new.push(profile);
            Verdict::Create
        }
    };
    let owner = owner.unwrap_or(Owner::New(place));
    for (_, identifier) in row.set() {
        owners.insert((identifier.kind, identifier.key.clone()), owner);
    }
    verdict
}

/// What undo needs of a changed customer.
#[derive(Serialize, Deserialize)]
struct Kept {
    before: Profile,
    after: Profile,
}

fn mark(act: &Act, import: ImportId) -> Mark {
    let (org, now) = (act.org(), act.now());
    Mark { org, import: Some(import), now, by: act.actor().name.clone() }
}

fn kept(before: &Before) -> Result<(CustomerId, Kept)> {
    let id = before.object.parse().map_err(Error::internal)?;
    Ok((id, serde_json::from_value(before.before.clone()).map_err(Error::internal)?))
}

#[async_trait]
impl Kind for CustomersKind {
    fn name(&self) -> &'static str {
        "customers"
    }

    fn label(&self) -> &'static str {
        "Customers"
    }

    fn permission(&self) -> Permission {
        Permission::EditCustomers
    }

    fn fields(&self) -> &'static [Field] {
        &FIELDS
    }

    fn keeps_others(&self) -> bool {
        true
    }

    fn identity(&self, entry: &Entry<'_>, _: &Terms, into: &mut Vec<u8>) {
        for (field, kind) in IDS {
            let text = entry.get(field);
            if !matches!(text, "" | CLEAR) {
                into.push(u8::try_from(field).unwrap_or(0));
                into.extend_from_slice(kind.key(text).as_bytes());
                return;
            }
        }
    }

    async fn judge(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        Ok(plan(act, entries, terms).await?.verdicts)
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        act.require(Permission::EditCustomers)?;
        let plan = plan(act, entries, terms).await?;
        let (mark, org) = (mark(act, terms.import), act.org());
        let mut befores = Vec::with_capacity(plan.changed.len());
        for (known, after) in &plan.changed {
            let kept = Kept { before: known.profile.clone(), after: after.clone() };
            let before = serde_json::to_value(kept).map_err(Error::internal)?;
            befores.push(Before { object: known.id.to_string(), before });
        }
        befores::keep(act.db(), org, terms.import, &befores).await?;
        let changed: Vec<(CustomerId, Profile)> =
            plan.changed.into_iter().map(|(known, after)| (known.id, after)).collect();
        if !changed.is_empty() {
            bulk::update(act.db(), &mark, &changed).await?;
        }
        if !plan.new.is_empty() {
            bulk::insert(act.db(), &mark, &plan.new).await?;
        }
        Ok(plan.verdicts)
    }

    async fn blockers(&self, act: &mut Act, import: ImportId, most: i64) -> Result<Vec<Blocker>> {
        let org = act.org();
        let used = bulk::blockers(act.db(), org, import, most).await?;
        let mut found: Vec<Blocker> =
            used.into_iter().map(|used| Blocker { label: used.label, why: used.why }).collect();
        let mut after = String::new();
        let most = usize::try_from(most).unwrap_or(0);
        while found.len() < most {
            let page = befores::page(act.db(), org, import, &after, 1000).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.object);
            let kept: HashMap<CustomerId, Kept> = page.iter().map(kept).collect::<Result<_>>()?;
            let ids: Vec<CustomerId> = kept.keys().copied().collect();
            let now = bulk::load(act.db(), org, &ids).await?;
            let changed = now.iter().filter(|now| kept[&now.id].after != now.profile);
            let why = "was changed since by somebody else";
            found.extend(
                changed.map(|now| Blocker { label: label(&now.profile.name(), now.id), why }),
            );
        }
        found.truncate(most);
        Ok(found)
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::EditCustomers)?;
        let (mark, org) = (mark(act, import), act.org());
        let taken = befores::take(act.db(), org, import, most).await?;
        let mut back = Vec::with_capacity(taken.len());
        for before in &taken {
            let (id, kept) = kept(before)?;
            back.push((id, kept.before));
        }
        if !back.is_empty() {
            bulk::update(act.db(), &mark, &back).await?;
        }
        let gone = bulk::delete_imported(act.db(), org, import, most).await?;
        Ok(gone + taken.len() as u64)
    }
}
