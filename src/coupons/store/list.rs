//! The list of series, a page at a time.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{OrgId, SeriesId};
use crate::base::list::Listing;
use crate::coupons::list::{SeriesAfter, SeriesFilter, SeriesRow, SeriesSort};
use crate::coupons::store::series::load;
use crate::coupons::store::totals::totals;
use crate::customers::fold;

/// A row's place in the order asked for.
struct Place {
    id: SeriesId,
    at: DateTime<Utc>,
}

/// A page of series. Served by `coupon_series_by_change` or `coupon_series_by_creation`; a brand has
/// thousands at most, so a search in the name may look at each.
pub async fn page(
    db: &mut PgConnection,
    org: OrgId,
    filter: &SeriesFilter,
    size: usize,
) -> sqlx::Result<Listing<SeriesRow, SeriesAfter>> {
    let search = filter.search.as_deref().map(fold).filter(|text| !text.is_empty());
    let after = filter.after;
    let rows = match filter.sort {
        SeriesSort::Changed => {
            sqlx::query_as!(
                Place,
                r#"
                select id as "id: SeriesId", updated_on as at from coupon_series
                where org_id = $1 and archived_on is null
                  and ($2::text is null or position($2 in name_key) > 0)
                  and ($3::date is null or valid_till >= $3)
                  and ($4::text is null or handling = $4)
                  and ($5::text is null or owned_by = $5)
                  and ($6::timestamptz is null or (updated_on, id) < ($6, $7::bigint))
                order by updated_on desc, id desc limit $8
                "#,
                org.get(),
                search.as_deref(),
                filter.live_on,
                filter.handling.map(|handling| handling.wire()),
                filter.claimed_by.as_deref(),
                after.map(|place| place.at),
                after.map(|place| place.id.get()),
                size as i64 + 1
            )
            .fetch_all(&mut *db)
            .await?
        }
        SeriesSort::Created => {
            sqlx::query_as!(
                Place,
                r#"
                select id as "id: SeriesId", created_on as at from coupon_series
                where org_id = $1 and archived_on is null
                  and ($2::text is null or position($2 in name_key) > 0)
                  and ($3::date is null or valid_till >= $3)
                  and ($4::text is null or handling = $4)
                  and ($5::text is null or owned_by = $5)
                  and ($6::timestamptz is null or (created_on, id) < ($6, $7::bigint))
                order by created_on desc, id desc limit $8
                "#,
                org.get(),
                search.as_deref(),
                filter.live_on,
                filter.handling.map(|handling| handling.wire()),
                filter.claimed_by.as_deref(),
                after.map(|place| place.at),
                after.map(|place| place.id.get()),
                size as i64 + 1
            )
            .fetch_all(&mut *db)
            .await?
        }
    };
    let places = Listing::trim(rows, size, |row| SeriesAfter { at: row.at, id: row.id });
    let ids: Vec<SeriesId> = places.items.iter().map(|place| place.id).collect();
    let (mut all, totals) = (load(&mut *db, org, &ids).await?, totals(&mut *db, org, &ids).await?);
    let rows = ids.iter().filter_map(|id| {
        let at = all.iter().position(|series| series.id == *id)?;
        let totals = totals.get(id).copied().unwrap_or_default();
        Some(SeriesRow { series: all.swap_remove(at), totals })
    });
    Ok(Listing { items: rows.collect(), next: places.next })
}

/// All series of the brand that are not archived, by number: what the wire's "all" means.
pub async fn all_ids(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Vec<SeriesId>> {
    sqlx::query_scalar!(
        r#"select id as "id: SeriesId" from coupon_series
           where org_id = $1 and archived_on is null order by id"#,
        org.get()
    )
    .fetch_all(db)
    .await
}
