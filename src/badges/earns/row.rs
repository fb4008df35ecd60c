//! A row of the file, as far as it can be read alone.

use chrono::{DateTime, Utc};

use crate::badges::names::Named;
use crate::base::csv::importable::{Entry, Field, Looks, Terms};
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::problem::{Fault, Problems};
use crate::customers::IdentifierKind;

pub(super) const BADGE_ID: usize = 0;
pub(super) const CUSTOMER_ID: usize = 1;
pub(super) const EVENT: usize = 2;
pub(super) const EXPIRES: usize = 3;
pub(super) const BADGE_NAME: usize = 4;
pub(super) const SOURCE_ID: usize = 8;
/// The columns that name a customer, and as what.
pub(super) const WHO: [(usize, IdentifierKind); 3] =
    [(5, IdentifierKind::ExternalId), (6, IdentifierKind::Mobile), (7, IdentifierKind::Email)];

pub(super) const FIELDS: [Field; 9] = [
    Field::text(
        "badgeMetaId",
        "663df210d4e8ad163b1bfaaa",
        "The badge, by its id; or give badgeName",
    )
    .or(&["badgeId", "badge meta id"]),
    Field::text(
        "customerId",
        "382442802",
        "The customer, by number; or give externalId, mobile or email",
    ),
    Field::text(
        "earnEventDate",
        "1674292011",
        "When it was earned: ISO 8601 or seconds since 1970",
    )
    .or(&["earnedOn", "awardedAt", "eventDate"])
    .needed()
    .like(Looks::Moment),
    Field::text("earnExpiresOn", "1705828011", "When it ends; blank: as the badge's own rule says")
        .or(&["expiresOn", "earnedBadgeExpiresOn"]),
    Field::text("badgeName", "Great Answer", "The badge, by its name, letter by letter")
        .or(&["badge", "badge name"]),
    Field::text("externalId", "C-10281", "The customer, by your own id").or(&[
        "external customer id",
        "customerExternalId",
        "user_id",
    ]),
    Field::text("mobile", "+44 7700 900417", "The customer, by mobile number").like(Looks::Phone),
    Field::text("email", "amara@example.org", "The customer, by e-mail address")
        .or(&["e-mail", "mail"])
        .like(Looks::Email),
    Field::text(
        "sourceId",
        "award-77",
        "Its id where it came from, if it has one; then this is what it is known by",
    ),
];

/// A row as far as it can be read alone.
pub(super) struct Parsed<'a> {
    pub(super) named: Named<'a>,
    pub(super) at: DateTime<Utc>,
    pub(super) expires: Option<DateTime<Utc>>,
    pub(super) source_id: Option<String>,
}

/// Reads a row; all its faults at once.
pub(super) fn parse<'a>(
    entry: &Entry<'a>,
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<Parsed<'a>, Problems> {
    let mut problems = Problems::none();
    let name = |field: usize| FIELDS[field].name;
    let cell = |name: &'static str| {
        FIELDS.iter().position(|field| field.name == name).map_or("", |at| entry.get(at))
    };
    let named = Named::read(cell, &mut problems);
    Named::needs_badge(cell, &mut problems);
    Named::needs_customer(cell, &mut problems);
    let at = match entry.get(EVENT) {
        "" => Err(Fault::blank("Say when it was earned")),
        text => parse_instant(text, terms.zone, DayMeans::Start),
    };
    let at = problems.check(name(EVENT), at);
    if at.is_some_and(|at| at > now) {
        problems
            .add(name(EVENT), Fault::new("in_future", "It cannot have been earned in the future"));
    }
    let expires = match entry.get(EXPIRES) {
        "" => Ok(None),
        text => parse_instant(text, terms.zone, DayMeans::End).map(Some),
    };
    let expires = problems.check(name(EXPIRES), expires).flatten();
    if let (Some(at), Some(expires)) = (at, expires)
        && expires < at
    {
        problems
            .add(name(EXPIRES), Fault::new("before_event", "It must not end before it was earned"));
    }
    let source_id = entry.get(SOURCE_ID);
    if source_id.chars().count() > 200 {
        problems.add(name(SOURCE_ID), Fault::new("too_long", "Use at most 200 characters"));
    }
    problems.into_result()?;
    let at = at.ok_or_else(Problems::none)?;
    let source_id = (!source_id.is_empty()).then(|| source_id.to_owned());
    Ok(Parsed { named, at, expires, source_id })
}
