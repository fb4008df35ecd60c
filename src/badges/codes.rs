//! The refusals of this room: their stable words, the sentence a person reads, and the number the
//! vendor-compatible API gives them (spec/badges.md 10). Where the reference words a message, we use it.

use crate::base::problem::{Fault, Problem};

/// Word, number and sentence of each refusal that has a number of its own.
const TABLE: &[(&str, u32, &str)] = &[
    ("org_meta_exists", 409, "Org configuration already exists."),
    ("owner_unknown", 714, "Owner type is not allowed."),
    ("badge_id_blank", 715, "Badge id is mandatory."),
    ("owner_type_blank", 716, "Owner type information is missing."),
    ("owner_reference_blank", 717, "OwnerId is mandatory."),
    ("start_not_before_end", 720, "Start Date should be before End Date"),
    ("start_past", 722, "Start Date cannot be past date"),
    ("start_locked", 723, "Start Date cannot change once the badge is live"),
    ("end_past", 724, "Expiry Date cannot be past date"),
    ("name_taken", 725, "Badge name cannot be duplicate"),
    ("owners_missing", 727, "Owner info is mandatory."),
    ("owners_empty", 728, "Atleast one owner is required"),
    ("group_rank_blank", 732, "Group Rank is Mandatory."),
    ("group_name_taken", 733, "Group Name should be Unique."),
    ("group_name_blank", 735, "Group name is mandatory."),
    ("claim_unknown", 737, "Claim not found in existing claims"),
    ("owner_claimed", 738, "There is an existing claim of owner. Removal of owner not allowed."),
    ("field_name_blank", 739, "Custom field name is mandatory."),
    ("field_name_taken", 740, "Custom field name cannot be duplicate."),
    ("field_type_blank", 741, "Custom field Data Type is mandatory."),
    ("field_default_blank", 742, "Mandatory custom field should have default Value."),
    ("field_default_boolean", 743, "Custom field default value should be true or false."),
    ("field_default_number", 744, "Custom field default value should be a number."),
    ("field_default_date", 745, "Custom field default value should be a date."),
    ("field_type_locked", 746, "Custom field Data Type cannot be changed."),
    ("field_disabled", 747, "A disabled custom field cannot be enabled again."),
    ("event_in_future", 750, "Earn event date should not be in future."),
    ("request_id_used", 809, "Request with same requestId is not allowed"),
    ("not_claimed", 810, "Badge needs to be claimed first."),
    ("enrol_first", 811, "Badge issue is mandatory before earn"),
    ("no_active_earn", 814, "Active earn instance is not present."),
    ("badge_not_live", 815, "Badge is not live."),
    (
        "outside_duration",
        816,
        "Event date is not in duration of badge meta. Pass the issue event date.",
    ),
    ("outside_retro", 817, "Event date is outside the allowed retro period"),
    ("customer_limit", 818, "Badge earn limit reached for the customer"),
    ("badge_limit", 819, "Badge earn limit reached"),
    (
        "window_family_locked",
        826,
        "Change from rolling window or fixed constraint to fixed window or vice versa is not allowed.",
    ),
    ("earn_type_locked", 1020, "Badge Earn type cannot be updated"),
    ("customer_unknown", 1026, "Customer with the specified ID is not found."),
    ("already_enrolled", 1040, "An active issue for the badge already exists."),
    ("badge_unknown_row", 1054, "GLOBAL.BADGE_NOT_FOUND"),
];

/// Refusals worded by the reference that share the number 400 or have none.
const UNNUMBERED: &[(&str, &str)] = &[
    ("not_enrollable", "Badge does not support enrolment"),
    ("no_enrolment", "Customer doesn't have issue instance"),
    ("enrolment_of_other", "issue doesn't belong to customer"),
];

/// Number and sentence of each refusal that has a number of its own, for the API's reference.
pub fn numbered() -> Vec<(u32, &'static str)> {
    TABLE.iter().map(|(_, number, words)| (*number, *words)).collect()
}

/// The refusal with this word, in the reference's sentence.
pub fn fault(word: &'static str) -> Fault {
    let numbered = TABLE.iter().map(|(known, _, text)| (known, text));
    let all = numbered.chain(UNNUMBERED.iter().map(|(known, text)| (known, text)));
    let message = all.into_iter().find(|(known, _)| **known == word).map_or(word, |(_, text)| text);
    Fault::new(word, message)
}

/// The refusal with this word, of the whole and not of one field.
pub fn whole(word: &'static str) -> Problem {
    let Fault { code, message } = fault(word);
    Problem::whole(code, message)
}

/// The number of a refusal in the vendor-compatible API; 400 where it has none of its own.
pub fn vendor_code(word: &str) -> u32 {
    TABLE.iter().find(|(known, ..)| *known == word).map_or(400, |(_, number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_carry_the_numbers_of_the_reference() {
        assert_eq!(vendor_code("name_taken"), 725);
        assert_eq!(vendor_code("window_family_locked"), 826);
        assert_eq!(vendor_code("blank"), 400);
        assert_eq!(fault("name_taken").message, "Badge name cannot be duplicate");
        let mut numbers: Vec<u32> = TABLE.iter().map(|(_, number, _)| *number).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), TABLE.len());
    }
}
