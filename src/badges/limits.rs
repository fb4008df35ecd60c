//! Issual limits of the moving family, and the words both families share: the two levels and the
//! three units (spec/badges.md 6). Fixed windows are in `windows.rs`.

use std::fmt;
use std::str::FromStr;

use crate::base::problem::Fault;

/// Whom a limit counts. The two are independent and both must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Each customer alone.
    Customer,
    /// All customers together.
    Badge,
}

impl Level {
    /// Both.
    pub const ALL: [Level; 2] = [Level::Customer, Level::Badge];

    /// As stored.
    pub const fn wire(self) -> &'static str {
        match self {
            Level::Customer => "CUSTOMER",
            Level::Badge => "BADGE",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Level::Customer => "Individual customer limit",
            Level::Badge => "Across customer limit",
        }
    }

    /// How a form and a problem name the level's fields: `customer.max`, `badge.max`.
    pub const fn key(self) -> &'static str {
        match self {
            Level::Customer => "customer",
            Level::Badge => "badge",
        }
    }

    /// The constraint type of a fixed window of this level.
    pub const fn window_type(self) -> &'static str {
        match self {
            Level::Customer => "CUSTOMER_BADGE_FIXED_WINDOW",
            Level::Badge => "BADGE_FIXED_WINDOW",
        }
    }
}

impl FromStr for Level {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        Level::ALL
            .into_iter()
            .find(|level| level.wire() == text)
            .ok_or_else(|| Fault::invalid("Choose a level"))
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Days of 24 hours.
    Days,
    /// Weeks of 168 hours.
    Weeks,
    /// Calendar months.
    Months,
}

impl Unit {
    /// All three.
    pub const ALL: [Unit; 3] = [Unit::Days, Unit::Weeks, Unit::Months];

    /// As stored and sent.
    pub const fn wire(self) -> &'static str {
        match self {
            Unit::Days => "DAYS",
            Unit::Weeks => "WEEKS",
            Unit::Months => "MONTHS",
        }
    }

    /// As on the screen, for more than one.
    pub const fn label(self) -> &'static str {
        match self {
            Unit::Days => "days",
            Unit::Weeks => "weeks",
            Unit::Months => "months",
        }
    }

    /// A number with its unit: `1 day`, `14 days`.
    pub fn count(self, number: u32) -> String {
        let word = self.label();
        if number == 1 {
            format!("1 {}", word.trim_end_matches('s'))
        } else {
            format!("{number} {word}")
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Unit {
    type Err = Fault;

    /// `DAILY`, `WEEKLY` and `MONTHLY` are read too.
    fn from_str(text: &str) -> Result<Self, Fault> {
        match text.trim().to_ascii_uppercase().as_str() {
            "DAYS" | "DAILY" | "DAY" => Ok(Unit::Days),
            "WEEKS" | "WEEKLY" | "WEEK" => Ok(Unit::Weeks),
            "MONTHS" | "MONTHLY" | "MONTH" => Ok(Unit::Months),
            _ => Err(Fault::invalid("Choose days, weeks or months")),
        }
    }
}

/// One limit of the moving family, as the data model keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    /// Whom it counts.
    pub level: Level,
    /// Over what.
    pub kind: LimitKind,
    /// How many at most.
    pub max: i64,
}

/// Over what a moving limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitKind {
    /// The whole life of the badge.
    Overall,
    /// The last `value` units before each issue, by processing time.
    Rolling {
        /// Days, weeks or months.
        unit: Unit,
        /// How many of them.
        value: u32,
    },
}

impl Limit {
    /// The sentence on the screen.
    pub fn sentence(&self) -> String {
        match self.kind {
            LimitKind::Overall => format!("{} overall", self.max),
            LimitKind::Rolling { unit, value } => {
                format!("{} in the last {}", self.max, unit.count(value))
            }
        }
    }
}

/// A positive whole number as typed.
pub(super) fn positive<N: FromStr + PartialOrd + From<u8>>(
    text: &str,
    what: &str,
) -> Result<N, Fault> {
    match text.trim().parse::<N>() {
        Ok(number) if number >= N::from(1) => Ok(number),
        _ => Err(Fault::invalid(format!("{what} must be a whole number of at least 1"))),
    }
}
