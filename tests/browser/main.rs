//! Journeys of people through real Chromium, and axe-core on every page they meet.
//!
//! They run wherever Chromium and its driver are found (PATH, or `CHROME` and `CHROMEDRIVER`), and say
//! so where they are skipped; with `GUERDON_BROWSER=require` a missing browser fails the run.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop there and say where"
)]

mod badges;
mod browser;
mod coupons;
mod desk;
mod files;
mod goodwill;
mod offers;
mod people;
mod shell;
#[path = "../console/support/mod.rs"]
#[expect(dead_code, reason = "shared with the console tests, which use the rest of it")]
mod support;
