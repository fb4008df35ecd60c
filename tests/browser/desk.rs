//! The support desk at work: badges given and taken back, and the question why not.

use guerdon::base::permission::Role;
use thirtyfour::prelude::*;

use crate::browser::{Kind, TAB, Tab, journey};

/// A customer and two badges that run: one direct, one for the enrolled, at most one each a day.
async fn ground(tab: &Tab) -> WebDriverResult<String> {
    tab.app
        .sql(&format!(
            "insert into customers (org_id, first_name, last_name, name_key, last_key, created_on,
                 created_by, updated_on, updated_by)
             values ({org}, 'Amara', 'Reyes', 'amara reyes', 'reyes', '2026-01-01Z', 'Mina', '2026-01-01Z', 'Mina');
             insert into badges (org_id, id, numeric_id, name, name_key, start_on, expires_on, earn_type,
                 earned_expiry, issued_expiry, created_on, created_by_name, updated_on, updated_by_name)
             select {org}, decode(lpad(n::text, 24, '0'), 'hex'), n, name, lower(name), '2026-01-01Z',
                 '2026-12-31Z', kind, '{{\"expiryType\":\"NEVER\"}}', '{{\"expiryType\":\"NEVER\"}}',
                 '2026-01-01Z', 'Mina', '2026-01-01Z', 'Mina'
             from (values (1, 'Great Answer', 'EARN'), (2, 'Streak', 'ISSUE_EARN')) as b (n, name, kind);
             insert into badge_windows (org_id, badge_id, level, seq, reference_id, duration_type, refresh_rate,
                 max, start_at, end_at)
             values ({org}, decode(lpad('1', 24, '0'), 'hex'), 'CUSTOMER', 1, gen_random_uuid(), 'DAYS', 1, 1,
                 '2026-01-01Z', '2026-12-31Z')",
            org = tab.app.org
        ))
        .await;
    let id = tab.app.number("select max(id) from customers").await;
    Ok(format!("/member-care/ui/{id}"))
}

#[tokio::test]
async fn support_issues_a_badge_and_takes_it_back() {
    journey(Kind::Plain, async |tab| {
        let customer = ground(&tab).await?;
        tab.sign_in("Sam", Role::Support).await?;
        tab.open(&format!("{customer}?category=issue")).await?;
        tab.is_accessible().await?;
        tab.press("#panel a[href*='/issual']").await?;
        tab.sees("#dialog h1", "Issue “Great Answer” to Amara Reyes").await?;
        tab.is_accessible().await?;
        tab.fill("at", "1000AM").await?;
        tab.press("#dialog .btn.go").await?;
        tab.sees("#dialog #on-why", "Give the day as well").await?;
        assert_eq!(tab.driver.active_element().await?.id().await?.as_deref(), Some("problems"));
        tab.is_accessible().await?;
        tab.fill("at", "").await?;
        tab.press("#dialog .btn.go").await?;
        tab.sees(".toast", "Issued “Great Answer” to Amara Reyes").await?;
        tab.sees(".pills a[aria-current]", "Issued").await?;
        tab.sees("#timeline li", "Issual 1").await?;
        // The dialog is gone, and the keyboard goes on at the badge.
        assert!(tab.driver.find_all(By::Css("dialog[open]")).await?.is_empty());
        assert_eq!(tab.driver.active_element().await?.text().await?, "Great Answer");
        tab.is_accessible().await?;

        // By keyboard alone: to the item, into the dialog, which begins at its harmless end.
        tab.press("#timeline a[data-dialog]").await?;
        tab.sees("#dialog h1", "Revoke this issual").await?;
        tab.is_accessible().await?;
        tab.keys(Key::Escape).await?;
        tab.press("#timeline a[data-dialog]").await?;
        tab.sees("#dialog h1", "Revoke this issual").await?;
        tab.press("#dialog .danger").await?;
        tab.sees("#dialog #reason-why", "Choose a reason").await?;
        tab.is_accessible().await?;
        tab.fill("words", "Wrong person").await?;
        tab.keys(TAB).await?;
        tab.keys(TAB).await?;
        tab.keys(Key::Enter).await?;
        tab.sees("#timeline li.revoked", "Wrong person").await?;
        tab.sees(".pills a[aria-current]", "Available to issue").await?;
        tab.is_accessible().await?;
        tab.fits().await
    })
    .await;
}

#[tokio::test]
async fn support_enrols_issues_and_revokes_without_scripts() {
    journey(Kind::NoScript, async |tab| {
        let customer = ground(&tab).await?;
        tab.sign_in("Sam", Role::Support).await?;
        tab.open(&format!("{customer}?category=enrol")).await?;
        tab.press("#panel a[href*='/enrolment']").await?;
        tab.sees("main h1", "Enrol Amara Reyes in “Streak”").await?;
        tab.press("#give .btn.go").await?;
        tab.sees(".toast", "Enrolled Amara Reyes").await?;
        tab.press("#panel a[href*='/issual']").await?;
        tab.press("#give .btn.go").await?;
        tab.sees(".toast", "Issued “Streak”").await?;
        tab.press("#timeline a[href*='/issuals/']").await?;
        tab.press("#revoke .danger").await?;
        tab.sees("#reason-why", "Choose a reason").await?;
        tab.choose("reason", "Misuse").await?;
        tab.press("#revoke .danger").await?;
        tab.sees("#timeline li.revoked", "Misuse").await
    })
    .await;
}

#[tokio::test]
async fn the_tester_says_why_not_on_a_narrow_screen_too() {
    journey(Kind::Narrow, async |tab| {
        let customer = ground(&tab).await?;
        tab.sign_in("Sam", Role::Support).await?;
        tab.looks_over(&format!("{customer}?category=issue")).await?;
        tab.press("#panel a[href*='/tester']").await?;
        tab.sees("#answer h2", "Yes").await?;
        tab.fits().await?;
        tab.is_accessible().await?;
        tab.fill("customer", "nobody at all").await?;
        tab.press("#question .btn.go").await?;
        tab.sees("#problems", "Nobody is found").await?;
        tab.is_accessible().await?;
        tab.looks_over(&format!("{customer}/badges/000000000000000000000001/issual")).await?;
        tab.press("#give .btn.go").await?;
        tab.sees(".toast", "Issued “Great Answer”").await?;
        tab.open("/badges/000000000000000000000001/tester?customer=amara").await?;
        tab.sees("#answer h2", "No").await?;
        tab.sees("#answer", "Full").await?;
        tab.fits().await?;
        tab.is_accessible().await
    })
    .await;
}
