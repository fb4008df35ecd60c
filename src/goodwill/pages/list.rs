//! The list, and the number beside its entry in the navigation.

use askama::Template;
use axum::extract::State as Held;
use axum_extra::extract::Query;

use super::seen_by;
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::customers;
use crate::goodwill::filter::{Filter, LIST};
use crate::goodwill::request::{State, Told};
use crate::goodwill::store;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::Tab;
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "goodwill/index.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    /// Whether it holds everybody's.
    all: bool,
    action: &'static str,
    filter: Filter,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    /// The same among all states, where nothing is found in this one.
    everywhere: Option<String>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    id: String,
    path: String,
    state: State,
    customer: (String, String),
    offer: String,
    reason: String,
    comments: String,
    maker: String,
    asked: Stamp,
    end: Option<(String, Stamp)>,
}

impl Row {
    fn new(told: Told, staff: &Staff) -> Self {
        let whom = told.whom();
        let request = told.request;
        let stamp = |at| Stamp::new(at, staff.zone);
        Row {
            id: request.id.to_string(),
            path: request.path(),
            state: request.state(),
            customer: (whom, customers::path(request.customer)),
            offer: told.offer,
            reason: request.reason,
            comments: request.comments,
            maker: request.maker.name,
            asked: stamp(request.asked_on),
            end: request.end.map(|end| (end.checker.name, stamp(end.on))),
        }
    }
}

pub(super) async fn index(
    Held(app): Held<App>,
    staff: Staff,
    hx: Hx,
    Query(filter): Query<Filter>,
) -> web::Result {
    let maker = seen_by(&staff)?;
    let mut db = app.read(staff.org).await?;
    let bounds = filter.bounds(maker, staff.zone);
    let found = store::page(&mut db, staff.org, &bounds, PAGE).await?;
    let page = Index {
        chrome: Chrome::new(&staff, Nav::Goodwill),
        all: maker.is_none(),
        action: LIST,
        tabs: filter.tabs(),
        everywhere: filter.everywhere(),
        first: filter.first(),
        next: found.next.as_ref().map(|place| filter.next(place)),
        rows: found.items.into_iter().map(|told| Row::new(told, &staff)).collect(),
        filter,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

/// The same words as beside the other requests.
#[derive(Template)]
#[template(path = "requests/_waiting.html")]
struct Waiting {
    /// Nothing where none waits.
    shown: Option<String>,
}

/// How many wait, fetched after the page so that no page waits for it.
pub(super) async fn waiting(Held(app): Held<App>, staff: Staff) -> web::Result {
    staff.require(Permission::ApproveGoodwill)?;
    let mut db = app.read(staff.org).await?;
    let number = store::waiting(&mut db, staff.org).await?;
    let more = if number < store::COUNTED { "" } else { "+" };
    html(Waiting { shown: (number > 0).then(|| format!("{}{more}", count(number))) })
}
