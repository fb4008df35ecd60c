//! How many codes a pattern may make.
//!
//! Two lines, both judged by how many codes are live when the wanted ones are made:
//!
//! - *full*: one in [`ROOM_ONE_IN`] codes live. Beyond it a code is found by trying a thousand, and
//!   drawing meets what exists too often. Nothing goes beyond it.
//! - *weak*: one in 2³⁷ (`promises.md` B8: bits of the space ≥ bits of the live codes + 37). At ten
//!   guesses a second without a pause somebody finds a live code once in four centuries. A batch
//!   beyond it wants a person to say that short codes will do; a coupon issued singly does not ask,
//!   as the series' length was somebody's choice.

use std::fmt;

use super::pattern::{MOST_CHARACTERS, Pattern};
use crate::base::problem::{Fault, Problem};

/// Of so many codes at most one may be live.
pub const ROOM_ONE_IN: u128 = 1_000;
/// Of so many codes at most one should be.
const STRONG_ONE_IN: u128 = 1 << 37;
/// Guesses a year at ten a second.
const GUESSES_A_YEAR: u128 = 10 * 60 * 60 * 24 * 365;

/// How many codes there could be. Beyond 10³⁸ it stays there: nobody makes so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Space(u128);

/// How hard it is to find a live code by guessing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Nobody will.
    Strong,
    /// Somebody with time will, so often a year at ten guesses a second.
    Weak {
        /// Live codes found in a year, rounded up.
        hits_a_year: u128,
    },
}

impl Space {
    /// Of `length` symbols, each one of `symbols`.
    pub fn of(symbols: usize, length: usize) -> Self {
        let power = u32::try_from(length).ok();
        let power = power.and_then(|power| (symbols as u128).checked_pow(power));
        Space(power.unwrap_or(u128::MAX))
    }

    /// How many may be live in all.
    pub const fn most(self) -> u128 {
        self.0 / ROOM_ONE_IN
    }

    /// How many more may be made while `live` are there.
    pub const fn room(self, live: u64) -> u128 {
        self.most().saturating_sub(live as u128)
    }

    /// How hard guessing is with so many live.
    pub fn strength(self, live: u64) -> Strength {
        let live = u128::from(live);
        if live.saturating_mul(STRONG_ONE_IN) <= self.0 {
            return Strength::Strong;
        }
        // At least 1: `live` is not 0 here, and the space neither where a pattern made it.
        let hits = live.saturating_mul(GUESSES_A_YEAR).div_ceil(self.0.max(1));
        Strength::Weak { hits_a_year: hits }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == u128::MAX { f.write_str("more than 10³⁸") } else { grouped(self.0).fmt(f) }
    }
}

