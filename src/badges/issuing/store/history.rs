//! What bringing in the past reads and writes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::issuing::import::EarnedRow;
use crate::base::ids::{BadgeId, CustomerId, EarnId, OrgId};

/// A row on its way in.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its new id.
    pub id: EarnId,
    /// Whose: the survivor where the one named was merged.
    pub customer: CustomerId,
    /// Its name.
    pub request_id: String,
    /// As it was told.
    pub of: EarnedRow,
}

/// The names of those of these badges that the brand has.
pub async fn names(
    db: &mut PgConnection,
    org: OrgId,
    badges: &[BadgeId],
) -> sqlx::Result<HashMap<BadgeId, String>> {
    let ids: Vec<&[u8]> = badges.iter().map(BadgeId::bytes).collect();
    let rows = sqlx::query!(
        r#"select id as "id: BadgeId", name from badges where org_id = $1 and id = any($2)"#,
        org.get(),
        &ids as &[&[u8]],
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Adds the rows.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    now: DateTime<Utc>,
    new: &[Row],
) -> sqlx::Result<()> {
    let ids: Vec<&[u8]> = new.iter().map(|row| row.id.bytes()).collect();
    let badges: Vec<&[u8]> = new.iter().map(|row| row.of.badge.bytes()).collect();
    let customers: Vec<i64> = new.iter().map(|row| row.customer.get()).collect();
    let events: Vec<DateTime<Utc>> = new.iter().map(|row| row.of.event).collect();
    let ends: Vec<DateTime<Utc>> = new.iter().map(|row| row.of.expires_on).collect();
    let requests: Vec<&str> = new.iter().map(|row| row.request_id.as_str()).collect();
    sqlx::query!(
        r#"
        insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date, earned_on, expires_on,
            source, owner_type, request_id)
        select $1, new.id, new.badge, new.customer, new.event, $2, new.ends, 'IMPORT', 'Historical_Import',
            new.request
        from unnest($3::bytea[], $4::bytea[], $5::bigint[], $6::timestamptz[], $7::timestamptz[], $8::text[])
            as new (id, badge, customer, event, ends, request)
        order by new.badge, new.customer
        "#,
        org.get(),
        now,
        &ids as &[&[u8]],
        &badges as &[&[u8]],
        &customers,
        &events,
        &ends,
        &requests as &[&str],
    )
    .execute(db)
    .await
    .map(drop)
}
