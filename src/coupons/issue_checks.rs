//! Whether, and how many, coupons of a series a customer may get: the checks of spec/coupons.md 4.4 in
//! their order, over facts read under the locks. The first that fails wins.
//!
//! Why a gap counts days of the calendar: "once a day" means a new day, whatever the hour, as the
//! reference's `redemptionValidAfterDays` does.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::base::calendar::day_of;
use crate::base::ids::CouponId;
use crate::coupons::customer::Holder;
use crate::coupons::expiry;
use crate::coupons::series::{Handling, Series};

/// The most coupons of one call.
pub const MOST: i64 = 500;

/// What is known when a customer is to get coupons.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Now, after the locks.
    pub now: DateTime<Utc>,
    /// The brand's zone.
    pub zone: Tz,
    /// Coupons of the series they hold, revoked ones not counted.
    pub held: i64,
    /// One of those that is still good, the newest.
    pub usable: Option<CouponId>,
    /// When they last got one.
    pub last_issued: Option<DateTime<Utc>>,
    /// Whether they hold a coupon of a series that excludes this one.
    pub excluded: bool,
    /// Coupons issued over all.
    pub issued: i64,
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// So many may be issued; the word of what cut the rest short, if anything did.
    Grant {
        /// At least one.
        count: i64,
        /// Why not all.
        short: Option<&'static str>,
    },
    /// The coupon they hold is given again, and not counted again.
    Again {
        /// Which one.
        coupon: CouponId,
        /// Why there are not more, where more were wanted.
        short: Option<&'static str>,
    },
    /// None.
    Refuse(&'static str),
}

/// Whether the asked count is one at all.
pub fn count(asked: Option<i64>) -> Result<i64, &'static str> {
    match asked {
        None => Ok(1),
        Some(count) if count < 1 => Err("count_small"),
        Some(count) if count > MOST => Err("count"),
        Some(count) => Ok(count),
    }
}

/// The checks from the customer's status on. `several` tells whether the call asks for a number of
/// coupons: its refusals have numbers of their own.
pub fn judge(
    series: &Series,
    holder: &Holder,
    facts: &Facts,
    wanted: i64,
    several: bool,
) -> Verdict {
    if let Err(word) = holder.may_hold().and_then(|()| open(series, facts)) {
        return Verdict::Refuse(word);
    }
    let limits = &series.issue;
    let mut grant = Cut { count: wanted, short: None };
    let single = series.handling == Handling::Generic || !limits.several;
    if single {
        let generic = series.handling == Handling::Generic;
        grant.to(1, if generic { "one_generic" } else { "one_per_customer" });
        if facts.held > 0 {
            return again(series, facts, grant.short, "already_has");
        }
    }
    if let Some(max) = limits.per_customer {
        let word = if several { "customer_max_part" } else { "customer_max" };
        let room = i64::from(max) - facts.held;
        if room <= 0 {
            grant.to(1, "customer_max_part");
            return again(series, facts, grant.short, word);
        }
        grant.to(room, "customer_max_part");
    }
    if let Some(days) = limits.gap_days.filter(|days| *days > 0) {
        if facts.last_issued.is_some_and(|last| too_soon(last, facts.now, days, facts.zone)) {
            return Verdict::Refuse("issue_gap");
        }
        grant.to(1, "issue_gap");
    }
    if let Some(max) = limits.max {
        let room = max - facts.issued;
        if room <= 0 {
            return Verdict::Refuse(if several { "series_max_part" } else { "series_max" });
        }
        grant.to(room, "series_max_part");
    }
    Verdict::Grant { count: grant.count, short: grant.short }
}

/// The series itself: ours to issue, not over, not excluded.
fn open(series: &Series, facts: &Facts) -> Result<(), &'static str> {
    if series.external {
        return Err("external");
    }
    if expiry::of_series(series, facts.zone).passed(facts.now) {
        return Err("expired");
    }
    if facts.excluded { Err("excluded") } else { Ok(()) }
}

/// Over the customer's limit: the coupon they hold, where the series says so and it is still good.
fn again(
    series: &Series,
    facts: &Facts,
    short: Option<&'static str>,
    word: &'static str,
) -> Verdict {
    match facts.usable.filter(|_| series.issue.resend_existing) {
        Some(coupon) => Verdict::Again { coupon, short },
        None => Verdict::Refuse(word),
    }
}

/// Whether fewer than so many calendar days lie between.
pub fn too_soon(last: DateTime<Utc>, now: DateTime<Utc>, days: i32, zone: Tz) -> bool {
    let passed = day_of(now, zone).signed_duration_since(day_of(last, zone)).num_days();
    passed < i64::from(days)
}

/// A count that only shrinks, and what shrank it last.
struct Cut {
    count: i64,
    short: Option<&'static str>,
}

impl Cut {
    fn to(&mut self, room: i64, word: &'static str) {
        if room < self.count {
            self.count = room;
            self.short = Some(word);
        }
    }
}

#[cfg(test)]
#[path = "issue_checks_tests.rs"]
mod tests;
