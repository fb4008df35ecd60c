//! Customers as this room meets them: held against each other's deeds, their status, where messages go;
//! and the tills and settings of the brand that deeds ask for.

use std::collections::HashMap;

use sqlx::{PgConnection, PgExecutor};

use crate::base::ids::{CustomerId, OrgId};
use crate::coupons::customer::Holder;

/// What the brand says for all its coupons.
#[derive(Debug, Clone)]
pub struct Brand {
    /// Its zone's name.
    pub time_zone: String,
    /// Whether a redemption needs a transaction number.
    pub transaction_needed: bool,
    /// The most codes of one redemption.
    pub most_codes: i64,
}

/// The brand.
pub async fn brand(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Option<Brand>> {
    sqlx::query_as!(
        Brand,
        r#"
        select o.time_zone,
            coalesce(s.coupons_need_transaction, false) as "transaction_needed!",
            coalesce(s.coupon_redeem_most, 100)::bigint as "most_codes!"
        from orgs o left join org_settings s on s.org_id = $1
        where o.id = $1
        "#,
        org.get()
    )
    .fetch_optional(db)
    .await
}

/// Which customers these are: a merged one stands for its survivor, a deleted one is not there.
pub async fn survivors(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[CustomerId],
) -> sqlx::Result<HashMap<CustomerId, CustomerId>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select id as "id: CustomerId", coalesce(merged_into, id) as "survivor!: CustomerId"
        from customers where org_id = $1 and id = any($2) and deleted_at is null
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.survivor)).collect())
}

/// Holds customers until the act ends, in the order of their numbers: what is counted customer by
/// customer is counted by one act at a time.
pub async fn hold(db: &mut PgConnection, org: OrgId, ids: &[CustomerId]) -> sqlx::Result<()> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    sqlx::query_scalar!(
        r#"select id from customers where org_id = $1 and id = any($2) order by id
           for no key update"#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await
    .map(drop)
}

/// These customers.
pub async fn load(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[CustomerId],
) -> sqlx::Result<HashMap<CustomerId, Holder>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select c.id as "id: CustomerId", c.status_code, c.fraud_status, c.registered_on,
            c.first_name, c.last_name,
            (select min(i.value) from customer_identifiers i
             where i.org_id = $1 and i.customer_id = c.id and i.source = 'INSTORE'
               and i.account_id = '' and i.kind = 'mobile') as mobile
        from customers c where c.org_id = $1 and c.id = any($2) and c.deleted_at is null
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    let holder = rows.into_iter().map(|row| {
        let holder = Holder {
            id: row.id,
            status: row.status_code,
            fraud: row.fraud_status,
            registered_on: row.registered_on,
            // Purchases are not kept here: nobody is known to have made one.
            transactions: 0,
            first_name: row.first_name,
            last_name: row.last_name,
            mobile: row.mobile,
        };
        (row.id, holder)
    });
    Ok(holder.collect())
}

/// The code of a till's store; empty counts as none.
pub async fn store_of(
    db: impl PgExecutor<'_>,
    org: OrgId,
    till: i64,
) -> sqlx::Result<Option<String>> {
    let code = sqlx::query_scalar!(
        "select store_code from tills where org_id = $1 and id = $2",
        org.get(),
        till
    )
    .fetch_optional(db)
    .await?;
    Ok(code.filter(|code| !code.is_empty()))
}

/// Code and name of tills: what "issued at" and "redeemed at" show.
pub async fn tills(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[i64],
) -> sqlx::Result<HashMap<i64, (String, String)>> {
    let rows = sqlx::query!(
        "select id, code, name from tills where org_id = $1 and id = any($2)",
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, (row.code, row.name))).collect())
}
