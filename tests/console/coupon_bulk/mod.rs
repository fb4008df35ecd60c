//! One deed on many coupons: all that match, each once, whatever happens meanwhile.

mod scopes;

use std::time::Duration;

use guerdon::base::ids::{CouponId, CustomerId, SeriesId};
use guerdon::base::permission::Role;
use guerdon::coupons::bulk::{self, BulkTask};

use crate::support::coupons::{at, call, redeem_in, terms};
use crate::support::{Answer, TestApp, User};

/// Adds codes nobody holds yet, as a batch would.
async fn stock(app: &TestApp, series: SeriesId, count: i64) {
    app.sql(&format!(
        "insert into coupons (org_id, series_id, code, code_key, created_on, source)
         select {org}, {series}, 'ST' || n, 'ST' || n, '2026-11-20T09:00:00Z', 'BATCH'
         from generate_series(1, {count}) n;
         update coupon_series_counters set unissued = unissued + {count}, uploaded = uploaded + {count}
         where org_id = {org} and series_id = {series} and slot = 0",
        org = app.org
    ))
    .await;
}

/// A minute later: what was issued at nine has been there for a while. (A deed is judged by the clock
/// after its locks, so what a test issues "now" came to be a moment after it.)
fn later(app: &TestApp) {
    app.set_clock("2026-11-26T09:01:00Z");
}

/// The address of a preview of a series.
fn new(action: &str, series: SeriesId, more: &str) -> String {
    format!("/coupons/bulk/new?action={action}&series={series}{more}")
}

/// Sends the form of a page with what it says hidden and more.
async fn send(user: &User, page: &Answer, more: &[(&str, &str)]) -> Answer {
    let form = "form[action='/coupons/bulk'] input[type=hidden]";
    let (names, values) = (page.attributes(form, "name"), page.attributes(form, "value"));
    let mut fields: Vec<(&str, &str)> =
        names.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend_from_slice(more);
    user.submit("/coupons/bulk", &fields).await
}

const SURE: [(&str, &str); 2] = [("reason", "Leaked list"), ("sure", "true")];

/// Begins a revocation as asked for by an address.
async fn revoke(user: &User, address: &str) -> String {
    let page = user.get(address).await.is(200);
    send(user, &page, &SURE).await.redirects()
}

/// The result file's lines, without the header.
async fn result(user: &User, path: &str) -> Vec<String> {
    let query = format!("run={}", path.rsplit('/').next().unwrap());
    let file = user.submit("/exports", &[("kind", "coupon-bulk"), ("query", &query)]).await.is(200);
    file.text().lines().skip(1).map(str::to_owned).collect()
}

const REVOKED: &str = "select count(*) from coupons where revoked_on is not null";
const COUNTED: &str = "select sum(revoked)::bigint from coupon_series_counters";
const STOCK: &str = "select sum(unissued)::bigint from coupon_series_counters";
const TOLD: &str =
    "select count(*) from activity where verb = 'revoked' and subject_kind = 'coupon'";
const ITEMS: &str = "select count(*) from coupon_bulk_items";

