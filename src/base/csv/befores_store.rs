//! How things looked before an import changed them, kept for undo. The first keeping counts: what an
//! import changes twice goes back to how it was before the import.

use serde_json::Value;
use sqlx::PgConnection;

use crate::base::ids::{ImportId, OrgId};

/// A thing and how it looked.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// The thing's id as text.
    pub object: String,
    /// How it looked, in the words of its kind.
    pub before: Value,
}

/// Keeps how things looked.
pub async fn keep(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    befores: &[Before],
) -> sqlx::Result<()> {
    let objects: Vec<&str> = befores.iter().map(|before| before.object.as_str()).collect();
    let values: Vec<Value> = befores.iter().map(|before| before.before.clone()).collect();
    sqlx::query!(
        r#"
        insert into import_befores (org_id, import_id, object_id, before)
        select $1, $2, new.object, new.before from unnest($3::text[], $4::jsonb[]) as new (object, before)
        on conflict (org_id, import_id, object_id) do nothing
        "#,
        org.get(),
        import.get(),
        &objects as &[&str],
        &values,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Those behind `after`, in the order of their ids.
pub async fn page(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    after: &str,
    most: i64,
) -> sqlx::Result<Vec<Before>> {
    sqlx::query_as!(
        Before,
        r#"
        select object_id as object, before from import_befores
        where org_id = $1 and import_id = $2 and object_id > $3 order by object_id limit $4
        "#,
        org.get(),
        import.get(),
        after,
        most,
    )
    .fetch_all(db)
    .await
}

/// Takes at most `most` of them out, to be put back.
pub async fn take(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<Before>> {
    sqlx::query_as!(
        Before,
        r#"
        delete from import_befores
        where org_id = $1 and import_id = $2 and object_id in (
            select object_id from import_befores where org_id = $1 and import_id = $2
            order by object_id limit $3)
        returning object_id as object, before
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await
}
