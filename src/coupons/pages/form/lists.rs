//! Lists of numbers as people type them.

use std::collections::BTreeSet;

use crate::base::problem::Fault;

/// What parts two entries.
fn entries(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace());
    parts.filter(|part| !part.is_empty())
}

/// `12, 15 16`: whole numbers above zero, each once.
pub fn numbers(text: &str) -> Result<Vec<i64>, Fault> {
    let mut seen = BTreeSet::new();
    let read = |part: &str| {
        let number = part.parse::<i64>().ok().filter(|number| *number > 0);
        number.ok_or_else(|| Fault::invalid(format!("“{part}” is no number above zero")))
    };
    let all: Result<Vec<i64>, Fault> = entries(text).map(read).collect();
    Ok(all?.into_iter().filter(|number| seen.insert(*number)).collect())
}

/// `A1, B2`: texts, each once.
pub fn codes(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    entries(text).filter(|part| seen.insert(*part)).map(str::to_owned).collect()
}

/// `1–7, 15`: numbers and runs of numbers within bounds, rising, each once.
pub fn runs(text: &str, least: u32, most: u32) -> Result<Vec<u32>, Fault> {
    let wrong = |part: &str| {
        let why = format!("“{part}” is not a number or a span from {least} to {most}, such as 1–7");
        Fault::invalid(why)
    };
    // Spaces around a dash belong to the span.
    let drawn = text.replace(['–', '—'], "-").replace(" -", "-").replace("- ", "-");
    let mut all = BTreeSet::new();
    for part in entries(&drawn) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| {
            let number = text.trim().parse::<u32>().ok();
            number.filter(|number| (least..=most).contains(number)).ok_or_else(|| wrong(part))
        };
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(wrong(part));
        }
        all.extend(first..=last);
    }
    Ok(all.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_are_read_as_people_write_them() {
        assert_eq!(numbers(" 12, 15;12\n16 ").unwrap(), [12, 15, 16]);
        assert_eq!(numbers("").unwrap(), Vec::<i64>::new());
        for bad in ["x", "0", "-1", "1.5", "99999999999999999999"] {
            assert!(numbers(bad).is_err(), "{bad}");
        }
        assert_eq!(codes("A1,B2, A1"), ["A1", "B2"]);
        assert_eq!(runs("1-3, 7 – 8,15", 1, 31).unwrap(), [1, 2, 3, 7, 8, 15]);
        for bad in ["0", "32", "5-3", "a", "1-", "-3", "1-2-3"] {
            assert!(runs(bad, 1, 31).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_said_of_numbers_is_read_back(set in prop::collection::btree_set(0u32..24, 0..24)) {
            let numbers: Vec<u32> = set.into_iter().collect();
            let said = crate::coupons::pages::view::spans(&numbers);
            prop_assert_eq!(runs(&said, 0, 23).unwrap(), numbers);
        }
    }
}
