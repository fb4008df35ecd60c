//! What a revocation reads and writes.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId, OrgId};

/// Who takes back, when and why.
#[derive(Debug, Clone, Copy)]
pub struct Mark<'a> {
    /// When.
    pub now: DateTime<Utc>,
    /// By whom, as they are called.
    pub by: &'a str,
    /// Why.
    pub reason: Option<&'a str>,
}

/// An earn that was taken back.
#[derive(Debug, Clone, Copy)]
pub struct Gone {
    /// Which.
    pub id: EarnId,
    /// Its event.
    pub event: DateTime<Utc>,
    /// When it was processed.
    pub earned_on: DateTime<Utc>,
}

/// Takes back those of these earns that are this badge's and their customers' and still stand.
pub async fn earns(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    which: &[(CustomerId, EarnId)],
    mark: &Mark<'_>,
) -> sqlx::Result<Vec<Gone>> {
    let ids: Vec<&[u8]> = which.iter().map(|(_, id)| id.bytes()).collect();
    let customers: Vec<i64> = which.iter().map(|(customer, _)| customer.get()).collect();
    let rows = sqlx::query!(
        r#"
        with held as (
            select e.id from badge_earns e
            join unnest($3::bytea[], $4::bigint[]) as asked (id, customer)
                on e.id = asked.id and e.customer_id = asked.customer
            where e.org_id = $1 and e.badge_id = $2 and e.revoked_on is null
            order by e.id for no key update of e
        )
        update badge_earns e set revoked_on = $5, revoked_by = $6, revoke_reason = $7
        from held where e.org_id = $1 and e.id = held.id and e.revoked_on is null
        returning e.id as "id: EarnId", e.earn_event_date, e.earned_on
        "#,
        org.get(),
        badge.bytes(),
        &ids as &[&[u8]],
        &customers,
        mark.now,
        mark.by,
        mark.reason,
    )
    .fetch_all(db)
    .await?;
    let gone = |id, event, earned_on| Gone { id, event, earned_on };
    Ok(rows.into_iter().map(|row| gone(row.id, row.earn_event_date, row.earned_on)).collect())
}

/// An enrolment as a revocation meets it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Which.
    pub id: EnrolmentId,
    /// Whose.
    pub customer: CustomerId,
    /// Whether it still stands.
    pub stands: bool,
}

/// The enrolments of customers in a badge that stand, oldest first.
pub async fn standing(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    customers: &[CustomerId],
) -> sqlx::Result<Vec<Known>> {
    let customers: Vec<i64> = customers.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select id as "id: EnrolmentId", customer_id as "customer: CustomerId" from badge_enrolments
        where org_id = $1 and badge_id = $2 and customer_id = any($3) and revoked_on is null
        order by id
        "#,
        org.get(),
        badge.bytes(),
        &customers,
    )
    .fetch_all(db)
    .await?;
    let known = |row: (EnrolmentId, CustomerId)| Known { id: row.0, customer: row.1, stands: true };
    Ok(rows.into_iter().map(|row| known((row.id, row.customer))).collect())
}

/// The enrolments in a badge with these ids, whoever's they are.
pub async fn named(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    ids: &[EnrolmentId],
) -> sqlx::Result<Vec<Known>> {
    let ids: Vec<&[u8]> = ids.iter().map(EnrolmentId::bytes).collect();
    let rows = sqlx::query!(
        r#"
        select id as "id: EnrolmentId", customer_id as "customer: CustomerId",
            revoked_on is null as "stands!"
        from badge_enrolments where org_id = $1 and badge_id = $2 and id = any($3)
        "#,
        org.get(),
        badge.bytes(),
        &ids as &[&[u8]],
    )
    .fetch_all(db)
    .await?;
    let known =
        |row: (EnrolmentId, CustomerId, bool)| Known { id: row.0, customer: row.1, stands: row.2 };
    Ok(rows.into_iter().map(|row| known((row.id, row.customer, row.stands))).collect())
}

/// Takes back enrolments; says how many still stood.
pub async fn enrolments(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[EnrolmentId],
    mark: &Mark<'_>,
) -> sqlx::Result<i64> {
    let ids: Vec<&[u8]> = ids.iter().map(EnrolmentId::bytes).collect();
    let done = sqlx::query!(
        "update badge_enrolments set revoked_on = $3, revoked_by = $4, revoke_reason = $5
         where org_id = $1 and id = any($2) and revoked_on is null",
        org.get(),
        &ids as &[&[u8]],
        mark.now,
        mark.by,
        mark.reason,
    )
    .execute(db)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}
