//! One customer's coupons: the ends of series are told by the caller, who has the one rule for them; the
//! end of a coupon is the earlier of its own and its series', as there.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BatchId, CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::store::row::{Row, coupons};

/// The series a customer has coupons of: one step down `coupons_by_customer` for each.
pub async fn series_of(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
) -> sqlx::Result<Vec<SeriesId>> {
    sqlx::query_scalar!(
        r#"
        with recursive found as (
            (select series_id from coupons where org_id = $1 and customer_id = $2
             order by series_id limit 1)
            union all
            select (select c.series_id from coupons c
                    where c.org_id = $1 and c.customer_id = $2 and c.series_id > f.series_id
                    order by c.series_id limit 1)
            from found f where f.series_id is not null
        )
        select series_id as "series!: SeriesId" from found where series_id is not null
        "#,
        org.get(),
        customer.get()
    )
    .fetch_all(db)
    .await
}

/// What is asked for, in the words of the statements. Lists of series run in step.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The brand.
    pub org: OrgId,
    /// The customer.
    pub customer: CustomerId,
    /// The series asked for.
    pub series: Vec<i64>,
    /// From when on each series' coupons are dead.
    pub caps: Vec<DateTime<Utc>>,
    /// Whether the series' name is what the text asks for.
    pub named: Vec<bool>,
    /// Whether the customer may still redeem in the series.
    pub open: Vec<bool>,
    /// How often a code may be used; the largest number for no limit.
    pub per_code: Vec<i32>,
    /// Whether a customer may use a code once only.
    pub once_each: Vec<bool>,
    /// Issued from here on, …
    pub since: DateTime<Utc>,
    /// … and before.
    pub until: DateTime<Utc>,
    /// Take those too that were redeemed in between.
    pub used_too: bool,
    /// Dead after this instant, …
    pub dead_after: DateTime<Utc>,
    /// … and by this one.
    pub dead_by: DateTime<Utc>,
    /// A part of the code, compared; empty: any.
    pub code: String,
    /// The coupon's number, where the text is one.
    pub number: i64,
    /// Which of the unrevoked ones, by two facts: living unused, living used, dead unused, dead used.
    pub unrevoked: Vec<bool>,
    /// Whether revoked ones are meant.
    pub revoked: bool,
    /// Whether those are meant of which something is left.
    pub redeemable: bool,
    /// The moment it is judged at.
    pub now: DateTime<Utc>,
}

/// A place in an order, how many are passed over behind it and how many taken.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// The instant of the place.
    pub at: DateTime<Utc>,
    /// The coupon of the place.
    pub id: i64,
    /// How many are passed over.
    pub offset: i64,
    /// How many are taken.
    pub most: i64,
}

/// The statement over one customer's coupons: what is selected, and what stands behind the conditions.
macro_rules! held {
    ($query:ident $(, $row:ty)?; $select:literal, $tail:literal; $bounds:expr $(, $more:expr)*) => {
        sqlx::$query!(
            $($row,)?
            $select + "
            from coupons c
            cross join lateral (select array_position($3::bigint[], c.series_id) as n offset 0) s
            cross join lateral (
                select least(coalesce(c.expiry_override, c.expires_on + interval '1 second'),
                             ($4::timestamptz[])[s.n]) as dead offset 0) e
            where c.org_id = $1 and c.customer_id = $2 and c.series_id = any($3)
              and ($11 or (c.issued_on >= $9 and c.issued_on < $10))
              and (not $11 or (c.issued_on >= $9 and c.issued_on < $10) or exists (
                  select from coupon_redemptions r
                  where r.org_id = $1 and r.coupon_id = c.id
                    and r.redeemed_on >= $9 and r.redeemed_on < $10))
              and e.dead > $12 and e.dead <= $13
              and (($5::boolean[])[s.n] or position($14 in c.code_key) > 0 or c.id = $15)
              and case when c.revoked_on is not null then $17::boolean else
                  ($16::boolean[])[1 + (e.dead <= $19)::integer * 2 + (c.redeemed > 0)::integer]
                  or ($18 and e.dead > $19 and ($6::boolean[])[s.n]
                      and c.redeemed < ($7::integer[])[s.n]
                      and (not ($8::boolean[])[s.n] or c.redeemed = 0 or not exists (
                          select from coupon_redemptions r
                          where r.org_id = $1 and r.coupon_id = c.id
                            and r.customer_id = c.customer_id and r.reversed_on is null)))
                  end
            " + $tail,
            $bounds.org.get(),
            $bounds.customer.get(),
            &$bounds.series,
            &$bounds.caps,
            &$bounds.named,
            &$bounds.open,
            &$bounds.per_code,
            &$bounds.once_each,
            $bounds.since,
            $bounds.until,
            $bounds.used_too,
            $bounds.dead_after,
            $bounds.dead_by,
            $bounds.code,
            $bounds.number,
            &$bounds.unrevoked,
            $bounds.revoked,
            $bounds.redeemable,
            $bounds.now
            $(, $more)*
        )
    };
}

