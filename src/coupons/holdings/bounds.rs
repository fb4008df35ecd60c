//! From a filter to what the statements are asked: days to instants, series to lists, by the rules of
//! the room. A coupon's own end is the statement's; `tests/console/membercare_coupons_holdings.rs` holds
//! it against the rule.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::base::calendar::{day_of, start_of_day};
use crate::base::ids::{CustomerId, OrgId, SeriesId};
use crate::coupons::expiry;
use crate::coupons::holdings::filter::{HoldingFilter, HoldingStatus};
use crate::coupons::series::{Series, Totals, code_key};
use crate::coupons::store::holdings::Bounds;
use crate::customers::fold;

/// An instant nothing is issued or ends before.
pub const PAST: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

/// An instant nothing is issued or ends after.
pub fn horizon() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// What a customer has used in series, and what everybody has: asked for only where it matters.
#[derive(Debug, Default)]
pub struct Used {
    /// By the customer.
    pub own: HashMap<SeriesId, i64>,
    /// By anybody.
    pub all: HashMap<SeriesId, Totals>,
}

impl HoldingFilter {
    /// Whether it takes what is left to say which.
    pub(super) fn asks_what_is_left(&self) -> bool {
        self.statuses.contains(&HoldingStatus::Redeemable)
    }

    /// The series it lets through.
    pub(super) fn of_series(&self, all: &[Arc<Series>]) -> Vec<Arc<Series>> {
        let wanted = |series: &&Arc<Series>| {
            (self.series.is_empty() || self.series.contains(&series.id))
                && self.handling.is_none_or(|handling| series.handling == handling)
        };
        all.iter().filter(wanted).cloned().collect()
    }

    /// What the statements are asked.
    pub(super) fn bounds(
        &self,
        (org, customer): (OrgId, CustomerId),
        all: &[Arc<Series>],
        used: &Used,
        (zone, now): (Tz, DateTime<Utc>),
    ) -> Bounds {
        let series = self.of_series(all);
        let text = fold(&self.text);
        let named = |one: &Arc<Series>| text.is_empty() || one.name_key().contains(&text);
        let none = self.statuses.is_empty();
        let means = |expired, used| none || self.statuses.iter().any(|s| s.means(expired, used));
        let (dead_after, dead_by) = match self.expiring {
            Some(days) => (now, end_of(day_of(now, zone), u64::from(days), zone)),
            None => (PAST, horizon()),
        };
        Bounds {
            org,
            customer,
            caps: series.iter().map(|s| expiry::of_series(s, zone).dead_from).collect(),
            named: series.iter().map(named).collect(),
            open: series.iter().map(|one| open(one, used)).collect(),
            per_code: series.iter().map(|one| per_code(one)).collect(),
            once_each: series.iter().map(|one| !one.redeem.same_customer).collect(),
            series: series.iter().map(|one| one.id.get()).collect(),
            since: self.from.map_or(PAST, |day| start_of_day(day, zone)),
            until: self.to.map_or(horizon(), |day| end_of(day, 0, zone)),
            used_too: self.used_too && (self.from.is_some() || self.to.is_some()),
            dead_after,
            dead_by,
            code: code_key(&self.text),
            number: self.text.trim().parse().unwrap_or_default(),
            unrevoked: [(false, false), (false, true), (true, false), (true, true)]
                .map(|(expired, used)| means(expired, used))
                .to_vec(),
            revoked: (none && !self.living) || self.statuses.contains(&HoldingStatus::Revoked),
            redeemable: self.asks_what_is_left(),
            now,
        }
    }
}

/// The first instant behind a day and so many more.
fn end_of(day: NaiveDate, more: u64, zone: Tz) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(more + 1));
    next.map_or(horizon(), |next| start_of_day(next, zone))
}

/// Whether the limits of customer and series leave something (`left`).
fn open(series: &Series, used: &Used) -> bool {
    let own = used.own.get(&series.id).copied().unwrap_or_default();
    let all = used.all.get(&series.id).map_or(0, |totals| totals.redeemed);
    series.redeem.per_customer.is_none_or(|max| own < i64::from(max))
        && series.redeem.max.is_none_or(|max| all < max)
}

/// How often one code may be used (`left`).
fn per_code(series: &Series) -> i32 {
    match (series.redeem.multiple_use, series.redeem.per_code) {
        (false, _) => 1,
        (true, limit) => limit.unwrap_or(i32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    fn bounds(filter: &HoldingFilter, zone: Tz, now: &str) -> Bounds {
        let whose = (OrgId::new(1), CustomerId::new(1));
        let series = [Arc::new(samples::series())];
        filter.bounds(whose, &series, &Used::default(), (zone, now.parse().unwrap()))
    }

    #[test]
    fn days_are_whole_days_of_the_brand() {
        // 29 March 2026 has 23 hours in Berlin.
        let day = "2026-03-29".parse().ok();
        let filter = HoldingFilter { from: day, to: day, ..HoldingFilter::default() };
        let asked = bounds(&filter, Tz::Europe__Berlin, "2026-11-26T09:00:00Z");
        assert_eq!(asked.since.to_rfc3339(), "2026-03-28T23:00:00+00:00");
        assert_eq!(asked.until.to_rfc3339(), "2026-03-29T22:00:00+00:00");
    }

    #[test]
    fn within_no_days_means_by_the_end_of_today_where_the_brand_is() {
        let filter = HoldingFilter { expiring: Some(0), ..HoldingFilter::default() };
        let by = |zone, now| bounds(&filter, zone, now).dead_by.to_rfc3339();
        // It is the 27th in Kiritimati and still the 25th in Niue.
        let now = "2026-11-26T10:30:00Z";
        assert_eq!(by(Tz::Pacific__Kiritimati, now), "2026-11-27T10:00:00+00:00");
        assert_eq!(by(Tz::Pacific__Niue, now), "2026-11-26T11:00:00+00:00");
    }

    #[test]
    fn words_become_the_four_facts() {
        let of = |statuses: &[HoldingStatus], living| {
            let statuses = statuses.to_vec();
            let filter = HoldingFilter { statuses, living, ..HoldingFilter::default() };
            let asked = bounds(&filter, Tz::UTC, "2026-11-26T09:00:00Z");
            (asked.unrevoked, asked.revoked, asked.redeemable)
        };
        let (yes, no) = (true, false);
        assert_eq!(of(&[], false), (vec![yes; 4], yes, no));
        assert_eq!(of(&[], true), (vec![yes; 4], no, no));
        assert_eq!(of(&[HoldingStatus::Active], false), (vec![yes, yes, no, no], no, no));
        let both = [HoldingStatus::ExpiredUnredeemed, HoldingStatus::ActiveRedeemed];
        assert_eq!(of(&both, false), (vec![no, yes, yes, no], no, no));
        assert_eq!(of(&[HoldingStatus::Redeemable], true), (vec![no; 4], no, yes));
        assert_eq!(of(&[HoldingStatus::Revoked], true), (vec![no; 4], yes, no));
    }
}
