//! Bulk enrolment, issue and revocation: by file and by selection, with preview, result and undo.

use guerdon::base::permission::Role;
use guerdon::imports::Manner;

use crate::holders::id_of;
use crate::imports::{badge, bring, counts, import};
use crate::support::{Answer, TestApp, User};

const NEVER: &str = r#"{"expiryType":"NEVER"}"#;
const HELD: &str = "select count(*) from badge_earns where revoked_on is null";

/// A badge and so many customers with external ids from 1 on.
async fn brand(app: &TestApp, customers: usize) -> String {
    badge(app, "Early bird", NEVER).await;
    let rows: String = (1..=customers).map(|n| format!("C-{n}\n")).collect();
    import(app, "customers", &format!("externalId\n{rows}")).await;
    id_of(app, "Early bird").await
}

/// So many in all, over all customers.
async fn limit(app: &TestApp, level: &str, max: i64) {
    app.sql(&format!(
        "insert into badge_limits (org_id, badge_id, level, kind, max)
         select org_id, id, '{level}', 'OVERALL', {max} from badges"
    ))
    .await;
}

fn kpis(page: &Answer) -> Vec<(String, String)> {
    page.texts(".kpi dt").into_iter().zip(page.texts(".kpi dd")).collect()
}

fn said(word: &str, number: &str) -> (String, String) {
    (word.to_owned(), number.to_owned())
}

/// The form of a selection as it stands on the page, to be sent with changes.
fn form(page: &Answer) -> Vec<(String, String)> {
    let hidden = "main form input[type=hidden]";
    page.attributes(hidden, "name").into_iter().zip(page.attributes(hidden, "value")).collect()
}

async fn send(user: &User, path: &str, form: &[(String, String)], more: &[(&str, &str)]) -> Answer {
    let own = form.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let all: Vec<(&str, &str)> = own.chain(more.iter().copied()).collect();
    user.submit(path, &all).await
}

#[tokio::test]
async fn a_file_issues_to_each_row_once_and_says_why_not() {
    let app = TestApp::new().await;
    brand(&app, 4).await;
    let file = "externalId,badgeName,eventDate\nC-1,Early bird,\nC-2,Early bird,2026-11-01\n\
        C-2,Early bird,2026-11-01\nC-9,Early bird,\nC-3,No such,\nC-4,Early bird,2031-01-01\n";
    let (summary, result) = bring(&app, "badge-issue", file.as_bytes(), Manner::default()).await;
    assert_eq!(counts(&summary), (2, 0, 0, 4), "{result}");
    for why in ["line 3", "No customer with this external id", "No badge with this name"] {
        assert!(result.contains(why), "{why}: {result}");
    }
    assert_eq!(app.number(HELD).await, 2);
    assert_eq!(app.number("select sum(earned)::bigint from badge_counters").await, 2);
    let bulk =
        "select count(*) from badge_earns where source = 'BULK' and owner_type = 'Membercare'
        and import_id is not null and request_id like 'import-%'";
    assert_eq!(app.number(bulk).await, 2);
    let past = "select count(*) from badge_earns where earn_event_date = '2026-10-31 23:00Z'";
    assert_eq!(app.number(past).await, 1);
}

#[tokio::test]
async fn a_check_writes_nothing_and_limits_hold_in_the_run() {
    let app = TestApp::new().await;
    brand(&app, 6).await;
    limit(&app, "BADGE", 4).await;
    let file: String = (1..=6).map(|n| format!("C-{n},Early bird\n")).collect();
    let file = format!("externalId,badgeName\n{file}");
    let dry = Manner { dry_run: true, ..Manner::default() };
    let (summary, _) = bring(&app, "badge-issue", file.as_bytes(), dry).await;
    assert_eq!(counts(&summary), (4, 0, 0, 2));
    assert_eq!(app.number("select count(*) from badge_earns").await, 0);
    assert_eq!(app.number("select count(*) from badge_requests").await, 0);
    let (summary, result) = bring(&app, "badge-issue", file.as_bytes(), Manner::default()).await;
    assert_eq!(counts(&summary), (4, 0, 0, 2));
    assert!(result.contains("Badge earn limit reached"), "{result}");
    assert_eq!(app.number(HELD).await, 4);
}

