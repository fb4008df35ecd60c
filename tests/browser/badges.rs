//! Badges: made, found, changed; what a customer holds.

use guerdon::base::permission::Role;
use thirtyfour::prelude::*;

use crate::browser::{Kind, Tab, journey};

/// Groups with a rank each, typed into the page.
async fn groups(tab: &Tab) -> WebDriverResult<()> {
    tab.open("/settings/groups").await?;
    for (name, rank) in [("Gold", "1"), ("Silver", "2")] {
        tab.fill("name", name).await?;
        tab.fill("rank", rank).await?;
        tab.press_words("Save").await?;
        tab.sees("tbody tr", name).await?;
    }
    Ok(())
}

/// A badge in both steps, with what has no default.
async fn badge(tab: &Tab, name: &str) -> WebDriverResult<()> {
    tab.open("/badges/new").await?;
    tab.fill("name", name).await?;
    tab.date("start", "2026-12-01").await?;
    tab.date("end", "2027-12-31").await?;
    tab.choose("group", "Gold").await?;
    tab.fill("rank", "1").await?;
    tab.press("input[name=earn_type]").await?;
    tab.press(".actions [value=next]").await?;
    tab.sees("main .head p", "Step 2 of 2").await?;
    tab.press("input[name=owner][value=Loyalty], input[name=owner]").await?;
    tab.press(".expiry input[value=never]").await?;
    tab.is_accessible().await?;
    tab.press(".actions [value=preview]").await?;
    tab.sees("main .head p", "Preview").await?;
    tab.is_accessible().await?;
    tab.press(".actions [value=save]").await?;
    tab.sees("main h1", name).await
}

#[tokio::test]
async fn a_badge_is_made_found_and_switched_off() {
    journey(Kind::Plain, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        groups(&tab).await?;
        tab.is_accessible().await?;
        tab.press("[aria-label='Edit Gold']").await?;
        tab.find("#edit-rank").await?;
        tab.is_accessible().await?;

        // A slip keeps what was typed, and the summary has the focus.
        tab.open("/badges/new").await?;
        tab.fill("name", "Great Answer").await?;
        tab.press(".actions [value=next]").await?;
        tab.find("#problems").await?;
        assert_eq!(tab.driver.active_element().await?.id().await?.as_deref(), Some("problems"));
        assert_eq!(tab.find("#name").await?.prop("value").await?.as_deref(), Some("Great Answer"));
        tab.is_accessible().await?;

        badge(&tab, "Great Answer").await?;
        tab.sees(".toast", "Great Answer").await?;
        tab.is_accessible().await?;
        tab.fits().await?;
        let path = tab.path().await?;
        for other in ["information", "history"] {
            tab.open(&format!("{path}?tab={other}")).await?;
            tab.is_accessible().await?;
        }

        badge(&tab, "مستكشف موسم الأعياد").await?;
        tab.open("/badges").await?;
        tab.is_accessible().await?;
        tab.fits().await?;
        tab.keys("/").await?;
        tab.keys("great").await?;
        tab.loses("#results", "مستكشف").await?;
        tab.sees("#results", "Great Answer").await?;
        assert!(tab.path().await?.contains("q=great"), "{}", tab.path().await?);
        tab.press("th #sort-name").await?;
        tab.find("th[aria-sort] #sort-name").await?;

        tab.open(&path).await?;
        tab.press_words("Duplicate").await?;
        tab.find("#dialog h1").await?;
        tab.is_accessible().await?;
        tab.keys(Key::Escape).await?;
        tab.press_words("Deactivate").await?;
        tab.find("#dialog h1").await?;
        tab.is_accessible().await?;
        tab.press("#dialog .buttons button").await?;
        tab.sees("main .tag.inactive", "Inactive").await?;
        tab.open("/activity?kind=badge").await?;
        tab.sees("tbody tr", "Great Answer").await?;
        tab.is_accessible().await
    })
    .await;
}

#[tokio::test]
async fn a_page_with_unsaved_typing_is_not_left_by_accident() {
    journey(Kind::Plain, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        tab.open("/badges/new").await?;
        assert!(!tab.would_ask_before_leaving().await?);
        tab.fill("name", "Half a name").await?;
        assert!(tab.would_ask_before_leaving().await?);
        // What came back refused is not stored either; what was sent well is.
        tab.press(".actions [value=next]").await?;
        tab.find("#problems").await?;
        assert!(tab.would_ask_before_leaving().await?);
        tab.open("/settings/groups").await?;
        assert!(!tab.would_ask_before_leaving().await?);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_badge_is_made_without_scripts() {
    journey(Kind::NoScript, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        groups(&tab).await?;
        tab.open("/badges/new").await?;
        tab.press(".actions [value=next]").await?;
        tab.find("#problems").await?;
        tab.fill("name", "Great Answer").await?;
        tab.date("start", "2026-12-01").await?;
        tab.date("end", "2027-12-31").await?;
        tab.press("input[name=earn_type]").await?;
        tab.press(".actions [value=next]").await?;
        tab.press("input[name=owner]").await?;
        tab.press(".expiry input[value=never]").await?;
        tab.press(".actions [value=preview]").await?;
        tab.press(".actions [value=save]").await?;
        tab.sees("main h1", "Great Answer").await?;
        tab.press_words("Deactivate").await?;
        tab.press("main form .buttons button").await?;
        tab.sees("main .tag.inactive", "Inactive").await
    })
    .await;
}

#[tokio::test]
async fn support_sees_a_customer_and_what_they_hold() {
    journey(Kind::Plain, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        groups(&tab).await?;
        badge(&tab, "Great Answer").await?;
        tab.open("/customers/new").await?;
        tab.is_accessible().await?;
        tab.fill("firstName", "Amara").await?;
        tab.fill("lastName", "Reyes").await?;
        tab.fill("email", "amara@example.org").await?;
        tab.press(".actions .btn.go").await?;
        tab.sees("main h1", "Amara Reyes").await?;
        tab.is_accessible().await?;
        tab.fits().await?;
        // The badge has begun by now.
        tab.app.set_clock("2026-12-02T09:00:00Z");
        tab.sign_in("Sam", Role::Support).await?;
        tab.press("#find").await?;
        tab.keys("amara").await?;
        tab.keys(Key::Enter).await?;
        tab.press_words("Amara Reyes").await?;
        tab.sees("main h1", "Amara Reyes").await?;
        tab.is_accessible().await?;
        tab.press_words("Available to issue").await?;
        tab.sees("#desk", "Great Answer").await?;
        tab.is_accessible().await?;
        let pills = tab.driver.find_all(By::Css(".pills a")).await?.len();
        for nth in 1..=pills {
            tab.press(&format!(".pills a:nth-of-type({nth})")).await?;
            tab.find(&format!(".pills a:nth-of-type({nth})[aria-current]")).await?;
            tab.is_accessible().await?;
            tab.fits().await?;
        }
        Ok(())
    })
    .await;
}
