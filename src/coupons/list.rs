//! The list of series: what is asked for and where a page begins.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::base::ids::SeriesId;
use crate::coupons::series::{Handling, Series, Totals};

/// What series are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeriesFilter {
    /// Part of the name.
    pub search: Option<String>,
    /// Only those whose last day is this one or later.
    pub live_on: Option<NaiveDate>,
    /// Only those of this kind of codes.
    pub handling: Option<Handling>,
    /// Only those claimed by this module; `NONE`: unclaimed ones.
    pub claimed_by: Option<String>,
    /// The order.
    pub sort: SeriesSort,
    /// Behind this place.
    pub after: Option<SeriesAfter>,
}

/// The order of the list: newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeriesSort {
    /// By the last change.
    #[default]
    Changed,
    /// By when they were made.
    Created,
}

/// The place of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesAfter {
    /// When it was changed, or made.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: SeriesId,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    /// The series.
    pub series: Series,
    /// Its totals.
    pub totals: Totals,
}