#[tokio::test]
async fn a_run_that_dies_issues_to_each_row_once() {
    let app = TestApp::new().await;
    brand(&app, 700).await;
    let rows: String = (1..=700).map(|n| format!("C-{n},Early bird\n")).collect();
    let mina = app.staff("Mina", Role::Admin).await;
    let file = format!("externalId,badgeName\n{rows}");
    let path = checked(&app, &mina, "badge-issue", file.as_bytes()).await;
    mina.submit(&format!("{path}/run"), &[]).await.redirects_to(&path);
    // The worker dies within the second chunk: the first is whole, of the second there is nothing.
    app.sql(
        "create function die() returns trigger language plpgsql as $$ begin
            if (select count(*) from badge_earns) > 300 then raise exception 'gone'; end if; return null;
         end $$;
         create trigger die after insert on badge_earns for each statement execute function die()",
    )
    .await;
    app.run_tasks().await;
    assert_eq!(app.number(HELD).await, 250);
    app.sql("drop trigger die on badge_earns").await;
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects_to(&path);
    // Pressed twice it is begun once; a second start finds it begun.
    mina.submit(&format!("{path}/resumption"), &[]).await.redirects();
    app.run_tasks().await;
    app.run_tasks().await;
    let page = mina.get(&path).await.is(200);
    assert_eq!(kpis(&page)[0], said("Issued", "700"));
    assert_eq!(app.number(HELD).await, 700);
    assert_eq!(app.number("select count(distinct customer_id) from badge_earns").await, 700);
}

/// Uploads, takes the mapping as guessed, checks.
async fn checked(app: &TestApp, user: &User, kind: &str, file: &[u8]) -> String {
    let answer =
        user.upload("/imports", &[("kind", kind)], ("file", "f.csv", "text/csv", file)).await;
    let path = answer.redirects();
    let page = user.get(&path).await.is(200);
    let names = page.attributes("select[name^='column.']", "name");
    let chosen = page.attributes("select[name^='column.'] option[selected]", "value");
    let fields: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(chosen.iter().map(String::as_str)).collect();
    user.submit(&format!("{path}/check"), &fields).await.redirects_to(&path);
    app.run_tasks().await;
    path
}

#[tokio::test]
async fn customers_ticked_get_the_badge_chosen_and_undo_takes_it_back() {
    let app = TestApp::new().await;
    let id = brand(&app, 3).await;
    let mina = app.staff("Mina", Role::Admin).await;
    let list = mina.get("/customers").await.is(200);
    let ticked = list.attributes("input[name=pick]", "value");
    assert_eq!(ticked.len(), 3);
    let path = "/imports/selections/badge-issue";
    let asked = format!("{path}?list=customers&take=picked&pick={}&pick={}", ticked[0], ticked[1]);
    let page = mina.get(&asked).await.is(200);
    page.shows("main p", "The 2 rows ticked.").shows("#picker li b", "Early bird");
    let own = form(&page);
    // Without a badge the form comes back with what was ticked.
    let refused = send(&mina, path, &own, &[]).await.is(422);
    refused.shows(".why li", "Choose a badge");
    assert_eq!(form(&refused), own);
    let chosen =
        [("constant.badgeMetaId", id.as_str()), ("constant.eventDate", "2026-11-20T10:00")];
    let import = send(&mina, path, &own, &chosen).await.redirects();
    // The same form again leads to the same import.
    assert_eq!(send(&mina, path, &own, &chosen).await.redirects(), import);
    app.run_tasks().await;
    let page = mina.get(&import).await.is(200);
    assert_eq!(kpis(&page)[0], said("Will be issued", "2"));
    page.shows("button", "Issue 2 rows");
    assert_eq!(app.number(HELD).await, 0);
    mina.submit(&format!("{import}/run"), &[]).await.redirects_to(&import);
    app.run_tasks().await;
    assert_eq!(app.number(HELD).await, 2);
    let at = "select count(*) from badge_earns where earn_event_date = '2026-11-20 09:00Z'";
    assert_eq!(app.number(at).await, 2);
    let ask = mina.get(&format!("{import}/undo")).await.is(200);
    ask.shows("li", "2 badges it issued are revoked.");
    mina.submit(&format!("{import}/undo"), &[]).await.redirects_to(&import);
    app.run_tasks().await;
    assert_eq!(app.number(HELD).await, 0);
    assert_eq!(app.number("select sum(earned)::bigint from badge_counters").await, 0);
    mina.get(&import).await.is(200).shows(".tag", "Undone");
}

