//! Files brought in: what the check says, what the run writes, and what no accident may do to it.

use std::io::Write;

use guerdon::base::act::Actor;
use guerdon::base::error::Error;
use guerdon::base::permission::Role;
use guerdon::imports::{Manner, Summary, run_file};

use crate::support::{Answer, TestApp, User};

/// Brings a file in as the command line does; the result file's text beside the summary.
pub async fn bring(app: &TestApp, kind: &str, file: &[u8], manner: Manner) -> (Summary, String) {
    let summary = try_bring(app, kind, file, manner).await.unwrap();
    let result = std::fs::read_to_string(&summary.result_file).unwrap();
    std::fs::remove_file(&summary.result_file).unwrap();
    (summary, result)
}

async fn try_bring(
    app: &TestApp,
    kind: &str,
    file: &[u8],
    manner: Manner,
) -> Result<Summary, Error> {
    let mut source = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    source.write_all(file).unwrap();
    let mut here = app.app.clone();
    let mut config = (*here.config).clone();
    config.data_dir = std::env::temp_dir().join("guerdon-import-tests");
    here.config = std::sync::Arc::new(config);
    run_file(&here, &Actor::operator(app.org), kind, source.path(), manner, &|_| {}).await
}

pub async fn import(app: &TestApp, kind: &str, file: &str) -> (i64, i64, i64, i64) {
    counts(&bring(app, kind, file.as_bytes(), Manner::default()).await.0)
}

pub fn counts(summary: &Summary) -> (i64, i64, i64, i64) {
    (summary.created, summary.updated, summary.unchanged, summary.errors)
}

/// A badge by the shortest way: these tests are about files.
pub async fn badge(app: &TestApp, name: &str, expiry: &str) {
    use sqlx::Connection;
    let mut owner = sqlx::PgConnection::connect_with(&app.options).await.unwrap();
    sqlx::query(
        "insert into badges (org_id, id, numeric_id, name, name_key, start_on, expires_on, earn_type, earned_expiry,
            created_on, created_by_name, updated_on, updated_by_name)
         select $1, substring(decode(md5($2), 'hex') for 12), coalesce(max(numeric_id), 0) + 1, $2, lower($2), '2010-01-01',
            '2030-01-01', 'EARN', $3::jsonb, now(), 't', now(), 't'
         from badges where org_id = $1",
    )
    .bind(app.org.get())
    .bind(name)
    .bind(expiry)
    .execute(&mut owner)
    .await
    .unwrap();
}

const NEVER: &str = r#"{"expiryType":"NEVER"}"#;

#[tokio::test]
async fn customers_are_created_updated_and_left_alone() {
    let app = TestApp::new().await;
    let file =
        "externalId,email,firstName,lastName,Shoe size\nC-1,a@x.org,Ann,Lee,42\nC-2,b@x.org,Bo,,\n";
    assert_eq!(import(&app, "customers", file).await, (2, 0, 0, 0));
    assert_eq!(import(&app, "customers", file).await, (0, 0, 2, 0));
    // Blank leaves a value, the marker clears it, any identifier finds the customer.
    let file = "email,externalId,firstName,Shoe size\nA@X.org,,,43\nb@x.org,,<clear>,\n";
    assert_eq!(import(&app, "customers", file).await, (0, 2, 0, 0));
    let shoe =
        "select count(*) from customers where fields ->> 'Shoe size' = '43' and first_name = 'Ann'";
    assert_eq!(app.number(shoe).await, 1);
    assert_eq!(app.number("select count(*) from customers where first_name = ''").await, 1);
}

#[tokio::test]
async fn alike_awards_are_each_an_award_and_a_file_again_makes_none() {
    let app = TestApp::new().await;
    badge(&app, "Great Answer", NEVER).await;
    import(&app, "customers", "externalId\n7\n8\n").await;
    let row = "7,Great Answer,2015-02-03T16:41:10.170\n";
    let file =
        format!("externalId,badgeName,earnEventDate\n{}8,Great Answer,1422978070\n", row.repeat(4));
    assert_eq!(import(&app, "earned-badges", &file).await, (5, 0, 0, 0));
    assert_eq!(import(&app, "earned-badges", &file).await, (0, 0, 5, 0));
    assert_eq!(app.number("select sum(earned)::bigint from badge_counters").await, 5);
    // The local time is Berlin's; never is a hundred years from the award.
    let berlin =
        "select count(*) from badge_earns where earn_event_date = '2015-02-03 15:41:10.17Z'
        and expires_on = '2115-02-03 15:41:10.17Z'";
    assert_eq!(app.number(berlin).await, 4);
}

