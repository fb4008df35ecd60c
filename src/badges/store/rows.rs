//! Badges as rows of files: savepoints for each row, undo of an import, ids for an export.

use chrono::{DateTime, Utc};
use sqlx::{Executor, PgConnection, PgExecutor};

use crate::badges::badge::name_key;
use crate::badges::list::Filter;
use crate::badges::sheet::Widths;
use crate::base::csv::importable::Blocker;
use crate::base::ids::{BadgeId, ImportId, OrgId};

/// Marks the place before a row.
pub async fn save(db: &mut PgConnection) -> sqlx::Result<()> {
    db.execute(sqlx::raw_sql("savepoint badge_row")).await.map(drop)
}

/// Keeps what the row wrote.
pub async fn keep(db: &mut PgConnection) -> sqlx::Result<()> {
    db.execute(sqlx::raw_sql("release savepoint badge_row")).await.map(drop)
}

/// Goes back to the place before the row.
pub async fn back(db: &mut PgConnection) -> sqlx::Result<()> {
    db.execute(sqlx::raw_sql("rollback to savepoint badge_row; release savepoint badge_row"))
        .await
        .map(drop)
}

/// The database's time, for a reading without an act.
pub async fn now(db: impl PgExecutor<'_>) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await
}

/// Badges an import brought that cannot be taken back.
pub async fn blockers(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<Blocker>> {
    let rows = sqlx::query!(
        r#"
        select b.name,
            exists (select from badge_earns e where e.org_id = $1 and e.badge_id = b.id) as "earned!",
            exists (select from badge_enrolments e where e.org_id = $1 and e.badge_id = b.id) as "enrolled!",
            exists (select from badge_claims c where c.org_id = $1 and c.badge_id = b.id) as "claimed!"
        from badges b
        where b.org_id = $1 and b.import_id = $2
          and (b.version > 1
               or exists (select from badge_earns e where e.org_id = $1 and e.badge_id = b.id)
               or exists (select from badge_enrolments e where e.org_id = $1 and e.badge_id = b.id)
               or exists (select from badge_claims c where c.org_id = $1 and c.badge_id = b.id))
        order by b.id limit $3
        "#,
        org.get(),
        import.get(),
        most
    )
    .fetch_all(db)
    .await?;
    let why = |earned, enrolled, claimed| match (earned, enrolled, claimed) {
        (true, _, _) => "was issued to customers",
        (_, true, _) => "has enrolled customers",
        (_, _, true) => "is claimed by a module",
        _ => "was changed since",
    };
    let blocker = |label, why| Blocker { label, why };
    Ok(rows
        .into_iter()
        .map(|row| blocker(row.name, why(row.earned, row.enrolled, row.claimed)))
        .collect())
}

/// Takes back badges an import brought; their parts go with them.
pub async fn undo(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<u64> {
    let gone = sqlx::query!(
        r#"
        delete from badges where org_id = $1 and id in (
            select id from badges where org_id = $1 and import_id = $2 order by id limit $3)
        "#,
        org.get(),
        import.get(),
        most
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}

/// The ids of the badges a filter keeps, oldest first, from behind a place on.
pub async fn ids(
    db: impl PgExecutor<'_>,
    org: OrgId,
    filter: &Filter,
    now: DateTime<Utc>,
    after: Option<BadgeId>,
    most: i64,
) -> sqlx::Result<Vec<BadgeId>> {
    let search = Some(name_key(filter.q.trim())).filter(|text| !text.is_empty());
    let id: Option<BadgeId> = filter.q.trim().parse().ok();
    sqlx::query_scalar!(
        r#"
        select b.id as "id: BadgeId" from badges b
        where b.org_id = $1
          and ($3::text is null or strpos(b.name_key, $3) > 0 or b.id = $4)
          and (cardinality($5::text[]) = 0
               or case when b.start_on > $2 then 'UPCOMING' when b.expires_on >= $2 then 'LIVE'
                  else 'EXPIRED' end = any($5))
          and ($6::boolean is null or b.active = $6)
          and (cardinality($7::text[]) = 0 or b.earn_type = any($7))
          and (cardinality($8::text[]) = 0 or exists (select from badge_owners o
               where o.org_id = $1 and o.badge_id = b.id and o.owner = any($8)))
          and (cardinality($9::text[]) = 0 or exists (select from badge_claims c
               where c.org_id = $1 and c.badge_id = b.id and c.is_active and c.owner_type = any($9)))
          and ($10::bytea is null or b.id > $10)
        order by b.id limit $11
        "#,
        org.get(),
        now,
        search,
        id.as_ref().map(BadgeId::bytes) as _,
        &filter.statuses(),
        filter.activation(),
        &filter.types(),
        &filter.owners(),
        &filter.claimants(),
        after.as_ref().map(BadgeId::bytes) as _,
        most
    )
    .fetch_all(db)
    .await
}

/// How much of what repeats the brand's badges have at most: a sheet has columns for no more.
pub async fn widths(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Widths> {
    let count = |number: Option<i64>| u8::try_from(number.unwrap_or(0)).unwrap_or(u8::MAX);
    let kinds = sqlx::query!(
        r#"
        select each.type as "kind!", max(each.number) as "most!" from (
            select type, badge_id, count(*) as number from badge_benefits where org_id = $1 group by type, badge_id
        ) each group by each.type order by each.type
        "#,
        org.get()
    )
    .fetch_all(&mut *db)
    .await?;
    let benefits = sqlx::query_scalar!(
        "select max(position)::bigint + 1 from badge_benefits where org_id = $1",
        org.get()
    )
    .fetch_one(&mut *db)
    .await?;
    let tags = sqlx::query_scalar!(
        "select max(position)::bigint + 1 from badge_tags where org_id = $1",
        org.get()
    )
    .fetch_one(db)
    .await?;
    Ok(Widths {
        benefits: count(benefits),
        kinds: kinds.into_iter().map(|row| (row.kind, count(Some(row.most)))).collect(),
        tags: count(tags),
    })
}
