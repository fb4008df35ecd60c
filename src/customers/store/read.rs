//! Customers one at a time, and whether numbers are theirs.

use std::collections::HashSet;

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::customer::{Customer, Fields, Profile, Status};
use crate::customers::store::bulk::identifiers_of;

/// One customer of the brand, deleted and merged ones too.
pub async fn find(
    db: &mut PgConnection,
    org: OrgId,
    id: CustomerId,
) -> sqlx::Result<Option<Customer>> {
    let row = sqlx::query!(
        r#"
        select c.first_name, c.last_name, c.registered_on, c.fields as "fields: Json<Fields>",
               c.status_code, c.status_label, c.merged_into as "merged_into: CustomerId",
               c.deleted_at is not null as "deleted!", c.import_id, c.version, c.created_on
        from customers c
        where c.org_id = $1 and c.id = $2
        "#,
        org.get(),
        id.get()
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut identifiers = identifiers_of(db, org, &[id.get()]).await?;
    Ok(Some(Customer {
        id,
        profile: Profile {
            first_name: row.first_name,
            last_name: row.last_name,
            registered_on: row.registered_on,
            fields: row.fields.0,
            identifiers: identifiers.remove(&id).unwrap_or_default(),
        },
        status: Status { code: row.status_code, label: row.status_label },
        merged_into: row.merged_into,
        deleted: row.deleted,
        import: row.import_id,
        version: row.version,
        created_on: row.created_on,
    }))
}

/// Which of these numbers are customers of the brand (merged ones included, deleted ones not).
pub async fn existing(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[i64],
) -> sqlx::Result<HashSet<CustomerId>> {
    let found = sqlx::query_scalar!(
        r#"select id as "id: CustomerId" from customers
           where org_id = $1 and id = any($2) and deleted_at is null"#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}
