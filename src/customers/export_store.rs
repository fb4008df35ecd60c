//! The SQL behind customers as a file.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::{CustomerId, ImportId, OrgId};
use crate::customers::customer::Fields;

/// Custom fields a file shows; a brand with more has a file of its first ones by name.
const MOST_FIELDS: i64 = 150;

/// A customer as a row.
pub struct Row {
    /// Who.
    pub id: CustomerId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// When they joined.
    pub registered_on: Option<DateTime<Utc>>,
    /// Custom fields.
    pub fields: Json<Fields>,
    /// The first external id, mobile number, e-mail address and card, where there is one.
    pub external_id: Option<String>,
    /// Likewise.
    pub mobile: Option<String>,
    /// Likewise.
    pub email: Option<String>,
    /// Likewise.
    pub card_number: Option<String>,
}

/// The next customers behind `after`, in the order of their numbers. The primary key serves both.
pub async fn rows(
    db: &mut PgConnection,
    org: OrgId,
    import: Option<ImportId>,
    only: Option<&[i64]>,
    after: CustomerId,
    size: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        select c.id as "id: CustomerId", c.first_name, c.last_name, c.registered_on,
            c.fields as "fields: Json<Fields>", i.external_id, i.mobile, i.email, i.card_number
        from customers c
        left join lateral (
            select min(value) filter (where kind = 'externalId') as external_id,
                min(value) filter (where kind = 'mobile') as mobile,
                min(value) filter (where kind = 'email') as email,
                min(value) filter (where kind = 'cardNumber') as card_number
            from customer_identifiers
            where org_id = $1 and customer_id = c.id and source = 'INSTORE' and account_id = ''
        ) i on true
        where c.org_id = $1 and c.id > $2 and c.deleted_at is null and c.merged_into is null
            and ($3::bigint is null or c.import_id = $3)
            and ($4::bigint[] is null or c.id = any($4))
        order by c.id limit $5
        "#,
        org.get(),
        after.get(),
        import.map(ImportId::get),
        only,
        size,
    )
    .fetch_all(db)
    .await
}

/// The names of all custom fields in use, of which a header must be made before the first row. Reads
/// every customer once: a file of all of them does so anyway.
pub async fn field_names(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select distinct key as "key!" from customers c, jsonb_object_keys(c.fields) as key
        where c.org_id = $1 and c.deleted_at is null and c.fields <> '{}'
        order by 1 limit $2
        "#,
        org.get(),
        MOST_FIELDS,
    )
    .fetch_all(db)
    .await
}

/// The numbers of the next customers behind `after`, in their order. The primary key serves both.
pub async fn numbers(
    db: &mut PgConnection,
    org: OrgId,
    import: Option<ImportId>,
    only: Option<&[i64]>,
    after: CustomerId,
    size: i64,
) -> sqlx::Result<Vec<CustomerId>> {
    sqlx::query_scalar!(
        r#"
        select c.id as "id: CustomerId" from customers c
        where c.org_id = $1 and c.id > $2 and c.deleted_at is null and c.merged_into is null
            and ($3::bigint is null or c.import_id = $3)
            and ($4::bigint[] is null or c.id = any($4))
        order by c.id limit $5
        "#,
        org.get(),
        after.get(),
        import.map(ImportId::get),
        only,
        size,
    )
    .fetch_all(db)
    .await
}