/// A number with its thousands apart.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Pattern {
    /// Whether so many more may be made while `live` are there; the refusal names the numbers.
    pub fn has_room(&self, wanted: u64, live: u64) -> Result<(), Problem> {
        let (space, room) = (self.space(), self.space().room(live));
        if u128::from(wanted) <= room {
            return Ok(());
        }
        let all = wanted.saturating_add(live);
        let instead = match self.shortest(|space| space.most() >= u128::from(all)) {
            Some(length) => format!("Use a random part of at least {length} characters"),
            None => "Use a shorter prefix or suffix, or other symbols".to_owned(),
        };
        let why = format!(
            "{} random characters make {space} codes, of which at most one in {} may be live: {}. \
             {} exist, so there is room for {}, not for {}. {instead}",
            self.length(),
            grouped(ROOM_ONE_IN),
            grouped(space.most()),
            grouped(live.into()),
            grouped(room),
            grouped(wanted.into()),
        );
        Err(Fault::new("no_room", why).on("randomCodeLength"))
    }

    /// Whether the codes would be hard to guess with so many live in all; the refusal names the
    /// numbers and how to go on.
    pub fn is_strong(&self, live: u64) -> Result<(), Problem> {
        let Strength::Weak { hits_a_year } = self.space().strength(live) else { return Ok(()) };
        let strong = |space: Space| space.strength(live) == Strength::Strong;
        let instead = match self.shortest(strong) {
            Some(length) => format!("Use at least {length} random characters"),
            None => "Use a shorter prefix or suffix, or other symbols".to_owned(),
        };
        let why = format!(
            "{} random characters make {} codes. With {} live, somebody who tries ten a second \
             finds about {} a year. {instead}, or say that short codes will do",
            self.length(),
            self.space(),
            grouped(live.into()),
            grouped(hits_a_year),
        );
        Err(Fault::new("weak_codes", why).on("randomCodeLength"))
    }

    /// The shortest random part whose space will do.
    fn shortest(&self, will_do: impl Fn(Space) -> bool) -> Option<usize> {
        let lengths = 1..=MOST_CHARACTERS;
        lengths
            .map_while(|length| self.of_length(length))
            .find(|p| will_do(p.space()))
            .map(|p| p.length())
    }

    /// The shortest random part that is hard to guess with so many live.
    pub fn advised(&self, live: u64) -> Option<usize> {
        self.shortest(|space| space.strength(live) == Strength::Strong)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::coupons::codes::Alphabet;

    fn pattern(alphabet: Alphabet, length: i64) -> Pattern {
        Pattern::new("", "", alphabet, length).unwrap()
    }

    #[test]
    fn a_space_is_counted_and_never_overflows() {
        assert_eq!(pattern(Alphabet::Digits, 5).space(), Space(100_000));
        assert_eq!(pattern(Alphabet::Alphanumeric, 8).space(), Space(2_821_109_907_456));
        assert_eq!(pattern(Alphabet::Alphanumeric, 40).space(), Space(u128::MAX));
        assert_eq!(pattern(Alphabet::Alphanumeric, 40).space().to_string(), "more than 10³⁸");
        assert_eq!(Space::of(36, usize::MAX), Space(u128::MAX));
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(2_821_109_907_456), "2,821,109,907,456");
    }

    #[test]
    fn a_full_pattern_says_its_numbers_and_what_would_do() {
        let digits = pattern(Alphabet::Digits, 8);
        assert!(digits.has_room(100_000, 0).is_ok());
        let problem = digits.has_room(100_000, 1).unwrap_err();
        assert_eq!((problem.code, problem.field.as_deref()), ("no_room", Some("randomCodeLength")));
        assert_eq!(
            problem.message,
            "8 random characters make 100,000,000 codes, of which at most one in 1,000 may be live: \
             100,000. 1 exist, so there is room for 99,999, not for 100,000. Use a random part of at \
             least 9 characters"
        );
        assert!(pattern(Alphabet::Digits, 9).has_room(100_000, 1).is_ok());
        // A prefix leaves too little: another length cannot be the way out.
        let long = Pattern::new(&"P".repeat(36), "", Alphabet::Digits, 4).unwrap();
        let problem = long.has_room(11, 0).unwrap_err();
        assert!(problem.message.ends_with("Use a shorter prefix or suffix, or other symbols"));
    }

    #[test]
    fn a_pattern_that_can_be_guessed_says_how_often() {
        // The table of `promises.md` B8: 32 symbols, ten million live, ten guesses a second.
        let hits = |length| pattern(Alphabet::Clear, length).space().strength(10_000_000);
        assert_eq!(hits(8), Strength::Weak { hits_a_year: 2869 });
        assert_eq!(hits(10), Strength::Weak { hits_a_year: 3 });
        assert_eq!(hits(12), Strength::Weak { hits_a_year: 1 });
        assert_eq!(hits(13), Strength::Strong);
        assert_eq!(pattern(Alphabet::Clear, 8).advised(10_000_000), Some(13));
        let problem = pattern(Alphabet::Alphanumeric, 8).is_strong(1_000_000).unwrap_err();
        assert_eq!(problem.code, "weak_codes");
        assert!(problem.message.contains("finds about 112 a year. Use at least 12 random"));
        assert!(pattern(Alphabet::Alphanumeric, 12).is_strong(1_000_000).is_ok());
    }

    proptest! {
        #[test]
        fn room_and_refusal_agree_and_nothing_overflows(
            which in 0usize..3, length in 1i64..=40, wanted in any::<u64>(), live in any::<u64>(),
        ) {
            let pattern = pattern(Alphabet::ALL[which], length);
            let room = pattern.space().room(live);
            prop_assert_eq!(pattern.has_room(wanted, live).is_ok(), u128::from(wanted) <= room);
            // What was made leaves that much less room, and never less than none.
            let after = pattern.space().room(live.saturating_add(wanted));
            if let Some(all) = live.checked_add(wanted) {
                let left = pattern.space().most().saturating_sub(u128::from(all));
                prop_assert_eq!(after, left);
            }
            prop_assert!(after <= room);
            let _ = pattern.is_strong(live);
        }

        #[test]
        fn the_length_a_refusal_names_would_do_and_a_shorter_one_would_not(
            which in 0usize..3, wanted in 1u64..=50_000_000,
        ) {
            let short = pattern(Alphabet::ALL[which], 1);
            let length = short.advised(wanted).unwrap();
            prop_assert!(short.of_length(length).unwrap().is_strong(wanted).is_ok());
            if length > 1 {
                prop_assert!(short.of_length(length - 1).unwrap().is_strong(wanted).is_err());
            }
        }
    }
}
