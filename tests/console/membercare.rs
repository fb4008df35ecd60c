//! The support desk's page of a customer: four tabs, the panel, who may see what.

use guerdon::base::act::Act;
use guerdon::base::error::Result;
use guerdon::base::ids::{CustomerId, OrgId};
use guerdon::base::permission::Role;
use guerdon::customers::bulk::{self, Mark};
use guerdon::customers::{Identifier, IdentifierKind, Profile};

use crate::imports::import;
use crate::support::{Answer, TestApp, any_entry};

/// States no deed brings about yet: badges, issuals and enrolments by hand.
pub struct Desk {
    /// The product.
    pub app: TestApp,
    /// Amara Reyes of the first brand.
    pub amara: CustomerId,
}

async fn add(act: &mut Act, profile: Profile) -> Result<CustomerId> {
    act.record(any_entry());
    let mark = Mark { org: act.org(), import: None, now: act.now(), by: "Mina".to_owned() };
    Ok(bulk::insert(act.db(), &mark, &[profile]).await?[0])
}

pub fn amara() -> Profile {
    let mut profile = Profile {
        first_name: "Amara".to_owned(),
        last_name: "Reyes".to_owned(),
        registered_on: Some("2024-05-01T22:30:00Z".parse().unwrap()),
        ..Profile::default()
    };
    for (kind, value) in [
        (IdentifierKind::CardNumber, "NW-20817"),
        (IdentifierKind::ExternalId, "SO-9"),
        (IdentifierKind::Email, "amara@example.org"),
        (IdentifierKind::Mobile, "+44 7700 900417"),
    ] {
        profile.put(kind, Some(Identifier::parse(kind, value).unwrap()));
    }
    profile.fields.insert("Shoe size".to_owned(), "39".into());
    profile
}

impl Desk {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let amara = Desk::customer(&app, app.org, amara()).await;
        Desk { app, amara }
    }

    pub async fn customer(app: &TestApp, org: OrgId, profile: Profile) -> CustomerId {
        app.act_in(org, |act| Box::pin(async move { add(act, profile).await })).await.unwrap()
    }

    /// A badge, `n` its id and number; direct, running from 1 January 2026 to the end of the year.
    pub async fn badge(&self, n: u32, name: &str, but: &str) {
        let name = name.replace('\'', "''");
        self.app
            .sql(&format!(
                "insert into badges (org_id, id, numeric_id, name, name_key, start_on, expires_on,
                    earn_type, earned_expiry, created_on, created_by_name, updated_on, updated_by_name)
                 values ({org}, decode(lpad('{n}', 24, '0'), 'hex'), {n}, '{name}', lower('{name}'),
                    '2026-01-01Z', '2026-12-31Z', 'EARN', '{{\"expiryType\":\"NEVER\"}}',
                    '2026-01-01Z', 'Mina', '2026-01-01Z', 'Mina');
                 update badges set numeric_id = numeric_id {but} where numeric_id = {n}",
                org = self.app.org,
            ))
            .await;
    }

    pub async fn earn(&self, badge: u32, id: u32, at: &str, until: Option<&str>) {
        self.earn_of(self.amara, badge, id, at, until).await;
    }

    async fn earn_of(&self, who: CustomerId, badge: u32, id: u32, at: &str, until: Option<&str>) {
        let until = until.map_or("null".to_owned(), |until| format!("'{until}'"));
        self.app
            .sql(&format!(
                "insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date,
                    earned_on, expires_on, source, owner_type)
                 values ({org}, decode(lpad('{id}', 24, '0'), 'hex'),
                    decode(lpad('{badge}', 24, '0'), 'hex'), {who}, '{at}', '{at}', {until},
                    'UI', 'Loyalty')",
                org = self.app.org,
            ))
            .await;
    }

    pub async fn enrol(&self, badge: u32, id: u32, at: &str, until: &str) {
        self.app
            .sql(&format!(
                "insert into badge_enrolments (org_id, id, badge_id, customer_id, issue_event_date,
                    issued_on, expires_on, owner_type)
                 values ({org}, decode(lpad('{id}', 24, '0'), 'hex'),
                    decode(lpad('{badge}', 24, '0'), 'hex'), {who}, '{at}', '{at}', '{until}',
                    'Audience_Campaigns')",
                org = self.app.org,
                who = self.amara,
            ))
            .await;
    }

    pub fn path(&self, query: &str) -> String {
        format!("/member-care/ui/{}{query}", self.amara)
    }
}

/// The tabs' counts and the names under the open one.
pub fn tabs(page: &Answer) -> (String, Vec<String>) {
    (page.texts(".pills b").join(" "), page.texts("#cards li b"))
}

