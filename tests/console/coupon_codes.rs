//! Codes made ahead: exactly as many as were asked for, whatever happens to the worker.

use std::collections::HashSet;
use std::time::Duration;

use guerdon::base::ids::{BatchId, SeriesId};
use guerdon::base::permission::Role;
use guerdon::coupons::batches::{self, BatchTask, Draft};

use crate::support::{Answer, TestApp, User};

/// A series by the shortest way: these tests are about codes. `more` are columns and their values in
/// SQL. Its number.
pub async fn series(app: &TestApp, handling: &str, more: &[(&str, &str)]) -> i64 {
    let names: String = more.iter().map(|(name, _)| format!(", {name}")).collect();
    let values: String = more.iter().map(|(_, value)| format!(", {value}")).collect();
    let generic = if handling == "GENERIC" { "'COMMON', 'COMMON'" } else { "null, null" };
    app.sql(&format!(
        "with made as (
            insert into coupon_series (org_id, series_code, description, name_key, discount_code,
                discount_type, discount_value, valid_till, expiry_strategy, expiry_value, handling,
                redemption_range, message, short_message, info, tag, terms, created_on,
                created_by_name, updated_on, updated_by_name, generic_code, generic_key{names})
            select {org}, 'S' || count(*), 'Spring sale', 'spring sale', 'SPRING', 'PERC', 10,
                '2027-12-31', 'SERIES_EXPIRY', 1, '{handling}',
                '{{\"dom\":[\"-1\"],\"dow\":[\"-1\"],\"hours\":[\"-1\"]}}', '', '', '', '', '', now(),
                't', now(), 't', {generic}{values}
            from coupon_series
            returning org_id, id)
        insert into coupon_series_counters (org_id, series_id, slot) select org_id, id, 0 from made",
        org = app.org
    ))
    .await;
    app.number("select max(id) from coupon_series").await
}

const CODES: &str = "select count(*) from coupons";
const STOCK: &str = "select sum(unissued)::bigint from coupon_series_counters";
const MADE: &str = "select coalesce(max(made), 0) from coupon_batches";

/// Begins a batch on the page; its address.
async fn begin(user: &User, series: i64, wanted: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![("wanted", wanted), ("alphabet", "clear"), ("length", "14")];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(more);
    user.submit(&format!("/coupons/{series}/batches"), &fields).await.redirects()
}

fn codes(page: &Answer) -> Vec<String> {
    page.texts("#codes td code")
}

#[tokio::test]
async fn a_batch_makes_what_was_asked_and_its_page_shows_and_finds_it() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE", &[("code_prefix", "'SP-'")]).await;
    let list = format!("/coupons/{id}/batches");
    let form = mina.get(&list).await.is(200);
    assert_eq!(form.attributes("input[name=prefix]", "value"), ["SP-"]);
    form.shows("#length-hint", "SP-•••••••• makes 2,821,109,907,456 codes");

    let path = begin(&mina, id, "1,200", &[("prefix", "SP-"), ("name", "Flyer May")]).await;
    assert_eq!(app.last_entry().await, "Mina started Flyer May");
    mina.get(&path).await.is(200).shows(".tag", "Waiting").shows("progress", "0 of 1200");
    app.run_tasks().await;
    let page = mina.get(&path).await;
    page.shows(".tag", "Done").shows("dd", "1,200 of 1,200").lacks("progress");
    assert_eq!((app.number(CODES).await, app.number(STOCK).await), (1_200, 1_200));
    assert_eq!(app.last_entry().await, "Mina finished Flyer May");
    mina.get(&list).await.shows("#results td", "Flyer May").shows("#results td.num", "1,200");

    // Page by page, each code once.
    let (mut seen, mut at) = (HashSet::new(), path.clone());
    loop {
        let page = mina.get_region(&at, "codes").await.is(200);
        let found: Vec<String> = page.texts("td code");
        assert!(found.iter().all(|code| code.starts_with("SP-") && code.len() == 17));
        seen.extend(found);
        let next = page.attributes("a[rel=next]", "href");
        let Some(next) = next.first() else { break };
        at.clone_from(next);
    }
    assert_eq!(seen.len(), 1_200);

    let one = seen.iter().next().unwrap().clone();
    let found = mina.get(&format!("{path}?q={}", one.to_lowercase())).await;
    assert_eq!(codes(&found), [one.as_str()]);
    mina.get(&format!("{path}?q=NOPE")).await.shows(".empty", "No code begins so");
    mina.get(&format!("{path}?q=%00%C3%A4")).await.is(200);

    let export = mina.get(&path).await.attributes(".head .act a", "href");
    mina.get(&export[0]).await.is(200);
    let query = format!("batch={}", path.rsplit('/').next().unwrap());
    let file = mina.submit("/exports", &[("kind", "batch-codes"), ("query", &query)]).await.is(200);
    assert_eq!(file.text().lines().count(), 1_201);
    assert!(file.text().contains(&one));
}

