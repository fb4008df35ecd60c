//! What the room of coupons promises, deed by deed: the acceptance cases of spec/coupons.md 13 that no
//! particular door has to itself.

use guerdon::base::act::Actor;
use guerdon::base::error::Error;
use guerdon::base::ids::SeriesId;
use guerdon::base::permission::Role;
use guerdon::coupons::refusal::vendor_code;
use guerdon::coupons::{self, Draft, ExpiryCall, Pick, RedeemCall, RevokeCall, Uses, standing};

use crate::support::TestApp;
use crate::support::coupons::{at, call, terms, words};

/// The words a deed was refused with.
pub fn refused<T: std::fmt::Debug>(done: Result<T, Error>) -> Vec<&'static str> {
    let Err(Error::Refused(problems)) = done else { panic!("not refused: {done:?}") };
    problems.iter().map(|problem| problem.code).collect()
}

pub async fn move_expiry(app: &TestApp, call: ExpiryCall) -> Result<Vec<&'static str>, Error> {
    let done =
        app.act(|act| Box::pin(async move { coupons::change_expiry(act, &call).await })).await?;
    Ok(done
        .lines
        .iter()
        .map(|line| line.result.as_ref().map_or_else(|p| p.code, |_| "ok"))
        .collect())
}

async fn take_back(app: &TestApp, call: RevokeCall) -> Result<Vec<(String, &'static str)>, Error> {
    let done = app.act(|act| Box::pin(async move { coupons::revoke(act, &call).await })).await?;
    let word = |line: &coupons::Taken| line.result.as_ref().map_or_else(|p| p.code, |_| "ok");
    Ok(done.iter().map(|line| (line.code.clone(), word(line))).collect())
}

#[tokio::test]
async fn a_series_is_made_and_changed_and_told_of() {
    let app = TestApp::new().await;
    let id = app.series(terms()).await;
    assert_eq!(app.last_entry().await, "Operator created Diwali");
    let update = |draft: Draft| {
        app.act(move |act| Box::pin(async move { coupons::update(act, id, &draft, false).await }))
    };
    assert_eq!(refused(update(terms()).await), ["series_code_blank"]);
    let changed = update(terms().with("seriesCode", "DIWALI").with("maxCreate", 5)).await.unwrap();
    assert_eq!((changed.issue.max, changed.version), (Some(5), 2));
    assert_eq!(app.last_entry().await, "Operator changed Diwali");
    // What says the same leaves no trace; what was read before is stale.
    let same = terms().with("seriesCode", "DIWALI").with("maxCreate", 5);
    assert_eq!(update(same.clone()).await.unwrap().version, 2);
    assert!(matches!(update(same.with("version", 1)).await, Err(Error::Stale)));
    // A code is one series'.
    let other = app.series(terms()).await;
    let draft = terms().with("seriesCode", "DIWALI");
    let taken = app
        .act(move |act| Box::pin(async move { coupons::update(act, other, &draft, false).await }))
        .await;
    assert_eq!(refused(taken), ["series_code_taken"]);
    // Nobody lowers a limit below what was given already.
    let amara = app.customer("Amara").await;
    app.issue(id, amara, 3).await.unwrap();
    let low = terms().with("seriesCode", "DIWALI").with("maxCreate", 2);
    assert_eq!(refused(update(low).await), ["invalid"]);
}

#[tokio::test]
async fn the_list_of_series_is_searched_sorted_and_paged() {
    let app = TestApp::new().await;
    for name in ["Summer", "Winter", "Winter sale"] {
        app.series(terms().with("description", name)).await;
    }
    app.series(terms().with("description", "Old winter").with("validTillDate", "2020-01-01")).await;
    let mut db = app.app.read(app.org).await.unwrap();
    let mut filter = coupons::list::SeriesFilter {
        search: Some("WINTER".into()),
        live_on: Some("2026-11-26".parse().unwrap()),
        ..Default::default()
    };
    let first = coupons::series_page(&mut db, app.org, &filter, 1).await.unwrap();
    assert_eq!(first.items[0].series.description, "Winter sale");
    filter.after = first.next;
    let second = coupons::series_page(&mut db, app.org, &filter, 1).await.unwrap();
    assert_eq!(second.items[0].series.description, "Winter");
    assert!(second.next.is_none());
}

