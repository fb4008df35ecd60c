//! The columns of the "create badges" template (spec/badges.md 13.5) in its order, and the further ones
//! that the rest of a badge needs.

use crate::base::csv::importable::{Field, Looks};

#[cfg(test)]
/// How many of [`FIELDS`] are the template's; its fifty-third column repeats `earnType`.
pub const TEMPLATE: usize = 52;

/// Every column a badge file may have by a fixed name.
pub const FIELDS: &[Field] = &[
    Field::text("name", "test34567", "The badge's name; needed for a new badge").or(&["badgeName"]),
    Field::text("description", "Purchase 5 pet products", "What it is about"),
    Field::text("isActive", "TRUE", "TRUE or FALSE; blank: TRUE").or(&["active"]),
    Field::text("startOn", "1757777926", "The start: ISO 8601, seconds since 1970, or a day")
        .or(&["start", "startDate"])
        .like(Looks::Moment),
    Field::text("expiresOn", "1799632870", "The end: ISO 8601, seconds since 1970, or a whole day")
        .or(&["end", "endDate", "expiryDate"])
        .like(Looks::Moment),
    Field::text("earnType", "EARN", "EARN (directly issued) or ISSUE_EARN (enrol first)"),
    Field::text(
        "EarnexpiryType",
        "ABSOLUTE",
        "When an issued badge expires: ABSOLUTE, RELATIVE or NEVER",
    )
    .or(&["earnedBadgeExpiry.expiryType"]),
    Field::text("EarnexpiryWithBadgeMeta", "TRUE", "TRUE: along with the badge's end")
        .or(&["earnedBadgeExpiry.expireWithBadgeMeta"]),
    Field::text("EarnBadgestype", "WITH_BADGE_META", "Of ABSOLUTE: FIXED_DATE or WITH_BADGE_META")
        .or(&["earnedBadgeExpiry.type"]),
    Field::text(
        "restrictedToOwners",
        "Loyalty,Milestones",
        "The modules that may use it, with commas between",
    )
    .or(&["ownership.restrictedToOwners", "owners"]),
    Field::text(
        "ConstraintType1 for Cx",
        "CUSTOMER_BADGE_FIXED_VALUE",
        "The first kind of limit for each customer",
    ),
    Field::text(
        "ConstraintType2 for Cx",
        "CUSTOMER_BADGE_ROLLING_WINDOW",
        "The second kind of limit for each customer",
    ),
    Field::text("maxEarnLimit for Cx", "100", "At most so many for each customer overall"),
    Field::text("rollForDays for Cx", "1", "Moving window for each customer: days"),
    Field::text("maxEarnForDays for Cx", "1", "At most so many in them"),
    Field::text("rollForWeeks for Cx", "1", "Moving window for each customer: weeks"),
    Field::text("maxEarnForWeeks for Cx", "2", "At most so many in them"),
    Field::text("rollForMonths for Cx", "1", "Moving window for each customer: months"),
    Field::text("maxEarnForMonths for Cx", "10", "At most so many in them"),
    Field::text("maxEarnLimit for badge", "100000", "At most so many over all customers"),
    Field::text(
        "badge constraintType1",
        "BADGE_ROLLING_WINDOW",
        "A kind of limit over all customers",
    ),
    Field::text("badge constraintType2", "BADGE_FIXED_VALUE", "A kind of limit over all customers"),
    Field::text(
        "badge constraintType3",
        "BADGE_ROLLING_WINDOW",
        "A kind of limit over all customers",
    ),
    Field::text(
        "badge constraintType4",
        "BADGE_ROLLING_WINDOW",
        "A kind of limit over all customers",
    ),
    Field::text(
        "badge rolltype1",
        "DAYS",
        "Moving window over all customers: DAYS, WEEKS or MONTHS",
    ),
    Field::text("badge rollvalue1", "1", "How many of them"),
    Field::text("badge max earn limit1", "100", "At most so many in them"),
    Field::text(
        "badge rolltype2",
        "WEEKS",
        "Moving window over all customers: DAYS, WEEKS or MONTHS",
    ),
    Field::text("badge rollvalue2", "1", "How many of them"),
    Field::text("badge max earn limit2", "2000", "At most so many in them"),
    Field::text(
        "badge rolltype3",
        "MONTHS",
        "Moving window over all customers: DAYS, WEEKS or MONTHS",
    ),
    Field::text("badge rollvalue3", "1", "How many of them"),
    Field::text("badge max earn limit3", "5000", "At most so many in them"),
    Field::text(
        "badge max earn limit4",
        "10000",
        "At most so many over all customers, when “maxEarnLimit for badge” is blank",
    ),
    Field::text(
        "benefitType1",
        "COUPON",
        "What comes with it: COUPON, LOYALTY_POINTS, CART_PROMOTION or GIFT_VOUCHER",
    ),
    Field::text(
        "benefitType2",
        "LOYALTY_POINTS",
        "What comes with it: COUPON, LOYALTY_POINTS, CART_PROMOTION or GIFT_VOUCHER",
    ),
    Field::text(
        "benefitType3",
        "COUPON",
        "What comes with it: COUPON, LOYALTY_POINTS, CART_PROMOTION or GIFT_VOUCHER",
    ),
    Field::text("points1", "100", "Points of the first points benefit"),
    Field::text("program ID1 for points", "626", "Its programme"),
    Field::text("promotion ID1 for points", "80332", "Its promotion"),
    Field::text("allocationStrategyId1 for points", "1489", "Its earn strategy"),
    Field::text("expirationStrategyId1 for points", "3843", "Its expiry strategy"),
    Field::text("couponseriesId2", "234", "The series of the second coupon benefit"),
    Field::text("couponseriesId1", "136", "The series of the first coupon benefit"),
    Field::text("tag name 1", "Type1", "A free tag"),
    Field::text("tag value 1", "Birthday", "Its value"),
    Field::text("tag name 2", "Type2", "A free tag"),
    Field::text("tag value 2", "name", "Its value"),
    Field::text("tag name 3", "Type3", "A free tag"),
    Field::text("badgeRank", "3", "The rank in its group, from 1").or(&["rank"]),
    Field::text("badgeGroupId", "66545b9f8c1e4a0d2b3c4d5e", "Its group: id or name")
        .or(&["badgeGroupName", "group"]),
    Field::text("tag value 3", "mnp", "The third tag's value"),
    Field::text(
        "id",
        "66545b9f8c1e4a0d2b3c4d5e",
        "The badge to change; blank: by its name, or a new one",
    )
    .or(&["badgeId", "badgeMetaId"]),
    Field::text("relativeExpirytype", "DAYS", "Of RELATIVE: DAYS, WEEKS or MONTHS")
        .or(&["earnedBadgeExpiry.relativeExpirytype"]),
    Field::text("value", "30", "Of RELATIVE: how many").or(&["earnedBadgeExpiry.value"]),
    Field::text("EarnExpiresOn", "1799632870", "Of FIXED_DATE: the date")
        .or(&["earnedBadgeExpiry.expiresOn"]),
    Field::text(
        "IssueexpiryType",
        "RELATIVE",
        "When an enrolment expires: ABSOLUTE, RELATIVE or NEVER",
    )
    .or(&["issuedBadgeExpiry.expiryType"]),
    Field::text("IssueBadgestype", "FIXED_DATE", "Of ABSOLUTE: FIXED_DATE or WITH_BADGE_META")
        .or(&["issuedBadgeExpiry.type"]),
    Field::text("IssueexpiryWithBadgeMeta", "FALSE", "TRUE: along with the badge's end")
        .or(&["issuedBadgeExpiry.expireWithBadgeMeta"]),
    Field::text("IssueExpiresOn", "1799632870", "Of FIXED_DATE: the date")
        .or(&["issuedBadgeExpiry.expiresOn"]),
    Field::text("IssuerelativeExpirytype", "WEEKS", "Of RELATIVE: DAYS, WEEKS or MONTHS")
        .or(&["issuedBadgeExpiry.relativeExpirytype"]),
    Field::text("Issuevalue", "2", "Of RELATIVE: how many").or(&["issuedBadgeExpiry.value"]),
    Field::text(
        "Cx durationType",
        "WEEKS",
        "Fixed window for each customer: DAYS, WEEKS or MONTHS",
    ),
    Field::text("Cx refreshRate", "5", "Of DAYS: every so many days"),
    Field::text("Cx startDayOfTheWeek", "MONDAY", "Of WEEKS: its first day"),
    Field::text("Cx window maxEarnLimit", "3", "At most so many in each window"),
    Field::text(
        "badge durationType",
        "WEEKS",
        "Fixed window for all customers: DAYS, WEEKS or MONTHS",
    ),
    Field::text("badge refreshRate", "5", "Of DAYS: every so many days"),
    Field::text("badge startDayOfTheWeek", "MONDAY", "Of WEEKS: its first day"),
    Field::text("badge window maxEarnLimit", "3", "At most so many in each window"),
    Field::text("defaultTillId", "42", "The till issuances are attributed to").or(&["till"]),
];

