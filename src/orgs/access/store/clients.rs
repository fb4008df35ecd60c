//! API clients and their secrets.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::base::ids::{AccessGroupId, ClientId, OrgId, SecretId, TillId};
use crate::orgs::access::draft::CheckedClient;

/// A client as the settings page shows it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its number.
    pub id: ClientId,
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How long its tokens are good.
    pub token_minutes: i32,
    /// Its access group.
    pub group: Option<AccessGroupId>,
    /// Calls a minute.
    pub rate: Option<i32>,
    /// Whether it may call.
    pub enabled: bool,
    /// When it last called.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A live secret, as far as anybody can see it.
#[derive(Debug, Clone)]
pub struct LiveSecret {
    /// Its number.
    pub id: SecretId,
    /// Whose.
    pub client: ClientId,
    /// Its last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a token was last fetched with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The clients of a brand, by name: tens.
pub async fn all(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Vec<Client>> {
    sqlx::query_as!(
        Client,
        r#"select id as "id: ClientId", key, name, description, token_minutes,
                  access_group_id as "group: AccessGroupId", rate_per_minute as rate,
                  disabled_at is null as "enabled!", last_used_at
           from api_clients where org_id = $1 order by lower(name), id"#,
        org.get()
    )
    .fetch_all(db)
    .await
}

/// The live secrets of a brand, oldest first.
pub async fn all_secrets(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Vec<LiveSecret>> {
    sqlx::query_as!(
        LiveSecret,
        r#"select id as "id: SecretId", client_id as "client: ClientId", hint, created_at, last_used_at
           from api_client_secrets where org_id = $1 and ended_at is null order by id"#,
        org.get()
    )
    .fetch_all(db)
    .await
}

/// One client of a brand, locked.
pub async fn lock(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: ClientId,
) -> sqlx::Result<Option<Client>> {
    sqlx::query_as!(
        Client,
        r#"select id as "id: ClientId", key, name, description, token_minutes,
                  access_group_id as "group: AccessGroupId", rate_per_minute as rate,
                  disabled_at is null as "enabled!", last_used_at
           from api_clients where org_id = $1 and id = $2 for update"#,
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
    key: &str,
    client: &CheckedClient,
    now: DateTime<Utc>,
) -> sqlx::Result<ClientId> {
    sqlx::query_scalar!(
        r#"insert into api_clients (org_id, key, name, description, token_minutes, default_till_id,
               forgives_till, access_group_id, rate_per_minute, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id as "id: ClientId""#,
        org.get(),
        key,
        client.name,
        client.description,
        client.token_minutes,
        client.till.map(TillId::get),
        client.forgives_till,
        client.group.map(AccessGroupId::get),
        client.rate,
        now
    )
    .fetch_one(db)
    .await
}

/// The numbers of a client's live secrets.
pub async fn live_secrets(
    db: impl PgExecutor<'_>,
    org: OrgId,
    client: ClientId,
) -> sqlx::Result<Vec<SecretId>> {
    sqlx::query_scalar!(
        r#"select id as "id: SecretId" from api_client_secrets
           where org_id = $1 and client_id = $2 and ended_at is null"#,
        org.get(),
        client.get()
    )
    .fetch_all(db)
    .await
}

/// Adds a secret.
pub async fn insert_secret(
    db: impl PgExecutor<'_>,
    org: OrgId,
    client: ClientId,
    hash: &[u8],
    hint: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into api_client_secrets (org_id, client_id, secret_hash, hint, created_at)
         values ($1, $2, $3, $4, $5)",
        org.get(),
        client.get(),
        hash,
        hint,
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// Ends a live secret; its hint.
pub async fn end_secret(
    db: impl PgExecutor<'_>,
    org: OrgId,
    client: ClientId,
    id: SecretId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "update api_client_secrets set ended_at = $4
         where org_id = $1 and client_id = $2 and id = $3 and ended_at is null returning hint",
        org.get(),
        client.get(),
        id.get(),
        now
    )
    .fetch_optional(db)
    .await
}

/// Bars one, or lets it in again.
pub async fn set_disabled(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: ClientId,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update api_clients set disabled_at = $3 where org_id = $1 and id = $2",
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
    id: ClientId,
    group: Option<AccessGroupId>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update api_clients set access_group_id = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        group.map(AccessGroupId::get)
    )
    .execute(db)
    .await
    .map(drop)
}
