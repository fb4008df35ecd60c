//! Where coupons came from, as far as other rooms know.

use sqlx::PgConnection;

use crate::base::ids::{BadgeId, OrgId};

/// The badge whose issue this is, by the issue's number.
pub async fn badge_of_issue(
    db: &mut PgConnection,
    org: OrgId,
    issue: [u8; 12],
) -> sqlx::Result<Option<(BadgeId, String)>> {
    let row = sqlx::query!(
        r#"
        select b.id as "id: BadgeId", b.name
        from badge_earns e
        join badges b on b.org_id = $1 and b.id = e.badge_id
        where e.org_id = $1 and e.id = $2
        "#,
        org.get(),
        &issue[..]
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.name)))
}
