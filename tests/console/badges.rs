//! Badges: the list, the form in its steps, the page, switching on and off, pictures, conflicts.

use guerdon::base::permission::Role;

use crate::support::{TestApp, User};

/// A form that makes a badge, from 1 December 2026 to the end of the year, never expiring.
pub const BADGE: &[(&str, &str)] = &[
    ("name", "Early bird"),
    ("start", "2026-12-01"),
    ("end", "2026-12-31"),
    ("active", "true"),
    ("earn_type", "EARN"),
    ("owner", "Loyalty"),
    ("earned.kind", "never"),
];

/// A form with some boxes filled in differently.
pub fn with<'a>(
    form: &[(&'a str, &'a str)],
    boxes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(key, _)| !boxes.iter().any(|(other, _)| other == key));
    kept.chain(boxes).copied().collect()
}

/// Makes a badge through the form's last step; its address.
pub async fn make(mina: &User, form: &[(&str, &str)]) -> String {
    mina.submit("/badges/new", &with(form, &[("go", "save")])).await.redirects()
}

#[tokio::test]
async fn a_badge_is_made_in_two_steps_a_preview_and_done() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let first = mina.get("/badges/new").await.is(200);
    first.shows("h1", "New badge").shows("main p", "Step 1 of 2");

    // A first step with faults comes back with everything typed, and says all of them.
    let typed = [("name", " "), ("description", "For the quick"), ("end", "soon"), ("go", "next")];
    let refused = mina.submit("/badges/new", &typed).await.is(422);
    refused.shows("main p", "Step 1 of 2").shows("textarea", "For the quick");
    refused.shows("#name-why li", "Badge name is mandatory");
    refused.shows("#end-why li", "Give a date").shows("#start-why li", "mandatory");
    assert_eq!(refused.attributes("#end", "value"), ["soon"]);

    // The second step carries the first along, hidden; nothing is asked of it yet.
    let basics: Vec<_> = BADGE.iter().take(5).copied().collect();
    let second = mina.submit("/badges/new", &with(&basics, &[("go", "next")])).await.is(200);
    second.shows("main p", "Step 2 of 2").lacks(".summary");
    assert_eq!(second.attributes("input[type=hidden][name=name]", "value"), ["Early bird"]);

    let refused = mina.submit("/badges/new", &with(&basics, &[("go", "preview")])).await.is(422);
    refused.shows("main p", "Step 2 of 2").shows("#owner-why li", "Atleast one owner is required");
    refused.shows(".why li", "Choose when an issued badge expires");

    let preview = mina.submit("/badges/new", &with(BADGE, &[("go", "preview")])).await.is(200);
    preview.shows("main p", "Nothing is saved yet").shows("dd", "Never expires");
    mina.get("/badges").await.lacks("tbody tr");
    let hidden = |page: &crate::support::Answer| -> Vec<(String, String)> {
        let names = page.attributes("input[type=hidden][name]", "name");
        names.into_iter().zip(page.attributes("input[type=hidden][name]", "value")).collect()
    };
    let mut form = hidden(&preview);
    form.retain(|(name, _)| name != "next");
    form.push(("go".to_owned(), "save".to_owned()));
    let form: Vec<(&str, &str)> =
        form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let path = mina.submit("/badges/new", &form).await.redirects();
    let page = mina.get(&path).await.is(200);
    page.shows("h1", "Early bird").shows(".tag", "Upcoming").shows(".tag", "Loyalty");
    page.shows("dd", "1 Dec 2026, 00:00")
        .shows("dd", "31 Dec 2026, 23:59")
        .shows("dd", "Unlimited");
    assert_eq!(app.last_entry().await, "Mina created Early bird");
    let info = mina.get(&format!("{path}?tab=information")).await;
    info.shows("code", path.rsplit('/').next().unwrap()).shows("dd", "Mina");
    mina.get(&format!("{path}?tab=history")).await.shows("#history", "Mina");
}

