//! A badge's page: Configuration, Information, History.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::activity::{self, History};
use crate::auth::Staff;
use crate::badges::pages::head::{self, Head};
use crate::badges::pages::view::View;
use crate::badges::store;
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::BadgeId;
use crate::base::permission::Permission;
use crate::web::chrome::Chrome;
use crate::web::time::Stamp;
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "badges/show.html")]
struct Show {
    chrome: Chrome,
    head: Head,
    view: View,
    tab: &'static str,
    info: Info,
    history: Option<History>,
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
    let open = match tab {
        "information" => head::View::Information,
        "history" => head::View::History,
        _ => head::View::Configuration,
    };
    html(Show {
        chrome: head::chrome(&staff, &badge),
        head: Head::new(&staff, &badge, &groups, open, now),
        view: View::of(&badge, &fields, &groups, earned, now, staff.zone),
        tab,
        info,
        history,
    })
}
