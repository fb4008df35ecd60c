//! What may be asked for: a batch as typed, and whether its series may have it.

use serde::Deserialize;

use super::batch::Batch;
use crate::base::problem::{Fault, Problem, Problems};
use crate::coupons::codes::{Alphabet, Pattern, grouped};
use crate::coupons::series::{Handling, Series, Totals};

/// The most codes one batch makes.
pub const MOST_CODES: i64 = 5_000_000;

/// A batch as typed. Everything is still text, so it can be shown again as it was.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What it is to be called.
    pub name: String,
    /// How many codes.
    pub wanted: String,
    /// An [`Alphabet`]'s word.
    pub alphabet: String,
    /// How many random characters.
    pub length: String,
    /// What stands before them.
    pub prefix: String,
    /// What stands behind them.
    pub suffix: String,
    /// `true`: somebody said that short codes will do.
    pub short_codes: String,
}

impl Draft {
    /// As the series makes its codes.
    pub fn of(series: &Series) -> Self {
        let shape = &series.codes;
        let alphabet = if shape.alphanumeric { Alphabet::Alphanumeric } else { Alphabet::Digits };
        Draft {
            alphabet: alphabet.word().to_owned(),
            length: shape.random_length.to_string(),
            prefix: shape.prefix.clone().unwrap_or_default(),
            suffix: shape.suffix.clone().unwrap_or_default(),
            ..Draft::default()
        }
    }

    /// Reads it; all faults at once.
    pub fn check(&self) -> Result<Checked, Problems> {
        let mut problems = Problems::none();
        let name = self.name.trim().to_owned();
        if name.chars().count() > 80 {
            problems.add("name", Fault::new("too_long", "Use at most 80 characters"));
        }
        let wanted = problems.check("wanted", wanted(&self.wanted));
        let alphabet = Alphabet::from_word(self.alphabet.trim())
            .ok_or_else(|| Fault::blank("Choose what the codes are made of"));
        let alphabet = problems.check("alphabet", alphabet);
        // A number that cannot be read is no length: the pattern says so in its own words.
        let length = whole_number(&self.length).unwrap_or(0);
        let alphabet = alphabet.unwrap_or(Alphabet::Alphanumeric);
        let pattern = Pattern::new(&self.prefix, &self.suffix, alphabet, length);
        let pattern = match pattern {
            Ok(pattern) => Some(pattern),
            Err(found) => {
                found.into_iter().for_each(|problem| problems.push(on_form(problem)));
                None
            }
        };
        match (wanted, pattern) {
            (Some(wanted), Some(pattern)) if problems.is_empty() => {
                Ok(Checked { name, wanted, pattern, short_codes: self.short_codes == "true" })
            }
            _ => Err(problems),
        }
    }
}

/// A batch that can be read. Only [`Draft::check`] makes one.
#[derive(Debug, Clone)]
pub struct Checked {
    pub(super) name: String,
    pub(super) wanted: u64,
    pub(super) pattern: Pattern,
    pub(super) short_codes: bool,
}

/// The same problem under the name of the batch's form.
fn on_form(mut problem: Problem) -> Problem {
    let field = match problem.field.as_deref() {
        Some("couponPrefix") => "prefix",
        Some("couponSuffix") => "suffix",
        _ => "length",
    };
    problem.field = Some(field.into());
    problem
}

/// A whole number as people write it: `1,000,000`, `1 000 000`.
fn whole_number(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}')).collect();
    digits.parse().ok()
}

fn wanted(text: &str) -> Result<u64, Fault> {
    let asked = || {
        let most = u64::try_from(MOST_CODES).unwrap_or(u64::MAX);
        Fault::invalid(format!("Give a number from 1 to {}", grouped(most.into())))
    };
    let number = whole_number(text).filter(|number| (1..=MOST_CODES).contains(number));
    number.and_then(|number| u64::try_from(number).ok()).ok_or_else(asked)
}

/// What of a series counts before more codes are made.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// What the series has.
    pub totals: Totals,
    /// What its batches under way have yet to make.
    pub promised: i64,
    /// Codes of other series of the brand that look alike.
    pub alike: i64,
}

impl Around {
    /// Codes of the same look that exist or are promised. Revoked ones count: their text is free again,
    /// and a guesser who meets one learns nothing, but leaving them in errs on the safe side.
    fn live(&self) -> u64 {
        let all = [self.totals.issued, self.totals.unissued, self.promised, self.alike];
        all.into_iter().fold(0, |sum: u64, n| sum.saturating_add(u64::try_from(n).unwrap_or(0)))
    }
}

impl Checked {
    /// What a batch that was stopped has yet to make. Short codes were said yes to when it began.
    pub(super) fn rest_of(batch: &Batch) -> Option<Self> {
        let wanted = u64::try_from(batch.left()).ok()?;
        let (pattern, name) = (batch.pattern.clone()?, batch.name.clone());
        Some(Checked { name, wanted, pattern, short_codes: true })
    }

    /// Whether the series may have such a batch.
    pub(super) fn fits(&self, series: &Series, around: &Around) -> Result<(), Problems> {
        may_have_batches(series)?;
        let mut problems = Problems::none();
        let room = may_make(series, around, self.wanted);
        problems.check("wanted", room);
        note(&mut problems, self.pattern.has_room(self.wanted, around.live()));
        let all = around.live().saturating_add(self.wanted);
        if problems.is_empty() && !self.short_codes {
            note(&mut problems, self.pattern.is_strong(all));
        }
        problems.into_result()
    }
}

/// Notes what the pattern says, under the names of the batch's form.
fn note(problems: &mut Problems, judged: Result<(), Problem>) {
    if let Err(problem) = judged {
        problems.push(on_form(problem));
    }
}

/// Whether a series has batches at all.
pub(super) fn may_have_batches(series: &Series) -> Result<(), Problem> {
    if series.handling == Handling::Generic {
        let why = "This offer has one common code for everybody; there is nothing to make ahead";
        return Err(Problem::whole("generic", why));
    }
    if series.external {
        let why = "The codes of this offer are made elsewhere; bring them in with a file";
        return Err(Problem::whole("external", why));
    }
    Ok(())
}

/// More stock than may ever be issued is refused.
fn may_make(series: &Series, around: &Around, wanted: u64) -> Result<(), Fault> {
    let Some(most) = series.issue.max else { return Ok(()) };
    let had = around.totals.issued + around.totals.unissued + around.promised;
    let left = u64::try_from(most - had).unwrap_or(0);
    if wanted <= left {
        return Ok(());
    }
    let shown = |n: i64| grouped(u128::try_from(n).unwrap_or(0));
    let why = format!(
        "At most {} coupons of this offer may be issued; {} are issued, in stock or being made. \
         Make at most {}, or raise the offer’s limit",
        shown(most),
        shown(had),
        grouped(left.into())
    );
    Err(Fault::new("beyond_limit", why))
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
