//! Customers: found by whatever they say, by those who may, and by nobody else.

use guerdon::base::act::Act;
use guerdon::base::error::Result;
use guerdon::base::ids::{CustomerId, ImportId, OrgId};
use guerdon::base::permission::Role;
use guerdon::customers::bulk::{self, Mark};
use guerdon::customers::{Identifier, IdentifierKind, Profile, resolve_identifiers};

use crate::support::{TestApp, any_entry};

fn profile(first: &str, last: &str, identifiers: &[(IdentifierKind, &str)]) -> Profile {
    let mut profile =
        Profile { first_name: first.to_owned(), last_name: last.to_owned(), ..Profile::default() };
    for (kind, value) in identifiers {
        profile.put(*kind, Some(Identifier::parse(*kind, value).unwrap()));
    }
    profile
}

fn mark(act: &mut Act) -> Mark {
    act.record(any_entry());
    Mark { org: act.org(), import: Some(ImportId::new(7)), now: act.now(), by: "Mina".to_owned() }
}

async fn insert(act: &mut Act, profiles: &[Profile]) -> Result<Vec<CustomerId>> {
    let mark = mark(act);
    Ok(bulk::insert(act.db(), &mark, profiles).await?)
}

#[tokio::test]
async fn a_chunk_of_customers_is_written_found_changed_put_back_and_taken_away() {
    use IdentifierKind::{Email, ExternalId, Mobile};
    let app = TestApp::new().await;
    let before = vec![
        profile("Amara", "Reyes", &[(Mobile, "+44 7700 900417"), (Email, "Amara@Example.org")]),
        profile("", "", &[(ExternalId, "SO-1")]),
    ];
    let profiles = before.clone();
    let ids = app.act(|act| Box::pin(async move { insert(act, &profiles).await })).await.unwrap();

    // Found by key, whatever the spelling; a key nobody has is missing.
    let keys = vec![Mobile.key("0044 7700 900417"), Mobile.key("123456")];
    let found = app
        .act(|act| {
            Box::pin(async move {
                let org = act.org();
                Ok(resolve_identifiers(act.db(), org, Mobile, &keys).await?)
            })
        })
        .await
        .unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [("447700900417".to_owned(), ids[0])]);

    // Changed, then put back as they were.
    let (first, second) = (ids[0], ids[1]);
    let undo = before.clone();
    let (changed, known) = app
        .act(move |act| {
            Box::pin(async move {
                let (org, mark) = (act.org(), mark(act));
                let mut changed = before[0].clone();
                changed.put(Email, None);
                changed.put(ExternalId, Some(Identifier::parse(ExternalId, "SO-2").unwrap()));
                bulk::update(act.db(), &mark, &[(first, changed.clone())]).await?;
                let known = bulk::load(act.db(), org, &[second, first]).await?;
                let both = [(first, undo[0].clone()), (second, undo[1].clone())];
                assert_eq!(bulk::update(act.db(), &mark, &both).await?, 2);
                let again = bulk::load(act.db(), org, &[first, second]).await?;
                assert_eq!(again.into_iter().map(|one| one.profile).collect::<Vec<_>>(), undo);
                Ok((changed, known))
            })
        })
        .await
        .unwrap();
    assert_eq!(known[0].profile, changed);
    assert_eq!(known[0].import, Some(ImportId::new(7)));

    // An identifier somebody has stops the whole chunk.
    let clash = vec![profile("Bo", "", &[]), profile("Cy", "", &[(ExternalId, "so-1")])];
    let refused = app.act(|act| Box::pin(async move { insert(act, &clash).await })).await;
    assert!(refused.is_err());
    assert_eq!(app.number("select count(*) from customers").await, 2);

    let gone = app
        .act(|act| {
            Box::pin(async move {
                let (org, import) = (mark(act).org, ImportId::new(7));
                assert_eq!(bulk::blockers(act.db(), org, import, 10).await?, []);
                let gone = bulk::delete_imported(act.db(), org, import, 1).await?;
                Ok(gone + bulk::delete_imported(act.db(), org, import, 10).await?)
            })
        })
        .await
        .unwrap();
    assert_eq!(gone, 2);
    assert_eq!(app.number("select count(*) from customer_identifiers").await, 0);
}

