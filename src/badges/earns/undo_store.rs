//! The SQL that takes an import's awards back.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::issuing::counts::Moved;
use crate::base::ids::{BadgeId, ImportId, OrgId};

/// Awards of an import that were revoked since: taking those back would lose that.
pub async fn revoked(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select b.name || ' of customer ' || e.customer_id as "label!"
        from badge_earns e join badges b on b.org_id = $1 and b.id = e.badge_id
        where e.org_id = $1 and e.import_id = $2 and e.revoked_on is not null
        order by e.id limit $3
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await
}

/// Takes away at most `most` awards of an import; says which of them still counted, and how many there
/// were in all.
pub async fn delete_imported(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<(Vec<Moved>, u64)> {
    let gone = sqlx::query!(
        r#"
        delete from badge_earns
        where org_id = $1 and id in (
            select id from badge_earns where org_id = $1 and import_id = $2 order by id limit $3)
        returning badge_id as "badge_id: BadgeId", earn_event_date, earned_on, revoked_on is null as "counted!"
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await?;
    let counted = gone.iter().filter(|row| row.counted).map(|row| Moved {
        badge: row.badge_id,
        event: row.earn_event_date,
        earned_on: row.earned_on,
        by: -1,
    });
    Ok((counted.collect(), gone.len() as u64))
}

/// Puts back at most `most` ends that an import moved and nobody moved since; says how many it dealt
/// with.
pub async fn restore_ends(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<u64> {
    let kept = sqlx::query!(
        r#"
        delete from import_befores
        where org_id = $1 and import_id = $2 and object_id in (
            select object_id from import_befores where org_id = $1 and import_id = $2
            order by object_id limit $3)
        returning object_id, (before ->> 'expiresOn')::timestamptz as was, (before ->> 'set')::timestamptz as made
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(&mut *db)
    .await?;
    let ids: Vec<Vec<u8>> =
        kept.iter().map(|row| hex::decode(&row.object_id).unwrap_or_default()).collect();
    let was: Vec<Option<DateTime<Utc>>> = kept.iter().map(|row| row.was).collect();
    let made: Vec<Option<DateTime<Utc>>> = kept.iter().map(|row| row.made).collect();
    sqlx::query!(
        r#"
        update badge_earns e set expires_on = old.was
        from unnest($2::bytea[], $3::timestamptz[], $4::timestamptz[]) as old (id, was, made)
        where e.org_id = $1 and e.id = old.id and e.expires_on is not distinct from old.made
        "#,
        org.get(),
        &ids,
        &was as &[Option<DateTime<Utc>>],
        &made as &[Option<DateTime<Utc>>],
    )
    .execute(db)
    .await?;
    Ok(kept.len() as u64)
}
