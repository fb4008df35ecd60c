//! Times on a page: in the brand's zone, the exact instant in UTC behind them.

use std::fmt;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// An instant as a brand reads it. `parts/time.html` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    at: DateTime<Utc>,
    zone: Tz,
}

impl Stamp {
    /// `at`, read in `zone`.
    pub const fn new(at: DateTime<Utc>, zone: Tz) -> Self {
        Stamp { at, zone }
    }

    /// The instant itself.
    pub const fn instant(&self) -> DateTime<Utc> {
        self.at
    }

    /// For the `datetime` attribute.
    pub fn iso(&self) -> String {
        self.at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// For the tooltip: the exact instant, and the zone the page shows.
    pub fn utc(&self) -> String {
        format!("{} UTC (shown in {})", self.at.format("%Y-%m-%d %H:%M:%S"), self.zone.name())
    }

    /// The day alone: `21 Nov 2026`.
    pub fn day(&self) -> String {
        self.at.with_timezone(&self.zone).format("%-d %b %Y").to_string()
    }
}

impl fmt::Display for Stamp {
    /// Day and minute: `21 Nov 2026, 01:44`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.at.with_timezone(&self.zone).format("%-d %b %Y, %H:%M"))
    }
}

/// A whole number with a comma between the thousands: `30,285`.
pub fn count(number: impl Into<i64>) -> String {
    let number: i64 = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_in_the_brands_zone() {
        let at = DateTime::from_timestamp(1_793_493_840, 0).unwrap();
        let stamp = Stamp::new(at, Tz::Europe__Berlin);
        assert_eq!(stamp.iso(), "2026-11-01T00:44:00Z");
        assert_eq!(stamp.to_string(), "1 Nov 2026, 01:44");
        assert_eq!(stamp.day(), "1 Nov 2026");
        assert_eq!(Stamp::new(at, Tz::America__Chicago).day(), "31 Oct 2026");
    }

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 999, 1000, 30_285, 12_345_678, -1000].map(count);
        assert_eq!(shown, ["0", "999", "1,000", "30,285", "12,345,678", "−1,000"]);
    }
}
