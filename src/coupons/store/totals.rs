//! The live totals of series.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

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

/// Holds the counters of series whose totals are limited, in the order of their numbers: until the act
/// ends nobody else counts there. Limited totals are counted in slot 0 alone.
pub async fn hold(db: &mut PgConnection, org: OrgId, series: &[SeriesId]) -> sqlx::Result<()> {
    let series: Vec<i64> = series.iter().map(|id| id.get()).collect();
    sqlx::query_scalar!(
        r#"select series_id from coupon_series_counters
           where org_id = $1 and series_id = any($2) and slot = 0
           order by series_id for no key update"#,
        org.get(),
        &series
    )
    .fetch_all(db)
    .await
    .map(drop)
}

/// What one act adds to a series' totals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Where: slot 0 for a limited total, any other for the rest.
    pub slot: i16,
    /// Issued.
    pub issued: i64,
    /// Redeemed, less what was reversed.
    pub redeemed: i64,
    /// Revoked.
    pub revoked: i64,
    /// Brought in or made.
    pub uploaded: i64,
    /// Waiting, less what was handed out.
    pub unissued: i64,
    /// The last issue.
    pub last_issued_on: Option<DateTime<Utc>>,
    /// The last redemption.
    pub last_redeemed_on: Option<DateTime<Utc>>,
}

/// Adds to totals, in the order of series and slot; the last thing an act locks.
pub async fn add(
    db: &mut PgConnection,
    org: OrgId,
    changes: &[(SeriesId, Change)],
) -> sqlx::Result<()> {
    let mut changes = changes.to_vec();
    changes.sort_by_key(|(series, change)| (*series, change.slot));
    let of = |part: fn(&Change) -> i64| -> Vec<i64> {
        changes.iter().map(|(_, change)| part(change)).collect()
    };
    let series: Vec<i64> = changes.iter().map(|(series, _)| series.get()).collect();
    let slots: Vec<i16> = changes.iter().map(|(_, change)| change.slot).collect();
    let issued_on: Vec<_> = changes.iter().map(|(_, change)| change.last_issued_on).collect();
    let redeemed_on: Vec<_> = changes.iter().map(|(_, change)| change.last_redeemed_on).collect();
    sqlx::query!(
        r#"
        insert into coupon_series_counters as c (org_id, series_id, slot, issued, redeemed, revoked,
            uploaded, unissued, last_issued_on, last_redeemed_on)
        select $1, n.series_id, n.slot, n.issued, n.redeemed, n.revoked, n.uploaded, n.unissued,
            n.issued_on, n.redeemed_on
        from unnest($2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[],
            $7::bigint[], $8::bigint[], $9::timestamptz[], $10::timestamptz[])
            as n (series_id, slot, issued, redeemed, revoked, uploaded, unissued, issued_on,
                  redeemed_on)
        on conflict (org_id, series_id, slot) do update set
            issued = c.issued + excluded.issued,
            redeemed = c.redeemed + excluded.redeemed,
            revoked = c.revoked + excluded.revoked,
            uploaded = c.uploaded + excluded.uploaded,
            unissued = c.unissued + excluded.unissued,
            last_issued_on = greatest(c.last_issued_on, excluded.last_issued_on),
            last_redeemed_on = greatest(c.last_redeemed_on, excluded.last_redeemed_on)
        "#,
        org.get(),
        &series,
        &slots,
        &of(|change| change.issued),
        &of(|change| change.redeemed),
        &of(|change| change.revoked),
        &of(|change| change.uploaded),
        &of(|change| change.unissued),
        &issued_on as _,
        &redeemed_on as _,
    )
    .execute(db)
    .await
    .map(drop)
}

/// The slot for a total: 0 where it is limited, else any other, so that many do not queue for one row.
pub fn slot(limited: bool) -> i16 {
    if limited { 0 } else { rand::random_range(1..SLOTS) }
}
