//! The legacy declaration of a brand's badge tags (spec/badges.md 9.1). Custom fields took its place;
//! it is kept for programs that still ask for it, and its mandatory tags are asked of theirs.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::badges::actions::stamp;
use crate::badges::badge::Stamp;
use crate::badges::codes;
use crate::badges::store;
use crate::base::act::{Act, Entry};
use crate::base::error::{Error, Result};
use crate::base::ids::OrgMetaId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};

pub use crate::badges::store::org_meta::find;

/// The most tags a brand may declare.
const MOST: usize = 100;

/// A brand's declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgMeta {
    /// Its id.
    pub id: OrgMetaId,
    /// The tags declared.
    pub tags: Vec<DeclaredTag>,
    /// Who made and last changed it.
    pub stamp: Stamp,
}

/// A tag that badges may carry, as it is stored and sent.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeclaredTag {
    /// Its name.
    pub key: String,
    /// A word such as `string` or `integer`; nobody judges by it.
    pub data_type: String,
    /// What it is about.
    pub description: Option<String>,
    /// Whether every badge that a program makes must carry it.
    pub mandatory: bool,
}

/// Declares the tags of a brand that has declared none.
pub async fn create(act: &mut Act, tags: &[DeclaredTag]) -> Result<OrgMeta> {
    act.require(Permission::EditBadges)?;
    check(tags)?;
    let (org, now) = (act.org(), act.now());
    let meta = OrgMeta { id: OrgMetaId::fresh(now), tags: tags.to_vec(), stamp: stamp(act) };
    if !store::org_meta::insert(act.db(), org, &meta).await? {
        return Err(codes::whole("org_meta_exists").into());
    }
    act.record(entry("declared", &meta).after(json!({ "tags": meta.tags })));
    Ok(meta)
}

/// Declares other tags in place of those declared.
pub async fn update(act: &mut Act, tags: &[DeclaredTag]) -> Result<OrgMeta> {
    act.require(Permission::EditBadges)?;
    check(tags)?;
    let org = act.org();
    let old = store::org_meta::lock(act.db(), org).await?.ok_or(Error::NotFound)?;
    let now = stamp(act);
    let mut meta = OrgMeta { tags: tags.to_vec(), ..old.clone() };
    meta.stamp.updated_on = now.updated_on;
    meta.stamp.updated_by = now.updated_by;
    meta.stamp.updated_by_name = now.updated_by_name;
    store::org_meta::update(act.db(), org, &meta).await?;
    let (before, after) = (json!({ "tags": old.tags }), json!({ "tags": meta.tags }));
    act.record(entry("changed", &meta).changed(&before, &after));
    Ok(meta)
}

fn entry(verb: &'static str, meta: &OrgMeta) -> Entry {
    Entry::new(verb, "badge_org_meta", meta.id, "Badge tags")
}

fn check(tags: &[DeclaredTag]) -> Result<(), Problems> {
    let mut problems = Problems::default();
    if tags.len() > MOST {
        let text = format!("A brand declares at most {MOST} tags");
        problems.add("tags", Fault::new("tags_too_many", text));
    }
    for (place, tag) in tags.iter().take(MOST).enumerate() {
        if tag.key.trim().is_empty() {
            problems.add(format!("tags[{place}].key"), Fault::blank("A tag needs a key"));
        }
    }
    problems.into_result()
}
