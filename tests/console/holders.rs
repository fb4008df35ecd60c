//! Who holds a badge, who is enrolled, what its windows count, who claims it: the pages and their files.

use guerdon::base::permission::Role;

use crate::imports::{badge, import};
use crate::support::{Answer, TestApp};

const NEVER: &str = r#"{"expiryType":"NEVER"}"#;

/// The id that [`badge`] gives a name.
pub async fn id_of(app: &TestApp, name: &str) -> String {
    use sqlx::Connection;
    let mut owner = sqlx::PgConnection::connect_with(&app.options).await.unwrap();
    sqlx::query_scalar("select encode(id, 'hex') from badges where org_id = $1 and name = $2")
        .bind(app.org.get())
        .bind(name)
        .fetch_one(&mut owner)
        .await
        .unwrap()
}

/// A badge that three customers hold: one live, one over, one revoked for a reason.
async fn held(app: &TestApp) -> String {
    badge(app, "Great Answer", NEVER).await;
    let id = id_of(app, "Great Answer").await;
    let people =
        "externalId,firstName,email\nC-1,Ann,ann@x.org\nC-2,=1+1,bo@x.org\nC-3,Cy,cy@x.org\n";
    import(app, "customers", people).await;
    let file = "externalId,badgeName,earnEventDate,earnExpiresOn\n\
        C-1,Great Answer,2026-11-01,\nC-2,Great Answer,2026-11-02,2026-11-20\n\
        C-3,Great Answer,2026-11-03,\n";
    import(app, "earned-badges", file).await;
    app.sql(
        "update badge_earns set revoked_on = '2026-11-25', revoked_by = 'Mina', revoke_reason = '=returned'
         where earn_event_date > '2026-11-02 12:00Z'",
    )
    .await;
    id
}

fn names(page: &Answer) -> Vec<String> {
    page.texts("td .name")
}

#[tokio::test]
async fn holders_show_how_each_stands_and_are_filtered() {
    let app = TestApp::new().await;
    let id = held(&app).await;
    let mina = app.staff("Mina", Role::Admin).await;
    let base = format!("/badges/{id}/holders");
    let page = mina.get(&base).await.is(200);
    assert_eq!(names(&page), ["Cy", "=1+1", "Ann"]);
    assert_eq!(page.texts("tbody .tag"), ["Revoked", "Expired", "Live"]);
    page.shows("tbody td", "by Mina").shows("tbody td", "=returned");
    page.shows("tbody td", "History import").shows("nav.tabs [aria-current]", "Holders");
    let seen = async |query: &str| names(&mina.get(&format!("{base}?{query}")).await.is(200));
    assert_eq!(seen("state=REVOKED").await, ["Cy"]);
    assert_eq!(seen("state=LIVE&state=EXPIRED").await, ["=1+1", "Ann"]);
    assert_eq!(seen("source=API").await, [""; 0]);
    assert_eq!(seen("from=2026-11-02&to=2026-11-02").await, ["=1+1"]);
    // The day is Berlin's: the event was at its midnight.
    assert_eq!(seen("to=2026-11-01").await, ["Ann"]);
    assert_eq!(seen("customer=ANN%40X.org").await, ["Ann"]);
    assert_eq!(seen("customer=C-3").await, ["Cy"]);
    assert_eq!(seen("customer=nobody").await, [""; 0]);
    // What cannot be read does not filter, and no text is an error.
    assert_eq!(seen("state=x&from=soon&after=%00zz").await.len(), 3);
    let region = mina.get_region(&base, "results").await.is(200);
    region.lacks("nav.tabs");
    assert_eq!(names(&region).len(), 3);
}

