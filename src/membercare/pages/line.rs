//! Items of a timeline as the panel shows them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::auth::Staff;
use crate::badges::benefits::Benefit;
use crate::badges::expiry::Expiry;
use crate::base::ids::CustomerId;
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::customers::path;
use crate::membercare::filter::Filter;
use crate::membercare::store::{Came, Detail};
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
    pub gifts: Vec<Gift>,
    /// When it was taken back.
    pub revoked: Option<Stamp>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The import that brought it.
    pub import: Option<i64>,
    /// The form that takes it back.
    pub revoke: Option<String>,
}

/// A benefit that came with an issual, and what became of it.
pub struct Gift {
    /// "Coupon · Coupon series id 136", its code, what the giver said.
    pub words: String,
    /// The style sheet's name and the word for how it stands.
    pub state: (&'static str, &'static str),
}

impl Gift {
    fn of(came: &Came) -> Self {
        let params = came.params.as_object().cloned().unwrap_or_default();
        let benefit = came.kind.parse().map(|kind| Benefit { kind, params }.sentence());
        let mut parts = vec![benefit.unwrap_or_else(|_| came.kind.clone())];
        parts.extend(came.coupon.as_ref().map(|code| format!("code {code}")));
        parts.extend(came.notes.clone());
        let state = match came.status.as_str() {
            "GIVEN" => ("live", "Given"),
            "FAILED" => ("revoked", "Failed"),
            _ => ("busy", "Pending"),
        };
        Gift { words: parts.join(", "), state }
    }
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

/// What lines of a timeline are made by.
pub struct Lines<'a> {
    /// Whose timeline.
    pub customer: CustomerId,
    /// Who looks.
    pub staff: &'a Staff,
    /// What the page's address says.
    pub filter: &'a Filter,
    /// What the badge says of all items.
    pub rules: Rules,
    /// What came with issuals.
    pub came: HashMap<[u8; 12], Vec<Came>>,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Lines<'_> {
    /// A page of items, and the place of the next page when there are more.
    pub fn page(&self, items: &[Item], mut place: Place) -> (Vec<Line>, Option<Place>) {
        let mut lines = Vec::new();
        for item in items.iter().take(PAGE) {
            let (number, behind) = place.pass(item);
            place = behind;
            lines.push(self.line(item, number));
        }
        (lines, (items.len() > PAGE).then_some(place))
    }

    fn line(&self, item: &Item, number: i64) -> Line {
        let stamp = |at| Stamp::new(at, self.staff.zone);
        let personal = self.staff.may(Permission::ReadPersonalData);
        let (rule, done) = match item.what {
            What::Issual => (self.rules.earned, "Issued"),
            What::Enrolment => (self.rules.enrolled, "Enrolled"),
        };
        // Within a minute it is the same moment to a reader.
        let apart = (item.entered_on - item.at).num_seconds().abs() >= 60;
        Line {
            title: format!("{} {number}", item.what.label()),
            state: item.state(self.now),
            at: stamp(item.at),
            entered: apart.then(|| stamp(item.entered_on)),
            rule: rule_words(item.with_badge, rule),
            ends: (!is_never(item.at, item.expires_on)).then(|| stamp(item.expires_on)),
            id: hex::encode(item.id),
            by: module_label(&item.owner),
            done,
            gifts: self.came.get(&item.id).into_iter().flatten().map(Gift::of).collect(),
            revoked: item.revoked_on.map(stamp),
            revoked_by: item.revoked_by.clone().filter(|_| personal),
            reason: item.revoke_reason.clone().filter(|_| personal),
            import: item.import.filter(|_| self.staff.may(Permission::ImportHistory)),
            revoke: self.revoke(item),
        }
    }

    /// The form that takes it back, for those who may and while there is something to take.
    fn revoke(&self, item: &Item) -> Option<String> {
        let may = self.staff.may(Permission::IssueBadges) && item.revoked_on.is_none();
        let (path, id) = (path(self.customer), hex::encode(item.id));
        may.then(|| self.filter.carried(&format!("{path}/{}/{id}/revocation", item.what.list())))
    }
}
