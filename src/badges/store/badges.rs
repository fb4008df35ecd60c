//! Badges as such: read whole, locked, written whole. Their parts are in `parts.rs`.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};

use crate::badges::badge::{Badge, Stamp, name_key};
use crate::badges::expiry::Expiry;
use crate::badges::store::{parts, parts_write};
use crate::base::ids::{BadgeId, GroupId, ImportId, OrgId};

/// A row of `badges`.
struct Row {
    id: BadgeId,
    numeric_id: i64,
    name: String,
    description: Option<String>,
    start_on: DateTime<Utc>,
    expires_on: DateTime<Utc>,
    earn_type: String,
    earned_expiry: Json<Expiry>,
    issued_expiry: Option<Json<Expiry>>,
    active: bool,
    group_id: Option<GroupId>,
    rank: Option<i32>,
    default_till_id: Option<i64>,
    migrated: bool,
    version: i64,
    created_on: DateTime<Utc>,
    created_by: Option<i64>,
    created_by_name: String,
    updated_on: DateTime<Utc>,
    updated_by: Option<i64>,
    updated_by_name: String,
}

impl Row {
    fn into_badge(self) -> sqlx::Result<Badge> {
        Ok(Badge {
            id: self.id,
            numeric_id: self.numeric_id,
            name: self.name,
            description: self.description,
            start_on: self.start_on,
            expires_on: self.expires_on,
            earn_type: parts::word(&self.earn_type)?,
            earned_expiry: self.earned_expiry.0,
            issued_expiry: self.issued_expiry.map(|rule| rule.0),
            active: self.active,
            group: self.group_id,
            rank: self.rank,
            default_till: self.default_till_id,
            migrated: self.migrated,
            images: Vec::new(),
            owners: Vec::new(),
            claims: Vec::new(),
            limits: Vec::new(),
            windows: Vec::new(),
            benefits: Vec::new(),
            tags: Vec::new(),
            values: std::collections::BTreeMap::new(),
            version: self.version,
            stamp: Stamp {
                created_on: self.created_on,
                created_by: self.created_by,
                created_by_name: self.created_by_name,
                updated_on: self.updated_on,
                updated_by: self.updated_by,
                updated_by_name: self.updated_by_name,
            },
        })
    }
}

/// One badge with all its parts.
pub async fn find(db: &mut PgConnection, org: OrgId, id: BadgeId) -> sqlx::Result<Option<Badge>> {
    Ok(load(db, org, &[id]).await?.pop())
}

/// Several badges with all their parts, oldest first.
pub async fn load(db: &mut PgConnection, org: OrgId, ids: &[BadgeId]) -> sqlx::Result<Vec<Badge>> {
    let bytes: Vec<Vec<u8>> = ids.iter().map(|id| id.bytes().to_vec()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: BadgeId", numeric_id, name, description, start_on, expires_on, earn_type,
            earned_expiry as "earned_expiry: Json<Expiry>",
            issued_expiry as "issued_expiry: Json<Expiry>", active,
            group_id as "group_id: GroupId", rank, default_till_id, migrated, version, created_on,
            created_by, created_by_name, updated_on,
            updated_by, updated_by_name
        from badges where org_id = $1 and id = any($2) order by id
        "#,
        org.get(),
        &bytes
    )
    .fetch_all(&mut *db)
    .await?;
    let mut badges: Vec<Badge> = rows.into_iter().map(Row::into_badge).collect::<Result<_, _>>()?;
    if !badges.is_empty() {
        parts::fill(db, org, &bytes, &mut badges).await?;
    }
    Ok(badges)
}

/// One badge, locked until the act ends.
pub async fn lock(db: &mut PgConnection, org: OrgId, id: BadgeId) -> sqlx::Result<Option<Badge>> {
    let found = sqlx::query_scalar!(
        "select version from badges where org_id = $1 and id = $2 for update",
        org.get(),
        id.bytes()
    )
    .fetch_optional(&mut *db)
    .await?;
    if found.is_none() {
        return Ok(None);
    }
    find(db, org, id).await
}

