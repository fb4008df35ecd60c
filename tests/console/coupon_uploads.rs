//! Coupons and redemptions by file: the acceptance cases of spec/coupons.md 8, and what no file may do.

use guerdon::base::permission::Role;
use guerdon::imports::Manner;

use crate::coupon_codes::series;
use crate::imports::{bring, counts, import};
use crate::support::{TestApp, User};

/// Brings a file in for a series: created, unchanged, refused, and the result file. What the check
/// says is what the run does.
async fn load(app: &TestApp, kind: &str, series: i64, file: &str) -> ((i64, i64, i64), String) {
    let manner = Manner { about: Some(series), ..Manner::default() };
    let (checked, _) = bring(app, kind, file.as_bytes(), Manner { dry_run: true, ..manner }).await;
    let (done, result) = bring(app, kind, file.as_bytes(), manner).await;
    assert_eq!(counts(&checked), counts(&done), "the check of {file:.60}");
    let (created, _, unchanged, errors) = counts(&done);
    ((created, unchanged, errors), result)
}

async fn coupons(app: &TestApp, series: i64, file: &str) -> (i64, i64, i64) {
    load(app, "coupons", series, file).await.0
}

async fn customers(app: &TestApp) {
    let file = "externalId,mobile,email\nA,+44 7700 900417,a@x.org\nB,+44 7700 900418,b@x.org\n";
    import(app, "customers", file).await;
}

const ISSUED: &str = "select sum(issued)::bigint from coupon_series_counters";
const STOCK: &str = "select sum(unissued)::bigint from coupon_series_counters";
const FOUR: &str = "externalId\nA\nA\nA\nA\n";

#[tokio::test]
async fn a_limit_of_three_for_each_customer_holds_within_and_across_files() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE", &[("max_per_customer", "3")]).await;
    assert_eq!(coupons(&app, id, FOUR).await, (3, 0, 1));
    assert_eq!(coupons(&app, id, FOUR).await, (0, 0, 4));
    assert_eq!(app.number(ISSUED).await, 3);
    let codes = "select count(distinct code_key) from coupons where length(code) = 8
        and customer_id is not null and issued_on is not null and source = 'UPLOAD'";
    assert_eq!(app.number(codes).await, 3);
    let told = app.entries().await;
    assert_eq!(told.iter().filter(|line| line.starts_with("Operator issued ")).count(), 3);
}

#[tokio::test]
async fn a_gap_of_a_day_lets_one_through() {
    let app = TestApp::new().await;
    customers(&app).await;
    let more = [("max_per_customer", "3"), ("min_days_between_issues", "1")];
    let id = series(&app, "DISC_CODE", &more).await;
    let (done, result) = load(&app, "coupons", id, FOUR).await;
    assert_eq!(done, (1, 0, 3));
    assert!(result.contains("minimum gap between issuals"), "{result}");
}

#[tokio::test]
async fn a_limit_of_two_for_the_series_holds() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE", &[("max_issued", "2")]).await;
    let (done, result) = load(&app, "coupons", id, FOUR).await;
    assert_eq!(done, (2, 0, 2));
    assert!(result.contains("max create for series exceeded"), "{result}");
}

#[tokio::test]
async fn a_common_code_is_each_customers_once() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "GENERIC", &[]).await;
    let (done, result) = load(&app, "coupons", id, FOUR).await;
    assert_eq!(done, (1, 0, 3));
    assert!(result.contains("Cannot issue more than one GENERIC coupon code."), "{result}");
    assert_eq!(coupons(&app, id, FOUR).await, (0, 0, 4));
    assert_eq!(coupons(&app, id, "mobile\n447700900418\n").await, (1, 0, 0));
    // Where the offer says so, who has one is left with it.
    app.sql("update coupon_series set resend_existing = true").await;
    assert_eq!(coupons(&app, id, FOUR).await, (0, 4, 0));
}

