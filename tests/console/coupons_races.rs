//! Coupons under many callers at once: limits hold exactly, and what races ends in one clean order.
//!
//! `COUPON_RACE_CODES=100` tries the full promise of a hundred codes; by default a few stand for them.

use std::sync::Arc;

use futures_util::future::join_all;
use guerdon::base::app::App;
use guerdon::base::ids::{CustomerId, SeriesId};
use guerdon::coupons::{self, ExpiryCall, RevokeCall};

use crate::support::TestApp;
use crate::support::coupons::{at, call, issue_in, redeem_in, terms, words};

/// How many work at once.
const CONNECTIONS: u32 = 24;

fn codes() -> usize {
    std::env::var("COUPON_RACE_CODES").ok().and_then(|n| n.parse().ok()).unwrap_or(2)
}

/// How many of these many issues came through.
async fn issued(app: &Arc<App>, test: &TestApp, series: SeriesId, whom: &[CustomerId]) -> usize {
    let all = whom.iter().map(|customer| {
        let (app, actor, customer) = (Arc::clone(app), test.actor(), *customer);
        tokio::spawn(
            async move { issue_in(&app, actor, series, customer, 1).await.unwrap().is_ok() },
        )
    });
    join_all(all).await.into_iter().filter(|done| *done.as_ref().unwrap()).count()
}

#[tokio::test]
async fn one_code_and_two_hundred_redeemers_make_one_success() {
    let test = TestApp::new().await;
    let app = Arc::new(test.crowd(CONNECTIONS));
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(test.customer(&format!("Customer {n}")).await);
    }
    let series = test.series(terms().with("anyUser", true)).await;
    for _ in 0..codes() {
        let code = test.coupon(series, people[0]).await.code;
        let all = (0..200).map(|n| {
            let (app, actor) = (Arc::clone(&app), test.actor());
            let call = call(people[n % people.len()], &[&code]);
            tokio::spawn(async move { words(&redeem_in(&app, actor, call).await.unwrap())[0] })
        });
        let told: Vec<&str> = join_all(all).await.into_iter().map(|done| done.unwrap()).collect();
        assert_eq!(told.iter().filter(|word| **word == "ok").count(), 1);
        assert_eq!(told.iter().filter(|word| **word == "used").count(), 199);
    }
    let rows = usize::try_from(test.number("select count(*) from coupon_redemptions").await);
    assert_eq!(rows, Ok(codes()));
}

/// Case 5, and the same for redemptions.
#[tokio::test]
async fn the_limits_of_a_series_hold_exactly() {
    let test = TestApp::new().await;
    let app = Arc::new(test.crowd(CONNECTIONS));
    let mut people = Vec::new();
    for n in 0..20 {
        people.push(test.customer(&format!("Customer {n}")).await);
    }
    let few = test.series(terms().with("maxCreate", 10)).await;
    assert_eq!(issued(&app, &test, few, &people).await, 10);

    let free = test.series(terms().with("maxRedeem", 7)).await;
    let mut held = Vec::new();
    for customer in &people {
        held.push((*customer, test.coupon(free, *customer).await.code));
    }
    let all = held.into_iter().map(|(customer, code)| {
        let (app, actor) = (Arc::clone(&app), test.actor());
        tokio::spawn(async move {
            words(&redeem_in(&app, actor, call(customer, &[&code])).await.unwrap())[0]
        })
    });
    let told: Vec<&str> = join_all(all).await.into_iter().map(|done| done.unwrap()).collect();
    assert_eq!(told.iter().filter(|word| **word == "ok").count(), 7);
    assert_eq!(told.iter().filter(|word| **word == "campaign_over").count(), 13);
}

