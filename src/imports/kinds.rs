//! Which kinds of file there are.

use crate::base::csv::importable::Kind;
use crate::base::error::{Error, Result};

/// All kinds, in the order they are offered: a brand that moves in brings them in this order.
pub fn all() -> [&'static dyn Kind; 8] {
    [
        &crate::customers::CustomersKind,
        &crate::badges::BadgesKind,
        &crate::badges::EarnedBadgesKind,
        &crate::badges::BulkEnrolKind,
        &crate::badges::BulkIssueKind,
        &crate::badges::BulkRevokeKind,
        &crate::coupons::CouponsKind,
        &crate::coupons::RedeemedCouponsKind,
    ]
}

/// The kind of a name.
pub fn find(name: &str) -> Result<&'static dyn Kind> {
    all().into_iter().find(|kind| kind.name() == name).ok_or(Error::NotFound)
}
