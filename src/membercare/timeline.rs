//! One customer's history with one badge: issuals and enrolments, numbered by when they happened.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::badges::expiry::Expiry;
use crate::badges::owners::Owner;

/// What an item of the timeline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The badge was issued (the wire's `earn`).
    Issual,
    /// The customer was enrolled (the wire's `issue`).
    Enrolment,
}

impl What {
    /// "Issual", "Enrolment".
    pub const fn label(self) -> &'static str {
        match self {
            What::Issual => "Issual",
            What::Enrolment => "Enrolment",
        }
    }

    /// The list it stands in, as an address says it.
    pub const fn list(self) -> &'static str {
        match self {
            What::Issual => "issuals",
            What::Enrolment => "enrolments",
        }
    }

    /// By the list it stands in.
    pub fn listed(list: &str) -> Option<Self> {
        [What::Issual, What::Enrolment].into_iter().find(|what| what.list() == list)
    }
}

/// One issual or enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which of the two.
    pub what: What,
    /// Its id, as on the wire.
    pub id: [u8; 12],
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it was entered.
    pub entered_on: DateTime<Utc>,
    /// When it ends, the badge's own end put in where it ends with the badge.
    pub expires_on: DateTime<Utc>,
    /// Whether it ends with the badge, wherever that end moves.
    pub with_badge: bool,
    /// The module it was given by, as stored.
    pub owner: String,
    /// When it was taken back.
    pub revoked_on: Option<DateTime<Utc>>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// Why.
    pub revoke_reason: Option<String>,
    /// The import that brought it.
    pub import: Option<i64>,
}

/// How an item stands, whatever became of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It counts.
    Live,
    /// Its time is over.
    Expired,
    /// It was taken back; that wins over expired.
    Revoked,
}

impl State {
    /// The word on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            State::Live => "Live",
            State::Expired => "Expired",
            State::Revoked => "Revoked",
        }
    }

    /// The style sheet's name for its shape and colour.
    pub const fn look(self) -> &'static str {
        match self {
            State::Live => "live",
            State::Expired => "ended",
            State::Revoked => "revoked",
        }
    }
}

impl Item {
    /// How it stands.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if self.revoked_on.is_some() {
            State::Revoked
        } else if now <= self.expires_on {
            State::Live
        } else {
            State::Expired
        }
    }
}

/// The place of the last item seen, and the numbers of the next ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// When the last item happened.
    pub at: DateTime<Utc>,
    /// Its id.
    pub id: [u8; 12],
    /// The number of the next issual.
    pub issual: i64,
    /// The number of the next enrolment.
    pub enrolment: i64,
}

impl Place {
    /// Before the newest of so many.
    pub fn head(issuals: i64, enrolments: i64) -> Self {
        let at = DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Place { at, id: [0xff; 12], issual: issuals, enrolment: enrolments }
    }

    /// The number of this item, and the place behind it.
    pub fn pass(self, item: &Item) -> (i64, Self) {
        let behind = Place { at: item.at, id: item.id, ..self };
        match item.what {
            What::Issual => (self.issual, Place { issual: self.issual - 1, ..behind }),
            What::Enrolment => (self.enrolment, Place { enrolment: self.enrolment - 1, ..behind }),
        }
    }
}

/// When an item ends, in the words of the badge's rule.
pub fn rule_words(with_badge: bool, rule: Option<Expiry>) -> String {
    match rule {
        _ if with_badge => "Along with badge".to_owned(),
        Some(Expiry::WithBadge) => "Along with badge".to_owned(),
        Some(Expiry::OnDate(_)) => "On fixed date".to_owned(),
        Some(Expiry::After { unit, value: 1 }) => {
            format!("After 1 {}", unit.label().trim_end_matches('s'))
        }
        Some(Expiry::After { unit, value }) => format!("After {value} {}", unit.label()),
        Some(Expiry::Never) => "Never expires".to_owned(),
        None => String::new(),
    }
}

