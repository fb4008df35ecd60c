//! The page that asks before a verb that hurts. It is a page of its own, so it works without a
//! script; a link marked `data-dialog` opens the same page's block in a dialog.
//!
//! A room fills it in and answers `GET …/deactivation` with [`Confirm::show`]; the form posts to the
//! same address, which answers 303, or [`Confirm::refuse`] with what is wrong.

use askama::Template;

use super::chrome::Chrome;
use super::hx::Hx;
use super::{html, refused};
use crate::base::problem::Problems;

/// What will happen, what will not, and the button that repeats the verb.
#[derive(Template)]
#[template(path = "parts/confirm.html", blocks = ["dialog"])]
pub struct Confirm {
    /// The shell.
    pub chrome: Chrome,
    /// Verb and number: "Deactivate 3 badges?".
    pub title: String,
    /// The button: "Deactivate 3 badges".
    pub verb: String,
    /// Whether the button is red.
    pub risk: bool,
    /// Where the form posts to.
    pub action: String,
    /// What will happen, one sentence each.
    pub happens: Vec<String>,
    /// What is left alone, and why.
    pub stays: Vec<String>,
    /// The reason as typed, where one is asked for (`name="reason"`).
    pub reason: Option<String>,
    /// Other fields to send along: the selection, a version.
    pub hidden: Vec<(String, String)>,
    /// Where "Cancel" leads.
    pub back: String,
    /// What was wrong with the last try.
    pub problems: Problems,
}

impl Confirm {
    /// The page, or its dialog.
    pub fn show(self, hx: &Hx) -> super::Result {
        if hx.wants("dialog") { html(self.as_dialog()) } else { html(self) }
    }

    /// The page again, with what was wrong.
    pub fn refuse(mut self, problems: Problems) -> super::Result {
        self.problems = problems;
        refused(self)
    }
}
