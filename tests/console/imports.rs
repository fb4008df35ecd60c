//! Files brought in: what the check says, what the run writes, and what no accident may do to it.

use std::io::Write;

use guerdon::base::act::Actor;
use guerdon::base::error::Error;
use guerdon::imports::{Manner, Summary, run_file};

use crate::support::TestApp;

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
async fn badge(app: &TestApp, name: &str, expiry: &str) {
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
