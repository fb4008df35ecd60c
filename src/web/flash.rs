//! What the page before wanted to be said: one short-lived cookie, shown once as a toast.
//!
//! Why a cookie and not the session: a session that pages write to signs people out when two of
//! them race. The text is escaped like any other, and its links lead only to ourselves, so nothing
//! is gained by forging one.

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};

use super::call::own_path;
use crate::base::list::{cursor, cursor_text};

/// The cookie's name.
pub const COOKIE: &str = "flash";

/// Browsers keep no cookie above 4 kB; a sentence needs far less.
const LONGEST: usize = 600;

/// Good news fades; bad news stays until it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It was done.
    Done,
    /// It was not, or only in part.
    Trouble,
}

/// A message, with at most one thing to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Good news or bad.
    pub kind: Kind,
    /// One sentence: "Deactivated 3 badges".
    pub message: String,
    /// What can be done about it.
    pub step: Option<Step>,
}

/// A link or a button beside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The verb: "Undo", "Show the import".
    pub label: String,
    /// A path of ours.
    pub path: String,
    /// Whether the path is posted to (a button) or opened (a link).
    pub post: bool,
}

impl Flash {
    /// It was done.
    pub fn done(message: impl Into<String>) -> Self {
        Flash { kind: Kind::Done, message: message.into(), step: None }
    }

    /// It was not, or only in part.
    pub fn trouble(message: impl Into<String>) -> Self {
        Flash { kind: Kind::Trouble, message: message.into(), step: None }
    }

    /// With a button that posts to `path`, without a body.
    #[must_use]
    pub fn undo(mut self, path: impl Into<String>) -> Self {
        self.step = Some(Step { label: "Undo".into(), path: path.into(), post: true });
        self
    }

    /// With a link.
    #[must_use]
    pub fn link(mut self, label: impl Into<String>, path: impl Into<String>) -> Self {
        self.step = Some(Step { label: label.into(), path: path.into(), post: false });
        self
    }

    /// Whether it stays until it is closed.
    pub fn is_trouble(&self) -> bool {
        self.kind == Kind::Trouble
    }

    /// Read back from the cookie; what we cannot have written is nothing.
    pub fn read(text: &str) -> Option<Self> {
        let flash: Flash = cursor(text)?;
        flash.step.as_ref().is_none_or(|step| own_path(&step.path).is_some()).then_some(flash)
    }

    /// The header that sets it for the next page.
    pub fn cookie(mut self) -> Option<HeaderValue> {
        if let Some((end, _)) = self.message.char_indices().nth(LONGEST) {
            self.message.truncate(end);
            self.message.push('…');
        }
        let value = cursor_text(&self);
        HeaderValue::from_str(&format!(
            "{COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        ))
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_survives_its_cookie_and_leads_nowhere_else() {
        let flash = Flash::done("Deactivated “Früh; auf”, <b>").undo("/badges/1/activation");
        let cookie = flash.clone().cookie().unwrap();
        let value = cookie.to_str().unwrap().split(['=', ';']).nth(1).unwrap();
        assert_eq!(Flash::read(value), Some(flash));
        let astray = cursor_text(&Flash::done("x").link("Look", "//evil.test"));
        assert_eq!(Flash::read(&astray), None);
        assert_eq!(Flash::read("done:hello"), None);
    }
}
