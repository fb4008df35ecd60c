//! The search of the API: pages of customers by the beginning of whatever they say.
//!
//! Like the console's search it reads ranges of indexes, each up to a bound, so that it costs the same
//! however many customers there are; the total it tells is exact up to that bound.

use sqlx::PgConnection;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::identifier::fold;
use crate::customers::store::search::{after, beginnings};

/// Entries read of each range.
const MOST: i64 = 1000;

/// A customer found.
#[derive(Debug, Clone)]
pub struct PageHit {
    /// Who.
    pub id: CustomerId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
}

/// A page of what a search found.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Exact identifiers first, then by name.
    pub hits: Vec<PageHit>,
    /// How many there are in all.
    pub total: i64,
    /// The beginnings that were looked for, to tell what a customer was found by.
    pub keys: Vec<String>,
}

/// Customers whose first or last name or any identifier begins with the query. Merged and deleted ones
/// are left out.
pub async fn search_page(
    db: &mut PgConnection,
    org: OrgId,
    query: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Page> {
    let low = beginnings(query);
    let high: Vec<String> = low.iter().map(|key| after(key)).collect();
    let name = fold(query);
    if name.is_empty() {
        return Ok(Page::default());
    }
    let rows = sqlx::query!(
        r#"
        with met as (
            select hit.customer_id as id, hit.value_key = range.low as exact
            from unnest($2::text[], $3::text[]) as range (low, high)
            cross join lateral (
                select i.customer_id, i.value_key from customer_identifiers i
                where i.org_id = $1 and i.value_key >= range.low and i.value_key < range.high
                order by i.value_key, i.customer_id limit $8
            ) hit
            union all
            (select id, false from customers
             where org_id = $1 and name_key >= $4 and name_key < $5 order by name_key, id limit $8)
            union all
            (select id, false from customers
             where org_id = $1 and last_key >= $4 and last_key < $5 order by last_key, id limit $8)
        ), found as (
            select c.id, c.first_name, c.last_name, c.name_key, bool_or(met.exact) as exact
            from met
            join customers c on c.org_id = $1 and c.id = met.id
                 and c.deleted_at is null and c.merged_into is null
            group by c.org_id, c.id
        )
        select all_found.total as "total!", page.id as "id?: CustomerId",
               page.first_name as "first_name?", page.last_name as "last_name?"
        from (select count(*) as total from found) all_found
        left join lateral (
            select * from found order by exact desc, name_key, id limit $6 offset $7
        ) page on true
        order by page.exact desc, page.name_key, page.id
        "#,
        org.get(),
        &low,
        &high,
        name,
        after(&name),
        limit,
        offset,
        MOST
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let hits = rows.into_iter().filter_map(|row| {
        let (first_name, last_name) = (row.first_name?, row.last_name?);
        Some(PageHit { id: row.id?, first_name, last_name })
    });
    Ok(Page { hits: hits.collect(), total, keys: low })
}
