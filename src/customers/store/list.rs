//! Customers without a search: the newest, or those an import brought.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::base::ids::{CustomerId, ImportId, OrgId};
use crate::base::list::Listing;
use crate::customers::store::search::{Hit, details};

/// The last row seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct After {
    at: DateTime<Utc>,
    id: CustomerId,
}

impl After {
    /// A place before the newest: later than any customer. A bind and not a null, so that the
    /// comparison stays a condition of the index whatever plan is kept.
    fn head() -> Self {
        let at = DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        After { at, id: CustomerId::new(i64::MAX) }
    }

    fn of(hit: &Hit) -> Self {
        After { at: hit.created_on, id: hit.id }
    }
}

/// Customers, newest first. The index `customers_by_created` serves both order and place.
pub async fn newest(
    db: &mut PgConnection,
    org: OrgId,
    after: Option<After>,
    size: usize,
) -> sqlx::Result<Listing<Hit, After>> {
    let after = after.unwrap_or_else(After::head);
    let ids = sqlx::query_scalar!(
        r#"
        select id from customers
        where org_id = $1 and deleted_at is null and merged_into is null
          and (created_on, id) < ($2, $3)
        order by created_on desc, id desc
        limit $4
        "#,
        org.get(),
        after.at,
        after.id.get(),
        size as i64 + 1
    )
    .fetch_all(&mut *db)
    .await?;
    page(db, org, &ids, size).await
}

/// The customers an import brought, newest first. The index `customers_by_import` serves it.
pub async fn of_import(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    after: Option<After>,
    size: usize,
) -> sqlx::Result<Listing<Hit, After>> {
    let after = after.unwrap_or_else(After::head);
    let ids = sqlx::query_scalar!(
        r#"
        select id from customers
        where org_id = $1 and import_id = $2 and id < $3 and deleted_at is null
        order by id desc
        limit $4
        "#,
        org.get(),
        import.get(),
        after.id.get(),
        size as i64 + 1
    )
    .fetch_all(&mut *db)
    .await?;
    page(db, org, &ids, size).await
}

async fn page(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[i64],
    size: usize,
) -> sqlx::Result<Listing<Hit, After>> {
    let mut found = details(db, org, ids).await?;
    let hits = ids.iter().filter_map(|id| found.remove(&CustomerId::new(*id))).collect();
    Ok(Listing::trim(hits, size, After::of))
}