/// A header that is known although it has no fixed place: a custom field (`CF:colour`), a picture's
/// address, a further benefit, a path of the API.
pub fn known(header: &str) -> Option<String> {
    let header = header.trim();
    let numbered = |prefix: &str, suffix: &str| {
        let number = header.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
        number
            .and_then(|text| text.parse::<u8>().ok())
            .is_some_and(|number| (1..=20).contains(&number))
    };
    let custom = header.strip_prefix("CF:").is_some_and(|name| !name.trim().is_empty());
    let picture = header
        .strip_prefix("image ")
        .is_some_and(|rest| matches!(rest, "EARNED url" | "UN_EARNED url" | "IN_PROGRESS url"));
    let row = NUMBERED.iter().any(|(prefix, suffix)| numbered(prefix, suffix));
    let path = ["customerConstraints[", "badgeConstraints[", "customFields."]
        .iter()
        .any(|prefix| header.starts_with(prefix));
    (custom || picture || row || path).then(|| header.to_owned())
}

/// Headers with a number in them: what stands before and behind it.
const NUMBERED: &[(&str, &str)] = &[
    ("benefitType", ""),
    ("benefit extra ", ""),
    ("points", ""),
    ("program ID", " for points"),
    ("promotion ID", " for points"),
    ("allocationStrategyId", " for points"),
    ("expirationStrategyId", " for points"),
    ("till", " for points"),
    ("couponseriesId", ""),
    ("promotionId", " for cart promotion"),
    ("promotionId", " for gift voucher"),
    ("tag name ", ""),
    ("tag value ", ""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_stands_first_and_names_are_unique() {
        assert_eq!(FIELDS[0].name, "name");
        assert_eq!(FIELDS[TEMPLATE - 1].name, "tag value 3");
        let mut names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIELDS.len());
        assert_eq!(known("CF:colour").as_deref(), Some("CF:colour"));
        assert_eq!(known("couponseriesId7").as_deref(), Some("couponseriesId7"));
        assert_eq!(known("couponseriesId99"), None);
        assert_eq!(known("colour"), None);
    }
}
