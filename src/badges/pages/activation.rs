//! Activate, deactivate, duplicate: the questions before the deed.

use askama::Template;
use axum::extract::{Path, State};

use crate::auth::Staff;
use crate::badges::actions;
use crate::badges::badge::{Badge, Status};
use crate::badges::pages::show::badge_id;
use crate::badges::store;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::web::chrome::{Chrome, Nav};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::{self, html, see_other_saying};

async fn found(app: &App, staff: &Staff, id: &str) -> Result<Badge> {
    staff.require(Permission::EditBadges)?;
    let id = badge_id(id)?;
    let mut db = app.read(staff.org).await?;
    store::badges::find(&mut db, staff.org, id).await?.ok_or(Error::NotFound)
}

fn chrome(staff: &Staff, badge: &Badge, title: &str) -> Chrome {
    Chrome::new(staff, Nav::Badges)
        .crumb("Badges", "/badges")
        .crumb(&badge.name, badge.path())
        .title(title)
}

/// Asks before nobody new gets the badge.
pub async fn ask_deactivate(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    let badge = found(&app, &staff, &id).await?;
    confirm_off(&staff, &badge).show(&hx)
}

fn confirm_off(staff: &Staff, badge: &Badge) -> Confirm {
    Confirm {
        chrome: chrome(staff, badge, "Deactivate"),
        title: format!("Deactivate “{}”?", badge.name),
        verb: "Deactivate badge".to_owned(),
        risk: true,
        action: format!("{}/deactivation", badge.path()),
        happens: vec![
            "From now on nobody new gets this badge.".to_owned(),
            "From now on no module can claim it.".to_owned(),
        ],
        stays: vec!["Customers who hold it keep it.".to_owned()],
        reason: None,
        hidden: Vec::new(),
        back: badge.path(),
        problems: Problems::none(),
    }
}

/// Asks before the badge works again.
pub async fn ask_activate(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    let badge = found(&app, &staff, &id).await?;
    let happens = match badge.status(app.clock.now()) {
        Status::Ended => {
            vec!["The badge has ended: it works again once its end is moved.".to_owned()]
        }
        _ => vec![
            "Customers can get this badge again.".to_owned(),
            "Modules can claim it again.".to_owned(),
        ],
    };
    let confirm = Confirm {
        title: format!("Activate “{}”?", badge.name),
        verb: "Activate badge".to_owned(),
        risk: false,
        action: format!("{}/activation", badge.path()),
        happens,
        stays: Vec::new(),
        chrome: chrome(&staff, &badge, "Activate"),
        ..confirm_off(&staff, &badge)
    };
    confirm.show(&hx)
}

/// Switches the badge off.
pub async fn deactivate(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> web::Result {
    switch(&app, &staff, &id, false).await
}

/// Switches the badge on.
pub async fn activate(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    switch(&app, &staff, &id, true).await
}

async fn switch(app: &App, staff: &Staff, id: &str, active: bool) -> web::Result {
    let id = badge_id(id)?;
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::set_active(act, id, active).await })
        })
        .await;
    match deed {
        Ok(badge) => {
            let (verb, back) = match active {
                true => ("Activated", "deactivation"),
                false => ("Deactivated", "activation"),
            };
            let flash = Flash::done(format!("{verb} “{}”", badge.name));
            see_other_saying(&badge.path(), flash.undo(format!("{}/{back}", badge.path())))
        }
        Err(Error::Refused(problems)) => {
            let badge = found(app, staff, &id.to_string()).await?;
            confirm_off(staff, &badge).refuse(problems)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "badges/duplicate.html", blocks = ["dialog"])]
struct Duplicate {
    chrome: Chrome,
    id: String,
    name: String,
    copy: String,
    benefits: usize,
    back: String,
}

/// Asks what the copy is called; the form leads to a prefilled new badge.
pub async fn ask_duplicate(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    let badge = found(&app, &staff, &id).await?;
    let page = Duplicate {
        chrome: chrome(&staff, &badge, "Duplicate"),
        id: badge.id.to_string(),
        copy: format!("Copy of {}", badge.name),
        benefits: badge.benefits.len(),
        back: badge.path(),
        name: badge.name,
    };
    if hx.wants("dialog") { html(page.as_dialog()) } else { html(page) }
}
