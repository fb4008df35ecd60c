//! How many redemptions are left (spec/coupons.md 4.3).

use crate::coupons::series::RedeemLimits;

/// How often a code and its series were used; what was reversed does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uses {
    /// Of this code, by anybody.
    pub of_code: i64,
    /// Of this code, by the customer asked about.
    pub of_code_by_customer: i64,
    /// In the series, by that customer.
    pub in_series_by_customer: i64,
    /// In the series, by anybody.
    pub in_series: i64,
}

/// How many are left, never below zero; `None`: no limit.
pub fn left(terms: &RedeemLimits, uses: &Uses) -> Option<i64> {
    let code = match (terms.multiple_use, terms.per_code) {
        (false, _) => Some(1 - uses.of_code),
        (true, Some(limit)) => Some(i64::from(limit) - uses.of_code),
        (true, None) => None,
    };
    let again = (!terms.same_customer).then(|| 1 - uses.of_code_by_customer);
    let customer = terms.per_customer.map(|max| i64::from(max) - uses.in_series_by_customer);
    let series = terms.max.map(|max| max - uses.in_series);
    [code, again, customer, series].into_iter().flatten().min().map(|left| left.max(0))
}

/// As the wire says it: −1 for no limit.
pub fn wire(left: Option<i64>) -> i64 {
    left.unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(multiple_use: bool, per_code: Option<i32>, same_customer: bool) -> RedeemLimits {
        RedeemLimits { multiple_use, per_code, same_customer, ..RedeemLimits::default() }
    }

    #[test]
    fn the_narrowest_limit_counts() {
        let uses =
            Uses { of_code: 1, of_code_by_customer: 0, in_series_by_customer: 2, in_series: 7 };
        assert_eq!(left(&terms(false, None, true), &uses), Some(0));
        assert_eq!(left(&terms(true, Some(5), true), &uses), Some(4));
        assert_eq!(left(&terms(true, None, true), &uses), None);
        assert_eq!(left(&terms(true, None, false), &uses), Some(1));
        let series = RedeemLimits { max: Some(8), ..terms(true, Some(5), true) };
        assert_eq!(left(&series, &uses), Some(1));
        let customer = RedeemLimits { per_customer: Some(2), ..series };
        assert_eq!(left(&customer, &uses), Some(0));
        assert_eq!((wire(None), wire(Some(3))), (-1, 3));
    }

    proptest! {
        #[test]
        fn never_below_zero_and_never_more_after_another_use(
            of_code in 0i64..10, by in 0i64..10, per in 0i64..10, series in 0i64..10,
            multiple_use: bool, same_customer: bool,
            per_code in prop::option::of(1i32..10), per_customer in prop::option::of(1i32..10),
            max in prop::option::of(1i64..10),
        ) {
            let terms = RedeemLimits { max, per_customer, ..terms(multiple_use, per_code, same_customer) };
            let uses = Uses { of_code, of_code_by_customer: by, in_series_by_customer: per, in_series: series };
            let more = Uses { of_code: of_code + 1, of_code_by_customer: by + 1,
                in_series_by_customer: per + 1, in_series: series + 1 };
            let (now, then) = (left(&terms, &uses), left(&terms, &more));
            prop_assert!(now.is_none_or(|left| left >= 0));
            prop_assert_eq!(now.is_none(), then.is_none());
            prop_assert!(then <= now);
        }
    }
}