/// Customers of the first brand, in the order given.
async fn customers(app: &TestApp, profiles: Vec<Profile>) -> Vec<CustomerId> {
    customers_of(app, app.org, profiles).await
}

async fn customers_of(app: &TestApp, org: OrgId, profiles: Vec<Profile>) -> Vec<CustomerId> {
    app.act_in(org, |act| Box::pin(async move { insert(act, &profiles).await })).await.unwrap()
}

fn amara() -> Profile {
    use IdentifierKind::{CardNumber, Email, ExternalId, Mobile};
    let identifiers = [
        (Mobile, "+44 7700 900417"),
        (Email, "Amara@Example.org"),
        (ExternalId, "SO-20817"),
        (CardNumber, "NW 2081-7"),
    ];
    profile("Amara", "Reyes", &identifiers)
}

fn page(id: CustomerId) -> String {
    format!("/member-care/ui/{id}")
}

#[tokio::test]
async fn enter_opens_the_one_exact_hit_whatever_was_typed() {
    let app = TestApp::new().await;
    let ids = customers(&app, vec![amara(), profile("Amaranta", "Reyes-Cruz", &[])]).await;
    let sam = app.staff("Sam", Role::Support).await;
    for typed in [
        "%2B44%207700%20900417",
        "0044-7700-900417",
        "447700900417",
        "AMARA%40example.ORG",
        "so-20817",
        "nw20817",
        "Nw%202081-7",
        &ids[0].to_string(),
    ] {
        sam.get(&format!("/customers?q={typed}")).await.redirects_to(&page(ids[0]));
    }
    let listed = sam.get(&format!("/customers?q={}&view=list", ids[0])).await.is(200);
    listed.shows("td", "Customer id");
    // A whole name opens when it is the only hit; a beginning lists.
    sam.get("/customers?q=amaranta%20%20REYES-cruz").await.redirects_to(&page(ids[1]));
    let list = sam.get("/customers?q=reyes").await.is(200);
    assert_eq!(list.texts("a.name"), ["Amara Reyes", "Amaranta Reyes-Cruz"]);
    assert_eq!(list.texts("mark"), ["Reyes", "Reyes"]);
}

#[tokio::test]
async fn exact_identifiers_come_first_then_names_and_what_was_met_is_marked() {
    use IdentifierKind::{ExternalId, Mobile};
    let app = TestApp::new().await;
    let ids = customers(
        &app,
        vec![
            profile("Zoe", "Zimmer", &[(ExternalId, "7700")]),
            profile("Bo", "Berg", &[(Mobile, "+7700 12345")]),
            profile("Al", "Berg", &[(ExternalId, "77001")]),
            profile("Cy", "Cole", &[(ExternalId, "A7700")]),
        ],
    )
    .await;
    let sam = app.staff("Sam", Role::Support).await;
    let list = sam.get("/customers?q=7700&view=list").await.is(200);
    assert_eq!(list.texts("a.name"), ["Zoe Zimmer", "Al Berg", "Bo Berg"]);
    assert_eq!(list.texts("mark"), ["7700", "7700", "+7700"]);
    assert_eq!(list.attributes("a.name", "href")[0], page(ids[0]));
}

#[tokio::test]
async fn typing_searches_from_the_fourth_character_and_never_jumps() {
    let app = TestApp::new().await;
    customers(&app, vec![amara()]).await;
    let sam = app.staff("Sam", Role::Support).await;
    sam.get_region("/customers?view=list&q=447", "results").await.is(204);
    let region = sam.get_region("/customers?view=list&q=447700900417", "results").await.is(200);
    region.shows("a.name", "Amara Reyes").lacks("h1");
    let export = region.attributes("#export[hx-swap-oob]", "href");
    assert_eq!(export, ["/exports?kind=customers&q=447700900417"]);
    let none = sam.get_region("/customers?view=list&q=4477009004171", "results").await.is(200);
    none.shows(".empty h2", "No customer found for “4477009004171”");
    let cleared = sam.get_region("/customers?view=list&q=", "results").await.is(200);
    cleared.shows("a.name", "Amara Reyes");
}

