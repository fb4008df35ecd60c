//! The worked examples of spec/badges.md 7.7 that are about earning, the retro matrix of 8.3, the retro
//! period of 8.4: through the engine. Those about days alone are in `badges/windows_tests.rs`.

use guerdon::badges::issuing::quota::Span;
use guerdon::base::ids::BadgeId;

use crate::issuing_desk::{Desk, at};

fn window(period: &'static str, max: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("customer.on", "on"),
        ("customer.family", "fixed"),
        ("customer.period", period),
        ("customer.every", "3"),
        ("customer.weekday", "2"),
        ("customer.window_max", max),
    ]
}

const QUEST: &[(&str, &str)] = &[
    ("earn_type", "ISSUE_EARN"),
    ("issued.kind", "period"),
    ("issued.unit", "DAYS"),
    ("issued.value", "2"),
    ("earned.kind", "period"),
    ("earned.unit", "DAYS"),
    ("earned.value", "2"),
];

#[tokio::test]
async fn example_4_a_short_first_week_has_the_full_limit() {
    let desk = Desk::new("2024-08-31T12:00:00Z", "UTC").await;
    let badge = desk.badge(("2024-08-01", "2024-08-31"), &window("WEEKS", "3")).await;
    let amara = desk.customer().await;
    for event in ["2024-08-01T00:00:00Z", "2024-08-03T00:00:00Z", "2024-08-05T23:59:59Z"] {
        desk.issue(badge, amara, Some(event)).await.unwrap();
    }
    let monday = desk.issue(badge, amara, Some("2024-08-05T10:00:00Z")).await;
    assert_eq!(monday, Err("customer_limit"));
    desk.issue(badge, amara, Some("2024-08-06T00:00:00Z")).await.unwrap();
}

#[tokio::test]
async fn example_5_the_last_of_april_and_the_first_of_may_are_two_months() {
    let desk = Desk::new("2024-05-01T12:00:00Z", "UTC").await;
    let badge = desk.badge(("2024-04-23", "2024-07-10"), &window("MONTHS", "1")).await;
    let amara = desk.customer().await;
    desk.issue(badge, amara, Some("2024-04-30T12:00:00Z")).await.unwrap();
    desk.issue(badge, amara, Some("2024-05-01T12:00:00Z")).await.unwrap();
    assert_eq!(desk.issue(badge, amara, None).await, Err("customer_limit"));
}

#[tokio::test]
async fn examples_6_and_7_the_window_and_the_enrolment_are_those_of_the_event() {
    let desk = Desk::new("2024-10-20T09:00:00Z", "UTC").await;
    let badge =
        desk.badge(("2024-10-01", "2024-10-15"), &[QUEST, &window("DAYS", "2")].concat()).await;
    let amara = desk.customer().await;
    let enrolled = desk.enrol(badge, amara, Some("2024-10-10T09:00:00Z")).await.unwrap();
    assert_eq!(enrolled.expires_on, at("2024-10-12T09:00:00Z"));
    let seen = desk.would(badge, amara, Some("2024-10-11T12:00:00Z")).await;
    let Span::Fixed { from, last, .. } = seen.limits[0].quota.span else { panic!("{seen:?}") };
    assert_eq!((from, last), (at("2024-10-10T00:00:00Z"), at("2024-10-12T00:00:00Z")));
    let first = desk.issue(badge, amara, Some("2024-10-11T12:00:00Z")).await.unwrap();
    assert_eq!(first.expires_on, at("2024-10-22T09:00:00Z"), "two days after the processing");
    desk.issue(badge, amara, Some("2024-10-10T09:00:00Z")).await.unwrap();
    let third = desk.issue(badge, amara, Some("2024-10-12T09:00:00Z")).await;
    assert_eq!(third, Err("customer_limit"));
    let after = desk.issue(badge, amara, Some("2024-10-14T12:00:00Z")).await;
    assert_eq!(after, Err("enrol_first"), "the window is not reached");
}

