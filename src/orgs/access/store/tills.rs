//! Tills.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::base::ids::{AccessGroupId, OrgId, TillId};
use crate::orgs::access::draft::CheckedTill;

/// A till as the settings page shows it.
#[derive(Debug, Clone)]
pub struct Till {
    /// Its number.
    pub id: TillId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its store's code.
    pub store_code: String,
    /// Its store's name.
    pub store_name: String,
    /// Its access group.
    pub group: Option<AccessGroupId>,
    /// Calls a minute.
    pub rate: Option<i32>,
    /// Whether it may call.
    pub enabled: bool,
    /// When it last called.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Tills of a brand after a code, in the order of codes.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Till>> {
    sqlx::query_as!(
        Till,
        r#"select id as "id: TillId", code, name, store_code, store_name,
                  access_group_id as "group: AccessGroupId", rate_per_minute as rate,
                  disabled_at is null as "enabled!", last_used_at
           from tills where org_id = $1 and code > $2 collate "C" order by code limit $3"#,
        org.get(),
        after,
        limit
    )
    .fetch_all(db)
    .await
}

/// One till of a brand, locked.
pub async fn lock(db: impl PgExecutor<'_>, org: OrgId, id: TillId) -> sqlx::Result<Option<Till>> {
    sqlx::query_as!(
        Till,
        r#"select id as "id: TillId", code, name, store_code, store_name,
                  access_group_id as "group: AccessGroupId", rate_per_minute as rate,
                  disabled_at is null as "enabled!", last_used_at
           from tills where org_id = $1 and id = $2 for update"#,
        org.get(),
        id.get()
    )
    .fetch_optional(db)
    .await
}

/// Adds one.
pub async fn insert(
    db: impl PgExecutor<'_>,
    org: OrgId,
    till: &CheckedTill,
    phc: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<TillId> {
    sqlx::query_scalar!(
        r#"insert into tills (org_id, code, name, store_code, store_name, password_hash,
               password_changed_at, access_group_id, rate_per_minute, created_at)
           values ($1, $2, $3, $4, $5, $6, $9, $7, $8, $9) returning id as "id: TillId""#,
        org.get(),
        till.code,
        till.name,
        till.store_code,
        till.store_name,
        phc,
        till.group.map(AccessGroupId::get),
        till.rate,
        now
    )
    .fetch_one(db)
    .await
}

/// Sets a password.
pub async fn set_password(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: TillId,
    phc: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tills set password_hash = $3, password_changed_at = $4 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        phc,
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// Bars one, or lets it in again.
pub async fn set_disabled(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: TillId,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tills set disabled_at = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        at
    )
    .execute(db)
    .await
    .map(drop)
}

/// Puts one into a group.
pub async fn set_group(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: TillId,
    group: Option<AccessGroupId>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tills set access_group_id = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        group.map(AccessGroupId::get)
    )
    .execute(db)
    .await
    .map(drop)
}