#[tokio::test]
async fn whoever_may_not_see_personal_data_cannot_search_by_it_either() {
    let app = TestApp::new().await;
    let ids = customers(&app, vec![amara()]).await;
    let marta = app.staff("Marta", Role::Marketer).await;
    for typed in ["447700900417", "amara%40example.org", "so-20817", "nw20817", "4477"] {
        let list = marta.get(&format!("/customers?q={typed}")).await.is(200);
        list.shows(".empty h2", "No customer found");
    }
    marta.get(&format!("/customers?q={}", ids[0])).await.redirects_to(&page(ids[0]));
    for address in ["/customers", "/customers?q=amara&view=list"] {
        let list = marta.get(address).await.is(200);
        list.shows("a.name", "Amara Reyes").lacks(".tag");
        let text = list.text().to_lowercase();
        for secret in ["900417", "example.org", "20817", "2081-7"] {
            assert!(!text.contains(secret), "{address} shows {secret}");
        }
    }
    marta.get("/customers/new").await.is(403);
}

#[tokio::test]
async fn deleted_customers_and_other_brands_are_not_found_and_merged_ones_lead_on() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    customers_of(&app, other, vec![amara()]).await;
    let ids = customers(
        &app,
        vec![
            profile("Bo", "Berg", &[]),
            profile("Bo", "Berger", &[]),
            profile("Bo", "Bergson", &[]),
        ],
    )
    .await;
    app.sql(&format!("update customers set deleted_at = now() where id = {}", ids[1])).await;
    app.sql(&format!("update customers set merged_into = {} where id = {}", ids[0], ids[2])).await;
    let sam = app.staff("Sam", Role::Support).await;
    sam.get("/customers?q=amara").await.is(200).shows(".empty h2", "No customer found");
    sam.get(&format!("/customers?q={}", ids[1])).await.is(200).lacks("a.name");
    let list = sam.get("/customers?q=berg&view=list").await.is(200);
    assert_eq!(list.texts("a.name"), ["Bo Berg", "Bo Bergson"]);
    list.shows(".sub", &format!("Merged into customer {}", ids[0]));
    assert_eq!(sam.get("/customers").await.texts("a.name"), ["Bo Berg"]);
}

#[tokio::test]
async fn the_newest_come_first_page_by_page() {
    let app = TestApp::new().await;
    let many = (0..51).map(|n| profile(&format!("Nr{n:02}"), "", &[])).collect();
    customers(&app, many).await;
    let sam = app.staff("Sam", Role::Support).await;
    let first = sam.get("/customers").await.is(200);
    assert_eq!((first.texts("a.name").len(), first.texts("a.name")[0].as_str()), (50, "Nr50"));
    let next = first.attributes("a[rel=next]", "href").remove(0);
    let second = sam.get(&next).await.is(200);
    assert_eq!(second.texts("a.name"), ["Nr00"]);
    second.lacks("a[rel=next]");
    assert_eq!(sam.get("/customers?import=7").await.texts("a.name").len(), 50);
    sam.get("/customers?import=8").await.shows(".empty", "Import 8 brought no customers");
    sam.get("/customers?after=rubbish").await.is(200).shows("a.name", "Nr50");
}

#[tokio::test]
async fn whatever_is_typed_or_stored_is_shown_as_text() {
    let app = TestApp::new().await;
    let script = "<script>alert(1)</script>";
    let rtl = "محمد عبد الله";
    customers(&app, vec![profile(script, rtl, &[]), profile(&"x".repeat(300), "", &[])]).await;
    let sam = app.staff("Sam", Role::Support).await;
    let list = sam.get("/customers").await.is(200);
    list.shows("a.name[dir=auto]", &format!("{script} {rtl}"));
    let asked = sam.get("/customers?q=%3Cscript%3E%00%F0%9F%98%80%ff").await.is(200);
    asked.shows(".empty h2", "<script>");
    assert!(!asked.text().contains("<script>alert") && !list.text().contains("<script>alert"));
}

