//! `/settings/brand`.

use guerdon::base::permission::Role;
use guerdon::requests::{Kind, must_ask};

use super::House;

#[tokio::test]
async fn a_brands_rules_are_changed_kept_and_told() {
    let house = House::new().await;
    let page = house.mina.get("/settings/brand").await.is(200);
    page.shows("h1", "Brand settings").shows("dd", "Europe/Berlin").shows("dd", "Northwind");
    assert_eq!(page.attributes("input[type=checkbox][checked]", "name"), ["badge_benefits"]);

    let form =
        [("retro_days", "30"), ("retro_hours", ""), ("approve_issues", "true"), ("version", "0")];
    house.mina.submit("/settings/brand", &form).await.redirects_to("/settings/brand");
    assert_eq!(house.app.last_entry().await, "Mina changed the settings of Northwind Outfitters");
    let page = house.mina.get("/settings/brand").await;
    assert_eq!(page.attributes("#retro_days", "value"), ["30"]);
    assert_eq!(page.attributes("input[type=checkbox][checked]", "name"), ["approve_issues"]);

    // What was left empty is the default.
    assert_eq!(page.attributes("#coupon_redeem_most", "value"), ["100"]);

    // The same again changes nothing and leaves no trace.
    let entries = house.app.entries().await.len();
    let same = [form[0], form[1], form[2], ("version", "1")];
    house.mina.submit("/settings/brand", &same).await.redirects();
    assert_eq!(house.app.entries().await.len(), entries);

    // Somebody who still sees the old version is told, and loses nothing typed.
    let late = [("retro_days", "7"), ("version", "0")];
    let late = house.mina.submit("/settings/brand", &late).await.is(422);
    late.shows(".summary", "changed these settings meanwhile");
    assert_eq!(late.attributes("#retro_days", "value"), ["7"]);
}

#[tokio::test]
async fn nonsense_comes_back_as_typed_and_only_admins_decide() {
    let house = House::new().await;
    let wrong = [
        ("retro_days", "-3"),
        ("retro_hours", "soon"),
        ("approve_issues", "true"),
        ("coupon_redeem_most", "0"),
    ];
    let page = house.mina.submit("/settings/brand", &wrong).await.is(422);
    page.shows("#retro_days-why li", "whole number").shows("#retro_hours-why li", "whole number");
    page.shows("#coupon_redeem_most-why li", "from 1 to 1000");
    assert_eq!(page.attributes("#retro_hours", "value"), ["soon"]);
    assert_eq!(page.attributes("input[type=checkbox][checked]", "name"), ["approve_issues"]);
    house.sam.get("/settings/brand").await.is(403);
    house.sam.submit("/settings/brand", &[("retro_days", "3")]).await.is(403);
    house.sam.get("/badges").await.lacks("a[href='/settings/brand']");
}

#[tokio::test]
async fn support_asks_where_the_brand_says_so_and_admins_act_at_once() {
    let house = House::new().await;
    let asks = async |name: &str, role: Role, kind: Kind| {
        let actor = house.actor(name, role).await;
        let deed = house.app.app.act(actor, move |act| Box::pin(must_ask(act, kind)));
        deed.await.unwrap()
    };
    assert!(!asks("Sam", Role::Support, Kind::Issue).await);
    let form = [("approve_issues", "true"), ("version", "0")];
    house.mina.submit("/settings/brand", &form).await.redirects();
    assert!(asks("Sam", Role::Support, Kind::Issue).await);
    assert!(!asks("Sam", Role::Support, Kind::Enrol).await);
    assert!(!asks("Mina", Role::Admin, Kind::Issue).await);
}
