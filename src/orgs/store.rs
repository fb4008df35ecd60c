//! The SQL of brands. `orgs` stands outside the brand wall.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::base::ids::OrgId;

/// A brand.
#[derive(Debug, Clone)]
pub struct Org {
    /// Its number.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
}

/// One brand.
pub async fn find(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Option<Org>> {
    sqlx::query_as!(
        Org,
        r#"select id as "id: OrgId", name, time_zone from orgs where id = $1"#,
        org.get()
    )
    .fetch_optional(db)
    .await
}

/// All brands of this server, oldest first: a handful.
pub async fn all(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<Org>> {
    sqlx::query_as!(Org, r#"select id as "id: OrgId", name, time_zone from orgs order by id"#)
        .fetch_all(db)
        .await
}

/// Adds a brand.
pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    name: &str,
    time_zone: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<OrgId> {
    sqlx::query_scalar!(
        r#"insert into orgs (name, time_zone, created_at) values ($1, $2, $3) returning id as "id: OrgId""#,
        name,
        time_zone,
        now
    )
    .fetch_one(db)
    .await
}

/// Whether tills of a brand may sign in with passwords; they may unless it was switched off.
pub async fn basic_auth(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select coalesce((settings ->> 'basicAuth')::boolean, true) as "on!" from orgs where id = $1"#,
        org.get()
    )
    .fetch_one(db)
    .await
}

/// Switches passwords of tills on or off.
pub(super) async fn set_basic_auth(
    db: impl PgExecutor<'_>,
    org: OrgId,
    on: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update orgs set settings = settings || jsonb_build_object('basicAuth', $2::boolean),
             version = version + 1 where id = $1",
        org.get(),
        on
    )
    .execute(db)
    .await
    .map(drop)
}
