//! The SQL of a brand's rules.

use sqlx::PgConnection;

use crate::base::ids::OrgId;
use crate::goodwill::settings::Settings;

/// The rules; none where the brand never changed any.
pub async fn settings(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Option<Settings>> {
    sqlx::query_as!(
        Settings,
        "select enabled, reasons, version from goodwill_settings where org_id = $1",
        org.get()
    )
    .fetch_optional(db)
    .await
}

/// Writes the rules over the row, or makes it; `false` when somebody else changed them since `version`.
pub async fn save_settings(db: &mut PgConnection, org: OrgId, to: &Settings) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        insert into goodwill_settings as s (org_id, enabled, reasons, version)
        values ($1, $2, $3, $4::bigint + 1)
        on conflict (org_id) do update set enabled = excluded.enabled, reasons = excluded.reasons,
            version = excluded.version
        where s.version = $4
        "#,
        org.get(),
        to.enabled,
        &to.reasons,
        to.version,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