#[tokio::test]
async fn names_are_one_badges_and_checked_while_typed() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    make(&mina, BADGE).await;
    let taken = mina.submit("/badges/new", &with(BADGE, &[("go", "save")])).await.is(422);
    taken.shows("#name-why li", "Badge name cannot be duplicate");
    let check = async |name: &str| mina.get(&format!("/badges/name?name={name}")).await.text();
    assert!(check("Early%20bird").await.contains("duplicate"));
    assert!(check("early%20bird").await.contains("free"));
    assert_eq!(check("").await.trim(), "");
    make(&mina, &with(BADGE, &[("name", "early bird")])).await;
}

#[tokio::test]
async fn past_dates_are_welcome_in_the_console_and_said() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let preview = async |boxes: &[(&'static str, &'static str)]| {
        mina.submit("/badges/new", &with(&with(BADGE, boxes), &[("go", "preview")])).await
    };
    let both = preview(&[("start", "2020-01-01"), ("end", "2020-12-31")]).await.is(200);
    both.shows(".note", "The badge's start and end date are in the past.");
    let start = preview(&[("start", "2020-01-01")]).await.is(200);
    start.shows(".note", "The badge's start date is in the past.");
    preview(&[]).await.is(200).lacks(".note");
    preview(&[("start", "1900-01-01")]).await.is(422).shows("#start-why li", "100 years");
    let ended = make(&mina, &with(BADGE, &[("start", "2020-01-01"), ("end", "2020-12-31")])).await;
    mina.get(&ended).await.shows(".tag", "Ended").lacks("a[href$='/deactivation']");
    let today = make(&mina, &with(BADGE, &[("name", "Now"), ("start", "2026-11-26")])).await;
    mina.get(&today).await.shows("dd", "26 Nov 2026, 10:05");
}

#[tokio::test]
async fn limits_and_benefits_are_stored_as_the_data_model_says() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let form = with(
        BADGE,
        &[
            ("customer.on", "true"),
            ("customer.family", "fixed"),
            ("customer.period", "WEEKS"),
            ("customer.weekday", "TUESDAY"),
            ("customer.window_max", "3"),
            ("badge.on", "true"),
            ("badge.family", "moving"),
            ("badge.months.max", "5000"),
            ("badge.months.value", "1"),
            ("badge.overall", "10000"),
            ("benefit.0.type", "COUPON"),
            ("benefit.0.seriesId", "136"),
            ("benefit.1.type", "GIFT_VOUCHER"),
            ("benefit.1.promotionId", "66545b9f"),
            ("benefit.1.extra", "{\"note\":\"vip\"}"),
        ],
    );
    let path = make(&mina, &form).await;
    let page = mina.get(&path).await;
    page.shows("dd", "3 every week from Tuesday").shows("dd", "5000 in the last 1 month");
    page.shows("dd", "10000 overall").shows("li", "Coupon series id 136");
    let stored =
        "select count(*) from badge_windows where level = 'CUSTOMER' and duration_type = 'WEEKS'
        and start_dow = 2 and max = 3 and reference_id = '53b1267d-4907-364a-a2ae-5989a9b2123a'
        and end_at = '2026-12-31T22:59:59Z' and superseded_at is null";
    assert_eq!(app.number(stored).await, 1);
    let extra = "select count(*) from badge_benefits where position = 1 and params = '{\"promotionId\": \"66545b9f\", \"note\": \"vip\"}'";
    assert_eq!(app.number(extra).await, 1);

    // Once live, another period waits for the running window, and the form says from when.
    app.set_clock("2026-12-09T12:00:00Z");
    let mina = User::sign_in(&app, "mina@northwind.test").await;
    let changed = with(&form, &[("customer.period", "MONTHS"), ("go", "preview")]);
    let preview = mina.submit(&format!("{path}/edit"), &changed).await.is(200);
    preview.shows(".note", "the new window applies from 1 Jan 2027");
    let changed =
        with(&form, &[("customer.period", "DAYS"), ("customer.every", "2"), ("go", "save")]);
    mina.submit(&format!("{path}/edit"), &changed).await.redirects();
    let page = mina.get(&path).await;
    page.shows("dd", "until 14 Dec 2026").shows("dd", "3 every 2 days, from 15 Dec 2026");
    page.shows("dd", "Current window: 8 Dec 2026 – 14 Dec 2026");
    // The kind of window is locked, as are start and type.
    let moving =
        with(&form, &[("customer.family", "moving"), ("customer.overall", "2"), ("go", "save")]);
    let refused = mina.submit(&format!("{path}/edit"), &moving).await.is(422);
    refused.shows(".why li", "Change from rolling window or fixed constraint");
    let locked =
        with(&form, &[("start", "2026-12-02"), ("earn_type", "ISSUE_EARN"), ("go", "save")]);
    let refused = mina.submit(&format!("{path}/edit"), &locked).await.is(422);
    refused.shows(".summary li", "Start Date cannot change once the badge is live");
    refused.shows(".summary li", "Badge Earn type cannot be updated");
}

