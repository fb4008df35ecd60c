//! The rules of creating and updating, spec/badges.md 5.2 and 21.

use super::*;
use crate::badges::badge::Family;
use crate::badges::owners::Claim;
use proptest::prelude::*;

const ZONE: Tz = Tz::Europe__Berlin;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn context(now: &str) -> Context<'static> {
    Context {
        now: at(now),
        zone: ZONE,
        existing: None,
        fields: &[],
        groups: &[],
        asked_tags: &[],
        name_taken: false,
        migration: false,
    }
}

fn draft(pairs: &[(&str, &str)]) -> Draft {
    let plain = [
        ("name", "Early bird"),
        ("start", "2026-12-01"),
        ("end", "2026-12-31"),
        ("earn_type", "EARN"),
        ("owner", "Loyalty"),
        ("earned.kind", "never"),
    ];
    let changed = |key: &str| pairs.iter().any(|(other, _)| *other == key);
    let all = plain.iter().filter(|(key, _)| !changed(key)).chain(pairs);
    let all: Vec<_> = all.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Draft::from_pairs(&all)
}

fn codes(outcome: Result<Checked, Problems>) -> Vec<&'static str> {
    outcome.unwrap_err().iter().map(|problem| problem.code).collect()
}

fn stored(draft: &Draft, now: &str) -> Badge {
    let stamp = Stamp {
        created_on: at(now),
        created_by: None,
        created_by_name: "Mina".to_owned(),
        updated_on: at(now),
        updated_by: None,
        updated_by_name: "Mina".to_owned(),
    };
    let context = Context { migration: true, ..context(now) };
    draft.check(&context).unwrap().into_badge(BadgeId::fresh(at(now)), 1, stamp)
}

const NOW: &str = "2026-11-26T10:00:00Z";

#[test]
fn a_plain_badge_passes_and_days_are_whole_days_of_the_zone() {
    let badge = stored(&draft(&[]), NOW);
    assert_eq!(badge.start_on, at("2026-11-30T23:00:00Z"));
    assert_eq!(badge.expires_on, at("2026-12-31T22:59:59Z"));
    let today = stored(&draft(&[("start", "2026-11-26")]), NOW);
    assert_eq!(today.start_on, at("2026-11-26T10:05:00Z"));
    let timed = stored(&draft(&[("start_time", "08:15"), ("end_time", "18:00")]), NOW);
    assert_eq!(
        (timed.start_on, timed.expires_on),
        (at("2026-12-01T07:15:00Z"), at("2026-12-31T17:00:00Z"))
    );
}

#[test]
fn every_fault_of_a_new_badge_is_told_at_once() {
    assert_eq!(
        codes(Draft::default().check(&context(NOW))),
        ["blank", "blank", "blank", "blank", "owners_empty", "blank"]
    );
    let bad = draft(&[("start", "2020-01-01"), ("owner", "Weather"), ("earn_type", "ISSUE_EARN")]);
    let taken = Context { name_taken: true, ..context(NOW) };
    assert_eq!(
        codes(bad.check(&taken)),
        ["name_taken", "start_past", "owner_unknown", "owners_empty", "blank"]
    );
    assert_eq!(
        codes(draft(&[("end", "2026-11-30")]).check(&context(NOW))),
        ["start_not_before_end"]
    );
    let ended = draft(&[("start", "2026-11-26"), ("end", "2026-11-25")]);
    assert_eq!(codes(ended.check(&context(NOW))), ["end_past"]);
}

#[test]
fn past_dates_pass_with_the_migration_switch_and_are_noted() {
    let migration = Context { migration: true, ..context(NOW) };
    let note = |draft: Draft| draft.check(&migration).unwrap().notes()[0].message.to_string();
    assert_eq!(note(draft(&[("start", "2020-01-01")])), "The badge's start date is in the past.");
    let both = draft(&[("start", "2020-01-01"), ("end", "2021-01-01")]);
    assert_eq!(note(both), "The badge's start and end date are in the past.");
    assert_eq!(codes(draft(&[("start", "1925-01-01")]).check(&migration)), ["start_too_old"]);
    assert!(draft(&[("start", "1926-12-01")]).check(&migration).is_ok());
}

