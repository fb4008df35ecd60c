use chrono::Duration;
use proptest::prelude::*;

use super::*;

fn now() -> DateTime<Utc> {
    "2026-11-26T09:00:00Z".parse().unwrap()
}

fn badge(n: u8, change: impl FnOnce(&mut Holding)) -> Holding {
    let mut holding = Holding {
        badge: BadgeId::from_bytes([n; 12]),
        name_key: String::new(),
        earn_type: EarnType::Direct,
        start_on: now() - Duration::days(30),
        expires_on: now() + Duration::days(30),
        active: true,
        updated_on: now(),
        group: None,
        rank: None,
        earns: 0,
        held_until: None,
        last_expired: None,
        last_earn: None,
        enrolled_until: None,
        newest_enrolment: None,
    };
    change(&mut holding);
    holding
}

fn sorted(order: Order, ascending: bool, mut badges: Vec<Holding>) -> Vec<u8> {
    order.sort(ascending, &mut badges);
    badges.iter().map(|one| one.badge.bytes()[0]).collect()
}

#[test]
fn rank_order_is_the_documented_one() {
    // G1 (rank 1): B1; G2 (rank 2): B2; B3 without a group, rank 1. Then G1 is deleted.
    let g1 = || Some((1, "G1".to_owned()));
    let g2 = || Some((2, "G2".to_owned()));
    let with = |g1: Option<(i32, String)>| {
        vec![
            badge(1, |b| b.group = g1),
            badge(2, |b| b.group = g2()),
            badge(3, |b| b.rank = Some(1)),
        ]
    };
    assert_eq!(sorted(Order::Rank, false, with(g1())), [1, 2, 3]);
    assert_eq!(sorted(Order::Rank, true, with(None)), [2, 3, 1]);
}

#[test]
fn inside_a_group_ranks_come_first_then_the_later_end_and_ties_are_settled() {
    let group = |name: &str| Some((1, name.to_owned()));
    let late = Duration::days(9);
    let badges = vec![
        badge(1, |b| b.group = group("A")),
        badge(2, |b| (b.group, b.expires_on) = (group("A"), b.expires_on + late)),
        badge(3, |b| (b.group, b.rank) = (group("A"), Some(7))),
        badge(4, |b| (b.group, b.rank) = (group("A"), Some(2))),
        badge(5, |b| (b.group, b.rank, b.expires_on) = (group("A"), Some(2), b.expires_on + late)),
        badge(6, |b| (b.group, b.rank) = (group("B"), Some(1))),
        badge(7, |b| b.group = group("A")),
        badge(8, |_| ()),
        badge(9, |b| b.rank = Some(99)),
    ];
    assert_eq!(sorted(Order::Rank, false, badges), [5, 4, 3, 2, 7, 1, 6, 9, 8]);
}

#[test]
fn what_never_happened_comes_last_whichever_way() {
    let at = |hours: i64| {
        let posted_on = now() - Duration::hours(hours);
        Some(LastEarn { posted_on, event_on: posted_on })
    };
    let badges = || {
        vec![
            badge(1, |b| b.last_earn = at(5)),
            badge(2, |_| ()),
            badge(3, |b| b.last_earn = at(1)),
            badge(4, |_| ()),
        ]
    };
    assert_eq!(sorted(Order::LastEarnedOn, false, badges()), [3, 1, 4, 2]);
    assert_eq!(sorted(Order::LastEarnedEvent, true, badges()), [1, 3, 4, 2]);
    assert_eq!(sorted(Order::Id, false, badges()), [4, 3, 2, 1]);
    for word in ["RANK", "EXPIRES_ON", "LAST_EXPIRED_BADGE", "LAST_MODIFIED_DATE"] {
        assert!(Order::named(word).is_some());
    }
}

#[test]
fn the_customers_own_list_shows_what_can_be_had_and_what_is_held() {
    let (soon, over) = (now() + Duration::days(1), now() - Duration::days(1));
    let shown = |kind: Option<Kind>, ended: bool, change: fn(&mut Holding)| {
        badge(1, change).is_shown(kind, ended, now())
    };
    let (available, earned) = (Some(Kind::Available), Some(Kind::Earned));
    // Enrol-first badges are available without an enrolment; upcoming ones are not.
    assert!(shown(available, false, |b| b.earn_type = EarnType::Enrol));
    assert!(!shown(available, true, |b| b.start_on = now() + Duration::hours(1)));
    assert!(!shown(None, true, |b| b.start_on = now() + Duration::hours(1)));
    let ended = |b: &mut Holding| b.expires_on = now() - Duration::hours(1);
    assert!(!shown(available, false, ended) && shown(available, true, ended));
    let held = badge(1, |b| (b.earns, b.held_until) = (1, Some(soon)));
    assert!(held.is_shown(earned, false, now()) && !held.is_shown(available, true, now()));
    let was = badge(1, |b| (b.earns, b.held_until) = (1, Some(over)));
    assert!(!was.is_shown(earned, false, now()) && was.is_shown(earned, true, now()));
    assert!(was.is_shown(None, false, now()) && was.is_shown(available, false, now()));
    assert!(shown(None, false, |_| ()) && !shown(earned, true, |_| ()));
    assert_eq!(Kind::named("EXPIRED"), Some(Kind::Expired));
    assert_eq!(Kind::named("SOLD"), None);
}

proptest! {
    /// The categories of the specification, each by its own words.
    #[test]
    fn the_support_lists_say_what_the_specification_says(
        enrol: bool, ended: bool, earns in 0i64..3, held: bool, enrolled: bool,
    ) {
        let (soon, over) = (now() + Duration::days(1), now() - Duration::days(1));
        let held = held && earns > 0;
        let one = badge(1, |b| {
            b.earn_type = if enrol { EarnType::Enrol } else { EarnType::Direct };
            if ended { b.expires_on = over; }
            b.earns = earns;
            b.held_until = (earns > 0).then_some(if held { soon } else { over });
            b.enrolled_until = Some(if enrolled { soon } else { over });
        });
        let is = |kind| one.is(kind, now());
        prop_assert_eq!(is(Kind::AvailableToIssue), enrol && !enrolled && !held);
        prop_assert_eq!(is(Kind::Available), !held && (!enrol || enrolled));
        prop_assert_eq!(is(Kind::Earned), held);
        prop_assert_eq!(is(Kind::Expired), !held && (ended || earns > 0));
        let first_three = [Kind::AvailableToIssue, Kind::Available, Kind::Earned];
        prop_assert_eq!(first_three.into_iter().filter(|kind| is(*kind)).count(), 1);
    }

    /// An instance is in exactly one state, and its last instant counts.
    #[test]
    fn taken_back_wins_over_run_out(revoked: bool, hours in -3i64..4) {
        let state = instance_state(revoked, now() + Duration::hours(hours), now());
        let said = if revoked { "REVOKED" } else if hours < 0 { "EXPIRED" } else { "LIVE" };
        prop_assert_eq!(state, said);
    }
}
