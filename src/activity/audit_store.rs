//! The SQL of the audit API: what the log holds on one thing. Read only.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::base::ids::{ImportId, OrgId};

/// What is asked for of one thing.
#[derive(Debug, Default)]
pub struct Asked {
    /// What kind of thing, as the log calls it.
    pub kind: &'static str,
    /// Its id, as the log keeps it.
    pub id: String,
    /// Only entries that changed one of these fields.
    pub fields: Option<Vec<String>>,
    /// Ids from here on.
    pub since: Option<Vec<u8>>,
    /// Ids before this.
    pub before: Option<Vec<u8>>,
    /// Of one request.
    pub request: Option<String>,
    /// Of one import.
    pub import: Option<i64>,
    /// A key of the details, and its value as text.
    pub detail: Option<(String, String)>,
}

/// An entry, off the table.
#[derive(Debug)]
pub struct Row {
    /// When.
    pub at: DateTime<Utc>,
    /// Which door.
    pub source: String,
    /// What the actor is: `staff`, `till`, `client`, `operator`.
    pub actor_kind: String,
    /// The actor's number.
    pub actor_id: Option<i64>,
    /// The actor's name as it was.
    pub actor_name: String,
    /// What was done.
    pub verb: String,
    /// Further facts.
    pub details: Value,
    /// The changed values before.
    pub before: Option<Value>,
    /// The changed values after.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<String>,
    /// Of which request.
    pub request_id: String,
    /// By which import.
    pub import_id: Option<ImportId>,
    /// The till's code, where it was done at one.
    pub till_code: Option<String>,
    /// The till's name.
    pub till_name: Option<String>,
    /// The code of the till's store; may be empty.
    pub store_code: Option<String>,
    /// Its name.
    pub store_name: Option<String>,
}

/// How many entries there are: those of one thing, found and counted in `activity_by_subject`.
pub async fn count(db: &mut PgConnection, org: OrgId, asked: &Asked) -> sqlx::Result<i64> {
    let (key, value) = asked.detail.clone().unzip();
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!" from activity
        where org_id = $1 and subject_kind = $2 and subject_id = $3
          and ($4::text[] is null or before ?| $4 or after ?| $4)
          and ($5::bytea is null or id >= $5)
          and ($6::bytea is null or id < $6)
          and ($7::text is null or request_id = $7)
          and ($8::bigint is null or import_id = $8)
          and ($9::text is null or details ->> $9 = $10)
        "#,
        org.get(),
        asked.kind,
        asked.id,
        asked.fields.as_deref(),
        asked.since.as_deref(),
        asked.before.as_deref(),
        asked.request.as_deref(),
        asked.import,
        key.as_deref(),
        value.as_deref()
    )
    .fetch_one(db)
    .await
}

/// A stretch of them, newest first; `activity_by_subject` serves choice and order.
pub async fn page(
    db: &mut PgConnection,
    org: OrgId,
    asked: &Asked,
    from: i64,
    most: i64,
) -> sqlx::Result<Vec<Row>> {
    let (key, value) = asked.detail.clone().unzip();
    sqlx::query_as!(
        Row,
        r#"
        with page as (
            select id from activity
            where org_id = $1 and subject_kind = $2 and subject_id = $3
              and ($4::text[] is null or before ?| $4 or after ?| $4)
              and ($5::bytea is null or id >= $5)
              and ($6::bytea is null or id < $6)
              and ($7::text is null or request_id = $7)
              and ($8::bigint is null or import_id = $8)
              and ($9::text is null or details ->> $9 = $10)
            order by id desc offset $11 limit $12
        )
        select a.at, a.source, a.actor_kind, a.actor_id, a.actor_name,
               a.verb, a.details, a.before, a.after, a.reason, a.request_id,
               a.import_id as "import_id: ImportId", t.code as "till_code?", t.name as "till_name?",
               t.store_code as "store_code?", t.store_name as "store_name?"
        from page p
        join activity a on a.org_id = $1 and a.id = p.id
        left join tills t on t.org_id = $1 and t.id = a.till_id
        where a.org_id = $1
        order by a.id desc
        "#,
        org.get(),
        asked.kind,
        asked.id,
        asked.fields.as_deref(),
        asked.since.as_deref(),
        asked.before.as_deref(),
        asked.request.as_deref(),
        asked.import,
        key.as_deref(),
        value.as_deref(),
        from,
        most
    )
    .fetch_all(db)
    .await
}

/// Who holds a card, by its compared number.
pub async fn card_holder(
    db: &mut PgConnection,
    org: OrgId,
    key: &str,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        r#"
        select customer_id from customer_identifiers
        where org_id = $1 and value_key = $2 and kind in ('cardNumber', 'cardExternalId')
        order by kind, customer_id desc limit 1
        "#,
        org.get(),
        key
    )
    .fetch_optional(db)
    .await
}

/// How a code that lay ready before it was issued came to be: its batch tells it, since a million
/// codes are not a million entries.
#[derive(Debug)]
pub struct Made {
    /// When.
    pub on: DateTime<Utc>,
    /// Which batch.
    pub batch: i64,
    /// `GENERATED`, `UPLOADED`, `REDEEMED`.
    pub kind: String,
    /// Of which file.
    pub import: Option<i64>,
    /// By whom, by number.
    pub by: Option<i64>,
    /// By whom, by name.
    pub by_name: String,
}

/// The making of a coupon that came in a batch.
pub async fn made(db: &mut PgConnection, org: OrgId, coupon: i64) -> sqlx::Result<Option<Made>> {
    sqlx::query_as!(
        Made,
        r#"
        select c.created_on as "on", b.id as batch, b.kind, b.import_id as import, b.created_by as by,
               b.created_by_name as by_name
        from coupons c
        join coupon_batches b on b.org_id = $1 and b.id = c.batch_id
        where c.org_id = $1 and c.id = $2
        "#,
        org.get(),
        coupon
    )
    .fetch_optional(db)
    .await
}
