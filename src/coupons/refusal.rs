//! The refusals of this room: their stable words, the reference's number and its sentence
//! (spec/coupons.md 4.4, 4.5, 6, 10). Page, API and file say the same.

use std::borrow::Cow;

use crate::base::problem::{Fault, Problem};

/// Word, number and sentence of each refusal that has a number of its own.
const TABLE: &[(&str, u32, &str)] = &[
    (
        "generic_needs_customer_to_revoke",
        108,
        "Unsupported coupons series config with client handling type GENERIC",
    ),
    ("redeemed", 405, "Coupon code redeemed"),
    ("redemption_unknown", 510, "Invalid Redemption ids present"),
    ("customer_max", 621, "max coupon per user exceeded"),
    ("series_max", 626, "max create for series exceeded"),
    ("invalid", 629, "Invalid Input"),
    ("products_both", 629, "Both IDs and Codes cannot be passed"),
    ("too_many", 629, "Invalid Input"),
    ("code_invalid", 633, "invalid coupon code"),
    ("revoked", 660, "Coupon code has been revoked"),
    ("no_redemptions", 661, "No Redemption id passed"),
    ("count", 677, "Invalid coupon count. Minimum 1 and Maximum 500."),
    ("pool_empty", 678, "Unable to issue certain number of coupons"),
    ("coupon_unknown", 682, "Coupon not found "),
    ("expiry_past", 690, "Expiry date is past date"),
    ("expiry_beyond_series", 691, "coupon code expiry date cannot be set beyond series expiry"),
    ("generic_needs_customer", 695, "User Id is mandatory for common coupon to change expiry"),
    ("code_limit", 696, "Redemption per coupon code limit has reached max limit"),
    (
        "customer_unknown",
        701,
        "The customer could not be found. Please check mobile, email, external id passed",
    ),
    ("code_unknown", 702, "Coupon code is invalid"),
    ("not_holder", 703, "Coupon not issued to this customer"),
    ("send_failed", 704, "Error in sending coupon through SMS"),
    ("series_unknown", 707, "Coupon Series ID is invalid"),
    ("already_has", 709, "Coupon processing failed: user already has a coupon"),
    ("excluded", 709, "Coupon processing failed: customer has a coupon of an excluded series"),
    ("issue_gap", 709, "Coupon processing failed: minimum gap between issuals"),
    ("not_meant", 710, "Coupon is not meant for this customer"),
    ("used", 711, "Coupon is already used"),
    ("series_expired", 712, "Coupon Series / Campaign has expired"),
    ("expired", 713, "Coupon has expired"),
    ("campaign_over", 714, "Campaign over, it was first come first serve"),
    ("same_twice", 716, "Cannot redeem same Coupon multiple times"),
    ("transaction_missing", 718, "Transaction number needed for redemption"),
    ("cannot_tell", 724, "Unable to communicate information to customer"),
    ("outside_range", 729, "Invalid redemption range For coupon series"),
    ("amount", 733, "Invalid transaction amount"),
    ("store", 735, "Invalid store"),
    ("customer_redeemed_max", 736, "Allowed redemption consumed"),
    ("redemption_gap", 738, "Allowed redemption gap is invalid"),
    ("redemption_date", 739, "Allowed redemption date is invalid"),
    ("fraud", 740, "Fraud customer"),
    ("blocked", 742, "issue and redemption blocked for customer"),
    (
        "others_failed",
        749,
        "Coupon Redeem/isRedeem failed because of failure on other coupons in the batch",
    ),
    ("series_code_taken", 751, "coupon series with same series code is already present"),
    ("series_code_blank", 753, "series code cannot be empty"),
    ("generic_blank", 754, "generic cannot be empty for series type GENERIC"),
    ("series_id_unknown", 755, "invalid coupon series id"),
    ("excluded_invalid", 756, "invalid value for mutually exclusive config series"),
    ("mandatory", 756, "A value is mandatory"),
    ("series_id_blank", 756, "seriesId is mandatory to set"),
    ("count_small", 756, "count should be greater than 0"),
    ("series_needed", 756, "coupon seriesid is mandatory"),
    ("expiry_pairs_blank", 756, "Atleast one coupon code and expiry date info is mandatory"),
    ("revoke_what", 756, "CouponCode/s or customer info is mandatory"),
    ("external", 777, "coupon source not valid for issue coupon"),
    ("coupon_blank", 781, "Either coupon ID or coupon code is missing"),
    ("no_filters", 1000, "Filters not provided"),
    ("series_max_part", 5001, "max create for series exceeded"),
    ("customer_max_part", 5002, "max coupon per user exceeded"),
    (
        "one_per_customer",
        5004,
        "Issue only one coupon. Since isAllowMultipleVouchersPerUser=false.",
    ),
    ("one_generic", 5004, "Cannot issue more than one GENERIC coupon code."),
    ("pool_short", 5006, "Unable to issue certain number of coupons"),
];

/// A value that does not fit, where nothing better is said.
pub const INVALID: &str = "invalid";

/// Number and sentence of each refusal, for the API's reference.
pub fn numbered() -> Vec<(u32, &'static str)> {
    TABLE.iter().map(|(_, number, words)| (*number, *words)).collect()
}

/// The refusal with this word, in the reference's sentence.
pub fn fault(word: &'static str) -> Fault {
    Fault::new(word, sentence(word))
}

/// The same about the deed as a whole.
pub fn problem(word: &'static str) -> Problem {
    Problem::whole(word, sentence(word))
}

/// The reference's sentence.
pub fn sentence(word: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(TABLE.iter().find(|(known, ..)| *known == word).map_or(word, |(.., text)| text))
}

/// A word as it was stored, if it is one of ours.
pub fn known(word: &str) -> Option<&'static str> {
    TABLE.iter().find(|(known, ..)| *known == word).map(|(known, ..)| *known)
}

/// The number of a refusal; 629 "Invalid Input" where it has none of its own.
pub fn vendor_code(word: &str) -> u32 {
    TABLE.iter().find(|(known, ..)| *known == word).map_or(629, |(_, number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_carry_the_numbers_of_the_reference() {
        assert_eq!(vendor_code("expired"), 713);
        assert_eq!(vendor_code("taken"), 629);
        assert_eq!(problem("used").message, "Coupon is already used");
        assert!(TABLE.is_sorted_by_key(|(_, number, _)| *number));
        let mut words: Vec<&str> = TABLE.iter().map(|(word, ..)| *word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), TABLE.len());
    }
}