/// One badge for each rule of spec/badges.md 18, and for each edge of time.
async fn every_rule(desk: &Desk) {
    let enrol = ", earn_type = 'ISSUE_EARN'";
    let ended = ", expires_on = '2026-11-26T08:59:59.999999Z'";
    // Issued: held to this very instant, held though ended, held though switched off.
    desk.badge(1, "Held till now", "").await;
    desk.earn(1, 1, "2026-02-01Z", Some("2026-11-26T09:00:00Z")).await;
    desk.badge(2, "Held beyond its end", ended).await;
    desk.earn(2, 2, "2026-02-01Z", Some("2027-01-01Z")).await;
    desk.badge(3, "Held, switched off", ", active = false").await;
    desk.earn(3, 3, "2026-02-01Z", None).await;
    // Available to issue: never had, run out but to be had again, revoked, enrolled, enrolled beyond.
    desk.badge(4, "Direct", "").await;
    desk.badge(5, "Run out, still live", "").await;
    desk.earn(5, 5, "2026-02-01Z", Some("2026-11-26T08:59:59.999999Z")).await;
    desk.badge(6, "Revoked, still live", "").await;
    desk.earn(6, 6, "2026-02-01Z", Some("2027-01-01Z")).await;
    desk.badge(7, "Enrolled", enrol).await;
    desk.enrol(7, 7, "2026-11-01Z", "2026-11-26T09:00:00Z").await;
    desk.badge(8, "Enrolled beyond its end", &format!("{enrol}{ended}")).await;
    desk.enrol(8, 8, "2026-11-01Z", "2027-01-01Z").await;
    // Available to enrol: never enrolled, enrolment over, enrolment revoked.
    desk.badge(9, "To enrol", enrol).await;
    desk.badge(10, "Enrolment over", enrol).await;
    desk.enrol(10, 10, "2026-11-01Z", "2026-11-26T08:59:59.999999Z").await;
    desk.badge(11, "Enrolment revoked", enrol).await;
    desk.enrol(11, 11, "2026-11-01Z", "2027-01-01Z").await;
    // Expired: ended and never had, ends with its ended badge, switched off with a past.
    desk.badge(12, "Ended", ended).await;
    desk.badge(13, "Ended with its badge", ended).await;
    desk.earn(13, 13, "2026-02-01Z", None).await;
    desk.badge(14, "Off with a past", ", active = false").await;
    desk.earn(14, 14, "2026-02-01Z", Some("2026-03-01Z")).await;
    // Nowhere: not begun, off and never had, off and revoked, off and enrolled.
    desk.badge(15, "Upcoming", ", start_on = '2026-11-26T09:00:00.000001Z'").await;
    desk.badge(16, "Off", ", active = false").await;
    desk.badge(17, "Off and revoked", ", active = false").await;
    desk.earn(17, 17, "2026-02-01Z", Some("2027-01-01Z")).await;
    desk.badge(18, "Off and enrolled", &format!("{enrol}, active = false")).await;
    desk.enrol(18, 18, "2026-11-01Z", "2027-01-01Z").await;
    desk.app
        .sql(
            "update badge_earns set revoked_on = '2026-06-01Z', revoked_by = 'Jonas'
             where id in (decode(lpad('6', 24, '0'), 'hex'), decode(lpad('17', 24, '0'), 'hex'));
             update badge_enrolments set revoked_on = '2026-11-02Z'
             where id = decode(lpad('11', 24, '0'), 'hex')",
        )
        .await;
}

#[tokio::test]
async fn every_badge_stands_under_the_tab_its_rule_says_and_no_other() {
    let desk = Desk::new().await;
    every_rule(&desk).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let under = async |category: &str| {
        let (counts, mut names) = tabs(&sam.get(&desk.path(category)).await.is(200));
        assert_eq!(counts, "3 5 3 3");
        names.sort();
        names.join(" | ")
    };
    let issued = "Held beyond its end | Held till now | Held, switched off";
    assert_eq!(under("").await, issued);
    assert_eq!(under("?category=issued").await, issued);
    let to_issue =
        "Direct | Enrolled | Enrolled beyond its end | Revoked, still live | Run out, still live";
    assert_eq!(under("?category=issue").await, to_issue);
    let to_enrol = "Enrolment over | Enrolment revoked | To enrol";
    assert_eq!(under("?category=enrol").await, to_enrol);
    assert_eq!(under("?category=expired").await, "Ended | Ended with its badge | Off with a past");
    // Time alone moves a badge: a microsecond later what was held and enrolled till then is not.
    desk.app.set_clock("2026-11-26T09:00:00.000001Z");
    let later = sam.get(&desk.path("")).await.is(200);
    assert_eq!(tabs(&later).0, "4 6 2 3");
}

