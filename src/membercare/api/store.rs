//! What the v1.1 calls read of their own: the rest of a customer, and redemptions in order.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CouponId, CustomerId, OrgId, RedemptionId, SeriesId};

/// What a customer is besides name and identifiers, as v1.1 tells it.
#[derive(Debug)]
pub struct Rest {
    /// `NONE`, `MARKED`, …
    pub fraud_status: String,
    /// The code of the till they belong to.
    pub till_code: Option<String>,
    /// Its name.
    pub till_name: Option<String>,
    /// Its store's code; may be empty.
    pub store_code: Option<String>,
    /// Its store's name; may be empty.
    pub store_name: Option<String>,
}

/// The rest of a customer.
pub async fn rest(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
) -> sqlx::Result<Option<Rest>> {
    sqlx::query_as!(
        Rest,
        r#"
        select c.fraud_status, c.associated_with as "till_code?", t.name as "till_name?",
               t.store_code as "store_code?", t.store_name as "store_name?"
        from customers c
        left join tills t on t.org_id = $1 and t.code = c.associated_with
        where c.org_id = $1 and c.id = $2
        "#,
        org.get(),
        customer.get()
    )
    .fetch_optional(db)
    .await
}

/// Which redemptions of a customer are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Numbers from this one on.
    pub from: i64,
    /// Up to this one.
    pub to: i64,
    /// How many.
    pub most: i64,
    /// By number instead of by time.
    pub by_number: bool,
    /// Oldest or smallest first.
    pub ascending: bool,
}

/// A redemption with its coupon and where it happened.
#[derive(Debug)]
pub struct Redeemed {
    /// Its number.
    pub id: RedemptionId,
    /// Of which coupon.
    pub coupon: CouponId,
    /// The coupon's code as entered.
    pub code: String,
    /// Of which series.
    pub series: SeriesId,
    /// The series' name.
    pub description: String,
    /// The series' code for tills.
    pub discount_code: String,
    /// `ABS` or `PERC`.
    pub discount_type: String,
    /// The bill's number.
    pub transaction_number: Option<String>,
    /// The bill's id.
    pub bill_id: Option<String>,
    /// When.
    pub redeemed_on: DateTime<Utc>,
    /// The till's code.
    pub till_code: Option<String>,
    /// The till's name.
    pub till_name: Option<String>,
    /// Its store's code.
    pub store_code: Option<String>,
    /// Its store's name.
    pub store_name: Option<String>,
}

/// What a customer redeemed and was not taken back, in the order asked for. One customer's redemptions
/// are found by `coupon_redemptions_by_customer` and ordered among themselves.
pub async fn redeemed(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    wanted: Wanted,
) -> sqlx::Result<Vec<Redeemed>> {
    sqlx::query_as!(
        Redeemed,
        r#"
        select r.id as "id: RedemptionId", r.coupon_id as "coupon: CouponId", c.code,
               r.series_id as "series: SeriesId", s.description, s.discount_code, s.discount_type,
               r.transaction_number, r.bill_id, r.redeemed_on, t.code as "till_code?",
               t.name as "till_name?", t.store_code as "store_code?", t.store_name as "store_name?"
        from coupon_redemptions r
        join coupons c on c.org_id = $1 and c.id = r.coupon_id
        join coupon_series s on s.org_id = $1 and s.id = r.series_id
        left join tills t on t.org_id = $1 and t.id = r.redeemed_till_id
        where r.org_id = $1 and r.customer_id = $2 and r.reversed_on is null
          and r.id between $3 and $4
        order by case when $6 or $7 then null else r.redeemed_on end desc nulls last,
                 case when $7 and not $6 then r.redeemed_on end asc nulls last,
                 case when $7 then r.id end asc, r.id desc
        limit $5
        "#,
        org.get(),
        customer.get(),
        wanted.from,
        wanted.to,
        wanted.most,
        wanted.by_number,
        wanted.ascending
    )
    .fetch_all(db)
    .await
}

/// How many a customer redeemed that were not taken back.
pub async fn count_redeemed(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from coupon_redemptions
           where org_id = $1 and customer_id = $2 and reversed_on is null"#,
        org.get(),
        customer.get()
    )
    .fetch_one(db)
    .await
}

/// Tills of a place: those the coupons of an "issued at" filter came from.
pub async fn tills_of(
    db: &mut PgConnection,
    org: OrgId,
    kind: &str,
    value: &str,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"
        select id from tills
        where org_id = $1 and (($2 = 'TILL' and code = $3) or ($2 = 'STORE' and store_code = $3))
        "#,
        org.get(),
        kind,
        value
    )
    .fetch_all(db)
    .await
}
