//! `/settings/tills`: tills and their passwords, and whether passwords are taken at all.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use super::{TILLS, chrome, group_choices, said, tabs};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::TillId;
use crate::base::list::{Listing, PAGE, cursor, cursor_text};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::orgs::access::store;
use crate::orgs::access::tills::{self, NewTill};
use crate::orgs::basic_auth;
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::parts::{Choice, Tab};
use crate::web::time::Stamp;
use crate::web::{self, html, refused, see_other_saying};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/settings/tills", get(list).post(add))
        .route("/settings/tills/basic", post(set_basic))
        .route("/settings/tills/{id}/password", post(new_password))
        .route("/settings/tills/{id}/disable", post(disable))
        .route("/settings/tills/{id}/enable", post(enable))
        .route("/settings/tills/{id}/group", post(set_group))
}

#[derive(Template)]
#[template(path = "settings/api/tills.html")]
struct Tills {
    chrome: Chrome,
    tabs: Vec<Tab>,
    basic: bool,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    groups: Vec<Choice>,
    typed: NewTill,
    problems: Problems,
    /// A password, shown on this answer and never again.
    made: Option<Made>,
}

struct Row {
    till: store::tills::Till,
    group: String,
    seen: Option<Stamp>,
}

struct Made {
    name: String,
    code: String,
    password: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    after: String,
}

impl Tills {
    async fn load(app: &App, staff: &Staff, place: &Place) -> Result<Self> {
        staff.require(Permission::ManageAccess)?;
        let after: String = cursor(&place.after).unwrap_or_default();
        let limit = i64::try_from(PAGE + 1).map_err(Error::internal)?;
        let db = app.db.pool();
        let tills = store::tills::page(db, staff.org, &after, limit).await?;
        let listing = Listing::trim(tills, PAGE, |till| till.code.clone());
        let at = |code: &String| format!("{TILLS}?after={}", cursor_text(code));
        let row = |till: store::tills::Till| Row {
            group: till.group.map(|group| group.to_string()).unwrap_or_default(),
            seen: till.last_used_at.map(|at| Stamp::new(at, staff.zone)),
            till,
        };
        Ok(Tills {
            chrome: chrome(staff, "Tills"),
            tabs: tabs(TILLS),
            basic: basic_auth(db, staff.org).await?,
            first: (!after.is_empty()).then(|| TILLS.to_owned()),
            next: listing.next.as_ref().map(at),
            rows: listing.items.into_iter().map(row).collect(),
            groups: group_choices(app, staff).await?,
            typed: NewTill::default(),
            problems: Problems::none(),
            made: None,
        })
    }
}

async fn list(State(app): State<App>, staff: Staff, Query(place): Query<Place>) -> web::Result {
    html(Tills::load(&app, &staff, &place).await?)
}

async fn add(State(app): State<App>, staff: Staff, Form(typed): Form<NewTill>) -> web::Result {
    let done = try_add(&app, &staff, &typed).await;
    let mut page = Tills::load(&app, &staff, &Place::default()).await?;
    match done {
        Ok(Some(password)) => {
            let (name, code) = (typed.name.trim().to_owned(), typed.code.trim().to_owned());
            let name = if name.is_empty() { code.clone() } else { name };
            page.made = Some(Made { name, code, password });
            html(page)
        }
        Ok(None) => see_other_saying(TILLS, Flash::done(format!("Added {}.", typed.code.trim()))),
        Err(Error::Refused(problems)) => {
            // The password is not sent back: it would stand in the page's source.
            let typed = NewTill { password: String::new(), ..typed };
            refused(Tills { typed, problems, ..page })
        }
        Err(error) => Err(error.into()),
    }
}

async fn try_add(app: &App, staff: &Staff, typed: &NewTill) -> Result<Option<String>> {
    staff.require(Permission::ManageAccess)?;
    let (new, password) = (typed.clone(), tills::password(&app.hasher, &typed.password).await?);
    app.act(staff.actor(), |act| {
        Box::pin(async move {
            tills::add(act, &new, &password).await?;
            Ok(password.made)
        })
    })
    .await
}

/// A fresh password, made here: whoever wants one of their own adds the till with it.
async fn new_password(State(app): State<App>, staff: Staff, Path(id): Path<TillId>) -> web::Result {
    staff.require(Permission::ManageAccess)?;
    let password = tills::password(&app.hasher, "").await?;
    let made = password.made.clone().unwrap_or_default();
    let (name, code) = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { tills::set_password(act, id, &password).await })
        })
        .await?;
    let page = Tills::load(&app, &staff, &Place::default()).await?;
    html(Tills { made: Some(Made { name, code, password: made }), ..page })
}

async fn disable(State(app): State<App>, staff: Staff, Path(id): Path<TillId>) -> web::Result {
    match set_enabled(&app, &staff, id, false).await {
        Ok(()) => {
            let flash = Flash::done("Disabled.").undo(format!("{TILLS}/{id}/enable"));
            see_other_saying(TILLS, flash)
        }
        Err(error) => said(Err(error), TILLS),
    }
}

async fn enable(State(app): State<App>, staff: Staff, Path(id): Path<TillId>) -> web::Result {
    said(set_enabled(&app, &staff, id, true).await.map(|()| "Enabled again.".to_owned()), TILLS)
}

async fn set_enabled(app: &App, staff: &Staff, id: TillId, enabled: bool) -> Result<()> {
    app.act(staff.actor(), move |act| {
        Box::pin(async move { tills::set_enabled(act, id, enabled).await })
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewGroup {
    group: String,
}

async fn set_group(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<TillId>,
    Form(typed): Form<NewGroup>,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { tills::set_group(act, id, &typed.group).await })
        })
        .await;
    said(deed.map(|()| "Access changed.".to_owned()), TILLS)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Switch {
    on: bool,
}

async fn set_basic(
    State(app): State<App>,
    staff: Staff,
    Form(switch): Form<Switch>,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { crate::orgs::set_basic_auth(act, switch.on).await })
        })
        .await;
    let words = if switch.on {
        "Tills may sign in with passwords."
    } else {
        "Passwords of tills are refused."
    };
    said(deed.map(|()| words.to_owned()), TILLS)
}
