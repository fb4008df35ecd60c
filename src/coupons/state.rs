//! What a coupon is at a moment (spec/coupons.md 4.2). Derived, never stored.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::coupons::coupon::Coupon;
use crate::coupons::expiry::{self, End};
use crate::coupons::left::{Uses, left};
use crate::coupons::series::Series;

/// The one word on the screen. What stands first wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Taken back; for good.
    Revoked,
    /// Past its end.
    Expired,
    /// Used, and nothing left.
    Redeemed,
    /// Used, and something left.
    PartlyRedeemed,
    /// Not issued to anybody yet.
    Unissued,
    /// Issued and unused.
    Active,
}

impl State {
    /// All, in the order of precedence.
    pub const ALL: [State; 6] = [
        State::Revoked,
        State::Expired,
        State::Redeemed,
        State::PartlyRedeemed,
        State::Unissued,
        State::Active,
    ];

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            State::Revoked => "Revoked",
            State::Expired => "Expired",
            State::Redeemed => "Redeemed",
            State::PartlyRedeemed => "Partly redeemed",
            State::Unissued => "Not issued",
            State::Active => "Active",
        }
    }

    /// The style sheet's name for its shape and colour.
    pub const fn look(self) -> &'static str {
        match self {
            State::Revoked => "revoked",
            State::Expired | State::Redeemed => "ended",
            State::PartlyRedeemed => "warn",
            State::Unissued => "inactive",
            State::Active => "live",
        }
    }
}

/// Everything derived about one coupon at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its one word.
    pub state: State,
    /// Its effective end.
    pub end: End,
    /// Whether that end is past.
    pub expired: bool,
    /// Redemptions left; `None`: no limit.
    pub left: Option<i64>,
    /// Active, not revoked, something left: a redeemer may come (spec 4.2 `REDEEMABLE`).
    pub redeemable: bool,
}

/// How a coupon stands.
pub fn standing(
    coupon: &Coupon,
    series: &Series,
    uses: &Uses,
    zone: Tz,
    now: DateTime<Utc>,
) -> Standing {
    let end = expiry::of_coupon(coupon, series, zone);
    let expired = end.passed(now);
    let left = left(&series.redeem, uses);
    let revoked = coupon.revoked.is_some();
    let spent = left == Some(0);
    let state = match () {
        () if revoked => State::Revoked,
        () if expired => State::Expired,
        () if coupon.redeemed > 0 && spent => State::Redeemed,
        () if coupon.redeemed > 0 => State::PartlyRedeemed,
        () if coupon.issue.is_none() => State::Unissued,
        () => State::Active,
    };
    let held = coupon.issue.is_some() || series.external;
    Standing { state, end, expired, left, redeemable: !revoked && !expired && !spent && held }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_stands_first_wins() {
        let series = samples::series();
        let now = at("2026-11-26T09:00:00Z");
        let word = |coupon: &Coupon, of_code: i64| {
            let uses = Uses { of_code, ..Uses::default() };
            standing(coupon, &series, &uses, Tz::UTC, now).state
        };
        let mut coupon = samples::coupon(now);
        assert_eq!(word(&coupon, 0), State::Active);
        coupon.redeemed = 1;
        assert_eq!(word(&coupon, 1), State::Redeemed);
        assert_eq!(word(&coupon, 0), State::PartlyRedeemed);
        coupon.expiry_override = Some(now);
        assert_eq!(word(&coupon, 1), State::Expired);
        coupon.revoked = Some(samples::revoked(now));
        assert_eq!(word(&coupon, 1), State::Revoked);
        let unissued = Coupon { issue: None, ..samples::coupon(now) };
        assert_eq!(word(&unissued, 0), State::Unissued);
    }

    #[test]
    fn redeemable_means_that_a_redeemer_may_come() {
        let mut series = samples::series();
        let now = at("2026-11-26T09:00:00Z");
        let coupon = samples::coupon(now);
        let stands = |coupon: &Coupon, series: &Series, of_code| {
            let uses = Uses { of_code, ..Uses::default() };
            standing(coupon, series, &uses, Tz::UTC, now).redeemable
        };
        assert!(stands(&coupon, &series, 0));
        assert!(!stands(&coupon, &series, 1));
        let unissued = Coupon { issue: None, ..coupon.clone() };
        assert!(!stands(&unissued, &series, 0));
        series.external = true;
        assert!(stands(&unissued, &series, 0));
        series.valid_till = "2026-11-25".parse().unwrap();
        assert!(!stands(&coupon, &series, 0));
    }
}
