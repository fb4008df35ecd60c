//! The SQL that finds what an import gave and took.

use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId, ImportId, OrgId};

/// Badges an import issued that still count. `badge_earns_by_import` serves it.
pub async fn issued(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<(BadgeId, CustomerId, EarnId)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge: BadgeId", customer_id as "customer: CustomerId", id as "id: EarnId"
        from badge_earns
        where org_id = $1 and import_id = $2 and revoked_on is null order by id limit $3
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.badge, row.customer, row.id)).collect())
}

/// Enrolments an import made that still stand. `badge_enrolments_by_import` serves it.
pub async fn enrolled(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<(BadgeId, CustomerId, EnrolmentId)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge: BadgeId", customer_id as "customer: CustomerId",
            id as "id: EnrolmentId"
        from badge_enrolments
        where org_id = $1 and import_id = $2 and revoked_on is null order by id limit $3
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.badge, row.customer, row.id)).collect())
}

/// An issued badge as revoking needs it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Which.
    pub id: EarnId,
    /// Its badge.
    pub badge: BadgeId,
    /// Whose.
    pub customer: CustomerId,
    /// Whether it was taken back already.
    pub revoked: bool,
}

/// Issued badges by their ids.
pub async fn by_ids(db: &mut PgConnection, org: OrgId, ids: &[EarnId]) -> sqlx::Result<Vec<Known>> {
    let ids: Vec<&[u8]> = ids.iter().map(EarnId::bytes).collect();
    sqlx::query_as!(
        Known,
        r#"
        select id as "id: EarnId", badge_id as "badge: BadgeId", customer_id as "customer: CustomerId",
            revoked_on is not null as "revoked!"
        from badge_earns where org_id = $1 and id = any($2)
        "#,
        org.get(),
        &ids as &[&[u8]],
    )
    .fetch_all(db)
    .await
}

/// What customers hold of badges, those taken back left out: at most two of each pair, since two are
/// already too many to tell which is meant.
pub async fn held(
    db: &mut PgConnection,
    org: OrgId,
    pairs: &[(BadgeId, CustomerId)],
) -> sqlx::Result<Vec<Known>> {
    let badges: Vec<&[u8]> = pairs.iter().map(|(badge, _)| badge.bytes()).collect();
    let customers: Vec<i64> = pairs.iter().map(|(_, customer)| customer.get()).collect();
    sqlx::query_as!(
        Known,
        r#"
        select e.id as "id: EarnId", e.badge_id as "badge: BadgeId", e.customer_id as "customer: CustomerId",
            false as "revoked!"
        from unnest($2::bytea[], $3::bigint[]) as pair (badge, customer)
        cross join lateral (
            select id, badge_id, customer_id from badge_earns
            where org_id = $1 and customer_id = pair.customer and badge_id = pair.badge
                and revoked_on is null
            limit 2
        ) e
        "#,
        org.get(),
        &badges as &[&[u8]],
        &customers,
    )
    .fetch_all(db)
    .await
}

/// Notes what an import revokes, so that undo knows it.
pub async fn note(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    ids: &[EarnId],
) -> sqlx::Result<()> {
    let ids: Vec<&[u8]> = ids.iter().map(EarnId::bytes).collect();
    sqlx::query!(
        r#"
        insert into import_befores (org_id, import_id, object_id, before)
        select $1, $2, encode(new.id, 'hex'), '{}' from unnest($3::bytea[]) as new (id)
        on conflict do nothing
        "#,
        org.get(),
        import.get(),
        &ids as &[&[u8]],
    )
    .execute(db)
    .await
    .map(drop)
}

/// Takes up to `most` of what an import revoked off its notes, in the order of their ids.
pub async fn take_notes(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<EarnId>> {
    let noted = sqlx::query_scalar!(
        r#"
        delete from import_befores
        where org_id = $1 and import_id = $2 and object_id in (
            select object_id from import_befores where org_id = $1 and import_id = $2
            order by object_id limit $3)
        returning object_id
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(noted.iter().filter_map(|id| id.parse().ok()).collect())
}