/// Uploads a file through the page; its address.
async fn upload(user: &User, kind: &str, name: &str, file: &[u8]) -> String {
    let answer = user.upload("/imports", &[("kind", kind)], ("file", name, "text/csv", file)).await;
    answer.redirects()
}

/// Uploads, takes the mapping as guessed, checks.
async fn checked(app: &TestApp, user: &User, kind: &str, file: &[u8]) -> String {
    let path = upload(user, kind, "file.csv", file).await;
    let page = user.get(&path).await.is(200);
    let names = page.attributes("select[name^='column.']", "name");
    let chosen = page.attributes("select[name^='column.'] option[selected]", "value");
    assert_eq!(names.len(), chosen.len());
    let fields: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(chosen.iter().map(String::as_str)).collect();
    user.submit(&format!("{path}/check"), &fields).await.redirects_to(&path);
    app.run_tasks().await;
    path
}

fn kpis(page: &Answer) -> Vec<String> {
    page.texts(".kpi dd")
}

#[tokio::test]
async fn a_file_goes_from_upload_to_result_and_back_on_the_pages() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let file = b"externalId;firstName;registeredOn\r\n1;Ann;2024-07-01\r\n2;Bo;31.12.2024\r\n3;Cy;1719784800\r\n3;Other;\r\n;Nobody;\r\n";
    let path = upload(&mina, "customers", "people.csv", file).await;
    let page = mina.get(&path).await.is(200);
    page.shows("h1", "people.csv").shows(".head p", "UTF-8, semicolon");
    // The preview reads moments as they will be read: midnight of Berlin.
    page.shows("td", "2024-07-01 00:00:00 CEST").shows("td", "2024-07-01 00:00:00 CEST");

    let path = checked(&app, &mina, "customers", file).await;
    let page = mina.get(&path).await.is(200);
    assert_eq!(kpis(&page), ["2", "0", "0", "3"]);
    page.shows("td", "Day and month could be either way round").shows("td", "31.12.2024");
    page.shows("td", "The same customer stands on line 4 with other values");
    page.shows("td", "Say who");
    assert_eq!(app.number("select count(*) from customers").await, 0);

    // Stopping on errors is the default; nothing is lost by saying so.
    let answer = mina.submit(&format!("{path}/run"), &[("errors", "stop")]).await.is(422);
    answer.shows(".summary li", "choose to import the good rows");
    mina.submit(&format!("{path}/run"), &[("errors", "good")]).await.redirects_to(&path);
    mina.get(&path).await.shows(".tag", "Running");
    app.run_tasks().await;
    let page = mina.get(&path).await;
    page.shows(".tag", "Done");
    assert_eq!(kpis(&page), ["2", "0", "0", "3"]);
    assert_eq!(app.number("select count(*) from customers").await, 2);
    assert!(app.entries().await.iter().any(|line| line == "Mina imported file.csv"));

    let result = mina.get(&format!("{path}/result.csv")).await.is(200);
    let lines: Vec<String> = result.text().lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "\u{FEFF}externalId,firstName,registeredOn,status,message");
    assert_eq!(lines[1], "1,Ann,2024-07-01,created,");
    assert!(
        lines[2].starts_with("2,Bo,31.12.2024,error,\"registeredOn: Day and month"),
        "{}",
        lines[2]
    );
    let errors = mina.get(&format!("{path}/errors.csv")).await.is(200);
    assert!(errors.header("content-disposition").contains("file_error_20261126090000.csv"));
    assert_eq!(errors.text().lines().count(), 4);
    assert!(errors.text().contains("status_code,error_message"));

    // The failed rows, corrected, come in again: the two added columns are ignored.
    let corrected = errors.text().replace("31.12.2024", "2024-12-31").replace("3,Other", "4,Di");
    let again = checked(&app, &mina, "customers", corrected.as_bytes()).await;
    assert_eq!(kpis(&mina.get(&again).await), ["2", "0", "0", "1"]);

    let page = mina.get(&format!("{path}/undo")).await.is(200);
    page.shows("li", "2 rows it created are removed");
    mina.submit(&format!("{path}/undo"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Undone");
    assert_eq!(app.number("select count(*) from customers").await, 0);
}

#[tokio::test]
async fn the_very_same_file_is_recognised() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let file = b"externalId\n1\n";
    let first = checked(&app, &mina, "customers", file).await;
    let second = upload(&mina, "customers", "renamed.csv", file).await;
    let page = mina.get(&second).await;
    page.shows(".note", "This very file was brought in before");
    assert_eq!(page.attributes(".note a", "href"), [first.as_str()]);
    mina.get(&first).await.lacks(".note");
}

