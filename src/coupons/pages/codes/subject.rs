//! What a form is about: coupons that were picked, or all of a customer in a series that are active.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::base::permission::Permission;
use crate::coupons::holdings::{Holding, HoldingFilter, HoldingStatus, Holdings, judge};
use crate::coupons::series::Series;
use crate::coupons::store;
use crate::web::address::encoded;
use crate::web::call::own_path;
use crate::web::chrome::{Chrome, Nav};

/// What the address of a form says.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Coupons by number.
    pub pick: Vec<String>,
    /// All of this customer …
    pub customer: String,
    /// … in this series.
    pub series: String,
    /// Where to go back to.
    pub back: String,
}

/// Reads the address, whatever it says.
impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &S,
    ) -> std::result::Result<Self, Self::Rejection> {
        let read = Query::<Asked>::from_request_parts(parts, state).await;
        Ok(read.map(|Query(asked)| asked).unwrap_or_default())
    }
}

impl Asked {
    fn picks(&self) -> Vec<CouponId> {
        let mut ids: Vec<CouponId> = self.pick.iter().filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Customer and series, where all of both are meant.
    fn whole(&self) -> Option<(CustomerId, SeriesId)> {
        let picked = !self.pick.is_empty();
        let both = Some((self.customer.parse().ok()?, self.series.parse().ok()?));
        both.filter(|_| !picked)
    }
}

/// Coupons of a form.
#[derive(Debug)]
pub struct Subject {
    /// The coupons, by number; one more than may be served at once where there are too many.
    pub holdings: Vec<Holding>,
    /// Customer and series, where all active ones of both are meant.
    pub whole: Option<(CustomerId, SeriesId)>,
    /// How many may be served at once.
    pub most: usize,
    asked: Asked,
}

impl Subject {
    /// The coupons asked for. Numbers nobody has, other brands' too, are left out; none left: not found.
    pub async fn load(app: &App, staff: &Staff, asked: Asked, most: usize) -> Result<Self> {
        staff.require(Permission::ServeCoupons)?;
        let mut db = app.read(staff.org).await?;
        let (org, zone, now) = (staff.org, staff.zone, app.clock.now());
        let whole = asked.whole();
        let holdings = match whole {
            Some((customer, series)) => {
                let filter = HoldingFilter {
                    series: vec![series],
                    statuses: vec![HoldingStatus::ActiveUnredeemed],
                    ..HoldingFilter::default()
                };
                let held = Holdings::of(&mut db, org, customer, zone, now).await?;
                let limit = i64::try_from(most).unwrap_or(i64::MAX - 1) + 1;
                held.slice(&mut db, &filter, 0, limit).await?
            }
            None => {
                let picks = asked.picks();
                let picks = &picks[..picks.len().min(most + 1)];
                let coupons = store::coupons::load(&mut *db, org, picks).await?;
                judge(&mut db, org, coupons, zone, now).await?
            }
        };
        if holdings.is_empty() && whole.is_none() {
            return Err(Error::NotFound);
        }
        Ok(Subject { holdings, whole, most, asked })
    }

    /// The series of them all.
    pub fn series(&self) -> Option<&Series> {
        self.holdings.first().map(|holding| &*holding.series)
    }

    /// Their numbers.
    pub fn ids(&self) -> Vec<CouponId> {
        self.holdings.iter().map(|holding| holding.coupon.id).collect()
    }

    /// Whether they are of several series.
    fn mixed(&self) -> bool {
        let first = self.series().map(|series| series.id);
        self.holdings.iter().any(|one| Some(one.series.id) != first)
    }

    /// Why nothing can be done with them together.
    pub fn trouble(&self) -> Option<String> {
        if self.mixed() {
            let mut names: Vec<&str> =
                self.holdings.iter().map(|one| one.series.description.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let names = names.join("”, “");
            return Some(format!(
                "These are coupons of several offers: “{names}”. Choose coupons of one offer; the \
                 filter for offers helps."
            ));
        }
        (self.holdings.len() > self.most).then(|| {
            format!(
                "At most {} coupons can be chosen at once. For more, use “All that match” above the \
                 list.",
                self.most
            )
        })
    }

    /// "QWERTZ" or "3 coupons of “Diwali”".
    pub fn label(&self) -> String {
        match (self.holdings.as_slice(), self.whole) {
            ([one], None) => one.coupon.code.clone(),
            ([one], Some(_)) => format!("1 coupon of “{}”", one.series.description),
            ([], _) => "coupons".to_owned(),
            (many, _) if self.mixed() => format!("{} coupons", many.len()),
            ([first, ..], _) => {
                format!("{} coupons of “{}”", self.holdings.len(), first.series.description)
            }
        }
    }

    /// The only coupon, where one was picked.
    pub fn only(&self) -> Option<&Holding> {
        match (self.holdings.as_slice(), self.whole) {
            ([one], None) => Some(one),
            _ => None,
        }
    }

    /// The page to return to.
    pub fn back(&self) -> String {
        let own = own_path(&self.asked.back).map(str::to_owned);
        let page = || match (self.only(), self.whole) {
            (Some(one), _) => format!("/coupons/codes/{}", one.coupon.id),
            (None, Some((customer, _))) => format!("/customers/{customer}/coupons"),
            (None, None) => "/coupons/codes".to_owned(),
        };
        own.unwrap_or_else(page)
    }

    /// The address of the form, with what it is about.
    pub fn action(&self, noun: &str) -> String {
        let mut pairs = Vec::new();
        match self.whole {
            Some((customer, series)) => {
                pairs.push(format!("customer={customer}&series={series}"));
            }
            None => pairs.extend(self.holdings.iter().map(|one| format!("pick={}", one.coupon.id))),
        }
        pairs.push(format!("back={}", encoded(&self.back())));
        format!("/coupons/codes/{noun}?{}", pairs.join("&"))
    }
}

/// The shell of these pages.
pub fn chrome(staff: &Staff, title: &str) -> Chrome {
    Chrome::new(staff, Nav::Codes).crumb("Find a code", "/coupons/codes").title(title)
}
