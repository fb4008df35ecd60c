//! Settings › Custom fields, and their values on badges.

use guerdon::base::permission::Role;

use crate::badges::{BADGE, make, with};
use crate::support::{TestApp, User};

const PATH: &str = "/settings/custom-fields";

async fn field_path(mina: &User, name: &str) -> String {
    let links = mina.get(PATH).await.attributes(&format!("a[aria-label='Edit {name}']"), "href");
    links.first().cloned().unwrap_or_default()
}

async fn make_field(mina: &User, name: &str, kind: &str, mandatory: &str, default: &str) {
    let form =
        [("name", name), ("data_type", kind), ("mandatory", mandatory), ("default_value", default)];
    mina.submit(PATH, &form).await.redirects_to(PATH);
}

#[tokio::test]
async fn fields_are_made_and_every_fault_is_told() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let blank = mina.submit(PATH, &[("name", ""), ("mandatory", "true")]).await.is(422);
    blank.shows("#name-why li", "Custom field name is mandatory.");
    blank.shows("#data_type-why li", "Custom field Data Type is mandatory.");
    blank.shows("#default_value-why li", "Mandatory custom field should have default Value.");
    for (kind, message) in [
        ("INTEGER", "Custom field default value should be a number."),
        ("BOOLEAN", "Custom field default value should be true or false."),
        ("DATE", "Custom field default value should be a date."),
    ] {
        let form = [("name", "X"), ("data_type", kind), ("default_value", "soon")];
        mina.submit(PATH, &form).await.is(422).shows("#default_value-why li", message);
    }
    make_field(&mina, "Priority", "INTEGER", "true", "1").await;
    assert_eq!(app.last_entry().await, "Mina created Priority");
    let twice = [("name", "Priority"), ("data_type", "STRING")];
    let twice = mina.submit(PATH, &twice).await.is(422);
    twice.shows("#name-why li", "Custom field name cannot be duplicate.");
    make_field(&mina, "priority", "STRING", "false", "").await;
    assert_eq!(mina.get(PATH).await.texts("tbody td:nth-child(2)"), ["Number", "String"]);
}

#[tokio::test]
async fn a_mandatory_field_is_on_every_badge_by_its_default() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    make_field(&mina, "Priority", "INTEGER", "true", "1").await;
    let plain = make(&mina, &with(BADGE, &[("name", "Plain")])).await;
    let own = make(&mina, &with(BADGE, &[("name", "Own"), ("cf.Priority", "7")])).await;
    mina.get(&plain).await.shows("dd", "1 (default)");
    mina.get(&own).await.shows("dd", "7");
    let bad = with(BADGE, &[("name", "Bad"), ("cf.Priority", "many"), ("go", "save")]);
    mina.submit("/badges/new", &bad).await.is(422).shows(".why li", "Give a whole number");

    // The default moves, and badges that rely on it follow.
    let path = field_path(&mina, "Priority").await;
    let edit = |version| {
        [("name", "Priority"), ("mandatory", "true"), ("default_value", "3"), ("version", version)]
    };
    mina.submit(&path, &edit("1")).await.redirects();
    mina.get(&plain).await.shows("dd", "3 (default)");
    mina.get(&own).await.shows("dd", "7");

    // Made optional, it is taken from all of them.
    let optional =
        [("name", "Priority"), ("mandatory", "false"), ("default_value", "3"), ("version", "2")];
    mina.submit(&path, &optional).await.redirects();
    for badge in [&plain, &own] {
        assert!(!mina.get(badge).await.texts("dt").contains(&"Priority".to_owned()));
    }
    assert_eq!(app.number("select count(*) from badge_field_values").await, 0);
}

#[tokio::test]
async fn the_type_never_changes_and_disabling_is_final() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    make_field(&mina, "Terms", "STRING", "true", "One per stay").await;
    let badge = make(&mina, BADGE).await;
    let path = field_path(&mina, "Terms").await;
    let other = [("name", "Terms"), ("data_type", "DATE"), ("default_value", "2026-01-01")];
    mina.submit(&path, &other).await.is(422).shows(".summary li", "Data Type cannot be changed");
    mina.get(&format!("{path}/disabling")).await.is(200).shows("main form li", "cannot be undone");
    mina.submit(&format!("{path}/disabling"), &[]).await.redirects_to(PATH);
    assert_eq!(app.last_entry().await, "Mina disabled Terms");
    mina.get(PATH).await.lacks("tbody td");
    assert!(!mina.get(&badge).await.texts("dt").contains(&"Terms".to_owned()));
    mina.get(&path).await.is(404);
    mina.submit(&path, &[("name", "Terms")]).await.is(404);
    make_field(&mina, "Terms", "INTEGER", "false", "").await;
}

#[tokio::test]
async fn only_admins_edit_and_other_brands_see_nothing() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    make_field(&mina, "Terms", "STRING", "false", "").await;
    let path = field_path(&mina, "Terms").await;
    for role in [Role::Support, Role::Marketer] {
        let other = app.staff(role.word(), role).await;
        other.get(PATH).await.is(200).shows("tbody td", "Terms").lacks("main form");
        other.get(&path).await.is(403);
        other.submit(PATH, &[("name", "X"), ("data_type", "STRING")]).await.is(403);
        other.submit(&format!("{path}/disabling"), &[]).await.is(403);
    }
    let south = app.brand("Southwind", "UTC").await;
    let omar = app.staff_of(south, "Omar", Role::Admin).await;
    omar.get(PATH).await.is(200).lacks("tbody td");
    for path in [path.as_str(), "/settings/custom-fields/000000000000000000000000"] {
        omar.get(path).await.is(404);
        omar.submit(&format!("{path}/disabling"), &[]).await.is(404);
    }
}
