//! The SQL of issued badges of one badge. One order for all: newest event first, then newest id.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::filter::{Asked, Span};
use super::holding::{Holding, Place};
use crate::base::ids::{BadgeId, CustomerId, OrgId};

/// Whose list, and how it is read now.
#[derive(Debug, Clone, Copy)]
pub struct Of {
    /// The brand.
    pub org: OrgId,
    /// The badge.
    pub badge: BadgeId,
    /// When the badge ends, which is when many holdings do.
    pub ends: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Those of the states and sources wanted among the next `look`. Two partial indexes, one of those that
/// count and one of those revoked, serve order and place.
pub async fn by_event(
    db: &mut PgConnection,
    of: &Of,
    asked: &Asked,
    span: &Span,
    look: i64,
    size: i64,
) -> sqlx::Result<Vec<Holding>> {
    sqlx::query_as!(
        Holding,
        r#"
        select id as "id!", customer_id as "customer!: CustomerId", earn_event_date as "event!",
            earned_on as "entered!", expires_on as ends, source as "source!", owner_type as "owner!",
            owner_reference as reference, import_id as import, revoked_on, revoked_by,
            revoke_reason as reason
        from (
            (select * from badge_earns
             where org_id = $1 and badge_id = $2 and revoked_on is null and earn_event_date >= $3 and (earn_event_date, id) < ($4, $5)
             order by earn_event_date desc, id desc limit $6)
            union all
            (select * from badge_earns
             where org_id = $1 and badge_id = $2 and revoked_on is not null and earn_event_date >= $3 and (earn_event_date, id) < ($4, $5)
             order by earn_event_date desc, id desc limit $6)
            order by earn_event_date desc, id desc limit $6
        ) looked
        where case when revoked_on is not null then 'REVOKED'
            when coalesce(expires_on, $7) < $8 then 'EXPIRED' else 'LIVE' end = any($9) and source = any($11)
        order by earn_event_date desc, id desc limit $10
        "#,
        of.org.get(),
        of.badge.bytes(),
        span.since,
        span.before.at,
        span.before.bytes(),
        look,
        of.ends,
        of.now,
        &asked.states,
        size,
        &asked.sources,
    )
    .fetch_all(db)
    .await
}

/// The last of the next `look`, when there are as many: where a page that sifted goes on.
pub async fn reached(
    db: &mut PgConnection,
    of: &Of,
    span: &Span,
    look: i64,
) -> sqlx::Result<Option<Place>> {
    let row = sqlx::query!(
        r#"
        select earn_event_date as "at!", id as "id!" from (
            (select earn_event_date, id from badge_earns
             where org_id = $1 and badge_id = $2 and revoked_on is null and earn_event_date >= $3 and (earn_event_date, id) < ($4, $5)
             order by earn_event_date desc, id desc limit $6)
            union all
            (select earn_event_date, id from badge_earns
             where org_id = $1 and badge_id = $2 and revoked_on is not null and earn_event_date >= $3 and (earn_event_date, id) < ($4, $5)
             order by earn_event_date desc, id desc limit $6)
        ) looked
        order by earn_event_date desc, id desc offset $6 - 1 limit 1
        "#,
        of.org.get(),
        of.badge.bytes(),
        span.since,
        span.before.at,
        span.before.bytes(),
        look,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Place { at: row.at, id: hex::encode(row.id) }))
}

/// Those taken back. They are few among many, so they have an index of their own.
pub async fn revoked(
    db: &mut PgConnection,
    of: &Of,
    asked: &Asked,
    span: &Span,
    size: i64,
) -> sqlx::Result<Vec<Holding>> {
    sqlx::query_as!(
        Holding,
        r#"
        select id as "id!", customer_id as "customer!: CustomerId", earn_event_date as "event!",
            earned_on as "entered!", expires_on as ends, source as "source!", owner_type as "owner!",
            owner_reference as reference, import_id as import, revoked_on, revoked_by,
            revoke_reason as reason
        from badge_earns
        where org_id = $1 and badge_id = $2 and revoked_on is not null and earn_event_date >= $3
            and (earn_event_date, id) < ($4, $5) and source = any($7)
        order by earn_event_date desc, id desc limit $6
        "#,
        of.org.get(),
        of.badge.bytes(),
        span.since,
        span.before.at,
        span.before.bytes(),
        size,
        &asked.sources,
    )
    .fetch_all(db)
    .await
}

/// Those of some customers.
pub async fn of_customers(
    db: &mut PgConnection,
    of: &Of,
    asked: &Asked,
    span: &Span,
    customers: &[CustomerId],
    size: i64,
) -> sqlx::Result<Vec<Holding>> {
    let numbers: Vec<i64> = customers.iter().map(|id| id.get()).collect();
    sqlx::query_as!(
        Holding,
        r#"
        select id as "id!", customer_id as "customer!: CustomerId", earn_event_date as "event!",
            earned_on as "entered!", expires_on as ends, source as "source!", owner_type as "owner!",
            owner_reference as reference, import_id as import, revoked_on, revoked_by,
            revoke_reason as reason
        from badge_earns
        where org_id = $1 and customer_id = any($6) and badge_id = $2 and earn_event_date >= $3
            and (earn_event_date, id) < ($4, $5)
            and case when revoked_on is not null then 'REVOKED'
            when coalesce(expires_on, $7) < $8 then 'EXPIRED' else 'LIVE' end = any($9) and source = any($11)
        order by earn_event_date desc, id desc limit $10
        "#,
        of.org.get(),
        of.badge.bytes(),
        span.since,
        span.before.at,
        span.before.bytes(),
        &numbers,
        of.ends,
        of.now,
        &asked.states,
        size,
        &asked.sources,
    )
    .fetch_all(db)
    .await
}

/// Some by their ids, as far as they are this badge's.
pub async fn picked(
    db: &mut PgConnection,
    of: &Of,
    span: &Span,
    ids: &[Vec<u8>],
    size: i64,
) -> sqlx::Result<Vec<Holding>> {
    sqlx::query_as!(
        Holding,
        r#"
        select id as "id!", customer_id as "customer!: CustomerId", earn_event_date as "event!",
            earned_on as "entered!", expires_on as ends, source as "source!", owner_type as "owner!",
            owner_reference as reference, import_id as import, revoked_on, revoked_by,
            revoke_reason as reason
        from badge_earns
        where org_id = $1 and id = any($2) and badge_id = $3 and (earn_event_date, id) < ($4, $5)
        order by earn_event_date desc, id desc limit $6
        "#,
        of.org.get(),
        ids,
        of.badge.bytes(),
        span.before.at,
        span.before.bytes(),
        size,
    )
    .fetch_all(db)
    .await
}
