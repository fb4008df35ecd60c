//! Two people changed one offer: both versions side by side, and what becomes of each difference.

use askama::Template;
use axum::http::StatusCode;

use super::boxes::Boxes;
use super::page::{Flow, label};
use crate::base::error::Error;
use crate::coupons::pages::head::path;
use crate::web::chrome::Chrome;
use crate::web::time::Stamp;
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "badges/conflict.html")]
struct Page {
    chrome: Chrome,
    name: String,
    by: String,
    at: Stamp,
    action: String,
    theirs: String,
    hidden: Vec<(String, String)>,
    rows: Vec<Row>,
}

/// One box in which the two differ.
struct Row {
    key: String,
    label: String,
    mine: String,
    theirs: String,
}

/// The page: 409, nothing saved, nothing lost.
pub fn show(flow: &Flow, mut mine: Boxes) -> web::Result {
    let Some(series) = &flow.existing else { return Err(Error::Stale.into()) };
    let theirs = Boxes::of(series, flow.staff.zone);
    mine.set("version", theirs.get("version"));
    let page = Page {
        chrome: flow.chrome(),
        name: series.description.clone(),
        by: series.stamp.updated_by_name.clone(),
        at: Stamp::new(series.stamp.updated_on, flow.staff.zone),
        action: flow.action(),
        theirs: format!("{}/edit", path(series.id)),
        rows: rows(&mine, &theirs),
        hidden: mine.pairs(),
    };
    let mut answer = html(page)?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}

/// Mine, but theirs where the person chose it.
pub fn merge(flow: &Flow, mine: Boxes, taken: &[String]) -> Boxes {
    let Some(series) = &flow.existing else { return mine };
    let theirs = Boxes::of(series, flow.staff.zone).pairs();
    let mut pairs = mine.pairs();
    pairs.retain(|(key, _)| !taken.contains(key));
    pairs.extend(theirs.into_iter().filter(|(key, _)| taken.contains(key)));
    Boxes::from_pairs(&pairs)
}

fn rows(mine: &Boxes, theirs: &Boxes) -> Vec<Row> {
    let said = |boxes: &Boxes, key: &str| {
        let all = boxes.all(key).into_iter().map(|text| text.trim().to_owned());
        let filled: Vec<String> = all.filter(|text| !text.is_empty()).collect();
        filled.join(", ")
    };
    let mut keys: Vec<String> =
        [mine.pairs(), theirs.pairs()].into_iter().flatten().map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let row = |key: String| Row {
        label: label(&key),
        mine: said(mine, &key),
        theirs: said(theirs, &key),
        key,
    };
    keys.into_iter().map(row).filter(|row| row.mine != row.theirs).collect()
}
