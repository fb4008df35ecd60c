//! One use of a coupon.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::base::ids::{CouponId, CustomerId, RedemptionId, SeriesId};

/// One use of a coupon.
#[derive(Debug, Clone, PartialEq)]
pub struct Redemption {
    /// Its number.
    pub id: RedemptionId,
    /// Of which coupon.
    pub coupon: CouponId,
    /// Of which series.
    pub series: SeriesId,
    /// By whom.
    pub customer: CustomerId,
    /// When.
    pub on: DateTime<Utc>,
    /// At which till.
    pub till: Option<i64>,
    /// Who entered it.
    pub by_name: String,
    /// The bill's number.
    pub transaction_number: Option<String>,
    /// Its amount.
    pub bill_amount: Option<f64>,
    /// Its id.
    pub bill_id: Option<String>,
    /// Custom fields.
    pub custom_fields: Option<Value>,
    /// Anything else that was said.
    pub details: Option<String>,
    /// When, by whom and why it was taken back.
    pub reversed: Option<Reversed>,
}

/// That a redemption was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversed {
    /// When.
    pub on: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    /// Why.
    pub reason: Option<String>,
}
