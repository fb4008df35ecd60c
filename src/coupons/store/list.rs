//! The list of series, a page at a time.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};

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
    Ok(Listing { items: rows_of(db, org, &ids).await?, next: places.next })
}

/// Rows of these series, in this order.
async fn rows_of(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[SeriesId],
) -> sqlx::Result<Vec<SeriesRow>> {
    let (mut all, totals) = (load(&mut *db, org, ids).await?, totals(&mut *db, org, ids).await?);
    let rows = ids.iter().filter_map(|id| {
        let at = all.iter().position(|series| series.id == *id)?;
        let totals = totals.get(id).copied().unwrap_or_default();
        Some(SeriesRow { series: all.swap_remove(at), totals })
    });
    Ok(rows.collect())
}

/// Running series that may be short of codes on a day, the emptiest first: all that
/// [`crate::coupons::pool::of`] raises an alert for, and a few more, so the rule stays in one place.
/// Reads counters of series that can run out alone.
pub async fn short(
    db: &mut PgConnection,
    org: OrgId,
    today: NaiveDate,
    most: i64,
) -> sqlx::Result<Vec<SeriesRow>> {
    let ids = sqlx::query_scalar!(
        r#"
        select s.id as "id: SeriesId"
        from coupon_series s
        cross join lateral (
            select coalesce(sum(c.issued), 0)::bigint as issued, coalesce(sum(c.unissued), 0)::bigint as unissued
            from coupon_series_counters c where c.org_id = $1 and c.series_id = s.id
        ) t
        cross join lateral (
            select least(case when s.handling = 'DISC_CODE_PIN' then greatest(t.unissued, 0) end,
                greatest(s.max_issued - t.issued, 0)) as coupons
        ) l
        where s.org_id = $1 and s.archived_on is null and not s.external and s.valid_till >= $2
          and (s.handling = 'DISC_CODE_PIN' or s.max_issued is not null)
          and (l.coupons <= greatest(coalesce(s.notify_at, 0), t.issued / 9 + 10) or s.valid_till <= $2 + 7)
        order by l.coupons, s.id limit $3
        "#,
        org.get(),
        today,
        most
    )
    .fetch_all(&mut *db)
    .await?;
    rows_of(db, org, &ids).await
}

/// Offers to choose from in another's form: those changed since a moment, newest first, and those
/// chosen already.
pub async fn names(
    db: impl PgExecutor<'_>,
    org: OrgId,
    since: DateTime<Utc>,
    chosen: &[i64],
    most: i64,
) -> sqlx::Result<Vec<(SeriesId, String)>> {
    let rows = sqlx::query!(
        r#"
        (select id as "id!: SeriesId", description as "name!" from coupon_series
         where org_id = $1 and archived_on is null and updated_on >= $2
         order by updated_on desc, id desc limit $4)
        union
        select id, description from coupon_series
        where org_id = $1 and archived_on is null and id = any($3)
        order by 2, 1
        "#,
        org.get(),
        since,
        chosen,
        most
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
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

/// The names of these series, by their numbers.
pub async fn names_of(
    db: impl PgExecutor<'_>,
    org: OrgId,
    ids: &[i64],
) -> sqlx::Result<Vec<(SeriesId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: SeriesId", description from coupon_series
           where org_id = $1 and id = any($2) and archived_on is null order by id"#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.description)).collect())
}
