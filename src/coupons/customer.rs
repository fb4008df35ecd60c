//! Whether a customer may receive and redeem coupons at all (spec/membercare.md 1).

use chrono::{DateTime, Utc};

use crate::base::ids::CustomerId;

/// Statuses whose customers neither receive nor redeem. `DELETED` ones are not found at all.
const BLOCKED: &[&str] = &["SUSPENDED", "FRAUD_CONFIRMED", "PENDING_DELETION", "DELETED"];

/// Fraud statuses that block.
const FRAUD: &[&str] = &["CONFIRMED", "RECONFIRMED"];

/// What the checks need to know of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Their number.
    pub id: CustomerId,
    /// `ACTIVE`, `SUSPENDED`, …
    pub status: String,
    /// `NONE`, `MARKED`, `CONFIRMED`, …
    pub fraud: String,
    /// When they joined, if known.
    pub registered_on: Option<DateTime<Utc>>,
    /// How many transactions are known of them.
    pub transactions: i64,
    /// First name, for messages.
    pub first_name: String,
    /// Last name, for messages.
    pub last_name: String,
    /// Where messages go, if anywhere.
    pub mobile: Option<String>,
}

impl Holder {
    /// Refused for fraud, or because the status blocks coupons.
    pub fn may_hold(&self) -> Result<(), &'static str> {
        if FRAUD.contains(&self.fraud.as_str()) || self.status == "FRAUD_CONFIRMED" {
            return Err("fraud");
        }
        if BLOCKED.contains(&self.status.as_str()) { Err("blocked") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    #[test]
    fn confirmed_fraud_and_blocking_statuses_are_told_apart() {
        let with = |status: &str, fraud: &str| {
            let holder = Holder { status: status.into(), fraud: fraud.into(), ..samples::holder() };
            holder.may_hold()
        };
        assert_eq!(with("ACTIVE", "NONE"), Ok(()));
        assert_eq!(with("FRAUD_SUSPECTED", "MARKED"), Ok(()));
        assert_eq!(with("ACTIVE", "RECONFIRMED"), Err("fraud"));
        assert_eq!(with("SUSPENDED", "NONE"), Err("blocked"));
    }
}