/// What the support desk calls a module (spec/badges.md 18).
pub fn module_label(wire: &str) -> String {
    let Ok(owner) = wire.parse::<Owner>() else { return wire.to_owned() };
    match owner {
        Owner::ReferralCampaigns => "Referral Campaign",
        Owner::AudienceCampaigns => "Broadcast Campaign",
        Owner::Journeys => "Journey",
        other => other.label(),
    }
    .to_owned()
}

/// From how far ahead on an end is no end: `NEVER` is kept as a hundred years.
const NEVER_FROM_DAYS: i64 = 50 * 365;

/// Whether an end stands for none.
pub fn is_never(from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    (until - from).num_days() >= NEVER_FROM_DAYS
}

/// How far away an end is: "2 days left", "ends today", "never expires". `None` once it is over.
pub fn left(now: DateTime<Utc>, until: DateTime<Utc>) -> Option<String> {
    if until < now {
        return None;
    }
    let (days, hours) = ((until - now).num_days(), (until - now).num_hours());
    Some(match (days, hours) {
        _ if is_never(now, until) => "never expires".to_owned(),
        (1, _) => "1 day left".to_owned(),
        (days @ 2.., _) => format!("{} days left", crate::web::time::count(days)),
        (_, 0) => "less than an hour left".to_owned(),
        (_, 1) => "1 hour left".to_owned(),
        (_, hours) => format!("{hours} hours left"),
    })
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::badges::limits::Unit;
    use crate::membercare::category::tests::now;

    fn item(what: What) -> Item {
        Item {
            what,
            id: [1; 12],
            at: now(),
            entered_on: now(),
            expires_on: now(),
            with_badge: false,
            owner: "Loyalty".to_owned(),
            revoked_on: None,
            revoked_by: None,
            revoke_reason: None,
            import: None,
        }
    }

    #[test]
    fn revoked_wins_over_expired_and_the_last_instant_is_live() {
        let mut one = item(What::Issual);
        assert_eq!(one.state(now()), State::Live);
        assert_eq!(one.state(now() + Duration::microseconds(1)), State::Expired);
        one.revoked_on = Some(now());
        assert_eq!(one.state(now() + Duration::days(1)), State::Revoked);
    }

    #[test]
    fn numbers_run_back_for_each_kind() {
        let items = [What::Issual, What::Enrolment, What::Issual];
        let mut place = Place::head(2, 1);
        let mut numbers = Vec::new();
        for what in items {
            let (number, behind) = place.pass(&item(what));
            numbers.push((what.label(), number));
            place = behind;
        }
        assert_eq!(numbers, [("Issual", 2), ("Enrolment", 1), ("Issual", 1)]);
        assert_eq!((place.issual, place.enrolment), (0, 0));
    }

    #[test]
    fn an_end_is_said_by_how_far_it_is() {
        let said = |until| left(now(), until);
        assert_eq!(said(now()), Some("less than an hour left".to_owned()));
        assert_eq!(said(now() + Duration::minutes(90)), Some("1 hour left".to_owned()));
        assert_eq!(said(now() + Duration::hours(23)), Some("23 hours left".to_owned()));
        assert_eq!(said(now() + Duration::hours(47)), Some("1 day left".to_owned()));
        assert_eq!(said(now() + Duration::days(1234)), Some("1,234 days left".to_owned()));
        assert_eq!(said(now() + Duration::days(36_524)), Some("never expires".to_owned()));
        assert_eq!(said(now() - Duration::microseconds(1)), None);
    }

    #[test]
    fn rules_and_modules_are_said_in_the_words_of_the_desk() {
        let after = |value| Some(Expiry::After { unit: Unit::Days, value });
        assert_eq!(rule_words(false, after(1)), "After 1 day");
        assert_eq!(rule_words(false, after(90)), "After 90 days");
        assert_eq!(rule_words(true, Some(Expiry::Never)), "Along with badge");
        assert_eq!(module_label("Audience_Campaigns"), "Broadcast Campaign");
        assert_eq!(module_label("SOMETHING_NEW"), "SOMETHING_NEW");
    }
}
