//! Journeys of people through real Chromium, and axe-core on every page they meet.
//!
//! They run wherever Chromium and its driver are found (PATH, or `CHROME` and `CHROMEDRIVER`), and say
//! so where they are skipped; with `GUERDON_BROWSER=require` a missing browser fails the run.

mod browser;
mod journeys;
#[path = "../console/support/mod.rs"]
#[expect(dead_code, reason = "shared with the console tests, which use the rest of it")]
mod support;
