//! Badge groups.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::badges::badge::Stamp;
use crate::badges::groups::{CheckedGroup, Group};
use crate::base::ids::{GroupId, OrgId};

struct Row {
    id: GroupId,
    name: String,
    rank: i32,
    is_active: bool,
    version: i64,
    created_on: DateTime<Utc>,
    created_by: Option<i64>,
    created_by_name: String,
    updated_on: DateTime<Utc>,
    updated_by: Option<i64>,
    updated_by_name: String,
}

impl From<Row> for Group {
    fn from(row: Row) -> Group {
        Group {
            id: row.id,
            name: row.name,
            rank: row.rank,
            active: row.is_active,
            version: row.version,
            stamp: Stamp {
                created_on: row.created_on,
                created_by: row.created_by,
                created_by_name: row.created_by_name,
                updated_on: row.updated_on,
                updated_by: row.updated_by,
                updated_by_name: row.updated_by_name,
            },
        }
    }
}

/// All groups of the brand, disabled ones included, by rank: a handful that people made by hand.
pub async fn all(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Vec<Group>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: GroupId", name, rank, is_active, version, created_on,
            created_by, created_by_name, updated_on,
            updated_by, updated_by_name
        from badge_groups where org_id = $1 order by rank, id
        "#,
        org.get()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// One group, locked until the act ends.
pub async fn lock(db: impl PgExecutor<'_>, org: OrgId, id: GroupId) -> sqlx::Result<Option<Group>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id as "id: GroupId", name, rank, is_active, version, created_on,
            created_by, created_by_name, updated_on,
            updated_by, updated_by_name
        from badge_groups where org_id = $1 and id = $2 for update
        "#,
        org.get(),
        id.bytes()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Group::from))
}

/// How many badges each group holds; groups without any are left out. Definitions are few, so they
/// are counted, not kept count of.
pub async fn sizes(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Vec<(GroupId, i64)>> {
    let rows = sqlx::query!(
        r#"
        select group_id as "group_id!: GroupId", count(*) as "badges!"
        from badges where org_id = $1 and group_id is not null group by group_id
        "#,
        org.get()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.group_id, row.badges)).collect())
}

/// Adds a group.
pub async fn insert(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: GroupId,
    group: &CheckedGroup,
    stamp: &Stamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into badge_groups (org_id, id, name, rank, created_on, created_by, created_by_name,
            updated_on, updated_by, updated_by_name)
        values ($1, $2, $3, $4, $5, $6, $7, $5, $6, $7)
        "#,
        org.get(),
        id.bytes(),
        group.name,
        group.rank,
        stamp.created_on,
        stamp.created_by,
        stamp.created_by_name
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a changed group; its version rises.
pub async fn update(db: impl PgExecutor<'_>, org: OrgId, group: &Group) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update badge_groups set name = $3, rank = $4, is_active = $5, version = version + 1,
            updated_on = $6, updated_by = $7, updated_by_name = $8
        where org_id = $1 and id = $2
        "#,
        org.get(),
        group.id.bytes(),
        group.name,
        group.rank,
        group.active,
        group.stamp.updated_on,
        group.stamp.updated_by,
        group.stamp.updated_by_name
    )
    .execute(db)
    .await?;
    Ok(())
}