#[tokio::test]
async fn examples_8_14_and_17_days_are_those_of_the_brand() {
    let desk = Desk::new("2024-08-05T12:00:00Z", "Asia/Kolkata").await;
    let start = [("start_time", "00:30")];
    let badge = desk
        .badge(("2024-08-01", "2024-12-31"), &[&window("DAYS", "1")[..], &start].concat())
        .await;
    let amara = desk.customer().await;
    let event = Some("2024-08-03T19:00:00Z");
    let seen = desk.would(badge, amara, event).await;
    let Span::Fixed { from, last, .. } = seen.limits[0].quota.span else { panic!("{seen:?}") };
    assert_eq!((from.timestamp(), last.timestamp()), (1_722_709_800, 1_722_882_600));
    desk.issue(badge, amara, event).await.unwrap();
    // Still 3 August in Kolkata: the window before.
    desk.issue(badge, amara, Some("2024-08-03T18:29:59.999999Z")).await.unwrap();
    assert_eq!(desk.issue(badge, amara, Some("2024-08-05T11:00:00Z")).await, Err("customer_limit"));

    let desk = Desk::new("2024-08-02T12:00:00Z", "UTC").await;
    let daily = [&window("DAYS", "1")[..], &[("customer.every", "1")]].concat();
    let badge = desk.badge(("2024-07-01", "2024-12-31"), &daily).await;
    let amara = desk.customer().await;
    desk.issue(badge, amara, Some("2024-08-01T23:59:59.900Z")).await.unwrap();
    desk.issue(badge, amara, Some("2024-08-02T00:00:00Z")).await.unwrap();

    // The clocks go forward on 10 March: that day has 23 hours.
    let desk = Desk::new("2024-03-12T12:00:00Z", "America/New_York").await;
    let badge = desk.badge(("2024-03-01", "2024-12-31"), &daily).await;
    let amara = desk.customer().await;
    for (event, allowed) in [
        ("2024-03-10T05:00:00Z", true),
        ("2024-03-11T03:59:59.999999Z", false),
        ("2024-03-11T04:00:00Z", true),
        ("2024-03-10T04:59:59.999999Z", true),
    ] {
        assert_eq!(desk.issue(badge, amara, Some(event)).await.is_ok(), allowed, "{event}");
    }
}

#[tokio::test]
async fn example_10_an_old_event_is_judged_by_the_definition_of_its_day() {
    let desk = Desk::new("2024-04-15T12:00:00Z", "UTC").await;
    let five = [&window("DAYS", "1")[..], &[("customer.every", "5")]].concat();
    let badge: BadgeId = desk.badge(("2024-04-15", "2024-12-31"), &five).await;
    let amara = desk.customer().await;
    desk.app.set_clock("2024-04-17T12:00:00Z");
    desk.change(badge, &[("customer.every", "7")]).await;
    desk.app.set_clock("2024-04-18T12:00:00Z");
    let weeks =
        [("customer.period", "WEEKS"), ("customer.weekday", "2"), ("customer.window_max", "2")];
    desk.change(badge, &weeks).await;
    desk.app.set_clock("2024-06-10T12:00:00Z");
    // DAYS 5 until 22 April, its last window cut; then weeks from Tuesday with a limit of two.
    desk.issue(badge, amara, Some("2024-04-21T00:00:00Z")).await.unwrap();
    let same = desk.issue(badge, amara, Some("2024-04-22T23:59:59Z")).await;
    assert_eq!(same, Err("customer_limit"));
    desk.issue(badge, amara, Some("2024-04-19T00:00:00Z")).await.unwrap();
    desk.issue(badge, amara, Some("2024-04-23T00:00:00Z")).await.unwrap();
    desk.issue(badge, amara, Some("2024-04-29T23:59:59Z")).await.unwrap();
    let third = desk.issue(badge, amara, Some("2024-04-25T00:00:00Z")).await;
    assert_eq!(third, Err("customer_limit"));
}

#[tokio::test]
async fn example_15_those_enrolled_for_ever_keep_their_weekly_windows() {
    let desk = Desk::new("2024-09-10T12:00:00Z", "UTC").await;
    let never =
        [&[("earn_type", "ISSUE_EARN"), ("issued.kind", "never")], &window("WEEKS", "1")[..]];
    let badge = desk.badge(("2024-09-01", "2024-09-20"), &never.concat()).await;
    let amara = desk.customer().await;
    desk.enrol(badge, amara, None).await.unwrap();
    desk.app.set_clock("2025-03-04T00:00:00Z");
    desk.issue(badge, amara, None).await.unwrap();
    assert_eq!(desk.issue(badge, amara, None).await, Err("customer_limit"));
    desk.app.set_clock("2025-03-11T00:00:00Z");
    desk.issue(badge, amara, None).await.unwrap();
}

#[tokio::test]
async fn example_16_both_levels_must_pass() {
    let desk = Desk::new("2024-08-15T12:00:00Z", "UTC").await;
    let both = [
        &window("DAYS", "1")[..],
        &[
            ("badge.on", "on"),
            ("badge.family", "fixed"),
            ("badge.period", "MONTHS"),
            ("badge.window_max", "2"),
        ],
    ];
    let badge = desk.badge(("2024-01-01", "2024-12-31"), &both.concat()).await;
    let people = desk.customers(3).await;
    desk.issue(badge, people[0], None).await.unwrap();
    assert_eq!(desk.issue(badge, people[0], None).await, Err("customer_limit"));
    desk.issue(badge, people[1], None).await.unwrap();
    assert_eq!(desk.issue(badge, people[2], None).await, Err("badge_limit"));
    desk.issue(badge, people[2], Some("2024-07-31T12:00:00Z")).await.unwrap();
}

