//! One customer's coupons: filtered, in order, a page at a time or by offset and count, each with how it
//! stands. What the customer's page, bulk work over "all that match" and the calls share.
//!
//! ```text
//! let held = Holdings::of(db, org, customer, zone, now).await?;   // the series they have coupons of
//! held.page(db, &filter, after, 20)      a page and the place of the next: the console
//! held.slice(db, &filter, offset, limit) by offset: the calls
//! held.total(db, &filter)                how many match: of one customer, so it may be counted
//! held.numbers(db, &filter, after, 500)  the coupons' numbers, oldest first: bulk work
//! judge(db, org, coupons, zone, now)     how any coupons stand, whoever holds them
//! ```
//!
//! Words: a *holding* is a coupon with its series and how it stands for its holder.
//!
//! Invariants
//! 1. How a coupon stands is said by [`standing`] alone, and when it ends by `expiry`. The statements
//!    sift by the same facts; a test holds both against each other over random coupons
//!    (`tests/console/membercare_coupons_holdings.rs`).
//! 2. A page by issue is a range of `coupons_of_customer`, however many coupons the customer has.
//! 3. Places are instants and numbers that no deed changes where the order is by issue: a walk by
//!    [`Holdings::numbers`] meets every coupon once, whatever is done to those behind it.

mod bounds;
mod filter;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::base::calendar::{day_of, start_of_day};
use crate::base::error::Result;
use crate::base::ids::{CouponId, CustomerId, OrgId, SeriesId};
use crate::base::list::Listing;
use crate::coupons::coupon::Coupon;
use crate::coupons::expiry::{self, End};
use crate::coupons::left::Uses;
use crate::coupons::series::Series;
use crate::coupons::state::{Standing, standing};
use crate::coupons::store::holdings::{self as rows, Bounds, Slice};
use crate::coupons::store::{self, redeem, totals};
use bounds::{PAST, Used, horizon};
pub use filter::{HoldingAfter, HoldingFilter, HoldingSort, HoldingStatus};

/// A coupon with its series and how it stands for its holder.
#[derive(Debug, Clone)]
pub struct Holding {
    /// The coupon; `coupon.redeemed` is how often it was used.
    pub coupon: Coupon,
    /// Its series.
    pub series: Arc<Series>,
    /// State, effective end, uses left.
    pub standing: Standing,
    /// How often it and its series were used.
    pub uses: Uses,
}

impl Holding {
    /// When it would end if nobody had moved its end, series aside.
    pub fn natural(&self, zone: Tz) -> End {
        self.coupon.expires_on.map_or_else(|| expiry::of_series(&self.series, zone), End::second)
    }

    /// When its series ends.
    pub fn of_series(&self, zone: Tz) -> End {
        expiry::of_series(&self.series, zone)
    }

    /// The first instant it may be redeemed at: the series' first day, or so many days after its issue.
    pub fn starts(&self, zone: Tz) -> Option<DateTime<Utc>> {
        let days = u64::try_from(self.series.redeem.after_days).unwrap_or(0);
        let issued = self.coupon.issue.as_ref().map(|issue| day_of(issue.on, zone));
        let after =
            issued.filter(|_| days > 0).and_then(|day| day.checked_add_days(Days::new(days)));
        let first = self.series.redeem.from.max(after);
        first.map(|day| start_of_day(day, zone))
    }

    fn place(&self, sort: HoldingSort) -> HoldingAfter {
        let issued = self.coupon.issue.as_ref().map_or(self.coupon.created_on, |issue| issue.on);
        let at = match sort {
            HoldingSort::Issued => issued,
            HoldingSort::Expires => self.standing.end.dead_from,
        };
        HoldingAfter { at, id: self.coupon.id }
    }
}

/// A customer's coupons, at one moment.
#[derive(Debug)]
pub struct Holdings {
    org: OrgId,
    customer: CustomerId,
    zone: Tz,
    now: DateTime<Utc>,
    series: Vec<Arc<Series>>,
}