#[test]
fn what_may_change_depends_on_where_the_badge_stands() {
    let badge = stored(&draft(&[]), NOW);
    let live = Context { existing: Some(&badge), ..context("2026-12-10T10:00:00Z") };
    let again = Draft::of(&badge, &[], ZONE);
    assert_eq!(again.check(&live).unwrap().onto(&badge), badge);

    let changed = |key: &str, value: &str| {
        let mut pairs = again.pairs();
        pairs.retain(|(other, _)| other != key);
        pairs.push((key.to_owned(), value.to_owned()));
        Draft::from_pairs(&pairs)
    };
    assert_eq!(codes(changed("start", "2026-12-02").check(&live)), ["start_locked"]);
    assert_eq!(codes(changed("end", "2026-12-05").check(&live)), ["end_past"]);
    assert_eq!(codes(changed("earn_type", "ISSUE_EARN").check(&live)), ["earn_type_locked"]);
    assert!(changed("end", "2027-03-01").check(&live).is_ok());
    // Ended: an unchanged past end passes, and a later one revives the badge.
    let ended = Context { existing: Some(&badge), ..context("2027-02-01T10:00:00Z") };
    assert!(again.check(&ended).is_ok());
    assert!(changed("end", "2027-03-01").check(&ended).is_ok());
    // Upcoming: the start moves freely, even into the past.
    let upcoming = Context { existing: Some(&badge), ..context(NOW) };
    assert!(changed("start", "2026-01-01").check(&upcoming).is_ok());
}

#[test]
fn a_claimed_owner_stays() {
    let mut badge = stored(&draft(&[]), NOW);
    badge.claims.push(Claim {
        owner: Owner::Loyalty,
        reference: "12".to_owned(),
        active: true,
        since: at(NOW),
    });
    let claimed = Context { existing: Some(&badge), ..context(NOW) };
    assert_eq!(codes(draft(&[("owner", "Milestones")]).check(&claimed)), ["owner_claimed"]);
    badge.claims[0].active = false;
    let free = Context { existing: Some(&badge), ..context(NOW) };
    assert!(draft(&[("owner", "Milestones")]).check(&free).is_ok());
}

const FIXED: &[(&str, &str)] = &[
    ("customer.on", "on"),
    ("customer.family", "fixed"),
    ("customer.period", "WEEKS"),
    ("customer.weekday", "2"),
    ("customer.window_max", "3"),
];
const MOVING: &[(&str, &str)] = &[
    ("customer.on", "on"),
    ("customer.family", "moving"),
    ("customer.days.value", "7"),
    ("customer.days.max", "1"),
    ("customer.overall", "5"),
];

#[test]
fn limits_are_stored_as_the_data_model_says() {
    let badge = stored(&draft(FIXED), NOW);
    let windows = badge.windows_of(Level::Customer);
    let id = windows[0].period.reference_id(Level::Customer).to_string();
    assert_eq!(id, "53b1267d-4907-364a-a2ae-5989a9b2123a");
    assert_eq!((windows[0].start_at, windows[0].end_at), (badge.start_on, Some(badge.expires_on)));
    let badge = stored(&draft(MOVING), NOW);
    let shown: Vec<String> = badge.limits.iter().map(Limit::sentence).collect();
    assert_eq!(shown, ["5 overall", "1 in the last 7 days"]);
    assert_eq!(badge.family(Level::Customer, at(NOW), ZONE), Some(Family::Moving));
    let half = draft(&[("badge.on", "on"), ("badge.family", "moving"), ("badge.weeks.max", "0")]);
    assert_eq!(codes(half.check(&context(NOW))), ["invalid", "invalid"]);
    let empty = draft(&[("badge.on", "on"), ("badge.family", "moving")]);
    assert_eq!(codes(empty.check(&context(NOW))), ["blank"]);
}

