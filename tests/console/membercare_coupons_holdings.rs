//! A customer's coupons: what the statements sift by is what the rule says, over random coupons in zones
//! from one end of the world to the other, with ends on the very edge of the moment.

use std::fmt::Write;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use guerdon::base::calendar::{day_of, start_of_day};
use guerdon::base::ids::CustomerId;
use guerdon::coupons::{
    self, Holding, HoldingFilter, HoldingSort, HoldingStatus, Holdings, Source,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::TestApp;
use crate::support::coupons::{at, terms};

/// Moments and places: ordinary ones, days on which clocks change, and midnights that come twice or not
/// at all.
const SPOTS: [(Tz, &str); 6] = [
    (Tz::Europe__Berlin, "2026-11-26T09:00:00Z"),
    (Tz::Pacific__Niue, "2026-11-26T10:59:59.999999Z"),
    (Tz::Pacific__Kiritimati, "2026-11-26T10:00:00Z"),
    (Tz::America__Havana, "2026-11-01T04:30:00Z"),
    (Tz::Africa__Cairo, "2027-04-29T21:59:59Z"),
    (Tz::Europe__Berlin, "2027-03-27T23:00:00Z"),
];

struct Dice(StdRng);

impl Dice {
    fn yes(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.0.random_range(0..all.len())]
    }

    /// An instant somewhere around the moment, often right at an edge.
    fn near(&mut self, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let tomorrow = start_of_day(day_of(now, zone) + Days::new(1), zone);
        let edges = [
            now - Duration::seconds(1),
            now,
            now + Duration::microseconds(1),
            now + Duration::seconds(1),
            tomorrow - Duration::seconds(1),
            tomorrow,
        ];
        let far = now + Duration::minutes(self.0.random_range(-90_000..90_000));
        if self.yes(60) { self.of(&edges) } else { far }
    }
}

/// Series of all limits, and coupons of them in all states.
async fn strew(app: &TestApp, whose: CustomerId, other: CustomerId, spot: (Tz, DateTime<Utc>)) {
    let (zone, now) = spot;
    let mut dice = Dice(StdRng::seed_from_u64(now.timestamp().unsigned_abs()));
    let mut sql = String::new();
    for n in 0..8 {
        let draft = terms().with("description", format!("Offer {}", n % 3));
        let series = app.series(draft).await;
        let day = day_of(now, zone) + Days::new(400) - Days::new(dice.of(&[401, 400, 399, 390, 0]));
        let (limit, multiple) = (dice.of(&["null", "2", "3"]), dice.yes(60));
        let (per_customer, most) = (dice.of(&["null", "4", "9"]), dice.of(&["null", "5", "30"]));
        let same = dice.yes(50);
        write!(
            sql,
            "update coupon_series set valid_till = '{day}', multiple_use = {multiple},
                 max_per_code = {limit}, same_customer_again = {same},
                 max_per_customer_redeemed = {per_customer}, max_redeemed = {most}
             where id = {series};"
        )
        .unwrap();
        let mut used_in_all = 0;
        for m in 0..25 {
            let revoked = dice.yes(15);
            let used = if revoked || dice.yes(45) { 0 } else { dice.of(&[1, 1, 2, 3]) };
            let mut instant = |percent: u32| match dice.yes(percent) {
                true => format!("'{}'", dice.near(now, zone).to_rfc3339()),
                false => "null".to_owned(),
            };
            let (natural, moved) = (instant(50), instant(40));
            let natural = natural.replace(".999999", "").replace(".000001", "");
            let issued = now - Duration::minutes(dice.0.random_range(0..60_000));
            let gone = if revoked { "now()" } else { "null" };
            write!(
                sql,
                "insert into coupons (org_id, series_id, code, code_key, redeemed, customer_id,
                     created_on, issued_on, issued_by_name, expires_on, expiry_override, revoked_on,
                     source)
                 values ({org}, {series}, 'c{n}x{m}', 'C{n}X{m}', {used}, {whose}, '{issued}',
                     '{issued}', 'Mina', {natural}, {moved}, {gone}, 'API');",
                org = app.org,
            )
            .unwrap();
            for k in 0..used {
                let by = if dice.yes(70) { whose } else { other };
                let (once, on) = (used == 1 && dice.yes(50), now - Duration::hours(k));
                write!(
                    sql,
                    "insert into coupon_redemptions (org_id, coupon_id, series_id, customer_id,
                         once, redeemed_on, redeemed_by_name)
                     select {org}, id, {series}, {by}, {once}, '{on}', 'Mina' from coupons
                     where code = 'c{n}x{m}';",
                    org = app.org,
                )
                .unwrap();
                used_in_all += 1;
            }
        }
        write!(
            sql,
            "update coupon_series_counters set redeemed = {used_in_all}
             where series_id = {series} and slot = 0;"
        )
        .unwrap();
    }
    app.sql(&sql).await;
}

