//! What each source knows of customers, and what a customer is besides name and identifiers.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::customer::Fields;
use crate::customers::identifier::Identifier;
use crate::customers::source::{Account, AccountProfile};

/// The identifiers of customers in every source, the store's own first.
pub async fn accounts_of(
    db: &mut PgConnection,
    org: OrgId,
    customers: &[CustomerId],
) -> sqlx::Result<HashMap<CustomerId, Vec<AccountProfile>>> {
    let ids: Vec<i64> = customers.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select customer_id as "customer: CustomerId", source, account_id, kind, value, value_key
        from customer_identifiers
        where org_id = $1 and customer_id = any($2)
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    let mut found: HashMap<CustomerId, BTreeMap<Account, Vec<Identifier>>> = HashMap::new();
    for row in rows {
        // Words nobody knows cannot have been written by us.
        let (Ok(source), Ok(kind)) = (row.source.parse(), row.kind.parse()) else { continue };
        let account = Account { source, id: row.account_id };
        let identifier = Identifier { kind, key: row.value_key, value: row.value };
        found.entry(row.customer).or_default().entry(account).or_default().push(identifier);
    }
    let profiles = |accounts: BTreeMap<Account, Vec<Identifier>>| {
        accounts
            .into_iter()
            .map(|(account, mut identifiers)| {
                identifiers.sort();
                AccountProfile { account, identifiers }
            })
            .collect()
    };
    Ok(found.into_iter().map(|(id, accounts)| (id, profiles(accounts))).collect())
}

/// Somebody who has an identifier that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Where they have it.
    pub account: Account,
    /// Which of those asked about, by its place.
    pub place: usize,
    /// Who; the survivor, where they were merged.
    pub customer: CustomerId,
    /// Whether they were merged.
    pub merged: bool,
}

/// Who has these identifiers, in whatever source. Deleted customers have none.
pub async fn holders(
    db: &mut PgConnection,
    org: OrgId,
    identifiers: &[Identifier],
) -> sqlx::Result<Vec<Holder>> {
    let kinds: Vec<&str> = identifiers.iter().map(|wanted| wanted.kind.word()).collect();
    let keys: Vec<&str> = identifiers.iter().map(|wanted| wanted.key.as_str()).collect();
    let rows = sqlx::query!(
        r#"
        select wanted.place as "place!", i.source, i.account_id,
               coalesce(c.merged_into, c.id) as "customer!: CustomerId",
               c.merged_into is not null as "merged!"
        from unnest($2::text[], $3::text[]) with ordinality as wanted (kind, key, place)
        join customer_identifiers i on i.org_id = $1 and i.value_key = wanted.key and i.kind = wanted.kind
        join customers c on c.org_id = $1 and c.id = i.customer_id and c.deleted_at is null
        order by wanted.place, i.source <> 'INSTORE', i.source, i.account_id
        "#,
        org.get(),
        &kinds as _,
        &keys as _
    )
    .fetch_all(db)
    .await?;
    let holder = rows.into_iter().filter_map(|row| {
        let account = Account { source: row.source.parse().ok()?, id: row.account_id };
        let place = usize::try_from(row.place - 1).ok()?;
        Some(Holder { account, place, customer: row.customer, merged: row.merged })
    });
    Ok(holder.collect())
}

/// Puts identifiers in the place of those of their kinds in one account of a source.
pub async fn put(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    profile: &AccountProfile,
) -> sqlx::Result<()> {
    let column =
        |of: fn(&Identifier) -> &str| -> Vec<&str> { profile.identifiers.iter().map(of).collect() };
    let kinds = column(|identifier| identifier.kind.word());
    let source = profile.account.source.word();
    sqlx::query!(
        "delete from customer_identifiers
         where org_id = $1 and customer_id = $2 and source = $3 and account_id = $4 and kind = any($5)",
        org.get(),
        customer.get(),
        source,
        profile.account.id,
        &kinds as _
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into customer_identifiers (org_id, customer_id, source, account_id, kind, value, value_key)
         select $1, $2, $3, $4, new.kind, new.value, new.key
         from unnest($5::text[], $6::text[], $7::text[]) as new (kind, value, key)",
        org.get(),
        customer.get(),
        source,
        profile.account.id,
        &kinds as _,
        &column(|identifier| &identifier.value) as _,
        &column(|identifier| &identifier.key) as _
    )
    .execute(db)
    .await
    .map(drop)
}

/// What a customer is besides name and identifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Extras {
    /// `loyalty` or `non_loyalty`.
    pub loyalty_type: String,
    /// Gender, city and the like.
    pub extended_fields: Fields,
    /// The till they belong to.
    pub associated_with: Option<String>,
    /// The brand's own word for how they stand.
    pub status_label: Option<String>,
    /// Who entered them.
    pub created_by: String,
    /// When they were changed last.
    pub updated_on: DateTime<Utc>,
    /// By whom.
    pub updated_by: String,
}

/// The extras of a customer.
pub async fn extras(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
) -> sqlx::Result<Option<Extras>> {
    let row = sqlx::query!(
        r#"
        select loyalty_type, extended_fields as "extended_fields: Json<Fields>", associated_with,
               status_label, created_by, updated_on, updated_by
        from customers where org_id = $1 and id = $2
        "#,
        org.get(),
        customer.get()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Extras {
        loyalty_type: row.loyalty_type,
        extended_fields: row.extended_fields.0,
        associated_with: row.associated_with,
        status_label: row.status_label,
        created_by: row.created_by,
        updated_on: row.updated_on,
        updated_by: row.updated_by,
    }))
}

/// Writes the extras of a customer.
pub async fn set_extras(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    extras: &Extras,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update customers set loyalty_type = $3, extended_fields = $4, associated_with = $5,
            status_label = $6, updated_on = $7, updated_by = $8
        where org_id = $1 and id = $2
        "#,
        org.get(),
        customer.get(),
        extras.loyalty_type,
        Json(&extras.extended_fields) as _,
        extras.associated_with,
        extras.status_label,
        extras.updated_on,
        extras.updated_by
    )
    .execute(db)
    .await
    .map(drop)
}
