//! Custom fields.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::badges::badge::Stamp;
use crate::badges::fields::{CheckedField, Field};
use crate::badges::store::parts::word;
use crate::base::ids::{FieldId, OrgId};

struct Row {
    id: FieldId,
    name: String,
    data_type: String,
    is_mandatory: bool,
    default_value: Option<String>,
    is_active: bool,
    version: i64,
    created_on: DateTime<Utc>,
    created_by: Option<i64>,
    created_by_name: String,
    updated_on: DateTime<Utc>,
    updated_by: Option<i64>,
    updated_by_name: String,
}

impl Row {
    fn into_field(self) -> sqlx::Result<Field> {
        Ok(Field {
            id: self.id,
            name: self.name,
            data_type: word(&self.data_type)?,
            mandatory: self.is_mandatory,
            default_value: self.default_value,
            active: self.is_active,
            version: self.version,
            stamp: Stamp {
                created_on: self.created_on,
                created_by: self.created_by,
                created_by_name: self.created_by_name,
                updated_on: self.updated_on,
                updated_by: self.updated_by,
                updated_by_name: self.updated_by_name,
            },
        })
    }
}

/// All fields of the brand, disabled ones included, oldest first: a handful that people made by hand.
pub async fn all(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Vec<Field>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select id as "id: FieldId", name, data_type, is_mandatory, default_value, is_active, version,
            created_on, created_by, created_by_name, updated_on,
            updated_by, updated_by_name
        from badge_fields where org_id = $1 order by id
        "#,
        org.get()
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Row::into_field).collect()
}

/// One field, locked until the act ends.
pub async fn lock(db: impl PgExecutor<'_>, org: OrgId, id: FieldId) -> sqlx::Result<Option<Field>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id as "id: FieldId", name, data_type, is_mandatory, default_value, is_active, version,
            created_on, created_by, created_by_name, updated_on,
            updated_by, updated_by_name
        from badge_fields where org_id = $1 and id = $2 for update
        "#,
        org.get(),
        id.bytes()
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::into_field).transpose()
}

/// Adds a field.
pub async fn insert(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: FieldId,
    field: &CheckedField,
    stamp: &Stamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into badge_fields (org_id, id, name, data_type, is_mandatory, default_value, created_on,
            created_by, created_by_name, updated_on, updated_by, updated_by_name)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $8, $9)
        "#,
        org.get(),
        id.bytes(),
        field.name,
        field.data_type.wire(),
        field.mandatory,
        field.default_value,
        stamp.created_on,
        stamp.created_by,
        stamp.created_by_name
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a changed field; its version rises. The type never changes.
pub async fn update(db: impl PgExecutor<'_>, org: OrgId, field: &Field) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update badge_fields set name = $3, is_mandatory = $4, default_value = $5, is_active = $6,
            version = version + 1, updated_on = $7, updated_by = $8, updated_by_name = $9
        where org_id = $1 and id = $2
        "#,
        org.get(),
        field.id.bytes(),
        field.name,
        field.mandatory,
        field.default_value,
        field.active,
        field.stamp.updated_on,
        field.stamp.updated_by,
        field.stamp.updated_by_name
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a field's values from all badges; says from how many.
pub async fn unlink(db: &mut PgConnection, org: OrgId, id: FieldId) -> sqlx::Result<u64> {
    let gone = sqlx::query!(
        "delete from badge_field_values where org_id = $1 and field_id = $2",
        org.get(),
        id.bytes()
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}
