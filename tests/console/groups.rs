//! Settings › Groups.

use guerdon::base::permission::Role;

use crate::support::{TestApp, User};

/// The id in the edit link of a named row.
pub async fn group_id(mina: &User, name: &str) -> String {
    let page = mina.get("/settings/groups").await;
    let links = page.attributes(&format!("a[aria-label='Edit {name}']"), "href");
    links.first().and_then(|link| link.rsplit('/').next()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn groups_are_made_ranked_edited_disabled_and_enabled() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    for (name, rank) in [("Silver", "2"), ("Gold", "1"), ("Bronze", "3")] {
        let made = mina.submit("/settings/groups", &[("name", name), ("rank", rank)]).await;
        made.redirects_to("/settings/groups");
    }
    let page = mina.get("/settings/groups").await;
    assert_eq!(page.texts("tbody td:first-child"), ["Gold", "Silver", "Bronze"]);

    let gold = group_id(&mina, "Gold").await;
    let path = format!("/settings/groups/{gold}");
    mina.get(&path).await.is(200).shows("tbody form label[for=edit-name]", "Name");
    let version = ("version", "1");
    mina.submit(&path, &[("name", "Platinum"), ("rank", "5"), version]).await.redirects();
    assert_eq!(app.last_entry().await, "Mina changed Platinum");
    let page = mina.get("/settings/groups").await;
    assert_eq!(page.texts("tbody td:first-child"), ["Silver", "Bronze", "Platinum"]);
    // Somebody who still sees the old version is told, and loses nothing typed.
    let late = mina.submit(&path, &[("name", "Mithril"), ("rank", "9"), version]).await.is(422);
    late.shows(".summary", "changed this group meanwhile");
    assert_eq!(late.attributes("#edit-name", "value"), ["Mithril"]);

    mina.get(&format!("{path}/disabling")).await.is(200).shows("main form", "count as ungrouped");
    mina.submit(&format!("{path}/disabling"), &[]).await.redirects();
    assert_eq!(app.last_entry().await, "Mina disabled Platinum");
    mina.get("/settings/groups").await.shows("tbody .tag", "Disabled");
    mina.submit(&format!("{path}/enabling"), &[]).await.redirects();
    assert_eq!(app.last_entry().await, "Mina enabled Platinum");
}

#[tokio::test]
async fn a_name_is_one_active_groups_letter_by_letter() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let make =
        async |name: &str| mina.submit("/settings/groups", &[("name", name), ("rank", "1")]).await;
    make("Gold").await.redirects();
    make("gold").await.redirects();
    let taken = make("Gold").await.is(422);
    taken.shows("#name-why li", "Group Name should be Unique.");
    let nothing = mina.submit("/settings/groups", &[("name", " "), ("rank", "")]).await.is(422);
    nothing.shows("#name-why li", "Group name is mandatory.");
    nothing.shows("#rank-why li", "Group Rank is Mandatory.");
    // A disabled group's name is free; the group then cannot come back under it.
    let path = format!("/settings/groups/{}", group_id(&mina, "Gold").await);
    mina.submit(&format!("{path}/disabling"), &[]).await.redirects();
    make("Gold").await.redirects();
    let entries = app.entries().await.len();
    mina.submit(&format!("{path}/enabling"), &[]).await.redirects();
    assert_eq!(app.entries().await.len(), entries);
}

#[tokio::test]
async fn rows_are_edited_in_place() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let made =
        mina.submit_hx("/settings/groups", "groups", &[("name", "Gold"), ("rank", "1")]).await;
    made.is(200).lacks("nav").shows("tbody td", "Gold").shows(".toast", "Created “Gold”");
    let id = group_id(&mina, "Gold").await;
    let row = mina.get_region(&format!("/settings/groups/{id}"), "groups").await.is(200);
    row.lacks("nav").shows("tbody form button", "Save");
    let bad = [("name", ""), ("rank", "x"), ("version", "1")];
    let bad = mina.submit_hx(&format!("/settings/groups/{id}"), "groups", &bad).await.is(422);
    bad.shows("#edit-name-why li", "Group name is mandatory.");
    assert_eq!(bad.attributes("#edit-rank", "value"), ["x"]);
}

#[tokio::test]
async fn only_admins_edit_and_other_brands_see_nothing() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    mina.submit("/settings/groups", &[("name", "Gold"), ("rank", "1")]).await.redirects();
    let path = format!("/settings/groups/{}", group_id(&mina, "Gold").await);
    for role in [Role::Support, Role::Marketer] {
        let other = app.staff(role.word(), role).await;
        other.get("/settings/groups").await.is(200).lacks("main form");
        other.get(&path).await.is(403);
        other.submit("/settings/groups", &[("name", "X"), ("rank", "1")]).await.is(403);
        other.submit(&path, &[("name", "X"), ("rank", "1")]).await.is(403);
        other.submit(&format!("{path}/disabling"), &[]).await.is(403);
    }
    let south = app.brand("Southwind", "UTC").await;
    let omar = app.staff_of(south, "Omar", Role::Admin).await;
    omar.get("/settings/groups").await.is(200).lacks("tbody td");
    for path in [path.as_str(), "/settings/groups/000000000000000000000000", "/settings/groups/x"] {
        omar.get(path).await.is(404);
        omar.submit(path, &[("name", "X"), ("rank", "1")]).await.is(404);
    }
}
