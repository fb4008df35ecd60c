//! Support at a customer's coupons: by keyboard, without scripts, on a narrow screen.

use guerdon::base::ids::CustomerId;
use guerdon::base::permission::Role;
use guerdon::coupons::Coupon;
use thirtyfour::prelude::*;

use crate::browser::{Kind, TAB, Tab, journey};
use crate::support::coupons::terms;

/// A customer with three coupons of one offer, one of them used.
async fn ground(tab: &Tab) -> (CustomerId, Vec<Coupon>) {
    let amara = tab.app.customer("Amara").await;
    let series = tab.app.series(terms()).await;
    let held = tab.app.issue(series, amara, 3).await.unwrap().coupons;
    tab.app.redeem(amara, &[&held[0].code]).await;
    (amara, held)
}

#[tokio::test]
async fn support_moves_an_end_and_revokes_by_keyboard() {
    journey(Kind::Plain, async |tab| {
        let (amara, held) = ground(&tab).await;
        tab.sign_in("Sam", Role::Support).await?;
        tab.looks_over(&format!("/customers/{amara}/coupons")).await?;
        let code = &held[2].code;
        tab.find("tbody a.name").await?.send_keys(Key::Enter).await?;
        tab.sees("#panel h2", code).await?;
        assert_eq!(&tab.driver.active_element().await?.text().await?, code);
        tab.is_accessible().await?;

        // To the end of today, from the panel's first button on: no hand leaves the keyboard.
        tab.press("#panel a[href*='/expiry']").await?;
        tab.sees("#dialog h1", "Change the expiry of").await?;
        tab.is_accessible().await?;
        tab.keys(TAB).await?;
        tab.keys(" ").await?;
        tab.keys(Key::Enter).await?;
        tab.sees(".toast", "expires 26 Nov 2026, 23:59 (Europe/Berlin)").await?;
        tab.sees("#panel .facts", "changed").await?;
        tab.sees("#history li", "moved the expiry of").await?;

        // What is wrong comes back into the dialog, with the focus on it.
        tab.press("#panel a[href*='/expiry']").await?;
        tab.press("#dialog .btn.go").await?;
        tab.sees("#dialog #on-why", "Choose an end or write a day").await?;
        assert_eq!(tab.driver.active_element().await?.id().await?.as_deref(), Some("problems"));
        tab.is_accessible().await?;
        tab.keys(Key::Escape).await?;

        tab.press("#panel a[href*='/revocation?pick']").await?;
        tab.sees("#dialog h1", "Revoke").await?;
        tab.is_accessible().await?;
        tab.keys("Sold on").await?;
        tab.keys(TAB).await?;
        tab.keys(" ").await?;
        tab.keys(TAB).await?;
        tab.keys(TAB).await?;
        tab.keys(Key::Enter).await?;
        tab.sees(".toast", &format!("Revoked {code}")).await?;
        tab.sees("tr[aria-current]", "Revoked").await?;
        tab.sees("#panel .facts", "Sold on").await?;
        tab.is_accessible().await?;
        tab.fits().await
    })
    .await;
}

#[tokio::test]
async fn several_are_served_and_a_code_is_looked_up_without_scripts() {
    journey(Kind::NoScript, async |tab| {
        let (amara, held) = ground(&tab).await;
        tab.sign_in("Sam", Role::Support).await?;
        tab.open("/customers").await?;
        tab.press("main .act a[href^='/coupons/codes']").await?;
        tab.fill("q", &held[1].code.to_lowercase()).await?;
        tab.press("main form .btn.go").await?;
        tab.sees("main h1", &held[1].code).await?;
        tab.sees("#life li", "Issued to").await?;
        tab.press_words("Among the customer").await?;
        tab.arrives(&format!("/customers/{amara}/coupons/{}", held[1].id)).await?;
        tab.press(&format!("tbody [value='{}']", held[0].id)).await?;
        tab.press(&format!("tbody [value='{}']", held[1].id)).await?;
        tab.press_words("Revoke those ticked").await?;
        tab.sees("main h1", "Revoke 2 coupons of").await?;
        tab.choose("reason", "Misuse").await?;
        tab.press("#understood").await?;
        tab.press("#revoke .danger").await?;
        tab.sees("main h1", "Revoked 1 of 2 coupons").await?;
        tab.sees("tbody tr", "Coupon code redeemed").await?;
        tab.press_words("Done").await?;
        tab.arrives(&format!("/customers/{amara}/coupons")).await
    })
    .await;
}

#[tokio::test]
async fn every_page_of_a_coupon_fits_a_narrow_screen() {
    journey(Kind::Narrow, async |tab| {
        let (amara, held) = ground(&tab).await;
        tab.sign_in("Sam", Role::Support).await?;
        let (used, free) = (held[0].id, held[1].id);
        for path in [
            format!("/customers/{amara}/coupons?status=ACTIVE&expiring=3000"),
            format!("/customers/{amara}/coupons/{used}"),
            format!("/coupons/codes/{used}"),
            format!("/coupons/codes/{free}/resending"),
            format!("/coupons/codes/expiry?pick={free}"),
            format!("/coupons/codes/revocation?pick={free}"),
            format!("/coupons/codes/revocation?pick={used}"),
            "/coupons/codes".to_owned(),
            format!("/coupons/codes?q={}&all=yes", held[1].code),
            format!("/member-care/ui/{amara}/overview"),
        ] {
            tab.looks_over(&path).await?;
        }
        tab.open(&format!("/coupons/codes/{used}")).await?;
        tab.press("#redemptions a[data-dialog]").await?;
        tab.fill("reason", "Wrong bill").await?;
        tab.is_accessible().await?;
        tab.press(".ask .btn.danger").await?;
        tab.sees("#life li", "taken back").await?;
        tab.fits().await
    })
    .await;
}
