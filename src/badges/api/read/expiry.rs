//! Expiry rules as sent (spec/badges.md 4.2).

use crate::api::{Faults, Node};
use crate::badges::api::read::{count, instant};
use crate::badges::draft::ExpiryDraft;
use crate::badges::limits::Unit;

/// Other spellings of a unit.
pub const UNITS: &[(&str, &str)] = &[
    ("DAILY", "DAYS"),
    ("DAY", "DAYS"),
    ("WEEKLY", "WEEKS"),
    ("WEEK", "WEEKS"),
    ("MONTHLY", "MONTHS"),
    ("MONTH", "MONTHS"),
];

/// A unit of time as its canonical word; blank when absent.
pub fn unit(node: &Node<'_>, faults: &mut Faults) -> String {
    let words = Unit::ALL.map(Unit::wire);
    node.choice(&words, UNITS, faults).unwrap_or_default().to_owned()
}

/// A rule; blank when absent.
pub fn read(node: &Node<'_>, faults: &mut Faults) -> ExpiryDraft {
    if !node.is_there() {
        return ExpiryDraft::default();
    }
    node.entries(faults);
    let kinds = ["ABSOLUTE", "RELATIVE", "NEVER"];
    let kind = match node.get("expiryType").choice(&kinds, &[], faults) {
        Some("RELATIVE") => "period",
        Some("NEVER") => "never",
        Some(_) => absolute(node, faults),
        None => "",
    };
    let mut draft = ExpiryDraft { kind: kind.to_owned(), ..ExpiryDraft::default() };
    match kind {
        "date" => draft.date = instant(node, ["expiresOnISO", "expiresOn"], faults),
        "period" => {
            let name = node.first(&["relativeExpirytype", "relativeExpiryType"]);
            draft.unit = unit(&name, faults);
            draft.value = count(&node.get("value"), faults);
        }
        _ => (),
    }
    draft
}

/// On a date or along with the badge: by `type`, or by what else is said where that is missing.
fn absolute(node: &Node<'_>, faults: &mut Faults) -> &'static str {
    let with_badge = node.get("expireWithBadgeMeta").flag(faults).unwrap_or(false);
    match node.get("type").choice(&["FIXED_DATE", "WITH_BADGE_META"], &[], faults) {
        Some("WITH_BADGE_META") => "badge",
        None if with_badge => "badge",
        _ => "date",
    }
}