#[tokio::test]
async fn codes_that_exist_are_drawn_again_until_the_count_is_exact() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE", &[]).await;
    // Half of all five-digit codes are taken, as no counter tells: ninety draws must collide.
    app.sql(&format!(
        "insert into coupons (org_id, series_id, code, code_key, created_on, source)
         select {}, {id}, n, n, now(), 'UPLOAD' from (select lpad(n::text, 5, '0') as n
            from generate_series(0, 99998, 2) n) codes",
        app.org
    ))
    .await;
    // The common code of another offer is nobody else's either.
    series(&app, "GENERIC", &[]).await;
    app.sql("update coupon_series set generic_code = '00001', generic_key = '00001' where handling = 'GENERIC'")
        .await;
    let fields = [("alphabet", "digits"), ("length", "5"), ("short_codes", "true")];
    begin(&mina, id, "90", &fields).await;
    app.run_tasks().await;
    assert_eq!((app.number(MADE).await, app.number(STOCK).await), (90, 90));
    let made = "select count(distinct code_key) from coupons where source = 'BATCH' and code_key <> '00001'";
    assert_eq!(app.number(made).await, 90);
}

#[tokio::test]
async fn a_batch_whose_worker_is_killed_goes_on_and_stays_exact() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE", &[]).await;
    let path = begin(&mina, id, "45,000", &[]).await;
    // The worker dies again and again, at any moment.
    let mut rounds: i32 = 0;
    while app.number("select count(*) from coupon_batches where state = 'DONE'").await == 0 {
        rounds += 1;
        assert!(rounds < 40);
        // Ever longer, so that even a busy machine gets through a chunk before the axe falls.
        let pause = Duration::from_millis(60).mul_f64(1.3f64.powi(rounds));
        tokio::time::timeout(pause, app.run_tasks()).await.ok();
        let seconds = rounds * 25;
        app.set_clock(&format!("2026-11-26T09:{:02}:{:02}Z", seconds / 60, seconds % 60));
        batches::sweep(&app.app).await.unwrap();
        // What a dead worker held in the queue is let go by the queue's own recovery.
        app.number("with gone as (update graphile_worker._private_jobs set locked_at = null, locked_by = null
            returning 1) select count(*) from gone").await;
    }
    assert!(rounds > 1, "the worker was never killed");
    mina.get(&path).await.shows(".tag", "Done").shows("dd", "45,000 of 45,000");
    assert_eq!((app.number(CODES).await, app.number(STOCK).await), (45_000, 45_000));
}

#[tokio::test]
async fn two_workers_on_one_batch_make_it_once() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE", &[]).await;
    let path = begin(&mina, id, "45,000", &[]).await;
    let batch: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let again = BatchTask { org: app.org.get(), batch, attempt: 0 };
    app.act(move |act| {
        Box::pin(async move {
            act.bookkeeping();
            act.enqueue(&again, Default::default()).await
        })
    })
    .await
    .unwrap();
    app.run_tasks().await;
    assert_eq!((app.number(CODES).await, app.number(STOCK).await), (45_000, 45_000));
    let finished = "select count(*) from activity where verb = 'finished'";
    assert_eq!((app.number(MADE).await, app.number(finished).await), (45_000, 1));
}

