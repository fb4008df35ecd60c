//! Which rows of a file have the same identity, exactly, for five million rows in a few megabytes.
//!
//! The file is read twice. The first time a Bloom filter of 8 MiB notes every identity; one that it
//! has seen before *may* be a repeat and becomes a suspect. The second time only suspects are
//! counted. A suspect that was a false alarm simply has a count of one, so the answer is exact.
//!
//! Why not ask the database: the file need not be in it yet, and a check must not write.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// 2^26 bits. With four probes, five million identities leave fewer than one false alarm in 200.
const WORDS: usize = 1 << 20;
const PROBES: u32 = 4;

/// The first reading.
pub struct Survey {
    /// Two hashers with random keys: 128 bits, which no file can be made to collide in.
    keys: (RandomState, RandomState),
    seen: Vec<u64>,
    suspects: HashMap<u128, Seen>,
}

/// The second reading.
pub struct Repeats {
    keys: (RandomState, RandomState),
    suspects: HashMap<u128, Seen>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    count: u32,
    first: u64,
    content: u64,
}

/// What is known of a row whose identity stands further up in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// How many rows of this identity are above.
    pub nth: u32,
    /// The line of the first of them.
    pub first: u64,
    /// Whether this row says the same as that one.
    pub alike: bool,
}

impl Default for Survey {
    fn default() -> Self {
        Survey {
            keys: (RandomState::new(), RandomState::new()),
            seen: vec![0; WORDS],
            suspects: HashMap::new(),
        }
    }
}

impl Survey {
    /// Notes the identity of a row.
    pub fn note(&mut self, identity: &[u8]) {
        let hash = hash(&self.keys, identity);
        let mut fresh = false;
        for probe in 0..PROBES {
            let bit = (hash >> (probe * 26)) as usize & (WORDS * 64 - 1);
            let mask = 1 << (bit % 64);
            fresh |= self.seen[bit / 64] & mask == 0;
            self.seen[bit / 64] |= mask;
        }
        if !fresh {
            self.suspects.entry(hash).or_default();
        }
    }

    /// Ends the first reading; the filter is given back.
    pub fn finish(self) -> Repeats {
        Repeats { keys: self.keys, suspects: self.suspects }
    }
}

impl Repeats {
    /// A file in which no identity is looked at.
    pub fn none() -> Self {
        Repeats { keys: (RandomState::new(), RandomState::new()), suspects: HashMap::new() }
    }

    /// Whether any identity may repeat.
    pub fn any(&self) -> bool {
        !self.suspects.is_empty()
    }

    /// Counts a row, in the order of the file; `None` for the first of its identity.
    pub fn count(&mut self, identity: &[u8], content: u64, line: u64) -> Option<Repeat> {
        if self.suspects.is_empty() {
            return None;
        }
        let seen = self.suspects.get_mut(&hash(&self.keys, identity))?;
        let nth = seen.count;
        seen.count = seen.count.saturating_add(1);
        if nth == 0 {
            *seen = Seen { count: 1, first: line, content };
            return None;
        }
        Some(Repeat { nth, first: seen.first, alike: seen.content == content })
    }

    /// The content of a row as one number, to compare repeats by.
    pub fn content<'a>(&self, cells: impl Iterator<Item = &'a str>) -> u64 {
        use std::hash::{Hash, Hasher};
        let mut hasher = self.keys.0.build_hasher();
        cells.for_each(|cell| cell.hash(&mut hasher));
        hasher.finish()
    }
}

fn hash(keys: &(RandomState, RandomState), identity: &[u8]) -> u128 {
    u128::from(keys.0.hash_one(identity)) << 64 | u128::from(keys.1.hash_one(identity))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn counting_equals_a_map_of_everything(ids in prop::collection::vec(0..400u32, 0..1500)) {
            let mut survey = Survey::default();
            ids.iter().for_each(|id| survey.note(&id.to_le_bytes()));
            let mut repeats = survey.finish();
            let mut naive: HashMap<u32, (u32, u64)> = HashMap::new();
            for (line, id) in (2..).zip(&ids) {
                let entry = naive.entry(*id).or_insert((0, line));
                let want = (entry.0 > 0)
                    .then_some(Repeat { nth: entry.0, first: entry.1, alike: true });
                entry.0 += 1;
                prop_assert_eq!(repeats.count(&id.to_le_bytes(), 7, line), want);
            }
        }
    }

    #[test]
    fn five_hundred_thousand_different_rows_leave_few_suspects() {
        let mut survey = Survey::default();
        (0..500_000u32).for_each(|id| survey.note(&id.to_le_bytes()));
        survey.note(&7u32.to_le_bytes());
        let mut repeats = survey.finish();
        assert!(repeats.suspects.len() < 100, "{}", repeats.suspects.len());
        let told: Vec<_> = (0..500_000u32)
            .filter_map(|id| repeats.count(&id.to_le_bytes(), 0, u64::from(id)))
            .collect();
        assert_eq!(told, []);
        let again = repeats.count(&7u32.to_le_bytes(), 1, 500_000);
        assert_eq!(again, Some(Repeat { nth: 1, first: 7, alike: false }));
    }
}
