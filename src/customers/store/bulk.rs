//! The SQL behind [`crate::customers::bulk`]: rows travel as arrays, one statement for a whole chunk.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::{CustomerId, ImportId, OrgId};
use crate::customers::customer::{Fields, Profile, full_name, label};
use crate::customers::identifier::{Identifier, IdentifierKind};

/// On whose behalf, and when, a chunk is written.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The brand.
    pub org: OrgId,
    /// The import; none for a single customer made by hand.
    pub import: Option<ImportId>,
    /// When.
    pub now: DateTime<Utc>,
    /// The actor's name.
    pub by: String,
}

/// A customer that is there, as an import needs to know them.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Who.
    pub id: CustomerId,
    /// As they are.
    pub profile: Profile,
    /// The import that brought them.
    pub import: Option<ImportId>,
}

/// Customers by the keys of one kind of identifier, of the store's own profile. A merged customer
/// answers with the survivor; a key nobody has is missing from the answer.
pub async fn lookup(
    db: &mut PgConnection,
    org: OrgId,
    kind: IdentifierKind,
    keys: &[String],
) -> sqlx::Result<HashMap<String, CustomerId>> {
    let rows = sqlx::query!(
        r#"
        select i.value_key as key, coalesce(c.merged_into, c.id) as "id!: CustomerId"
        from customer_identifiers i
        join customers c on c.org_id = $1 and c.id = i.customer_id
        where i.org_id = $1 and i.source = 'INSTORE' and i.account_id = '' and i.kind = $2
          and i.value_key = any($3) and c.deleted_at is null
        "#,
        org.get(),
        kind.word(),
        keys
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.id)).collect())
}

/// Customers as they are, locked against change until the transaction ends. In the order of their ids.
pub async fn load(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CustomerId],
) -> sqlx::Result<Vec<Known>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select id as "id: CustomerId", first_name, last_name, registered_on,
               fields as "fields: Json<Fields>", import_id as "import: ImportId"
        from customers
        where org_id = $1 and id = any($2) and deleted_at is null
        order by id
        for update
        "#,
        org.get(),
        &ids
    )
    .fetch_all(&mut *db)
    .await?;
    let mut identifiers = identifiers_of(db, org, &ids).await?;
    let known = rows.into_iter().map(|row| Known {
        id: row.id,
        import: row.import,
        profile: Profile {
            first_name: row.first_name,
            last_name: row.last_name,
            registered_on: row.registered_on,
            fields: row.fields.0,
            identifiers: identifiers.remove(&row.id).unwrap_or_default(),
        },
    });
    Ok(known.collect())
}

/// The identifiers of the store's own profile, by customer, in order.
pub(super) async fn identifiers_of(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[i64],
) -> sqlx::Result<HashMap<CustomerId, Vec<Identifier>>> {
    let rows = sqlx::query!(
        r#"
        select customer_id as "customer: CustomerId", kind, value, value_key
        from customer_identifiers
        where org_id = $1 and customer_id = any($2) and source = 'INSTORE' and account_id = ''
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    let mut found: HashMap<CustomerId, Vec<Identifier>> = HashMap::new();
    for row in rows {
        // The table's check keeps to the kinds we know.
        let Ok(kind) = row.kind.parse() else { continue };
        let identifier = Identifier { kind, key: row.value_key, value: row.value };
        found.entry(row.customer).or_default().push(identifier);
    }
    found.values_mut().for_each(|list| list.sort());
    Ok(found)
}

/// Adds customers; answers their ids in the order given. An identifier that somebody has is a violation
/// of `customer_identifiers_pkey`, and nothing of the chunk is written.
pub async fn insert(
    db: &mut PgConnection,
    mark: &Mark,
    profiles: &[Profile],
) -> sqlx::Result<Vec<CustomerId>> {
    let ids = draw_ids(db, profiles.len()).await?;
    let columns = Columns::of(profiles.iter());
    sqlx::query!(
        r#"
        insert into customers (org_id, id, first_name, last_name, name_key, last_key, registered_on,
            fields, import_id, created_on, created_by, updated_on, updated_by)
        overriding system value
        select $1, new.id, new.first_name, new.last_name, new.name_key, new.last_key,
               new.registered_on, new.fields, $9, $10, $11, $10, $11
        from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
            $8::jsonb[]) as new (id, first_name, last_name, name_key, last_key, registered_on, fields)
        "#,
        mark.org.get(),
        &ids,
        &columns.first_names as _,
        &columns.last_names as _,
        &columns.name_keys,
        &columns.last_keys,
        &columns.registered_on as _,
        &columns.fields,
        mark.import.map(ImportId::get),
        mark.now,
        mark.by,
    )
    .execute(&mut *db)
    .await?;
    insert_identifiers(db, mark.org, ids.iter().copied().zip(profiles)).await?;
    Ok(ids.into_iter().map(CustomerId::new).collect())
}