/// Whether a filter means a coupon, said from what the rule says of it.
fn meant(filter: &HoldingFilter, one: &Holding, (zone, now): (Tz, DateTime<Utc>)) -> bool {
    let (stands, used) = (&one.standing, one.coupon.redeemed > 0);
    let gone = one.coupon.revoked.is_some();
    let status = |status: &HoldingStatus| match status {
        HoldingStatus::Revoked => gone,
        _ if gone => false,
        HoldingStatus::Active => !stands.expired,
        HoldingStatus::Expired => stands.expired,
        HoldingStatus::Redeemed => used,
        HoldingStatus::Unredeemed => !used,
        HoldingStatus::ActiveRedeemed => !stands.expired && used,
        HoldingStatus::ActiveUnredeemed => !stands.expired && !used,
        HoldingStatus::ExpiredRedeemed => stands.expired && used,
        HoldingStatus::ExpiredUnredeemed => stands.expired && !used,
        HoldingStatus::Redeemable => stands.redeemable,
    };
    let day = day_of(one.coupon.issue.as_ref().unwrap().on, zone);
    let last = |days: u16| day_of(now, zone) + Days::new(u64::from(days));
    // The last instant it lives at decides which day it ends on.
    let ends = day_of(stands.end.dead_from - Duration::microseconds(1), zone);
    (filter.statuses.is_empty() && !(filter.living && gone) || filter.statuses.iter().any(status))
        && (filter.series.is_empty() || filter.series.contains(&one.series.id))
        && filter.from.is_none_or(|from| day >= from)
        && filter.to.is_none_or(|to| day <= to)
        && filter.expiring.is_none_or(|days| !stands.expired && ends <= last(days))
        && (filter.text.is_empty()
            || one.coupon.code.contains(&filter.text.to_lowercase())
            || one.series.description.contains(&filter.text)
            || one.coupon.id.to_string() == filter.text)
}

fn filters(all: &[Holding], today: NaiveDate) -> Vec<HoldingFilter> {
    let plain = HoldingFilter::default();
    let mut filters = vec![plain.clone(), HoldingFilter { living: true, ..plain.clone() }];
    for status in HoldingStatus::ALL {
        filters.push(HoldingFilter { statuses: vec![status], ..plain.clone() });
    }
    let two = vec![HoldingStatus::Revoked, HoldingStatus::Redeemable];
    filters.push(HoldingFilter { statuses: two, ..plain.clone() });
    for days in [0, 1, 30] {
        filters.push(HoldingFilter { expiring: Some(days), ..plain.clone() });
    }
    for text in ["C1X", "Offer 2", "offer nowhere", &all[7].coupon.id.to_string()] {
        filters.push(HoldingFilter { text: text.to_owned(), ..plain.clone() });
    }
    let (from, to) = (Some(today - Days::new(20)), Some(today - Days::new(3)));
    filters.push(HoldingFilter { from, to, ..plain.clone() });
    let series = vec![all[0].series.id, all[9].series.id];
    filters.push(HoldingFilter { series, statuses: vec![HoldingStatus::Active], ..plain });
    filters
}

fn in_order(filter: &HoldingFilter, mut holdings: Vec<&Holding>) -> Vec<i64> {
    holdings.sort_by_key(|one| {
        let issued = one.coupon.issue.as_ref().unwrap().on;
        let at =
            if filter.sort == HoldingSort::Issued { issued } else { one.standing.end.dead_from };
        (at, one.coupon.id)
    });
    if !filter.ascending {
        holdings.reverse();
    }
    holdings.into_iter().map(|one| one.coupon.id.get()).collect()
}