#[tokio::test]
async fn a_run_that_is_killed_goes_on_where_it_was() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    // Three chunks; rows 5 and 25,000 are one customer, so repeats must be counted across the break.
    let mut file = "externalId,firstName\n".to_owned();
    (0..25_000).for_each(|n| file.push_str(&format!("{n},N{n}\n")));
    file.push_str("5,N5\n");
    let path = checked(&app, &mina, "customers", file.as_bytes()).await;
    mina.submit(&format!("{path}/run"), &[]).await.redirects_to(&path);

    // The worker dies after each chunk it has begun, at any moment in between.
    let mut rounds: i32 = 0;
    while app.number("select count(*) from imports where state = 'running'").await == 1 {
        rounds += 1;
        assert!(rounds < 40);
        // Ever longer, so that even a busy machine gets through a chunk before the axe falls.
        let pause = std::time::Duration::from_millis(60).mul_f64(1.3f64.powi(rounds));
        tokio::time::timeout(pause, app.run_tasks()).await.ok();
        let seconds = rounds * 25;
        app.set_clock(&format!("2026-11-26T09:{:02}:{:02}Z", seconds / 60, seconds % 60));
        guerdon::imports::sweep(&app.app).await.unwrap();
        // What a dead worker held in the queue is let go by the queue's own recovery.
        app.number("with gone as (update graphile_worker._private_jobs set locked_at = null, locked_by = null
            returning 1) select count(*) from gone").await;
    }
    assert!(rounds > 1, "the worker was never killed");
    let page = mina.get(&path).await;
    page.shows(".tag", "Done");
    assert_eq!(kpis(&page), ["25,000", "0", "1", "0"]);
    assert_eq!(app.number("select count(*) from customers").await, 25_000);
    assert_eq!(
        app.number("select sum(rows)::bigint from import_chunks where phase = 'run'").await,
        25_001
    );
}

#[tokio::test]
async fn a_double_start_runs_once_and_a_stopped_run_goes_on() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let mut file = "externalId\n".to_owned();
    (0..20_001).for_each(|n| file.push_str(&format!("{n}\n")));
    let path = checked(&app, &mina, "customers", file.as_bytes()).await;
    mina.submit(&format!("{path}/run"), &[]).await.redirects_to(&path);
    mina.submit(&format!("{path}/run"), &[]).await.redirects_to(&path);
    assert_eq!(app.number("select count(*) from graphile_worker._private_jobs where not is_available or is_available").await, 1);

    mina.submit(&format!("{path}/cancellation"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    let page = mina.get(&path).await;
    page.shows(".tag", "Stopped");
    assert!(app.number("select count(*) from customers").await < 20_001);
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    mina.get(&path).await.shows(".tag", "Done");
    assert_eq!(app.number("select count(*) from customers").await, 20_001);
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects_to(&path);
    mina.get(&path).await.shows(".toast", "There is nothing to take up");
}

#[tokio::test]
async fn undo_puts_changes_back_and_names_what_stands_against_it() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    badge(&app, "Great Answer", NEVER).await;
    import(&app, "customers", "externalId,firstName\n1,Ann\n").await;
    let path = checked(&app, &mina, "customers", b"externalId,firstName\n1,Bea\n2,Cy\n").await;
    mina.submit(&format!("{path}/run"), &[]).await;
    app.run_tasks().await;
    import(
        &app,
        "earned-badges",
        "externalId,badgeName,earnEventDate\n2,Great Answer,2020-01-01\n",
    )
    .await;
    let answer = mina.submit(&format!("{path}/undo"), &[]).await.is(422);
    answer.shows(".summary li", "Cy: holds badges");
    assert_eq!(app.number("select count(*) from customers where first_name = 'Bea'").await, 1);

    let awards = "/imports/3";
    mina.submit(&format!("{awards}/undo"), &[]).await.redirects_to(awards);
    app.run_tasks().await;
    assert_eq!(app.number("select coalesce(sum(earned), 0)::bigint from badge_counters").await, 0);
    mina.submit(&format!("{path}/undo"), &[]).await.redirects_to(&path);
    app.run_tasks().await;
    assert_eq!(app.number("select count(*) from customers where first_name = 'Ann'").await, 1);
    assert_eq!(app.number("select count(*) from customers").await, 1);
}