/// Cases 1 to 4: many coupons in one call, as far as the limits go.
#[tokio::test]
async fn many_coupons_in_one_call_as_far_as_the_limits_go() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let free = app.series(terms()).await;
    let given = app.issue(free, amara, 500).await.unwrap();
    let mut codes: Vec<_> = given.coupons.iter().map(|coupon| coupon.code.clone()).collect();
    codes.sort();
    codes.dedup();
    assert_eq!((codes.len(), given.short), (500, None));
    let events = "select count(*) from outgoing_events where name = 'CouponIssue' \
         and jsonb_array_length(payload -> 'data' -> 'coupons') = 500";
    assert_eq!(app.number(events).await, 1);
    let told = "select count(*) from activity where subject_kind = 'coupon' and verb = 'issued'";
    assert_eq!(app.number(told).await, 500);

    let three = app.series(terms().with("maxVouchersPerUser", 3)).await;
    app.coupon(three, amara).await;
    let given = app.issue(three, amara, 5).await.unwrap();
    assert_eq!(given.coupons.len(), 2);
    assert_eq!(vendor_code(given.short.unwrap().code), 5002);
    assert_eq!(vendor_code(app.issue(three, amara, 1).await.unwrap_err().code), 621);

    let one = app.series(terms().with("isMultipleVouchersPerUserAllowed", false)).await;
    let given = app.issue(one, amara, 2).await.unwrap();
    assert_eq!((given.coupons.len(), given.short.unwrap().code), (1, "one_per_customer"));
    let again = app.issue(one, amara, 2).await.unwrap_err();
    assert_eq!(again.message, "Coupon processing failed: user already has a coupon");

    let nobody = guerdon::base::ids::CustomerId::new(999);
    assert_eq!(app.issue(free, nobody, 1).await.unwrap_err().code, "customer_unknown");
    let none = SeriesId::new(999);
    assert_eq!(app.issue(none, amara, 1).await.unwrap_err().code, "series_unknown");
}

#[tokio::test]
async fn gaps_exclusions_and_coupons_given_again() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let gap = app.series(terms().with("minDaysBetweenVouchers", 1)).await;
    app.coupon(gap, amara).await;
    assert_eq!(app.issue(gap, amara, 1).await.unwrap_err().code, "issue_gap");
    app.set_clock("2026-11-26T23:30:00Z");
    app.coupon(gap, amara).await;

    let shut = app.series(terms().with("mutualExclusiveSeriesIds", format!("[{gap}]"))).await;
    assert_eq!(app.issue(shut, amara, 1).await.unwrap_err().code, "excluded");

    let keep = terms()
        .with("isMultipleVouchersPerUserAllowed", false)
        .with("doNotResendExistingVoucher", false);
    let keep = app.series(keep).await;
    let first = app.coupon(keep, amara).await;
    let again = app.issue(keep, amara, 1).await.unwrap();
    assert!(again.again && again.coupons[0].id == first.id);
    let mut db = app.app.read(app.org).await.unwrap();
    let totals = coupons::totals(&mut *db, app.org, &[keep]).await.unwrap();
    assert_eq!(totals[&keep].issued, 1);
}

/// Cases 6 to 8 and 16: moving ends, within the series, and what it does to a redeemer.
#[tokio::test]
async fn an_end_is_moved_earlier_and_later_but_never_beyond_the_series() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let days = terms().with("expiryStrategyType", "DAYS").with("expiryStrategyValue", 1);
    let series = app.series(days.clone()).await;
    let coupon = app.coupon(series, amara).await;
    assert_eq!(coupon.expires_on, Some(at("2026-11-27T22:59:59Z")));
    app.set_clock("2026-12-10T09:00:00Z");
    assert_eq!(words(&app.redeem(amara, &[&coupon.code]).await), ["expired"]);

    let to = |text: &str| ExpiryCall {
        series: Some(series),
        customer: None,
        pairs: vec![(coupon.code.to_lowercase(), at(text))],
        reason: Some("asked".into()),
    };
    assert_eq!(move_expiry(&app, to("2026-12-09T09:00:00Z")).await.unwrap(), ["expiry_past"]);
    let beyond = move_expiry(&app, to("2027-12-31T23:00:00Z")).await.unwrap();
    assert_eq!(beyond, ["expiry_beyond_series"]);
    assert_eq!(move_expiry(&app, to("2026-12-11T10:00:00Z")).await.unwrap(), ["ok"]);
    assert_eq!(app.last_entry().await, format!("Operator moved the expiry of {}", coupon.code));
    app.set_clock("2026-12-11T09:59:59Z");
    let mut db = app.app.read(app.org).await.unwrap();
    let now = app.coupon_now(coupon.id).await;
    let whole = coupons::find(&mut *db, app.org, series).await.unwrap().unwrap();
    let zone = chrono_tz::Tz::Europe__Berlin;
    let stands = standing(&now, &whole, &Uses::default(), zone, at("2026-12-11T09:59:59Z"));
    assert!(stands.redeemable && stands.end.shown == at("2026-12-11T10:00:00Z"));
    app.set_clock("2026-12-11T10:00:01Z");
    assert_eq!(words(&app.redeem(amara, &[&coupon.code]).await), ["expired"]);

    // The series ends before the moved end: the coupon ends with it, and cannot be moved any more.
    let short = days.with("seriesCode", "SHORT").with("validTillDate", "2026-12-10");
    app.act(move |act| Box::pin(async move { coupons::update(act, series, &short, false).await }))
        .await
        .unwrap();
    let again = move_expiry(&app, to("2026-12-12T10:00:00Z")).await;
    assert_eq!(refused(again), ["series_expired"]);
    assert_eq!(words(&app.redeem(amara, &[&coupon.code]).await), ["series_expired"]);
}

