//! The refusals of this desk: stable word, the reference's number and what is said (spec/membercare.md 2.7).
//! What the room of coupons refuses keeps that room's words and numbers.

use crate::base::problem::Problem;
use crate::coupons::refusal;

/// Word, number and sentence.
pub const TABLE: &[(&str, u32, &str)] = &[
    ("goodwill_off", 400, "Goodwill is switched off in the brand's settings"),
    ("sent_before", 400, "This form was sent already: open it again to ask once more"),
    ("mandatory", 403, "A mandatory field is missing"),
    ("blank", 403, "A mandatory field is missing"),
    ("not_goodwill", 707, "Coupon Series ID is invalid: the offer is not claimed for goodwill"),
    ("type", 9006, "Request Type is invalid"),
    ("base_type", 9008, "Request Base Type is invalid"),
    ("request_unknown", 9013, "Request id is invalid"),
    ("customer_unknown", 9042, "Customer not found"),
    ("none_found", 9050, "Goodwill request not found"),
    ("own_request", 9051, "Same user cannot request and approve: ask somebody else"),
    ("request_ended", 9052, "Invalid request status"),
];

/// The refusal with this word, about the whole.
pub fn problem(word: &'static str) -> Problem {
    Problem::whole(word, sentence(word))
}

/// What is said.
pub fn sentence(word: &'static str) -> &'static str {
    TABLE.iter().find(|(known, ..)| *known == word).map_or(word, |(.., said)| said)
}

/// The reference's number of a refusal.
pub fn number(word: &str) -> u32 {
    let own = TABLE.iter().find(|(known, ..)| *known == word).map(|(_, number, _)| *number);
    own.unwrap_or_else(|| refusal::vendor_code(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_once_and_others_are_the_rooms() {
        assert_eq!(number("own_request"), 9051);
        assert_eq!(number("pool_empty"), 678);
        assert!(TABLE.is_sorted_by_key(|(_, number, _)| *number));
        let mut words: Vec<&str> = TABLE.iter().map(|(word, ..)| *word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), TABLE.len());
    }
}
