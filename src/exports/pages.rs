//! `/exports`: what can be taken out, and what was.

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use axum_extra::extract::Form;
use bytes::Bytes;
use serde::Deserialize;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::{kinds, store, stream};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::csv::sheet::{Request, pairs};
use crate::base::error::Result;
use crate::base::permission::Permission;
use crate::web::chrome::{Chrome, Nav};
use crate::web::time::Stamp;
use crate::web::{self, attachment, html};

/// Exports of the past that are shown.
const SHOWN: i64 = 50;

/// `/exports`.
pub fn routes() -> Router<App> {
    Router::new().route("/exports", get(index).post(export))
}

/// A list that can be taken out.
struct Offer {
    name: &'static str,
    label: &'static str,
    about: &'static str,
}

/// An export of the past.
struct Past {
    at: Stamp,
    who: String,
    label: String,
    filter: String,
}

#[derive(Template)]
#[template(path = "exports/index.html")]
struct Index {
    chrome: Chrome,
    offers: Vec<Offer>,
    /// The list somebody comes from, with its filter.
    chosen: Option<Chosen>,
    past: Vec<Past>,
}

struct Chosen {
    name: &'static str,
    label: &'static str,
    query: String,
    words: String,
}

/// A filter in words: `status LIVE, import 7`.
fn in_words(query: &str) -> String {
    let set = pairs(query).into_iter().filter(|(_, value)| !value.is_empty());
    set.map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(", ")
}

/// The filter of an address that names its list first: what is left without `kind`.
fn chosen(staff: &Staff, query: &str) -> Option<Chosen> {
    let kind = pairs(query).into_iter().find(|(key, _)| key == "kind")?.1;
    let sheet = kinds::find(&kind).ok().filter(|sheet| staff.may(sheet.permission()))?;
    // Only the first `kind` names the list; the log has a filter of that name itself.
    let mut named = false;
    let rest: Vec<&str> = query
        .split('&')
        .filter(|part| {
            let first = !named && part.starts_with("kind=");
            named |= first;
            !first && !part.starts_with("after=")
        })
        .collect();
    let query = rest.join("&");
    Some(Chosen { name: sheet.name(), label: sheet.label(), words: in_words(&query), query })
}

async fn index(State(app): State<App>, staff: Staff, RawQuery(query): RawQuery) -> web::Result {
    staff.require(Permission::Export)?;
    let mut db = app.read(staff.org).await?;
    // The log is not for everybody; what one took out oneself is no secret, but telling apart who did
    // costs an index nobody else needs.
    let past = if staff.may(Permission::ReadActivity) {
        store::latest(&mut db, staff.org, SHOWN).await?
    } else {
        Vec::new()
    };
    let open = kinds::all().into_iter().filter(|sheet| staff.may(sheet.permission()));
    html(Index {
        offers: open
            .filter(|sheet| sheet.whole())
            .map(|sheet| Offer { name: sheet.name(), label: sheet.label(), about: sheet.about() })
            .collect(),
        chosen: chosen(&staff, query.as_deref().unwrap_or_default()),
        past: past
            .into_iter()
            .map(|past| Past {
                at: Stamp::new(past.at, staff.zone),
                who: past.who,
                label: past.label,
                filter: in_words(past.details["filter"].as_str().unwrap_or_default()),
            })
            .collect(),
        chrome: Chrome::new(&staff, Nav::Exports),
    })
}

/// Which list, with which filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    kind: String,
    query: String,
}

async fn export(State(app): State<App>, staff: Staff, Form(wanted): Form<Wanted>) -> web::Result {
    let query: String = wanted.query.trim_start_matches('?').chars().take(2000).collect();
    let (kind, filter) = (wanted.kind.clone(), query.clone());
    app.act(staff.actor(), move |act| {
        Box::pin(async move { stream::begin(act, &kind, &filter).await })
    })
    .await?;
    let now = app.clock.now();
    let request = Request { org: staff.org, now, zone: staff.zone, role: staff.role, query };
    let name = format!("{}_{}.csv", wanted.kind, app.clock.now().format("%Y%m%d%H%M%S"));
    let (sender, pieces) = tokio::sync::mpsc::channel(4);
    let deeds = app.deeds.clone();
    deeds.spawn(async move {
        let trouble = sender.clone();
        if let Err(error) = stream::send(&app, &wanted.kind, &request, sender).await {
            tracing::error!(?error, kind = wanted.kind, "an export broke off");
            trouble.send(Err(error)).await.ok();
        }
    });
    let pieces = ReceiverStream::new(pieces).map(|piece: Result<Vec<u8>>| {
        piece.map(Bytes::from).map_err(|error| std::io::Error::other(error.to_string()))
    });
    Ok(attachment::csv(&name, Body::from_stream(pieces)))
}
