//! Walking the coupons of a scope, a chunk at a time, from a place on.
//!
//! Why the place stands in every statement, at the head of the walk too: a condition that may be absent
//! ("is null or …") is no bound of an index scan once the plan is a general one, and each chunk would
//! then begin at the head again.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BulkListId, BulkRunId, CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::bulk::{Place, Scope};

/// The next coupons of a scope made up to the border, and the place behind them; none at its end.
pub async fn next(
    db: &mut PgConnection,
    org: OrgId,
    scope: &Scope,
    border: DateTime<Utc>,
    place: &Place,
    most: i64,
) -> sqlx::Result<(Vec<CouponId>, Place)> {
    match scope {
        Scope::Series { series, wanted, begins } if begins.is_empty() => {
            of_series(db, org, *series, wanted.word(), border, place, most).await
        }
        Scope::Series { series, wanted, begins } => {
            let word = wanted.word();
            beginning_with(db, org, *series, (word, begins), border, place, most).await
        }
        Scope::Customers { series, list } => {
            of_list(db, org, *series, *list, border, place, most).await
        }
        Scope::Coupons { ids, .. } => of_ids(db, org, ids, border, place, most).await,
        Scope::Run { run } => of_run(db, org, *run, place, most).await,
    }
}

/// How many coupons a scope has, where a walk is not as quick; nothing for one that walks a range of
/// letters. Asked in the background only, once a run.
pub async fn count(
    db: &mut PgConnection,
    org: OrgId,
    scope: &Scope,
    border: DateTime<Utc>,
) -> sqlx::Result<Option<i64>> {
    match scope {
        Scope::Series { series, wanted, begins } if begins.is_empty() => {
            let total = sqlx::query_scalar!(
                r#"
                select count(*) as "total!" from coupons
                where org_id = $1 and series_id = $2 and created_on <= $3
                  and ($4 <> 'UNISSUED' or (customer_id is null and revoked_on is null))
                  and ($4 <> 'ISSUED' or (customer_id is not null and issued_on <= $3))
                  and ($4 <> 'REDEEMED' or redeemed > 0)
                  and ($4 <> 'REVOKED' or revoked_on is not null)
                  and ($4 <> 'UNREDEEMED' or (redeemed = 0 and revoked_on is null))
                "#,
                org.get(),
                series.get(),
                border,
                wanted.word(),
            )
            .fetch_one(db)
            .await?;
            Ok(Some(total))
        }
        Scope::Customers { series, list } => {
            let total = sqlx::query_scalar!(
                r#"
                select count(*) as "total!"
                from coupon_bulk_list_customers l
                join coupons c
                    on c.org_id = $1 and c.customer_id = l.customer_id and c.series_id = $2
                where l.org_id = $1 and l.list_id = $3 and c.revoked_on is null and c.issued_on <= $4
                "#,
                org.get(),
                series.get(),
                list.get(),
                border,
            )
            .fetch_one(db)
            .await?;
            Ok(Some(total))
        }
        _ => Ok(None),
    }
}

/// Codes of a series in the order they were made. `coupons_by_series` serves it.
async fn of_series(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    wanted: &str,
    border: DateTime<Utc>,
    place: &Place,
    most: i64,
) -> sqlx::Result<(Vec<CouponId>, Place)> {
    let rows = sqlx::query!(
        r#"
        select id as "id: CouponId", created_on from coupons
        where org_id = $1 and series_id = $2 and (created_on, id) > ($3, $4::bigint)
          and created_on <= $5
          and ($6 <> 'UNISSUED' or (customer_id is null and revoked_on is null))
          and ($6 <> 'ISSUED' or (customer_id is not null and issued_on <= $5))
          and ($6 <> 'REDEEMED' or redeemed > 0)
          and ($6 <> 'REVOKED' or revoked_on is not null)
          and ($6 <> 'UNREDEEMED' or (redeemed = 0 and revoked_on is null))
        order by created_on, id limit $7
        "#,
        org.get(),
        series.get(),
        place.on.unwrap_or(DateTime::UNIX_EPOCH),
        place.id,
        border,
        wanted,
        most,
    )
    .fetch_all(db)
    .await?;
    let behind = rows.last().map(|last| Place {
        on: Some(last.created_on),
        id: last.id.get(),
        ..Place::default()
    });
    let ids = rows.iter().map(|row| row.id).collect();
    Ok((ids, behind.unwrap_or_else(|| place.clone())))
}

