//! What the rows of a chunk name, looked up together: badges, customers, and from them the awards.

use chrono::{DateTime, Utc};

use super::row::{EXPIRES, FIELDS, Parsed, SOURCE_ID, parse};
use super::store::Award;
use crate::badges::expiry::Expiry;
use crate::badges::names::Names;
use crate::base::act::Act;
use crate::base::calendar::add_months;
use crate::base::csv::importable::{Entry, Terms, Verdict};
use crate::base::error::{Error, Result};
use crate::base::problem::{Fault, Problems};

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
    let named: Vec<_> = rows.iter().map(|row| &row.named).collect();
    let names = Names::of(act, &named).await?;
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
    let on = |(field, fault): (&'static str, Fault)| fault.on(field);
    let badge = names.badge(&row.named).map_err(|fault| problems.push(on(fault))).ok();
    let customer = names.customer(&row.named).map_err(|fault| problems.push(on(fault))).ok();
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
