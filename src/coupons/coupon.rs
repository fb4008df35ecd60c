//! What a coupon is: one code of a series, who holds it, and what became of it. Types only; the rules
//! are in `expiry`, `state`, `left` and the two lists of checks.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::base::ids::{BatchId, CouponId, CustomerId, SeriesId};
use crate::base::problem::Fault;

/// One coupon.
#[derive(Debug, Clone, PartialEq)]
pub struct Coupon {
    /// Its number.
    pub id: CouponId,
    /// Its series.
    pub series: SeriesId,
    /// As entered or made.
    pub code: String,
    /// Whether the code is the series' common one.
    pub generic: bool,
    /// Redemptions that were not reversed.
    pub redeemed: i32,
    /// When the row was made.
    pub created_on: DateTime<Utc>,
    /// To whom and when it was issued.
    pub issue: Option<Issued>,
    /// Its natural last second, for codes that count from their issue; `None`: with the series.
    pub expires_on: Option<DateTime<Utc>>,
    /// The instant somebody moved its end to.
    pub expiry_override: Option<DateTime<Utc>>,
    /// When, by whom and why it was revoked.
    pub revoked: Option<Revoked>,
    /// How it came about.
    pub source: Source,
    /// The number of what it came from: a badge's issue, a reward's claim.
    pub source_reference: Option<String>,
    /// What the caller said about it.
    pub metadata: Option<Value>,
    /// The bill it was issued with.
    pub bill_id: Option<String>,
    /// Its transaction.
    pub transaction_number: Option<String>,
    /// The batch it was made in.
    pub batch: Option<BatchId>,
}

/// To whom and when a coupon was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The holder.
    pub customer: CustomerId,
    /// When.
    pub on: DateTime<Utc>,
    /// At which till.
    pub till: Option<i64>,
    /// By whom, by number.
    pub by: Option<i64>,
    /// By whom, by name.
    pub by_name: String,
}

/// That a coupon was revoked: for good, and its code is free again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// When.
    pub on: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    /// Why.
    pub reason: Option<String>,
}

/// How a coupon came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Issued by a call.
    Api,
    /// Brought in with a file.
    Upload,
    /// Made in a batch.
    Batch,
    /// Issued by support.
    MemberCare,
    /// Granted as goodwill.
    Goodwill,
    /// The benefit of a badge.
    Badge,
    /// The benefit of a reward.
    Reward,
    /// Made for a redeemer who held no copy.
    Redemption,
}

impl Source {
    /// All of them.
    pub const ALL: [Source; 8] = [
        Source::Api,
        Source::Upload,
        Source::Batch,
        Source::MemberCare,
        Source::Goodwill,
        Source::Badge,
        Source::Reward,
        Source::Redemption,
    ];

    /// As stored.
    pub const fn word(self) -> &'static str {
        match self {
            Source::Api => "API",
            Source::Upload => "UPLOAD",
            Source::Batch => "BATCH",
            Source::MemberCare => "MEMBER_CARE",
            Source::Goodwill => "GOODWILL",
            Source::Badge => "BADGE",
            Source::Reward => "REWARD",
            Source::Redemption => "REDEMPTION",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Source::Api => "API",
            Source::Upload => "Upload",
            Source::Batch => "Batch",
            Source::MemberCare => "Member care",
            Source::Goodwill => "Goodwill",
            Source::Badge => "Badge",
            Source::Reward => "Reward",
            Source::Redemption => "Redemption",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Source {
    type Err = Fault;
    fn from_str(word: &str) -> Result<Self, Fault> {
        let known = Source::ALL.into_iter().find(|source| source.word() == word);
        known.ok_or_else(|| Fault::invalid("No such source of coupons"))
    }
}

impl Coupon {
    /// The holder.
    pub fn holder(&self) -> Option<CustomerId> {
        self.issue.as_ref().map(|issue| issue.customer)
    }
}
