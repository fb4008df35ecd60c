//! Limits under concurrency: 64 callers on two servers against room for ten, for every kind of limit;
//! what frees room and what does not; request ids that race.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use guerdon::badges;
use guerdon::badges::issuing::{EarnedRow, IssueCall, import_earned};
use guerdon::base::error::Error;
use guerdon::base::ids::{BadgeId, CustomerId};

use crate::issuing_desk::{Desk, at, code, enrol, enrolling, issue, one, support, word};

const YEAR: (&str, &str) = ("2024-01-01", "2024-12-31");
const NOON: &str = "2024-10-20T12:00:00Z";
const CALLERS: usize = 64;

/// The form of one limit: `overall`, `days`, `weeks`, `months` (moving) or a fixed period.
fn limit(level: &str, kind: &str, max: &str) -> Vec<(String, String)> {
    let put = |key: &str, value: &str| (format!("{level}.{key}"), value.to_owned());
    let mut form = vec![put("on", "on")];
    match kind {
        "overall" => form.extend([put("family", "moving"), put("overall", max)]),
        "days" | "weeks" | "months" => form.extend([
            put("family", "moving"),
            put(&format!("{kind}.value"), "1"),
            put(&format!("{kind}.max"), max),
        ]),
        fixed => form.extend([
            put("family", "fixed"),
            put("period", fixed),
            put("every", "3"),
            put("weekday", "1"),
            put("window_max", max),
        ]),
    }
    form
}