#[tokio::test]
async fn ready_codes_become_stock_or_go_to_their_customers() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE_PIN", &[]).await;
    let long = "L".repeat(41);
    let file = format!("code\nabAB123\nABab123\nwith blank\n=1+1\n{long}\n\"\"\nX-1\n");
    let (done, result) = load(&app, "coupons", id, &file).await;
    // The blank line is no row.
    assert_eq!(done, (2, 0, 4), "{result}");
    assert!(result.contains("ABab123,error,code: Duplicate code: it stands on line 2"), "{result}");
    assert!(result.contains("Bad characters in the code") && result.contains("Code too long"));
    // A cell that a spreadsheet would run comes back disarmed.
    assert!(result.contains("'=1+1,error"), "{result}");
    assert_eq!((app.number(STOCK).await, app.number(ISSUED).await), (2, 0));
    assert_eq!(app.number("select count(*) from coupons where code = 'abAB123'").await, 1);

    let file =
        "coupon code,userId,email\nabab123,,\nT-1,,A@X.org\nT-2,999,\nT-3,one,\nT-4,,z@x.org\n";
    let (done, result) = load(&app, "coupons", id, file).await;
    assert_eq!(done, (1, 0, 4), "{result}");
    assert!(result.contains("a living coupon has it"), "{result}");
    assert!(result.contains("customerId: Invalid user id: there is no such customer"), "{result}");
    assert!(result.contains("email: Invalid email: there is no such customer"), "{result}");
    assert_eq!((app.number(STOCK).await, app.number(ISSUED).await), (2, 1));

    // A revoked code is free again, for another customer.
    app.sql("update coupons set revoked_on = now() where code = 'T-1'").await;
    assert_eq!(coupons(&app, id, "code,externalId\nt-1,B\n").await, (1, 0, 0));
    let batches =
        "select sum(made)::bigint from coupon_batches where kind = 'UPLOADED' and state = 'DONE'";
    assert_eq!(app.number(batches).await, 4);
}

#[tokio::test]
async fn what_does_not_belong_to_the_kind_of_series_is_refused() {
    let app = TestApp::new().await;
    customers(&app).await;
    let generated = series(&app, "DISC_CODE", &[]).await;
    let (done, result) = load(&app, "coupons", generated, "code,externalId\nX-1,A\n").await;
    assert_eq!(done, (0, 0, 1));
    assert!(result.contains("The codes of this offer are generated"), "{result}");
    let ready = series(&app, "DISC_CODE_PIN", &[]).await;
    let (done, result) = load(&app, "coupons", ready, FOUR).await;
    assert_eq!(done, (0, 0, 4));
    assert!(result.contains("code: Give the code"), "{result}");
    // The common code of one offer is no code of another.
    series(&app, "GENERIC", &[]).await;
    assert_eq!(coupons(&app, ready, "code\ncommon\n").await, (0, 0, 1));
    app.sql("update customers set fraud_status = 'CONFIRMED'").await;
    let (done, result) = load(&app, "coupons", generated, "externalId\nA\n").await;
    assert_eq!(done, (0, 0, 1));
    assert!(result.contains("Fraud customer"), "{result}");
}

#[tokio::test]
async fn a_check_counts_what_earlier_chunks_would_have_brought() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE", &[("max_issued", "3"), ("max_per_customer", "2")]).await;
    // The limits of customer and series are reached in the first chunk; the second must know.
    let mut file = "externalId\nA\nA\nB\n".to_owned();
    (0..10_000).for_each(|_| file.push_str("A\n"));
    file.push_str("B\n");
    assert_eq!(coupons(&app, id, &file).await, (3, 0, 10_001));
}

#[tokio::test]
async fn generated_codes_come_from_the_stock_first() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE", &[]).await;
    app.sql(&format!(
        "insert into coupons (org_id, series_id, code, code_key, created_on, source, batch_id)
         values ({org}, {id}, 'READY2', 'READY2', '2026-01-02', 'BATCH', 9001),
                ({org}, {id}, 'READY1', 'READY1', '2026-01-01', 'BATCH', 9001);
         update coupon_series_counters set unissued = 2 where series_id = {id}",
        org = app.org
    ))
    .await;
    assert_eq!(coupons(&app, id, "externalId\nA\n").await, (1, 0, 0));
    let first = "select count(*) from coupons where code = 'READY1' and customer_id is not null";
    assert_eq!(app.number(first).await, 1);
    assert_eq!(coupons(&app, id, "externalId\nA\nB\n").await, (2, 0, 0));
    assert_eq!(app.number("select count(*) from coupons where customer_id is not null").await, 3);
    assert_eq!((app.number(STOCK).await, app.number(ISSUED).await), (0, 3));
}

