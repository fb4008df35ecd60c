//! Which lists can be taken out.

use crate::base::csv::sheet::Exportable;
use crate::base::error::{Error, Result};

/// All lists, in the order they are offered.
pub fn all() -> [&'static dyn Exportable; 12] {
    [
        &crate::customers::CustomersSheet,
        &crate::badges::BadgesSheet,
        &crate::badges::EarnedBadgesSheet,
        &crate::coupons::SeriesSheet,
        &crate::coupons::BatchCodesSheet,
        &crate::coupons::BulkResultSheet,
        &crate::badges::HoldersSheet,
        &crate::badges::EnrolmentsSheet,
        &crate::badges::GroupsSheet,
        &crate::badges::FieldsSheet,
        &crate::goodwill::GoodwillSheet,
        &crate::activity::ActivitySheet,
    ]
}

/// The list of a name.
pub fn find(name: &str) -> Result<&'static dyn Exportable> {
    all().into_iter().find(|kind| kind.name() == name).ok_or(Error::NotFound)
}
