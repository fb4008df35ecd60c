//! `/sessions`: where one is signed in, and ending that.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};

use crate::auth::{Staff, store};
use crate::base::app::App;
use crate::base::error::Error;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::time::Stamp;
use crate::web::{self, html, see_other_saying};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/sessions", get(list))
        .route("/sessions/end-others", post(end_others))
        .route("/sessions/end-all", post(end_all))
        .route("/sessions/{id}/end", post(end))
}

#[derive(Template)]
#[template(path = "auth/sessions.html")]
struct Sessions {
    chrome: Chrome,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    browser: String,
    agent: String,
    address: String,
    since: Stamp,
    seen: Stamp,
    current: bool,
}

async fn list(State(app): State<App>, staff: Staff) -> web::Result {
    let found = store::sessions_of(app.db.pool(), staff.id, app.clock.now()).await?;
    let row = |row: store::SessionRow| Row {
        id: hex::encode(&row.id_hash),
        browser: browser(&row.agent),
        agent: row.agent,
        address: row.address,
        since: Stamp::new(row.created_at, staff.zone),
        seen: Stamp::new(row.last_seen_at, staff.zone),
        current: row.id_hash == staff.session,
    };
    let rows = found.into_iter().map(row).collect();
    html(Sessions { chrome: Chrome::new(&staff, Nav::Elsewhere).title("Your sessions"), rows })
}

async fn end(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let hash = hex::decode(id).map_err(|_| Error::NotFound)?;
    if !store::end_session(app.db.pool(), staff.id, &hash).await? {
        return Err(Error::NotFound.into());
    }
    let path = if hash == staff.session { "/sign-in" } else { "/sessions" };
    see_other_saying(path, Flash::done("Session ended."))
}

async fn end_others(State(app): State<App>, staff: Staff) -> web::Result {
    let ended = store::end_sessions_of(app.db.pool(), staff.id, Some(&staff.session)).await?;
    let words = match ended {
        0 => "There was no other session.".to_owned(),
        1 => "1 other session ended.".to_owned(),
        n => format!("{n} other sessions ended."),
    };
    see_other_saying("/sessions", Flash::done(words))
}

async fn end_all(State(app): State<App>, staff: Staff) -> web::Result {
    store::end_sessions_of(app.db.pool(), staff.id, None).await?;
    see_other_saying("/sign-in", Flash::done("You are signed out everywhere."))
}

/// What a browser calls itself, in words people use: "Firefox on Windows".
fn browser(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    // Later browsers name the earlier ones too, so the order decides.
    let name = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) => name.to_owned(),
        _ => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_apart() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(browser(&format!("{chrome} Edg/149.0")), "Edge on Linux");
        let safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15";
        assert_eq!(browser(safari), "Safari on macOS");
        assert_eq!(browser(""), "Unknown browser");
    }
}