fn borrowed(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// 64 callers at once, half on each of two servers; how many got it, and the words of the others.
async fn race(desk: &Desk, calls: Vec<IssueCall>) -> (usize, Vec<&'static str>) {
    let servers = [desk.another(), desk.another()];
    let got = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for (n, call) in calls.into_iter().enumerate() {
        let (app, org, got) = (servers[n % 2].clone(), desk.org, got.clone());
        tasks.spawn(async move {
            match issue(&app, org, call).await {
                Ok(answer) => {
                    let declined = answer.outcomes.iter().map(word).filter(|word| !word.is_empty());
                    let words: Vec<&'static str> = declined.collect();
                    got.fetch_add(answer.outcomes.len() - words.len(), Ordering::Relaxed);
                    words
                }
                Err(error) => vec![code(&error)],
            }
        });
    }
    let mut words = Vec::new();
    while let Some(task) = tasks.join_next().await {
        words.extend(task.unwrap());
    }
    words.sort_unstable();
    words.dedup();
    (got.load(Ordering::Relaxed), words)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_callers_fill_room_for_ten_exactly() {
    for (level, said) in [("customer", "customer_limit"), ("badge", "badge_limit")] {
        for kind in ["overall", "days", "DAYS", "WEEKS"] {
            let desk = Desk::new(NOON, "Europe/Berlin").await;
            let badge = desk.badge(YEAR, &borrowed(&limit(level, kind, "10"))).await;
            let people = desk.customers(CALLERS).await;
            let whom = |n: usize| if level == "customer" { people[0] } else { people[n] };
            let calls = (0..CALLERS).map(|n| support(badge, &[whom(n)], None)).collect();
            let (got, words) = race(&desk, calls).await;
            assert_eq!((got, words.as_slice()), (10, &[said][..]), "{level} {kind}");
            let rows = desk.app.number("select count(*) from badge_earns").await;
            let total = desk.app.number("select sum(earned)::bigint from badge_counters").await;
            assert_eq!((rows, total), (10, 10), "{level} {kind}");
            assert_eq!(desk.events().await.len(), 10);

            // Room that is given back is given out again, once.
            let (winner, earn) = desk.any_earn().await;
            desk.revoke(badge, winner, earn).await.unwrap();
            let calls = (0..8).map(|_| support(badge, &[winner], None)).collect();
            assert_eq!(race(&desk, calls).await.0, 1, "{level} {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_customers_at_a_time_share_what_room_there_is_in_their_order() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &borrowed(&limit("badge", "MONTHS", "10"))).await;
    let people = desk.customers(40).await;
    // Overlapping groups in opposite orders: whoever holds customers out of order would lock up.
    let calls = (0..16)
        .map(|n| {
            let mut group: Vec<CustomerId> = people[n..n + 20].to_vec();
            if n % 2 == 1 {
                group.reverse();
            }
            support(badge, &group, None)
        })
        .collect();
    assert_eq!(race(&desk, calls).await, (10, vec!["badge_limit"]));
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &borrowed(&limit("badge", "overall", "2"))).await;
    let people = desk.customers(4).await;
    let answer = issue(&desk.app.app, desk.org, support(badge, &people, None)).await.unwrap();
    let words: Vec<&str> = answer.outcomes.iter().map(word).collect();
    assert_eq!(words, ["", "", "badge_limit", "badge_limit"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_calls_of_one_name_have_one_effect() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[]).await;
    let people = desk.customers(32).await;
    let named = |customer| IssueCall {
        request_id: Some("the same".to_owned()),
        ..support(badge, &[customer], None)
    };
    let calls = people.iter().map(|customer| named(*customer)).collect();
    assert_eq!(race(&desk, calls).await, (1, vec!["request_id_used"]));
    assert_eq!(desk.app.number("select count(*) from badge_earns").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_enrolment_whoever_races() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[("earn_type", "ISSUE_EARN"), ("issued.kind", "never")]).await;
    let amara = desk.customer().await;
    let servers = [desk.another(), desk.another()];
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..32 {
        let (app, org) = (servers[n % 2].clone(), desk.org);
        tasks.spawn(async move { one(enrol(&app, org, enrolling(badge, &[amara], None)).await) });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err("already_enrolled")));
}

#[tokio::test]
async fn a_moving_limit_looks_at_the_processing_and_a_fixed_one_at_the_event() {
    for level in ["customer", "badge"] {
        let desk = Desk::new("2024-10-18T12:00:00Z", "UTC").await;
        let moving = [
            (format!("{level}.on"), "on"),
            (format!("{level}.family"), "moving"),
            (format!("{level}.days.value"), "2"),
            (format!("{level}.days.max"), "2"),
        ];
        let moving: Vec<(&str, &str)> =
            moving.iter().map(|(key, value)| (&**key, *value)).collect();
        let badge = desk.badge(YEAR, &moving).await;
        let fixed = limit(level, "DAYS", "1");
        let fixed = [&[("name", "Fixed")], &borrowed(&fixed)[..]].concat();
        let fixed = desk.badge(YEAR, &fixed).await;
        let amara = desk.customer().await;
        // The documented example: two in the last two days; on the 20th an event of the 14th.
        for day in ["2024-10-18T12:00:00.000001Z", "2024-10-19T12:00:00Z"] {
            desk.app.set_clock(day);
            desk.issue(badge, amara, None).await.unwrap();
        }
        desk.app.set_clock("2024-10-20T12:00:00Z");
        let event = Some("2024-10-14T12:00:00Z");
        let said = if level == "customer" { "customer_limit" } else { "badge_limit" };
        assert_eq!(desk.issue(badge, amara, event).await, Err(said), "{level}");
        // Two days to the microsecond.
        desk.app.set_clock("2024-10-20T12:00:00.000001Z");
        desk.issue(badge, amara, event).await.unwrap();
        assert_eq!(desk.issue(badge, amara, event).await, Err(said), "{level}");
        // An act whose clock lies behind sees no fewer.
        desk.app.set_clock("2024-10-20T12:00:00Z");
        assert_eq!(desk.issue(badge, amara, event).await, Err(said), "{level}");
        assert_eq!(desk.would(badge, amara, event).await.refusal.unwrap().code, said);
        // Windows of three days from 1 January: 12 to 14 October, 15 to 17, 18 to 20.
        desk.issue(fixed, amara, event).await.unwrap();
        assert_eq!(desk.issue(fixed, amara, Some("2024-10-12T00:00:00Z")).await, Err(said));
        desk.issue(fixed, amara, Some("2024-10-15T00:00:00Z")).await.unwrap();
        desk.issue(fixed, amara, None).await.unwrap();
        assert_eq!(desk.issue(fixed, amara, None).await, Err(said));
    }
}

#[tokio::test]
async fn revoked_earns_free_room_and_expired_ones_do_not() {
    for level in ["customer", "badge"] {
        for kind in ["overall", "months", "MONTHS"] {
            let desk = Desk::new(NOON, "UTC").await;
            let short = [("earned.kind", "period"), ("earned.unit", "DAYS"), ("earned.value", "1")];
            let form = limit(level, kind, "1");
            let badge = desk.badge(YEAR, &[&borrowed(&form)[..], &short].concat()).await;
            let amara = desk.customer().await;
            let said = if level == "customer" { "customer_limit" } else { "badge_limit" };
            let first = desk.issue(badge, amara, None).await.unwrap();
            desk.app.set_clock("2024-10-25T12:00:00Z");
            assert_eq!(desk.issue(badge, amara, None).await, Err(said), "{level} {kind}");
            desk.revoke(badge, amara, first.id).await.unwrap();
            desk.issue(badge, amara, None).await.unwrap();
            assert_eq!(desk.issue(badge, amara, None).await, Err(said), "{level} {kind}");
        }
    }
}

#[tokio::test]
async fn what_is_imported_counts_whether_the_count_was_there_before_or_not() {
    for kind in ["overall", "months", "DAYS"] {
        for asked_before in [false, true] {
            let desk = Desk::new(NOON, "UTC").await;
            let badge = desk.badge(YEAR, &borrowed(&limit("badge", kind, "3"))).await;
            let amara = desk.customer().await;
            if asked_before {
                desk.issue(badge, amara, None).await.unwrap();
            }
            let number = if asked_before { 2 } else { 3 };
            let row = EarnedRow {
                badge,
                customer: amara,
                event: at(NOON),
                expires_on: at("2025-01-01T00:00:00Z"),
            };
            let done = desk.app.act_in(desk.org, move |act| {
                let rows = vec![row; number];
                Box::pin(async move { import_earned(act, &rows, "base").await })
            });
            let made: Vec<_> = done.await.unwrap().into_iter().map(Result::unwrap).collect();
            assert_eq!(desk.issue(badge, amara, None).await, Err("badge_limit"), "{kind}");
            desk.revoke(badge, amara, made[0].id).await.unwrap();
            desk.issue(badge, amara, None).await.unwrap();
            assert_eq!(desk.issue(badge, amara, None).await, Err("badge_limit"), "{kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn imports_and_issues_that_race_are_all_counted() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &borrowed(&limit("badge", "MONTHS", "1000"))).await;
    let people = desk.customers(32).await;
    let servers = [desk.another(), desk.another()];
    let mut tasks = tokio::task::JoinSet::new();
    for (n, customer) in people.iter().copied().enumerate() {
        let (app, org) = (servers[n % 2].clone(), desk.org);
        tasks.spawn(async move {
            if n % 4 == 0 {
                let row = EarnedRow {
                    badge,
                    customer,
                    event: at("2024-10-02T12:00:00Z"),
                    expires_on: at("2025-01-01T00:00:00Z"),
                };
                app.act(guerdon::base::act::Actor::operator(org), move |act| {
                    let rows = [row; 5];
                    Box::pin(async move { import_earned(act, &rows, "b").await.map(drop) })
                })
                .await
            } else {
                let issued = one(issue(&app, org, support(badge, &[customer], None)).await);
                if n % 4 == 1 {
                    let id = issued.unwrap().id;
                    let operator = guerdon::base::act::Actor::operator(org);
                    app.act(operator, move |act| {
                        Box::pin(async move {
                            badges::revoke_issued(act, badge, customer, id, None).await
                        })
                    })
                    .await?;
                }
                Ok::<(), Error>(())
            }
        });
    }
    for done in tasks.join_all().await {
        done.unwrap();
    }
    // 8 imports of 5, 16 issues that stay, 8 that went back.
    let kept = desk.app.number("select n from badge_limit_counts").await;
    let true_count = "select count(*) from badge_earns where revoked_on is null";
    assert_eq!((kept, desk.app.number(true_count).await), (56, 56));
    assert_eq!(desk.app.number("select sum(earned)::bigint from badge_counters").await, 56);
}

#[tokio::test]
async fn a_changed_number_holds_at_once_and_a_changed_window_counts_anew() {
    let desk = Desk::new("2024-04-16T12:00:00Z", "UTC").await;
    let five = limit("badge", "DAYS", "10");
    let five: Vec<(&str, &str)> =
        borrowed(&five).into_iter().filter(|(key, _)| *key != "badge.every").collect();
    let form = [&five[..], &[("badge.every", "5")]].concat();
    let badge: BadgeId = desk.badge(("2024-04-15", "2024-12-31"), &form).await;
    let amara = desk.customer().await;
    for _ in 0..5 {
        desk.issue(badge, amara, Some("2024-04-15T09:00:00Z")).await.unwrap();
    }
    // Documented: 10 becomes 2 while five are there; nothing is taken back, nothing more is given.
    desk.change(badge, &[("badge.window_max", "2")]).await;
    assert_eq!(desk.issue(badge, amara, None).await, Err("badge_limit"));
    desk.app.set_clock("2024-04-20T00:00:00Z");
    desk.issue(badge, amara, None).await.unwrap();
    desk.issue(badge, amara, None).await.unwrap();
    assert_eq!(desk.issue(badge, amara, None).await, Err("badge_limit"));
    desk.change(badge, &[("badge.window_max", "3")]).await;
    desk.issue(badge, amara, None).await.unwrap();
    // Months from 1 May; the window of 20 April is the old definition's, with its three.
    desk.change(badge, &[("badge.period", "MONTHS"), ("badge.window_max", "1")]).await;
    assert_eq!(desk.issue(badge, amara, None).await, Err("badge_limit"));
    desk.app.set_clock("2024-05-01T00:00:00Z");
    desk.issue(badge, amara, None).await.unwrap();
    assert_eq!(desk.issue(badge, amara, None).await, Err("badge_limit"));
    let late = desk.issue(badge, amara, Some("2024-04-21T00:00:00Z")).await;
    assert_eq!(late, Err("badge_limit"), "the old window keeps its own limit");
}

#[tokio::test]
async fn the_tester_sees_what_an_issue_would_and_writes_nothing() {
    let desk = Desk::new(NOON, "UTC").await;
    let form = [limit("customer", "DAYS", "2"), limit("badge", "overall", "2")].concat();
    let badge = desk.badge(YEAR, &borrowed(&form)).await;
    let people = desk.customers(2).await;
    desk.issue(badge, people[0], None).await.unwrap();
    let rows = async || {
        desk.app.number(
            "select (select count(*) from badge_earns) + (select count(*) from badge_limit_counts)
                + (select count(*) from activity) + (select count(*) from badge_requests)",
        )
        .await
    };
    let before = rows().await;
    let verdict = desk.would(badge, people[0], None).await;
    let told: Vec<(i64, i64, bool)> =
        verdict.limits.iter().map(|one| (one.count, one.quota.max, one.allows())).collect();
    assert_eq!(told, [(1, 2, true), (1, 2, true)]);
    assert!(verdict.refusal.is_none() && verdict.steps.iter().all(|step| step.problem.is_none()));
    desk.issue(badge, people[0], None).await.unwrap();
    let verdict = desk.would(badge, people[0], None).await;
    // Every check is told, the first that failed is the refusal.
    let failed: Vec<&str> = verdict
        .steps
        .iter()
        .filter_map(|step| step.problem.as_ref().map(|problem| problem.code))
        .collect();
    assert_eq!(failed, ["customer_limit", "badge_limit"]);
    assert_eq!(verdict.refusal.unwrap().code, "customer_limit");
    let other = desk.would(badge, people[1], Some("2024-12-31T00:00:00Z")).await;
    assert_eq!(other.refusal.unwrap().code, "event_in_future");
    // Two issues wrote their own; the questions nothing.
    assert_eq!(rows().await, before + 3);
}