#[tokio::test]
async fn a_list_of_holders_goes_on_where_a_page_ended_even_among_alike_events() {
    let app = TestApp::new().await;
    badge(&app, "Often", NEVER).await;
    let id = id_of(&app, "Often").await;
    let rows: String = (0..130).map(|n| format!("{n}\n")).collect();
    import(&app, "customers", &format!("externalId\n{rows}")).await;
    let rows: String = (0..130).map(|n| format!("{n},Often,2026-11-01\n")).collect();
    import(&app, "earned-badges", &format!("externalId,badgeName,earnEventDate\n{rows}")).await;
    app.sql("update badge_earns set revoked_on = now() where customer_id % 2 = 0").await;
    let mina = app.staff("Mina", Role::Admin).await;
    for query in ["", "?state=LIVE", "?state=REVOKED"] {
        let mut next = Some(format!("/badges/{id}/holders{query}"));
        let (mut seen, mut pages) = (Vec::new(), 0);
        while let Some(path) = next {
            let page = mina.get(&path).await.is(200);
            seen.extend(page.attributes("td .name", "href"));
            next = page.attributes("a[rel=next]", "href").pop();
            pages += 1;
        }
        let want: usize = if query.is_empty() { 130 } else { 65 };
        assert_eq!((seen.len(), pages), (want, want.div_ceil(50)), "{query}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), want);
    }
}

#[tokio::test]
async fn who_may_not_see_personal_data_sees_names_and_numbers_alone() {
    let app = TestApp::new().await;
    let id = held(&app).await;
    let meg = app.staff("Meg", Role::Marketer).await;
    let page = meg.get(&format!("/badges/{id}/holders")).await.is(200);
    assert_eq!(names(&page).len(), 3);
    for hidden in ["ann@x.org", "=returned", "by Mina"] {
        assert!(!page.text().contains(hidden), "{hidden}");
    }
    page.lacks("input[name=pick]").lacks("button[name=take]");
    // A guess is not confirmed either.
    let guess = meg.get(&format!("/badges/{id}/holders?customer=ann%40x.org")).await.is(200);
    assert_eq!(names(&guess), [""; 0]);
    let query = format!("badge={id}");
    let form = [("kind", "badge-holders"), ("query", query.as_str())];
    let file = meg.submit("/exports", &form).await.is(200).text();
    assert!(!file.contains("x.org") && !file.contains("returned"), "{file}");
}

#[tokio::test]
async fn the_file_of_holders_is_filtered_alike_and_runs_no_formula() {
    let app = TestApp::new().await;
    let id = held(&app).await;
    let mina = app.staff("Mina", Role::Admin).await;
    let page = mina.get(&format!("/badges/{id}/holders?state=EXPIRED")).await.is(200);
    let export = page.attributes("#export a", "href").pop().unwrap();
    let page = mina.get(&export).await.is(200);
    let query = page.attributes("#chosen input[name=query]", "value").pop().unwrap();
    let take = async |query: &str| {
        let form = [("kind", "badge-holders"), ("query", query)];
        mina.submit("/exports", &form).await.is(200).text()
    };
    let file = take(&query).await;
    assert_eq!(file.lines().count(), 2, "{file}");
    assert!(file.contains("'=1+1") && file.contains(",EXPIRED,"), "{file}");
    let all = take(&format!("badge={id}")).await;
    assert_eq!(all.lines().count(), 4);
    assert!(all.contains("'=returned") && !all.contains(",=returned"), "{all}");
    // Of no badge, and of another brand's, there is nothing.
    assert_eq!(take("").await.lines().count(), 1);
    let other = app.brand("Other", "UTC").await;
    let olga = app.staff_of(other, "Olga", Role::Admin).await;
    let form = [("kind", "badge-holders"), ("query", &format!("badge={id}"))];
    assert_eq!(olga.submit("/exports", &form).await.is(200).text().lines().count(), 1);
}

#[tokio::test]
async fn another_brands_badge_has_none_of_these_pages() {
    let app = TestApp::new().await;
    let id = held(&app).await;
    let other = app.brand("Other", "UTC").await;
    let olga = app.staff_of(other, "Olga", Role::Admin).await;
    let unknown = "aaaaaaaaaaaaaaaaaaaaaaaa";
    for page in ["holders", "enrolments", "windows", "claims"] {
        for id in [id.as_str(), unknown, "no-id"] {
            olga.get(&format!("/badges/{id}/{page}")).await.is(404);
        }
    }
}

#[tokio::test]
async fn enrolments_are_listed_with_their_states() {
    let app = TestApp::new().await;
    badge(&app, "Runner", NEVER).await;
    let id = id_of(&app, "Runner").await;
    import(&app, "customers", "externalId,firstName\nC-1,Ann\nC-2,Bo\n").await;
    app.sql(
        "insert into badge_enrolments (org_id, id, badge_id, customer_id, owner_type, owner_reference,
            issue_event_date, issued_on, expires_on, revoked_on, revoked_by, revoke_reason)
         select c.org_id, substring(decode(md5(c.id::text), 'hex') for 12), b.id, c.id, 'Journeys', 'j-7',
            '2026-11-10', '2026-11-10', case c.first_name when 'Ann' then '2026-12-01'::timestamptz end,
            case c.first_name when 'Bo' then '2026-11-12'::timestamptz end, 'Mina', 'left'
         from customers c, badges b",
    )
    .await;
    let mina = app.staff("Mina", Role::Admin).await;
    let page = mina.get(&format!("/badges/{id}/enrolments")).await.is(200);
    assert_eq!(names(&page).len(), 2);
    page.shows("tbody td", "Journeys").shows("tbody td", "j-7").shows("tbody td", "left");
    let live = mina.get(&format!("/badges/{id}/enrolments?state=LIVE")).await.is(200);
    assert_eq!(names(&live), ["Ann"]);
}

