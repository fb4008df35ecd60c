//! What stands at the top of every page of a badge: its face, its state, its tabs.

use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::badges::badge::{Badge, Status};
use crate::badges::groups::Group;
use crate::badges::pages::show::badge_id;
use crate::badges::pages::view::tone;
use crate::badges::store;
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::Tab;

/// Which page of the badge is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Configuration.
    Configuration,
    /// Issued badges.
    Holders,
    /// Enrolments.
    Enrolments,
    /// Fixed windows and their cycles.
    Windows,
    /// Where modules use it.
    Claims,
    /// Would this customer get it, and why not? A page of the support desk.
    Tester,
    /// Ids and dates.
    Information,
    /// Who changed what.
    History,
}

/// The head of a badge's page.
pub struct Head {
    /// Its address.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// The medal's metal.
    pub tone: &'static str,
    /// Its picture, where there is one of ours.
    pub face: String,
    /// Where it stands in time.
    pub status: Status,
    /// Whether it is switched on.
    pub active: bool,
    /// Whether it may be changed by who looks.
    pub may_edit: bool,
    /// The pages this person may open.
    pub tabs: Vec<Tab>,
}

impl Head {
    /// The head of a badge as this person may see it.
    pub fn new(
        staff: &Staff,
        badge: &Badge,
        groups: &[Group],
        view: View,
        now: DateTime<Utc>,
    ) -> Self {
        let group = groups.iter().find(|group| Some(group.id) == badge.group && group.active);
        let ours = badge.images.iter().filter(|image| image.url.starts_with('/'));
        Head {
            path: badge.path(),
            name: badge.name.clone(),
            tone: tone(group.map(|group| group.name.as_str())),
            face: ours.max_by_key(|image| image.tag).map_or_else(String::new, |i| i.url.clone()),
            status: badge.status(now),
            active: badge.active,
            may_edit: staff.may(Permission::EditBadges),
            tabs: tabs(staff, &badge.path(), view),
        }
    }

    /// Whether there is something to deactivate.
    pub fn may_deactivate(&self) -> bool {
        self.active && self.status != Status::Ended
    }
}

fn tabs(staff: &Staff, path: &str, view: View) -> Vec<Tab> {
    let customers = Permission::ReadCustomers;
    let badges = Permission::ReadBadges;
    let all = [
        (badges, View::Configuration, "Configuration", path.to_owned()),
        (customers, View::Holders, "Holders", format!("{path}/holders")),
        (customers, View::Enrolments, "Enrolments", format!("{path}/enrolments")),
        (badges, View::Windows, "Windows", format!("{path}/windows")),
        (badges, View::Claims, "Claims", format!("{path}/claims")),
        (customers, View::Tester, "Tester", format!("{path}/tester")),
        (badges, View::Information, "Information", format!("{path}?tab=information")),
        (Permission::ReadActivity, View::History, "History", format!("{path}?tab=history")),
    ];
    let open = all.into_iter().filter(|(permission, ..)| staff.may(*permission));
    open.map(|(_, at, label, href)| Tab::new(label, href, at == view)).collect()
}

/// A badge of this brand, its head, and the transaction they were read in.
pub async fn load(
    app: &App,
    staff: &Staff,
    id: &str,
    view: View,
) -> Result<(Reading, Badge, Head)> {
    staff.require(Permission::ReadBadges)?;
    let id = badge_id(id)?;
    let mut db = app.read(staff.org).await?;
    let badge = store::badges::find(&mut db, staff.org, id).await?.ok_or(Error::NotFound)?;
    let groups = store::groups::all(&mut *db, staff.org).await?;
    let head = Head::new(staff, &badge, &groups, view, app.clock.now());
    Ok((db, badge, head))
}

/// The shell of a badge's page.
pub fn chrome(staff: &Staff, badge: &Badge) -> Chrome {
    Chrome::new(staff, Nav::Badges).crumb("Badges", "/badges").title(&badge.name)
}
