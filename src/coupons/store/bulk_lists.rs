//! Customers listed for bulk work.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::base::act::Actor;
use crate::base::ids::{BulkListId, CustomerId, OrgId, SeriesId};
use crate::coupons::bulk::List;

/// Keeps a list.
pub async fn insert(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    series: SeriesId,
    name: &str,
    customers: &[CustomerId],
    unknown: &[String],
) -> sqlx::Result<BulkListId> {
    let id = sqlx::query_scalar!(
        r#"
        insert into coupon_bulk_lists (org_id, series_id, name, found, unknown, created_on, created_by,
            created_by_name)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id as "id: BulkListId"
        "#,
        actor.org.get(),
        series.get(),
        name,
        i64::try_from(customers.len()).unwrap_or(i64::MAX),
        unknown,
        now,
        actor.id,
        actor.name,
    )
    .fetch_one(&mut *db)
    .await?;
    let customers: Vec<i64> = customers.iter().map(|id| id.get()).collect();
    sqlx::query!(
        r#"
        insert into coupon_bulk_list_customers (org_id, list_id, customer_id)
        select $1, $2, n.customer_id from unnest($3::bigint[]) as n (customer_id)
        "#,
        actor.org.get(),
        id.get(),
        &customers,
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// One list.
pub async fn find(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: BulkListId,
) -> sqlx::Result<Option<List>> {
    sqlx::query_as!(
        List,
        r#"
        select id as "id: BulkListId", series_id as "series: SeriesId", name, found, unknown
        from coupon_bulk_lists where org_id = $1 and id = $2
        "#,
        org.get(),
        id.get(),
    )
    .fetch_optional(db)
    .await
}
