//! The console of offers: the list, a series' page with its tabs, its codes.

use guerdon::base::ids::SeriesId;
use guerdon::base::permission::Role;
use guerdon::coupons::series::Claim;
use guerdon::coupons::{self, RevokeCall};

use crate::support::coupons::terms;
use crate::support::{TestApp, User};

/// The names in the list, in its order.
async fn names(user: &User, path: &str) -> Vec<String> {
    user.get(path).await.is(200).texts("tbody a.name")
}

async fn claimed(app: &TestApp, series: SeriesId, by: &'static str) {
    let claim = Claim { by: by.to_owned(), id: 7, validity: 0 };
    let deed = app.act(move |act| {
        Box::pin(async move { coupons::claim(act, series, claim).await.map(drop) })
    });
    deed.await.unwrap();
}

#[tokio::test]
async fn the_list_is_searched_filtered_sorted_and_paged() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Marketer).await;
    mina.get("/coupons").await.is(200).shows(".empty h2", "No offers yet");
    let common = terms().with("clientHandlingType", "GENERIC").with("genericCode", "SPRING");
    app.series(common.with("description", "Frühling & mehr")).await;
    app.series(terms().with("description", "Over").with("validTillDate", "2026-11-25")).await;
    let third = app.series(terms().with("description", "Autumn")).await;
    app.series(terms().with("description", "Soon").with("redemptionValidFrom", "2026-12-24")).await;
    claimed(&app, third, "JOURNEY").await;
    // All were made at one moment of the clock; the list orders by it, then by number.
    app.sql("update coupon_series set updated_on = updated_on + interval '1 hour' where description = 'Over'").await;

    let page = mina.get("/coupons").await.is(200);
    assert_eq!(page.texts("tbody a.name"), ["Over", "Soon", "Autumn", "Frühling & mehr"]);
    assert_eq!(page.texts("tbody .sub .tag"), ["Expired", "Not started", "Active", "Active"]);
    page.shows("td", "One common code").shows("td code", "SPRING").shows("td", "Journeys");
    page.shows("td", "31 Dec 2027").shows("td", "500 off");
    assert_eq!(names(&mina, "/coupons?sort=created").await[0], "Soon");
    assert_eq!(names(&mina, "/coupons?q=FR%C3%9CH").await, ["Frühling & mehr"]);
    assert_eq!(names(&mina, "/coupons?active=on").await.len(), 3);
    assert_eq!(names(&mina, "/coupons?codes=GENERIC").await, ["Frühling & mehr"]);
    assert_eq!(names(&mina, "/coupons?claimed=JOURNEY").await, ["Autumn"]);
    assert_eq!(names(&mina, "/coupons?claimed=NONE&active=on").await.len(), 2);
    let none = mina.get_region("/coupons?q=nothing&active=on", "results").await.is(200);
    none.shows(".empty h2", "No offer matches").shows(".chip", "nothing").lacks("h1");

    // Fifty to a page, each once.
    for place in 0..60 {
        app.series(terms().with("description", format!("Offer {place}"))).await;
    }
    let first = mina.get("/coupons").await;
    let next = first.attributes("a[rel=next]", "href")[0].clone();
    let mut all = first.texts("tbody a.name");
    all.extend(names(&mina, &next).await);
    assert_eq!(all.len(), 64);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 64);

    let export = first.attributes("#export a", "href")[0].clone();
    mina.get(&export).await.is(200);
    let form = [("kind", "coupon-series"), ("query", "q=autumn")];
    let file = mina.submit("/exports", &form).await.is(200).text();
    assert_eq!(file.lines().count(), 2, "{file}");
    assert!(file.contains("Autumn") && file.contains("JOURNEY"), "{file}");
}

#[tokio::test]
async fn a_pool_that_runs_out_is_told_of_in_the_list_and_on_its_page() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms().with("maxCreate", 3)).await;
    app.series(terms().with("description", "Endless")).await;
    let list = mina.get("/coupons").await;
    list.shows(".note li", "Diwali").shows("tbody .tag", "Low on codes");
    assert_eq!(list.texts(".note li").len(), 1);
    for name in ["Ann", "Bo", "Cy"] {
        let customer = app.customer(name).await;
        app.coupon(series, customer).await;
    }
    let page = mina.get(&format!("/coupons/{series}")).await.is(200);
    page.shows(".note", "All 3 coupons are issued").shows(".kpi", "Left to issue0");
    mina.get("/coupons").await.shows(".note li", "No codes left");
}

#[tokio::test]
async fn the_page_tells_terms_figures_and_history() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let draft = terms()
        .with("expiryStrategyType", "DAYS")
        .with("expiryStrategyValue", 30)
        .with("maxVouchersPerUser", 2)
        .with("description", "خصم <b>الشتاء</b>");
    let series = app.series(draft).await;
    let (ann, bo) = (app.customer("Ann").await, app.customer("Bo").await);
    let used = app.coupon(series, ann).await;
    app.coupon(series, bo).await;
    app.redeem(ann, &[&used.code]).await;
    let path = format!("/coupons/{series}");
    let page = mina.get(&path).await.is(200);
    page.shows("h1", "خصم <b>الشتاء</b>").shows(".head .tag", "Active");
    page.shows("dd", "30 days after issue; whichever is earlier");
    page.shows(".kpi", "Redemption rate50.0 %").shows(".kpi", "Issued2");
    let info = mina.get(&format!("{path}?tab=information")).await.is(200);
    info.shows("dd", "26 Nov 2026").shows("p", "2 issued and 1 redeemed in the last 30 days");
    assert_eq!(info.texts("tbody tr").len(), 30);
    assert_eq!(info.texts("tbody td.num")[58..], ["2", "1"]);
    assert_eq!(info.texts("svg.days title").last().unwrap(), "26 Nov 2026: 2 issued, 1 redeemed");
    mina.get(&format!("{path}?tab=history")).await.shows("#history", "created");
    let entry = mina.get("/activity").await;
    assert!(entry.attributes("a", "href").contains(&path), "the log leads to the page");
    for tab in ["codes", "uploads", "batches"] {
        mina.get(&format!("{path}/{tab}")).await.is(200).shows(".tabs [aria-current]", "");
    }
    // Yesterday's in Berlin begins at 23:00 UTC of the day before.
    app.sql("update coupons set issued_on = '2026-11-25T22:59:59Z' where redeemed = 0").await;
    let info = mina.get(&format!("{path}?tab=information")).await;
    assert_eq!(info.texts("tbody td.num")[56..], ["1", "0", "1", "1"]);
}

