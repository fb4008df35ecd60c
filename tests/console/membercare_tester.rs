//! The tester: would this customer get this badge for this event, and why not?

use guerdon::base::permission::Role;
use guerdon::customers::Profile;

use crate::membercare::{Desk, amara};
use crate::support::{Answer, TestApp};

const BADGE: &str = "/badges/000000000000000000000001/tester";

/// Title and outcome of every check.
fn checks(page: &Answer) -> Vec<(String, String)> {
    let titles = page.texts("#answer .card:first-of-type tbody td:nth-child(2)");
    titles.into_iter().zip(page.texts("#answer .card:first-of-type tbody .tag")).collect()
}

fn outcome(page: &Answer, title: &str) -> String {
    let all = checks(page);
    let found = all.iter().find(|(about, _)| about.contains(title));
    found.unwrap_or_else(|| panic!("no check {title:?} in {all:?}")).1.clone()
}

/// Rows and a digest of every table, but for sessions, which every request may touch.
async fn everything(app: &TestApp) -> String {
    use sqlx::{AssertSqlSafe, Connection, Row};
    let mut owner = sqlx::PgConnection::connect_with(&app.options).await.unwrap();
    let tables = sqlx::query(
        "select format('%I.%I', schemaname, relname) from pg_stat_user_tables
         where relname not like '%session%' order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let mut all = String::new();
    for row in tables {
        let table: String = row.get(0);
        let digest = format!(
            "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t"
        );
        let found = sqlx::query(AssertSqlSafe(digest)).fetch_one(&mut owner).await.unwrap();
        all.push_str(&format!("{table} {}\n", found.get::<String, _>(0)));
    }
    assert!(all.lines().count() > 15, "{all}");
    all
}

/// At most one in each window of five days for a customer, at most two in all for everybody.
async fn limited(desk: &Desk) {
    desk.badge(1, "Direct", "").await;
    desk.app
        .sql(&format!(
            "insert into badge_windows (org_id, badge_id, level, seq, reference_id, duration_type,
                 refresh_rate, max, start_at, end_at)
             select {org}, id, 'CUSTOMER', 1, gen_random_uuid(), 'DAYS', 5, 1, start_on, expires_on from badges;
             insert into badge_limits (org_id, badge_id, level, kind, max)
             select {org}, id, 'BADGE', 'OVERALL', 2 from badges",
            org = desk.app.org
        ))
        .await;
}

#[tokio::test]
async fn it_says_why_not_with_the_windows_it_looked_at_and_writes_nothing() {
    let desk = Desk::new().await;
    limited(&desk).await;
    desk.earn(1, 5, "2026-11-12T09:00:00Z", None).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let ask = async |rest: &str| sam.get(&format!("{BADGE}?customer={}{rest}", desk.amara)).await;
    let before = everything(&desk.app).await;

    // The windows of five days since 1 January: 12 to 16 November is full, the 17th begins another.
    let yes = ask("&on=2026-11-17").await.is(200);
    yes.shows("#answer h2", "Yes")
        .shows("#answer", "Amara Reyes would get “Direct” for 17 Nov 2026, 00:00");
    assert!(checks(&yes).iter().all(|(_, outcome)| outcome == "Passed"), "{:?}", checks(&yes));
    let no = ask("&on=2026-11-16&at=23:59").await.is(200);
    no.shows("#answer h2", "No").shows("#answer", "Badge earn limit reached for the customer");
    assert_eq!(outcome(&no, "The customer’s limits"), "Failed");
    assert_eq!(outcome(&no, "The limits across customers"), "Not reached");
    let windows = no.texts("#answer .card:nth-of-type(2) tbody td").join(" | ");
    assert_eq!(
        windows,
        "This customer | Every 5 days | 12 Nov 2026, 00:00 | 16 Nov 2026, 23:59 | 1 | 1 | Full | \
         All customers | The badge’s whole life | The start | Now | 1 | 2 | Room"
    );
    no.shows("#answer .card .sub", "Europe/Berlin");

    let out = ask("&on=2025-12-31").await.is(200);
    assert_eq!(outcome(&out, "within the badge’s start and end"), "Failed");
    assert_eq!(outcome(&out, "limits have room"), "Not reached");
    let ahead = ask("&on=2026-11-28").await.is(200);
    assert_eq!(outcome(&ahead, "a day ahead"), "Failed");
    assert_eq!(before, everything(&desk.app).await);

    // What the tester says is what happens.
    let form = desk.path("/badges/000000000000000000000001/issual");
    let give = async |on: &str, at: &str| {
        sam.submit(&form, &[("on", on), ("at", at), ("request", &format!("r{on}{at}"))]).await
    };
    give("2026-11-16", "23:59").await.is(422).shows("#problems", "limit reached for the customer");
    give("2026-11-17", "").await.redirects();
    let full = ask("&on=2026-11-24").await.is(200);
    assert_eq!(outcome(&full, "The limits across customers"), "Failed");
}