impl Holdings {
    /// The coupons of a customer, judged at a moment in the brand's zone.
    pub async fn of(
        db: &mut PgConnection,
        org: OrgId,
        customer: CustomerId,
        zone: Tz,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let ids = rows::series_of(&mut *db, org, customer).await?;
        let series = store::series::load(&mut *db, org, &ids).await?;
        let series = series.into_iter().map(Arc::new).collect();
        Ok(Holdings { org, customer, zone, now, series })
    }

    /// The series the customer has coupons of, by number.
    pub fn series(&self) -> &[Arc<Series>] {
        &self.series
    }

    /// A page in the order asked for, from behind a place.
    pub async fn page(
        &self,
        db: &mut PgConnection,
        filter: &HoldingFilter,
        after: Option<HoldingAfter>,
        size: usize,
    ) -> Result<Listing<Holding, HoldingAfter>> {
        let most = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
        let found = self.found(db, filter, after, (0, most)).await?;
        Ok(Listing::trim(found, size, |holding| holding.place(filter.sort)))
    }

    /// So many behind the first so many, in the order asked for.
    pub async fn slice(
        &self,
        db: &mut PgConnection,
        filter: &HoldingFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Holding>> {
        self.found(db, filter, None, (offset.max(0), limit.max(0))).await
    }

    /// How many match.
    pub async fn total(&self, db: &mut PgConnection, filter: &HoldingFilter) -> Result<i64> {
        let bounds = self.bounds(&mut *db, filter).await?;
        Ok(rows::total(db, &bounds).await?)
    }

    /// The numbers of those that match, oldest issue first whatever the order, from behind a place.
    pub async fn numbers(
        &self,
        db: &mut PgConnection,
        filter: &HoldingFilter,
        after: Option<HoldingAfter>,
        size: usize,
    ) -> Result<Listing<CouponId, HoldingAfter>> {
        let bounds = self.bounds(&mut *db, filter).await?;
        let most = i64::try_from(size).unwrap_or(i64::MAX - 1) + 1;
        let slice = head(after, true, (0, most));
        let found = rows::numbers(db, &bounds, slice).await?;
        let page = Listing::trim(found, size, |(id, at)| HoldingAfter { at: *at, id: *id });
        let items = page.items.into_iter().map(|(id, _)| id).collect();
        Ok(Listing { items, next: page.next })
    }

    async fn found(
        &self,
        db: &mut PgConnection,
        filter: &HoldingFilter,
        after: Option<HoldingAfter>,
        span: (i64, i64),
    ) -> Result<Vec<Holding>> {
        let bounds = self.bounds(&mut *db, filter).await?;
        let slice = head(after, filter.ascending, span);
        let coupons = match (filter.sort, filter.ascending) {
            (HoldingSort::Issued, false) => rows::newest(&mut *db, &bounds, slice).await?,
            (HoldingSort::Issued, true) => rows::oldest(&mut *db, &bounds, slice).await?,
            (HoldingSort::Expires, true) => rows::ending_first(&mut *db, &bounds, slice).await?,
            (HoldingSort::Expires, false) => rows::ending_last(&mut *db, &bounds, slice).await?,
        };
        let known = self.series.iter().map(|series| (series.id, series.clone())).collect();
        stand(db, self.org, coupons, &known, (self.zone, self.now)).await
    }

    async fn bounds(&self, db: &mut PgConnection, filter: &HoldingFilter) -> Result<Bounds> {
        let mut used = Used::default();
        if filter.asks_what_is_left() {
            let ids: Vec<SeriesId> =
                filter.of_series(&self.series).iter().map(|one| one.id).collect();
            let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
            let whose = [self.customer.get()];
            let own = redeem::past_of_many(&mut *db, self.org, &whose, &numbers).await?;
            used.own = own.into_iter().map(|((_, series), count)| (series, count)).collect();
            used.all = totals::totals(&mut *db, self.org, &ids).await?;
        }
        let whose = (self.org, self.customer);
        Ok(filter.bounds(whose, &self.series, &used, (self.zone, self.now)))
    }
}

/// The place to begin behind: the one given, or the head of the order.
fn head(after: Option<HoldingAfter>, ascending: bool, (offset, most): (i64, i64)) -> Slice {
    let (at, id) = match (after, ascending) {
        // A place comes from an address: nothing beyond what the database can hold.
        (Some(place), _) => (place.at.clamp(PAST, horizon()), place.id.get()),
        (None, true) => (PAST, 0),
        (None, false) => (horizon(), i64::MAX),
    };
    Slice { at, id, offset, most }
}

/// How coupons stand, each for its holder, in the order given.
pub async fn judge(
    db: &mut PgConnection,
    org: OrgId,
    coupons: Vec<Coupon>,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<Vec<Holding>> {
    let ids: HashSet<SeriesId> = coupons.iter().map(|coupon| coupon.series).collect();
    let ids: Vec<SeriesId> = ids.into_iter().collect();
    let series = store::series::load(&mut *db, org, &ids).await?;
    let known = series.into_iter().map(|series| (series.id, Arc::new(series))).collect();
    stand(db, org, coupons, &known, (zone, now)).await
}

async fn stand(
    db: &mut PgConnection,
    org: OrgId,
    coupons: Vec<Coupon>,
    known: &HashMap<SeriesId, Arc<Series>>,
    (zone, now): (Tz, DateTime<Utc>),
) -> Result<Vec<Holding>> {
    let counted = Counted::of(db, org, &coupons).await?;
    let mut holdings = Vec::with_capacity(coupons.len());
    for coupon in coupons {
        let Some(series) = known.get(&coupon.series) else { continue };
        let uses = counted.uses(&coupon);
        let standing = standing(&coupon, series, &uses, zone, now);
        holdings.push(Holding { coupon, series: series.clone(), standing, uses });
    }
    Ok(holdings)
}

/// What was used so far, of several coupons at once.
struct Counted {
    by_holder: HashMap<(CouponId, CustomerId), i64>,
    in_series: HashMap<(CustomerId, SeriesId), i64>,
    all: HashMap<SeriesId, i64>,
}

impl Counted {
    async fn of(db: &mut PgConnection, org: OrgId, coupons: &[Coupon]) -> Result<Self> {
        let used = coupons.iter().filter(|coupon| coupon.redeemed > 0);
        let pairs: Vec<(CouponId, CustomerId)> =
            used.filter_map(|coupon| Some((coupon.id, coupon.holder()?))).collect();
        let holders: HashSet<CustomerId> = coupons.iter().filter_map(Coupon::holder).collect();
        let series: HashSet<SeriesId> = coupons.iter().map(|coupon| coupon.series).collect();
        let series: Vec<SeriesId> = series.into_iter().collect();
        let customers: Vec<i64> = holders.iter().map(|id| id.get()).collect();
        let numbers: Vec<i64> = series.iter().map(|id| id.get()).collect();
        let all = totals::totals(&mut *db, org, &series).await?;
        Ok(Counted {
            by_holder: redeem::uses(&mut *db, org, &pairs).await?,
            in_series: redeem::past_of_many(&mut *db, org, &customers, &numbers).await?,
            all: all.into_iter().map(|(id, totals)| (id, totals.redeemed)).collect(),
        })
    }

    fn uses(&self, coupon: &Coupon) -> Uses {
        let holder = coupon.holder();
        let by = |id| self.by_holder.get(&(coupon.id, id)).copied();
        let within = |id| self.in_series.get(&(id, coupon.series)).copied();
        Uses {
            of_code: i64::from(coupon.redeemed),
            of_code_by_customer: holder.and_then(by).unwrap_or_default(),
            in_series_by_customer: holder.and_then(within).unwrap_or_default(),
            in_series: self.all.get(&coupon.series).copied().unwrap_or_default(),
        }
    }
}
