//! A coupon in the list.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::base::ids::{CouponId, CustomerId};
use crate::coupons::{Holding, Offer, discount, offers};
use crate::membercare::coupons::Asked;
use crate::web::time::{Stamp, count};

/// A coupon in the list.
pub struct Row {
    /// Its number.
    pub id: String,
    /// Its code, in the letters asked for.
    pub code: String,
    /// The list with it open.
    pub href: String,
    /// Whether it is open.
    pub current: bool,
    /// The series: name, number, page.
    pub series: (String, String, String),
    /// What is taken off.
    pub discount: String,
    /// When it was issued, …
    pub issued: Option<Stamp>,
    /// … and where.
    pub place: String,
    /// When it ends.
    pub ends: Stamp,
    /// Whether somebody moved that.
    pub moved: bool,
    /// How often it was used, …
    pub used: String,
    /// … and may still be.
    pub left: String,
    /// The style sheet's name and the word for how it stands.
    pub state: (&'static str, &'static str),
    /// From when it may be redeemed, where that is to come.
    pub starts: Option<Stamp>,
    /// What can be done with it.
    pub offers: Vec<Offer>,
}

/// What rows are made by.
pub struct Rows<'a> {
    /// Who looks.
    pub staff: &'a Staff,
    /// At whose coupons.
    pub customer: CustomerId,
    /// What the address says.
    pub asked: &'a Asked,
    /// The open one.
    pub open: Option<CouponId>,
    /// Codes and names of tills.
    pub tills: HashMap<i64, (String, String)>,
    /// The moment.
    pub now: DateTime<Utc>,
}

impl Rows<'_> {
    /// The row of a coupon.
    pub fn row(&self, holding: &Holding) -> Row {
        let (coupon, series, zone) = (&holding.coupon, &holding.series, self.staff.zone);
        let stamp = |at| Stamp::new(at, zone);
        let till = coupon.issue.as_ref().and_then(|issue| issue.till);
        let known = till.and_then(|id| self.tills.get(&id));
        let place = known.map(|(code, name)| if name.is_empty() { code } else { name });
        let starts =
            holding.starts(zone).filter(|at| *at > self.now && holding.standing.redeemable);
        let state = holding.standing.state;
        let back = self.asked.here(self.customer);
        Row {
            id: coupon.id.to_string(),
            code: self.asked.spelling().show(&coupon.code),
            href: self.asked.to_coupon(self.customer, coupon.id),
            current: self.open == Some(coupon.id),
            series: (
                series.description.clone(),
                series.id.to_string(),
                format!("/coupons/{}", series.id),
            ),
            discount: discount(&series.discount),
            issued: coupon.issue.as_ref().map(|issue| stamp(issue.on)),
            place: place.cloned().unwrap_or_default(),
            ends: stamp(holding.standing.end.shown),
            moved: coupon.expiry_override.is_some(),
            used: count(coupon.redeemed),
            left: holding.standing.left.map_or_else(|| "∞".to_owned(), count),
            state: (state.look(), state.label()),
            starts: starts.map(stamp),
            offers: offers(holding, self.staff, self.now, &back),
        }
    }
}