#[tokio::test]
async fn its_link_asks_the_same_again_and_modules_need_their_claim() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let page = sam.get(&format!("{BADGE}?customer=amara%40example.org")).await.is(200);
    page.shows("#answer h2", "Yes");
    let link = page.attributes("#answer p a", "href").pop().unwrap();
    assert_eq!(link, format!("{BADGE}?customer={}&on=2026-11-26&at=10%3A00", desk.amara));
    desk.app.set_clock("2026-11-26T09:10:00Z");
    sam.get(&link).await.is(200).shows("#answer", "for 26 Nov 2026, 10:00");

    let as_module = format!("{link}&owner=Loyalty&reference=p-1");
    let page = sam.get(&as_module).await.is(200);
    assert_eq!(outcome(&page, "claimed"), "Failed");
    page.shows("#answer", "Badge needs to be claimed first");
    desk.app
        .sql(
            "insert into badge_owners (org_id, badge_id, owner) select org_id, id, 'Loyalty' from badges;
             insert into badge_claims (org_id, badge_id, owner_type, reference_id, created_on)
             select org_id, id, 'Loyalty', 'p-1', now() from badges",
        )
        .await;
    let page = sam.get(&as_module).await.is(200);
    assert_eq!(outcome(&page, "claimed"), "Passed");
    // As htmx asks: the answer alone.
    sam.get_region(&as_module, "answer").await.is(200).lacks("h1").shows("h2", "Yes");
}

#[tokio::test]
async fn an_enrolment_that_covers_the_event_is_named() {
    let desk = Desk::new().await;
    desk.badge(1, "Streak", ", earn_type = 'ISSUE_EARN'").await;
    desk.enrol(1, 3, "2026-11-01Z", "2026-11-20Z").await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let ask = async |on: &str| sam.get(&format!("{BADGE}?customer={}&on={on}", desk.amara)).await;
    let yes = ask("2026-11-12").await.is(200);
    assert_eq!(outcome(&yes, "An enrolment covers"), "Passed");
    yes.shows("#answer td", "Enrolled 1 Nov 2026, 01:00 – 20 Nov 2026, 01:00");
    let no = ask("2026-11-21").await.is(200);
    assert_eq!(outcome(&no, "An enrolment covers"), "Failed");
    no.shows("#answer", "enrol them first");
}

#[tokio::test]
async fn who_is_meant_is_found_offered_or_said_to_be_nobody() {
    let desk = Desk::new().await;
    desk.badge(1, "Direct", "").await;
    let second = Profile { first_name: "Amara".to_owned(), ..Profile::default() };
    let second = Desk::customer(&desk.app, desk.app.org, second).await;
    let other = desk.app.brand("Southwind", "UTC").await;
    let theirs = Desk::customer(&desk.app, other, amara()).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    sam.get(BADGE).await.is(200).lacks("#answer h2").shows("#answer", "Choose a customer");
    let several = sam.get(&format!("{BADGE}?customer=amara&on=2026-11-20")).await.is(200);
    let offered = several.attributes("#answer li a", "href");
    assert_eq!(offered.len(), 2);
    assert!(offered.contains(&format!("{BADGE}?customer={second}&on=2026-11-20")), "{offered:?}");
    let nobody = sam.get(&format!("{BADGE}?customer=zoe")).await.is(422);
    nobody.shows("#customer-why", "Nobody is found by “zoe”");
    sam.get(&format!("{BADGE}?customer={theirs}")).await.is(422).shows("#customer-why", "Nobody");
    let bad = sam.get(&format!("{BADGE}?customer={second}&on=soon")).await.is(422);
    bad.shows("#on-why", "2026-12-31");
    assert_eq!(bad.attributes("#on", "value"), ["soon"]);
    sam.get(&format!("{BADGE}?customer={second}&owner=Weather"))
        .await
        .is(422)
        .shows("#owner-why", "Owner");

    // A marketer finds by name, not by what is personal; another brand's badge is not there.
    let marta = desk.app.staff("Marta", Role::Marketer).await;
    marta.get(&format!("{BADGE}?customer=amara%40example.org")).await.is(422);
    marta.get(&format!("{BADGE}?customer=amara%20reyes")).await.is(200).shows("#answer h2", "Yes");
    let kim = desk.app.staff_of(other, "Kim", Role::Support).await;
    kim.get(BADGE).await.is(404);
    sam.get("/badges/nonsense/tester").await.is(404);
}
