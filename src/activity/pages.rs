//! `/activity`: who changed what, for the whole brand.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use axum_extra::extract::Query;

use super::entry::{Filter, Line};
use super::{store, words};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::{Chip, Choice};
use crate::web::{self, html};

/// `/activity`.
pub fn routes() -> Router<App> {
    Router::new().route("/activity", get(index))
}

#[derive(Template)]
#[template(path = "activity/index.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    filter: Filter,
    chips: Vec<Chip>,
    kinds: Vec<Choice>,
    people: Vec<Choice>,
    verbs: Vec<Choice>,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

async fn index(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Query(filter): Query<Filter>,
) -> web::Result {
    staff.require(Permission::ReadActivity)?;
    let mut db = app.read(staff.org).await?;
    let found = store::page(&mut db, staff.org, &filter.bounds(staff.zone), PAGE).await?;
    let same =
        |values: Vec<String>| values.into_iter().map(|value| Choice::new(value.clone(), value));
    let kinds = store::kinds(&mut db, staff.org).await?;
    let page = Index {
        chrome: Chrome::new(&staff, Nav::Activity),
        chips: filter.chips(),
        kinds: kinds.into_iter().map(|kind| Choice::new(&*kind, words::kind(&kind))).collect(),
        people: same(store::actors(&mut db, staff.org).await?).collect(),
        verbs: same(store::verbs(&mut db, staff.org).await?).collect(),
        lines: found.items.into_iter().map(|row| Line::new(row, staff.zone)).collect(),
        first: (!filter.after.is_empty()).then(|| filter.at(None).href()),
        next: found.next.map(|last| filter.at(Some(last)).href()),
        filter,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}
