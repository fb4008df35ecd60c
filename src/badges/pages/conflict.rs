//! Two people changed one badge: both versions side by side, and what becomes of each difference.

use askama::Template;
use axum::http::StatusCode;

use crate::badges::draft::Draft;
use crate::badges::pages::sent::Sent;
use crate::badges::pages::steps::Flow;
use crate::base::error::Error;
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
pub fn show(flow: &Flow, mine: Draft) -> web::Result {
    let Some(badge) = &flow.existing else { return Err(Error::Stale.into()) };
    let (fields, zone) = (&flow.around.fields, flow.staff.zone);
    let theirs = Draft::of(badge, fields, zone).without_defaults(fields);
    // What I typed, said the way a form would say it: a blank time and 00:00 are no difference.
    let mut mine = match flow.check(&mine) {
        Ok(checked) => Draft::of(&checked.onto(badge), fields, zone).without_defaults(fields),
        Err(_) => mine,
    };
    mine.version.clone_from(&theirs.version);
    let page = Page {
        chrome: flow.chrome(),
        name: badge.name.clone(),
        by: badge.stamp.updated_by_name.clone(),
        at: Stamp::new(badge.stamp.updated_on, flow.staff.zone),
        action: flow.action(),
        theirs: format!("{}/edit", badge.path()),
        rows: rows(&mine, &theirs),
        hidden: mine.pairs(),
    };
    let mut answer = html(page)?;
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}

/// Mine, but theirs where the person chose it.
pub fn merge(flow: &Flow, mine: Draft, sent: &Sent) -> Draft {
    let Some(badge) = &flow.existing else { return mine };
    let theirs = Draft::of(badge, &flow.around.fields, flow.staff.zone).pairs();
    let taken: Vec<&str> = sent.all("take").collect();
    let mut pairs = mine.pairs();
    pairs.retain(|(key, _)| !taken.contains(&key.as_str()));
    pairs.extend(theirs.into_iter().filter(|(key, _)| taken.contains(&key.as_str())));
    Draft::from_pairs(&pairs)
}

fn rows(mine: &Draft, theirs: &Draft) -> Vec<Row> {
    let (mine, theirs) = (mine.pairs(), theirs.pairs());
    let mut keys: Vec<&str> = mine.iter().chain(&theirs).map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let said = |pairs: &[(String, String)], key: &str| {
        let values = pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str());
        values.collect::<Vec<_>>().join(", ")
    };
    let row = |key: &str| Row {
        label: label(key),
        mine: said(&mine, key),
        theirs: said(&theirs, key),
        key: key.to_owned(),
    };
    keys.into_iter().map(row).filter(|row| row.mine != row.theirs).collect()
}

/// A box's key in words.
fn label(key: &str) -> String {
    if let Some(name) = key.strip_prefix("cf.") {
        return format!("Custom field “{name}”");
    }
    let known = [
        ("start_time", "Start time"),
        ("end_time", "End time"),
        ("earn_type", "Issue type"),
        ("owner", "Owners"),
        ("till", "Till"),
    ];
    if let Some((_, words)) = known.iter().find(|(name, _)| *name == key) {
        return (*words).to_owned();
    }
    let words = key
        .replace("customer.", "customer limit: ")
        .replace("badge.", "across limit: ")
        .replace("issued.", "enrolment expiry: ")
        .replace("earned.", "issue expiry: ")
        .replace(['.', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