/// Ids for rows to come: drawn beforehand, so that identifiers can be written with them.
async fn draw_ids(db: &mut PgConnection, count: usize) -> sqlx::Result<Vec<i64>> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query_scalar!(
        r#"select nextval('customers_id_seq') as "id!" from generate_series(1, $1::bigint)"#,
        count
    )
    .fetch_all(db)
    .await
}

/// Puts customers into the state given, identifiers included; says how many rows it wrote. Undo calls it
/// with the profiles as they were.
pub async fn update(
    db: &mut PgConnection,
    mark: &Mark,
    customers: &[(CustomerId, Profile)],
) -> sqlx::Result<u64> {
    let ids: Vec<i64> = customers.iter().map(|(id, _)| id.get()).collect();
    let columns = Columns::of(customers.iter().map(|(_, profile)| profile));
    let done = sqlx::query!(
        r#"
        update customers c
        set first_name = new.first_name, last_name = new.last_name, name_key = new.name_key,
            last_key = new.last_key, registered_on = new.registered_on, fields = new.fields,
            updated_on = $9, updated_by = $10, version = c.version + 1
        from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
            $8::jsonb[]) as new (id, first_name, last_name, name_key, last_key, registered_on, fields)
        where c.org_id = $1 and c.id = new.id and c.deleted_at is null
        "#,
        mark.org.get(),
        &ids,
        &columns.first_names as _,
        &columns.last_names as _,
        &columns.name_keys,
        &columns.last_keys,
        &columns.registered_on as _,
        &columns.fields,
        mark.now,
        mark.by,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from customer_identifiers
         where org_id = $1 and customer_id = any($2) and source = 'INSTORE' and account_id = ''",
        mark.org.get(),
        &ids
    )
    .execute(&mut *db)
    .await?;
    let pairs = customers.iter().map(|(id, profile)| (id.get(), profile));
    insert_identifiers(db, mark.org, pairs).await?;
    Ok(done.rows_affected())
}

async fn insert_identifiers<'a>(
    db: &mut PgConnection,
    org: OrgId,
    customers: impl Iterator<Item = (i64, &'a Profile)>,
) -> sqlx::Result<()> {
    let (mut ids, mut kinds, mut values, mut keys) = (vec![], vec![], vec![], vec![]);
    for (id, profile) in customers {
        for identifier in &profile.identifiers {
            ids.push(id);
            kinds.push(identifier.kind.word());
            values.push(identifier.value.as_str());
            keys.push(identifier.key.as_str());
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into customer_identifiers (org_id, customer_id, kind, value, value_key)
         select $1, new.id, new.kind, new.value, new.key
         from unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) as new (id, kind, value, key)",
        org.get(),
        &ids,
        &kinds as _,
        &values as _,
        &keys as _,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Profiles column by column.
#[derive(Default)]
struct Columns<'a> {
    first_names: Vec<&'a str>,
    last_names: Vec<&'a str>,
    name_keys: Vec<String>,
    last_keys: Vec<String>,
    registered_on: Vec<Option<DateTime<Utc>>>,
    fields: Vec<serde_json::Value>,
}

impl<'a> Columns<'a> {
    fn of(profiles: impl Iterator<Item = &'a Profile>) -> Self {
        let mut columns = Columns::default();
        for profile in profiles {
            columns.first_names.push(&profile.first_name);
            columns.last_names.push(&profile.last_name);
            columns.name_keys.push(profile.name_key());
            columns.last_keys.push(profile.last_key());
            columns.registered_on.push(profile.registered_on);
            columns.fields.push(serde_json::Value::Object(profile.fields.clone()));
        }
        columns
    }
}

/// A customer that undoing an import may not take away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Who.
    pub id: CustomerId,
    /// What they are called.
    pub label: String,
    /// Why they must stay.
    pub why: &'static str,
}

/// Customers of an import that are in use: they hold or held badges, or somebody else was merged into
/// them. At most `most`.
pub async fn blockers(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<Blocked>> {
    let rows = sqlx::query!(
        r#"
        select c.id as "id: CustomerId", c.first_name, c.last_name, used.badges as "badges!"
        from customers c
        cross join lateral (
            select exists (select from badge_earns e where e.org_id = $1 and e.customer_id = c.id)
                or exists (select from badge_enrolments n where n.org_id = $1 and n.customer_id = c.id)
                as badges
        ) used
        where c.org_id = $1 and c.import_id = $2
          and (used.badges or c.merged_into is not null)
        order by c.id
        limit $3
        "#,
        org.get(),
        import.get(),
        most
    )
    .fetch_all(db)
    .await?;
    let blocked = rows.into_iter().map(|row| Blocked {
        id: row.id,
        label: label(&full_name(&row.first_name, &row.last_name), row.id),
        why: if row.badges { "holds badges" } else { "was merged with another customer" },
    });
    Ok(blocked.collect())
}

/// Takes away at most `most` of the customers an import brought, with their identifiers; says how many.
/// Ask [`blockers`] first: a customer in use makes it fail.
pub async fn delete_imported(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from customers
         where org_id = $1 and id in (
             select id from customers where org_id = $1 and import_id = $2 order by id limit $3)",
        org.get(),
        import.get(),
        most
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
