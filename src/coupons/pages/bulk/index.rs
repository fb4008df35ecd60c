//! The runs of the brand, or of one offer.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::list::{PAGE, cursor, cursor_text};
use crate::base::permission::Permission;
use crate::coupons::bulk::Run;
use crate::coupons::store::{self, bulk};
use crate::web::address::address;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

/// A row of the list.
struct Line {
    path: String,
    title: &'static str,
    about: String,
    look: &'static str,
    state: &'static str,
    done: String,
    skipped: String,
    who: String,
    at: Stamp,
}

impl Line {
    fn new(run: &Run, staff: &Staff) -> Self {
        Line {
            path: run.path(),
            title: run.action.title(),
            about: run.about.clone(),
            look: run.state.look(),
            state: run.state.label(),
            done: count(run.done),
            skipped: count(run.skipped),
            who: run.created_by_name.clone(),
            at: Stamp::new(run.created_on, staff.zone),
        }
    }
}

#[derive(Template)]
#[template(path = "coupons/bulk_list.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    /// The offer whose runs these are, and what may be begun for it.
    offer: Option<String>,
    revoke: Option<String>,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

/// Of which offer, and where the list begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    series: String,
    before: String,
}

/// Bulk actions, newest first.
pub async fn index(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Query(asked): Query<Asked>,
) -> web::Result {
    let page = build(&app, &staff, &asked).await?;
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

async fn build(app: &App, staff: &Staff, asked: &Asked) -> Result<Index> {
    staff.require(Permission::ReadCoupons)?;
    let mut db = app.read(staff.org).await?;
    let series = match asked.series.trim() {
        "" => None,
        text => {
            let id: SeriesId = text.parse().map_err(|_| Error::NotFound)?;
            let found = store::series::find(&mut *db, staff.org, id).await?;
            Some(found.ok_or(Error::NotFound)?)
        }
    };
    let id = series.as_ref().map(|series| series.id);
    let before = cursor::<bulk::Before>(&asked.before);
    let found = bulk::page(&mut *db, staff.org, id, before, PAGE).await?;
    let of = |before: &str| {
        address("/coupons/bulk", &[("series", asked.series.trim()), ("before", before)])
    };
    let may = staff.may(Permission::ServeCoupons) || staff.may(Permission::EditCoupons);
    Ok(Index {
        chrome: Chrome::new(staff, Nav::Coupons).title("Bulk actions"),
        offer: series.map(|series| series.description),
        revoke: id.filter(|_| may).map(|id| format!("/coupons/bulk/new?action=revoke&series={id}")),
        lines: found.items.iter().map(|run| Line::new(run, staff)).collect(),
        first: before.map(|_| of("")),
        next: found.next.map(|last| of(&cursor_text(&last))),
    })
}