#[tokio::test]
async fn all_that_match_are_revoked_for_a_reason_and_given_back_by_undo() {
    let app = TestApp::new().await;
    let id = brand(&app, 5).await;
    limit(&app, "BADGE", 5).await;
    let file: String = (1..=5).map(|n| format!("C-{n},Early bird,2026-11-0{n}\n")).collect();
    import(&app, "badge-issue", &format!("externalId,badgeName,eventDate\n{file}")).await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = "/imports/selections/badge-revoke";
    let asked =
        format!("{path}?list=badge-holders&badge={id}&take=all&from=2026-11-02&to=2026-11-04");
    let page = mina.get(&asked).await.is(200);
    page.shows("main p", "All rows that match from 2026-11-02, to 2026-11-04.").lacks("#picker li");
    let own = form(&page);
    send(&mina, path, &own, &[]).await.is(422).shows(".why li", "Say why");
    let import =
        send(&mina, path, &own, &[("constant.reason", "=bill returned")]).await.redirects();
    app.run_tasks().await;
    assert_eq!(
        kpis(&mina.get(&import).await),
        [said("Will be revoked", "3"), said("Unchanged", "0"), said("Errors", "0"),]
    );
    mina.submit(&format!("{import}/run"), &[]).await.redirects();
    app.run_tasks().await;
    assert_eq!(app.number(HELD).await, 2);
    let why = "select count(*) from badge_earns where revoke_reason = '=bill returned' and revoked_by = 'Mina'";
    assert_eq!(app.number(why).await, 3);
    // Two of the three places are taken meanwhile: undo gives back what the limit has room for.
    let two = "externalId,badgeName\nC-1,Early bird\nC-2,Early bird\n";
    import_some(&app, two).await;
    mina.submit(&format!("{import}/undo"), &[]).await.redirects();
    app.run_tasks().await;
    assert_eq!(app.number(HELD).await, 5);
    assert_eq!(app.number("select sum(earned)::bigint from badge_counters").await, 5);
    assert_eq!(app.number("select n from badge_limit_counts").await, 5);
    let left = "select count(*) from activity where verb = 'left revoked'";
    assert_eq!(app.number(left).await, 1);
}

async fn import_some(app: &TestApp, file: &str) {
    assert_eq!(import(app, "badge-issue", file).await, (2, 0, 0, 0));
}

#[tokio::test]
async fn a_file_revokes_what_it_names_and_asks_where_that_is_unclear() {
    let app = TestApp::new().await;
    brand(&app, 3).await;
    let file = "externalId,badgeName,eventDate\nC-1,Early bird,2026-11-01\nC-2,Early bird,2026-11-01\n\
        C-2,Early bird,2026-11-02\n";
    import(&app, "badge-issue", file).await;
    let file =
        "externalId,badgeName,reason\nC-1,Early bird,why\nC-2,Early bird,why\nC-3,Early bird,why\n";
    let (summary, result) = bring(&app, "badge-revoke", file.as_bytes(), Manner::default()).await;
    assert_eq!(counts(&summary), (0, 1, 0, 2), "{result}");
    assert!(result.contains("more than once; give earnedBadgeId"), "{result}");
    assert!(result.contains("does not hold this badge"), "{result}");
    // The file of holders, brought in again, names each.
    let mina = app.staff("Mina", Role::Admin).await;
    let query = format!("badge={}", id_of(&app, "Early bird").await);
    let list = [("kind", "badge-holders"), ("query", query.as_str())];
    let file = mina.submit("/exports", &list).await.is(200).body;
    let (summary, result) = bring(&app, "badge-revoke", &file, Manner::default()).await;
    assert_eq!(counts(&summary), (0, 2, 1, 0), "{result}");
    assert_eq!(app.number(HELD).await, 0);
}