#[tokio::test]
async fn filters_and_orders_keep_their_state_in_the_address() {
    let desk = Desk::new().await;
    desk.badge(1, "Straßenlauf", ", updated_on = '2026-03-01Z', expires_on = '2026-12-01Z'").await;
    desk.badge(2, "Marathon", ", expires_on = '2026-12-02Z'").await;
    desk.badge(3, "Sprint", ", expires_on = '2026-12-03Z', rank = 1").await;
    desk.app
        .sql(&format!(
            "insert into badge_groups (org_id, id, name, rank, created_on, created_by_name,
                 updated_on, updated_by_name)
             values ({org}, decode(lpad('9', 24, '0'), 'hex'), 'Gold', 1, now(), '', now(), '');
             update badges set group_id = decode(lpad('9', 24, '0'), 'hex') where numeric_id = 2;
             insert into badge_owners (org_id, badge_id, owner)
             select org_id, id, 'Journeys' from badges where numeric_id in (1, 3)",
            org = desk.app.org
        ))
        .await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let names = async |query: &str| {
        let page = sam.get(&desk.path(&format!("?category=issue{query}"))).await.is(200);
        page.texts("#cards li b").join(" ")
    };
    assert_eq!(names("").await, "Straßenlauf Marathon Sprint");
    assert_eq!(names("&sort=rank").await, "Marathon Sprint Straßenlauf");
    assert_eq!(names("&sort=updated").await, "Straßenlauf Sprint Marathon");
    assert_eq!(names("&name=STRASSE").await, "Straßenlauf");
    assert_eq!(names("&owner=Journeys").await, "Straßenlauf Sprint");
    assert_eq!(names("&group=000000000000000000000009").await, "Marathon");
    let page = sam.get(&desk.path("?category=issue&name=str&owner=Journeys&sort=rank")).await;
    let hrefs = page.attributes("#cards a.card", "href");
    assert_eq!(
        hrefs,
        [desk.path(
            "?category=issue&name=str&owner=Journeys&sort=rank&badge=000000000000000000000001#panel"
        )]
    );
    let none = sam.get(&desk.path("?category=issue&name=zz")).await.is(200);
    none.shows(".empty h2", "No badge fits");
    let empty = sam.get(&desk.path("?category=issued")).await.is(200);
    empty.shows(".empty h2", "No badge is held now").shows(".empty .btn", "Available to issue: 3");
}

