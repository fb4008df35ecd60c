//! The template's sample row, and that a badge survives its row.

use chrono_tz::Tz;

use super::*;
use crate::badges::badge::Stamp;
use crate::badges::context::Context;
use crate::badges::draft::Draft;
use crate::badges::limits::Limit;
use crate::badges::sheet::{Cells, overlay};
use crate::base::ids::BadgeId;
use crate::base::problem::Problems;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn badge(cells: &[(&str, &str)]) -> Result<Badge, Problems> {
    let now = at("2026-11-26T10:00:00Z");
    let context = Context {
        now,
        zone: Tz::Europe__Berlin,
        existing: None,
        fields: &[],
        groups: &[],
        asked_tags: &[],
        name_taken: false,
        migration: true,
    };
    let mut draft = Draft::fresh();
    overlay(&Cells::new(cells.iter().copied()), &[], &mut draft)?;
    let stamp = Stamp {
        created_on: now,
        created_by: None,
        created_by_name: String::new(),
        updated_on: now,
        updated_by: None,
        updated_by_name: String::new(),
    };
    Ok(draft.check(&context)?.into_badge(BadgeId::from_bytes([1; 12]), 1, stamp))
}

/// The sample file's row, every column with its example; its group is nobody's here.
fn sample() -> Vec<(&'static str, &'static str)> {
    let template = FIELDS.iter().take(crate::badges::sheet::columns::TEMPLATE);
    template
        .filter(|field| field.name != "badgeGroupId")
        .map(|field| (field.name, field.example))
        .collect()
}

#[test]
fn the_samples_row_says_what_the_reference_says() {
    let badge = badge(&sample()).unwrap();
    assert_eq!(badge.name, "test34567");
    assert_eq!(badge.start_on.timestamp(), 1_757_777_926);
    assert_eq!(badge.earned_expiry, Expiry::WithBadge);
    let owners: Vec<&str> = badge.owners.iter().map(|owner| owner.wire()).collect();
    assert_eq!(owners, ["Loyalty", "Milestones"]);
    let sentences: Vec<String> = badge.limits.iter().map(Limit::sentence).collect();
    assert_eq!(
        sentences,
        [
            "100 overall",
            "1 in the last 1 day",
            "2 in the last 1 week",
            "10 in the last 1 month",
            "100000 overall",
            "100 in the last 1 day",
            "2000 in the last 1 week",
            "5000 in the last 1 month"
        ]
    );
    let benefits: Vec<String> = badge.benefits.iter().map(|one| one.sentence()).collect();
    assert_eq!(benefits[0], "Coupon · Coupon series id 136");
    assert_eq!(benefits[2], "Coupon · Coupon series id 234");
    assert_eq!(badge.benefits[1].params["programId"], 626);
    assert_eq!(badge.benefits[1].params["points"], 100);
    assert_eq!((badge.tags[2].name.as_str(), badge.tags[2].value.as_str()), ("Type3", "mnp"));
    assert_eq!(badge.rank, Some(3));
}

#[test]
fn a_badge_survives_its_row() {
    let mut full = sample();
    full.extend([
        ("IssueexpiryType", "RELATIVE"),
        ("IssuerelativeExpirytype", "WEEKS"),
        ("Issuevalue", "2"),
        ("benefitType4", "GIFT_VOUCHER"),
        ("promotionId1 for gift voucher", "66545b9f"),
        ("benefit extra 4", "{\"note\":\"vip\"}"),
        ("image EARNED url", "https://example.org/a.png"),
        ("defaultTillId", "42"),
    ]);
    let fixed = [
        ("name", "Weekly"),
        ("startOn", "2026-12-01"),
        ("expiresOn", "2026-12-31"),
        ("earnType", "issue earn"),
        ("restrictedToOwners", "loyalty promotions"),
        ("EarnexpiryType", "ABSOLUTE"),
        ("EarnBadgestype", "FIXED_DATE"),
        ("EarnExpiresOn", "2027-06-30T12:00:00.123456Z"),
        ("IssueexpiryType", "NEVER"),
        ("customerConstraints[0].constraintType", "CUSTOMER_BADGE_FIXED_WINDOW"),
        ("customerConstraints[0].durationType", "WEEKLY"),
        ("customerConstraints[0].startDayOfTheWeek", "2"),
        ("customerConstraints[0].maxEarnLimit", "3"),
        ("badge durationType", "DAYS"),
        ("badge refreshRate", "5"),
        ("badge window maxEarnLimit", "9"),
        ("isActive", "no"),
    ];
    for cells in [full.as_slice(), &fixed] {
        let kinds = ["COUPON", "LOYALTY_POINTS", "GIFT_VOUCHER"].map(|kind| (kind.to_owned(), 2));
        let widths = Widths { benefits: 4, kinds: kinds.to_vec(), tags: 3 };
        let first = badge(cells).unwrap();
        let written = row(&first, &[]);
        let cells: Vec<(&str, &str)> =
            written.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(badge(&cells).unwrap(), first);
        for header in written.keys() {
            let fixed = FIELDS.iter().any(|field| field.name == header);
            assert!(
                fixed || extra_headers(&[], &widths).contains(header),
                "{header} has no column"
            );
        }
    }
}

#[test]
fn what_cannot_be_read_is_told_on_its_column() {
    let fault = |cells: &[(&'static str, &'static str)]| {
        let mut all = vec![
            ("name", "X"),
            ("startOn", "2026-12-01"),
            ("expiresOn", "2026-12-31"),
            ("earnType", "EARN"),
            ("restrictedToOwners", "Loyalty"),
            ("EarnexpiryType", "NEVER"),
        ];
        all.retain(|(header, _)| !cells.iter().any(|(other, _)| other == header));
        all.extend(cells);
        let problems = badge(&all).unwrap_err();
        let field = problems.iter().next().unwrap().field.clone().unwrap();
        crate::badges::sheet::column_of(&field)
    };
    assert_eq!(fault(&[("isActive", "perhaps")]), "isActive");
    assert_eq!(fault(&[("EarnexpiryType", "SOMETIMES")]), "EarnexpiryType");
    assert_eq!(fault(&[("expiresOn", "soon")]), "expiresOn");
    assert_eq!(fault(&[("restrictedToOwners", "Loyalty,Weather")]), "restrictedToOwners");
    assert_eq!(fault(&[("ConstraintType1 for Cx", "WHENEVER")]), "ConstraintType1 for Cx");
    assert_eq!(fault(&[("maxEarnLimit for Cx", "0")]), "maxEarnLimit for Cx");
    let mixed = [
        ("maxEarnLimit for Cx", "5"),
        ("Cx durationType", "MONTHS"),
        ("Cx window maxEarnLimit", "1"),
    ];
    assert_eq!(fault(&mixed), "ConstraintType1 for Cx");
}
