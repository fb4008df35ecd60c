//! The live totals of series.

use std::collections::HashMap;

use sqlx::PgExecutor;

use crate::base::ids::{OrgId, SeriesId};
use crate::coupons::series::Totals;

/// How many slots the totals of an unlimited series are spread over.
pub const SLOTS: i16 = 16;

/// The totals of several series.
pub async fn totals(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[SeriesId],
) -> sqlx::Result<HashMap<SeriesId, Totals>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = sqlx::query!(
        r#"
        select series_id as "id: SeriesId", sum(issued)::bigint as "issued!",
            sum(redeemed)::bigint as "redeemed!", sum(revoked)::bigint as "revoked!",
            sum(uploaded)::bigint as "uploaded!", sum(unissued)::bigint as "unissued!",
            max(last_issued_on) as last_issued_on, max(last_redeemed_on) as last_redeemed_on
        from coupon_series_counters
        where org_id = $1 and series_id = any($2)
        group by series_id
        "#,
        org.get(),
        &ids
    )
    .fetch_all(db)
    .await?;
    let totals = rows.into_iter().map(|row| {
        let totals = Totals {
            issued: row.issued,
            redeemed: row.redeemed,
            revoked: row.revoked,
            uploaded: row.uploaded,
            unissued: row.unissued,
            last_issued_on: row.last_issued_on,
            last_redeemed_on: row.last_redeemed_on,
        };
        (row.id, totals)
    });
    Ok(totals.collect())
}