#[tokio::test]
async fn the_panel_tells_what_the_badge_is_and_what_happened() {
    let desk = Desk::new().await;
    let rule =
        r#", earned_expiry = '{"expiryType":"RELATIVE","relativeExpirytype":"DAYS","value":90}'"#;
    desk.badge(
        1,
        "VIP",
        &format!("{rule}, description = 'For the best', earn_type = 'ISSUE_EARN'"),
    )
    .await;
    desk.enrol(1, 20, "2026-01-10Z", "2026-02-10Z").await;
    desk.earn(1, 21, "2026-01-20Z", Some("2026-04-20Z")).await;
    desk.earn(1, 22, "2026-06-01T12:00:00Z", Some("2027-04-20Z")).await;
    desk.earn(1, 23, "2026-11-12T17:20:00Z", None).await;
    desk.app
        .sql(&format!(
            "update badge_earns set revoked_on = '2026-10-02Z', revoked_by = 'Jonas Weber',
                 revoke_reason = 'Returned <b>purchase</b>'
             where id = decode(lpad('22', 24, '0'), 'hex');
             insert into badge_owners (org_id, badge_id, owner)
             select {org}, id, unnest(array['Loyalty', 'Audience_Campaigns']) from badges;
             insert into badge_claims (org_id, badge_id, owner_type, reference_id, created_on)
             select {org}, id, 'Referral_Campaigns', 'ref-7', now() from badges;
             insert into badge_benefits (org_id, badge_id, position, type, params)
             select {org}, id, 0, 'LOYALTY_POINTS', '{{}}' from badges;
             insert into badge_fields (org_id, id, name, data_type, is_mandatory, default_value,
                 is_active, created_on, created_by_name, updated_on, updated_by_name)
             select {org}, decode(lpad(n::text, 24, '0'), 'hex'), name, 'STRING', mandatory,
                 case when mandatory then 'By default' end, active, now(), '', now(), ''
             from (values (31, 'Terms', true, true), (32, 'Colour', false, true),
                 (33, 'Old', true, false)) as f (n, name, mandatory, active);
             insert into badge_field_values (org_id, badge_id, field_id, value)
             select b.org_id, b.id, f.id, 'Own' from badges b join badge_fields f on f.org_id = b.org_id
             where f.name in ('Colour', 'Old')",
            org = desk.app.org
        ))
        .await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let page = sam.get(&desk.path("?badge=000000000000000000000001")).await.is(200);
    page.shows("#panel h2", "VIP").shows("#panel .sub", "3 times issued, once enrolled");
    let facts = page.texts("#panel dd").join(" | ");
    assert_eq!(
        facts,
        "Active | For the best | Enrol and issue | 1 Jan 2026, 01:00 | 31 Dec 2026, 01:00 | \
         Broadcast Campaign, Loyalty | Referral Campaign (ref-7) | Points · | \
         000000000000000000000001 | Own | By default"
    );
    let titles = page.texts("#timeline li > .row");
    assert_eq!(
        titles,
        [
            "Issual 3 Live Revoke…",
            "Issual 2 Revoked",
            "Issual 1 Expired Revoke…",
            "Enrolment 1 Expired Revoke…"
        ]
    );
    page.shows("#timeline li:nth-child(1)", "Expires along with badge: 31 Dec 2026, 01:00");
    page.shows("#timeline li:nth-child(1)", "Issued 12 Nov 2026, 18:20 by Loyalty");
    page.shows("#timeline li:nth-child(2)", "Revoked 2 Oct 2026, 02:00 by Jonas Weber");
    page.shows("#timeline li:nth-child(2)", "“Returned <b>purchase</b>”");
    page.shows("#timeline li:nth-child(3)", "Expires after 90 days: 20 Apr 2026, 02:00");
    page.shows("#timeline li:nth-child(4)", "Enrolled 10 Jan 2026, 01:00 by Broadcast Campaign");
    let stamps = page.attributes("#timeline li:nth-child(1) time", "title");
    assert_eq!(stamps[0], "2026-11-12 17:20:00 UTC (shown in Europe/Berlin)");

    // Alone, as htmx asks for it: the panel, and the cards along with it.
    let alone =
        sam.get_region(&desk.path("?badge=000000000000000000000001"), "panel").await.is(200);
    alone
        .shows("h2[data-focus]", "VIP")
        .shows("#cards[hx-swap-oob] a[aria-current]", "VIP")
        .lacks("h1");
}

