//! What the rows of a chunk name, looked up together: badges, customers, and from them the awards.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::row::{
    BADGE_ID, BADGE_NAME, CUSTOMER_ID, EXPIRES, FIELDS, Parsed, SOURCE_ID, WHO, parse,
};
use super::store::{self, Award, KnownBadge};
use crate::badges::expiry::Expiry;
use crate::base::act::Act;
use crate::base::calendar::add_months;
use crate::base::csv::importable::{Entry, Terms, Verdict};
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::problem::{Fault, Problems};
use crate::customers::{self, IdentifierKind};

/// When an award ends that the file says nothing about: by the badge's own rule, counted from the
/// award. `None`: with the badge, wherever its end moves.
fn own_expiry(rule: &serde_json::Value, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let rule: Expiry = serde_json::from_value(rule.clone()).map_err(Error::internal)?;
    Ok(match rule {
        Expiry::OnDate(end) => Some(end),
        Expiry::WithBadge => None,
        Expiry::After { unit, value } => Some(unit.after(at, value)),
        Expiry::Never => Some(add_months(at, 1200)),
    })
}

/// What the rows of a chunk name, as the store knows it.
struct Names {
    badges: HashMap<BadgeId, KnownBadge>,
    by_name: HashMap<String, BadgeId>,
    customers: HashSet<CustomerId>,
    by_key: HashMap<(IdentifierKind, String), CustomerId>,
}

impl Names {
    async fn of(act: &mut Act, rows: &[Parsed<'_>]) -> Result<Self> {
        let org = act.org();
        let ids: HashSet<BadgeId> = rows.iter().filter_map(|row| row.badge_id).collect();
        let names: HashSet<&str> =
            rows.iter().map(|row| row.badge_name).filter(|name| !name.is_empty()).collect();
        let (ids, names): (Vec<_>, Vec<_>) =
            (ids.into_iter().collect(), names.into_iter().collect());
        let badges = store::badges(act.db(), org, &ids, &names).await?;
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

    fn badge(&self, row: &Parsed<'_>) -> Result<&KnownBadge, (usize, Fault)> {
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

    fn customer(&self, row: &Parsed<'_>) -> Result<CustomerId, (usize, Fault)> {
        let number = row.customer_id.map(CustomerId::new);
        if let Some(number) = number
            && !self.customers.contains(&number)
        {
            return Err((
                CUSTOMER_ID,
                Fault::new("unknown_customer", "No customer with this number"),
            ));
        }
        let mut found = number;
        for (field, identifier) in &row.identifiers {
            let key = (identifier.kind, identifier.key.clone());
            match (self.by_key.get(&key), found) {
                (Some(one), Some(other)) if *one != other => {
                    let why = "This row names two different customers";
                    return Err((*field, Fault::new("two_customers", why)));
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

/// Rows read and resolved: verdicts of those refused, and the awards of the others with their places.
pub(super) struct Chunk {
    pub(super) verdicts: Vec<Option<Verdict>>,
    pub(super) places: Vec<usize>,
    pub(super) awards: Vec<Award>,
}

/// Reads and looks up the rows of a chunk.
pub(super) async fn resolve(act: &mut Act, entries: &[Entry<'_>], terms: &Terms) -> Result<Chunk> {
    let now = act.now();
    let mut verdicts: Vec<Option<Verdict>> = Vec::with_capacity(entries.len());
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    for (place, entry) in entries.iter().enumerate() {
        match parse(entry, terms, now) {
            Ok(row) => {
                rows.push(row);
                places.push(place);
                verdicts.push(None);
            }
            Err(problems) => verdicts.push(Some(Verdict::Refused(problems))),
        }
    }
    let names = Names::of(act, &rows).await?;
    let (mut kept, mut awards) = (Vec::new(), Vec::new());
    for (row, place) in rows.into_iter().zip(places) {
        match award(&names, &row, &entries[place])? {
            Ok(award) => {
                awards.push(award);
                kept.push(place);
            }
            Err(problems) => verdicts[place] = Some(Verdict::Refused(problems)),
        }
    }
    Ok(Chunk { verdicts, places: kept, awards })
}

fn award(names: &Names, row: &Parsed<'_>, entry: &Entry<'_>) -> Result<Result<Award, Problems>> {
    let mut problems = Problems::none();
    let on = |(field, fault): (usize, Fault)| fault.on(FIELDS[field].name);
    let badge = names.badge(row).map_err(|fault| problems.push(on(fault))).ok();
    let customer = names.customer(row).map_err(|fault| problems.push(on(fault))).ok();
    if row.source_id.is_some() && entry.nth > 0 && !entry.alike {
        let first = entry.first.unwrap_or_default();
        let why = format!("The same sourceId stands on line {first} with other values");
        problems.add(FIELDS[SOURCE_ID].name, Fault::new("twice_in_file", why));
    }
    let (Some(badge), Some(customer)) = (badge, customer) else { return Ok(Err(problems)) };
    let expires = match row.expires {
        Some(end) => Some(end),
        None => own_expiry(&badge.earned_expiry, row.at)?,
    };
    if expires.is_some_and(|end| end < row.at) {
        let why = "By the badge's own rule it would end before it was earned; give earnExpiresOn";
        problems.add(FIELDS[EXPIRES].name, Fault::new("before_event", why));
    }
    let nth = i32::try_from(entry.nth).unwrap_or(i32::MAX - 1) + 1;
    Ok(problems.into_result().map(|()| Award {
        badge: badge.id,
        customer,
        at: row.at,
        nth: row.source_id.is_none().then_some(nth),
        expires,
        says_expiry: row.expires.is_some(),
        source_id: row.source_id.clone(),
    }))
}