#[tokio::test]
async fn a_customer_is_added_and_changed_by_an_admin_and_leaves_a_trace() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    mina.get("/customers/new").await.is(200);
    let form = [("firstName", "Amara"), ("lastName", "Reyes"), ("mobile", "+44 7700 900417")];
    let address = mina.submit("/customers", &form).await.redirects();
    assert_eq!(app.last_entry().await, "Mina created Amara Reyes");
    let id = address.rsplit('/').next().unwrap().to_owned();

    let edit = format!("/customers/{id}/edit");
    let page = mina.get(&edit).await.is(200);
    let version = page.attributes("input[name=version]", "value").remove(0);
    let change = [
        ("firstName", "Amara"),
        ("lastName", "Reyes"),
        ("email", "amara@example.org"),
        ("registeredOn", "2024-05-01"),
        ("fieldName", "Size"),
        ("fieldValue", "M"),
        ("version", &version),
    ];
    mina.submit(&edit, &change).await.redirects_to(&address);
    assert_eq!(app.last_entry().await, "Mina changed Amara Reyes");
    let page = mina.get(&edit).await.is(200);
    assert_eq!(page.attributes("#email", "value"), ["amara@example.org"]);
    assert_eq!(page.attributes("#mobile", "value"), [""]);
    assert_eq!(page.attributes("#registeredOn", "value"), ["2024-05-01"]);
    assert_eq!(page.attributes("#fieldName0", "value"), ["Size"]);

    // Sent again from the page read before: somebody else changed it meanwhile, nothing typed is lost.
    let stale = mina.submit(&edit, &change).await.is(422);
    stale.shows(".summary", "Somebody else changed this customer");
    assert_eq!(stale.attributes("#email", "value"), ["amara@example.org"]);

    // Saving what is there already leaves no trace.
    let entries = app.entries().await.len();
    let mut same = change;
    let version = page.attributes("input[name=version]", "value").remove(0);
    same[6].1 = &version;
    mina.submit(&edit, &same).await.redirects_to(&address);
    assert_eq!(app.entries().await.len(), entries);
}

#[tokio::test]
async fn a_taken_identifier_is_refused_with_a_link_to_who_has_it() {
    let app = TestApp::new().await;
    let ids = customers(&app, vec![amara(), profile("Bo", "Berg", &[])]).await;
    let mina = app.staff("Mina", Role::Admin).await;
    let form = [("firstName", "Twin"), ("email", "AMARA@example.org"), ("mobile", "rubbish")];
    let answer = mina.submit("/customers", &form).await.is(422);
    answer.shows("#mobile-why", "Write a telephone number");
    let form = [("firstName", "Twin"), ("email", "AMARA@example.org"), ("cardNumber", "NW20817")];
    let answer = mina.submit("/customers", &form).await.is(422);
    answer.shows(
        "#email-why",
        &format!("Another customer has this e-mail address: customer {}", ids[0]),
    );
    answer.shows("#cardNumber-why", "Another customer has this card number");
    assert_eq!(answer.attributes(".note a", "href"), [page(ids[0])]);
    assert_eq!(answer.attributes("#firstName", "value"), ["Twin"]);
    assert_eq!(app.number("select count(*) from customers").await, 2);
    mina.submit("/customers", &[]).await.is(422).shows(".summary", "Give a name, or at least one");
}

#[tokio::test]
async fn only_admins_change_customers_and_only_their_brands() {
    let app = TestApp::new().await;
    let other = app.brand("Southwind", "UTC").await;
    let theirs = customers_of(&app, other, vec![amara()]).await[0];
    let ours = customers(&app, vec![amara()]).await[0];
    let sam = app.staff("Sam", Role::Support).await;
    sam.get("/customers/new").await.is(403);
    sam.submit("/customers", &[("firstName", "X")]).await.is(403);
    sam.submit(&format!("/customers/{ours}/edit"), &[("firstName", "X")]).await.is(403);
    let mina = app.staff("Mina", Role::Admin).await;
    for id in [theirs.to_string(), "999999".to_owned(), "x".to_owned()] {
        mina.get(&format!("/customers/{id}/edit")).await.is(404);
        mina.submit(&format!("/customers/{id}/edit"), &[("firstName", "X")]).await.is(404);
    }
}
