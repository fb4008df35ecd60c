//! Finding customers by the beginning of whatever they say.
//!
//! Every prefix is a range of a key, `key >= 'smi' and key < 'smi' || the last character there is`,
//! and each range gives up after [`MOST`] entries of its index: a search costs the same among a
//! thousand customers and among a million. Within the ranges the exact entry comes first, since
//! nothing is shorter.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::customer::{Status, full_name};
use crate::customers::identifier::{IdentifierKind, fold, is_phone};

/// Entries read of each range, and customers shown.
const MOST: i64 = 50;

/// A customer in a list.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Who.
    pub id: CustomerId,
    /// Their name; may be empty.
    pub name: String,
    /// The identifier shown for them.
    pub primary: Option<(IdentifierKind, String)>,
    /// How they stand.
    pub status: Status,
    /// The survivor, where they were merged.
    pub merged_into: Option<CustomerId>,
    /// When they were entered.
    pub created_on: DateTime<Utc>,
    /// What the search met.
    pub matched: Option<Match>,
    name_key: String,
}

/// What of a customer a search met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The kind of identifier; `None` for the name or the number of the customer.
    pub kind: Option<IdentifierKind>,
    /// The value, as written.
    pub value: String,
    /// Whether it is the whole of what was asked for.
    pub exact: bool,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Exact ones first, then by name.
    pub hits: Vec<Hit>,
    /// Whether there are more than are shown.
    pub more: bool,
}

impl Found {
    /// The customer to open at once: the only exact match, or the only match when it is their whole name.
    pub fn only(&self) -> Option<CustomerId> {
        let exact = |hit: &&Hit| hit.matched.as_ref().is_some_and(|found| found.exact);
        let mut exact = self.hits.iter().filter(exact);
        let (first, second) = (exact.next()?, exact.next());
        let by_name = first
            .matched
            .as_ref()
            .is_some_and(|found| found.kind.is_none() && found.value == first.name);
        (second.is_none() && (!by_name || self.hits.len() == 1)).then_some(first.id)
    }
}

/// Customers whose name, number or, if `personal`, identifiers begin with the query. Deleted ones are not
/// found; merged ones are, to lead to the survivor.
pub async fn search(
    db: &mut PgConnection,
    org: OrgId,
    query: &str,
    personal: bool,
) -> sqlx::Result<Found> {
    let key = fold(query);
    if key.is_empty() {
        return Ok(Found::default());
    }
    let mut met: HashMap<i64, Match> = HashMap::new();
    let mut more = false;
    if personal {
        let (found, cut) = by_identifier(db, org, query).await?;
        more |= cut;
        for (id, found) in found {
            let known = met.entry(id).or_insert_with(|| found.clone());
            if found.exact && !known.exact {
                *known = found;
            }
        }
    }
    let names = by_name(db, org, &key).await?;
    more |= names.len() as i64 >= MOST;
    let number: Option<i64> = key.parse().ok();
    let ids: Vec<i64> = met.keys().copied().chain(names).chain(number).collect();
    let mut found = details(db, org, &ids).await?;
    for hit in found.values_mut() {
        let id = hit.id.get();
        hit.matched = match met.remove(&id) {
            Some(by_identifier) if by_identifier.exact || number != Some(id) => Some(by_identifier),
            _ if number == Some(id) => {
                Some(Match { kind: None, value: id.to_string(), exact: true })
            }
            _ => Some(Match { kind: None, value: hit.name.clone(), exact: hit.name_key == key }),
        };
    }
    let mut hits: Vec<Hit> = found.into_values().collect();
    hits.sort_by_cached_key(|hit| (rank(hit), hit.name_key.clone(), hit.id));
    more |= hits.len() as i64 > MOST;
    hits.truncate(MOST as usize);
    Ok(Found { hits, more })
}

/// Exact identifiers and numbers before all others (spec/membercare.md 2.1).
fn rank(hit: &Hit) -> u8 {
    let exact = |found: &Match| found.exact && found.value != hit.name;
    u8::from(!hit.matched.as_ref().is_some_and(exact))
}

