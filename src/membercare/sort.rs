//! The orders of the badges of a customer. Pure: a brand has tens to thousands of badges, all of which
//! are read for the counts anyway.

use std::cmp::{Ordering, Reverse};

use crate::membercare::category::{Category, Standing};

/// In which order cards stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What ends first; among ended ones what ended last.
    #[default]
    Expiry,
    /// The badge changed last.
    Updated,
    /// Issued last.
    Issued,
    /// By group and rank, as customers see them (spec/badges.md 9.16).
    Rank,
}

impl Sort {
    /// All of them, in the order of the screen.
    pub const ALL: [Sort; 4] = [Sort::Expiry, Sort::Updated, Sort::Issued, Sort::Rank];

    /// The word in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Sort::Expiry => "expiry",
            Sort::Updated => "updated",
            Sort::Issued => "issued",
            Sort::Rank => "rank",
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Sort::Expiry => "Expiry",
            Sort::Updated => "Last updated",
            Sort::Issued => "Last issued",
            Sort::Rank => "Group and rank",
        }
    }

    /// By its word in the address.
    pub fn named(word: &str) -> Self {
        Sort::ALL.into_iter().find(|sort| sort.word() == word).unwrap_or_default()
    }

    /// Puts the badges of a tab in order. Ties: the badge made last comes first.
    pub fn order(self, category: Category, standings: &mut [Standing]) {
        standings.sort_by(|a, b| {
            let by = match self {
                Sort::Expiry if category == Category::Expired => {
                    b.ends(category).cmp(&a.ends(category))
                }
                Sort::Expiry => a.ends(category).cmp(&b.ends(category)),
                Sort::Updated => b.updated_on.cmp(&a.updated_on),
                // Greater first puts "never" last by itself.
                Sort::Issued => b.last_earned.cmp(&a.last_earned),
                Sort::Rank => by_rank(a, b),
            };
            by.then_with(|| b.badge.cmp(&a.badge))
        });
    }
}

/// Groups by rank, equal ones by name, badges without a group last; inside, ranked badges by rank, then
/// those without by their end, latest first.
fn by_rank(a: &Standing, b: &Standing) -> Ordering {
    let key = |s: &Standing| {
        let group = s.group.as_ref().map(|group| (group.rank, group.name.clone()));
        (group.is_none(), group, s.rank.is_none(), s.rank, Reverse(s.expires_on))
    };
    key(a).cmp(&key(b))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::badges::EarnType;
    use crate::base::ids::{BadgeId, GroupId};
    use crate::membercare::category::Group;
    use crate::membercare::category::tests::{now, standing};

    fn badge(name: &str, n: u8, change: impl FnOnce(&mut Standing)) -> Standing {
        let mut badge = standing(EarnType::Direct);
        (badge.name, badge.badge) = (name.to_owned(), BadgeId::from_bytes([n; 12]));
        change(&mut badge);
        badge
    }

    fn names(sort: Sort, category: Category, mut badges: Vec<Standing>) -> Vec<String> {
        sort.order(category, &mut badges);
        badges.into_iter().map(|badge| badge.name).collect()
    }

    #[test]
    fn rank_goes_by_group_then_rank_then_the_later_end() {
        let group = |name: &str, rank| {
            Some(Group { id: GroupId::from_bytes([1; 12]), name: name.to_owned(), rank })
        };
        let badges = vec![
            badge("ungrouped, late", 1, |s| s.expires_on += Duration::days(9)),
            badge("ungrouped, rank 1", 2, |s| s.rank = Some(1)),
            badge("gold, no rank", 3, |s| s.group = group("Gold", 1)),
            badge("gold, rank 2", 4, |s| (s.group, s.rank) = (group("Gold", 1), Some(2))),
            badge("silver", 5, |s| (s.group, s.rank) = (group("Silver", 2), Some(1))),
            badge("also first", 6, |s| s.group = group("Alpha", 1)),
            badge("ungrouped", 7, |_| ()),
        ];
        let order = names(Sort::Rank, Category::ToIssue, badges);
        let expected = [
            "also first",
            "gold, rank 2",
            "gold, no rank",
            "silver",
            "ungrouped, rank 1",
            "ungrouped, late",
            "ungrouped",
        ];
        assert_eq!(order, expected);
    }

    #[test]
    fn expiry_shows_what_ends_next_and_among_the_ended_what_ended_last() {
        let badges = || {
            vec![
                badge("late", 1, |s| s.held_until = Some(now() + Duration::days(9))),
                badge("soon", 2, |s| s.held_until = Some(now() + Duration::days(1))),
                badge("soon too, made later", 3, |s| {
                    s.held_until = Some(now() + Duration::days(1))
                }),
            ]
        };
        let held = names(Sort::Expiry, Category::Issued, badges());
        assert_eq!(held, ["soon too, made later", "soon", "late"]);
        let over = names(Sort::Expiry, Category::Expired, badges());
        assert_eq!(over, ["late", "soon too, made later", "soon"]);
    }

    #[test]
    fn never_issued_stands_behind_issued() {
        let badges =
            vec![badge("never", 1, |_| ()), badge("once", 2, |s| s.last_earned = Some(now()))];
        assert_eq!(names(Sort::Issued, Category::ToIssue, badges), ["once", "never"]);
    }
}
