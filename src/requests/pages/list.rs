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
use crate::requests::filter::{Filter, LIST};
use crate::requests::request::{self, Kind, State};
use crate::requests::store;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::{Choice, Tab};
use crate::web::time::{Stamp, count};
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "requests/index.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    /// Whether it holds everybody's.
    all: bool,
    action: &'static str,
    filter: Filter,
    tabs: Vec<Tab>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    path: String,
    what: String,
    whom: String,
    maker: String,
    made: Stamp,
    state: State,
    checker: Option<String>,
}

impl Row {
    fn new(line: store::Line, staff: &Staff) -> Self {
        let kind = Kind::named(&line.kind).map_or("", Kind::label);
        let name = customers::full_name(&line.first_name, &line.last_name);
        let first = customers::label(&name, line.first);
        let whom = match line.customers {
            ..=1 => first,
            many => format!("{first} and {} more", count(many - 1)),
        };
        Row {
            path: request::path(line.id),
            what: format!("{kind} {}", line.badge),
            whom,
            maker: line.maker,
            made: Stamp::new(line.made_on, staff.zone),
            state: State::named(&line.state).unwrap_or(State::Failed),
            checker: line.checker,
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
    let found = store::page(&mut db, staff.org, &filter.bounds(maker), PAGE).await?;
    let page = Index {
        chrome: Chrome::new(&staff, Nav::Requests),
        all: maker.is_none(),
        action: LIST,
        tabs: filter.tabs(),
        kinds: filter.kinds(),
        first: filter.first(),
        next: found.next.as_ref().map(|place| filter.next(place)),
        rows: found.items.into_iter().map(|line| Row::new(line, &staff)).collect(),
        filter,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

#[derive(Template)]
#[template(path = "requests/_waiting.html")]
struct Waiting {
    /// Nothing where none waits.
    shown: Option<String>,
}

/// How many wait, fetched after the page so that no page waits for it.
pub(super) async fn waiting(Held(app): Held<App>, staff: Staff) -> web::Result {
    staff.require(Permission::ApproveRequests)?;
    let mut db = app.read(staff.org).await?;
    let number = store::waiting(&mut db, staff.org).await?;
    let more = if number < store::COUNTED { "" } else { "+" };
    html(Waiting { shown: (number > 0).then(|| format!("{}{more}", count(number))) })
}