/// Coupons in an order, behind a place.
macro_rules! in_order {
    ($(#[$meta:meta])* $name:ident, $tail:literal) => {
        $(#[$meta])*
        pub async fn $name(
            db: &mut PgConnection,
            bounds: &Bounds,
            slice: Slice,
        ) -> sqlx::Result<Vec<Coupon>> {
            let rows = held!(
                query_as, Row;
                "select c.id as \"id: CouponId\", c.series_id as \"series: SeriesId\", c.code,
                    c.generic, c.redeemed, c.customer_id as \"customer: CustomerId\",
                    c.created_on, c.issued_on, c.issued_till_id, c.issued_by, c.issued_by_name,
                    c.expires_on, c.expiry_override, c.revoked_on, c.revoked_by_name,
                    c.revoke_reason, c.source, c.source_reference, c.metadata, c.bill_id,
                    c.transaction_number, c.batch_id as \"batch: BatchId\"",
                $tail;
                bounds, slice.at, slice.id, slice.offset, slice.most
            )
            .fetch_all(db)
            .await?;
            coupons(rows)
        }
    };
}

in_order!(
    /// Newest first: the order of `coupons_of_customer`, backwards.
    newest,
    "and (c.issued_on, c.id) < ($20, $21)
     order by c.issued_on desc, c.id desc offset $22 limit $23"
);
in_order!(
    /// Oldest first: the order of `coupons_of_customer`.
    oldest,
    "and (c.issued_on, c.id) > ($20, $21)
     order by c.issued_on, c.id offset $22 limit $23"
);
in_order!(
    /// What ends first, first: sorted, as an end hangs on its series.
    ending_first,
    "and (e.dead, c.id) > ($20, $21)
     order by e.dead, c.id offset $22 limit $23"
);
in_order!(
    /// What ends last, first.
    ending_last,
    "and (e.dead, c.id) < ($20, $21)
     order by e.dead desc, c.id desc offset $22 limit $23"
);

/// How many there are, whatever the order.
pub async fn total(db: &mut PgConnection, bounds: &Bounds) -> sqlx::Result<i64> {
    held!(query_scalar; "select count(*) as \"count!\"", ""; bounds).fetch_one(db).await
}

/// Their numbers alone with when they were issued, oldest first, behind a place.
pub async fn numbers(
    db: &mut PgConnection,
    bounds: &Bounds,
    slice: Slice,
) -> sqlx::Result<Vec<(CouponId, DateTime<Utc>)>> {
    let rows = held!(
        query;
        "select c.id as \"id: CouponId\", c.issued_on as \"issued_on!\"",
        "and (c.issued_on, c.id) > ($20, $21) order by c.issued_on, c.id offset $22 limit $23";
        bounds, slice.at, slice.id, slice.offset, slice.most
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.issued_on)).collect())
}
