//! The symbols codes are drawn from, and how a random byte becomes one.

use rand::Rng;

const DIGITS: &[u8] = b"0123456789";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Without 0 and O, 1 and I: 32 symbols, five bits each.
const CLEAR: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What the random part of a code is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alphabet {
    /// `0`–`9`.
    Digits,
    /// `A`–`Z` and `0`–`9`.
    Alphanumeric,
    /// The same without those that are taken for one another: 0 and O, 1 and I.
    Clear,
}

impl Alphabet {
    /// All of them, in the order they are offered.
    pub const ALL: [Alphabet; 3] = [Alphabet::Alphanumeric, Alphabet::Clear, Alphabet::Digits];

    /// The word in the database and in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Alphabet::Digits => "digits",
            Alphabet::Alphanumeric => "alphanumeric",
            Alphabet::Clear => "clear",
        }
    }

    /// From the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Alphabet::ALL.into_iter().find(|alphabet| alphabet.word() == word)
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Alphabet::Digits => "Digits 0–9",
            Alphabet::Alphanumeric => "Letters A–Z and digits 0–9",
            Alphabet::Clear => "Letters and digits without look-alikes (no 0, O, 1, I)",
        }
    }

    /// Its symbols, each once.
    pub const fn symbols(self) -> &'static [u8] {
        match self {
            Alphabet::Digits => DIGITS,
            Alphabet::Alphanumeric => ALPHANUMERIC,
            Alphabet::Clear => CLEAR,
        }
    }

    /// The symbol of a random byte. Nothing for the bytes left over when 256 is shared out evenly: the
    /// caller draws again, and so no symbol is likelier than another.
    pub(super) fn symbol(self, byte: u8) -> Option<u8> {
        let symbols = self.symbols();
        let byte = usize::from(byte);
        let shared = 256 - 256 % symbols.len();
        (byte < shared).then(|| symbols[byte % symbols.len()])
    }

    /// Appends `length` random symbols.
    pub(super) fn draw(self, length: usize, random: &mut impl Rng, into: &mut String) {
        let mut left = length;
        let mut bytes = [0; 64];
        while left > 0 {
            random.fill_bytes(&mut bytes);
            let symbols = bytes.iter().filter_map(|byte| self.symbol(*byte)).take(left);
            let before = into.len();
            into.extend(symbols.map(char::from));
            left -= into.len() - before;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_symbol_has_the_same_share_of_a_byte() {
        for alphabet in Alphabet::ALL {
            let mut shares: HashMap<u8, usize> = HashMap::new();
            for symbol in (0..=255).filter_map(|byte| alphabet.symbol(byte)) {
                *shares.entry(symbol).or_default() += 1;
            }
            let size = alphabet.symbols().len();
            assert_eq!(shares.len(), size, "{alphabet:?}: each symbol can come up");
            assert!(shares.values().all(|share| *share == 256 / size), "{alphabet:?}: {shares:?}");
        }
    }

    #[test]
    fn alphabets_hold_each_symbol_once_and_no_look_alikes_where_none_are_wanted() {
        for alphabet in Alphabet::ALL {
            let mut symbols = alphabet.symbols().to_vec();
            symbols.sort_unstable();
            symbols.dedup();
            assert_eq!(symbols.len(), alphabet.symbols().len());
            assert_eq!(Alphabet::from_word(alphabet.word()), Some(alphabet));
        }
        assert!(!CLEAR.iter().any(|symbol| b"0O1I".contains(symbol)));
        assert_eq!((DIGITS.len(), ALPHANUMERIC.len(), CLEAR.len()), (10, 36, 32));
    }

    /// A source whose bytes count up, so that what was thrown away can be told.
    struct Counting(u8);

    impl rand::TryRng for Counting {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(0)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(0)
        }
        fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Self::Error> {
            for byte in into {
                (*byte, self.0) = (self.0, self.0.wrapping_add(1));
            }
            Ok(())
        }
    }

    #[test]
    fn a_byte_left_over_is_drawn_again_and_not_folded_in() {
        let mut drawn = String::new();
        // 252 … 255 are left over by 36 symbols: the next byte of use is 0.
        Alphabet::Alphanumeric.draw(3, &mut Counting(251), &mut drawn);
        assert_eq!(drawn, "9AB");
    }

    #[test]
    fn all_symbols_come_up_about_as_often_as_the_rest() {
        let mut drawn = String::new();
        Alphabet::Alphanumeric.draw(360_000, &mut rand::rng(), &mut drawn);
        let mut counts: HashMap<char, i64> = HashMap::new();
        drawn.chars().for_each(|symbol| *counts.entry(symbol).or_default() += 1);
        assert_eq!((drawn.len(), counts.len()), (360_000, 36));
        // Ten standard deviations (98.6 each): a chance of one in 10²¹ to fail without a fault.
        assert!(counts.values().all(|count| (count - 10_000).abs() < 986), "{counts:?}");
    }
}
