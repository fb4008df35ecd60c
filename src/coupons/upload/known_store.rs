//! What is known of the coupons and customers of a chunk of redemptions: locked, read once, carried on.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{CouponId, CustomerId, OrgId, SeriesId};
use crate::coupons::left::Uses;
use crate::coupons::series::Series;

/// A coupon of the chunk, locked.
pub(super) struct Coupon {
    pub(super) id: CouponId,
    pub(super) code: String,
    pub(super) holder: Option<CustomerId>,
    pub(super) revoked: bool,
    key: String,
    generic: bool,
    redeemed: i32,
}

/// What is known of the coupons and customers of a chunk, carried on row by row.
pub(super) struct Known {
    coupons: HashMap<CouponId, Coupon>,
    keys: HashMap<(String, Option<CustomerId>), CouponId>,
    by_customer: HashMap<(CouponId, CustomerId), i64>,
    of_customer: HashMap<CustomerId, i64>,
    there: HashSet<(CouponId, CustomerId, DateTime<Utc>)>,
    in_series: i64,
}

impl Known {
    /// Locks the coupons named and reads how often they were used.
    pub(super) async fn load(
        db: &mut PgConnection,
        org: OrgId,
        series: &Series,
        named: &[(Option<i64>, String)],
        customers: &[i64],
    ) -> sqlx::Result<Self> {
        let ids: Vec<i64> = named.iter().filter_map(|(id, _)| *id).collect();
        let keys: Vec<String> = named.iter().map(|(_, key)| key.clone()).collect();
        let coupons = coupons(db, org, series.id, &ids, &keys, customers).await?;
        let (mut by_key, mut by_id) = (HashMap::new(), HashMap::new());
        for coupon in coupons {
            let holder = if coupon.generic { coupon.holder } else { None };
            let place = (coupon.key.clone(), holder);
            // A living coupon answers before a revoked one of the same code.
            if !coupon.revoked || !by_key.contains_key(&place) {
                by_key.insert(place, coupon.id);
            }
            by_id.insert(coupon.id, coupon);
        }
        let mut known = Known {
            coupons: by_id,
            keys: by_key,
            by_customer: HashMap::new(),
            of_customer: HashMap::new(),
            there: HashSet::new(),
            in_series: lock_redeemed(db, org, series).await?,
        };
        known.load_uses(db, org, series, customers).await?;
        Ok(known)
    }

    async fn load_uses(
        &mut self,
        db: &mut PgConnection,
        org: OrgId,
        series: &Series,
        customers: &[i64],
    ) -> sqlx::Result<()> {
        let ids: Vec<i64> = self.coupons.keys().map(|id| id.get()).collect();
        let rows = sqlx::query!(
            r#"
            select coupon_id as "coupon: CouponId", customer_id as "customer: CustomerId", redeemed_on
            from coupon_redemptions
            where org_id = $1 and coupon_id = any($2) and reversed_on is null
            "#,
            org.get(),
            &ids,
        )
        .fetch_all(&mut *db)
        .await?;
        for row in rows {
            *self.by_customer.entry((row.coupon, row.customer)).or_default() += 1;
            self.there.insert((row.coupon, row.customer, row.redeemed_on));
        }
        if series.redeem.per_customer.is_some() {
            let rows = sqlx::query!(
                r#"
                select customer_id as "customer: CustomerId", count(*) as "uses!"
                from coupon_redemptions
                where org_id = $1 and series_id = $2 and customer_id = any($3) and reversed_on is null
                group by customer_id
                "#,
                org.get(),
                series.id.get(),
                customers,
            )
            .fetch_all(db)
            .await?;
            self.of_customer = rows.into_iter().map(|row| (row.customer, row.uses)).collect();
        }
        Ok(())
    }

    /// The coupon a row names: by number, or by code; of a common code the customer's own copy.
    pub(super) fn coupon(
        &self,
        id: Option<i64>,
        key: &str,
        customer: CustomerId,
    ) -> Option<&Coupon> {
        if let Some(id) = id {
            return self.coupons.get(&CouponId::new(id));
        }
        let own = self.keys.get(&(key.to_owned(), Some(customer)));
        let found = own.or_else(|| self.keys.get(&(key.to_owned(), None)));
        found.and_then(|id| self.coupons.get(id))
    }

    /// Whether this very redemption is there.
    pub(super) fn has(&self, coupon: CouponId, customer: CustomerId, at: DateTime<Utc>) -> bool {
        self.there.contains(&(coupon, customer, at))
    }

    /// How often the coupon and its series were used.
    pub(super) fn uses(&self, coupon: CouponId, customer: CustomerId) -> Uses {
        Uses {
            of_code: self.coupons.get(&coupon).map_or(0, |coupon| coupon.redeemed.into()),
            of_code_by_customer: self.by_customer.get(&(coupon, customer)).copied().unwrap_or(0),
            in_series_by_customer: self.of_customer.get(&customer).copied().unwrap_or(0),
            in_series: self.in_series,
        }
    }

    /// Counts one more.
    pub(super) fn count(&mut self, coupon: CouponId, customer: CustomerId, at: DateTime<Utc>) {
        if let Some(coupon) = self.coupons.get_mut(&coupon) {
            coupon.redeemed += 1;
        }
        *self.by_customer.entry((coupon, customer)).or_default() += 1;
        *self.of_customer.entry(customer).or_default() += 1;
        self.there.insert((coupon, customer, at));
        self.in_series += 1;
    }
}

/// The coupons of a chunk, locked in the order of their numbers. Codes are looked up by the index that
/// holds them: living ones, revoked ones, and the customers' copies of a common code.
async fn coupons(
    db: &mut PgConnection,
    org: OrgId,
    series: SeriesId,
    ids: &[i64],
    keys: &[String],
    customers: &[i64],
) -> sqlx::Result<Vec<Coupon>> {
    let ids = sqlx::query_scalar!(
        r#"
        select id as "id!" from coupons
        where org_id = $1 and id = any($3) and series_id = $2
        union
        select id from coupons
        where org_id = $1 and code_key = any($4) and series_id = $2 and not generic and revoked_on is null
        union
        select id from coupons
        where org_id = $1 and code_key = any($4) and series_id = $2 and not generic and revoked_on is not null
        union
        select id from coupons
        where org_id = $1 and series_id = $2 and customer_id = any($5) and generic and revoked_on is null
            and code_key = any($4)
        "#,
        org.get(),
        series.get(),
        ids,
        keys,
        customers,
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query_as!(
        Coupon,
        r#"
        select id as "id: CouponId", code, customer_id as "holder: CustomerId",
            (revoked_on is not null) as "revoked!", code_key as key, generic, redeemed
        from coupons
        where org_id = $1 and id = any($2)
        order by id
        for no key update
        "#,
        org.get(),
        &ids,
    )
    .fetch_all(db)
    .await
}

/// Redemptions of a series; where their number is limited, its counter's slot 0 is locked first.
async fn lock_redeemed(db: &mut PgConnection, org: OrgId, series: &Series) -> sqlx::Result<i64> {
    if series.redeem.max.is_none() {
        return Ok(0);
    }
    sqlx::query_scalar!(
        r#"
        select redeemed from coupon_series_counters
        where org_id = $1 and series_id = $2 and slot = 0 for update
        "#,
        org.get(),
        series.id.get(),
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"
        select coalesce(sum(redeemed), 0)::bigint as "redeemed!" from coupon_series_counters
        where org_id = $1 and series_id = $2
        "#,
        org.get(),
        series.id.get(),
    )
    .fetch_one(db)
    .await
}
