//! How many coupons of a series can still be issued, and when somebody should hear of it.
//!
//! A *pool* is what can run out: stock where codes are handed out from stock, the series' limit where it
//! has one; of both the smaller. A series that makes its codes as it issues them, without a limit, has
//! none. What is read are counters, so a page costs no counting.
//!
//! Thresholds. *Low* is the number somebody set on the series ("notify when n remain"); where nobody
//! did, a tenth of all there ever were, at least [`FEWEST`]. *Nearly out* is a tenth of that. *Out* is
//! none. And a pool is *ending* when codes wait although the offer is in its last [`LAST_DAYS`] days:
//! they will be worth nothing, or somebody forgot to move the date.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;

use crate::coupons::expiry;
use crate::coupons::series::{Handling, Series, Totals};

/// The least number that counts as low where nobody set one.
const FEWEST: i64 = 10;
/// How long before its end an offer with codes left is told of.
const LAST_DAYS: i64 = 7;

/// What of a series can run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Coupons that can still be issued.
    pub left: i64,
    /// All there ever were: issued, and left.
    pub of: i64,
    /// Low from here on down.
    pub low_at: i64,
    /// Whether somebody should hear of it.
    pub alert: Option<Alert>,
}

/// Why somebody should hear of a pool. What is worse stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alert {
    /// Nothing is left: the next customer gets no code.
    Out,
    /// A tenth of what counts as low.
    NearlyOut,
    /// At or below the threshold.
    Low,
    /// Codes wait, and the offer ends within days.
    Ending,
}

impl Alert {
    /// The words of the tag.
    pub const fn label(self) -> &'static str {
        match self {
            Alert::Out => "No codes left",
            Alert::NearlyOut => "Nearly out of codes",
            Alert::Low => "Low on codes",
            Alert::Ending => "Ends with codes left",
        }
    }

    /// The style sheet's name for its shape and colour.
    pub const fn look(self) -> &'static str {
        match self {
            Alert::Out | Alert::NearlyOut => "revoked",
            Alert::Low => "warn",
            Alert::Ending => "upcoming",
        }
    }

    /// The kind of note a banner is.
    pub const fn note(self) -> &'static str {
        match self {
            Alert::Out | Alert::NearlyOut => "bad",
            Alert::Low => "warn",
            Alert::Ending => "info",
        }
    }
}

/// The pool of a series as it stands; none where nothing can run out, or the offer is over.
pub fn of(series: &Series, totals: &Totals, now: DateTime<Utc>, zone: Tz) -> Option<Pool> {
    let end = expiry::of_series(series, zone);
    if series.external || end.passed(now) {
        return None;
    }
    // Counters of many slots may be read between two movements: never below nothing.
    let stock = (series.handling == Handling::Uploaded).then_some(totals.unissued.max(0));
    let limit = series.issue.max.map(|most| (most - totals.issued).max(0));
    let left = stock.into_iter().chain(limit).min()?;
    let of = totals.issued.max(0).saturating_add(left);
    let low_at = series.notify_at.filter(|n| *n > 0).unwrap_or((of / 10).max(FEWEST));
    let ending = end.passed(now + Duration::days(LAST_DAYS));
    let alert = if left == 0 {
        Some(Alert::Out)
    } else if left <= low_at / 10 {
        Some(Alert::NearlyOut)
    } else if left <= low_at {
        Some(Alert::Low)
    } else {
        ending.then_some(Alert::Ending)
    };
    Some(Pool { left, of, low_at, alert })
}

/// What a banner says of a pool that somebody should hear of.
pub fn words(pool: &Pool) -> Option<String> {
    use crate::coupons::codes::grouped;
    let shown = |n: i64| grouped(u128::try_from(n).unwrap_or(0));
    let (left, of) = (shown(pool.left), shown(pool.of));
    Some(match pool.alert? {
        Alert::Out => format!("All {of} coupons are issued: the next customer gets none."),
        Alert::NearlyOut | Alert::Low => format!("{left} of {of} coupons are left to issue."),
        Alert::Ending => {
            format!("{left} coupons are left, and the offer ends within {LAST_DAYS} days.")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    fn pool(series: &Series, issued: i64, unissued: i64, now: &str) -> Option<Pool> {
        let totals = Totals { issued, unissued, ..Totals::default() };
        of(series, &totals, now.parse().unwrap(), Tz::Europe__Berlin)
    }

    const NOW: &str = "2026-11-26T09:00:00Z";

    fn alert(series: &Series, issued: i64, unissued: i64) -> Option<Alert> {
        pool(series, issued, unissued, NOW).and_then(|pool| pool.alert)
    }

    #[test]
    fn only_what_can_run_out_is_a_pool() {
        let mut series = samples::series();
        assert_eq!(pool(&series, 5, 0, NOW), None);
        series.issue.max = Some(100);
        assert_eq!(pool(&series, 5, 0, NOW).map(|pool| (pool.left, pool.of)), Some((95, 100)));
        // Stock of a series that makes its own codes does not end it.
        series.issue.max = None;
        assert_eq!(pool(&series, 5, 3, NOW), None);
        series.handling = Handling::Uploaded;
        assert_eq!(pool(&series, 5, 3, NOW).map(|pool| pool.left), Some(3));
        // The smaller of stock and limit.
        series.issue.max = Some(7);
        assert_eq!(pool(&series, 5, 3, NOW).map(|pool| pool.left), Some(2));
        series.external = true;
        assert_eq!(pool(&series, 5, 3, NOW), None);
    }

    #[test]
    fn low_is_what_was_set_or_a_tenth_and_a_tenth_of_that_is_nearly_out() {
        let mut series = samples::series();
        series.handling = Handling::Uploaded;
        assert_eq!(alert(&series, 900, 101), None);
        assert_eq!(alert(&series, 900, 100), Some(Alert::Low));
        assert_eq!(alert(&series, 991, 9), Some(Alert::NearlyOut));
        assert_eq!(alert(&series, 1_000, 0), Some(Alert::Out));
        assert_eq!(alert(&series, 1_003, -3), Some(Alert::Out));
        assert_eq!(alert(&series, 5, 10), Some(Alert::Low));
        series.notify_at = Some(300);
        assert_eq!(alert(&series, 0, 301), None);
        assert_eq!(alert(&series, 0, 300), Some(Alert::Low));
        assert_eq!(alert(&series, 0, 30), Some(Alert::NearlyOut));
        let shown = words(&pool(&series, 1_700, 300, NOW).unwrap()).unwrap();
        assert_eq!(shown, "300 of 2,000 coupons are left to issue.");
    }

    #[test]
    fn codes_left_in_the_last_week_are_told_of_and_those_of_an_offer_that_is_over_are_not() {
        let mut series = samples::series();
        series.handling = Handling::Uploaded;
        series.valid_till = "2026-12-10".parse().unwrap();
        // The last second of the tenth in Berlin is 22:59:59 UTC; a week before it is the third's.
        let at = |now: &str| pool(&series, 0, 500, now).map(|pool| pool.alert);
        assert_eq!(at("2026-12-03T22:59:59Z"), Some(None));
        assert_eq!(at("2026-12-03T23:00:00Z"), Some(Some(Alert::Ending)));
        assert_eq!(at("2026-12-10T23:00:00Z"), None);
    }
}
