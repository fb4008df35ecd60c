//! What the address of a customer's badges says: tab, filters, order, the badge that is open.

use serde::Deserialize;

use crate::badges::owners::Owner;
use crate::base::ids::{BadgeId, CustomerId};
use crate::customers::{fold, path};
use crate::membercare::category::{Category, Standing};
use crate::membercare::sort::Sort;
use crate::membercare::store::Which;
use crate::web::address::address;

/// The state of the page, as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The tab's word; empty for the tab of the open badge, or the first.
    pub category: String,
    /// What badges' names contain.
    pub name: String,
    /// The module that may use them.
    pub owner: String,
    /// Their group.
    pub group: String,
    /// The order's word.
    pub sort: String,
    /// The badge that is open.
    pub badge: String,
    /// The last card of the page before.
    pub after: String,
    /// The place in the timeline.
    pub from: String,
}

impl Filter {
    /// The order.
    pub fn order(&self) -> Sort {
        Sort::named(&self.sort)
    }

    /// The open badge, if the address names one.
    pub fn open(&self) -> Option<BadgeId> {
        self.badge.parse().ok()
    }

    /// What the database is asked for.
    pub fn which(&self) -> Which {
        let owner: Option<Owner> = self.owner.parse().ok();
        Which { badge: None, group: self.group.parse().ok(), owner: owner.map(Owner::wire) }
    }

    /// Whether a badge's name contains what was typed, case put away.
    pub fn admits(&self, standing: &Standing) -> bool {
        let wanted = fold(&self.name);
        wanted.is_empty() || fold(&standing.name).contains(&wanted)
    }

    /// Whether anything but the tab narrows the list.
    pub fn narrows(&self) -> bool {
        [&self.name, &self.owner, &self.group].iter().any(|typed| !typed.trim().is_empty())
    }

    /// The address of another tab, nothing open.
    pub fn to_category(&self, customer: CustomerId, category: Category) -> String {
        self.href(customer, category.word(), "", "", "")
    }

    /// The address of a tab without filters, in the same order.
    pub fn clear_href(&self, customer: &CustomerId, category: &Category) -> String {
        let pairs = [("category", category.word()), ("sort", self.sort.as_str())];
        address(&path(*customer), &pairs)
    }

    /// The address with a badge open.
    pub fn to_badge(&self, customer: CustomerId, category: Category, badge: BadgeId) -> String {
        self.href(customer, category.word(), &badge.to_string(), &self.after, "")
    }

    /// The address with a badge open under whichever tab it stands now, at its panel.
    pub fn to_open(&self, customer: CustomerId, badge: BadgeId) -> String {
        format!("{}#panel", self.href(customer, "", &badge.to_string(), "", ""))
    }

    /// The same filters with a badge open under whichever tab it stands now.
    #[must_use]
    pub fn opening(mut self, badge: BadgeId) -> Self {
        self.badge = badge.to_string();
        (self.category, self.after, self.from) = Default::default();
        self
    }

    /// The address of a form that leads back here: it carries the filters along.
    pub fn carried(&self, path: &str) -> String {
        let pairs = [
            ("name", self.name.trim()),
            ("owner", &self.owner),
            ("group", &self.group),
            ("sort", &self.sort),
        ];
        address(path, &pairs)
    }

    /// The address of the cards behind a badge.
    pub fn to_page(&self, customer: CustomerId, category: Category, after: &str) -> String {
        self.href(customer, category.word(), "", after, "")
    }

    /// The address of a place in the open badge's timeline.
    pub fn to_place(
        &self,
        customer: CustomerId,
        category: Category,
        badge: BadgeId,
        from: &str,
    ) -> String {
        self.href(customer, category.word(), &badge.to_string(), &self.after, from)
    }

    fn href(
        &self,
        customer: CustomerId,
        category: &str,
        badge: &str,
        after: &str,
        from: &str,
    ) -> String {
        let pairs = [
            ("category", category),
            ("name", self.name.trim()),
            ("owner", &self.owner),
            ("group", &self.group),
            ("sort", &self.sort),
            ("after", after),
            ("badge", badge),
            ("from", from),
        ];
        address(&path(customer), &pairs)
    }
}
