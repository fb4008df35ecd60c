//! Offers: made on one page, found, looked at from every side.

use guerdon::base::permission::Role;
use thirtyfour::prelude::*;

use crate::browser::{Kind, Tab, journey};

/// Fills in what an offer needs; a slip first, which keeps what was typed.
async fn offer(tab: &Tab, name: &str) -> WebDriverResult<()> {
    tab.open("/coupons/new").await?;
    tab.is_accessible().await?;
    tab.fits().await?;
    tab.fill("description", name).await?;
    tab.date("validTillDate", "2027-12-31").await?;
    tab.fill("discountValue", "120").await?;
    tab.press(".actions [value=preview]").await?;
    tab.sees("#discountValue-why", "at most 100").await?;
    assert_eq!(tab.driver.active_element().await?.id().await?.as_deref(), Some("problems"));
    assert_eq!(tab.find("#description").await?.prop("value").await?.as_deref(), Some(name));
    tab.is_accessible().await?;
    tab.fill("discountValue", "20").await?;
    tab.press(".actions [value=preview]").await?;
    tab.sees("main .head p", "Nothing is saved yet").await?;
    tab.is_accessible().await?;
    tab.press(".actions [value=save]").await?;
    tab.sees("main h1", name).await
}

#[tokio::test]
async fn an_offer_is_made_found_and_looked_at() {
    journey(Kind::Plain, async |tab| {
        tab.sign_in("Mina", Role::Admin).await?;
        tab.looks_over("/coupons").await?;
        offer(&tab, "Black week").await?;
        tab.sees(".toast", "Black week").await?;
        let path = tab.path().await?;
        for page in ["", "?tab=information", "?tab=history", "/codes", "/uploads", "/batches"] {
            tab.looks_over(&format!("{path}{page}")).await?;
        }
        offer(&tab, "خصم الشتاء").await?;

        // By keyboard: go to the offers, search, open the menu of a row, edit.
        tab.keys("gu").await?;
        tab.arrives("/coupons").await?;
        tab.keys("/").await?;
        tab.keys("black").await?;
        tab.loses("#results", "خصم").await?;
        tab.sees("#results", "Black week").await?;
        assert!(tab.path().await?.contains("q=black"), "{}", tab.path().await?);
        tab.is_accessible().await?;
        tab.press("tbody details.pick summary").await?;
        tab.press("tbody .pop a[href$='/edit']").await?;
        tab.sees("main h1", "Edit Black week").await?;
        tab.is_accessible().await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_offer_is_made_without_scripts() {
    journey(Kind::NoScript, async |tab| {
        tab.sign_in("Mina", Role::Marketer).await?;
        tab.open("/coupons/new").await?;
        // The box of a choice comes forward with it, without a script.
        tab.press("input[name=clientHandlingType][value=GENERIC]").await?;
        tab.fill("genericCode", "SPRING").await?;
        tab.fill("description", "Spring").await?;
        tab.press("input[name=fixedEnd][value=false]").await?;
        tab.fill("discountValue", "20").await?;
        tab.press(".actions [value=preview]").await?;
        tab.sees("main .head p", "Nothing is saved yet").await?;
        tab.press(".actions [value=save]").await?;
        tab.sees("main h1", "Spring").await?;
        tab.sees("main .head code", "SPRING").await
    })
    .await;
}
