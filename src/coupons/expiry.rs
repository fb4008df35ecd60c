//! When a coupon ends (spec/coupons.md 4.1).
//!
//! Two kinds of end meet here. A *natural* end is a whole day: the coupon lives through 23:59:59 of it
//! in the brand's zone. A *moved* end is an instant: the coupon is dead from that instant on. Both are
//! capped by the series' last day. Days are counted on the calendar of the zone, never in hours.

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::base::calendar::{day_of, first_of_month, last_second_of_day};
use crate::coupons::coupon::Coupon;
use crate::coupons::series::{Series, Strategy};

/// No coupon lives beyond this year; what counts further ends with it.
const LAST_YEAR: i32 = 2200;

/// An end: what is shown, and from when on the coupon is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// What people and clients are told: 23:59:59 of a day, or the very instant.
    pub shown: DateTime<Utc>,
    /// The first instant at which it is over.
    pub dead_from: DateTime<Utc>,
}

impl End {
    /// The end of a day.
    pub fn of_day(day: NaiveDate, zone: Tz) -> Self {
        End::second(last_second_of_day(day, zone))
    }

    /// A last whole second.
    pub fn second(shown: DateTime<Utc>) -> Self {
        End { shown, dead_from: shown + Duration::seconds(1) }
    }

    /// An instant.
    pub fn at(instant: DateTime<Utc>) -> Self {
        End { shown: instant, dead_from: instant }
    }

    /// Whether it is over.
    pub fn passed(self, now: DateTime<Utc>) -> bool {
        now >= self.dead_from
    }

    /// Whichever comes first.
    #[must_use]
    pub fn or_earlier(self, other: End) -> Self {
        if other.dead_from < self.dead_from { other } else { self }
    }
}

/// The natural last second of a coupon issued then; `None`: along with the series.
pub fn natural(strategy: Strategy, issued: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let day = day_of(issued, zone);
    let last = match strategy {
        Strategy::WithSeries => return None,
        Strategy::Days(count) => day.checked_add_days(Days::new(unsigned(count))),
        Strategy::MonthsEnd(count) => month_end(day, count),
    };
    let far = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap_or(NaiveDate::MAX);
    let last = last.filter(|last| last.year() <= LAST_YEAR).unwrap_or(far);
    Some(last_second_of_day(last, zone))
}

fn unsigned(count: i32) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

/// The last day of the month so many months on.
fn month_end(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    let months = u32::try_from(months).unwrap_or(0);
    first_of_month(day).checked_add_months(Months::new(months.checked_add(1)?))?.pred_opt()
}

/// The end of a series' last day.
pub fn of_series(series: &Series, zone: Tz) -> End {
    End::of_day(series.valid_till, zone)
}

/// The end of a coupon: the moved one if there is one, else the natural one, never beyond the series.
pub fn of_coupon(coupon: &Coupon, series: &Series, zone: Tz) -> End {
    effective(coupon.expires_on, coupon.expiry_override, series.valid_till, zone)
}

/// The same from the stored facts.
pub fn effective(
    natural: Option<DateTime<Utc>>,
    moved: Option<DateTime<Utc>>,
    valid_till: NaiveDate,
    zone: Tz,
) -> End {
    let cap = End::of_day(valid_till, zone);
    let own = moved.map(End::at).or_else(|| natural.map(End::second));
    own.map_or(cap, |own| own.or_earlier(cap))
}

#[cfg(test)]
#[path = "expiry_tests.rs"]
mod tests;
