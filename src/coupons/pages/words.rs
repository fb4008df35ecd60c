//! A series in the words of the screen: what its list, its head and its Configuration say.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::base::calendar::day_of;
use crate::coupons::expiry;
use crate::coupons::series::{Discount, DiscountKind, Series};

/// Where a series stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Its coupons can be issued and redeemed.
    Active,
    /// Nothing of it can be redeemed before a day to come.
    NotStarted,
    /// Its last day is over.
    Expired,
}

impl Phase {
    /// Of a series at a moment.
    pub fn of(series: &Series, now: DateTime<Utc>, zone: Tz) -> Self {
        if expiry::of_series(series, zone).passed(now) {
            return Phase::Expired;
        }
        let waits = series.redeem.from.is_some_and(|from| from > day_of(now, zone));
        if waits { Phase::NotStarted } else { Phase::Active }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Phase::Active => "Active",
            Phase::NotStarted => "Not started",
            Phase::Expired => "Expired",
        }
    }

    /// The style sheet's name for its shape and colour.
    pub const fn look(self) -> &'static str {
        match self {
            Phase::Active => "live",
            Phase::NotStarted => "upcoming",
            Phase::Expired => "ended",
        }
    }
}

/// `10 % off`.
pub fn taken_off(discount: &Discount) -> String {
    match discount.kind {
        DiscountKind::Amount => format!("{} off", number(discount.value)),
        DiscountKind::Percent => format!("{} % off", discount.value),
    }
}

/// `10 % off, at most 50`.
pub fn discount(discount: &Discount) -> String {
    match discount.upto {
        upto if upto > 0.0 => format!("{}, at most {}", taken_off(discount), number(upto)),
        _ => taken_off(discount),
    }
}

/// An amount as people write it: `1,250` or `12.50`.
pub fn number(value: f64) -> String {
    let cents = (value * 100.0).round();
    let whole = crate::web::time::count((cents / 100.0).trunc() as i64);
    match (cents % 100.0) as i64 {
        0 => whole,
        rest => format!("{whole}.{rest:02}"),
    }
}

/// A day in words: `24 Nov 2026`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// The last day of a series, if it has one of its own.
pub fn last_day(series: &Series) -> String {
    if series.fixed_end { day(series.valid_till) } else { "No own end".to_owned() }
}

/// How its codes come about.
pub fn kind(series: &Series) -> &'static str {
    if series.external { "Issued elsewhere" } else { series.handling.label() }
}

/// `3 days`, `1 day`.
pub fn days(count: i32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    #[test]
    fn discounts_are_said_as_people_say_them() {
        let mut series = samples::series();
        assert_eq!(discount(&series.discount), "10 % off");
        series.discount.upto = 1250.5;
        assert_eq!(discount(&series.discount), "10 % off, at most 1,250.50");
        series.discount.value = 12.5;
        assert_eq!(taken_off(&series.discount), "12.5 % off");
        series.discount.value = 10.0;
        series.discount.kind = DiscountKind::Amount;
        series.discount.upto = 0.0;
        assert_eq!(discount(&series.discount), "10 off");
    }

    #[test]
    fn a_series_is_active_through_its_last_day_in_the_brands_zone() {
        let mut series = samples::series();
        series.valid_till = "2026-11-26".parse().unwrap();
        let at = |text: &str| Phase::of(&series, text.parse().unwrap(), Tz::Europe__Berlin);
        assert_eq!(at("2026-11-26T22:59:59Z"), Phase::Active);
        assert_eq!(at("2026-11-26T23:00:00Z"), Phase::Expired);
        series.valid_till = "2026-12-31".parse().unwrap();
        series.redeem.from = "2026-11-27".parse().ok();
        let at = |text: &str| Phase::of(&series, text.parse().unwrap(), Tz::Europe__Berlin);
        assert_eq!(at("2026-11-26T22:59:59Z"), Phase::NotStarted);
        assert_eq!(at("2026-11-26T23:00:00Z"), Phase::Active);
    }
}