#[tokio::test]
async fn other_brands_and_other_roles_see_no_import() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = checked(&app, &mina, "customers", b"externalId\n1\n").await;
    let other = app.brand("Contoso", "UTC").await;
    let otto = app.staff_of(other, "Otto", Role::Admin).await;
    let supporter = app.staff("Sue", Role::Support).await;
    for (user, status) in [(&otto, 404), (&supporter, 403)] {
        for part in ["", "/undo", "/result.csv", "/errors.csv", "/lines?of=x"] {
            user.get(&format!("{path}{part}")).await.is(status);
        }
        for deed in ["run", "cancellation", "resumption", "undo", "check"] {
            user.submit(&format!("{path}/{deed}"), &[]).await.is(status);
        }
    }
    supporter.get("/imports").await.is(403);
    let upload = ("file", "x.csv", "text/csv", &b"externalId\n1\n"[..]);
    supporter.upload("/imports", &[("kind", "customers")], upload).await.is(403);
    assert_eq!(app.number("select count(*) from customers").await, 0);
}

#[tokio::test]
async fn a_file_that_cannot_be_is_refused_in_place() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let send = async |kind: &str, file: &[u8]| {
        mina.upload("/imports", &[("kind", kind)], ("file", "x.csv", "text/csv", file)).await
    };
    send("customers", b"").await.is(422).shows("#file-why li", "The file is empty");
    send("customers", b"\n\n").await.is(422).shows("#file-why li", "The file is empty");
    send("", b"externalId\n1\n").await.is(422).shows("#kind-why li", "Choose what the rows are");
    let wrong = send("earned-badges", b"colour,size\nred,5\n").await.is(422);
    wrong.shows("#file-why li", "None of the headers").shows("input[name=kind][checked]", "");
    assert_eq!(app.number("select count(*) from imports").await, 0);
    assert_eq!(app.number("select count(*) from file_parts").await, 0);

    // Two columns for one field, and a needed one missing, are said before any row is read.
    let path =
        upload(&mina, "earned-badges", "x.csv", b"badgeName,badgename,customerId\nA,B,1\n").await;
    let fields =
        [("column.0", "=badgeName"), ("column.1", "=badgeName"), ("column.2", "=customerId")];
    let answer = mina.submit(&format!("{path}/check"), &fields).await.is(422);
    answer
        .shows(".summary li", "stands there twice")
        .shows(".summary li", "No column feeds “earnEventDate”");
    let fields = [
        ("column.0", "=badgeName"),
        ("column.1", ""),
        ("column.2", "=customerId"),
        ("constant.earnEventDate", "2020-01-01"),
        ("save_as", "From the old shop"),
    ];
    mina.submit(&format!("{path}/check"), &fields).await.redirects_to(&path);
    let next = upload(&mina, "earned-badges", "y.csv", b"customerId,badgeName\n1,A\n").await;
    let page = mina.get(&format!("{next}?map=From%20the%20old%20shop")).await;
    assert_eq!(page.attributes("[name='constant.earnEventDate']", "value"), ["2020-01-01"]);
}