#[tokio::test]
async fn all_unredeemed_codes_of_an_offer_are_revoked_and_each_is_told() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms()).await;
    let ann = app.customer("Ann").await;
    let held = app.issue(series, ann, 2).await.unwrap().coupons;
    app.redeem(ann, &[&held[0].code]).await;
    stock(&app, series, 30).await;
    later(&app);

    let page = mina.get(&new("revoke", series, "")).await.is(200);
    page.shows("#preview", "31 coupons would be revoked").shows("h1", "Revoke coupons");
    page.shows(".pills a[aria-current]", "All unredeemed");
    let all = mina.get(&new("revoke", series, "&wanted=ALL")).await;
    all.shows("#preview td", "Coupon code redeemed");
    mina.get(&new("revoke", series, "&wanted=UNISSUED"))
        .await
        .shows("#preview", "30 coupons would");
    mina.get(&new("revoke", series, "&wanted=ISSUED&q=st")).await.shows("#preview", "0 coupons");
    mina.get(&new("revoke", series, "&wanted=UNISSUED&q=st1"))
        .await
        .shows("#preview", "11 coupons");

    // Nothing goes without a reason and a tick, and what was typed stays.
    let again = send(&mina, &page, &[("reason", "Why not")]).await.is(422);
    again.shows("#sure-why li", "Say that you understand").shows("textarea", "Why not");
    send(&mina, &page, &[("sure", "true")]).await.is(422).shows("#reason-why li", "Say why");

    // The same form twice begins one run.
    let (one, two) = tokio::join!(send(&mina, &page, &SURE), send(&mina, &page, &SURE));
    let path = one.redirects();
    two.redirects_to(&path);
    send(&mina, &page, &SURE).await.redirects_to(&path);
    mina.get(&path).await.is(200).shows(".tag", "Waiting");
    app.run_tasks().await;
    let page = mina.get(&path).await;
    page.shows(".tag", "Done")
        .shows(".kpi dd", "31")
        .lacks("progress")
        .lacks(".head a[href*=undo]");
    page.shows("dd", "Revoking cannot be undone");
    assert_eq!((app.number(REVOKED).await, app.number(COUNTED).await), (31, 31));
    assert_eq!((app.number(STOCK).await, app.number(TOLD).await), (0, 31));
    let coupon = app.coupon_now(held[1].id).await.revoked.unwrap();
    assert_eq!((coupon.by_name.as_str(), coupon.reason.as_deref()), ("Mina", Some("Leaked list")));
    let told = "Mina finished Revoke coupons: Unredeemed codes (issued or not) of Diwali";
    assert_eq!(app.last_entry().await, told);
    let lines = result(&mina, &path).await;
    assert_eq!(lines.len(), 31);
    let line = format!("{},{},{ann},Revoked,,", held[1].code, held[1].id);
    assert!(lines.contains(&line), "{line} in {lines:?}");
    mina.get("/coupons/bulk").await.shows("#results td", "Unredeemed codes (issued or not)");
    mina.get(&new("revoke", series, "")).await.shows("#nothing", "Nothing would be done");
}

#[tokio::test]
async fn a_run_whose_worker_is_killed_goes_on_and_stays_exact() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms()).await;
    stock(&app, series, 9_000).await;
    let path = revoke(&mina, &new("revoke", series, "&wanted=UNISSUED")).await;
    // The worker dies again and again, at any moment.
    let mut rounds: i32 = 0;
    while app.number("select count(*) from coupon_bulk_runs where state = 'DONE'").await == 0 {
        rounds += 1;
        assert!(rounds < 40);
        // Ever longer, so that even a busy machine gets through a chunk before the axe falls.
        let pause = Duration::from_millis(60).mul_f64(1.3f64.powi(rounds));
        tokio::time::timeout(pause, app.run_tasks()).await.ok();
        let seconds = rounds * 25;
        app.set_clock(&format!("2026-11-26T09:{:02}:{:02}Z", seconds / 60, seconds % 60));
        bulk::sweep(&app.app).await.unwrap();
        // What a dead worker held in the queue is let go by the queue's own recovery.
        app.number("with gone as (update graphile_worker._private_jobs set locked_at = null, locked_by = null
            returning 1) select count(*) from gone").await;
    }
    assert!(rounds > 1, "the worker was never killed");
    mina.get(&path).await.shows(".tag", "Done").shows(".kpi dd", "9,000");
    assert_eq!((app.number(REVOKED).await, app.number(COUNTED).await), (9_000, 9_000));
    assert_eq!((app.number(STOCK).await, app.number(TOLD).await), (0, 9_000));
    assert_eq!(app.number(ITEMS).await, 9_000);
}

#[tokio::test]
async fn two_workers_on_one_run_do_it_once_and_a_stopped_one_goes_on() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms()).await;
    stock(&app, series, 4_500).await;
    let path = revoke(&mina, &new("revoke", series, "&wanted=UNISSUED")).await;
    mina.submit(&format!("{path}/cancellation"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Stopped").shows("button", "Resume");
    assert_eq!(app.number(REVOKED).await, 0);
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects_to(&path);
    let again = BulkTask {
        org: app.org.get(),
        run: path.rsplit('/').next().unwrap().parse().unwrap(),
        attempt: 1,
    };
    app.act(move |act| {
        Box::pin(async move {
            act.bookkeeping();
            act.enqueue(&again, Default::default()).await
        })
    })
    .await
    .unwrap();
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Done").shows(".kpi dd", "4,500");
    assert_eq!((app.number(TOLD).await, app.number(COUNTED).await), (4_500, 4_500));
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects_to(&path);
    mina.get(&path).await.shows(".toast", "There is nothing to take up");
}

#[tokio::test]
async fn a_code_is_redeemed_or_revoked_and_never_both() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms()).await;
    let ann = app.customer("Ann").await;
    let codes: Vec<String> = app
        .issue(series, ann, 120)
        .await
        .unwrap()
        .coupons
        .into_iter()
        .map(|coupon| coupon.code)
        .collect();
    later(&app);
    let path = revoke(&mina, &new("revoke", series, "&wanted=ISSUED")).await;
    let crowd = app.crowd(8);
    let tills = codes.chunks(15).map(|codes| {
        let (crowd, actor) = (crowd.clone(), app.actor());
        async move {
            let mut taken = 0;
            for code in codes {
                let lines = redeem_in(&crowd, actor.clone(), call(ann, &[code])).await.unwrap();
                taken += i64::from(lines[0].result.is_ok());
            }
            taken
        }
    });
    let (taken, ()) = tokio::join!(futures_util::future::join_all(tills), app.run_tasks());
    let taken: i64 = taken.into_iter().sum();
    let both = "select count(*) from coupons where (redeemed > 0) = (revoked_on is not null)";
    assert_eq!(app.number(both).await, 0);
    assert_eq!(app.number(REVOKED).await, 120 - taken);
    assert_eq!(app.number(COUNTED).await, 120 - taken);
    let page = mina.get(&path).await;
    page.shows(".tag", "Done").shows(".kpi dd", &(120 - taken).to_string());
    assert_eq!(result(&mina, &path).await.len(), 120);
}

