//! Which codes a file brings in vain.

use std::collections::HashSet;

use sqlx::PgConnection;

use crate::base::ids::OrgId;

/// Which of these codes cannot be taken: a living coupon has them, or an offer has them for its common
/// code. `coupons_code` and `coupon_series_generic_code` serve it.
pub(super) async fn taken(
    db: &mut PgConnection,
    org: OrgId,
    keys: &[String],
) -> sqlx::Result<HashSet<String>> {
    let keys = sqlx::query_scalar!(
        r#"
        select code_key as "key!" from coupons
        where org_id = $1 and code_key = any($2) and not generic and revoked_on is null
        union all
        select generic_key from coupon_series
        where org_id = $1 and generic_key = any($2) and archived_on is null
        "#,
        org.get(),
        keys,
    )
    .fetch_all(db)
    .await?;
    Ok(keys.into_iter().collect())
}
