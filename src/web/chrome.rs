//! What the shell around every page needs: who looks, at which brand, from where.
//!
//! `auth` turns its signed-in person into a [`Viewer`]; a page says
//! `Chrome::new(&staff, Nav::Badges).title("Great Answer").crumb("Badges", "/badges")`.

use super::call::{Call, Theme};
use super::flash::Flash;

/// A person at a brand, in plain data.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    /// Their name, or their e-mail where there is none.
    pub name: String,
    /// Their role in words: "Brand admin".
    pub role: String,
    /// The brand's name.
    pub org: String,
    /// The brand's time zone, by its IANA name.
    pub zone: String,
    /// Every brand they may switch to, this one included.
    pub brands: Vec<BrandLink>,
    /// What they may see.
    pub sees: Sees,
}

/// A brand the viewer may switch to.
#[derive(Debug, Clone, Default)]
pub struct BrandLink {
    /// What the form sends.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is the one on screen.
    pub current: bool,
}

/// Which parts of the console the viewer's role opens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sees {
    /// Badges, groups and custom fields.
    pub badges: bool,
    /// Offers, their codes and their batches.
    pub coupons: bool,
    /// Customers, and the search at the top.
    pub customers: bool,
    /// Imports.
    pub imports: bool,
    /// Exports.
    pub exports: bool,
    /// The activity page.
    pub activity: bool,
    /// Staff management.
    pub staff: bool,
    /// Tills, API clients, access groups.
    pub access: bool,
    /// Requests for a second person, one's own at least.
    pub requests: bool,
    /// Those that wait for this person's decision.
    pub decides: bool,
    /// Goodwill requests, one's own at least.
    pub goodwill: bool,
    /// Those of them that wait for this person's decision.
    pub grants: bool,
    /// The brand's own settings.
    pub settings: bool,
}

/// The entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    /// `/badges`
    Badges,
    /// `/coupons`
    Coupons,
    /// `/settings/groups`
    Groups,
    /// `/settings/custom-fields`
    Fields,
    /// `/customers`
    Customers,
    /// `/coupons/codes`
    Codes,
    /// `/imports`
    Imports,
    /// `/exports`
    Exports,
    /// `/activity`
    Activity,
    /// `/staff`
    Staff,
    /// `/requests`
    Requests,
    /// `/goodwill`
    Goodwill,
    /// `/settings/brand`
    Brand,
    /// `/settings/clients`, with tills and access groups beside it.
    Access,
    /// A page outside the navigation: one's own sessions.
    Elsewhere,
}

/// A titled group of entries.
#[derive(Debug, Clone)]
pub struct NavSection {
    /// Its title.
    pub title: &'static str,
    /// Its entries, at least one.
    pub items: Vec<NavItem>,
}

/// One entry of the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// What it says.
    pub label: &'static str,
    /// Its drawing in the sprite.
    pub icon: &'static str,
    /// The letter that leads there after a `g`.
    pub key: char,
    /// Whether the page belongs to it.
    pub current: bool,
    /// Where the number beside it is fetched from, after the page, so that no page waits for it.
    pub count: Option<&'static str>,
}

/// A step above the page: where it leads and what it says.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// Everything `layouts/console.html` shows around a page.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// The page's name, for the window and the last crumb.
    pub title: String,
    /// The steps above the page.
    pub crumbs: Vec<Crumb>,
    /// Who looks.
    pub viewer: Viewer,
    /// The navigation, as far as the role opens it.
    pub nav: Vec<NavSection>,
    /// The chosen theme.
    pub theme: Theme,
    /// Whether the keyboard's shortcuts were switched off.
    pub keys_off: bool,
    /// What the page before wanted to be said.
    pub flash: Option<Flash>,
    /// Path and query of this page, to come back to.
    pub here: String,
}