#[tokio::test]
async fn the_limits_and_gaps_of_a_customer_hold_exactly() {
    let test = TestApp::new().await;
    let app = Arc::new(test.crowd(CONNECTIONS));
    let amara = test.customer("Amara").await;
    let three = test.series(terms().with("maxVouchersPerUser", 3)).await;
    assert_eq!(issued(&app, &test, three, &[amara; 24]).await, 3);
    let gap = test.series(terms().with("minDaysBetweenVouchers", 1)).await;
    assert_eq!(issued(&app, &test, gap, &[amara; 24]).await, 1);

    for (limit, most) in [("maxRedemptionsInSeriesPerUser", 2), ("minDaysBetweenRedemption", 1)] {
        let series = test.series(terms().with(limit, most)).await;
        let held = test.issue(series, amara, 16).await.unwrap().coupons;
        let all = held.into_iter().map(|coupon| {
            let (app, actor) = (Arc::clone(&app), test.actor());
            let call = call(amara, &[&coupon.code]);
            tokio::spawn(async move { words(&redeem_in(&app, actor, call).await.unwrap())[0] })
        });
        let told: Vec<&str> = join_all(all).await.into_iter().map(|done| done.unwrap()).collect();
        assert_eq!(told.iter().filter(|word| **word == "ok").count(), most, "{limit}");
    }
}

/// Stock is handed out oldest first, no code twice, and "empty" is said only when it is.
#[tokio::test]
async fn stock_is_handed_out_once_each_and_to_the_last() {
    let test = TestApp::new().await;
    let app = Arc::new(test.crowd(CONNECTIONS));
    let mut people = Vec::new();
    for n in 0..30 {
        people.push(test.customer(&format!("Customer {n}")).await);
    }
    let series = test.series(terms().with("clientHandlingType", "DISC_CODE_PIN")).await;
    test.sql(&format!(
        "insert into coupons (org_id, series_id, code, code_key, created_on, source) \
         select {}, {series}, 'Up' || n, 'UP' || n, now() - n * interval '1 minute', 'UPLOAD' \
         from generate_series(1, 25) n; \
         update coupon_series_counters set uploaded = 25, unissued = 25 where series_id = {series}",
        test.org
    ))
    .await;
    assert_eq!(test.coupon(series, people[0]).await.code, "Up25");
    assert_eq!(issued(&app, &test, series, &people).await, 24);
    assert_eq!(test.issue(series, people[0], 1).await.unwrap_err().code, "pool_empty");
    let mut db = test.app.read(test.org).await.unwrap();
    let totals = coupons::totals(&mut *db, test.org, &[series]).await.unwrap()[&series];
    assert_eq!((totals.issued, totals.unissued), (25, 0));
}

/// Whoever comes first wins, the other is told so; never both.
#[tokio::test]
async fn a_redeemer_racing_a_revoker_ends_in_one_order() {
    let test = TestApp::new().await;
    let app = Arc::new(test.crowd(CONNECTIONS));
    let amara = test.customer("Amara").await;
    let series = test.series(terms()).await;
    for coupon in test.issue(series, amara, 12).await.unwrap().coupons {
        let (code, id) = (coupon.code.clone(), coupon.id);
        let redeemers = (0..3).map(|_| {
            let (app, actor, call) = (Arc::clone(&app), test.actor(), call(amara, &[&code]));
            tokio::spawn(async move { words(&redeem_in(&app, actor, call).await.unwrap())[0] })
        });
        let revoker = {
            let (app, actor, codes) = (Arc::clone(&app), test.actor(), vec![code.clone()]);
            let call = RevokeCall { series: Some(series), codes, ..RevokeCall::default() };
            tokio::spawn(async move {
                let done = app
                    .act(actor, |act| Box::pin(async move { coupons::revoke(act, &call).await }))
                    .await
                    .unwrap();
                done[0].result.as_ref().map_or_else(|problem| problem.code, |_| "ok")
            })
        };
        let redeemers: Vec<_> = redeemers.collect();
        let taken = revoker.await.unwrap();
        let told: Vec<&str> =
            join_all(redeemers).await.into_iter().map(|done| done.unwrap()).collect();
        let used = told.iter().filter(|word| **word == "ok").count();
        let now = test.coupon_now(id).await;
        if taken == "ok" {
            assert_eq!((used, now.redeemed, now.revoked.is_some()), (0, 0, true));
            assert!(told.iter().all(|word| *word == "revoked"), "{told:?}");
        } else {
            assert_eq!((taken, used, now.redeemed), ("redeemed", 1, 1));
            assert!(now.revoked.is_none());
        }
    }
}