#[test]
fn the_family_is_locked_once_live() {
    for (first, second) in [(FIXED, MOVING), (MOVING, FIXED)] {
        let badge = stored(&draft(first), NOW);
        let live = Context { existing: Some(&badge), ..context("2026-12-10T10:00:00Z") };
        let mut changed = draft(second);
        changed.start = Draft::of(&badge, &[], ZONE).start;
        assert_eq!(codes(changed.check(&live)), ["window_family_locked"]);
        let upcoming = Context { existing: Some(&badge), ..context(NOW) };
        assert!(changed.check(&upcoming).is_ok());
        // Adding a limit where there was none is fine at any time.
        let bare = stored(&draft(&[]), NOW);
        let live = Context { existing: Some(&bare), ..context("2026-12-10T10:00:00Z") };
        assert!(changed.check(&live).is_ok());
    }
}

#[test]
fn benefits_keep_unknown_keys_and_stop_at_ten() {
    let badge = stored(
        &draft(&[
            ("benefit.0.type", "COUPON"),
            ("benefit.0.seriesId", "136"),
            ("benefit.0.extra", r#"{"note":"vip"}"#),
            ("benefit.2.type", "GIFT_VOUCHER"),
            ("benefit.2.promotionId", "66545b9f"),
        ]),
        NOW,
    );
    assert_eq!(badge.benefits.len(), 2);
    assert_eq!(badge.benefits[0].extra(), r#"{"note":"vip"}"#);
    assert_eq!(badge.benefits[0].params["seriesId"], 136);
    let many: Vec<(String, String)> = (0..11)
        .flat_map(|row| {
            [
                (format!("benefit.{row}.type"), "COUPON".to_owned()),
                (format!("benefit.{row}.seriesId"), row.to_string()),
            ]
        })
        .collect();
    let many: Vec<(&str, &str)> =
        many.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(codes(draft(&many).check(&context(NOW))), ["benefits_too_many"]);
    assert_eq!(codes(draft(&[("benefit.0.type", "COUPON")]).check(&context(NOW))), ["blank"]);
}

#[test]
fn a_full_form_says_the_same_after_a_round_trip() {
    let mut pairs: Vec<(&str, &str)> = FIXED.to_vec();
    pairs.extend([
        ("description", "For the quick"),
        ("start_time", "08:15:30"),
        ("active", "on"),
        ("rank", "3"),
        ("owner", "Milestones"),
        ("issued.kind", "period"),
        ("issued.unit", "WEEKS"),
        ("issued.value", "2"),
        ("earned.kind", "date"),
        ("earned.date", "2027-06-30"),
        ("badge.on", "on"),
        ("badge.family", "moving"),
        ("badge.months.value", "1"),
        ("badge.months.max", "5000"),
        ("benefit.0.type", "LOYALTY_POINTS"),
        ("benefit.0.programId", "626"),
        ("benefit.0.allocationStrategyId", "1489"),
        ("benefit.0.expirationStrategyId", "3843"),
        ("benefit.0.points", "12.5"),
        ("tag.0.name", "Type1"),
        ("tag.0.value", "Birthday"),
        ("image.EARNED.url", "https://example.org/a.png"),
    ]);
    let typed = draft(&pairs);
    assert_eq!(Draft::from_pairs(&typed.pairs()), typed);
    let badge = stored(&typed, NOW);
    let again = Draft::of(&badge, &[], ZONE);
    let context = Context { existing: Some(&badge), ..context(NOW) };
    assert_eq!(again.check(&context).unwrap().onto(&badge), badge);
}

proptest! {
    /// Whatever arrives, reading never fails and what is read is carried whole to the next step.
    #[test]
    fn any_form_is_read_and_carried(pairs in prop::collection::vec(("[a-z.0-9_]{1,20}", ".{0,8}"), 0..30)) {
        let draft = Draft::from_pairs(&pairs);
        prop_assert_eq!(&Draft::from_pairs(&draft.pairs()), &draft);
        prop_assert!(draft.check(&context(NOW)).is_err());
    }
}
