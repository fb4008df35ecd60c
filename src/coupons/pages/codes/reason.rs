//! Why a coupon is taken back: chosen, written, or both; and that whoever does it knows what it means.

use serde::Deserialize;

use crate::base::problem::{Fault, Problems};

/// Reasons that need no typing.
pub const REASONS: [&str; 4] =
    ["Issued by mistake", "Purchase was returned", "Misuse", "The customer asked for it"];

/// The most characters of a reason.
const LONGEST: usize = 500;

/// The form as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// One of the reasons.
    pub reason: String,
    /// One's own words.
    pub words: String,
    /// The tick: `true`.
    pub understood: String,
}

impl Typed {
    /// Whether the tick is set.
    pub fn ticked(&self) -> bool {
        self.understood == "true"
    }

    /// The reason as it is kept: "Misuse: sold on to others"; or all that is wrong.
    pub fn why(&self) -> Result<String, Problems> {
        let mut problems = Problems::none();
        let chosen = REASONS.into_iter().find(|known| *known == self.reason.trim());
        let words = self.words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.chars().count() > LONGEST {
            let long = format!("Use at most {LONGEST} characters");
            problems.add("words", Fault::new("too_long", long));
        }
        if chosen.is_none() && words.is_empty() {
            problems.add("reason", Fault::blank("Choose a reason or write one"));
        }
        if !self.ticked() {
            let tick = "Tick this first: a coupon that was revoked stays revoked";
            problems.add("understood", Fault::blank(tick));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(match (chosen, words.as_str()) {
            (Some(chosen), "") => chosen.to_owned(),
            (None, words) => words.to_owned(),
            (Some(chosen), words) => format!("{chosen}: {words}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(reason: &str, words: &str, understood: &str) -> Result<String, Problems> {
        let typed = Typed {
            reason: reason.to_owned(),
            words: words.to_owned(),
            understood: understood.to_owned(),
        };
        typed.why()
    }

    #[test]
    fn a_reason_is_chosen_written_or_both_and_the_tick_is_set() {
        assert_eq!(why("Misuse", "", "true"), Ok("Misuse".to_owned()));
        assert_eq!(why("Misuse", " sold\n on ", "true"), Ok("Misuse: sold on".to_owned()));
        assert_eq!(why("", "Wrong person", "true"), Ok("Wrong person".to_owned()));
        let wrong = why("Because", " ", "").unwrap_err();
        assert!(wrong.any("reason") && wrong.any("understood"));
        assert!(why("Misuse", &"x".repeat(501), "true").unwrap_err().any("words"));
    }
}
