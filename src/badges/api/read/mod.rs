//! A badge as a program sends it, read into the draft that forms and files make too. Leniently: every
//! wrong shape is noted with its path and the rest read on; what makes sense is judged by the draft.

mod body;
mod expiry;
mod limits;
mod parts;
mod paths;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::api::{Fault, Faults, Node, Query, Trouble};
use crate::badges::badge::{Badge, EarnType};
use crate::badges::benefits::BenefitKind;
use crate::badges::codes;
use crate::badges::context::Context;
use crate::badges::draft::Draft;
use crate::badges::owners::Owner;
use crate::badges::times;
use crate::base::ids::BadgeId;
use crate::base::problem::{self, Problems};

pub use body::{BadgeBody, BadgeChangeBody};
pub use paths::{Paths, told};

/// A badge as sent.
#[derive(Debug)]
pub struct Sent {
    /// What it should be.
    pub draft: Draft,
    /// What could not be read.
    faults: Faults,
    /// Where in the body the draft's boxes stand.
    paths: Paths,
}

impl Sent {
    /// Reads a body. `public_url` is where people see this server: pictures of ours come back with it.
    pub fn read(root: &Node<'_>, public_url: Option<&str>) -> Self {
        let mut faults = Faults::default();
        let mut paths = Paths::default();
        let mut draft = Draft {
            name: root.get("name").text(&mut faults),
            description: root.get("description").text(&mut faults),
            start: instant(root, ["startOnISO", "startOn"], &mut faults),
            end: instant(root, ["expiresOnISO", "expiresOn"], &mut faults),
            active: root.first(&["active", "isActive"]).flag(&mut faults).unwrap_or(true),
            group: root.get("badgeGroupId").text(&mut faults),
            rank: count(&root.get("badgeRank"), &mut faults),
            till: count(&root.get("defaultTillId"), &mut faults),
            earn_type: earn_type(&root.get("earnType"), &mut faults),
            owners: parts::owners(&root.get("ownership"), &mut faults),
            issued: expiry::read(&root.get("issuedBadgeExpiry"), &mut faults),
            earned: expiry::read(&root.get("earnedBadgeExpiry"), &mut faults),
            benefits: parts::benefits(&root.get("benefits"), &mut faults),
            custom: parts::custom_fields(&root.get("customFields"), &mut faults),
            tags: parts::tags(&root.get("tags"), &mut faults),
            images: parts::images(&root.get("images"), public_url, &mut faults),
            ..Draft::default()
        };
        limits::read(root, &mut draft, &mut faults, &mut paths);
        Sent { draft, faults, paths }
    }

    /// The id in the body of a change; none, and a fault, where there is none. An id that can be
    /// nobody's is `Some(None)`.
    pub fn id(&mut self, root: &Node<'_>) -> Option<Option<BadgeId>> {
        let text = root.get("id").text(&mut self.faults);
        if text.trim().is_empty() {
            self.faults.add(refusal("badge_id_blank").at("id"));
            return None;
        }
        Some(text.trim().to_ascii_lowercase().parse().ok())
    }

    /// Everything that is wrong, in one answer: what could not be read, and what the draft is told on
    /// top. Nothing is wrong where nothing was unreadable: then the deed judges.
    pub fn judged(self, context: &Context<'_>) -> Result<(Draft, Paths), Trouble> {
        if self.faults.is_empty() {
            return Ok((self.draft, self.paths));
        }
        let problems = self.draft.check(context).err().unwrap_or_default();
        Err(told(problems, &self.paths, self.faults))
    }

    /// What could not be read alone: where nothing is known to judge the draft by.
    pub fn unread(self) -> Trouble {
        told(Problems::none(), &self.paths, self.faults)
    }

    /// A brand that gives no benefits is not told of them: sent back without, a badge keeps its own.
    pub fn keep_benefits(&mut self, badge: &Badge) {
        self.draft.benefits = Draft::of(badge, &[], Tz::UTC).benefits;
    }

    /// Answers leave out how many points a benefit gives; sent back so, it gives as many as before.
    pub fn keep_points(&mut self, badge: &Badge) {
        for (sent, kept) in self.draft.benefits.iter_mut().zip(&badge.benefits) {
            let ids = ["programId", "promotionId", "allocationStrategyId", "expirationStrategyId"];
            let same = ids.iter().all(|key| sent.value(key) == kept.text(key));
            let points = kept.text("points");
            if kept.kind == BenefitKind::Points
                && sent.kind == kept.kind.wire()
                && same
                && !points.is_empty()
            {
                sent.params.entry("points".to_owned()).or_insert(points);
            }
        }
    }
}

/// A refusal of this room as the wire says it.
pub fn refusal(word: &'static str) -> Fault {
    let problem::Fault { code, message } = codes::fault(word);
    Fault::new(codes::vendor_code(code), message)
}

/// A whole number as text; blank when absent or unreadable.
fn count(node: &Node<'_>, faults: &mut Faults) -> String {
    if matches!(node.value(), Some(Value::String(text)) if text.trim().is_empty()) {
        return String::new();
    }
    node.integer(faults).map(|number| number.to_string()).unwrap_or_default()
}

/// An instant, whose ISO twin rules. A twin that only repeats the number without its fraction is what a
/// reader was given: then the number, which says more, is taken.
fn instant(root: &Node<'_>, [twin, number]: [&str; 2], faults: &mut Faults) -> String {
    let (iso, number) = (root.get(twin), root.get(number));
    let (iso, text) = (iso.text(faults), number.text(faults));
    let second = |text: &str| {
        let at = times::read(text, Tz::UTC).ok()?;
        Some(at.start(Tz::UTC).timestamp())
    };
    let repeats = || second(&iso).is_some() && second(&iso) == second(&text);
    if iso.trim().is_empty() || repeats() { text } else { iso }
}

fn earn_type(node: &Node<'_>, faults: &mut Faults) -> String {
    let words = EarnType::ALL.map(EarnType::wire);
    let word = node.choice(&words, &[("ISSUE EARN", "ISSUE_EARN")], faults);
    word.unwrap_or_default().to_owned()
}

/// Other spellings of an owner.
pub const OWNERS: &[(&str, &str)] = &[
    ("LOYALTY_PROMOTIONS", "Loyalty_Promotion"),
    ("Loyalty Promotion", "Loyalty_Promotion"),
    ("Loyalty Promotions", "Loyalty_Promotion"),
];

/// The owners as the wire spells them.
pub fn owner_words() -> [&'static str; 10] {
    Owner::ALL.map(Owner::wire)
}

/// An instant in a query: ISO 8601 or epoch seconds; a date alone is its beginning, or for an end its
/// last second. A plus sign that a client forgot to encode comes as a space.
pub fn query_instant(
    query: &Query,
    name: &'static str,
    zone: Tz,
) -> Result<Option<DateTime<Utc>>, Trouble> {
    let Some(text) = query.one(&[&name.to_ascii_lowercase()]) else { return Ok(None) };
    let mended = if text.contains('T') { text.replace(' ', "+") } else { text.to_owned() };
    let typed = times::read(&mended, zone).map_err(|_| {
        let words = format!("The value of '{name}' must be a date or epoch seconds.");
        Trouble::bad(Fault::new(400, words).at(name))
    })?;
    Ok(Some(if name.starts_with("start") { typed.start(zone) } else { typed.end(zone) }))
}
