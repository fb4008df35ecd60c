//! Series by the places they can be redeemed at.

use chrono::NaiveDate;
use sqlx::PgExecutor;

use crate::base::ids::{OrgId, SeriesId};

/// Series that run and can be redeemed at any of these places, by number; those without any restriction
/// can everywhere. What a till's store may redeem, the till may: a store is known by its code.
pub async fn redeemable_at(
    db: impl PgExecutor<'_>,
    org: OrgId,
    today: NaiveDate,
    kind: &str,
    places: &[i64],
) -> sqlx::Result<Vec<SeriesId>> {
    sqlx::query_scalar!(
        r#"
        select s.id as "id: SeriesId" from coupon_series s
        where s.org_id = $1 and s.archived_on is null and s.valid_till >= $2
          and (s.places = '[]' or exists (
              select from jsonb_array_elements(s.places) p
              where (p ->> 'redemptionOrgEntityType' = $3 and (p ->> 'orgEntityId')::bigint = any($4))
                 or ($3 = 'TILL' and p ->> 'redemptionOrgEntityType' = 'STORE'
                     and p ->> 'orgEntityId' in (
                         select t.store_code from tills t where t.org_id = $1 and t.id = any($4)))))
        order by s.id
        "#,
        org.get(),
        today,
        kind,
        places
    )
    .fetch_all(db)
    .await
}
