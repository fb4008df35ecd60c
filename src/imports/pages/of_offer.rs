//! `/coupons/{id}/uploads`: the files brought in for one offer, under the offer's own head.

use askama::Template;
use axum::extract::{Path, State};

use super::Line;
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::permission::Permission;
use crate::coupons::series_page::{self, Head, Loaded, View};
use crate::imports::store;
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::{self, html};

/// Files of each kind that are shown, the latest.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "imports/of_offer.html", blocks = ["results"])]
struct Uploads {
    chrome: Chrome,
    head: Head,
    path: String,
    lines: Vec<Line>,
    /// Whether a file is being worked on: the list asks again by itself.
    busy: bool,
}

/// The page.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    staff.require(Permission::ReadImports)?;
    let Loaded { mut db, series, head, .. } =
        series_page::load(&app, &staff, &id, View::Uploads).await?;
    let mut imports = Vec::new();
    for kind in ["coupons", "redeemed-coupons"] {
        imports.extend(store::about(&mut *db, staff.org, kind, series.id.get(), SHOWN).await?);
    }
    imports.sort_by_key(|import| std::cmp::Reverse(import.id));
    let page = Uploads {
        chrome: series_page::chrome(&staff, &series.description),
        path: format!("{}/uploads", head.path),
        busy: imports.iter().any(|import| import.state.is_busy()),
        lines: imports.iter().map(|import| Line::new(import, &staff)).collect(),
        head,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}
