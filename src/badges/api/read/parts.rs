//! Owners, benefits, custom fields, tags and pictures as sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::api::{Fault, Faults, Node};
use crate::badges::api::read::refusal;
use crate::badges::badge::ImageTag;
use crate::badges::benefits::{BenefitKind, MOST};
use crate::badges::draft::{BenefitDraft, ImageDraft};
use crate::base::ids::FileId;

/// Whoever lists more owners, tags or pictures than this is no client.
const LONGEST: usize = 200;

/// Modules that may use it. Claims are made by their own call and are not read.
pub fn owners(ownership: &Node<'_>, faults: &mut Faults) -> Vec<String> {
    if !ownership.is_there() {
        faults.add(refusal("owners_missing").at("ownership"));
        return Vec::new();
    }
    ownership.entries(faults);
    let items = ownership.get("restrictedToOwners").items(faults);
    items.iter().take(LONGEST).map(|item| item.text(faults)).collect()
}

/// Benefits in order: the keys we know, and all others as they came.
pub fn benefits(list: &Node<'_>, faults: &mut Faults) -> Vec<BenefitDraft> {
    let items = list.items(faults);
    let read = |item: &Node<'_>| benefit(item, faults);
    items.iter().take(MOST + 1).map(read).collect()
}

fn benefit(item: &Node<'_>, faults: &mut Faults) -> BenefitDraft {
    let word = item.get("benefitType");
    if !word.is_there() {
        let words = format!("'{}' is mandatory.", word.path());
        faults.add(Fault::new(400, words).at(word.path().to_owned()));
    }
    let words = BenefitKind::ALL.map(BenefitKind::wire);
    let Some(kind) = word.choice(&words, &[], faults) else { return BenefitDraft::default() };
    let known: Vec<&str> = BenefitKind::ALL
        .into_iter()
        .filter(|one| one.wire() == kind)
        .flat_map(|one| one.keys().iter().map(|key| key.wire))
        .collect();
    let mut draft = BenefitDraft { kind: kind.to_owned(), ..BenefitDraft::default() };
    let mut extra = Map::new();
    for (name, node) in item.entries(faults) {
        if known.contains(&name) {
            draft.params.insert(name.to_owned(), node.text(faults));
        } else if name != "benefitType" {
            extra.insert(name.to_owned(), node.value().cloned().unwrap_or(Value::Null));
        }
    }
    if !extra.is_empty() {
        draft.extra = Value::Object(extra).to_string();
    }
    draft
}

/// Values of custom fields by the field's name.
pub fn custom_fields(map: &Node<'_>, faults: &mut Faults) -> BTreeMap<String, String> {
    let entries = map.entries(faults);
    let values = entries.into_iter().filter(|(_, value)| value.is_there());
    values.map(|(name, value)| (name.to_owned(), value.text(faults))).collect()
}

/// Free tags in order.
pub fn tags(list: &Node<'_>, faults: &mut Faults) -> Vec<(String, String)> {
    let items = list.items(faults);
    let mut read = Vec::new();
    for item in items.iter().take(LONGEST) {
        if item.entries(faults).is_empty() {
            continue;
        }
        read.push((item.get("name").text(faults), item.get("value").text(faults)));
    }
    read
}

/// Pictures by tag; of two with the same tag the last one counts.
pub fn images(
    list: &Node<'_>,
    public_url: Option<&str>,
    faults: &mut Faults,
) -> BTreeMap<ImageTag, ImageDraft> {
    let mut slots = BTreeMap::new();
    let items = list.items(faults);
    for item in items.iter().take(LONGEST).filter(|item| item.is_there()) {
        item.entries(faults);
        let word = item.get("tag");
        if !word.is_there() {
            let words = format!("'{}' is mandatory.", word.path());
            faults.add(Fault::new(400, words).at(word.path().to_owned()));
        }
        let words = ImageTag::ALL.map(ImageTag::wire);
        let tag = word.choice(&words, &[], faults).and_then(|word| word.parse().ok());
        let Some(tag) = tag else { continue };
        let url = item.get("url").text(faults);
        let draft = ImageDraft {
            file: ours(&url, public_url),
            name: item.get("name").text(faults),
            handle: item.get("fileSvcHandle").text(faults),
            url,
        };
        slots.insert(tag, draft);
    }
    slots
}

/// The id of our copy, where the address is one of ours.
fn ours(url: &str, public_url: Option<&str>) -> String {
    let server = public_url.map(|server| server.trim_end_matches('/')).unwrap_or_default();
    let path = url.strip_prefix(server).unwrap_or(url);
    let id = path.strip_prefix("/files/").unwrap_or_default();
    id.parse::<FileId>().map(|id| id.to_string()).unwrap_or_default()
}
