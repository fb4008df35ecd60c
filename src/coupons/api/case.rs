//! The letter case codes are answered in (spec/coupons.md 5). Codes are compared whatever their case and
//! kept as they were entered; only what is read differs.

use crate::api::{Query, Trouble};

/// The parameter's words.
const WORDS: &[&str] = &["UPPER", "LOWER", "AS_IT_IS"];

/// In which letters codes are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LetterCase {
    /// In capitals.
    #[default]
    Upper,
    /// In small letters.
    Lower,
    /// As they were entered or made.
    AsItIs,
}

impl LetterCase {
    /// Reads `coupon_code_case` or `couponCodeCase`; capitals where neither is given. Refuses other words.
    pub fn of(query: &Query) -> Result<Self, Trouble> {
        let one = match query.choice("coupon_code_case", WORDS, &[])? {
            Some(word) => Some(word),
            None => query.choice("couponCodeCase", WORDS, &[])?,
        };
        Ok(match one {
            Some("LOWER") => LetterCase::Lower,
            Some("AS_IT_IS") => LetterCase::AsItIs,
            _ => LetterCase::Upper,
        })
    }

    /// A code in these letters.
    pub fn show(self, code: &str) -> String {
        match self {
            LetterCase::Upper => code.to_uppercase(),
            LetterCase::Lower => code.to_lowercase(),
            LetterCase::AsItIs => code.to_owned(),
        }
    }
}
