//! What stands at the top of every page of a customer.

use askama::Template;
use chrono_tz::Tz;

use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::customers::{self, Customer, path};
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::Tab;
use crate::web::time::Stamp;
use crate::web::{self, html};

/// Identifiers shown before "Show more".
const SHOWN: usize = 3;

/// Which page of the customer is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Name, identifiers, custom fields.
    Overview,
    /// Badges.
    Badges,
    /// Coupons.
    Coupons,
    /// Who changed what, and where it came from.
    History,
}

/// The head of a customer's page.
pub struct Head {
    /// The customer's number.
    pub id: CustomerId,
    /// What they are called.
    pub name: String,
    /// Whether personal data may be seen.
    pub personal: bool,
    /// The style sheet's name and the word for how they stand.
    pub status: (&'static str, String),
    /// When they joined.
    pub registered: Option<Stamp>,
    /// The first identifiers: kind and value.
    pub identifiers: Vec<(&'static str, String)>,
    /// The others.
    pub further: Vec<(&'static str, String)>,
    /// The form, where it may be used.
    pub edit: Option<String>,
    /// Where a coupon is asked for out of goodwill, where they may.
    pub goodwill: Option<String>,
    /// The views this person may open; none when there is only one.
    pub tabs: Vec<Tab>,
}

impl Head {
    /// The head as this person may see it.
    pub fn new(staff: &Staff, customer: &Customer, view: View, zone: Tz) -> Self {
        let personal = staff.may(Permission::ReadPersonalData);
        let known = customer.profile.identifiers.iter().filter(|_| personal);
        let mut identifiers: Vec<_> =
            known.map(|known| (known.kind.label(), known.value.clone())).collect();
        let further = identifiers.split_off(SHOWN.min(identifiers.len()));
        let may_edit = staff.may(Permission::EditCustomers);
        Head {
            id: customer.id,
            name: customer.label(),
            personal,
            status: (customer.status.look(), customer.status.word()),
            registered: customer.profile.registered_on.map(|at| Stamp::new(at, zone)),
            identifiers,
            further,
            edit: may_edit.then(|| format!("/customers/{}/edit", customer.id)),
            goodwill: staff
                .may(Permission::ServeCoupons)
                .then(|| format!("/customers/{}/goodwill", customer.id)),
            tabs: tabs(staff, customer.id, view),
        }
    }
}

fn tabs(staff: &Staff, id: CustomerId, view: View) -> Vec<Tab> {
    let path = path(id);
    let all = [
        (Permission::ReadPersonalData, View::Overview, "Overview", format!("{path}/overview")),
        (Permission::ReadBadges, View::Badges, "Badges", path.clone()),
        (Permission::ReadCoupons, View::Coupons, "Coupons", format!("/customers/{id}/coupons")),
        (Permission::ReadActivity, View::History, "History", format!("{path}/history")),
    ];
    let open = all.into_iter().filter(|(permission, ..)| staff.may(*permission));
    let tabs: Vec<Tab> =
        open.map(|(_, at, label, href)| Tab::new(label, href, at == view)).collect();
    if tabs.len() > 1 { tabs } else { Vec::new() }
}

/// The shell of a customer's page.
pub fn chrome(staff: &Staff, customer: &Customer) -> Chrome {
    Chrome::new(staff, Nav::Customers).crumb("Customers", "/customers").title(customer.label())
}

/// A customer that is there, and the transaction it was read in. Unknown numbers, deleted customers and
/// other brands' are all not found.
pub async fn load(app: &App, staff: &Staff, id: &str) -> Result<(Reading, Customer)> {
    staff.require(Permission::ReadCustomers)?;
    let id: CustomerId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let found = customers::find(&mut db, staff.org, id).await?;
    let customer = found.filter(|customer| !customer.deleted).ok_or(Error::NotFound)?;
    Ok((db, customer))
}

#[derive(Template)]
#[template(path = "membercare/merged.html")]
struct Merged {
    chrome: Chrome,
    survivor: String,
}

/// The page of a customer that was merged into another.
pub fn merged(staff: &Staff, customer: &Customer, survivor: CustomerId) -> web::Result {
    html(Merged { chrome: chrome(staff, customer), survivor: path(survivor) })
}
