//! The columns of bulk files, and a row as far as it can be read alone.

use chrono::{DateTime, Utc};

use crate::badges::names::{BADGE_ID, BADGE_NAME, CUSTOMER_ID, Named};
use crate::base::csv::importable::{Entry, Field, Looks, Terms};
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::problem::{Fault, Problems};
use crate::customers::IdentifierKind;

pub(super) const EVENT: &str = "eventDate";
pub(super) const EARN_ID: &str = "earnedBadgeId";
pub(super) const REASON: &str = "reason";

const BADGE_BY_ID: Field =
    Field::text(BADGE_ID, "663df210d4e8ad163b1bfaaa", "The badge, by its id; or give badgeName")
        .or(&["badgeId", "badge meta id"]);
const BADGE_BY_NAME: Field =
    Field::text(BADGE_NAME, "Great Answer", "The badge, by its name, letter by letter")
        .or(&["badge", "badge name"]);
const CUSTOMER: Field = Field::text(
    CUSTOMER_ID,
    "382442802",
    "The customer, by number; or give externalId, mobile or email",
);
const EXTERNAL: Field = Field::text("externalId", "C-10281", "The customer, by your own id").or(&[
    "external customer id",
    "customerExternalId",
    "user_id",
]);
const MOBILE: Field =
    Field::text("mobile", "+44 7700 900417", "The customer, by mobile number").like(Looks::Phone);
const EMAIL: Field = Field::text("email", "amara@example.org", "The customer, by e-mail address")
    .or(&["e-mail", "mail"])
    .like(Looks::Email);

/// What a row says that gives something: who, which badge, as of when.
pub(super) const GIVE: [Field; 7] = [
    BADGE_BY_ID,
    CUSTOMER,
    Field::text(
        EVENT,
        "2026-11-24T17:30:00Z",
        "When the customer qualified: ISO 8601 or seconds since 1970; blank: now",
    )
    .or(&["earnEventDate", "issueEventDate"]),
    BADGE_BY_NAME,
    EXTERNAL,
    MOBILE,
    EMAIL,
];

/// What a row says that takes an issued badge back.
pub(super) const TAKE: [Field; 8] = [
    BADGE_BY_ID,
    CUSTOMER,
    Field::text(
        EARN_ID,
        "6740a1f2c1d2e3f405060708",
        "Which issue; may be left out where the customer holds the badge just once",
    ),
    BADGE_BY_NAME,
    EXTERNAL,
    MOBILE,
    EMAIL,
    Field::text(REASON, "Bill returned", "Why; stands in the customer’s timeline"),
];

/// A row read.
pub(super) struct Read<'a> {
    pub(super) named: Named<'a>,
    pub(super) event: Option<DateTime<Utc>>,
    pub(super) earn: Option<crate::base::ids::EarnId>,
    pub(super) reason: &'a str,
}

/// A field's cell by its name.
pub(super) fn cell<'a>(entry: &Entry<'a>, fields: &[Field], name: &str) -> &'a str {
    fields.iter().position(|field| field.name == name).map_or("", |at| entry.get(at))
}

/// Reads a row; all its faults at once. An issue named by its own id needs nothing else.
pub(super) fn read<'a>(
    entry: &Entry<'a>,
    fields: &[Field],
    terms: &Terms,
) -> Result<Read<'a>, Problems> {
    let mut problems = Problems::none();
    let cell = |name: &'static str| cell(entry, fields, name);
    let named = Named::read(cell, &mut problems);
    let earn = match cell(EARN_ID) {
        "" => None,
        text => {
            let read = text.to_lowercase().parse::<crate::base::ids::EarnId>();
            let why = "An issue’s id is 24 digits and letters a to f";
            problems.check(EARN_ID, read.map_err(|_| Fault::invalid(why)))
        }
    };
    if cell(EARN_ID).is_empty() {
        Named::needs_badge(cell, &mut problems);
        Named::needs_customer(cell, &mut problems);
    }
    let event = match cell(EVENT) {
        "" => None,
        text => problems.check(EVENT, parse_instant(text, terms.zone, DayMeans::Start)),
    };
    let reason = cell(REASON);
    if reason.chars().count() > 500 {
        problems.add(REASON, Fault::new("too_long", "Use at most 500 characters"));
    }
    if let Some(line) = entry.first {
        let why = format!("The same stands on line {line} already");
        problems.push(crate::base::problem::Problem::whole("twice_in_file", why));
    }
    problems.into_result().map(|()| Read { named, event, earn, reason })
}

/// What makes two rows the same, in the words of the file.
pub(super) fn identity(entry: &Entry<'_>, fields: &[Field], terms: &Terms, into: &mut Vec<u8>) {
    let mut put = |part: &[u8]| {
        into.extend_from_slice(part);
        into.push(0);
    };
    let cell = |name: &str| cell(entry, fields, name);
    if !cell(EARN_ID).is_empty() {
        return put(cell(EARN_ID).to_lowercase().as_bytes());
    }
    match parse_instant(cell(EVENT), terms.zone, DayMeans::Start) {
        Ok(at) => put(&at.timestamp_micros().to_le_bytes()),
        Err(_) => put(cell(EVENT).as_bytes()),
    }
    put(cell(BADGE_ID).to_lowercase().as_bytes());
    put(cell(BADGE_NAME).as_bytes());
    put(cell(CUSTOMER_ID).as_bytes());
    for kind in [IdentifierKind::ExternalId, IdentifierKind::Mobile, IdentifierKind::Email] {
        put(kind.key(cell(kind.word())).as_bytes());
    }
}
