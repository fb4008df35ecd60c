//! A badge's page: Configuration, Information, History.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::activity::{self, History};
use crate::auth::Staff;
use crate::badges::badge::Status;
use crate::badges::pages::view::View;
use crate::badges::store;
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::BadgeId;
use crate::base::permission::Permission;
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::Tab;
use crate::web::time::Stamp;
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "badges/show.html")]
struct Show {
    chrome: Chrome,
    path: String,
    view: View,
    tabs: Vec<Tab>,
    tab: &'static str,
    info: Info,
    history: Option<History>,
    may_edit: bool,
}

/// What the Information tab says.
struct Info {
    id: String,
    numeric_id: i64,
    created: Stamp,
    created_by: String,
    updated: Stamp,
    updated_by: String,
    version: i64,
    migrated: bool,
    enrolled: String,
}

impl Show {
    /// Whether there is something to deactivate.
    fn may_deactivate(&self) -> bool {
        self.view.active && self.view.status != Status::Ended
    }
}

/// Which tab.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: String,
}

/// A badge id of an address; one that cannot be read is a badge that is not there.
pub fn badge_id(text: &str) -> Result<BadgeId, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// A badge's page.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    staff.require(Permission::ReadBadges)?;
    let id = badge_id(&id)?;
    let now = app.clock.now();
    let mut db = app.read(staff.org).await?;
    let badge = store::badges::find(&mut db, staff.org, id).await?.ok_or(Error::NotFound)?;
    let fields = store::fields::all(&mut *db, staff.org).await?;
    let groups = store::groups::all(&mut *db, staff.org).await?;
    let (enrolled, earned) = store::badges::counts(&mut *db, staff.org, id).await?;
    let tab = match asked.tab.as_str() {
        "information" => "information",
        "history" if staff.may(Permission::ReadActivity) => "history",
        _ => "configuration",
    };
    let history = match tab {
        "history" => activity::history(&mut db, &staff, "badge", &id.to_string()).await?,
        _ => None,
    };
    let info = Info {
        id: badge.id.to_string(),
        numeric_id: badge.numeric_id,
        created: Stamp::new(badge.stamp.created_on, staff.zone),
        created_by: badge.stamp.created_by_name.clone(),
        updated: Stamp::new(badge.stamp.updated_on, staff.zone),
        updated_by: badge.stamp.updated_by_name.clone(),
        version: badge.version,
        migrated: badge.migrated,
        enrolled: web::time::count(enrolled),
    };
    let path = badge.path();
    let mut tabs = vec![
        Tab::new("Configuration", path.clone(), tab == "configuration"),
        Tab::new("Information", format!("{path}?tab=information"), tab == "information"),
    ];
    if staff.may(Permission::ReadActivity) {
        tabs.push(Tab::new("History", format!("{path}?tab=history"), tab == "history"));
    }
    html(Show {
        chrome: Chrome::new(&staff, Nav::Badges).crumb("Badges", "/badges").title(&badge.name),
        view: View::of(&badge, &fields, &groups, earned, now, staff.zone),
        path,
        tabs,
        tab,
        info,
        history,
        may_edit: staff.may(Permission::EditBadges),
    })
}