/// Living codes that begin so, in the order of their letters: a range of `coupons_code`.
async fn beginning_with(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    (wanted, begins): (&str, &str),
    border: DateTime<Utc>,
    place: &Place,
    most: i64,
) -> sqlx::Result<(Vec<CouponId>, Place)> {
    if !begins.is_ascii() || begins.contains('\0') {
        return Ok((Vec::new(), place.clone()));
    }
    // Codes are ASCII: what begins so lies before the beginning followed by the last letter there is.
    let end = format!("{begins}\u{10ffff}");
    let rows = sqlx::query!(
        r#"
        select id as "id: CouponId", code_key from coupons
        where org_id = $1 and series_id = $2 and code_key >= $3 and code_key < $4 and code_key > $5
          and not generic and revoked_on is null and created_on <= $6
          and ($7 <> 'UNISSUED' or customer_id is null)
          and ($7 <> 'ISSUED' or (customer_id is not null and issued_on <= $6))
          and ($7 <> 'REDEEMED' or redeemed > 0)
          and ($7 <> 'UNREDEEMED' or redeemed = 0)
          and $7 <> 'REVOKED'
        order by code_key limit $8
        "#,
        org.get(),
        series.get(),
        begins,
        end,
        place.key,
        border,
        wanted,
        most,
    )
    .fetch_all(db)
    .await?;
    let behind = rows.last().map(|last| Place { key: last.code_key.clone(), ..Place::default() });
    let ids = rows.iter().map(|row| row.id).collect();
    Ok((ids, behind.unwrap_or_else(|| place.clone())))
}

/// What listed customers hold of a series, in the order of their numbers. `coupons_by_customer` serves
/// it, customer by customer.
async fn of_list(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    list: BulkListId,
    border: DateTime<Utc>,
    place: &Place,
    most: i64,
) -> sqlx::Result<(Vec<CouponId>, Place)> {
    let rows = sqlx::query!(
        r#"
        select c.id as "id: CouponId", l.customer_id as "customer: CustomerId"
        from coupon_bulk_list_customers l
        join coupons c on c.org_id = $1 and c.customer_id = l.customer_id and c.series_id = $2
        where l.org_id = $1 and l.list_id = $3 and l.customer_id >= $4
          and (l.customer_id, c.id) > ($4, $5::bigint)
          and c.revoked_on is null and c.issued_on <= $6
        order by l.customer_id, c.id limit $7
        "#,
        org.get(),
        series.get(),
        list.get(),
        place.customer,
        place.id,
        border,
        most,
    )
    .fetch_all(db)
    .await?;
    let behind = rows.last().map(|last| Place {
        customer: last.customer.get(),
        id: last.id.get(),
        ..Place::default()
    });
    let ids = rows.iter().map(|row| row.id).collect();
    Ok((ids, behind.unwrap_or_else(|| place.clone())))
}

async fn of_ids(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[CouponId],
    border: DateTime<Utc>,
    place: &Place,
    most: i64,
) -> sqlx::Result<(Vec<CouponId>, Place)> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let found = sqlx::query_scalar!(
        r#"
        select id as "id: CouponId" from coupons
        where org_id = $1 and id = any($2) and id > $3 and created_on <= $4
        order by id limit $5
        "#,
        org.get(),
        &ids,
        place.id,
        border,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(behind_last(found, place))
}

/// What a run did, in the order of the coupons' numbers.
async fn of_run(
    db: &mut PgConnection,
    org: OrgId,
    run: BulkRunId,
    place: &Place,
    most: i64,
) -> sqlx::Result<(Vec<CouponId>, Place)> {
    let found = sqlx::query_scalar!(
        r#"
        select coupon_id as "id: CouponId" from coupon_bulk_items
        where org_id = $1 and run_id = $2 and coupon_id > $3 and outcome = 'DONE'
        order by coupon_id limit $4
        "#,
        org.get(),
        run.get(),
        place.id,
        most,
    )
    .fetch_all(db)
    .await?;
    Ok(behind_last(found, place))
}

fn behind_last(found: Vec<CouponId>, place: &Place) -> (Vec<CouponId>, Place) {
    let behind = found.last().map(|last| Place { id: last.get(), ..Place::default() });
    (found, behind.unwrap_or_else(|| place.clone()))
}
