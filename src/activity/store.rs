//! The SQL of the log: read only.

use sqlx::PgConnection;

use super::entry::{Bounds, Row};
use crate::base::ids::{ActivityId, ImportId, OrgId};
use crate::base::list::Listing;

/// Names and words a filter offers; a log with more still finds them by the address.
const OFFERED: i64 = 200;

/// Entries, newest first. The primary key serves order and place; `activity_by_subject`, `_by_actor`,
/// `_by_kind`, `_by_verb` and `_by_import` serve one filter each.
pub async fn page(
    db: &mut PgConnection,
    org: OrgId,
    bounds: &Bounds,
    size: usize,
) -> sqlx::Result<Listing<Row, ActivityId>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: ActivityId", at, source, actor_name, verb, subject_kind, subject_id,
               subject_label, details, before, after, reason, request_id,
               import_id as "import_id: ImportId"
        from activity
        where org_id = $1
          and ($2::text is null or subject_kind = $2)
          and ($3::text is null or subject_id = $3)
          and ($4::text is null or actor_name = $4)
          and ($5::text is null or verb = $5)
          and ($6::bigint is null or import_id = $6)
          and ($7::bytea is null or id >= $7)
          and ($8::bytea is null or id < $8)
        order by id desc
        limit $9
        "#,
        org.get(),
        bounds.kind.as_deref(),
        bounds.subject.as_deref(),
        bounds.who.as_deref(),
        bounds.verb.as_deref(),
        bounds.import.map(ImportId::get),
        bounds.since.as_deref(),
        bounds.before.as_deref(),
        i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1),
    )
    .fetch_all(db)
    .await?;
    Ok(Listing::trim(rows, size, |row| row.id))
}

/// What the log holds of one column, each value found by one step down its index, never by a scan.
macro_rules! values {
    ($(#[$meta:meta])* $name:ident, $column:literal) => {
        $(#[$meta])*
        pub async fn $name(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Vec<String>> {
            sqlx::query_scalar!(
                "with recursive found as (
                     (select " + $column + " as value from activity where org_id = $1
                      order by " + $column + " limit 1)
                     union all
                     select (select a." + $column + " from activity a
                             where a.org_id = $1 and a." + $column + " > f.value
                             order by a." + $column + " limit 1)
                     from found f where f.value is not null
                 )
                 select value as \"value!\" from found where value is not null limit $2",
                org.get(),
                OFFERED
            )
            .fetch_all(db)
            .await
        }
    };
}

values! {
    /// Who is in the log.
    actors, "actor_name"
}
values! {
    /// What was done.
    verbs, "verb"
}
values! {
    /// To what kinds of things.
    kinds, "subject_kind"
}
