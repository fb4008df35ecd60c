//! Which of a customer's coupons a call asks for (spec/coupons.md 6.15).

use chrono::{Days, NaiveDate};

use crate::api::{Fault, Query, Trouble};
use crate::base::ids::SeriesId;
use crate::coupons::holdings::{HoldingFilter, HoldingSort, HoldingStatus};

/// The words of `status`; revoked coupons are never told.
const STATUSES: &[&str] = &[
    "REDEEMED",
    "UNREDEEMED",
    "ACTIVE",
    "EXPIRED",
    "ACTIVE_REDEEMED",
    "ACTIVE_UNREDEEMED",
    "EXPIRED_REDEEMED",
    "EXPIRED_UNREDEEMED",
    "REDEEMABLE",
];

/// The kinds of codes.
const HANDLINGS: &[&str] = &["DISC_CODE", "GENERIC", "DISC_CODE_PIN"];

/// How many where nothing is said, and how many at most.
const USUAL: i64 = 100;
const MOST: i64 = 1000;

/// The longest text that is searched for, and the most series of one call.
const LONGEST: usize = 100;
const MOST_SERIES: usize = 1000;

/// What a call asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which coupons, in which order.
    pub filter: HoldingFilter,
    /// How many.
    pub limit: i64,
    /// Behind how many.
    pub offset: i64,
    /// Whether redemptions that were taken back are told, too.
    pub reversed: bool,
}

fn bad(code: u32, words: &'static str) -> Trouble {
    Trouble::bad(Fault::new(code, words))
}

impl Wanted {
    /// Reads a query string.
    pub fn of(query: &Query) -> Result<Self, Trouble> {
        let statuses = query.choices("status", STATUSES, &[("UNEXPIRED", "ACTIVE")])?;
        let (from, to) = days(query)?;
        let handling = query.choice("clientHandlingType", HANDLINGS, &[])?;
        let orders = ["created_date", "valid_till"];
        let sort = match query.choice("orderBy", &orders, &[])? {
            Some("valid_till") => HoldingSort::Expires,
            _ => HoldingSort::Issued,
        };
        let filter = HoldingFilter {
            statuses: statuses.into_iter().filter_map(HoldingStatus::named).collect(),
            living: true,
            series: series(query)?,
            handling: handling.and_then(|word| word.parse().ok()),
            from,
            to,
            text: query.one(&["q"]).unwrap_or_default().chars().take(LONGEST).collect(),
            sort,
            ascending: ascending(query)?,
            ..HoldingFilter::default()
        };
        Ok(Wanted {
            filter,
            limit: limit(query)?.min(MOST),
            offset: offset(query)?,
            reversed: query.flag("includeReversedRedemptions")?.unwrap_or(true),
        })
    }
}

fn limit(query: &Query) -> Result<i64, Trouble> {
    let limit = query.number(&["limit"], USUAL, i64::MIN)?;
    if limit > 0 { Ok(limit) } else { Err(bad(8101, "Limit should be greater than 0")) }
}

fn offset(query: &Query) -> Result<i64, Trouble> {
    let offset = query.number(&["offset"], 0, i64::MIN)?;
    if offset >= 0 { Ok(offset) } else { Err(bad(8100, "Offset cannot have value less than 0")) }
}

fn ascending(query: &Query) -> Result<bool, Trouble> {
    match query.one(&["sort_order", "sortorder"]) {
        None => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("DESC") => Ok(false),
        Some(word) if word.eq_ignore_ascii_case("ASC") => Ok(true),
        Some(_) => Err(bad(8118, "Invalid sortBy value, should be one of ASC/DESC")),
    }
}

/// Series by number. A text that is none is a series nobody has.
fn series(query: &Query) -> Result<Vec<SeriesId>, Trouble> {
    let named = query.list("seriesid");
    if named.len() > MOST_SERIES {
        return Err(bad(1060, "Batch limit size exceeded"));
    }
    Ok(named.into_iter().map(|id| id.parse().unwrap_or(SeriesId::new(0))).collect())
}

/// The first and the last day of issue. The wire's end lies outside.
fn days(query: &Query) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Trouble> {
    let day = |names: &[&str], fault: Trouble| match query.one(names) {
        None => Ok(None),
        Some(text) => text.parse::<NaiveDate>().map(Some).map_err(|_| fault),
    };
    let from = day(&["startdate"], bad(8112, "Invalid start date, should be yyyy-MM-dd"))?;
    let end = day(&["enddate"], bad(8113, "Invalid end date, should be yyyy-MM-dd"))?;
    if from.zip(end).is_some_and(|(from, end)| from > end) {
        return Err(bad(8115, "Start date cannot be after end date"));
    }
    Ok((from, end.map(|end| end.checked_sub_days(Days::new(1)).unwrap_or(end))))
}