#[tokio::test]
async fn customers_are_enrolled_in_bulk_and_undo_revokes_the_enrolments() {
    let app = TestApp::new().await;
    let id = brand(&app, 3).await;
    app.sql(
        r#"update badges set earn_type = 'ISSUE_EARN', issued_expiry = '{"expiryType":"NEVER"}'"#,
    )
    .await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = "/imports/selections/badge-enrol";
    let page = mina.get(&format!("{path}?list=customers&take=all")).await.is(200);
    let import =
        send(&mina, path, &form(&page), &[("constant.badgeMetaId", &id)]).await.redirects();
    app.run_tasks().await;
    mina.submit(&format!("{import}/run"), &[]).await.redirects();
    app.run_tasks().await;
    let stand = "select count(*) from badge_enrolments where revoked_on is null";
    assert_eq!(app.number(stand).await, 3);
    mina.submit(&format!("{import}/undo"), &[]).await.redirects();
    app.run_tasks().await;
    assert_eq!(app.number(stand).await, 0);
}

#[tokio::test]
async fn selections_are_for_those_who_may_and_of_their_own_brand() {
    let app = TestApp::new().await;
    let id = brand(&app, 1).await;
    import(&app, "badge-issue", "externalId,badgeName\nC-1,Early bird\n").await;
    let path = "/imports/selections/badge-revoke";
    let all = format!("{path}?list=badge-holders&badge={id}&take=all");
    for role in [Role::Support, Role::Marketer] {
        let user = app.staff(role.word(), role).await;
        user.get(&all).await.is(403);
        let form =
            [("list", "badge-holders"), ("badge", &id), ("take", "all"), ("constant.reason", "x")];
        user.submit(path, &form).await.is(403);
        user.get("/customers").await.is(200).lacks("input[name=pick]");
    }
    let other = app.brand("Other", "UTC").await;
    let olga = app.staff_of(other, "Olga", Role::Admin).await;
    let form =
        [("list", "badge-holders"), ("badge", &id), ("take", "all"), ("constant.reason", "x")];
    olga.submit(path, &form).await.is(422).shows(".summary", "Nothing matches");
    let mina = app.staff("Mina", Role::Admin).await;
    // Nothing ticked, a filter that cannot be read, a list the kind does not take: nothing is begun.
    let none =
        [("list", "badge-holders"), ("badge", &id), ("take", "picked"), ("constant.reason", "x")];
    mina.submit(path, &none).await.is(422).shows(".summary", "Nothing is ticked");
    let wide = [form[0], form[1], form[2], form[3], ("state", "GONE")];
    mina.submit(path, &wide).await.is(422);
    mina.get(&format!("{path}?list=customers&take=all")).await.is(404);
    mina.get("/imports/selections/customers?list=customers").await.is(404);
    assert_eq!(app.number("select count(*) from imports where kind = 'badge-revoke'").await, 0);
    assert_eq!(app.number(HELD).await, 1);
}

#[tokio::test]
async fn the_picker_finds_badges_that_can_be_given_now() {
    let app = TestApp::new().await;
    brand(&app, 1).await;
    badge(&app, "Night owl", NEVER).await;
    badge(&app, "Off", NEVER).await;
    app.sql("update badges set active = false where name = 'Off'").await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = "/imports/selections/badge-issue?list=customers&take=all";
    let page = mina.get(path).await.is(200);
    assert_eq!(page.texts("#picker li b"), ["Early bird", "Night owl"]);
    // The search keeps what is chosen; htmx gets the region alone.
    let id = id_of(&app, "Early bird").await;
    let find = format!("{path}&find=owl&constant.badgeMetaId={id}");
    let region = mina.get_region(&find, "picker").await.is(200);
    assert_eq!(region.texts("li b"), ["Early bird", "Night owl"]);
    assert_eq!(region.attributes("input[checked]", "value"), [id]);
    region.lacks("h1");
    // Nobody can be enrolled in a badge that is given directly.
    let enrol = path.replace("badge-issue", "badge-enrol");
    mina.get(&enrol).await.is(200).lacks("#picker li").shows("#picker", "No badge");
}