#[tokio::test]
async fn a_change_of_expiry_can_be_undone_where_nobody_moved_it_since() {
    let app = TestApp::new().await;
    let sue = app.staff("Sue", Role::Support).await;
    let series = app.series(terms()).await;
    let ann = app.customer("Ann").await;
    let held = app.issue(series, ann, 4).await.unwrap().coupons;
    let ids: Vec<CouponId> = held.iter().map(|coupon| coupon.id).collect();
    let early = at("2026-12-01T10:00:00Z");
    let first = vec![ids[0]];
    app.act(move |act| {
        Box::pin(async move { guerdon::coupons::change_expiry_of(act, &first, early, None).await })
    })
    .await
    .unwrap();
    stock(&app, series, 1).await;
    later(&app);

    let address = new("expiry", series, "&wanted=ALL");
    let page = sue.get(&address).await.is(200);
    page.shows("#preview", "4 coupons would get the new expiry");
    page.shows("#preview td", "Not issued to anybody yet").shows(".zone", "Europe/Berlin");
    // A date beyond the offer's shows at once what it would do.
    let beyond = sue.get_region(&format!("{address}&until=date&date=2028-01-01"), "preview").await;
    beyond.shows("p", "0 coupons").shows("td", "cannot be set beyond series expiry");
    send(&sue, &page, &[]).await.is(422).shows("#date-why li", "Choose when");
    let past = [("until", "date"), ("date", "2026-11-25")];
    send(&sue, &page, &past).await.is(422).shows("#date-why li", "past already");
    let typed =
        [("until", "date"), ("date", "2027-01-15"), ("time", "18:30"), ("reason", "Strike")];
    let path = send(&sue, &page, &typed).await.redirects();
    app.run_tasks().await;
    let moved = at("2027-01-15T17:30:00Z");
    for id in &ids {
        assert_eq!(app.coupon_now(*id).await.expiry_override, Some(moved));
    }
    let page = sue.get(&path).await;
    page.shows(".kpi dd", "4").shows("td", "Not issued to anybody yet");
    page.shows("dd", "15 Jan 2027, 18:30");

    // One is moved again by hand: it keeps that end.
    let (last, later) = (vec![ids[3]], at("2027-02-01T10:00:00Z"));
    app.act(move |act| {
        Box::pin(async move { guerdon::coupons::change_expiry_of(act, &last, later, None).await })
    })
    .await
    .unwrap();
    let undo = page.attributes(".head a[href*='action=undo']", "href");
    let page = sue.get(&undo[0]).await.is(200);
    page.shows("#preview", "3 coupons would get their expiry back");
    page.shows("#preview td", "Its expiry was changed again since");
    let undone = send(&sue, &page, &[]).await.redirects();
    app.run_tasks().await;
    let now = async |id: CouponId| app.coupon_now(id).await.expiry_override;
    assert_eq!(now(ids[0]).await, Some(early));
    assert_eq!((now(ids[1]).await, now(ids[2]).await), (None, None));
    assert_eq!(now(ids[3]).await, Some(later));
    sue.get(&undone).await.shows(".kpi dd", "3").lacks(".head a[href*=undo]");
    sue.get(&path).await.shows("dd a", "By this action").lacks(".head a[href*=undo]");
    let told = "select count(*) from activity where verb = 'moved the expiry of'";
    assert_eq!(app.number(told).await, 1 + 4 + 1 + 3);
}