/// The beginnings to look for: as typed, as a telephone number, as a card's number.
pub(super) fn beginnings(query: &str) -> Vec<String> {
    let mut keys = vec![fold(query), IdentifierKind::CardNumber.key(query)];
    if is_phone(query.trim()) {
        keys.push(IdentifierKind::Mobile.key(query));
    }
    keys.retain(|key| !key.is_empty());
    keys.sort();
    keys.dedup();
    keys
}

/// Whose identifiers, of any kind and source, begin so; and whether some were left out.
async fn by_identifier(
    db: &mut PgConnection,
    org: OrgId,
    query: &str,
) -> sqlx::Result<(Vec<(i64, Match)>, bool)> {
    let low = beginnings(query);
    let high: Vec<String> = low.iter().map(|key| after(key)).collect();
    let rows = sqlx::query!(
        r#"
        select hit.customer_id as "id!", hit.kind as "kind!", hit.value as "value!",
               hit.value_key as "key!"
        from unnest($2::text[], $3::text[]) as range (low, high)
        cross join lateral (
            select i.customer_id, i.kind, i.value, i.value_key
            from customer_identifiers i
            where i.org_id = $1 and i.value_key >= range.low and i.value_key < range.high
            order by i.value_key, i.customer_id
            limit $4
        ) hit
        "#,
        org.get(),
        &low,
        &high,
        MOST
    )
    .fetch_all(db)
    .await?;
    let cut = rows.len() as i64 >= MOST;
    let found = rows.into_iter().filter_map(|row| {
        let kind: IdentifierKind = row.kind.parse().ok()?;
        let exact = kind.key(query) == row.key;
        Some((row.id, Match { kind: Some(kind), value: row.value, exact }))
    });
    Ok((found.collect(), cut))
}

/// Whose name, or last name, begins so.
async fn by_name(db: &mut PgConnection, org: OrgId, key: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"
        (select id as "id!" from customers
         where org_id = $1 and name_key >= $2 and name_key < $3 order by name_key, id limit $4)
        union
        (select id from customers
         where org_id = $1 and last_key >= $2 and last_key < $3 order by last_key, id limit $4)
        "#,
        org.get(),
        key,
        after(key),
        MOST
    )
    .fetch_all(db)
    .await
}

/// Beyond everything that begins with `key`.
pub(super) fn after(key: &str) -> String {
    format!("{key}\u{10FFFF}")
}

/// What a list shows of customers that are not deleted.
pub(super) async fn details(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[i64],
) -> sqlx::Result<HashMap<CustomerId, Hit>> {
    let rows = sqlx::query!(
        r#"
        select c.id as "id: CustomerId", c.first_name, c.last_name, c.name_key, c.status_code,
               c.status_label, c.merged_into as "merged_into: CustomerId", c.created_on,
               p.kind as "kind?", p.value as "value?"
        from customers c
        left join lateral (
            select i.kind, i.value
            from customer_identifiers i
            where i.org_id = $1 and i.customer_id = c.id
            order by array_position($3::text[], i.kind), i.source <> 'INSTORE', i.value_key
            limit 1
        ) p on true
        where c.org_id = $1 and c.id = any($2) and c.deleted_at is null
        "#,
        org.get(),
        ids,
        &IdentifierKind::ALL.map(IdentifierKind::word) as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let primary = row.kind.and_then(|kind| kind.parse().ok()).zip(row.value);
            let hit = Hit {
                id: row.id,
                name: full_name(&row.first_name, &row.last_name),
                primary,
                status: Status { code: row.status_code, label: row.status_label },
                merged_into: row.merged_into,
                created_on: row.created_on,
                matched: None,
                name_key: row.name_key,
            };
            (row.id, hit)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_looked_for_in_every_spelling_it_may_be_stored_in() {
        assert_eq!(beginnings("+44 7700"), ["+44 7700", "+447700", "447700"]);
        assert_eq!(beginnings("NW-208"), ["nw-208", "nw208"]);
        assert_eq!(beginnings("007"), ["007", "7"]);
        assert_eq!(beginnings("  "), Vec::<String>::new());
    }
}
