//! Which of the four tabs a badge stands under for a customer (spec/badges.md 18). Pure.

use chrono::{DateTime, Utc};

use crate::badges::{EarnType, Status};
use crate::base::ids::{BadgeId, GroupId};

/// A tab of the customer's badges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// Enrol-first badges the customer is not enrolled in and does not hold.
    ToEnrol,
    /// Direct badges, and enrolled ones, that the customer does not hold.
    ToIssue,
    /// Held now.
    Issued,
    /// Over, or held once and out of reach.
    Expired,
}

impl Category {
    /// All four, in the order of the screen.
    pub const ALL: [Category; 4] =
        [Category::ToEnrol, Category::ToIssue, Category::Issued, Category::Expired];

    /// The word in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Category::ToEnrol => "enrol",
            Category::ToIssue => "issue",
            Category::Issued => "issued",
            Category::Expired => "expired",
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Category::ToEnrol => "Available to enrol",
            Category::ToIssue => "Available to issue",
            Category::Issued => "Issued",
            Category::Expired => "Expired",
        }
    }

    /// What an empty tab says.
    pub const fn none(self) -> &'static str {
        match self {
            Category::ToEnrol => "Nothing to enrol for",
            Category::ToIssue => "Nothing to issue",
            Category::Issued => "No badge is held now",
            Category::Expired => "Nothing has expired",
        }
    }

    /// By its word in the address; held badges when it says nothing we know.
    pub fn named(word: &str) -> Self {
        let found = Category::ALL.into_iter().find(|category| category.word() == word);
        found.unwrap_or(Category::Issued)
    }

    /// The tab of a badge, `None` for one that is shown nowhere: not begun, or switched off, and never
    /// had. The order is the specification's and makes the tabs disjoint: a direct badge that ran out
    /// but may be had again is available, and its past stays in the timeline.
    pub fn of(standing: &Standing, now: DateTime<Utc>) -> Option<Self> {
        let status = Status::at(now, standing.start_on, standing.expires_on);
        let may_earn = match standing.earn_type {
            EarnType::Direct => status == Status::Live,
            // A live enrolment outlives its badge.
            EarnType::Enrol => standing.is_enrolled(now) && status != Status::Upcoming,
        };
        let may_enrol = standing.earn_type == EarnType::Enrol
            && !standing.is_enrolled(now)
            && status == Status::Live;
        if standing.is_held(now) {
            Some(Category::Issued)
        } else if standing.active && may_earn {
            Some(Category::ToIssue)
        } else if standing.active && may_enrol {
            Some(Category::ToEnrol)
        } else if status == Status::Ended || standing.earns > 0 {
            Some(Category::Expired)
        } else {
            None
        }
    }
}

/// How a customer stands with a badge.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The badge.
    pub badge: BadgeId,
    /// Its name.
    pub name: String,
    /// Direct, or enrol first.
    pub earn_type: EarnType,
    /// From when on it can be earned.
    pub start_on: DateTime<Utc>,
    /// The last instant it can be earned.
    pub expires_on: DateTime<Utc>,
    /// Its switch.
    pub active: bool,
    /// When the badge was changed last.
    pub updated_on: DateTime<Utc>,
    /// Its group, if it has one that is in use.
    pub group: Option<Group>,
    /// Its rank in the group, or alone.
    pub rank: Option<i32>,
    /// Issued and not revoked.
    pub earns: i64,
    /// Issued, revoked ones too.
    pub all_earns: i64,
    /// The latest end of an issued one that is not revoked.
    pub held_until: Option<DateTime<Utc>>,
    /// When it was earned last.
    pub last_earned: Option<DateTime<Utc>>,
    /// Enrolments, revoked ones too.
    pub all_enrolments: i64,
    /// The latest end of an enrolment that is not revoked.
    pub enrolled_until: Option<DateTime<Utc>>,
}

/// A group in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// 1 comes first.
    pub rank: i32,
}

impl Standing {
    /// Whether the customer has it now. The last instant counts.
    pub fn is_held(&self, now: DateTime<Utc>) -> bool {
        self.held_until.is_some_and(|until| now <= until)
    }

    /// Whether the customer is enrolled now.
    pub fn is_enrolled(&self, now: DateTime<Utc>) -> bool {
        self.enrolled_until.is_some_and(|until| now <= until)
    }

