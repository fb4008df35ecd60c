//! What the address of a customer's coupons says: filters as typed, order, letters, the place of a page.

use crate::base::csv::sheet::pairs;
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::base::list::{cursor, cursor_text};
use crate::base::problem::Problems;
use crate::coupons::{Handling, HoldingAfter, HoldingFilter, HoldingSort, HoldingStatus, Series};
use crate::web::address::{address, encoded};
use crate::web::parts::{Chip, Choice, Tab};

/// In which letters codes are shown and copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spelling {
    /// As they are kept.
    #[default]
    Stored,
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
}

impl Spelling {
    const ALL: [Spelling; 3] = [Spelling::Stored, Spelling::Upper, Spelling::Lower];

    const fn word(self) -> &'static str {
        match self {
            Spelling::Stored => "",
            Spelling::Upper => "upper",
            Spelling::Lower => "lower",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Spelling::Stored => "As stored",
            Spelling::Upper => "UPPER",
            Spelling::Lower => "lower",
        }
    }

    fn named(word: &str) -> Self {
        Spelling::ALL.into_iter().find(|one| one.word() == word).unwrap_or_default()
    }

    /// A code in these letters.
    pub fn show(self, code: &str) -> String {
        match self {
            Spelling::Stored => code.to_owned(),
            Spelling::Upper => code.to_uppercase(),
            Spelling::Lower => code.to_lowercase(),
        }
    }
}

/// Filters that stand in the form, as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The status' word.
    pub status: String,
    /// The series' number.
    pub series: String,
    /// The kind of codes.
    pub kind: String,
    /// Issued from this day …
    pub from: String,
    /// … to this one.
    pub to: String,
    /// Ending within so many days.
    pub expiring: String,
    /// Part of code or offer, or a coupon's number.
    pub q: String,
    /// The order's word.
    pub sort: String,
    /// `asc` or nothing.
    pub order: String,
    /// In which letters.
    pub case: String,
    /// Behind which coupon.
    pub after: String,
}

impl Asked {
    /// Reads an address; of what is said twice the last counts.
    pub fn of_query(query: &str) -> Self {
        let mut asked = Asked::default();
        for (key, value) in pairs(query) {
            let field = match key.as_str() {
                "status" => &mut asked.status,
                "series" => &mut asked.series,
                "type" => &mut asked.kind,
                "from" => &mut asked.from,
                "to" => &mut asked.to,
                "expiring" => &mut asked.expiring,
                "q" => &mut asked.q,
                "sort" => &mut asked.sort,
                "order" => &mut asked.order,
                "case" => &mut asked.case,
                "after" => &mut asked.after,
                _ => continue,
            };
            value.trim().clone_into(field);
        }
        asked
    }

    /// The filter as it is understood, and what of it is not.
    pub fn filter(&self) -> (HoldingFilter, Problems) {
        HoldingFilter::of_query(&self.query())
    }

    /// In which letters codes are shown.
    pub fn spelling(&self) -> Spelling {
        Spelling::named(&self.case)
    }

    /// The place the page begins behind.
    pub fn place(&self) -> Option<HoldingAfter> {
        cursor(&self.after)
    }

    /// Whether the filters that are folded away ask for something.
    pub fn unfolded(&self) -> bool {
        [&self.kind, &self.from, &self.to, &self.expiring].iter().any(|typed| !typed.is_empty())
    }