/// The badge of this name, letter by letter.
pub async fn named(
    db: impl PgExecutor<'_>,
    org: OrgId,
    name: &str,
) -> sqlx::Result<Option<BadgeId>> {
    sqlx::query_scalar!(
        r#"select id as "id: BadgeId" from badges where org_id = $1 and name = $2"#,
        org.get(),
        name
    )
    .fetch_optional(db)
    .await
}

/// The brand's next badge number. The row is held until the act ends, so numbers have no gaps.
pub async fn next_number(db: &mut PgConnection, org: OrgId) -> sqlx::Result<i64> {
    sqlx::query!(
        "insert into org_numbers (org_id, name, last) values ($1, 'badge', 0) on conflict do nothing",
        org.get()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar!(
        "update org_numbers set last = last + 1 where org_id = $1 and name = 'badge' returning last",
        org.get()
    )
    .fetch_one(db)
    .await
}

/// Adds a badge with its parts.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    badge: &Badge,
    import: Option<ImportId>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into badges (org_id, id, numeric_id, name, name_key, description, start_on, expires_on,
            earn_type, earned_expiry, issued_expiry, active, group_id, rank, default_till_id, migrated,
            import_id, version, created_on, created_by, created_by_name, updated_on, updated_by,
            updated_by_name)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1,
            $18, $19, $20, $18, $19, $20)
        "#,
        org.get(),
        badge.id.bytes(),
        badge.numeric_id,
        badge.name,
        name_key(&badge.name),
        badge.description,
        badge.start_on,
        badge.expires_on,
        badge.earn_type.wire(),
        Json(badge.earned_expiry) as _,
        badge.issued_expiry.map(Json) as _,
        badge.active,
        badge.group.as_ref().map(GroupId::bytes),
        badge.rank,
        badge.default_till,
        badge.migrated,
        import.map(ImportId::get),
        badge.stamp.created_on,
        badge.stamp.created_by,
        badge.stamp.created_by_name,
    )
    .execute(&mut *db)
    .await?;
    parts_write::insert(db, org, badge).await
}

/// Writes a changed badge over the stored one; its version rises.
pub async fn update(db: &mut PgConnection, org: OrgId, badge: &Badge) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update badges set name = $3, name_key = $4, description = $5, start_on = $6, expires_on = $7,
            earned_expiry = $8, issued_expiry = $9, active = $10, group_id = $11, rank = $12,
            default_till_id = $13, version = version + 1, updated_on = $14, updated_by = $15,
            updated_by_name = $16
        where org_id = $1 and id = $2
        "#,
        org.get(),
        badge.id.bytes(),
        badge.name,
        name_key(&badge.name),
        badge.description,
        badge.start_on,
        badge.expires_on,
        Json(badge.earned_expiry) as _,
        badge.issued_expiry.map(Json) as _,
        badge.active,
        badge.group.as_ref().map(GroupId::bytes),
        badge.rank,
        badge.default_till,
        badge.stamp.updated_on,
        badge.stamp.updated_by,
        badge.stamp.updated_by_name,
    )
    .execute(&mut *db)
    .await?;
    parts_write::clear(db, org, badge.id).await?;
    parts_write::insert(db, org, badge).await
}

/// How many were enrolled and issued, revoked ones not counted.
pub async fn counts(db: impl PgExecutor<'_>, org: OrgId, id: BadgeId) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"
        select coalesce(sum(enrolled), 0)::bigint as "enrolled!", coalesce(sum(earned), 0)::bigint as "earned!"
        from badge_counters where org_id = $1 and badge_id = $2
        "#,
        org.get(),
        id.bytes()
    )
    .fetch_one(db)
    .await?;
    Ok((row.enrolled, row.earned))
}
