//! Where an owner makes a badge visible.

use guerdon::base::permission::Role;

use crate::badges::{BADGE, make, with};
use crate::support::TestApp;

#[tokio::test]
async fn each_loyalty_list_shows_exactly_the_badges_tagged_for_it() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    for (name, owners) in [
        ("Workflow only", &["Loyalty"][..]),
        ("Promotion only", &["Loyalty_Promotion"]),
        ("Both", &["Loyalty", "Loyalty_Promotion", "Journeys"]),
        ("Neither", &["Milestones", "Journeys"]),
    ] {
        let mut form: Vec<(&str, &str)> = with(BADGE, &[("name", name)]);
        form.retain(|(key, _)| *key != "owner");
        form.extend(owners.iter().map(|owner| ("owner", *owner)));
        make(&mina, &form).await;
    }
    let names = async |path: &str| mina.get(path).await.is(200).texts("tbody a.name");
    assert_eq!(names("/badges/loyalty-workflows?sort=name").await, ["Both", "Workflow only"]);
    assert_eq!(names("/badges/loyalty-promotions?sort=name").await, ["Both", "Promotion only"]);
    assert_eq!(names("/badges?sort=name").await.len(), 4);
    // A filter narrows the list and never widens it.
    let narrowed = "/badges/loyalty-workflows?owner=Milestones&q=only&sort=name";
    assert_eq!(names(narrowed).await, ["Workflow only"]);
    // Taking the tag away takes the badge from the list.
    let both = mina.get("/badges?q=Both").await.attributes("tbody a.name", "href");
    let mut form = with(BADGE, &[("name", "Both"), ("go", "save")]);
    form.retain(|(key, _)| *key != "owner");
    form.push(("owner", "Journeys"));
    mina.submit(&format!("{}/edit", both[0]), &form).await.redirects();
    assert_eq!(names("/badges/loyalty-workflows").await, ["Workflow only"]);
    assert_eq!(names("/badges/loyalty-promotions").await, ["Promotion only"]);
}