    fn query(&self) -> String {
        let pairs = [
            ("status", self.status.as_str()),
            ("series", &self.series),
            ("type", &self.kind),
            ("from", &self.from),
            ("to", &self.to),
            ("expiring", &self.expiring),
            ("q", &self.q),
            ("sort", &self.sort),
            ("order", &self.order),
            ("case", &self.case),
        ];
        let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        said.map(|(key, value)| format!("{key}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }

    /// The address of something under the customer's coupons, with everything that is asked.
    fn at(&self, path: &str, after: &str) -> String {
        let mut query = self.query();
        if !after.is_empty() {
            let and = if query.is_empty() { "" } else { "&" };
            query = format!("{query}{and}after={}", encoded(after));
        }
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The list as it stands.
    pub fn here(&self, customer: CustomerId) -> String {
        self.at(&list(customer), &self.after)
    }

    /// The list from behind a place; from its head for none.
    pub fn to_page(&self, customer: CustomerId, after: Option<HoldingAfter>) -> String {
        self.at(&list(customer), &after.map(|place| cursor_text(&place)).unwrap_or_default())
    }

    /// The list as it stands with a coupon open.
    pub fn to_coupon(&self, customer: CustomerId, coupon: CouponId) -> String {
        self.at(&format!("{}/{coupon}", list(customer)), &self.after)
    }

    fn with(&self, customer: CustomerId, change: impl FnOnce(&mut Asked)) -> String {
        let mut changed = self.clone();
        change(&mut changed);
        changed.at(&list(customer), "")
    }

    /// The list without any filter, in the same order and letters.
    pub fn cleared(&self, customer: CustomerId) -> String {
        let kept = Asked {
            sort: self.sort.clone(),
            order: self.order.clone(),
            case: self.case.clone(),
            ..Asked::default()
        };
        kept.at(&list(customer), "")
    }

    /// The three ways to spell codes.
    pub fn spellings(&self, customer: CustomerId) -> Vec<Tab> {
        let tab = |one: Spelling| {
            let href = self.with(customer, |asked| one.word().clone_into(&mut asked.case));
            Tab::new(one.label(), href, self.spelling() == one)
        };
        Spelling::ALL.map(tab).to_vec()
    }

    /// The filters that are on.
    pub fn chips(&self, customer: CustomerId, series: &[(SeriesId, String)]) -> Vec<Chip> {
        let (filter, _) = self.filter();
        let mut chips = Vec::new();
        let mut add = |label: &str, value: String, off: fn(&mut Asked)| {
            chips.push(Chip::new(label, value, self.with(customer, off)));
        };
        if let Some(status) = filter.statuses.first() {
            add("Status", status.label().to_owned(), |asked| asked.status.clear());
        }
        if let Some(id) = filter.series.first() {
            let name = series.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone());
            let name = name.unwrap_or_else(|| id.to_string());
            add("Offer", name, |asked| asked.series.clear());
        }
        if let Some(handling) = filter.handling {
            add("Codes", handling.label().to_owned(), |asked| asked.kind.clear());
        }
        let day = |day: chrono::NaiveDate| day.format("%-d %b %Y").to_string();
        if let Some(from) = filter.from {
            add("Issued from", day(from), |asked| asked.from.clear());
        }
        if let Some(to) = filter.to {
            add("Issued to", day(to), |asked| asked.to.clear());
        }
        if let Some(days) = filter.expiring {
            let words = match days {
                0 => "today".to_owned(),
                1 => "within 1 day".to_owned(),
                days => format!("within {days} days"),
            };
            add("Expires", words, |asked| asked.expiring.clear());
        }
        if !filter.text.is_empty() {
            add("Text", filter.text.clone(), |asked| asked.q.clear());
        }
        chips
    }

    /// Bulk work over all that match, resolved by whoever does it.
    pub fn bulk(&self, customer: CustomerId, action: &str) -> String {
        let customer = customer.to_string();
        let path = "/coupons/bulk/new";
        let start = address(path, &[("action", action), ("customer", &customer)]);
        let query = self.filter().0.query();
        if query.is_empty() { start } else { format!("{start}&{query}") }
    }

    /// What a head of the table leads to and shows (`parts/table.html`).
    pub fn heads(&self, customer: CustomerId) -> Heads {
        Heads { asked: self.clone(), customer }
    }
}

/// The customer's coupons.
pub fn list(customer: CustomerId) -> String {
    format!("/customers/{customer}/coupons")
}

/// The statuses of the form.
pub fn statuses() -> Vec<Choice> {
    let offered = [
        HoldingStatus::Active,
        HoldingStatus::Redeemable,
        HoldingStatus::Redeemed,
        HoldingStatus::Unredeemed,
        HoldingStatus::Expired,
        HoldingStatus::Revoked,
    ];
    offered.map(|status| Choice::new(status.word(), status.label())).to_vec()
}

/// The kinds of codes of the form.
pub fn kinds() -> Vec<Choice> {
    Handling::ALL.map(|kind| Choice::new(kind.wire(), kind.label())).to_vec()
}

/// The offers of the form, by name.
pub fn names<'a>(series: impl Iterator<Item = &'a Series>) -> Vec<(SeriesId, String)> {
    let mut named: Vec<_> = series.map(|one| (one.id, one.description.clone())).collect();
    named.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    named
}

/// Heads of the table that sort it.
pub struct Heads {
    asked: Asked,
    customer: CustomerId,
}

impl Heads {
    /// Sorted by this, or the other way round.
    pub fn sort_href(&self, key: &str) -> String {
        let ascending = match self.sort_state(key) {
            "descending" => true,
            "ascending" => false,
            // What ends first is what one looks for; of issues the newest.
            _ => key == HoldingSort::Expires.word(),
        };
        self.asked.with(self.customer, |asked| {
            key.clone_into(&mut asked.sort);
            if ascending { "asc" } else { "" }.clone_into(&mut asked.order);
        })
    }

    /// How it is sorted by this.
    pub fn sort_state(&self, key: &str) -> &'static str {
        let (filter, _) = self.asked.filter();
        match (filter.sort.word() == key, filter.ascending) {
            (false, _) => "",
            (true, true) => "ascending",
            (true, false) => "descending",
        }
    }
}

#[cfg(test)]
#[path = "asked_tests.rs"]
mod tests;