/// Uploads on the page for a series, checks and runs; its address.
async fn on_page(app: &TestApp, user: &User, kind: &str, about: &str, file: &str) -> String {
    let fields = [("kind", kind), ("about", about)];
    let sent = ("file", "codes.csv", "text/csv", file.as_bytes());
    let path = user.upload("/imports", &fields, sent).await.redirects();
    let page = user.get(&path).await.is(200);
    page.shows(".head p", "Spring sale");
    let names = page.attributes("select[name^='column.']", "name");
    let chosen = page.attributes("select[name^='column.'] option[selected]", "value");
    let fields: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(chosen.iter().map(String::as_str)).collect();
    user.submit(&format!("{path}/check"), &fields).await.redirects_to(&path);
    app.run_tasks().await;
    user.submit(&format!("{path}/run"), &[("errors", "good")]).await.redirects_to(&path);
    app.run_tasks().await;
    path
}

#[tokio::test]
async fn the_page_asks_for_the_offer_and_undo_withdraws_its_codes() {
    let app = TestApp::new().await;
    customers(&app).await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(&app, "DISC_CODE_PIN", &[]).await.to_string();
    let send = async |about: &str| {
        let sent = ("file", "codes.csv", "text/csv", &b"code\nX\n"[..]);
        mina.upload("/imports", &[("kind", "coupons"), ("about", about)], sent).await.is(422)
    };
    send("").await.shows("#about-why li", "Give the number of the offer");
    send("99").await.shows(".summary li", "Coupon Series ID is invalid");
    let here = mina.get(&format!("/imports?kind=coupons&about={id}")).await;
    assert_eq!(here.attributes("input[name=about]", "value"), [id.as_str()]);

    let file = "code,externalId\nS-1,\nS-2,\nT-1,A\nT-2,B\n";
    let path = on_page(&app, &mina, "coupons", &id, file).await;
    mina.get(&path).await.shows(".tag", "Done");
    assert_eq!((app.number(STOCK).await, app.number(ISSUED).await), (2, 2));
    let batch = "select count(*) from coupon_batches where made = 4 and import_id is not null";
    assert_eq!(app.number(batch).await, 1);

    // A redeemed code, and stock that was handed out since, stand against undoing.
    app.sql("update coupons set redeemed = 1 where code = 'T-2'").await;
    app.sql("update coupons set customer_id = 1, issued_on = now() + interval '9 years', source = 'API' where code = 'S-2'")
        .await;
    let refused = mina.submit(&format!("{path}/undo"), &[]).await.is(422);
    refused.shows(".summary li", "T-2: is redeemed").shows(".summary li", "S-2: was issued since");
    app.sql("update coupons set redeemed = 0; update coupons set customer_id = null, issued_on = null, source = 'UPLOAD' where code = 'S-2'")
        .await;
    mina.submit(&format!("{path}/undo"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Undone");
    assert_eq!(app.number("select count(*) from coupons where revoked_on is null").await, 0);
    assert_eq!(app.number(STOCK).await, 0);
    let revoked = "select sum(revoked)::bigint from coupon_series_counters";
    assert_eq!(app.number(revoked).await, 2);
    assert_eq!(app.entries().await.iter().filter(|l| l.starts_with("Mina revoked T-")).count(), 2);
    // Their texts are free again.
    assert_eq!(coupons(&app, id.parse().unwrap(), file).await, (4, 0, 0));
}

#[tokio::test]
async fn redemptions_of_the_past_are_taken_once_and_within_the_limits() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE_PIN", &[]).await;
    let other = series(&app, "DISC_CODE_PIN", &[]).await;
    coupons(&app, id, "code,externalId\nT-1,A\nT-2,A\nT-3,B\nS-1,\n").await;
    coupons(&app, other, "code,externalId\nO-1,A\n").await;
    app.sql("update coupons set revoked_on = now() where code = 'T-3'").await;
    let file = "couponCode,externalId,redeemedDateInMillis,redeemedAt,billNumber,billAmount\n\
        t-1,A,1740837900000,7,B-1,49.90\n\
        t-1,A,1740837900001,7,B-2,\n\
        T-2,B,1740837900000,,,\n\
        T-3,B,1740837900000,,,\n\
        O-1,A,1740837900000,,,\n\
        S-1,A,1740837900000,,,\n\
        T-2,A,4740837900000,,,\n\
        T-2,A,1740837900000,x,,a lot\n";
    let (done, result) = load(&app, "redeemed-coupons", id, file).await;
    assert_eq!(done, (1, 0, 7), "{result}");
    for why in [
        "Coupon is already used",
        "Coupon not issued to this customer",
        "Coupon code has been revoked",
        "Coupon code is invalid",
        "A redemption cannot lie in the future",
        "redeemedAt: Give a whole number",
        "billAmount: Give an amount",
    ] {
        assert!(result.contains(why), "{why}: {result}");
    }
    let there = "select count(*) from coupon_redemptions r join coupons c on c.id = r.coupon_id
        where c.code = 'T-1' and c.redeemed = 1 and r.once and r.redeemed_on = '2025-03-01 14:05:00Z'
            and r.redeemed_till_id = 7 and r.transaction_number = 'B-1' and r.bill_amount = 49.9";
    assert_eq!(app.number(there).await, 1);
    // The file again changes nothing: the row that was taken is there.
    assert_eq!(load(&app, "redeemed-coupons", id, file).await.0, (0, 1, 7));
    assert_eq!(app.number("select sum(redeemed)::bigint from coupon_series_counters").await, 1);
}

#[tokio::test]
async fn redemptions_that_are_taken_back_leave_the_code_as_it_was() {
    let app = TestApp::new().await;
    customers(&app).await;
    let mina = app.staff("Mina", Role::Admin).await;
    let id = series(
        &app,
        "DISC_CODE_PIN",
        &[
            ("multiple_use", "true"),
            ("same_customer_again", "true"),
            ("max_per_customer_redeemed", "2"),
        ],
    )
    .await;
    coupons(&app, id, "code,externalId\nT-1,A\n").await;
    let file =
        "couponCode,externalId,redeemedOn\nT-1,A,2025-01-01\nT-1,A,2025-01-02\nT-1,A,2025-01-03\n";
    let path = on_page(&app, &mina, "redeemed-coupons", &id.to_string(), file).await;
    let twice = "select count(*) from coupons where redeemed = 2";
    assert_eq!(app.number(twice).await, 1);
    mina.submit(&format!("{path}/undo"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    assert_eq!(app.number("select count(*) from coupons where redeemed = 0").await, 1);
    assert_eq!(
        app.number("select count(*) from coupon_redemptions where reversed_on is null").await,
        0
    );
    assert_eq!(app.number("select sum(redeemed)::bigint from coupon_series_counters").await, 0);
}

#[tokio::test]
async fn a_marketer_brings_in_codes_and_sees_no_other_kind_of_file() {
    let app = TestApp::new().await;
    customers(&app).await;
    let id = series(&app, "DISC_CODE_PIN", &[]).await.to_string();
    let marta = app.staff("Marta", Role::Marketer).await;
    let path = on_page(&app, &marta, "coupons", &id, "code\nM-1\n").await;
    marta.get(&path).await.shows(".tag", "Done");
    let list = marta.get("/imports").await.is(200);
    assert_eq!(list.texts("#results td a"), ["codes.csv"]);
    assert_eq!(list.attributes("input[name=kind]", "value"), ["coupons"]);
    // The customers were brought in by somebody else, as import 1.
    for part in ["", "/result.csv", "/errors.csv", "/lines?of=x", "/undo"] {
        marta.get(&format!("/imports/1{part}")).await.is(403);
    }
    let sent = ("file", "x.csv", "text/csv", &b"externalId\n1\n"[..]);
    marta.upload("/imports", &[("kind", "customers")], sent).await.is(403);
}