#[tokio::test]
async fn benefit_rows_come_and_go_without_a_script() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let one = mina.submit("/badges/new", &with(BADGE, &[("go", "add.COUPON")])).await.is(200);
    one.shows(".benefit legend", "Coupon");
    let rows = with(
        BADGE,
        &[
            ("benefit.0.type", "COUPON"),
            ("benefit.0.seriesId", "5"),
            ("benefit.1.type", "LOYALTY_POINTS"),
            ("go", "remove.0"),
        ],
    );
    let left = mina.submit("/badges/new", &rows).await.is(200);
    assert_eq!(left.texts(".benefit legend"), ["Points"]);
    let region = mina.submit_hx("/badges/new", "benefits", &rows).await.is(200);
    region.lacks("h1").shows(".benefit legend", "Points");
}

#[tokio::test]
async fn a_save_that_says_nothing_new_leaves_no_trace() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = make(&mina, BADGE).await;
    let entries = app.entries().await.len();
    mina.submit(&format!("{path}/edit"), &with(BADGE, &[("go", "save")])).await.redirects_to(&path);
    assert_eq!(app.entries().await.len(), entries);
    mina.submit(&format!("{path}/edit"), &with(BADGE, &[("rank", "4"), ("go", "save")]))
        .await
        .redirects();
    assert_eq!(app.last_entry().await, "Mina changed Early bird");
    let changed = "select count(*) from activity where before = '{\"rank\": null}' and after = '{\"rank\": 4}'";
    assert_eq!(app.number(changed).await, 1);
}

#[tokio::test]
async fn two_people_at_once_see_both_versions_and_choose() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let jonas = app.staff("Jonas", Role::Admin).await;
    let path = make(&mina, BADGE).await;
    let edit = format!("{path}/edit");
    let theirs = with(
        BADGE,
        &[("rank", "4"), ("description", "By Jonas"), ("version", "1"), ("go", "save")],
    );
    jonas.submit(&edit, &theirs).await.redirects();
    let mine = with(BADGE, &[("rank", "7"), ("version", "1"), ("go", "save")]);
    let conflict = mina.submit(&edit, &mine).await.is(409);
    conflict.shows("h1", "was changed meanwhile").shows("main p", "Jonas");
    assert_eq!(conflict.texts("tbody th"), ["Description", "Rank"]);
    assert_eq!(conflict.attributes("input[type=hidden][name=version]", "value"), ["2"]);
    // Keep mine, but theirs where ticked: back to the preview, then saved.
    let merge = with(&mine, &[("version", "2"), ("take", "description"), ("go", "merge")]);
    let preview = mina.submit(&edit, &merge).await.is(200);
    preview.shows("dd", "By Jonas").shows("dd", "7");
    mina.submit(&edit, &with(&merge, &[("description", "By Jonas"), ("go", "save")]))
        .await
        .redirects();
    assert_eq!(app.last_entry().await, "Mina changed Early bird");
}