#[tokio::test]
async fn codes_are_filtered_paged_and_found_by_their_beginning() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms().with("couponPrefix", "SP-").with("anyUser", true)).await;
    let other = app.series(terms().with("couponPrefix", "SP-")).await;
    let ann = app.customer("Ann").await;
    let outcome = app.issue(series, ann, 60).await.unwrap();
    let codes: Vec<String> = outcome.coupons.iter().map(|coupon| coupon.code.clone()).collect();
    app.issue(other, ann, 3).await.unwrap();
    app.redeem(ann, &[&codes[0]]).await;
    app.redeem(ann, &[&codes[1]]).await;
    let taken = codes[2].clone();
    let call =
        RevokeCall { codes: vec![taken.clone()], series: Some(series), ..RevokeCall::default() };
    let deed = app.act(|act| Box::pin(async move { coupons::revoke(act, &call).await.map(drop) }));
    deed.await.unwrap();
    app.sql(&format!(
        "insert into coupons (org_id, series_id, code, code_key, created_on, source)
         select {}, {series}, 'WAIT' || n, 'WAIT' || n, now(), 'UPLOAD' from generate_series(1, 5) n",
        app.org
    ))
    .await;

    let path = format!("/coupons/{series}/codes");
    let count = async |wanted: &str| {
        let (mut all, mut at) = (Vec::new(), format!("{path}?wanted={wanted}"));
        loop {
            let page = mina.get_region(&at, "results").await.is(200);
            all.extend(page.texts("td:first-child code"));
            let next = page.attributes("a[rel=next]", "href");
            let Some(next) = next.first() else { break };
            at.clone_from(next);
        }
        let found = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), found, "each once");
        all
    };
    assert_eq!(count("").await.len(), 65);
    assert_eq!(count("UNISSUED").await.len(), 5);
    assert_eq!(count("ISSUED").await.len(), 60);
    let mut redeemed = vec![codes[0].clone(), codes[1].clone()];
    redeemed.sort();
    assert_eq!(count("REDEEMED").await, redeemed);
    assert_eq!(count("REVOKED").await, [taken.as_str()]);

    let find = async |query: String| {
        let page = mina.get(&format!("{path}?{query}")).await.is(200);
        page.texts("td:first-child code")
    };
    assert_eq!(find(format!("q={}", codes[5].to_lowercase())).await, [codes[5].as_str()]);
    assert_eq!(find(format!("q={taken}")).await, [taken.as_str()]);
    assert_eq!(find("q=sp-".to_owned()).await.len(), 50);
    assert_eq!(find("q=wait&wanted=UNISSUED".to_owned()).await.len(), 5);
    assert_eq!(find("q=wait&wanted=ISSUED".to_owned()).await.len(), 0);
    for odd in ["q=%00", "q=%C3%A4", "q=%25", "after=x", "wanted=x"] {
        mina.get(&format!("{path}?{odd}")).await.is(200);
    }
    let page = mina.get(&format!("{path}?wanted=ISSUED&q=sp-")).await;
    let bulk = page.attributes("#results .bar a.btn", "href");
    assert!(
        bulk.contains(&format!(
            "/coupons/bulk/new?action=revoke&series={series}&wanted=ISSUED&q=sp-"
        )),
        "{bulk:?}"
    );
    let to = page.attributes("td:first-child a", "href");
    assert!(to[0].starts_with("/coupons/codes/"), "{to:?}");
}

#[tokio::test]
async fn roles_and_other_brands_see_what_is_theirs() {
    let app = TestApp::new().await;
    let series = app.series(terms()).await;
    let other = app.brand("Contoso", "UTC").await;
    let otto = app.staff_of(other, "Otto", Role::Admin).await;
    let path = format!("/coupons/{series}");
    for address in ["", "/codes", "/uploads", "/batches", "/edit"] {
        otto.get(&format!("{path}{address}")).await.is(404);
    }
    otto.get("/coupons/x").await.is(404);
    otto.get(&format!("/coupons/new?copy={series}")).await.is(404);
    assert!(names(&otto, "/coupons").await.is_empty());

    let sue = app.staff("Sue", Role::Support).await;
    let page = sue.get(&path).await.is(200);
    page.lacks("a[href$='/edit']").shows(".nav", "Offers");
    sue.get("/coupons").await.lacks("a[href='/coupons/new']");
    for (address, status) in [("/coupons/new", 403), (&*format!("{path}/edit"), 403)] {
        sue.get(address).await.is(status);
        sue.submit(address, &[("go", "save")]).await.is(status);
    }
    // Files are not support's.
    sue.get(&format!("{path}/uploads")).await.is(403);
    let mina = app.staff("Mina", Role::Marketer).await;
    mina.get(&format!("{path}/uploads")).await.is(200).shows(".empty", "No file yet");
    assert_eq!(mina.get(&path).await.texts(".tabs a").len(), 5, "no history for marketers");
}
