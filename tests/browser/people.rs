//! Getting in, and colleagues.

use guerdon::base::permission::Role;
use thirtyfour::prelude::*;

use crate::browser::{Kind, journey};

#[tokio::test]
async fn signing_in_wrong_and_right() {
    journey(Kind::Plain, async |tab| {
        tab.open("/staff?x=1").await?;
        tab.is_accessible().await?;
        tab.fill("email", "nobody@northwind.test").await?;
        tab.fill("password", "wrong").await?;
        tab.press("main form button").await?;
        tab.sees(".summary", "E-mail or password is wrong.").await?;
        assert_eq!(tab.driver.active_element().await?.id().await?.as_deref(), Some("problems"));
        tab.is_accessible().await?;
        let kept = tab.find("#email").await?.prop("value").await?;
        assert_eq!(kept.as_deref(), Some("nobody@northwind.test"));
        tab.sign_in("Mina", Role::Admin).await?;
        tab.open("/sessions").await?;
        tab.sees("h1", "Your sessions").await
    })
    .await;
}

#[tokio::test]
async fn a_colleague_is_added_and_barred() {
    journey(Kind::Plain, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        tab.app.add_person(tab.app.org, "Sam", Role::Support).await;
        tab.open("/staff").await?;
        tab.fill("email", "not an address").await?;
        tab.press("#add button").await?;
        tab.sees("#email-why", "name@example.org").await?;
        tab.is_accessible().await?;
        tab.fill("email", "jo@northwind.test").await?;
        tab.press("#add button").await?;
        tab.sees("#one-time-link", "/welcome/").await?;
        tab.is_accessible().await?;
        let link = tab.find("#one-time-link").await?.text().await?;

        tab.press("[aria-label='Actions for Sam']").await?;
        tab.is_accessible().await?;
        tab.press_words("Disable…").await?;
        tab.sees("#dialog h1", "Disable Sam?").await?;
        tab.is_accessible().await?;
        tab.keys(Key::Escape).await?;
        tab.press("[aria-label='Actions for Sam']").await?;
        tab.press_words("Disable…").await?;
        tab.press("#dialog .btn.danger").await?;
        tab.sees(".toast", "Disabled.").await?;
        tab.is_accessible().await?;
        tab.press_words("Undo").await?;
        tab.sees(".toast", "Enabled again.").await?;

        tab.open("/activity").await?;
        tab.press("select[name=verb] option[value=disabled]").await?;
        tab.sees(".chip", "disabled").await?;
        tab.sees("tbody tr", "Sam").await?;
        tab.is_accessible().await?;
        tab.press(".chip").await?;
        tab.arrives("/activity").await?;

        tab.driver.goto(&link).await?;
        tab.sees("h1", "Choose a password").await?;
        tab.is_accessible().await
    })
    .await;
}

#[tokio::test]
async fn everything_works_without_scripts() {
    journey(Kind::NoScript, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        tab.app.add_person(tab.app.org, "Sam", Role::Support).await;
        tab.open("/staff").await?;
        tab.fill("email", "").await?;
        tab.press("#add button").await?;
        tab.sees(".summary", "Enter an e-mail address").await?;
        tab.press("[aria-label='Actions for Sam']").await?;
        tab.press_words("Disable…").await?;
        tab.sees("main h1", "Disable Sam?").await?;
        tab.press("main .btn.danger").await?;
        tab.sees(".toast", "Disabled.").await?;
        tab.press(".theme button").await?;
        tab.find("html[data-theme=light]").await?;
        tab.open("/activity").await?;
        tab.press("select[name=verb] option[value=disabled]").await?;
        tab.press_words("Filter").await?;
        tab.sees("tbody tr", "Sam").await?;
        tab.press("details.account summary").await?;
        tab.press_words("Sign out").await?;
        tab.arrives("/sign-in").await
    })
    .await;
}
