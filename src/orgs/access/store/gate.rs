//! What a call needs to know, in one statement each. Two of them know no brand yet: they find it.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::api::{Grants, Till};
use crate::base::ids::{ClientId, OrgId, SecretId, TillId};

/// A till that wants to come in.
#[derive(Debug)]
pub struct KnownTill {
    /// For which brand it speaks.
    pub org: OrgId,
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
    /// argon2id of what it sends.
    pub phc: String,
    /// Calls a minute.
    pub rate: Option<i32>,
    /// How far it goes; none: anywhere.
    pub grants: Option<Json<Grants>>,
    /// The brand's zone.
    pub zone: String,
    /// When it last came.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The till of a code, while it and its brand take passwords.
pub async fn till(db: impl PgExecutor<'_>, code: &str) -> sqlx::Result<Option<KnownTill>> {
    sqlx::query_as!(
        KnownTill,
        r#"select t.org_id as "org: OrgId", t.id as "id: TillId", t.code, t.name, t.store_code,
                  t.store_name, t.password_hash as phc, t.rate_per_minute as rate,
                  g.grants as "grants?: Json<Grants>", o.time_zone as zone, t.last_used_at
           from tills t join orgs o on o.id = t.org_id
           left join access_groups g on g.org_id = t.org_id and g.id = t.access_group_id
           where t.code = $1 and t.disabled_at is null
             and coalesce((o.settings ->> 'basicAuth')::boolean, true)"#,
        code
    )
    .fetch_optional(db)
    .await
}

/// A client that wants a token, with one of its live secrets.
#[derive(Debug)]
pub struct KnownSecret {
    /// For which brand it speaks.
    pub org: OrgId,
    /// Its number.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// How long its tokens are good.
    pub token_minutes: i32,
    /// Its default till's code.
    pub till_code: Option<String>,
    /// The secret's number.
    pub secret: SecretId,
    /// The secret's SHA-256.
    pub secret_hash: Vec<u8>,
}

/// The live secrets of the client with this key: none, one or two.
pub async fn secrets(db: impl PgExecutor<'_>, key: &str) -> sqlx::Result<Vec<KnownSecret>> {
    sqlx::query_as!(
        KnownSecret,
        r#"select c.org_id as "org: OrgId", c.id as "client: ClientId", c.name, c.token_minutes,
                  t.code as "till_code?", s.id as "secret: SecretId", s.secret_hash
           from api_clients c
           join api_client_secrets s on s.org_id = c.org_id and s.client_id = c.id
           left join tills t on t.org_id = c.org_id and t.id = c.default_till_id
           where c.key = $1 and c.disabled_at is null and s.ended_at is null"#,
        key
    )
    .fetch_all(db)
    .await
}

/// A client that came with a token.
#[derive(Debug)]
pub struct KnownClient {
    /// Its number.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// Calls a minute.
    pub rate: Option<i32>,
    /// How far it goes; none: anywhere.
    pub grants: Option<Json<Grants>>,
    /// The brand's zone.
    pub zone: String,
    /// Its default till.
    pub till: Option<TillId>,
    /// Whether that till serves for one we do not know.
    pub forgives_till: bool,
    /// When it last came.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The client a token speaks for, while it and the secret the token was fetched with are live.
pub async fn client(
    db: impl PgExecutor<'_>,
    org: OrgId,
    client: ClientId,
    secret: SecretId,
) -> sqlx::Result<Option<KnownClient>> {
    sqlx::query_as!(
        KnownClient,
        r#"select c.id as "id: ClientId", c.name, c.rate_per_minute as rate,
                  g.grants as "grants?: Json<Grants>", o.time_zone as zone,
                  c.default_till_id as "till: TillId", c.forgives_till, c.last_used_at
           from api_clients c join orgs o on o.id = c.org_id
           join api_client_secrets s on s.org_id = c.org_id and s.client_id = c.id
           left join access_groups g on g.org_id = c.org_id and g.id = c.access_group_id
           where c.org_id = $1 and c.id = $2 and c.disabled_at is null
             and s.id = $3 and s.ended_at is null"#,
        org.get(),
        client.get(),
        secret.get()
    )
    .fetch_optional(db)
    .await
}

/// How a till is named by a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Its own code.
    Code,
    /// Its store's code: the first till of the store.
    StoreCode,
    /// Its store's name: the first till of the store.
    StoreName,
}

/// The enabled till a caller names, in its own brand.
pub async fn till_by(
    db: impl PgExecutor<'_>,
    org: OrgId,
    by: By,
    text: &str,
) -> sqlx::Result<Option<Till>> {
    sqlx::query_as!(
        Till,
        r#"select id, code, name, store_code, store_name from tills
           where org_id = $1 and disabled_at is null
             and case $2::int when 0 then code = $3 when 1 then store_code = $3 else store_name = $3 end
           order by id limit 1"#,
        org.get(),
        by as i32,
        text
    )
    .fetch_optional(db)
    .await
}

/// An enabled till by its number.
pub async fn till_of(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: TillId,
) -> sqlx::Result<Option<Till>> {
    sqlx::query_as!(
        Till,
        r#"select id, code, name, store_code, store_name from tills
           where org_id = $1 and id = $2 and disabled_at is null"#,
        org.get(),
        id.get()
    )
    .fetch_optional(db)
    .await
}

/// Notes that a till came.
pub async fn touch_till(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: TillId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update tills set last_used_at = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// Notes that a client came.
pub async fn touch_client(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: ClientId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update api_clients set last_used_at = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// Notes that a secret was used.
pub async fn touch_secret(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: SecretId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update api_client_secrets set last_used_at = $3 where org_id = $1 and id = $2",
        org.get(),
        id.get(),
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// The key of a purpose, made from `fresh` by whoever asks first.
pub async fn server_key(
    db: &sqlx::PgPool,
    purpose: &str,
    fresh: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<u8>> {
    sqlx::query!(
        "insert into server_keys (purpose, key, created_at) values ($1, $2, $3) on conflict do nothing",
        purpose,
        fresh,
        now
    )
    .execute(db)
    .await?;
    sqlx::query_scalar!("select key from server_keys where purpose = $1", purpose)
        .fetch_one(db)
        .await
}