#[tokio::test]
async fn statements_and_rule_agree_on_every_coupon() {
    for (zone, moment) in SPOTS {
        let app = TestApp::new().await;
        let now = at(moment);
        let (amara, ben) = (app.customer("Amara").await, app.customer("Ben").await);
        strew(&app, amara, ben, (zone, now)).await;
        let mut db = app.app.read(app.org).await.unwrap();
        let held = Holdings::of(&mut db, app.org, amara, zone, now).await.unwrap();
        assert_eq!(held.series().len(), 8);
        let whole = HoldingFilter::default();
        let all = held.slice(&mut db, &whole, 0, 1_000).await.unwrap();
        assert_eq!(all.len(), 200);
        for filter in filters(&all, day_of(now, zone)) {
            let expected: Vec<&Holding> =
                all.iter().filter(|one| meant(&filter, one, (zone, now))).collect();
            let total = held.total(&mut db, &filter).await.unwrap();
            let said = format!("{zone} {moment} {}", filter.query());
            assert_eq!(total, i64::try_from(expected.len()).unwrap(), "{said}");
            for (sort, ascending) in [
                (HoldingSort::Issued, false),
                (HoldingSort::Issued, true),
                (HoldingSort::Expires, false),
                (HoldingSort::Expires, true),
            ] {
                let filter = HoldingFilter { sort, ascending, ..filter.clone() };
                let wanted = in_order(&filter, expected.clone());
                let (mut walked, mut after) = (Vec::new(), None);
                loop {
                    let page = held.page(&mut db, &filter, after, 37).await.unwrap();
                    walked.extend(page.items.iter().map(|one| one.coupon.id.get()));
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(walked, wanted, "{said} {sort:?} {ascending}");
                let cut = held.slice(&mut db, &filter, 5, 11).await.unwrap();
                let cut: Vec<i64> = cut.iter().map(|one| one.coupon.id.get()).collect();
                assert_eq!(cut, wanted.into_iter().skip(5).take(11).collect::<Vec<_>>());
            }
        }
    }
}

#[tokio::test]
async fn a_walk_by_number_meets_every_coupon_once_whatever_is_done_behind_it() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let series = app.series(terms()).await;
    let all = app.issue(series, amara, 10).await.unwrap().coupons;
    let filter =
        HoldingFilter { statuses: vec![HoldingStatus::Active], ..HoldingFilter::default() };
    let (mut met, mut after) = (Vec::new(), None);
    loop {
        let mut db = app.app.read(app.org).await.unwrap();
        let now = app.app.clock.now();
        let held = Holdings::of(&mut db, app.org, amara, Tz::UTC, now).await.unwrap();
        let page = held.numbers(&mut db, &filter, after, 3).await.unwrap();
        drop(db);
        let ids = page.items.clone();
        app.act(move |act| Box::pin(async move { coupons::revoke_of(act, &ids, None).await }))
            .await
            .unwrap();
        met.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut ids: Vec<_> = all.iter().map(|coupon| coupon.id).collect();
    ids.sort();
    assert_eq!(met, ids);
}

#[tokio::test]
async fn redeemed_within_days_counts_where_it_is_asked_for_and_strangers_hold_nothing() {
    let app = TestApp::new().await;
    let (amara, ben) = (app.customer("Amara").await, app.customer("Ben").await);
    let series = app.series(terms()).await;
    app.set_clock("2026-10-01T09:00:00Z");
    let held = app.issue(series, amara, 3).await.unwrap().coupons;
    app.set_clock("2026-11-20T09:00:00Z");
    app.redeem(amara, &[&held[1].code]).await;
    let count = async |whose, filter: &HoldingFilter| {
        let mut db = app.app.read(app.org).await.unwrap();
        let now = app.app.clock.now();
        let held = Holdings::of(&mut db, app.org, whose, Tz::UTC, now).await.unwrap();
        held.total(&mut db, filter).await.unwrap()
    };
    let from = "2026-11-01".parse().ok();
    let since = HoldingFilter { from, ..HoldingFilter::default() };
    assert_eq!(count(amara, &since).await, 0);
    assert_eq!(count(amara, &HoldingFilter { used_too: true, ..since.clone() }).await, 1);
    let everything = HoldingFilter { used_too: true, ..HoldingFilter::default() };
    assert_eq!(count(amara, &everything).await, 3);
    assert_eq!(count(ben, &everything).await, 0);
    assert_eq!(held[0].source, Source::Api);
}
