//! Which coupons a run means: said by a filter and resolved by the server, never by what a browser has
//! ticked on one page.

use serde::{Deserialize, Serialize};

use crate::base::ids::{BulkListId, BulkRunId, CouponId, CustomerId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::filter::CodesWanted;
use crate::coupons::series::code_key;

/// The most coupons that are named one by one.
pub const MOST_IDS: usize = 20_000;

/// Which codes of a series: the codes page's filter, and the unredeemed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum Wanted {
    /// As on the codes page.
    Codes(CodesWanted),
    /// Neither used nor taken back, issued or not.
    Unredeemed,
}

impl Wanted {
    /// From the word; anything unknown is all.
    pub fn of(word: &str) -> Self {
        match word.trim() {
            word if word.eq_ignore_ascii_case("UNREDEEMED") => Wanted::Unredeemed,
            word => Wanted::Codes(CodesWanted::of(word)),
        }
    }

    /// As in addresses and statements.
    pub const fn word(self) -> &'static str {
        match self {
            Wanted::Codes(wanted) => wanted.word(),
            Wanted::Unredeemed => "UNREDEEMED",
        }
    }

    /// In words: "codes not issued yet".
    const fn label(self) -> &'static str {
        match self {
            Wanted::Codes(CodesWanted::All) => "All codes",
            Wanted::Codes(CodesWanted::Unissued) => "Codes not issued yet",
            Wanted::Codes(CodesWanted::Issued) => "Issued codes",
            Wanted::Codes(CodesWanted::Redeemed) => "Redeemed codes",
            Wanted::Codes(CodesWanted::Revoked) => "Revoked codes",
            Wanted::Unredeemed => "Unredeemed codes (issued or not)",
        }
    }

    /// Whether a coupon is still among them: the statement's own condition, asked again under its lock.
    fn holds(self, coupon: &Coupon) -> bool {
        let revoked = coupon.revoked.is_some();
        match self {
            Wanted::Codes(CodesWanted::All) => true,
            Wanted::Codes(CodesWanted::Unissued) => coupon.issue.is_none() && !revoked,
            Wanted::Codes(CodesWanted::Issued) => coupon.issue.is_some(),
            Wanted::Codes(CodesWanted::Redeemed) => coupon.redeemed > 0,
            Wanted::Codes(CodesWanted::Revoked) => revoked,
            Wanted::Unredeemed => coupon.redeemed == 0 && !revoked,
        }
    }
}

impl From<String> for Wanted {
    fn from(word: String) -> Self {
        Wanted::of(&word)
    }
}

impl From<Wanted> for &'static str {
    fn from(wanted: Wanted) -> Self {
        wanted.word()
    }
}

/// Which coupons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scope {
    /// Codes of a series.
    Series {
        /// Which.
        series: SeriesId,
        /// Which of its codes.
        wanted: Wanted,
        /// Only those that begin so, as they are compared; blank: all.
        begins: String,
    },
    /// Active coupons of a series that listed customers hold.
    Customers {
        /// Which.
        series: SeriesId,
        /// The list.
        list: BulkListId,
    },
    /// Coupons named one by one, in the order of their numbers.
    Coupons {
        /// Which.
        ids: Vec<CouponId>,
        /// Whose page they were taken from.
        customer: Option<CustomerId>,
    },
    /// What another run did.
    Run {
        /// Which.
        run: BulkRunId,
    },
}

impl Scope {
    /// Codes of a series, by the codes page's filter.
    pub fn series(series: SeriesId, wanted: &str, begins: &str) -> Self {
        // Longer than any code, or with other letters: then nothing is found.
        let begins: String = begins.trim().chars().take(60).collect();
        Scope::Series { series, wanted: Wanted::of(wanted), begins: code_key(&begins) }
    }

    /// Coupons named one by one, each once.
    pub fn coupons(mut ids: Vec<CouponId>, customer: Option<CustomerId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Scope::Coupons { ids, customer }
    }

    /// The series it stays within.
    pub const fn of_series(&self) -> Option<SeriesId> {
        match self {
            Scope::Series { series, .. } | Scope::Customers { series, .. } => Some(*series),
            _ => None,
        }
    }

    /// The address's keys and values that lead to it again.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pair = |key: &str, value: String| (key.to_owned(), value);
        match self {
            Scope::Series { series, wanted, begins } => vec![
                pair("series", series.to_string()),
                pair("wanted", wanted.word().to_owned()),
                pair("q", begins.clone()),
            ],
            Scope::Customers { series, list } => {
                vec![pair("series", series.to_string()), pair("list", list.to_string())]
            }
            Scope::Coupons { ids, customer } => {
                let mut pairs: Vec<_> = ids.iter().map(|id| pair("pick", id.to_string())).collect();
                pairs.extend(customer.map(|customer| pair("customer", customer.to_string())));
                pairs
            }
            Scope::Run { run } => vec![pair("run", run.to_string())],
        }
    }

    /// In words, with what it is of: "Issued codes of Diwali that begin with AB".
    pub fn words(&self, of: &str) -> String {
        match self {
            Scope::Series { wanted, begins, .. } if begins.is_empty() => {
                format!("{} of {of}", wanted.label())
            }
            Scope::Series { wanted, begins, .. } => {
                format!("{} of {of} that begin with {begins}", wanted.label())
            }
            Scope::Customers { .. } => format!("Active coupons of {of} held by listed customers"),
            Scope::Coupons { ids, customer: Some(customer) } => {
                format!("{} coupons of customer {customer}", ids.len())
            }
            Scope::Coupons { ids, .. } => format!("{} chosen coupons", ids.len()),
            Scope::Run { run } => format!("What run {run} changed"),
        }
    }

    /// Whether a coupon, looked at again under its lock, is still meant. (Whether a listed customer's
    /// coupon is active is judged where the clock is known.)
    pub(super) fn holds(&self, coupon: &Coupon) -> bool {
        match self {
            Scope::Series { wanted, .. } => wanted.holds(coupon),
            Scope::Customers { .. } => coupon.issue.is_some(),
            Scope::Coupons { customer, .. } => customer.is_none() || coupon.holder() == *customer,
            Scope::Run { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    #[test]
    fn a_scope_survives_its_row() {
        let scopes = [
            Scope::series(SeriesId::new(7), "unredeemed", " ab "),
            Scope::Customers { series: SeriesId::new(7), list: BulkListId::new(3) },
            Scope::coupons(vec![CouponId::new(9), CouponId::new(2), CouponId::new(9)], None),
            Scope::Run { run: BulkRunId::new(1) },
        ];
        for scope in scopes {
            let row = serde_json::to_value(&scope).unwrap();
            assert_eq!(serde_json::from_value::<Scope>(row).unwrap(), scope);
        }
        let chosen = Scope::coupons(vec![CouponId::new(9), CouponId::new(2)], None);
        assert_eq!(chosen.words(""), "2 chosen coupons");
    }

    #[test]
    fn what_left_the_filter_is_no_longer_meant() {
        let now = "2026-11-26T09:00:00Z".parse().unwrap();
        let mut coupon = samples::coupon(now);
        let holds = |word: &str, coupon: &Coupon| Wanted::of(word).holds(coupon);
        assert!(holds("ISSUED", &coupon) && holds("UNREDEEMED", &coupon));
        assert!(!holds("UNISSUED", &coupon));
        coupon.redeemed = 1;
        assert!(holds("REDEEMED", &coupon) && !holds("UNREDEEMED", &coupon));
    }
}
