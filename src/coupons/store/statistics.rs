//! What a series' statistics are read from: ranges of indexes, each read to a bound.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{OrgId, SeriesId};

/// Entries of a day that are read at most: a day beyond it is shown as "more than".
///
/// There is no counter for each day: it would be one more row that every till of a flash sale writes
/// to, for a picture few look at. The bound keeps the reading below some hundred milliseconds however
/// large the series is.
pub const MOST_A_DAY: i64 = 10_000;

/// Issued and redeemed in each span between two neighbours of `bounds`: ranges of `coupons_issued` and
/// `coupon_redemptions_living`, read without touching the rows.
pub async fn per_day(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    bounds: &[DateTime<Utc>],
) -> sqlx::Result<Vec<(i64, i64)>> {
    let from = &bounds[..bounds.len().saturating_sub(1)];
    let to = bounds.get(1..).unwrap_or_default();
    let rows = sqlx::query!(
        r#"
        select
            (select count(*) from (
                select from coupons c where c.org_id = $1 and c.series_id = $2 and c.customer_id is not null
                  and c.issued_on >= span.began and c.issued_on < span.ended limit $5) found) as "issued!",
            (select count(*) from (
                select from coupon_redemptions r where r.org_id = $1 and r.series_id = $2
                  and r.reversed_on is null and r.redeemed_on >= span.began and r.redeemed_on < span.ended
                limit $5) found) as "redeemed!"
        from unnest($3::timestamptz[], $4::timestamptz[]) as span (began, ended)
        order by span.began
        "#,
        org.get(),
        series.get(),
        from,
        to,
        MOST_A_DAY
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.issued, row.redeemed)).collect())
}