impl Chrome {
    /// The shell of a page under `nav`, titled by it.
    pub fn new(viewer: impl Into<Viewer>, nav: Nav) -> Self {
        let (viewer, call) = (viewer.into(), Call::current());
        let sections = sections(viewer.sees, nav);
        let current = sections.iter().flat_map(|section| &section.items).find(|item| item.current);
        let title = current.map(|item| item.label.to_owned()).unwrap_or_default();
        Chrome {
            title,
            crumbs: Vec::new(),
            viewer,
            nav: sections,
            theme: call.theme,
            keys_off: call.keys_off,
            flash: call.flash,
            here: call.here,
        }
    }

    /// With a title of its own.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// With one more step above it.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }

    /// Whether the search for customers stands at the top.
    pub fn may_search(&self) -> bool {
        self.viewer.sees.customers
    }

    /// The other brands the viewer may switch to.
    pub fn may_switch(&self) -> bool {
        self.viewer.brands.len() > 1
    }
}

/// The first letters of the first and the last word: `Mina Okafor` → `MO`.
pub fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| c.is_whitespace() || c == '@' || c == '.');
    let first = words.find_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let last = name.split_whitespace().skip(1).last();
    let last = last.and_then(|word| word.chars().find(|c| c.is_alphanumeric()));
    [first, last].into_iter().flatten().flat_map(char::to_uppercase).collect()
}

fn sections(sees: Sees, nav: Nav) -> Vec<NavSection> {
    let all = [
        (
            "Configure",
            vec![
                (sees.badges, Nav::Badges, "/badges", "Badges", "badge", 'b'),
                (sees.coupons, Nav::Coupons, "/coupons", "Offers", "coupon", 'u'),
                (sees.badges, Nav::Groups, "/settings/groups", "Groups & ranks", "layers", 'g'),
                (sees.badges, Nav::Fields, "/settings/custom-fields", "Custom fields", "form", 'f'),
            ],
        ),
        (
            "Serve",
            vec![
                (sees.customers, Nav::Customers, "/customers", "Customers", "user", 'c'),
                (sees.coupons, Nav::Codes, "/coupons/codes", "Find a code", "find", 'k'),
                (sees.requests, Nav::Requests, "/requests", "Requests", "check", 'r'),
                (sees.goodwill, Nav::Goodwill, "/goodwill", "Goodwill", "gift", 'w'),
            ],
        ),
        (
            "Move",
            vec![
                (sees.imports, Nav::Imports, "/imports", "Imports", "up", 'i'),
                (sees.exports, Nav::Exports, "/exports", "Exports", "down", 'e'),
            ],
        ),
        (
            "Understand",
            vec![
                (sees.activity, Nav::Activity, "/activity", "Activity", "clock", 'a'),
                (sees.staff, Nav::Staff, "/staff", "Staff", "team", 's'),
                (sees.access, Nav::Access, "/settings/clients", "API access", "key", 'p'),
                (sees.settings, Nav::Brand, "/settings/brand", "Brand settings", "gear", 'o'),
            ],
        ),
    ];
    let section = |(title, entries): (&'static str, Vec<_>)| {
        let open = entries.into_iter().filter(|entry: &(bool, _, _, _, _, _)| entry.0);
        let items: Vec<NavItem> = open
            .map(|(_, at, href, label, icon, key)| NavItem {
                href,
                label,
                icon,
                key,
                current: at == nav,
                count: match at {
                    Nav::Requests if sees.decides => Some("/requests/waiting"),
                    Nav::Goodwill if sees.grants => Some("/goodwill/waiting"),
                    _ => None,
                },
            })
            .collect();
        (!items.is_empty()).then_some(NavSection { title, items })
    };
    all.into_iter().filter_map(section).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_bear_any_name() {
        let shown =
            ["Mina Okafor", "mina", "Ana de la Cruz", "", "support@northwind.test", "李 雷", "(x)"]
                .map(initials);
        assert_eq!(shown, ["MO", "M", "AC", "", "S", "李雷", "X"]);
    }

    #[test]
    fn the_navigation_shows_what_the_role_opens() {
        let sees = Sees { customers: true, ..Sees::default() };
        let nav = sections(sees, Nav::Customers);
        assert_eq!(nav.len(), 1);
        assert!(nav[0].items[0].current);
    }
}