#[tokio::test]
async fn a_stopped_batch_keeps_what_it_made_and_can_go_on() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE", &[]).await;
    let path = begin(&mina, id, "50", &[]).await;
    mina.submit(&format!("{path}/cancellation"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Stopped").shows("button", "Resume");
    assert_eq!(app.number(CODES).await, 0);
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Done").lacks(".head button");
    assert_eq!(app.number(CODES).await, 50);
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects_to(&path);
    mina.get(&path).await.shows(".toast", "There is nothing to take up");
    let told: Vec<String> = app.entries().await;
    let batch = told.iter().filter(|line| line.starts_with("Mina ") && line.contains("Batch"));
    let verbs: Vec<&str> = batch.filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(verbs, ["started", "stopped", "left", "resumed", "finished"]);
}

#[tokio::test]
async fn a_batch_that_cannot_be_is_refused_with_its_numbers_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE", &[("max_issued", "2000000")]).await;
    let list = format!("/coupons/{id}/batches");
    let send = async |wanted: &str, length: &str, short: &str| {
        let fields = [
            ("wanted", wanted),
            ("alphabet", "alphanumeric"),
            ("length", length),
            ("short_codes", short),
            ("name", "Kept"),
        ];
        mina.submit(&list, &fields).await
    };
    let weak = send("1000000", "8", "").await.is(422);
    weak.shows("#length-why li", "Use at least 12 random characters");
    assert_eq!(weak.attributes("input[name=name]", "value"), ["Kept"]);
    let full = send("1000000", "5", "true").await.is(422);
    full.shows("#length-why li", "60,466,176 codes").shows("#length-why li", "room for 60,466");
    let beyond = send("2000001", "14", "").await.is(422);
    beyond.shows("#wanted-why li", "At most 2,000,000 coupons of this offer may be issued");
    send("many", "14", "").await.is(422).shows("#wanted-why li", "Give a number");

    // What is promised counts before it is made.
    begin(&mina, id, "1500000", &[]).await;
    send("500001", "14", "").await.is(422).shows("#wanted-why li", "Make at most 500,000");
    assert_eq!(app.number("select count(*) from coupon_batches").await, 1);

    // An offer that is over makes none. (By the deed: the session is over then as well.)
    app.set_clock("2027-12-31T23:00:00Z");
    let late = Draft {
        wanted: "10".into(),
        alphabet: "clear".into(),
        length: "14".into(),
        ..Draft::default()
    };
    let late = app
        .act(move |act| {
            Box::pin(async move { batches::start(act, SeriesId::new(id), &late).await })
        })
        .await;
    assert!(format!("{late:?}").contains("Campaign has expired"), "{late:?}");
}

#[tokio::test]
async fn a_common_code_has_no_batches() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "GENERIC", &[]).await;
    let list = format!("/coupons/{id}/batches");
    mina.get(&list).await.is(200).shows(".note", "one common code").lacks("input[name=wanted]");
    let fields = [("wanted", "10"), ("alphabet", "clear"), ("length", "14")];
    mina.submit(&list, &fields).await.is(422);
    assert_eq!(app.number("select count(*) from coupon_batches").await, 0);
}

#[tokio::test]
async fn other_brands_and_other_roles_make_no_codes() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE", &[]).await;
    let path = begin(&mina, id, "10", &[]).await;
    let other = app.brand("Contoso", "UTC").await;
    let otto = app.staff_of(other, "Otto", Role::Admin).await;
    let list = format!("/coupons/{id}/batches");
    for address in
        [&list, &path, &"/coupons/batches/99".to_owned(), &"/coupons/batches/x".to_owned()]
    {
        otto.get(address).await.is(404);
    }
    otto.submit(&list, &[("wanted", "10")]).await.is(404);
    for deed in ["cancellation", "resumption"] {
        otto.submit(&format!("{path}/{deed}"), &[]).await.is(404);
    }
    // Support reads.
    let sue = app.staff("Sue", Role::Support).await;
    sue.get(&list).await.is(200).lacks("input[name=wanted]");
    sue.get(&path).await.is(200).lacks("form[action$=cancellation]");
    sue.submit(&list, &[("wanted", "10"), ("alphabet", "clear"), ("length", "14")]).await.is(403);
    sue.submit(&format!("{path}/cancellation"), &[]).await.is(403);
    let query = format!("batch={}", path.rsplit('/').next().unwrap());
    sue.submit("/exports", &[("kind", "batch-codes"), ("query", &query)]).await.is(403);
    assert_eq!(app.number("select count(*) from coupon_batches where cancel_asked").await, 0);
}

#[tokio::test]
async fn two_who_begin_at_once_cannot_both_take_the_last_room() {
    let app = TestApp::new().await;
    let id = SeriesId::new(series(&app, "DISC_CODE", &[("max_issued", "1000")]).await);
    let draft = Draft {
        wanted: "600".into(),
        alphabet: "clear".into(),
        length: "14".into(),
        ..Draft::default()
    };
    let start = |draft: Draft| {
        app.act(move |act| Box::pin(async move { batches::start(act, id, &draft).await }))
    };
    let tries: [Result<BatchId, _>; 3] =
        tokio::join!(start(draft.clone()), start(draft.clone()), start(draft)).into();
    assert_eq!(tries.iter().filter(|done| done.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_pool_that_runs_low_is_told_of_on_the_page() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE_PIN", &[("notify_at", "200")]).await;
    let list = format!("/coupons/{id}/batches");
    mina.get(&list).await.shows(".note.bad", "No codes left");
    let stock = async |n: i64| {
        app.sql(&format!(
            "update coupon_series_counters set issued = 1000, unissued = {n} where series_id = {id}"
        ))
        .await;
        mina.get(&list).await
    };
    stock(201).await.lacks(".note.bad, .note.warn");
    stock(200).await.shows(".note.warn", "200 of 1,200 coupons are left to issue");
    stock(20).await.shows(".note.bad", "Nearly out of codes");
}