#[tokio::test]
async fn deactivating_asks_first_and_can_be_undone() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = make(&mina, &with(BADGE, &[("end", "2026-12-02")])).await;
    let ask = mina.get(&format!("{path}/deactivation")).await.is(200);
    ask.shows("main form", "nobody new gets this badge")
        .shows("main form", "no module can claim it");
    mina.get_region(&format!("{path}/deactivation"), "dialog").await.is(200).lacks("nav");
    mina.submit(&format!("{path}/deactivation"), &[]).await.redirects_to(&path);
    assert_eq!(app.last_entry().await, "Mina deactivated Early bird");
    mina.get(&path).await.shows(".tag", "Inactive");
    let again = app.entries().await.len();
    mina.submit(&format!("{path}/deactivation"), &[]).await.redirects();
    assert_eq!(app.entries().await.len(), again);
    mina.submit(&format!("{path}/activation"), &[]).await.redirects_to(&path);
    assert_eq!(app.last_entry().await, "Mina activated Early bird");
    app.set_clock("2026-12-04T00:00:00Z");
    let mina = User::sign_in(&app, "mina@northwind.test").await;
    let ended = mina.submit(&format!("{path}/deactivation"), &[]).await.is(422);
    ended.shows(".summary", "The badge has ended");
}

#[tokio::test]
async fn a_copy_begins_with_everything_but_id_and_counts() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path =
        make(&mina, &with(BADGE, &[("benefit.0.type", "COUPON"), ("benefit.0.seriesId", "9")]))
            .await;
    let id = path.rsplit('/').next().unwrap();
    let ask = mina.get(&format!("{path}/duplicate")).await.is(200);
    assert_eq!(ask.attributes("#copy-name", "value"), ["Copy of Early bird"]);
    let form = mina.get(&format!("/badges/new?copy={id}&name=Late%20bird")).await.is(200);
    assert_eq!(form.attributes("#name", "value"), ["Late bird"]);
    assert_eq!(form.attributes("input[name='benefit.0.seriesId']", "value"), ["9"]);
    form.lacks("input[name=version]");
}

#[tokio::test]
async fn the_list_filters_sorts_and_turns_pages() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    mina.get("/badges").await.is(200).shows(".empty", "No badges yet");
    for number in 0..53 {
        let name = format!("Badge {number:02}");
        let dates = match number {
            0 => [("start", "2020-01-01"), ("end", "2020-12-31")],
            1 => [("start", "2020-01-01"), ("end", "2027-12-31")],
            _ => [("start", "2026-12-01"), ("end", "2026-12-31")],
        };
        make(&mina, &with(&with(BADGE, &dates), &[("name", &name)])).await;
    }
    let names = async |path: &str| mina.get(path).await.is(200).texts("tbody a.name");
    let first = mina.get("/badges").await;
    assert_eq!(first.texts("tbody a.name")[0], "Badge 52");
    assert_eq!(first.texts("tbody a.name").len(), 50);
    let next = first.attributes("nav.pager a[rel=next]", "href");
    assert_eq!(names(&next[0]).await, ["Badge 02", "Badge 01", "Badge 00"]);
    let by_name = mina.get("/badges?sort=name").await;
    assert_eq!(by_name.attributes("th[aria-sort]", "aria-sort"), ["ascending"]);
    let next = by_name.attributes("nav.pager a[rel=next]", "href");
    assert_eq!(names(&next[0]).await, ["Badge 50", "Badge 51", "Badge 52"]);
    for sort in ["-name", "start", "-start", "updated", "-updated"] {
        let page = mina.get(&format!("/badges?sort={sort}")).await;
        let next = page.attributes("nav.pager a[rel=next]", "href");
        let mut all = page.texts("tbody a.name");
        all.extend(names(&next[0]).await);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 53, "{sort}");
    }
    assert_eq!(names("/badges?status=ENDED").await, ["Badge 00"]);
    assert_eq!(
        names("/badges?status=LIVE&status=EXPIRED&sort=name").await,
        ["Badge 00", "Badge 01"]
    );
    assert_eq!(names("/badges?q=BADGE%2017").await, ["Badge 17"]);
    assert_eq!(names("/badges?active=inactive").await, Vec::<String>::new());
    assert_eq!(names("/badges?owner=Milestones").await, Vec::<String>::new());
    assert_eq!(names("/badges?type=EARN&q=17&claimed=").await, ["Badge 17"]);
    let filtered = mina.get("/badges?status=LIVE&q=01").await;
    assert_eq!(filtered.attributes("a.chip", "href"), ["/badges?status=LIVE", "/badges?q=01"]);
    let region = mina.get_region("/badges?q=01", "results").await.is(200);
    region.lacks("h1").shows("tbody a.name", "Badge 01");
    // An address nobody of ours made is no error.
    mina.get("/badges?after=%00&sort=x&status=y&active=z").await.is(200);
}