/// Cases 9 and 10: which calls to move ends are sound.
#[tokio::test]
async fn a_call_to_move_ends_names_its_series_or_one_code() {
    let app = TestApp::new().await;
    let (amara, ben) = (app.customer("Amara").await, app.customer("Ben").await);
    let series = app.series(terms()).await;
    let (one, two) = (app.coupon(series, amara).await, app.coupon(series, ben).await);
    let end = at("2027-01-01T00:00:00Z");
    let of = |codes: &[&str]| ExpiryCall {
        series: None,
        customer: None,
        pairs: codes.iter().map(|code| ((*code).to_owned(), end)).collect(),
        reason: None,
    };
    assert_eq!(refused(move_expiry(&app, of(&[&one.code, &two.code])).await), ["series_needed"]);
    assert_eq!(refused(move_expiry(&app, of(&[])).await), ["expiry_pairs_blank"]);
    assert_eq!(move_expiry(&app, of(&[&one.code])).await.unwrap(), ["ok"]);
    assert_eq!(move_expiry(&app, of(&["NOBODY"])).await.unwrap(), ["code_invalid"]);
    let his = ExpiryCall { customer: Some(ben), ..of(&[&one.code]) };
    assert_eq!(move_expiry(&app, his).await.unwrap(), ["not_holder"]);
    let many = vec!["X"; 101];
    let many = ExpiryCall { series: Some(series), ..of(&many) };
    assert_eq!(refused(move_expiry(&app, many).await), ["too_many"]);

    let common = terms().with("clientHandlingType", "GENERIC").with("genericCode", "Common1");
    let common = app.series(common).await;
    let (hers, his) = (app.coupon(common, amara).await, app.coupon(common, ben).await);
    let generic = |customer| ExpiryCall { customer, series: Some(common), ..of(&["COMMON1"]) };
    assert_eq!(refused(move_expiry(&app, generic(None)).await), ["generic_needs_customer"]);
    assert_eq!(move_expiry(&app, generic(Some(amara))).await.unwrap(), ["ok"]);
    assert_eq!(app.coupon_now(hers.id).await.expiry_override, Some(end));
    assert_eq!(app.coupon_now(his.id).await.expiry_override, None);
}

