//! `/customers`: the search, or the newest.
//!
//! Why typing shows `view=list` in the address: Enter opens the only exact hit, but the address of a
//! list somebody typed their way to must show that list when they come back to it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::ids::ImportId;
use crate::base::list::{PAGE, cursor, cursor_text};
use crate::base::permission::Permission;
use crate::customers::customer::{label, path};
use crate::customers::highlight::Marked;
use crate::customers::identifier::clean;
use crate::customers::store::{self, Hit};
use crate::web::address::address;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::Chip;
use crate::web::time::Stamp;
use crate::web::{self, html, see_other};

/// From how many characters on typing alone searches.
const LIVE_FROM: usize = 4;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    after: String,
    import: String,
    view: String,
}

#[derive(Template)]
#[template(path = "customers/index.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    query: String,
    /// Only those an import brought.
    import: Option<ImportId>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    /// Whether a search left some out.
    more: bool,
    first: Option<String>,
    next: Option<String>,
    /// Whether identifiers may be seen.
    personal: bool,
    may_edit: bool,
    may_import: bool,
    /// Whether codes of coupons may be looked up, and where.
    sees_coupons: bool,
    codes: String,
    /// Whether customers may be ticked for bulk work.
    may_bulk: bool,
    export: String,
    /// Whether only the rows are wanted: the link to the file is sent along.
    typing: bool,
}

/// A customer as the list shows them.
struct Row {
    id: String,
    href: String,
    name: Marked,
    matched: Option<(&'static str, Marked)>,
    /// What was met where it is no identifier.
    met: &'static str,
    primary: Option<(&'static str, String)>,
    look: &'static str,
    status: String,
    merged: Option<(String, String)>,
    added: Stamp,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Query(asked): Query<Asked>,
) -> web::Result {
    staff.require(Permission::ReadCustomers)?;
    let typing = hx.wants("results");
    let query = clean(&asked.q);
    if typing && (1..LIVE_FROM).contains(&query.chars().count()) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let mut page = Index::blank(&staff, &asked, query);
    page.typing = typing;
    let mut db = app.read(staff.org).await?;
    if page.query.is_empty() {
        page.list(&mut db, &staff, &asked).await?;
    } else {
        let found = store::search(&mut db, staff.org, &page.query, page.personal).await?;
        if let Some(id) = found.only().filter(|_| !typing && asked.view.is_empty()) {
            return see_other(&path(id));
        }
        page.more = found.more;
        page.rows = found.hits.iter().map(|hit| page.row(hit, &staff)).collect();
    }
    if typing { html(page.as_results()) } else { html(page) }
}

impl Index {
    fn blank(staff: &Staff, asked: &Asked, query: String) -> Self {
        let import = asked.import.trim().parse().ok();
        let chip = |import| Chip::new("Import", format!("{import}"), "/customers");
        let of_import = import.map(|import: ImportId| import.to_string()).unwrap_or_default();
        let pairs = [("kind", "customers"), ("import", &of_import), ("q", &query)];
        let export = address("/exports", &pairs);
        let codes = address("/coupons/codes", &[("q", &query)]);
        Index {
            chrome: Chrome::new(staff, Nav::Customers),
            chips: import.map(chip).into_iter().collect(),
            import,
            query,
            rows: Vec::new(),
            more: false,
            first: (!asked.after.is_empty()).then(|| list_href(import, None)),
            next: None,
            personal: staff.may(Permission::ReadPersonalData),
            may_edit: staff.may(Permission::EditCustomers),
            sees_coupons: staff.may(Permission::ReadCoupons),
            codes,
            may_import: staff.may(Permission::ReadImports) && staff.may(Permission::EditCustomers),
            may_bulk: staff.may(Permission::ReadImports) && staff.may(Permission::IssueBadges),
            export,
            typing: false,
        }
    }

    async fn list(&mut self, db: &mut store::Reading, staff: &Staff, asked: &Asked) -> Result<()> {
        let after = cursor(&asked.after);
        let page = match self.import {
            Some(import) => store::of_import(db, staff.org, import, after, PAGE).await?,
            None => store::newest(db, staff.org, after, PAGE).await?,
        };
        self.rows = page.items.iter().map(|hit| self.row(hit, staff)).collect();
        self.next = page.next.map(|place| list_href(self.import, Some(cursor_text(&place))));
        Ok(())
    }

    fn row(&self, hit: &Hit, staff: &Staff) -> Row {
        let name = label(&hit.name, hit.id);
        let met = hit.matched.as_ref();
        let by_name = met.is_some_and(|met| met.kind.is_none());
        let by_identifier = met.and_then(|met| {
            let marked = Marked::of(met.kind, &met.value, &self.query);
            met.kind.map(|kind| (kind.label(), marked))
        });
        let by_number = met.is_some_and(|met| met.kind.is_none() && met.value != hit.name);
        let primary = hit.primary.as_ref().filter(|_| self.personal);
        Row {
            id: hit.id.to_string(),
            href: path(hit.id),
            name: if by_name { Marked::of(None, &name, &self.query) } else { Marked::plain(&name) },
            matched: by_identifier,
            met: if by_number { "Customer id" } else { "Name" },
            primary: primary.map(|(kind, value)| (kind.label(), value.clone())),
            look: hit.status.look(),
            status: hit.status.word(),
            merged: hit.merged_into.map(|survivor| (survivor.to_string(), path(survivor))),
            added: Stamp::new(hit.created_on, staff.zone),
        }
    }
}

fn list_href(import: Option<ImportId>, after: Option<String>) -> String {
    let import = import.map(|import| format!("import={import}"));
    let after = after.map(|after| format!("after={after}"));
    let query: Vec<String> = import.into_iter().chain(after).collect();
    if query.is_empty() {
        "/customers".to_owned()
    } else {
        format!("/customers?{}", query.join("&"))
    }
}
