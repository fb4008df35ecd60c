//! What lists of other rooms show of customers.

use std::collections::HashMap;

use sqlx::PgConnection;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::customer::{full_name, label};
use crate::customers::identifier::{Identifier, IdentifierKind, clean};
use crate::customers::store::bulk::{identifiers_of, lookup};
use crate::customers::store::read::existing;

/// A customer in a list of another room.
#[derive(Debug, Clone)]
pub struct Face {
    /// Their name, or what stands in for it.
    pub label: String,
    /// What identifies them; personal data.
    pub identifiers: Vec<Identifier>,
}

impl Face {
    /// The identifier shown first.
    pub fn primary(&self) -> Option<&Identifier> {
        self.identifiers.iter().min_by_key(|known| known.kind)
    }

    /// The first value of a kind.
    pub fn value(&self, kind: IdentifierKind) -> Option<&str> {
        self.identifiers.iter().find(|known| known.kind == kind).map(|known| known.value.as_str())
    }
}

/// Some customers by their numbers; deleted ones are left out.
pub async fn faces(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CustomerId],
) -> sqlx::Result<HashMap<CustomerId, Face>> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"select id as "id: CustomerId", first_name, last_name from customers
           where org_id = $1 and id = any($2) and deleted_at is null"#,
        org.get(),
        &numbers
    )
    .fetch_all(&mut *db)
    .await?;
    let mut identifiers = identifiers_of(db, org, &numbers).await?;
    let face = |id, first: &str, last: &str, identifiers| Face {
        label: label(&full_name(first, last), id),
        identifiers,
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let known = identifiers.remove(&row.id).unwrap_or_default();
            (row.id, face(row.id, &row.first_name, &row.last_name, known))
        })
        .collect())
}

/// The customers a text names as a whole: by number and, if `personal`, by what people type to identify
/// them. Several, where it is the number of one and the card of another.
pub async fn named(
    db: &mut PgConnection,
    org: OrgId,
    text: &str,
    personal: bool,
) -> sqlx::Result<Vec<CustomerId>> {
    let text = clean(text);
    let mut found: Vec<CustomerId> = Vec::new();
    if let Ok(number) = text.parse::<i64>() {
        found.extend(existing(db, org, &[number]).await?);
    }
    for kind in IdentifierKind::TYPED.into_iter().filter(|_| personal) {
        let key = kind.key(&text);
        if !key.is_empty() {
            found.extend(lookup(db, org, kind, &[key]).await?.into_values());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}
