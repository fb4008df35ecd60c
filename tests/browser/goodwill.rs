//! A coupon out of goodwill: support asks for it on the customer's page, an admin grants it.

use guerdon::base::permission::Role;
use guerdon::goodwill;
use thirtyfour::prelude::*;

use crate::browser::{Kind, Tab, journey};
use crate::support::coupons::terms;

/// A customer and an offer that is claimed for goodwill; the customer's page.
async fn ground(tab: &Tab) -> String {
    let customer = tab.app.customer("Amara").await;
    let claimed = tab.app.act(|act| {
        Box::pin(async move {
            let series = guerdon::coupons::create(act, &terms(), false).await?;
            goodwill::claim_offer(act, series.id).await.map(drop)
        })
    });
    claimed.await.unwrap();
    format!("/member-care/ui/{customer}")
}

async fn open_form(tab: &Tab, customer: &str, form: &str) -> WebDriverResult<()> {
    tab.open(customer).await?;
    tab.press(".head .act a[href$='/goodwill']").await?;
    tab.sees(&format!("{form} h1"), "Goodwill coupon for Amara").await
}

async fn fill_form(tab: &Tab, form: &str) -> WebDriverResult<()> {
    tab.choose("series", "Diwali (until 31 Dec 2027)").await?;
    tab.choose("reason", "Late delivery").await?;
    tab.fill("comments", "A week late").await?;
    tab.press(&format!("{form} .btn.go")).await
}

#[tokio::test]
async fn support_asks_and_an_admin_grants() {
    journey(Kind::Plain, async |tab| {
        let customer = ground(&tab).await;
        tab.sign_in("Sam", Role::Support).await?;
        open_form(&tab, &customer, "#dialog").await?;
        tab.is_accessible().await?;
        fill_form(&tab, "#dialog").await?;
        tab.sees(".toast", "Asked for “Diwali” for Amara").await?;
        tab.is_accessible().await?;
        tab.driver.delete_all_cookies().await?;

        tab.sign_in("Mina", Role::Admin).await?;
        tab.open("/goodwill").await?;
        tab.sees(".nav a[href='/goodwill'] .count", "1").await?;
        tab.is_accessible().await?;
        tab.press("td a.name").await?;
        tab.press("#decision .danger").await?;
        tab.sees("#message-why", "Say why").await?;
        tab.is_accessible().await?;
        tab.press("#decision .btn.go").await?;
        tab.sees(".toast", "Coupon issued").await?;
        tab.sees("#end h2", "Approved").await?;
        let code = tab.app.text("select code from coupons").await;
        tab.sees("#end code", &code).await?;
        tab.is_accessible().await?;
        tab.fits().await
    })
    .await;
}

#[tokio::test]
async fn goodwill_is_asked_for_and_set_up_without_scripts_and_on_a_narrow_screen() {
    journey(Kind::NoScript, async |tab| {
        let customer = ground(&tab).await;
        tab.sign_in("Sam", Role::Support).await?;
        open_form(&tab, &customer, "main").await?;
        fill_form(&tab, "main").await?;
        tab.sees("h1", "Diwali for Amara").await
    })
    .await;
    journey(Kind::Narrow, async |tab| {
        let customer = ground(&tab).await;
        tab.sign_in("Mina", Role::Admin).await?;
        for path in ["/goodwill?state=all", "/settings/goodwill", "/goodwill/new"] {
            tab.looks_over(path).await?;
        }
        let form = customer.replace("/member-care/ui", "/customers");
        tab.looks_over(&format!("{form}/goodwill")).await
    })
    .await;
}
