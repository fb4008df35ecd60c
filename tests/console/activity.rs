//! The log as people read it.

use guerdon::base::act::Entry;
use guerdon::base::permission::Role;
use serde_json::json;

use crate::support::TestApp;

/// Records an entry about a badge as the operator.
async fn touch(app: &TestApp, verb: &'static str, id: &'static str, label: &'static str) {
    app.act(move |act| {
        Box::pin(async move {
            act.record(Entry::new(verb, "badge", id, label));
            Ok(())
        })
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_change_is_shown_with_before_and_after() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    app.act(|act| {
        Box::pin(async move {
            let before = json!({ "name": "Early bird", "limit": 3, "same": true });
            let after = json!({ "name": "<b>Late</b> owl", "limit": null, "same": true });
            act.record(
                Entry::new("changed", "badge", "66545b9f0011223344556677", "Early bird")
                    .changed(&before, &after)
                    .because(Some("It was <i>late</i>".into())),
            );
            Ok(())
        })
    })
    .await
    .unwrap();
    let page = mina.get("/activity").await.is(200);
    let row = "#results > .scroll > table > tbody > tr:first-child";
    page.shows(&format!("{row} a.name"), "Early bird");
    assert_eq!(
        page.attributes(&format!("{row} a.name"), "href"),
        ["/badges/66545b9f0011223344556677"]
    );
    page.shows(&format!("{row} td"), "Operator").shows(&format!("{row} td"), "Command line");
    page.shows(&format!("{row} .sub"), "“It was <i>late</i>”");
    page.shows(&format!("{row} summary"), "2 changes");
    assert_eq!(page.texts(&format!("{row} del")), ["Early bird", "3"]);
    assert_eq!(page.texts(&format!("{row} ins")), ["<b>Late</b> owl"]);
    // Ten o'clock in Berlin, with the instant behind it.
    page.shows(&format!("{row} time"), "26 Nov 2026, 10:00");
    assert_eq!(
        page.attributes(&format!("{row} > td > time"), "datetime"),
        ["2026-11-26T09:00:00Z"]
    );
}

#[tokio::test]
async fn filters_stand_in_the_address_and_come_off_one_by_one() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    touch(&app, "created", "aa", "Early bird").await;
    touch(&app, "changed", "aa", "Early bird").await;
    touch(&app, "created", "bb", "Night owl").await;
    let form = [("email", "jo@northwind.test"), ("name", "Jo"), ("role", "support")];
    mina.submit("/staff", &form).await.is(200);

    let labels = async |query: &str| {
        let page = mina.get(&format!("/activity?{query}")).await.is(200);
        page.texts("tbody > tr > td:nth-child(3) > .name, tbody > tr > td:nth-child(3) > b")
    };
    assert_eq!(labels("kind=badge&verb=created").await, ["Night owl", "Early bird"]);
    assert_eq!(labels("kind=badge&subject=aa").await, ["Early bird", "Early bird"]);
    assert_eq!(labels("who=Mina").await, ["Jo"]);
    assert_eq!(labels("who=Nobody").await, [""; 0]);
    assert_eq!(labels("kind=badge&from=2026-11-27").await, [""; 0]);
    assert_eq!(labels("kind=badge&from=2026-11-26&to=2026-11-26").await.len(), 3);
    assert_eq!(labels("kind=badge&to=2026-11-25").await, [""; 0]);

    let page = mina.get("/activity?kind=badge&verb=created&who=Operator").await;
    assert_eq!(
        page.texts(".chip"),
        ["Remove filter What Badge", "Remove filter Who Operator", "Remove filter Did created"]
    );
    assert_eq!(page.attributes(".chip", "href")[2], "/activity?kind=badge&who=Operator");
    page.shows("select[name=verb] option[selected]", "created");
    let offered = page.texts("select[name=kind] option");
    assert_eq!(offered, ["Anything", "Badge", "Brand", "Staff member"]);
    mina.get("/activity?who=Nobody").await.shows(".empty h2", "No entry matches");
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_double() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Support).await;
    app.act(|act| {
        Box::pin(async move {
            for number in 0..120 {
                act.record(Entry::new("created", "badge", number, format!("Badge {number}")));
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    let (mut path, mut seen) = ("/activity?kind=badge".to_owned(), Vec::new());
    for page in 0.. {
        // The second page comes as htmx asks for it: the region alone.
        let answer = match page {
            1 => mina.get_region(&path, "results").await.is(200),
            _ => mina.get(&path).await.is(200),
        };
        assert_eq!(answer.texts("nav.nav").is_empty(), page == 1);
        seen.extend(answer.texts("tbody .name"));
        match answer.attributes(".pager a[rel=next]", "href").pop() {
            Some(next) => path = next,
            None => break,
        }
    }
    let expected: Vec<String> = (0..120).rev().map(|number| format!("Badge {number}")).collect();
    assert_eq!(seen, expected);
    mina.get("/activity?after=nonsense").await.is(200);
}

#[tokio::test]
async fn a_brand_reads_its_own_log_only() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    let olga = app.staff_of(other, "Olga", Role::Admin).await;
    touch(&app, "created", "aa", "Early bird").await;
    let page = olga.get("/activity?kind=badge").await.is(200);
    page.lacks("tbody tr").shows(".empty h2", "No entry matches");
    let offered = olga.get("/activity").await.texts("select[name=kind] option");
    assert_eq!(offered, ["Anything", "Brand", "Staff member"]);
}
