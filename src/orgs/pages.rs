//! `/settings/brand`: what a brand decides about issuing and approval.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use axum_extra::extract::Form;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::orgs::actions::change_settings;
use crate::orgs::settings;
use crate::orgs::settings_draft::SettingsDraft;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::{self, html, refused, see_other_saying};

const HERE: &str = "/settings/brand";

/// The brand's own settings.
pub fn routes() -> Router<App> {
    Router::new().route(HERE, get(show).post(change))
}

#[derive(Template)]
#[template(path = "settings/brand.html")]
struct Brand {
    chrome: Chrome,
    typed: SettingsDraft,
    problems: Problems,
}

impl Brand {
    fn new(staff: &Staff, typed: SettingsDraft, problems: Problems) -> Self {
        Brand { chrome: Chrome::new(staff, Nav::Brand), typed, problems }
    }
}

async fn stored(app: &App, staff: &Staff) -> Result<SettingsDraft> {
    staff.require(Permission::EditSettings)?;
    let mut db = app.read(staff.org).await?;
    Ok(SettingsDraft::of(&settings::settings(&mut db, staff.org).await?))
}

async fn show(State(app): State<App>, staff: Staff) -> web::Result {
    html(Brand::new(&staff, stored(&app, &staff).await?, Problems::none()))
}

async fn change(
    State(app): State<App>,
    staff: Staff,
    Form(typed): Form<SettingsDraft>,
) -> web::Result {
    let draft = typed.clone();
    let deed = app
        .act(staff.actor(), |act| Box::pin(async move { change_settings(act, &draft).await }))
        .await;
    match deed {
        Ok(()) => see_other_saying(HERE, Flash::done("Saved. It holds from this moment.")),
        Err(Error::Refused(problems)) => again(&app, &staff, typed, problems).await,
        Err(error) => Err(error.into()),
    }
}

/// The form as typed. One that was overtaken takes on the version it would now be saved over.
async fn again(app: &App, staff: &Staff, typed: SettingsDraft, problems: Problems) -> web::Result {
    let overtaken = problems.iter().any(|problem| problem.code == "stale");
    let version = if overtaken { stored(app, staff).await?.version } else { typed.version.clone() };
    refused(Brand::new(staff, SettingsDraft { version, ..typed }, problems))
}
