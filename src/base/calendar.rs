//! All calendar arithmetic: instants to days of a brand's zone and back, and how people's texts are
//! read as instants. Nobody else computes a day.
//!
//! A local day begins at the first instant of that date in the zone; where midnight does not exist
//! (some zones change clocks at midnight) it begins when the clocks have jumped. A day is therefore
//! 23, 24 or 25 hours, never "plus 24 h".

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
};
use chrono_tz::Tz;

/// The date of an instant in a zone.
pub fn day_of(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The first instant of a local day.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    instant(day.and_time(NaiveTime::MIN), zone)
}

/// The last microsecond of a local day: what "until that day" means.
pub fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    start_of_day(next, zone) - chrono::Duration::microseconds(1)
}

/// The last whole second of a local day: 23:59:59, which is how screens show and store an end.
pub fn last_second_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    start_of_day(next, zone) - chrono::Duration::seconds(1)
}

/// A local wall-clock time as an instant. A time that occurs twice is its first occurrence; one that
/// does not occur is the instant the clocks jumped to.
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    if let Some(at) = zone.from_local_datetime(&local).earliest() {
        return at.with_timezone(&Utc);
    }
    // In a gap: gaps are at most a day (Samoa, 2011) and start on a quarter of an hour.
    (1..=96)
        .find_map(|quarters| {
            zone.from_local_datetime(
                &(floor_quarter(local) + chrono::Duration::minutes(15 * quarters)),
            )
            .earliest()
        })
        .map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

fn floor_quarter(local: NaiveDateTime) -> NaiveDateTime {
    use chrono::Timelike;
    let seconds = local.num_seconds_from_midnight() % 900;
    local
        - chrono::Duration::seconds(i64::from(seconds))
        - chrono::Duration::nanoseconds(i64::from(local.nanosecond()))
}

/// `at` plus calendar months in UTC, clamped to the last day of the month.
pub fn add_months(at: DateTime<Utc>, months: u32) -> DateTime<Utc> {
    at.checked_add_months(Months::new(months)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The first day of the month of `day`.
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}
