//! Which of a customer's coupons are asked for, and in which order; read from a query string and
//! written back to one, so that page, bulk work and calls mean the same by the same words.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::base::csv::sheet::pairs;
use crate::base::ids::{CouponId, SeriesId};
use crate::base::problem::{Fault, Problems};
use crate::coupons::series::Handling;
use crate::customers::clean;
use crate::web::address::encoded;

/// The farthest "expiring within so many days" looks ahead.
const FARTHEST: u16 = 3_660;

/// No code and no series' name is searched by more characters.
const LONGEST: usize = 100;

/// How a coupon stands, as it is asked for (spec/coupons.md 6.15). Several mean "or". Only `Revoked`
/// means revoked ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoldingStatus {
    /// Not past its end, used or not.
    Active,
    /// Past its end, used or not.
    Expired,
    /// Used at least once.
    Redeemed,
    /// Never used.
    Unredeemed,
    /// Used and not past its end.
    ActiveRedeemed,
    /// Unused and not past its end.
    ActiveUnredeemed,
    /// Used and past its end.
    ExpiredRedeemed,
    /// Unused and past its end.
    ExpiredUnredeemed,
    /// Not past its end, and something left.
    Redeemable,
    /// Taken back.
    Revoked,
}

impl HoldingStatus {
    /// All of them.
    pub const ALL: [HoldingStatus; 10] = [
        HoldingStatus::Active,
        HoldingStatus::Redeemed,
        HoldingStatus::Unredeemed,
        HoldingStatus::Expired,
        HoldingStatus::Redeemable,
        HoldingStatus::ActiveRedeemed,
        HoldingStatus::ActiveUnredeemed,
        HoldingStatus::ExpiredRedeemed,
        HoldingStatus::ExpiredUnredeemed,
        HoldingStatus::Revoked,
    ];

    /// The reference's word.
    pub const fn word(self) -> &'static str {
        match self {
            HoldingStatus::Active => "ACTIVE",
            HoldingStatus::Expired => "EXPIRED",
            HoldingStatus::Redeemed => "REDEEMED",
            HoldingStatus::Unredeemed => "UNREDEEMED",
            HoldingStatus::ActiveRedeemed => "ACTIVE_REDEEMED",
            HoldingStatus::ActiveUnredeemed => "ACTIVE_UNREDEEMED",
            HoldingStatus::ExpiredRedeemed => "EXPIRED_REDEEMED",
            HoldingStatus::ExpiredUnredeemed => "EXPIRED_UNREDEEMED",
            HoldingStatus::Redeemable => "REDEEMABLE",
            HoldingStatus::Revoked => "REVOKED",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            HoldingStatus::Active => "Active",
            HoldingStatus::Expired => "Expired",
            HoldingStatus::Redeemed => "Redeemed",
            HoldingStatus::Unredeemed => "Unredeemed",
            HoldingStatus::ActiveRedeemed => "Active, redeemed",
            HoldingStatus::ActiveUnredeemed => "Active, unredeemed",
            HoldingStatus::ExpiredRedeemed => "Expired, redeemed",
            HoldingStatus::ExpiredUnredeemed => "Expired, unredeemed",
            HoldingStatus::Redeemable => "Redeemable",
            HoldingStatus::Revoked => "Revoked",
        }
    }

    /// By its word in any case; `UNEXPIRED` is `ACTIVE`.
    pub fn named(word: &str) -> Option<Self> {
        let word = word.trim();
        if word.eq_ignore_ascii_case("UNEXPIRED") {
            return Some(HoldingStatus::Active);
        }
        HoldingStatus::ALL.into_iter().find(|one| one.word().eq_ignore_ascii_case(word))
    }

    /// Whether it means coupons that are (past their end, used).
    pub(super) fn means(self, expired: bool, used: bool) -> bool {
        match self {
            HoldingStatus::Active => !expired,
            HoldingStatus::Expired => expired,
            HoldingStatus::Redeemed => used,
            HoldingStatus::Unredeemed => !used,
            HoldingStatus::ActiveRedeemed => !expired && used,
            HoldingStatus::ActiveUnredeemed => !expired && !used,
            HoldingStatus::ExpiredRedeemed => expired && used,
            HoldingStatus::ExpiredUnredeemed => expired && !used,
            // Asked apart: it takes what is left.
            HoldingStatus::Redeemable | HoldingStatus::Revoked => false,
        }
    }
}

/// What the order is by; ties go by the coupon's number, in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HoldingSort {
    /// When it was issued.
    #[default]
    Issued,
    /// When it ends.
    Expires,
}

impl HoldingSort {
    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            HoldingSort::Issued => "issued",
            HoldingSort::Expires => "expires",
        }
    }
}

/// Which coupons of a customer, in which order. The default: all of them, revoked ones too, the newest
/// first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldingFilter {
    /// How they stand; none: however they stand.
    pub statuses: Vec<HoldingStatus>,
    /// Leave out revoked ones where no status is asked for: what the vendor's calls do.
    pub living: bool,
    /// Only of these series; none: of any.
    pub series: Vec<SeriesId>,
    /// Only of series with this kind of codes.
    pub handling: Option<Handling>,
    /// Issued on this day of the brand or later.
    pub from: Option<NaiveDate>,
    /// Issued on this day or before.
    pub to: Option<NaiveDate>,
    /// Take those too that were redeemed within `from` and `to`.
    pub used_too: bool,
    /// Not past their end now, but at the end of so many days; 0: today.
    pub expiring: Option<u16>,
    /// A part of the code, a part of the series' name, or the coupon's number.
    pub text: String,
    /// By what.
    pub sort: HoldingSort,
    /// Oldest, or what ends first, first.
    pub ascending: bool,
}