/// Cases 11 to 14: revoking by customer and by code.
#[tokio::test]
async fn revoking_takes_unredeemed_coupons_and_frees_their_codes() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let series = app.series(terms().with("anyUser", true)).await;
    let held = app.issue(series, amara, 5).await.unwrap().coupons;
    app.redeem(amara, &[&held[0].code]).await;
    let early = ExpiryCall {
        series: Some(series),
        customer: None,
        pairs: vec![(held[1].code.clone(), at("2026-11-26T10:00:00Z"))],
        reason: None,
    };
    move_expiry(&app, early).await.unwrap();
    app.set_clock("2026-11-26T11:00:00Z");
    let all = RevokeCall {
        series: Some(series),
        customer: Some(amara),
        reason: Some("fraud".into()),
        ..RevokeCall::default()
    };
    let done = take_back(&app, all.clone()).await.unwrap();
    assert_eq!(done.len(), 3);
    assert!(done.iter().all(|(_, word)| *word == "ok"));
    assert!(take_back(&app, all).await.unwrap().is_empty());

    let fresh = app.coupon(series, amara).await;
    let codes =
        |codes: Vec<String>| RevokeCall { series: Some(series), codes, ..RevokeCall::default() };
    let named = vec![
        fresh.code.to_lowercase(),
        held[0].code.clone(),
        "NOBODY".to_owned(),
        held[2].code.clone(),
    ];
    let done = take_back(&app, codes(named)).await.unwrap();
    let told: Vec<&str> = done.iter().map(|(_, word)| *word).collect();
    assert_eq!(told, ["ok", "redeemed", "coupon_unknown", "coupon_unknown"]);
    // An expired code that was never redeemed goes when it is named.
    let done = take_back(&app, codes(vec![held[1].code.clone()])).await.unwrap();
    assert_eq!(done[0].1, "ok");

    let many = (0..51).map(|n| format!("C{n}")).collect();
    assert_eq!(refused(take_back(&app, codes(many)).await), ["too_many"]);
    assert_eq!(refused(take_back(&app, RevokeCall::default()).await), ["revoke_what"]);
    let two = RevokeCall { codes: vec!["A".into(), "B".into()], ..RevokeCall::default() };
    assert_eq!(refused(take_back(&app, two).await), ["series_needed"]);
    app.issue(series, amara, 101).await.unwrap();
    let crowd = RevokeCall { series: Some(series), customer: Some(amara), ..RevokeCall::default() };
    assert_eq!(refused(take_back(&app, crowd).await), ["too_many"]);

    assert_eq!(words(&app.redeem(amara, &[&fresh.code]).await), ["revoked"]);
    let mut db = app.app.read(app.org).await.unwrap();
    let totals = coupons::totals(&mut *db, app.org, &[series]).await.unwrap()[&series];
    assert_eq!((totals.issued, totals.redeemed, totals.revoked), (107, 1, 5));
}

#[tokio::test]
async fn each_role_does_its_own_and_another_brands_coupons_are_not_there() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let series = app.series(terms()).await;
    let coupon = app.coupon(series, amara).await;
    let (id, code) = (coupon.id, coupon.code.clone());
    let role = |role: Role| Actor { role, ..app.actor() };
    let revoke = app
        .app
        .act(role(Role::Marketer), move |act| {
            Box::pin(async move { coupons::revoke_of(act, &[id], None).await })
        })
        .await;
    assert!(matches!(revoke, Err(Error::Forbidden)));
    let make = app
        .app
        .act(role(Role::Support), |act| {
            Box::pin(async move { coupons::create(act, &terms(), false).await })
        })
        .await;
    assert!(matches!(make, Err(Error::Forbidden)));

    let other = app.brand("Fabrikam", "UTC").await;
    let theirs = app
        .act_in(other, move |act| {
            Box::pin(async move { coupons::revoke_of(act, &[id], None).await })
        })
        .await;
    assert!(theirs.unwrap().is_empty());
    let mut db = app.app.read(other).await.unwrap();
    let ask = RedeemCall { picks: vec![Pick::Code(code)], ..call(amara, &[]) };
    let asked = coupons::redeemable(&mut db, other, &ask, at("2026-11-26T09:00:00Z"), None).await;
    assert_eq!(refused(asked), ["customer_unknown"]);
}

/// A brand east of all others: the day ends 14 hours before UTC's.
#[tokio::test]
async fn the_day_is_the_brands() {
    let app = TestApp::new().await;
    let kiritimati = app.brand("Line Islands", "Pacific/Kiritimati").await;
    let draft = terms().with("expiryStrategyType", "DAYS").with("expiryStrategyValue", 0);
    let (series, customer) = app
        .act_in(kiritimati, |act| {
            Box::pin(async move {
                let series = coupons::create(act, &draft, false).await?.id;
                let name =
                    guerdon::customers::Draft { first_name: "Teka".into(), ..Default::default() };
                let zone = chrono_tz::Tz::Pacific__Kiritimati;
                Ok((series, guerdon::customers::create(act, &name, zone).await?))
            })
        })
        .await
        .unwrap();
    let actor = Actor::operator(kiritimati);
    let given = crate::support::coupons::issue_in(&app.app, actor, series, customer, 1).await;
    let coupon = given.unwrap().unwrap().coupons.remove(0);
    // 09:00 UTC is 23:00 there: one hour is left of the day.
    assert_eq!(coupon.expires_on, Some(at("2026-11-26T09:59:59Z")));
}
