//! `/settings/goodwill`: reasons, the switch, and the offers.

use guerdon::coupons;
use guerdon::coupons::series::Claim;

use super::House;
use crate::support::coupons::terms;

#[tokio::test]
async fn reasons_are_the_brands_and_changes_never_pass_each_other() {
    let house = House::new().await;
    let page = house.mina.get("/settings/goodwill").await.is(200);
    page.shows("#reasons", "Late delivery").shows(".tabs a[aria-current]", "Goodwill");
    let form = |reasons: &'static str, version: &'static str| {
        [("enabled", "true"), ("reasons", reasons), ("version", version)]
    };
    let path = "/settings/goodwill";
    house.mina.submit(path, &form("Broken\nLost\nBroken", "0")).await.redirects_to(path);
    let said = "Mina changed the goodwill settings of Northwind Outfitters";
    assert_eq!(house.app.last_entry().await, said);
    house.sam.get(&house.path()).await.shows("option", "Lost");
    house.send(&house.sam, &[]).await.is(422).shows("#reason-why li", "Choose one of");

    let entries = house.app.entries().await.len();
    house.mina.submit(path, &form("Broken\nLost", "1")).await.redirects();
    assert_eq!(house.app.entries().await.len(), entries, "what is stored already leaves no trace");
    let late = house.mina.submit(path, &form("Late", "0")).await.is(422);
    late.shows(".summary", "Somebody changed these settings").shows("#reasons", "Late");
    assert_eq!(late.attributes("input[name=version]", "value"), ["1"]);
    let none = house.mina.submit(path, &form(" \n", "1")).await.is(422);
    none.shows("#reasons-why li", "Name at least one reason");
    house.mina.submit(path, &form("Late", "1")).await.redirects();
    house.mina.get("/settings/brand").await.shows(".tabs a", "Goodwill");
}

#[tokio::test]
async fn offers_are_claimed_and_given_back() {
    let house = House::new().await;
    let other = house.app.series(terms().with("description", "Monsoon")).await;
    let past = terms().with("description", "Past").with("validTillDate", "2026-01-31");
    house.app.series(past).await;
    let page = house.mina.get("/settings/goodwill").await.is(200);
    page.shows("#offers td a", "Diwali").shows("#free td a", "Monsoon");
    assert_eq!(page.texts("#free tbody tr").len(), 1);
    let found = house.mina.get_region("/settings/goodwill?q=diw", "free").await.is(200);
    found.lacks("tbody tr").lacks("h1");

    house.claim(other).await;
    assert_eq!(house.app.last_entry().await, "Mina claimed Monsoon");
    house.sam.get(&house.path()).await.shows("option", "Monsoon");
    house.release().await;
    assert_eq!(house.app.last_entry().await, "Mina released Diwali");
    let page = house.mina.get("/settings/goodwill").await;
    page.shows("#offers td a", "Monsoon").shows("#free td a", "Diwali");
    house.send(&house.sam, &[]).await.is(422).shows("#series-why li", "not claimed for goodwill");

    // What another module has claimed is neither taken from it nor given back for it.
    let series = house.series;
    let claim = Claim { by: "LOYALTY".into(), id: 3, validity: 0 };
    let claimed = house.app.act(move |act| {
        Box::pin(async move { coupons::claim(act, series, claim).await.map(drop) })
    });
    claimed.await.unwrap();
    house.claim(series).await;
    house.mina.get("/settings/goodwill").await.shows(".toast", "claimed by LOYALTY already");
    house.release().await;
    house.mina.get("/settings/goodwill").await.shows(".toast", "not claimed for goodwill");
    let owner = "select owned_by from coupon_series order by id limit 1";
    assert_eq!(house.app.text(owner).await, "LOYALTY");
}