    /// The end that matters under a tab: of what is held, of what was held, of the chance to get it.
    pub fn ends(&self, category: Category) -> DateTime<Utc> {
        match category {
            Category::Issued | Category::Expired => self.held_until.unwrap_or(self.expires_on),
            Category::ToIssue if self.earn_type == EarnType::Enrol => {
                self.enrolled_until.unwrap_or(self.expires_on)
            }
            Category::ToIssue | Category::ToEnrol => self.expires_on,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::Duration;
    use proptest::prelude::*;

    use super::*;

    pub(in crate::membercare) fn now() -> DateTime<Utc> {
        "2026-11-26T09:00:00Z".parse().unwrap()
    }

    pub(in crate::membercare) fn standing(earn_type: EarnType) -> Standing {
        Standing {
            badge: BadgeId::from_bytes([7; 12]),
            name: "Great Answer".to_owned(),
            earn_type,
            start_on: now() - Duration::days(30),
            expires_on: now() + Duration::days(30),
            active: true,
            updated_on: now(),
            group: None,
            rank: None,
            earns: 0,
            all_earns: 0,
            held_until: None,
            last_earned: None,
            all_enrolments: 0,
            enrolled_until: None,
        }
    }

    fn category(earn_type: EarnType, change: impl FnOnce(&mut Standing)) -> Option<Category> {
        let mut standing = standing(earn_type);
        change(&mut standing);
        Category::of(&standing, now())
    }

    fn held(until: DateTime<Utc>) -> impl Fn(&mut Standing) {
        move |s| (s.earns, s.all_earns, s.held_until) = (1, 1, Some(until))
    }

    #[test]
    fn a_badge_nobody_had_is_to_be_issued_or_enrolled_while_it_runs() {
        use EarnType::{Direct, Enrol};
        assert_eq!(category(Direct, |_| ()), Some(Category::ToIssue));
        assert_eq!(category(Enrol, |_| ()), Some(Category::ToEnrol));
        let ended = |s: &mut Standing| s.expires_on = now() - Duration::microseconds(1);
        assert_eq!(category(Direct, ended), Some(Category::Expired));
        assert_eq!(category(Enrol, ended), Some(Category::Expired));
        let upcoming = |s: &mut Standing| s.start_on = now() + Duration::microseconds(1);
        assert_eq!(category(Direct, upcoming), None);
        assert_eq!(category(Enrol, upcoming), None);
        let off = |s: &mut Standing| s.active = false;
        assert_eq!(category(Direct, off), None);
        assert_eq!(category(Enrol, off), None);
    }

    #[test]
    fn first_and_last_instant_belong_to_it() {
        assert_eq!(category(EarnType::Direct, |s| s.start_on = now()), Some(Category::ToIssue));
        assert_eq!(category(EarnType::Direct, |s| s.expires_on = now()), Some(Category::ToIssue));
        assert_eq!(category(EarnType::Direct, held(now())), Some(Category::Issued));
        let over = now() - Duration::microseconds(1);
        assert_eq!(category(EarnType::Direct, held(over)), Some(Category::ToIssue));
    }

    #[test]
    fn what_is_held_is_issued_whatever_became_of_the_badge() {
        for earn_type in EarnType::ALL {
            let got = category(earn_type, |s| {
                held(now() + Duration::days(1))(s);
                s.active = false;
                s.expires_on = now() - Duration::days(1);
            });
            assert_eq!(got, Some(Category::Issued));
        }
    }

    #[test]
    fn an_enrolment_counts_while_it_lasts_even_beyond_the_badge() {
        let enrolled = |until| move |s: &mut Standing| s.enrolled_until = Some(until);
        let (soon, over) = (now() + Duration::hours(1), now() - Duration::microseconds(1));
        assert_eq!(category(EarnType::Enrol, enrolled(soon)), Some(Category::ToIssue));
        assert_eq!(category(EarnType::Enrol, enrolled(now())), Some(Category::ToIssue));
        assert_eq!(category(EarnType::Enrol, enrolled(over)), Some(Category::ToEnrol));
        let ended = |s: &mut Standing| s.expires_on = over;
        let outlives = category(EarnType::Enrol, |s| {
            ended(s);
            enrolled(soon)(s);
        });
        assert_eq!(outlives, Some(Category::ToIssue));
        let off = category(EarnType::Enrol, |s| {
            enrolled(soon)(s);
            s.active = false;
        });
        assert_eq!(off, None);
    }

    #[test]
    fn what_was_held_and_cannot_be_had_again_is_expired_and_what_was_revoked_never_was() {
        let over = now() - Duration::days(1);
        let off = category(EarnType::Direct, |s| {
            held(over)(s);
            s.active = false;
        });
        assert_eq!(off, Some(Category::Expired));
        let revoked = category(EarnType::Direct, |s| (s.all_earns, s.active) = (3, false));
        assert_eq!(revoked, None);
    }

    proptest! {
        /// The tabs of the specification, each by its own words, against the one function.
        #[test]
        fn the_tabs_say_what_the_specification_says(
            enrol: bool, active: bool, start in -3i64..4, length in 0i64..6,
            held in proptest::option::of(-3i64..4), enrolled in proptest::option::of(-3i64..4),
        ) {
            let hours = |n: i64| now() + Duration::hours(n);
            let earn_type = if enrol { EarnType::Enrol } else { EarnType::Direct };
            let got = category(earn_type, |s| {
                s.active = active;
                (s.start_on, s.expires_on) = (hours(start), hours(start + length));
                (s.earns, s.held_until) = (held.iter().count() as i64, held.map(hours));
                s.enrolled_until = enrolled.map(hours);
            });
            let (live_e, live_n) = (held >= Some(0), enrolled >= Some(0));
            let (live, ended) = (start <= 0 && start + length >= 0, start + length < 0);
            let issued = live_e;
            let to_issue = !live_e && active
                && if enrol { live_n && (live || ended) } else { live };
            let to_enrol = enrol && !live_n && !live_e && live && active;
            let expired = !issued && !to_issue && !to_enrol && (ended || held.is_some());
            let said: Vec<Category> = [
                (to_enrol, Category::ToEnrol), (to_issue, Category::ToIssue),
                (issued, Category::Issued), (expired, Category::Expired),
            ].into_iter().filter(|(is, _)| *is).map(|(_, category)| category).collect();
            prop_assert!(said.len() <= 1, "the tabs overlap: {said:?}");
            prop_assert_eq!(got, said.first().copied());
        }
    }
}