#[tokio::test]
async fn a_long_timeline_comes_page_by_page_with_numbers_that_go_on() {
    let desk = Desk::new().await;
    desk.badge(1, "Often", "").await;
    desk.app
        .sql(&format!(
            "insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date, import_nth,
                 earned_on, expires_on, source, owner_type)
             select {org}, decode(lpad(n::text, 24, '0'), 'hex'), decode(lpad('1', 24, '0'), 'hex'),
                 {who}, '2026-02-01Z'::timestamptz + (n / 4) * interval '1 hour', 1 + n % 4,
                 '2026-02-01Z', null, 'IMPORT', 'Historical_Import'
             from generate_series(1, 120) n",
            org = desk.app.org,
            who = desk.amara
        ))
        .await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let mut address = desk.path("?category=issued&badge=000000000000000000000001");
    let mut seen = Vec::new();
    loop {
        let region = sam.get_region(&address, "timeline").await.is(200);
        region.lacks("h1").lacks("#panel");
        seen.extend(region.texts("li b"));
        match region.attributes("a[rel=next]", "href").pop() {
            Some(next) => address = next,
            None => break,
        }
    }
    let expected: Vec<String> = (1..=120).rev().map(|n| format!("Issual {n}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn identifiers_stand_in_order_and_a_marketer_sees_none_of_them() {
    let desk = Desk::new().await;
    desk.badge(1, "VIP", "").await;
    desk.earn(1, 1, "2026-02-01Z", Some("2027-01-01Z")).await;
    desk.app
        .sql("update badge_earns set revoked_on = '2026-06-01Z', revoked_by = 'Jonas', revoke_reason = 'Fraud'")
        .await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let page = sam.get(&desk.path("?badge=000000000000000000000001")).await.is(200);
    page.shows(".head p", "+44 7700 900417 · E-mail amara@example.org · External id SO-9");
    page.shows(".head p", "Registered 2 May 2024").shows(".head details", "Card: NW-20817");
    page.shows("#timeline", "“Fraud”").lacks("a[href$='/edit']");
    assert_eq!(page.texts(".tabs a"), ["Overview", "Badges", "Coupons", "History"]);
    sam.get(&desk.path("/overview")).await.is(200).shows(".facts", "Shoe size");

    let marta = desk.app.staff("Marta", Role::Marketer).await;
    for query in ["", "?badge=000000000000000000000001", "?category=expired"] {
        let page = marta.get(&desk.path(query)).await.is(200);
        page.shows("h1", "Amara Reyes");
        assert_eq!(page.texts(".tabs a"), ["Badges", "Coupons"]);
        for secret in ["900417", "example.org", "SO-9", "20817", "2024", "Shoe", "Fraud", "Jonas"] {
            assert!(!page.text().contains(secret), "{query} shows {secret}");
        }
    }
    marta.get(&desk.path("/overview")).await.is(403);
    marta.get(&desk.path("/history")).await.is(403);
    let mina = desk.app.staff("Mina", Role::Admin).await;
    let head = mina.get(&desk.path("")).await.attributes(".head a", "href");
    assert_eq!(head, ["goodwill", "edit"].map(|deed| format!("/customers/{}/{deed}", desk.amara)));
}

#[tokio::test]
async fn other_brands_deleted_and_unknown_customers_answer_alike_and_merged_ones_lead_on() {
    let desk = Desk::new().await;
    let other = desk.app.brand("Southwind", "UTC").await;
    let theirs = Desk::customer(&desk.app, other, amara()).await;
    let bo = Profile { first_name: "Bo".to_owned(), ..Profile::default() };
    let gone = Desk::customer(&desk.app, desk.app.org, bo.clone()).await;
    let merged = Desk::customer(&desk.app, desk.app.org, bo).await;
    desk.app.sql(&format!("update customers set deleted_at = now() where id = {gone}")).await;
    let merge = format!("update customers set merged_into = {} where id = {merged}", desk.amara);
    desk.app.sql(&merge).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    let answer = async |id: &str, view: &str| {
        let page = sam.get(&format!("/member-care/ui/{id}{view}")).await.is(404);
        let request = page.header("x-request-id").to_owned();
        page.text().replace(&request, "")
    };
    for view in ["", "/overview", "/history"] {
        let unknown = answer("999999", view).await;
        for id in [theirs.to_string(), gone.to_string(), "nobody".to_owned()] {
            assert_eq!(answer(&id, view).await, unknown);
        }
    }
    let page = sam.get(&format!("/member-care/ui/{merged}")).await.is(200);
    page.shows(".note", "merge victim");
    assert_eq!(page.attributes(".note a", "href"), [desk.path("")]);
    sam.get("/member-care?q=a%20b").await.redirects_to("/customers?q=a%20b");
}

#[tokio::test]
async fn names_from_anywhere_are_shown_as_text() {
    let desk = Desk::new().await;
    let script = "<script>alert(1)</script>";
    desk.badge(1, script, "").await;
    desk.badge(2, "مستكشف موسم الأعياد", "").await;
    desk.badge(3, &"Donaudampfschiff".repeat(15), "").await;
    let profile = Profile { first_name: script.to_owned(), ..Profile::default() };
    let who = Desk::customer(&desk.app, desk.app.org, profile).await;
    desk.earn_of(who, 1, 1, "2026-02-01Z", None).await;
    let sam = desk.app.staff("Sam", Role::Support).await;
    for query in ["?category=issued", "?category=issue", "/overview", "/history"] {
        let page = sam.get(&format!("/member-care/ui/{who}{query}")).await.is(200);
        page.shows("h1[dir=auto]", script);
        assert!(!page.text().contains("<script>alert"), "{query}");
    }
}

#[tokio::test]
async fn the_history_shows_what_was_changed_and_which_files_brought_it() {
    let desk = Desk::new().await;
    let mina = desk.app.staff("Mina", Role::Admin).await;
    let edit = format!("/customers/{}/edit", desk.amara);
    let form =
        [("firstName", "Amara"), ("lastName", "Okafor"), ("externalId", "SO-9"), ("version", "1")];
    mina.submit(&edit, &form).await.redirects_to(&desk.path(""));
    let page = mina.get(&desk.path("/history")).await.is(200);
    page.shows("#history li", "Mina changed it").shows("#history", "Okafor");
    page.shows(".card", "No file brought or changed this customer");
    // A file that changes her stands beside what people did; one of somebody else's does not.
    let file = "externalId,firstName\nSO-9,Amara Joy\n";
    assert_eq!(import(&desk.app, "customers", file).await, (0, 1, 0, 0));
    import(&desk.app, "customers", "externalId,firstName\nNW-77,Bo\n").await;
    let page = mina.get(&desk.path("/history")).await.is(200);
    assert_eq!(page.texts(".line li .tag"), ["Changed"]);
}
