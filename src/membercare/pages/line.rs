//! Items of a timeline as the panel shows them.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::auth::Staff;
use crate::badges::benefits::Benefit;
use crate::badges::expiry::Expiry;
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::membercare::store::Detail;
use crate::membercare::timeline::{Item, Place, State, What, is_never, module_label, rule_words};
use crate::web::time::Stamp;

/// One issual or enrolment.
pub struct Line {
    /// "Issual 6".
    pub title: String,
    /// How it stands.
    pub state: State,
    /// When it happened.
    pub at: Stamp,
    /// When it was entered, where that was another time.
    pub entered: Option<Stamp>,
    /// The rule by which it ends.
    pub rule: String,
    /// When it ends; none when never.
    pub ends: Option<Stamp>,
    /// Its id.
    pub id: String,
    /// The module that gave it.
    pub by: String,
    /// "Issued", "Enrolled".
    pub done: &'static str,
    /// What came with it.
    pub benefits: String,
    /// When it was taken back.
    pub revoked: Option<Stamp>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The import that brought it.
    pub import: Option<i64>,
}

impl Line {
    /// The rule within a sentence: "Expires along with badge".
    pub fn rule_words(&self) -> String {
        self.rule.to_lowercase().replace("never expires", "never")
    }
}

/// What a badge says of everything that is given of it.
pub struct Rules {
    earned: Option<Expiry>,
    enrolled: Option<Expiry>,
    /// What comes with an issual, in words.
    pub benefits: Vec<String>,
}

impl Rules {
    /// Read from the badge as stored; what cannot be read is not said.
    pub fn of(detail: &Detail) -> Self {
        let rule = |stored: &Value| serde_json::from_value(stored.clone()).ok();
        let benefit = |(kind, params): &(String, Value)| {
            let params = params.as_object().cloned().unwrap_or_default();
            Some(Benefit { kind: kind.parse().ok()?, params }.sentence())
        };
        Rules {
            earned: rule(&detail.earned_expiry),
            enrolled: detail.issued_expiry.as_ref().and_then(rule),
            benefits: detail.benefits.iter().filter_map(benefit).collect(),
        }
    }
}

/// The lines of a page of items, and the place of the next page when there are more.
pub fn lines(
    items: &[Item],
    mut place: Place,
    rules: &Rules,
    staff: &Staff,
    now: DateTime<Utc>,
) -> (Vec<Line>, Option<Place>) {
    let mut lines = Vec::new();
    for item in items.iter().take(PAGE) {
        let (number, behind) = place.pass(item);
        place = behind;
        lines.push(line(item, number, rules, staff, now));
    }
    (lines, (items.len() > PAGE).then_some(place))
}

fn line(item: &Item, number: i64, rules: &Rules, staff: &Staff, now: DateTime<Utc>) -> Line {
    let stamp = |at| Stamp::new(at, staff.zone);
    let personal = staff.may(Permission::ReadPersonalData);
    let (rule, done, benefits) = match item.what {
        What::Issual => (rules.earned, "Issued", rules.benefits.join(", ")),
        What::Enrolment => (rules.enrolled, "Enrolled", String::new()),
    };
    // Within a minute it is the same moment to a reader.
    let apart = (item.entered_on - item.at).num_seconds().abs() >= 60;
    Line {
        title: format!("{} {number}", item.what.label()),
        state: item.state(now),
        at: stamp(item.at),
        entered: apart.then(|| stamp(item.entered_on)),
        rule: rule_words(item.with_badge, rule),
        ends: (!is_never(item.at, item.expires_on)).then(|| stamp(item.expires_on)),
        id: hex::encode(item.id),
        by: module_label(&item.owner),
        done,
        benefits,
        revoked: item.revoked_on.map(stamp),
        revoked_by: item.revoked_by.clone().filter(|_| personal),
        reason: item.revoke_reason.clone().filter(|_| personal),
        import: item.import.filter(|_| staff.may(Permission::ReadImports)),
    }
}
