//! `/badges/{id}/claims`: where modules use the badge. Claiming is the modules' own; the console shows no
//! way to take a claim back (spec/badges.md 12).

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::auth::Staff;
use crate::badges::owners::Claim;
use crate::badges::pages::head::{self, Head, View};
use crate::base::app::App;
use crate::base::list::{PAGE, cursor, cursor_text};
use crate::web::address::address;
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::time::Stamp;
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "badges/claims.html", blocks = ["results"])]
struct Page {
    chrome: Chrome,
    head: Head,
    owners: Vec<Owned>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    note: String,
}

/// A module that may use the badge.
struct Owned {
    label: &'static str,
    claims: usize,
}

/// One claim.
struct Row {
    module: &'static str,
    reference: String,
    since: Stamp,
}

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: String,
}

/// What claims are in order of: module, then reference.
fn place(claim: &Claim) -> (String, String) {
    (claim.owner.label().to_owned(), claim.reference.clone())
}

/// The claims that stand.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let (_, badge, head) = head::load(&app, &staff, &id, View::Claims).await?;
    let after: Option<(String, String)> = cursor(&asked.after);
    let mut claims: Vec<&Claim> = badge.claims.iter().filter(|claim| claim.active).collect();
    claims.sort_by_cached_key(|claim| place(claim));
    let behind = |claim: &&&Claim| after.as_ref().is_none_or(|after| place(claim) > *after);
    let shown: Vec<&Claim> = claims.iter().filter(behind).take(PAGE + 1).copied().collect();
    let base = format!("{}/claims", head.path);
    let last = shown.get(PAGE - 1).filter(|_| shown.len() > PAGE);
    let owned = |owner: &crate::badges::owners::Owner| Owned {
        label: owner.label(),
        claims: badge.claims_of(*owner).count(),
    };
    let row = |claim: &&Claim| Row {
        module: claim.owner.label(),
        reference: claim.reference.clone(),
        since: Stamp::new(claim.since, staff.zone),
    };
    let page = Page {
        chrome: head::chrome(&staff, &badge),
        owners: badge.owners.iter().map(owned).collect(),
        rows: shown.iter().take(PAGE).map(row).collect(),
        first: after.is_some().then(|| base.clone()),
        next: last.map(|last| address(&base, &[("after", &cursor_text(&place(last)))])),
        note: format!("By module · times in {}", staff.zone.name()),
        head,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}
