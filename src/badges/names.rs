//! How a row of a file names a badge and a customer, and who they are. A badge goes by id or name, a
//! customer by number or any identifier; the columns are called alike in every kind of file.

use std::collections::{HashMap, HashSet};

use crate::badges::earns::{KnownBadge, known_badges};
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::problem::{Fault, Problems};
use crate::customers::{self, Identifier, IdentifierKind};

pub(super) const BADGE_ID: &str = "badgeMetaId";
pub(super) const BADGE_NAME: &str = "badgeName";
pub(super) const CUSTOMER_ID: &str = "customerId";
/// The columns that name a customer otherwise, and as what.
pub(super) const WHO: [(&str, IdentifierKind); 3] = [
    ("externalId", IdentifierKind::ExternalId),
    ("mobile", IdentifierKind::Mobile),
    ("email", IdentifierKind::Email),
];

/// What a row names, as far as it can be read alone.
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) badge_id: Option<BadgeId>,
    pub(super) badge_name: &'a str,
    pub(super) customer_id: Option<i64>,
    pub(super) identifiers: Vec<(&'static str, Identifier)>,
}

impl<'a> Named<'a> {
    /// Reads a row's columns; what is wrong is noted.
    pub(super) fn read(cell: impl Fn(&'static str) -> &'a str, problems: &mut Problems) -> Self {
        let badge_id = optional(cell(BADGE_ID), |text| text.to_lowercase().parse().ok())
            .ok_or_else(|| Fault::invalid("A badge id is 24 digits and letters a to f"));
        let badge_id = problems.check(BADGE_ID, badge_id).flatten();
        let customer_id = optional(cell(CUSTOMER_ID), |text| text.parse::<i64>().ok())
            .ok_or_else(|| Fault::invalid("A customer id is a whole number"));
        let customer_id = problems.check(CUSTOMER_ID, customer_id).flatten();
        let mut identifiers = Vec::new();
        for (field, kind) in WHO {
            let text = cell(field);
            if !text.is_empty() {
                let read = problems.check(field, Identifier::parse(kind, text));
                identifiers.extend(read.map(|identifier| (field, identifier)));
            }
        }
        Named { badge_id, badge_name: cell(BADGE_NAME), customer_id, identifiers }
    }

    /// Notes that no badge is named.
    pub(super) fn needs_badge(cell: impl Fn(&'static str) -> &'a str, problems: &mut Problems) {
        if cell(BADGE_ID).is_empty() && cell(BADGE_NAME).is_empty() {
            let why = "Say which badge: give badgeMetaId or badgeName";
            problems.add(BADGE_ID, Fault::blank(why));
        }
    }

    /// Notes that no customer is named.
    pub(super) fn needs_customer(cell: impl Fn(&'static str) -> &'a str, problems: &mut Problems) {
        if cell(CUSTOMER_ID).is_empty() && WHO.iter().all(|(field, _)| cell(field).is_empty()) {
            let why = "Say which customer: give customerId, externalId, mobile or email";
            problems.add(CUSTOMER_ID, Fault::blank(why));
        }
    }
}

/// Blank is nothing; anything else must be read.
fn optional<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

/// What the rows of a chunk name, as the store knows it.
pub(super) struct Names {
    badges: HashMap<BadgeId, KnownBadge>,
    by_name: HashMap<String, BadgeId>,
    customers: HashSet<CustomerId>,
    by_key: HashMap<(IdentifierKind, String), CustomerId>,
}

impl Names {
    /// Looks everything up at once.
    pub(super) async fn of(act: &mut Act, rows: &[&Named<'_>]) -> Result<Self> {
        let org = act.org();
        let ids: HashSet<BadgeId> = rows.iter().filter_map(|row| row.badge_id).collect();
        let names: HashSet<&str> =
            rows.iter().map(|row| row.badge_name).filter(|name| !name.is_empty()).collect();
        let (ids, names): (Vec<_>, Vec<_>) =
            (ids.into_iter().collect(), names.into_iter().collect());
        let badges = known_badges(act.db(), org, &ids, &names).await?;
        let numbers: HashSet<i64> = rows.iter().filter_map(|row| row.customer_id).collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let customers = match numbers.as_slice() {
            [] => HashSet::new(),
            numbers => customers::existing(act.db(), org, numbers).await?,
        };
        let mut by_key = HashMap::new();
        for (_, kind) in WHO {
            let keys: HashSet<&String> = rows
                .iter()
                .flat_map(|row| &row.identifiers)
                .filter(|(_, identifier)| identifier.kind == kind)
                .map(|(_, identifier)| &identifier.key)
                .collect();
            if keys.is_empty() {
                continue;
            }
            let keys: Vec<String> = keys.into_iter().cloned().collect();
            let found = customers::resolve_identifiers(act.db(), org, kind, &keys).await?;
            by_key.extend(found.into_iter().map(|(key, id)| ((kind, key), id)));
        }
        let by_name = badges.iter().map(|badge| (badge.name.clone(), badge.id)).collect();
        let badges = badges.into_iter().map(|badge| (badge.id, badge)).collect();
        Ok(Names { badges, by_name, customers, by_key })
    }

    /// The badge of a row, or what is wrong in which column.
    pub(super) fn badge(&self, row: &Named<'_>) -> Result<&KnownBadge, (&'static str, Fault)> {
        let by_id = row.badge_id.map(|id| self.badges.get(&id));
        let by_name = || self.by_name.get(row.badge_name).and_then(|id| self.badges.get(id));
        match by_id {
            Some(Some(badge)) if row.badge_name.is_empty() || row.badge_name == badge.name => {
                Ok(badge)
            }
            Some(Some(_)) => {
                let why = "The badge of this id has another name; leave one of the two blank";
                Err((BADGE_NAME, Fault::new("two_badges", why)))
            }
            Some(None) => Err((BADGE_ID, Fault::new("unknown_badge", "No badge with this id"))),
            None => by_name()
                .ok_or((BADGE_NAME, Fault::new("unknown_badge", "No badge with this name"))),
        }
    }

    /// The customer of a row, or what is wrong in which column.
    pub(super) fn customer(&self, row: &Named<'_>) -> Result<CustomerId, (&'static str, Fault)> {
        let number = row.customer_id.map(CustomerId::new);
        if let Some(number) = number
            && !self.customers.contains(&number)
        {
            let why = "No customer with this number";
            return Err((CUSTOMER_ID, Fault::new("unknown_customer", why)));
        }
        let mut found = number;
        for (field, identifier) in &row.identifiers {
            let key = (identifier.kind, identifier.key.clone());
            match (self.by_key.get(&key), found) {
                (Some(one), Some(other)) if *one != other => {
                    let why = "This row names two different customers";
                    return Err((field, Fault::new("two_customers", why)));
                }
                (Some(one), _) => found = Some(*one),
                (None, _) => {}
            }
        }
        found.ok_or_else(|| {
            let (field, noun) = row
                .identifiers
                .first()
                .map_or((CUSTOMER_ID, "number"), |(field, id)| (*field, id.kind.noun()));
            (field, Fault::new("unknown_customer", format!("No customer with this {noun}")))
        })
    }
}
