//! Customers as deeds on others' behalf need them: held until the act ends, and what identifies them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::customer::{full_name, label};

/// How firmly customers are held until the act ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Not at all: for looking only.
    Not,
    /// They cannot be deleted; what a foreign key holds.
    There,
    /// One act at a time: for what is counted customer by customer.
    Alone,
}

/// A customer as an act meets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who was asked for.
    pub asked: CustomerId,
    /// Who it is: the survivor where the one asked for was merged.
    pub id: CustomerId,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Since when the brand knows them: when they registered, else when they were entered.
    pub known_since: DateTime<Utc>,
    /// The wire's `loyaltyType`.
    pub loyalty_type: String,
}

impl Person {
    /// The name, or what stands in for it.
    pub fn label(&self) -> String {
        label(&full_name(&self.first_name, &self.last_name), self.id)
    }
}

/// Which of these customers are there (deleted ones are not), each held as asked. In the order of their
/// ids, so that acts which hold several never wait in a ring. A merged one stands for its survivor.
pub async fn people(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CustomerId],
    hold: Hold,
) -> sqlx::Result<HashMap<CustomerId, Person>> {
    let rows = held(db, org, ids, hold).await?;
    let survivors: Vec<CustomerId> =
        rows.iter().filter_map(|row| row.merged_into).filter(|id| !ids.contains(id)).collect();
    let later =
        if survivors.is_empty() { Vec::new() } else { held(db, org, &survivors, hold).await? };
    let by_id: HashMap<CustomerId, &Row> =
        rows.iter().chain(&later).map(|row| (row.id, row)).collect();
    let person = |row: &Row| {
        let one = row.merged_into.map_or(Some(row), |survivor| by_id.get(&survivor).copied())?;
        Some((row.id, one.person(row.id)))
    };
    Ok(rows.iter().filter_map(person).collect())
}

struct Row {
    id: CustomerId,
    first_name: String,
    last_name: String,
    known_since: DateTime<Utc>,
    loyalty_type: String,
    merged_into: Option<CustomerId>,
}

impl Row {
    fn person(&self, asked: CustomerId) -> Person {
        Person {
            asked,
            id: self.id,
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            known_since: self.known_since,
            loyalty_type: self.loyalty_type.clone(),
        }
    }
}

async fn held(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CustomerId],
    hold: Hold,
) -> sqlx::Result<Vec<Row>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    match hold {
        Hold::Not => {
            sqlx::query_as!(
                Row,
                r#"
                select id as "id: CustomerId", first_name, last_name, loyalty_type,
                       coalesce(registered_on, created_on) as "known_since!",
                       merged_into as "merged_into: CustomerId"
                from customers where org_id = $1 and id = any($2) and deleted_at is null order by id
                "#,
                org.get(),
                &ids
            )
            .fetch_all(db)
            .await
        }
        Hold::There => {
            sqlx::query_as!(
                Row,
                r#"
                select id as "id: CustomerId", first_name, last_name, loyalty_type,
                       coalesce(registered_on, created_on) as "known_since!",
                       merged_into as "merged_into: CustomerId"
                from customers where org_id = $1 and id = any($2) and deleted_at is null order by id
                for key share
                "#,
                org.get(),
                &ids
            )
            .fetch_all(db)
            .await
        }
        Hold::Alone => {
            sqlx::query_as!(
                Row,
                r#"
                select id as "id: CustomerId", first_name, last_name, loyalty_type,
                       coalesce(registered_on, created_on) as "known_since!",
                       merged_into as "merged_into: CustomerId"
                from customers where org_id = $1 and id = any($2) and deleted_at is null order by id
                for no key update
                "#,
                org.get(),
                &ids
            )
            .fetch_all(db)
            .await
        }
    }
}

/// One thing a customer is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBy {
    /// Where: `INSTORE`, `WECHAT`.
    pub source: String,
    /// The account of that source; empty for the store's own profile.
    pub account: String,
    /// Which kind: `mobile`, `email`.
    pub kind: String,
    /// As it is shown.
    pub value: String,
}

/// What customers are known by, over all sources.
pub async fn known_by(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CustomerId],
) -> sqlx::Result<HashMap<CustomerId, Vec<KnownBy>>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select customer_id as "customer: CustomerId", source, account_id, kind, value
        from customer_identifiers where org_id = $1 and customer_id = any($2)
        order by customer_id, source, account_id, kind, value
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    let mut all: HashMap<CustomerId, Vec<KnownBy>> = HashMap::new();
    for row in rows {
        let (source, account, kind, value) = (row.source, row.account_id, row.kind, row.value);
        all.entry(row.customer).or_default().push(KnownBy { source, account, kind, value });
    }
    Ok(all)
}
