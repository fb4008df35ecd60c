//! What a series' codes look like.

use rand::Rng;

use super::alphabet::Alphabet;
use super::capacity::Space;
use crate::base::problem::{Fault, Problems};

/// The longest code there is, of any origin.
pub const MOST_CHARACTERS: usize = 40;

/// Prefix, random part, suffix: a pattern codes can be drawn from. Only [`Pattern::new`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    prefix: String,
    suffix: String,
    alphabet: Alphabet,
    length: usize,
}

/// A prefix or suffix: letters, digits and hyphens, as in codes that are brought in.
pub fn affix(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        Ok(text.to_owned())
    } else {
        Err(Fault::invalid("Use letters, digits and hyphens only"))
    }
}

impl Pattern {
    /// A pattern, if codes of it can be. Problems stand on `couponPrefix`, `couponSuffix` and
    /// `randomCodeLength`, the names of a series' fields.
    pub fn new(
        prefix: &str,
        suffix: &str,
        alphabet: Alphabet,
        length: i64,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::none();
        let prefix = problems.check("couponPrefix", affix(prefix)).unwrap_or_default();
        let suffix = problems.check("couponSuffix", affix(suffix)).unwrap_or_default();
        let fixed = prefix.len() + suffix.len();
        let length = usize::try_from(length).ok().filter(|length| *length > 0);
        let whole = length.and_then(|length| length.checked_add(fixed));
        match (length, whole) {
            (Some(length), Some(whole)) if whole <= MOST_CHARACTERS => {
                problems.into_result()?;
                return Ok(Pattern { prefix, suffix, alphabet, length });
            }
            (None, _) => {
                let why = format!("Give a length from 1 to {MOST_CHARACTERS} characters");
                problems.add("randomCodeLength", Fault::invalid(why));
            }
            _ if fixed >= MOST_CHARACTERS => {
                let why = format!(
                    "Prefix and suffix take {fixed} characters; a whole code has at most \
                     {MOST_CHARACTERS}"
                );
                problems.add("couponPrefix", Fault::new("too_long", why));
            }
            _ => {
                let why = format!(
                    "A whole code has at most {MOST_CHARACTERS} characters; with prefix and suffix \
                     that leaves {} for the random part",
                    MOST_CHARACTERS - fixed
                );
                problems.add("randomCodeLength", Fault::new("too_long", why));
            }
        }
        Err(problems)
    }

    /// What stands before the random part.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What stands behind it.
    pub fn suffix(&self) -> &str {
        &self.suffix
    }

    /// What the random part is made of.
    pub const fn alphabet(&self) -> Alphabet {
        self.alphabet
    }

    /// How long the random part is.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// The same with a random part of another length, where that fits.
    pub fn of_length(&self, length: usize) -> Option<Self> {
        let fits = length > 0 && length + self.prefix.len() + self.suffix.len() <= MOST_CHARACTERS;
        fits.then(|| Pattern { length, ..self.clone() })
    }

    /// Every code it could make.
    pub fn space(&self) -> Space {
        Space::of(self.alphabet.symbols().len(), self.length)
    }

    /// A fresh code, which nobody can foretell. It may exist already: the index over codes says.
    pub fn one(&self) -> String {
        self.draw(&mut rand::rng())
    }

    /// Many fresh codes at once.
    pub fn many(&self, count: usize) -> Vec<String> {
        let mut random = rand::rng();
        (0..count).map(|_| self.draw(&mut random)).collect()
    }

    fn draw(&self, random: &mut impl Rng) -> String {
        let whole = self.prefix.len() + self.length + self.suffix.len();
        let mut code = String::with_capacity(whole);
        code.push_str(&self.prefix);
        self.alphabet.draw(self.length, random, &mut code);
        code.push_str(&self.suffix);
        code
    }

    /// How its codes look, for a page: `SUMMER-••••••••`.
    pub fn picture(&self) -> String {
        format!("{}{}{}", self.prefix, "•".repeat(self.length), self.suffix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(prefix: &str, suffix: &str, length: i64) -> Vec<(String, &'static str)> {
        let problems = Pattern::new(prefix, suffix, Alphabet::Clear, length).unwrap_err();
        problems.into_iter().map(|p| (p.field.unwrap_or_default().into_owned(), p.code)).collect()
    }

    #[test]
    fn a_pattern_that_makes_no_code_is_refused_where_the_fault_is() {
        assert_eq!(refused("", "", 0), [("randomCodeLength".to_owned(), "invalid")]);
        assert_eq!(refused("", "", -1), [("randomCodeLength".to_owned(), "invalid")]);
        assert_eq!(refused("", "", i64::MAX), [("randomCodeLength".to_owned(), "too_long")]);
        assert_eq!(refused("ABCDE-", "", 35), [("randomCodeLength".to_owned(), "too_long")]);
        assert_eq!(refused(&"A".repeat(40), "", 1), [("couponPrefix".to_owned(), "too_long")]);
        let both = [("couponPrefix".to_owned(), "invalid"), ("couponSuffix".to_owned(), "invalid")];
        assert_eq!(refused("10 %", "ä", 8), both);
        assert!(Pattern::new("ABCDE-", "", Alphabet::Clear, 34).is_ok());
    }

    #[test]
    fn no_two_of_many_codes_are_alike() {
        let pattern = Pattern::new("S-", "", Alphabet::Clear, 14).unwrap();
        let codes: std::collections::HashSet<String> = pattern.many(50_000).into_iter().collect();
        assert_eq!(codes.len(), 50_000);
        assert_eq!(pattern.picture(), "S-••••••••••••••");
    }

    proptest! {
        #[test]
        fn every_code_is_as_its_pattern_says(
            prefix in "[A-Za-z0-9-]{0,12}",
            suffix in "[A-Za-z0-9-]{0,12}",
            which in 0usize..3,
            length in 1i64..=16,
        ) {
            let pattern = Pattern::new(&prefix, &suffix, Alphabet::ALL[which], length).unwrap();
            for code in [pattern.one(), pattern.many(1).remove(0)] {
                let middle = code.strip_prefix(&prefix).unwrap().strip_suffix(&suffix).unwrap();
                prop_assert_eq!(middle.len() as i64, length);
                prop_assert!(middle.bytes().all(|b| Alphabet::ALL[which].symbols().contains(&b)));
                prop_assert!(code.len() <= MOST_CHARACTERS);
            }
        }

        #[test]
        fn any_text_and_number_is_taken_or_refused(
            prefix in ".{0,50}", suffix in ".{0,50}", length in any::<i64>(),
        ) {
            if let Ok(pattern) = Pattern::new(&prefix, &suffix, Alphabet::Digits, length) {
                prop_assert!(pattern.one().len() <= MOST_CHARACTERS);
            }
        }
    }
}
