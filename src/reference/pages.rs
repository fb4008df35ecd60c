//! `/api/reference`: the overview by section, and a page for each operation.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::routing::get;
use utoipa::openapi::OpenApi;

use super::catalog::{self, Detail, Section};
use crate::api::docs::Document;
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::permission::Permission;
use crate::orgs::access;
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::Tab;
use crate::web::{self, html};

/// The reference of this document.
pub fn routes(document: &Document) -> Router<App> {
    Router::new()
        .route("/api/reference", get(overview))
        .route("/api/reference/{operation}", get(show))
        .layer(Extension(document.api.clone()))
}

const HERE: &str = "/api/reference";

#[derive(Template)]
#[template(path = "reference/index.html")]
struct Overview {
    chrome: Chrome,
    tabs: Vec<Tab>,
    version: String,
    about: Vec<String>,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "reference/operation.html")]
struct Show {
    chrome: Chrome,
    detail: Detail,
    /// The operations beside it.
    siblings: Vec<Tab>,
    curl: String,
}

/// The tabs of the settings it stands beside, for those who have them.
fn tabs(staff: &Staff) -> Vec<Tab> {
    if staff.may(Permission::ManageAccess) { access::tabs(HERE) } else { Vec::new() }
}

fn chrome(staff: &Staff) -> Chrome {
    let nav = if staff.may(Permission::ManageAccess) { Nav::Access } else { Nav::Elsewhere };
    Chrome::new(staff, nav)
}

async fn overview(staff: Staff, Extension(api): Extension<Arc<OpenApi>>) -> web::Result {
    html(Overview {
        chrome: chrome(&staff).title("API reference"),
        tabs: tabs(&staff),
        version: api.info.version.clone(),
        about: catalog::paragraphs(api.info.description.as_deref()),
        sections: catalog::sections(&api),
    })
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Extension(api): Extension<Arc<OpenApi>>,
    Path(id): Path<String>,
) -> web::Result {
    let detail = catalog::find(&api, &id).ok_or(Error::NotFound)?;
    let sections = catalog::sections(&api);
    let section = sections.into_iter().find(|section| section.name == detail.section);
    let tab = |entry: catalog::Entry| {
        let current = entry.id == id;
        Tab::new(entry.summary, format!("{HERE}/{}", entry.id), current)
    };
    let siblings = section.map(|section| section.entries.into_iter().map(tab).collect());
    html(Show {
        chrome: chrome(&staff).crumb("API reference", HERE).title(detail.entry.summary.clone()),
        siblings: siblings.unwrap_or_default(),
        curl: curl(&app, &detail),
        detail,
    })
}

/// The call for a terminal, with the sample as its body.
fn curl(app: &App, detail: &Detail) -> String {
    let listen = app.config.listen;
    let base = app.config.public_url.clone().unwrap_or_else(|| format!("http://{listen}"));
    let mut lines = vec![format!(
        "curl -X {} '{}{}'",
        detail.entry.method,
        base.trim_end_matches('/'),
        detail.called
    )];
    if detail.signed {
        lines.push("-H \"X-CAP-API-OAUTH-TOKEN: $TOKEN\"".to_owned());
    }
    if let Some(body) = &detail.body_sample {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("-d '{}'", body.replace('\'', r"'\''")));
    }
    lines.join(" \\\n  ")
}