/// An end that was moved while a redeemer waited is the one he is judged by, and so is the time he
/// waited.
#[tokio::test]
async fn a_redeemer_who_waits_is_judged_by_what_he_wakes_up_to() {
    let test = TestApp::new().await;
    let app = Arc::new(test.crowd(CONNECTIONS));
    let amara = test.customer("Amara").await;
    let series = test.series(terms()).await;
    let held = test.issue(series, amara, 2).await.unwrap().coupons;
    let end = |code: &str, to: &str| ExpiryCall {
        series: Some(series),
        customer: None,
        pairs: vec![(code.to_owned(), at(to))],
        reason: None,
    };
    // Moved to now, by an act that holds the coupon until it is committed.
    let (begun, wait) = (tokio::sync::oneshot::channel(), tokio::sync::oneshot::channel::<()>());
    let mover = {
        let (app, actor, call) =
            (Arc::clone(&app), test.actor(), end(&held[0].code, "2026-11-26T09:00:01Z"));
        tokio::spawn(async move {
            app.act(actor, |act| {
                Box::pin(async move {
                    coupons::change_expiry(act, &call).await?;
                    let _ = begun.0.send(());
                    let _ = wait.1.await;
                    Ok(())
                })
            })
            .await
            .unwrap();
        })
    };
    begun.1.await.unwrap();
    let redeemer = {
        let (app, actor, call) = (Arc::clone(&app), test.actor(), call(amara, &[&held[0].code]));
        tokio::spawn(async move { words(&redeem_in(&app, actor, call).await.unwrap())[0] })
    };
    // The clock of the test stands: that the end passed is known only from how long he waited.
    tokio::time::sleep(std::time::Duration::from_millis(1_300)).await;
    assert!(!redeemer.is_finished());
    wait.0.send(()).unwrap();
    mover.await.unwrap();
    assert_eq!(redeemer.await.unwrap(), "expired");
    assert_eq!(words(&test.redeem(amara, &[&held[1].code]).await), ["ok"]);
}

/// Acts that hold many coupons take them in one order: none waits in a ring.
#[tokio::test]
async fn overlapping_bulk_deeds_never_deadlock() {
    let test = TestApp::new().await;
    let app = Arc::new(test.crowd(CONNECTIONS));
    let amara = test.customer("Amara").await;
    let one = test.series(terms().with("maxRedeem", 1000)).await;
    let two = test.series(terms().with("maxCreate", 1000)).await;
    let mut ids = Vec::new();
    for series in [one, two] {
        ids.extend(test.issue(series, amara, 20).await.unwrap().coupons);
    }
    let all = (0..12).map(|n: usize| {
        let (app, actor) = (Arc::clone(&app), test.actor());
        let mut mine = ids.clone();
        mine.rotate_left(n * 3);
        if n.is_multiple_of(2) {
            mine.reverse();
        }
        tokio::spawn(async move {
            let codes: Vec<&str> = mine.iter().map(|coupon| coupon.code.as_str()).collect();
            let numbers: Vec<_> = mine.iter().map(|coupon| coupon.id).collect();
            match n % 3 {
                0 => drop(redeem_in(&app, actor, call(amara, &codes[..25])).await.unwrap()),
                1 => {
                    app.act(actor, |act| {
                        Box::pin(async move {
                            let to = at("2027-02-01T00:00:00Z");
                            coupons::change_expiry_of(act, &numbers, to, None).await
                        })
                    })
                    .await
                    .unwrap();
                }
                _ => {
                    app.act(actor, |act| {
                        Box::pin(async move { coupons::revoke_of(act, &numbers[..5], None).await })
                    })
                    .await
                    .unwrap();
                }
            }
        })
    });
    for done in join_all(all).await {
        done.unwrap();
    }
    let sound = "select count(*) from coupons c where c.redeemed <> (select count(*) from \
         coupon_redemptions r where r.coupon_id = c.id and r.reversed_on is null)";
    assert_eq!(test.number(sound).await, 0);
    let counted = "select (select sum(redeemed) from coupon_series_counters)::bigint \
         - (select count(*) from coupon_redemptions where reversed_on is null)";
    assert_eq!(test.number(counted).await, 0);
}
