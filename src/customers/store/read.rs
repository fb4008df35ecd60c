//! Customers one at a time, whether numbers are theirs, and who has an identifier.

use std::collections::HashSet;

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::customer::{Customer, Fields, Profile, Status};
use crate::customers::identifier::{Identifier, IdentifierKind};
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

/// One customer that is not deleted, locked against a second change.
pub async fn lock(
    db: &mut PgConnection,
    org: OrgId,
    id: CustomerId,
) -> sqlx::Result<Option<Customer>> {
    sqlx::query_scalar!(
        "select version from customers where org_id = $1 and id = $2 for update",
        org.get(),
        id.get()
    )
    .fetch_optional(&mut *db)
    .await?;
    Ok(find(db, org, id).await?.filter(|customer| !customer.deleted))
}

/// Which of these identifiers somebody other than `except` has in the store's own profile, and who.
pub async fn taken(
    db: &mut PgConnection,
    org: OrgId,
    identifiers: &[Identifier],
    except: Option<CustomerId>,
) -> sqlx::Result<Vec<(IdentifierKind, CustomerId)>> {
    let kinds: Vec<&str> = identifiers.iter().map(|wanted| wanted.kind.word()).collect();
    let keys: Vec<&str> = identifiers.iter().map(|wanted| wanted.key.as_str()).collect();
    let rows = sqlx::query!(
        r#"
        select i.kind, i.customer_id as "id: CustomerId"
        from unnest($2::text[], $3::text[]) as wanted (kind, key)
        join customer_identifiers i on i.org_id = $1 and i.source = 'INSTORE' and i.account_id = ''
             and i.kind = wanted.kind and i.value_key = wanted.key
        where i.org_id = $1 and i.customer_id is distinct from $4
        "#,
        org.get(),
        &kinds as _,
        &keys as _,
        except.map(CustomerId::get)
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.kind.parse().ok()?, row.id))).collect())
}
