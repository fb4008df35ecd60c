//! Making codes: what they look like, how they are drawn, how many there may be.
//!
//! Words: a *pattern* is prefix, random part, suffix; its *space* is every code it could make; *room* is
//! how many more may be made of it; a code is *live* while it could be redeemed.
//!
//! Invariants:
//! 1. A code is at most 40 characters, letters, digits and hyphens (`pattern`).
//! 2. Every code of a space is as likely as any other: symbols come from whole shares of a random byte,
//!    what is left over is thrown away (`alphabet::tests::every_symbol_has_the_same_share_of_a_byte`).
//! 3. Of a thousand codes a pattern could make at most one is live; below one in 2³⁷ nobody finds
//!    one by guessing, and a batch above that wants somebody to say so (`capacity`).
//! 4. No arithmetic overflows, whatever length is asked for (`capacity`, its property tests).
//!
//! Why `rand::rng()` and not the operating system's source for each code: it is the house's way, a
//! cipher seeded and reseeded by the operating system, as hard to predict and a hundred times quicker.

mod alphabet;
mod capacity;
mod pattern;

pub use alphabet::Alphabet;
pub use capacity::{Space, Strength, grouped};
pub use pattern::{MOST_CHARACTERS, Pattern, affix};