#[tokio::test]
async fn windows_list_each_levels_configs_and_count_their_cycles() {
    let app = TestApp::new().await;
    let id = held(&app).await;
    app.sql(
        "insert into badge_windows (org_id, badge_id, level, seq, reference_id, duration_type, refresh_rate,
            start_dow, max, start_at, end_at, superseded_at)
         select org_id, id, level, seq, gen_random_uuid(), type, rate, null, 1, start_at, end_at, null
         from badges, (values
            ('BADGE', 0, 'DAYS', 5, '2026-10-21 22:00Z'::timestamptz, '2026-10-31 22:59Z'::timestamptz),
            ('BADGE', 1, 'MONTHS', null, '2026-10-31 23:00Z', '2027-06-30 12:00Z'),
            ('CUSTOMER', 0, 'DAYS', 30, '2026-10-31 23:00Z', '2027-06-30 12:00Z'))
            as w (level, seq, type, rate, start_at, end_at)",
    )
    .await;
    let mina = app.staff("Mina", Role::Admin).await;
    let base = format!("/badges/{id}/windows");
    let page = mina.get(&base).await.is(200);
    page.shows("td .tag", "Expired").shows("td .tag", "Active").shows("td", "every calendar month");
    // Newest first: November by Berlin's days, then the days of October.
    let days = page.texts("#results tbody td:first-child");
    assert_eq!(
        days,
        ["1 Nov 2026 – 30 Nov 2026", "27 Oct 2026 – 31 Oct 2026", "22 Oct 2026 – 26 Oct 2026"]
    );
    let counts = page.texts("#results tbody td:nth-child(3)");
    assert_eq!(counts, ["2", "0", "0"]);
    page.shows("#results .tag", "Current").shows("#results .tag", "Full");
    // Each customer alone: nobody's counts until somebody is named.
    let page = mina.get(&format!("{base}?level=customer")).await.is(200);
    page.shows("#results p", "Name one");
    let page = mina.get(&format!("{base}?level=customer&customer=C-1")).await.is(200);
    assert_eq!(page.texts("#results tbody td:nth-child(3)"), ["1"]);
    let page = mina.get(&format!("{base}?level=customer&customer=C-3")).await.is(200);
    assert_eq!(page.texts("#results tbody td:nth-child(3)"), ["0"]);
    let page = mina.get(&format!("{base}?level=customer&customer=zz")).await.is(200);
    page.shows("#customer-why", "No customer goes by this");
}

#[tokio::test]
async fn claims_say_which_module_uses_it_where_and_since_when() {
    let app = TestApp::new().await;
    let id = held(&app).await;
    app.sql(
        "insert into badge_owners (org_id, badge_id, owner) select org_id, id, o from badges,
            unnest(array['Loyalty', 'Journeys']) o;
         insert into badge_claims (org_id, badge_id, owner_type, reference_id, is_active, created_on)
         select org_id, id, 'Loyalty', r, r <> 'gone', '2026-11-01 09:00Z' from badges,
            unnest(array['626_TransactionAdd', '<b>', 'gone']) r",
    )
    .await;
    let meg = app.staff("Meg", Role::Marketer).await;
    let page = meg.get(&format!("/badges/{id}/claims")).await.is(200);
    assert_eq!(page.texts("tbody td:nth-child(2)"), ["626_TransactionAdd", "<b>"]);
    page.shows("tbody td", "1 Nov 2026, 10:00").shows("main", "Not claimed");
    page.lacks("main form[method=post]");
}