#[tokio::test]
async fn the_live_count_adds_up_its_shards() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = make(&mina, BADGE).await;
    app.number(
        "with added as (insert into badge_counters (org_id, badge_id, shard, earned)
         select b.org_id, b.id, n, 1000 * n from badges b, generate_series(1, 3) n returning 1)
         select count(*) from added",
    )
    .await;
    mina.get("/badges").await.shows("td.num", "6,000");
    mina.get(&path).await.shows("dd .num", "6,000");
}

#[tokio::test]
async fn a_claimed_owner_cannot_be_taken_away() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = make(&mina, BADGE).await;
    app.number(
        "with claimed as (insert into badge_claims (org_id, badge_id, owner_type, reference_id, created_on)
         select org_id, id, 'Loyalty', 'Supermarket: TransactionAdd', now() from badges returning 1)
         select count(*) from claimed",
    )
    .await;
    mina.get(&path).await.shows("dd", "Loyalty: Supermarket: TransactionAdd");
    mina.get("/badges").await.shows("tbody details", "Supermarket: TransactionAdd");
    let edit = format!("{path}/edit");
    let details = mina.submit(&edit, &with(BADGE, &[("go", "details")])).await.is(200);
    assert_eq!(details.attributes("input[type=checkbox][value=Loyalty]", "disabled"), [""]);
    let other = with(BADGE, &[("owner", "Journeys"), ("go", "save")]);
    let refused = mina.submit(&edit, &other).await.is(422);
    refused.shows("#owner-why li", "There is an existing claim of owner.");
    assert_eq!(mina.get("/badges?claimed=Loyalty").await.texts("tbody a.name").len(), 1);
    assert_eq!(mina.get("/badges?claimed=Journeys").await.texts("tbody a.name").len(), 0);
}

#[tokio::test]
async fn others_read_and_other_brands_see_nothing() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let path = make(&mina, BADGE).await;
    for role in [Role::Support, Role::Marketer] {
        let other = app.staff(role.word(), role).await;
        other
            .get("/badges")
            .await
            .is(200)
            .shows("tbody a.name", "Early bird")
            .lacks("a[href$='/edit']");
        other.get(&path).await.is(200).lacks("a[href$='/edit']");
        for page in ["edit", "images", "duplicate", "deactivation", "activation"] {
            other.get(&format!("{path}/{page}")).await.is(403);
        }
        other.get("/badges/new").await.is(403);
        other.submit("/badges/new", &with(BADGE, &[("go", "save")])).await.is(403);
        other.submit(&format!("{path}/edit"), BADGE).await.is(403);
        other.submit(&format!("{path}/images"), &[]).await.is(403);
        other.submit(&format!("{path}/deactivation"), &[]).await.is(403);
    }
    let south = app.brand("Southwind", "UTC").await;
    let omar = app.staff_of(south, "Omar", Role::Admin).await;
    omar.get("/badges").await.is(200).lacks("tbody tr");
    let unknown = "/badges/000000000000000000000000".to_owned();
    for page in ["", "/edit", "/images", "/duplicate", "/deactivation", "/activation"] {
        let theirs = omar.get(&format!("{path}{page}")).await.is(404);
        let nobodys = omar.get(&format!("{unknown}{page}")).await.is(404);
        assert_eq!(theirs.texts("h1"), nobodys.texts("h1"), "{page}");
    }
    omar.submit(&format!("{path}/deactivation"), &[]).await.is(404);
    omar.submit(&format!("{path}/edit"), &with(BADGE, &[("go", "save")])).await.is(404);
    // A name is one brand's own.
    make(&omar, BADGE).await;
}
