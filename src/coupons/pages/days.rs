//! How much of a series was issued and redeemed on each of the last thirty days of the brand's zone: a
//! drawing, and the table behind it.

use chrono::{DateTime, Days as Apart, NaiveDate, Utc};

use crate::auth::Staff;
use crate::base::app::Reading;
use crate::base::calendar::{day_of, start_of_day};
use crate::base::error::Result;
use crate::base::ids::SeriesId;
use crate::coupons::pages::words::day;
use crate::coupons::store::statistics::{self, MOST_A_DAY};
use crate::web::time::count;

/// Days that are looked at, today included.
const HOW_MANY: u64 = 30;
/// How high the drawing is, in its own units.
const HEIGHT: i64 = 100;
/// How wide a day is.
const STEP: usize = 20;

/// One day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub label: String,
    /// Issued, as people read it.
    pub issued: String,
    /// Redeemed.
    pub redeemed: String,
    /// Where the two bars stand.
    pub x: usize,
    /// The second bar's place.
    pub x2: usize,
    /// How high the bars are, and where they begin.
    pub issued_bar: (i64, i64),
    /// The same for redemptions.
    pub redeemed_bar: (i64, i64),
}

/// Thirty days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// The oldest first.
    pub days: Vec<Day>,
    /// The highest figure of all.
    pub most: String,
    /// Width of the drawing.
    pub width: usize,
    /// In all, said in one sentence.
    pub words: String,
    /// Whether there is nothing to draw.
    pub empty: bool,
}

/// Reads them: two ranges of an index for each day, none read further than [`MOST_A_DAY`] entries.
pub async fn of(
    db: &mut Reading,
    staff: &Staff,
    series: SeriesId,
    now: DateTime<Utc>,
) -> Result<Days> {
    let today = day_of(now, staff.zone);
    let dates: Vec<NaiveDate> =
        (0..HOW_MANY).rev().filter_map(|ago| today.checked_sub_days(Apart::new(ago))).collect();
    let mut bounds: Vec<DateTime<Utc>> =
        dates.iter().map(|date| start_of_day(*date, staff.zone)).collect();
    bounds.extend(today.succ_opt().map(|next| start_of_day(next, staff.zone)));
    let counts = statistics::per_day(db, staff.org, series, &bounds).await?;
    Ok(drawn(&dates, &counts))
}

fn drawn(dates: &[NaiveDate], counts: &[(i64, i64)]) -> Days {
    let most = counts.iter().map(|(issued, redeemed)| (*issued).max(*redeemed)).max().unwrap_or(0);
    let bar = |value: i64| {
        // What there is can be seen, however little it is.
        let height = (value * HEIGHT / most.max(1)).max(i64::from(value > 0));
        (height, HEIGHT - height)
    };
    let days =
        dates.iter().zip(counts).enumerate().map(|(place, (date, (issued, redeemed)))| Day {
            label: day(*date),
            issued: said(*issued),
            redeemed: said(*redeemed),
            x: place * STEP + 2,
            x2: place * STEP + 10,
            issued_bar: bar(*issued),
            redeemed_bar: bar(*redeemed),
        });
    let sum = |part: fn(&(i64, i64)) -> i64| {
        let all: i64 = counts.iter().map(part).sum();
        let capped = counts.iter().any(|one| part(one) >= MOST_A_DAY);
        format!("{}{}", if capped { "more than " } else { "" }, count(all))
    };
    let (issued, redeemed) = (sum(|one| one.0), sum(|one| one.1));
    Days {
        days: days.collect(),
        most: said(most),
        width: dates.len() * STEP,
        words: format!("{issued} issued and {redeemed} redeemed in the last 30 days."),
        empty: most == 0,
    }
}

/// A day's figure; beyond the bound only that it is beyond.
fn said(value: i64) -> String {
    match value {
        value if value >= MOST_A_DAY => format!("{}+", count(MOST_A_DAY)),
        value => count(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_drawn_to_the_highest_and_the_least_is_seen() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let dates = [date("2026-11-25"), date("2026-11-26")];
        let days = drawn(&dates, &[(1000, 1), (500, 0)]);
        assert_eq!((days.days[0].issued_bar, days.days[0].redeemed_bar), ((100, 0), (1, 99)));
        assert_eq!((days.days[1].issued_bar, days.days[1].redeemed_bar), ((50, 50), (0, 100)));
        assert_eq!(days.words, "1,500 issued and 1 redeemed in the last 30 days.");
        assert!(!days.empty && drawn(&dates, &[(0, 0), (0, 0)]).empty);
        let many = drawn(&dates, &[(MOST_A_DAY, 0), (0, 0)]);
        assert_eq!((many.days[0].issued.as_str(), many.most.as_str()), ("10,000+", "10,000+"));
        assert!(many.words.starts_with("more than 10,000 issued"));
    }
}