#[tokio::test]
async fn the_retro_matrix() {
    let desk = Desk::new("2024-10-20T12:00:00Z", "UTC").await;
    let amara = desk.customer().await;
    let named = |name: &'static str| vec![("name", name)];
    let quest = |name: &'static str| [QUEST, &[("name", name)]].concat();
    let (live, ended) = (("2024-10-01", "2024-12-31"), ("2024-10-01", "2024-10-15"));
    let back = Some("2024-10-11T12:00:00Z");

    let upcoming = desk.badge(("2024-11-01", "2024-12-31"), &named("Upcoming")).await;
    assert_eq!(desk.issue(upcoming, amara, back).await, Err("badge_not_live"));
    // Live, Enrol & Issue, enrolment over: enrolled again from the processing.
    let badge = desk.badge(live, &quest("Live quest")).await;
    desk.enrol(badge, amara, Some("2024-10-05T00:00:00Z")).await.unwrap();
    assert_eq!(desk.issue(badge, amara, back).await, Err("enrol_first"));
    desk.enrol(badge, amara, None).await.unwrap();
    desk.issue(badge, amara, None).await.unwrap();
    // Live, direct.
    let badge = desk.badge(live, &named("Live direct")).await;
    desk.issue(badge, amara, back).await.unwrap();
    // Ended, Enrol & Issue: with an enrolment directly, without one enrolled first.
    let badge = desk.badge(ended, &quest("Ended quest")).await;
    assert_eq!(desk.issue(badge, amara, back).await, Err("enrol_first"));
    assert_eq!(desk.enrol(badge, amara, None).await.err(), Some("outside_duration"));
    desk.enrol(badge, amara, Some("2024-10-10T12:00:00Z")).await.unwrap();
    desk.issue(badge, amara, back).await.unwrap();
    // Ended, direct: in its life.
    let badge = desk.badge(ended, &named("Ended direct")).await;
    desk.issue(badge, amara, back).await.unwrap();
    let after = desk.issue(badge, amara, Some("2024-10-16T00:00:00Z")).await;
    assert_eq!(after, Err("outside_duration"));
}

#[tokio::test]
async fn the_retro_period_bounds_age_and_acquaintance() {
    let desk = Desk::new("2024-10-20T12:00:00Z", "Europe/Berlin").await;
    let badge = desk.badge(("2024-01-01", "2024-12-31"), &[]).await;
    let over = desk.badge(("2024-01-01", "2024-10-09"), &[("name", "Over")]).await;
    let amara = desk.customer().await;
    desk.issue(badge, amara, Some("2024-01-02T12:00:00Z")).await.unwrap();
    desk.rule("retro_max_age_days", 10).await;
    let long = desk.issue(badge, amara, Some("2024-10-10T11:59:59Z")).await;
    assert_eq!(long, Err("outside_retro"));
    desk.issue(badge, amara, Some("2024-10-10T12:00:00Z")).await.unwrap();
    // Ended on the 9th: ten days are over, whatever the event; ten days more of life mend it.
    let late = desk.issue(over, amara, Some("2024-10-09T12:00:00Z")).await;
    assert_eq!(late, Err("outside_retro"));
    assert_eq!(
        desk.would(over, amara, Some("2024-10-09T12:00:00Z")).await.refusal.unwrap().code,
        "outside_retro"
    );

    // Known for an hour: nothing of yesterday, but all of today, which begins at 22:00 UTC.
    desk.rule("retro_registration_hours", 48).await;
    desk.app.sql("update customers set registered_on = '2024-10-18T12:00:01Z'").await;
    let early = desk.issue(badge, amara, Some("2024-10-19T21:59:59Z")).await;
    assert_eq!(early, Err("outside_retro"));
    desk.issue(badge, amara, Some("2024-10-19T22:00:00Z")).await.unwrap();
    desk.app.set_clock("2024-10-20T12:00:01Z");
    desk.issue(badge, amara, Some("2024-10-19T21:59:59Z")).await.unwrap();
    // A rule wider than the calendar bounds nothing.
    desk.rule("retro_max_age_days", i32::MAX).await;
    desk.rule("retro_registration_hours", i32::MAX).await;
    let never = desk.issue(badge, amara, Some("2024-10-10T12:00:00Z")).await;
    assert_eq!(never, Err("outside_retro"), "nobody is known for that long");
}
