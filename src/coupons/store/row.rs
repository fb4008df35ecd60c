//! A row of `coupons` and the coupon it stands for.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::base::ids::{BatchId, CouponId, CustomerId, SeriesId};
use crate::coupons::coupon::{Coupon, Issued, Revoked};

/// A row as it is stored.
#[derive(Debug)]
pub struct Row {
    pub id: CouponId,
    pub series: SeriesId,
    pub code: String,
    pub generic: bool,
    pub redeemed: i32,
    pub customer: Option<CustomerId>,
    pub created_on: DateTime<Utc>,
    pub issued_on: Option<DateTime<Utc>>,
    pub issued_till_id: Option<i64>,
    pub issued_by: Option<i64>,
    pub issued_by_name: Option<String>,
    pub expires_on: Option<DateTime<Utc>>,
    pub expiry_override: Option<DateTime<Utc>>,
    pub revoked_on: Option<DateTime<Utc>>,
    pub revoked_by_name: Option<String>,
    pub revoke_reason: Option<String>,
    pub source: String,
    pub source_reference: Option<String>,
    pub metadata: Option<Value>,
    pub bill_id: Option<String>,
    pub transaction_number: Option<String>,
    pub batch: Option<BatchId>,
}

impl Row {
    /// The coupon; a word the program does not know is a failure, not a default.
    pub fn into_coupon(self) -> sqlx::Result<Coupon> {
        let issue = self.customer.zip(self.issued_on).map(|(customer, on)| Issued {
            customer,
            on,
            till: self.issued_till_id,
            by: self.issued_by,
            by_name: self.issued_by_name.unwrap_or_default(),
        });
        let revoked = self.revoked_on.map(|on| Revoked {
            on,
            by_name: self.revoked_by_name.unwrap_or_default(),
            reason: self.revoke_reason,
        });
        let source = self.source.parse().map_err(|_| {
            sqlx::Error::Decode(format!("“{}” is not a source of coupons", self.source).into())
        })?;
        Ok(Coupon {
            id: self.id,
            series: self.series,
            code: self.code,
            generic: self.generic,
            redeemed: self.redeemed,
            created_on: self.created_on,
            issue,
            expires_on: self.expires_on,
            expiry_override: self.expiry_override,
            revoked,
            source,
            source_reference: self.source_reference,
            metadata: self.metadata,
            bill_id: self.bill_id,
            transaction_number: self.transaction_number,
            batch: self.batch,
        })
    }
}

/// All rows as coupons.
pub fn coupons(rows: Vec<Row>) -> sqlx::Result<Vec<Coupon>> {
    rows.into_iter().map(Row::into_coupon).collect()
}
