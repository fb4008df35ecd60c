//! `/goodwill/download`: which days and states a file is to hold; the house's exports make it.

use askama::Template;
use axum_extra::extract::Query;

use crate::auth::Staff;
use crate::base::permission::Permission;
use crate::goodwill::filter::{Filter, LIST};
use crate::goodwill::request::State;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "goodwill/download.html", blocks = ["dialog"])]
struct Download {
    chrome: Chrome,
    filter: Filter,
    /// The states: key, label, and whether it is on from the start.
    states: Vec<(String, &'static str, bool)>,
    back: &'static str,
}

pub(super) async fn form(staff: Staff, hx: Hx, Query(filter): Query<Filter>) -> web::Result {
    staff.require(Permission::ApproveGoodwill)?;
    staff.require(Permission::Export)?;
    let shown = filter.bounds(None, staff.zone).states;
    let on = |state: &State| shown.is_empty() || shown.contains(state);
    let state = |state: State| (state.label().to_lowercase(), state.label(), on(&state));
    let page = Download {
        chrome: Chrome::new(&staff, Nav::Goodwill).crumb("Goodwill", LIST).title("Download"),
        states: State::ALL.map(state).to_vec(),
        filter,
        back: LIST,
    };
    if hx.wants("dialog") { html(page.as_dialog()) } else { html(page) }
}
