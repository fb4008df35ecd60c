//! Which imports brought a customer, what they hold, or a change of either.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CustomerId, OrgId};

/// An import that touched a customer.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its number.
    pub id: i64,
    /// Its kind's name.
    pub kind: String,
    /// The file's name.
    pub file: String,
    /// Who brought it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the customer or something they hold came with it; else it changed what was there.
    pub brought: bool,
}

/// The imports that brought or changed a customer or what they hold, newest first. Changes are known
/// by what was kept for undo, which names things by their id alone: the import's kind tells them apart.
pub async fn sources(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
) -> sqlx::Result<Vec<Source>> {
    sqlx::query_as!(
        Source,
        r#"
        select i.id, i.kind, i.file_name as file, i.actor_name as by, i.created_at as at,
               bool_or(touch.brought) as "brought!"
        from (
            select c.import_id, true as brought from customers c where c.org_id = $1 and c.id = $2
            union all
            select e.import_id, true from badge_earns e where e.org_id = $1 and e.customer_id = $2
            union all
            select b.import_id, false
            from import_befores b
            join imports k on k.org_id = $1 and k.id = b.import_id and k.kind = 'customers'
            where b.org_id = $1 and b.object_id = $2::bigint::text
            union all
            select b.import_id, false
            from badge_earns e
            join import_befores b on b.org_id = $1 and b.object_id = encode(e.id, 'hex')
            where e.org_id = $1 and e.customer_id = $2 and e.import_id is not null
        ) touch
        join imports i on i.org_id = $1 and i.id = touch.import_id
        where i.org_id = $1
        group by i.id, i.kind, i.file_name, i.actor_name, i.created_at
        order by i.created_at desc, i.id desc
        limit 50
        "#,
        org.get(),
        customer.get()
    )
    .fetch_all(db)
    .await
}
