//! The shell around every page, and every page with nothing in it yet.

use guerdon::base::permission::Role;
use thirtyfour::prelude::*;

use crate::browser::{Kind, TAB, journey};

/// Every page an address leads to by itself.
const PAGES: &[&str] = &[
    "/badges",
    "/badges/new",
    "/settings/groups",
    "/settings/custom-fields",
    "/customers",
    "/customers/new",
    "/imports",
    "/exports",
    "/activity",
    "/activity?who=Nobody&from=2026-01-01",
    "/staff",
    "/sessions",
    "/nowhere",
];

#[tokio::test]
async fn the_shell_serves_mouse_and_keyboard() {
    journey(Kind::Plain, async |tab| {
        tab.sign_in("Mina Okafor", Role::Admin).await?;
        for path in PAGES {
            tab.looks_over(path).await?;
        }
        // The first stop of the keyboard leads past the navigation.
        tab.open("/staff").await?;
        tab.keys(TAB).await?;
        assert_eq!(tab.driver.active_element().await?.text().await?, "Skip to content");
        tab.keys(Key::Enter).await?;
        tab.arrives("/staff#main").await?;
        tab.keys("/").await?;
        let at = tab.driver.active_element().await?;
        assert_eq!(at.id().await?.as_deref(), Some("find"));
        // While typing, it is a letter like any other.
        tab.keys("a/g?").await?;
        assert_eq!(at.prop("value").await?.as_deref(), Some("a/g?"));

        tab.open("/staff").await?;
        tab.keys("?").await?;
        tab.sees("#dialog dl", "Groups & ranks").await?;
        tab.is_accessible().await?;
        tab.keys(Key::Escape).await?;
        tab.keys("ga").await?;
        tab.arrives("/activity").await?;
        tab.press("details.account summary").await?;
        tab.is_accessible().await?;
        tab.press_words("Shortcuts off").await?;
        tab.find("html[data-keys=off]").await?;
        tab.keys("gs").await?;
        tab.keys("/").await?;
        assert_ne!(tab.driver.active_element().await?.id().await?.as_deref(), Some("find"));
        assert_eq!(tab.path().await?, "/activity");

        tab.press(".theme button").await?;
        tab.find("html[data-theme=light]").await?;
        tab.press(".theme button").await?;
        tab.find("html[data-theme=dark]").await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn every_page_fits_a_narrow_screen() {
    journey(Kind::Narrow, async |tab| {
        tab.sign_in("Mina Okafor", Role::Admin).await?;
        for path in PAGES {
            tab.looks_over(path).await?;
        }
        tab.open("/staff").await?;
        tab.press("[aria-label=Menu]").await?;
        tab.find("#side:popover-open").await?;
        tab.is_accessible().await?;
        tab.press_words("Activity").await?;
        tab.arrives("/activity").await
    })
    .await;
}
