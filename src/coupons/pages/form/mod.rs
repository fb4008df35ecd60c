//! An offer's form: one page with five sections, a preview, done. The preview carries the boxes along
//! hidden, so it works without a script and a reload loses nothing.

mod boxes;
mod conflict;
mod lists;
mod page;
mod preview;
mod read;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use axum_extra::extract::{Form, Query};
use chrono::Duration;
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::coupons::pages::head::path;
use crate::coupons::series::Series;
use crate::coupons::{series_actions, store};
use crate::web::flash::Flash;
use crate::web::{self, html, refused, see_other_saying};

use boxes::Boxes;
use page::{Flow, FormPage, on_screen};
use preview::Preview;

/// Offers of the last months that the form lets one choose from.
const RECENT_DAYS: i64 = 183;
/// At most so many of them.
const MOST_CHOICES: i64 = 60;

/// The addresses of the form.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/coupons/new", get(new).post(create))
        .route("/coupons/{id}/edit", get(edit).post(update))
}

/// What a new offer begins as.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Start {
    copy: String,
}

/// A new offer; with `copy`, the terms of another one but its name and its common code.
async fn new(State(app): State<App>, staff: Staff, Query(start): Query<Start>) -> web::Result {
    staff.require(Permission::EditCoupons)?;
    let mut boxes = Boxes::fresh();
    if !start.copy.is_empty() {
        let series = existing(&app, &staff, &start.copy).await?;
        boxes = Boxes::of(&series, staff.zone);
        boxes.set("description", format!("Copy of {}", series.description));
        for own in ["seriesCode", "genericCode", "version"] {
            boxes.set(own, "");
        }
    }
    let flow = flow(&app, &staff, None, &boxes).await?;
    html(FormPage::new(&flow, boxes, Problems::none()))
}

/// The form of an offer that is there.
async fn edit(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    staff.require(Permission::EditCoupons)?;
    let series = existing(&app, &staff, &id).await?;
    let boxes = Boxes::of(&series, staff.zone);
    let flow = flow(&app, &staff, Some(series), &boxes).await?;
    html(FormPage::new(&flow, boxes, Problems::none()))
}

async fn create(
    State(app): State<App>,
    staff: Staff,
    Form(pairs): Form<Vec<(String, String)>>,
) -> web::Result {
    staff.require(Permission::EditCoupons)?;
    step(&app, &staff, None, &pairs).await
}

async fn update(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> web::Result {
    staff.require(Permission::EditCoupons)?;
    let series = existing(&app, &staff, &id).await?;
    step(&app, &staff, Some(series), &pairs).await
}

async fn existing(app: &App, staff: &Staff, id: &str) -> Result<Series> {
    let id: SeriesId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    store::series::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)
}

async fn flow(app: &App, staff: &Staff, existing: Option<Series>, boxes: &Boxes) -> Result<Flow> {
    let now = app.clock.now();
    let chosen: Vec<i64> = boxes.all("excluded").iter().filter_map(|id| id.parse().ok()).collect();
    let since = now - Duration::days(RECENT_DAYS);
    let mut db = app.read(staff.org).await?;
    let names = store::list::names(&mut *db, staff.org, since, &chosen, MOST_CHOICES).await?;
    Ok(Flow { staff: staff.clone(), existing, names, now })
}

/// Where the button that was pressed leads.
async fn step(
    app: &App,
    staff: &Staff,
    existing: Option<Series>,
    pairs: &[(String, String)],
) -> web::Result {
    let sent = |key: &str| -> Vec<String> {
        pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value.clone()).collect()
    };
    let boxes = Boxes::from_pairs(pairs);
    let flow = flow(app, staff, existing, &boxes).await?;
    match sent("go").last().map(String::as_str).unwrap_or_default() {
        "back" | "more" => html(FormPage::new(&flow, boxes, Problems::none())),
        "merge" => preview(&flow, conflict::merge(&flow, boxes, &sent("take"))),
        "save" => save(app, &flow, boxes).await,
        _ => preview(&flow, boxes),
    }
}

/// What will be saved, in words; or the form with what is to be put right.
fn preview(flow: &Flow, boxes: Boxes) -> web::Result {
    match flow.check(&boxes) {
        Ok((_, checked)) => html(Preview::new(flow, &boxes, checked)),
        Err(problems) => refused(FormPage::new(flow, boxes, problems)),
    }
}

/// Done: the deed, and what became of it.
async fn save(app: &App, flow: &Flow, boxes: Boxes) -> web::Result {
    let draft = match flow.check(&boxes) {
        Ok((draft, _)) => draft,
        Err(problems) => return refused(FormPage::new(flow, boxes, problems)),
    };
    let id = flow.existing.as_ref().map(|series| series.id);
    let deed = app
        .act(flow.staff.actor(), move |act| {
            Box::pin(async move {
                match id {
                    Some(id) => series_actions::update(act, id, &draft, true).await,
                    None => series_actions::create(act, &draft, true).await,
                }
            })
        })
        .await;
    match deed {
        Ok(series) => {
            let verb = if id.is_some() { "Saved" } else { "Created" };
            let said = Flash::done(format!("{verb} “{}”", series.description));
            see_other_saying(&path(series.id), said)
        }
        Err(Error::Refused(problems)) => refused(FormPage::new(flow, boxes, on_screen(problems))),
        Err(Error::Stale) => conflict::show(flow, boxes),
        Err(error) => Err(error.into()),
    }
}