impl HoldingFilter {
    /// Reads a query string, and what of it could not be read. Keys it does not know are left alone.
    pub fn of_query(query: &str) -> (Self, Problems) {
        let (mut filter, mut problems) = (HoldingFilter::default(), Problems::none());
        for (key, value) in pairs(query) {
            let value = value.trim();
            if !value.is_empty() {
                filter.take(&key, value, &mut problems);
            }
        }
        (filter, problems)
    }

    fn take(&mut self, key: &str, value: &str, problems: &mut Problems) {
        let wrong = |words: &'static str| Fault::invalid(words);
        match key {
            "status" if value.eq_ignore_ascii_case("all") => {}
            "status" => {
                let known = HoldingStatus::named(value).ok_or(wrong("No such status"));
                self.statuses.extend(problems.check("status", known));
            }
            "series" => {
                let known = value.parse::<SeriesId>().map_err(|_| wrong("No such series"));
                self.series.extend(problems.check("series", known));
            }
            "type" => self.handling = problems.check("type", value.parse()),
            "from" => self.from = problems.check("from", day(value)),
            "to" => self.to = problems.check("to", day(value)),
            "expiring" => {
                let days = value.parse().ok().filter(|days| *days <= FARTHEST);
                let words = "Write a number of days, at most 3660";
                self.expiring = problems.check("expiring", days.ok_or(wrong(words)));
            }
            "q" => self.text = clean(value).chars().take(LONGEST).collect(),
            "sort" if value == HoldingSort::Expires.word() => self.sort = HoldingSort::Expires,
            "order" => self.ascending = value.eq_ignore_ascii_case("asc"),
            "living" => self.living = value == "true",
            "used" => self.used_too = value == "true",
            _ => {}
        }
    }

    /// The query string that reads back as this filter; empty for the default.
    pub fn query(&self) -> String {
        let mut parts = Vec::new();
        let mut add = |key: &str, value: &str| parts.push(format!("{key}={}", encoded(value)));
        self.statuses.iter().for_each(|status| add("status", status.word()));
        self.series.iter().for_each(|series| add("series", &series.to_string()));
        if let Some(handling) = self.handling {
            add("type", handling.wire());
        }
        if let Some(from) = self.from {
            add("from", &from.to_string());
        }
        if let Some(to) = self.to {
            add("to", &to.to_string());
        }
        if let Some(days) = self.expiring {
            add("expiring", &days.to_string());
        }
        if !self.text.is_empty() {
            add("q", &self.text);
        }
        if self.sort != HoldingSort::default() {
            add("sort", self.sort.word());
        }
        if self.ascending {
            add("order", "asc");
        }
        if self.living {
            add("living", "true");
        }
        if self.used_too {
            add("used", "true");
        }
        parts.join("&")
    }

    /// Whether anything but the order is asked for.
    pub fn narrows(&self) -> bool {
        let order = HoldingFilter {
            sort: self.sort,
            ascending: self.ascending,
            living: self.living,
            ..HoldingFilter::default()
        };
        *self != order
    }
}

fn day(text: &str) -> Result<NaiveDate, Fault> {
    let day: Option<NaiveDate> = text.parse().ok();
    let day = day.filter(|day| (1900..=2200).contains(&day.year()));
    day.ok_or_else(|| Fault::invalid("Write a day such as 2026-11-26"))
}

/// The place of a coupon in the order asked for: behind it the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingAfter {
    /// When it was issued, or from when on it is dead, as the order is.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: CouponId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_query_string() {
        let filter = HoldingFilter {
            statuses: vec![HoldingStatus::Redeemable, HoldingStatus::Revoked],
            living: true,
            series: vec![SeriesId::new(4), SeriesId::new(9)],
            handling: Some(Handling::Generic),
            from: "2026-03-29".parse().ok(),
            to: "2026-10-25".parse().ok(),
            used_too: true,
            expiring: Some(0),
            text: "10 % & mehr".to_owned(),
            sort: HoldingSort::Expires,
            ascending: true,
        };
        let (read, problems) = HoldingFilter::of_query(&filter.query());
        assert_eq!(read, filter);
        assert!(problems.is_empty());
        assert_eq!(HoldingFilter::default().query(), "");
        assert_eq!(HoldingFilter::of_query("").0, HoldingFilter::default());
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_kept() {
        let asked =
            "status=unexpired&status=gone&type=x&from=1/2&expiring=4000&q=a%00b&series=x&z=1";
        let (read, problems) = HoldingFilter::of_query(asked);
        assert_eq!(read.statuses, [HoldingStatus::Active]);
        assert_eq!(read.text, "a b");
        for days in ["from=9999-12-31", "to=%2B262142-12-31", "to=-0001-01-01", "from=2026-02-30"] {
            assert!(!HoldingFilter::of_query(days).1.is_empty(), "{days}");
        }
        for field in ["status", "type", "from", "expiring", "series"] {
            assert!(problems.any(field), "{field}");
        }
        assert!(!problems.any("to"));
        assert!(read.narrows());
        assert!(!HoldingFilter::of_query("sort=expires&order=asc").0.narrows());
    }

    #[test]
    fn words_are_the_reference_s() {
        for status in HoldingStatus::ALL {
            assert_eq!(HoldingStatus::named(status.word()), Some(status));
        }
        assert_eq!(HoldingStatus::named("unexpired"), Some(HoldingStatus::Active));
        assert_eq!(HoldingStatus::named("ALIVE"), None);
    }
}
