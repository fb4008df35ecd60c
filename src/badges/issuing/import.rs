//! Badges earned elsewhere, told by the API (spec/badges.md 9.13): history as it was. No claim, limit,
//! enrolment, status or switch is asked, no benefit given, no event sent; alike rows are all kept.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::badges::issuing::counts::{Moved, adjust};
use crate::badges::issuing::ground::distinct;
use crate::badges::issuing::store;
use crate::badges::issuing::store::history::Row;
use crate::badges::issuing::trace;
use crate::badges::{codes, earns};
use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::ids::{BadgeId, CustomerId, EarnId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem};
use crate::customers::{Hold, Person, people};

/// One badge somebody earned, as told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarnedRow {
    /// Which badge.
    pub badge: BadgeId,
    /// Who.
    pub customer: CustomerId,
    /// When it was earned.
    pub event: DateTime<Utc>,
    /// Its last instant.
    pub expires_on: DateTime<Utc>,
}

/// A badge brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The wire's `earnedBadgeId`.
    pub id: EarnId,
    /// Its last instant.
    pub expires_on: DateTime<Utc>,
    /// The name of this row.
    pub request_id: String,
}

/// Brings in badges earned elsewhere, row by row: a bad row stops no other. Row `n` (from 1) is named
/// `<base>_<n>`.
pub async fn import_earned(
    act: &mut Act,
    rows: &[EarnedRow],
    base_request_id: &str,
) -> Result<Vec<std::result::Result<Imported, Problem>>> {
    act.require(Permission::ImportHistory)?;
    let (org, now) = (act.org(), act.now());
    let mut badges: Vec<BadgeId> = rows.iter().map(|row| row.badge).collect();
    badges.sort_unstable();
    badges.dedup();
    let names = store::history::names(act.db(), org, &badges).await?;
    let customers = distinct(&rows.iter().map(|row| row.customer).collect::<Vec<_>>());
    let people = people(act.db(), org, &customers, Hold::There).await?;
    let mut new = Vec::new();
    let answers: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(place, row)| {
            let person = judge(row, now, &names, &people)?;
            let (id, request_id) = (EarnId::fresh(now), format!("{base_request_id}_{}", place + 1));
            new.push(Row { id, customer: person.id, request_id: request_id.clone(), of: *row });
            Ok(Imported { id, expires_on: row.expires_on, request_id })
        })
        .collect();
    if !new.is_empty() {
        keep(act, &new).await?;
        trace::imported(act, &names, &people, &new);
    }
    Ok(answers)
}

fn judge<'a>(
    row: &EarnedRow,
    now: DateTime<Utc>,
    names: &HashMap<BadgeId, String>,
    people: &'a HashMap<CustomerId, Person>,
) -> std::result::Result<&'a Person, Problem> {
    if !names.contains_key(&row.badge) {
        return Err(codes::whole("badge_unknown_row"));
    }
    let person = people.get(&row.customer).ok_or_else(|| codes::whole("customer_unknown"))?;
    if row.event > now {
        let why = "earnEventDate must not be in the future";
        return Err(Fault::invalid(why).on("earnEventDate"));
    }
    if row.expires_on < row.event {
        let why = "earnExpiresOn must not be before earnEventDate";
        return Err(Fault::invalid(why).on("earnExpiresOn"));
    }
    Ok(person)
}

/// Adds the rows, and after them tells totals and counts: in that order, or a count being made at the
/// same moment could miss them.
async fn keep(act: &mut Act, new: &[Row]) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    store::history::insert(act.db(), org, now, new).await?;
    let mut deltas: HashMap<BadgeId, i64> = HashMap::new();
    for row in new {
        *deltas.entry(row.of.badge).or_insert(0) += 1;
    }
    earns::count(act.db(), org, &deltas).await?;
    let moves: Vec<Moved> = new
        .iter()
        .map(|row| Moved { badge: row.of.badge, event: row.of.event, earned_on: now, by: 1 })
        .collect();
    adjust(act.db(), org, &moves).await
}
