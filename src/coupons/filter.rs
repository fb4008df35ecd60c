//! What codes of a series are asked for, and where a page begins.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What codes are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CodesFilter {
    /// Which of them.
    pub wanted: CodesWanted,
    /// Behind this place.
    pub after: Option<CodesAfter>,
}

/// Which codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CodesWanted {
    /// All.
    #[default]
    All,
    /// Those that wait.
    Unissued,
    /// Those that customers hold or held.
    Issued,
    /// Those used.
    Redeemed,
    /// Those taken back.
    Revoked,
}

impl CodesWanted {
    /// All, in the order of the screen.
    pub const ALL: [CodesWanted; 5] =
        [Self::All, Self::Unissued, Self::Issued, Self::Redeemed, Self::Revoked];

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            CodesWanted::All => "All",
            CodesWanted::Unissued => "Not issued",
            CodesWanted::Issued => "Issued",
            CodesWanted::Redeemed => "Redeemed",
            CodesWanted::Revoked => "Revoked",
        }
    }

    /// As in addresses and statements.
    pub const fn word(self) -> &'static str {
        match self {
            CodesWanted::All => "ALL",
            CodesWanted::Unissued => "UNISSUED",
            CodesWanted::Issued => "ISSUED",
            CodesWanted::Redeemed => "REDEEMED",
            CodesWanted::Revoked => "REVOKED",
        }
    }

    /// From the word; anything else is all.
    pub fn of(word: &str) -> Self {
        [Self::Unissued, Self::Issued, Self::Redeemed, Self::Revoked]
            .into_iter()
            .find(|wanted| wanted.word().eq_ignore_ascii_case(word.trim()))
            .unwrap_or_default()
    }
}

/// The place of a code in the order of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodesAfter {
    /// When it was made, issued, redeemed last or revoked, as the list has it.
    pub at: DateTime<Utc>,
    /// The number of the coupon; of its last redemption, where the list is of those.
    pub id: i64,
}
