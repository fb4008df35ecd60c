//! The shell's small forms: another brand, another theme, shortcuts on or off.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::routing::post;
use axum_extra::extract::Form;
use serde::Deserialize;

use crate::auth::{Staff, store};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::OrgId;
use crate::web::call::{KEYS, THEME, Theme, own_path};
use crate::web::flash::Flash;
use crate::web::{self, see_other, see_other_saying};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/brand", post(switch))
        .route("/theme", post(theme))
        .route("/keys", post(keys))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    org: String,
    theme: String,
    keys: String,
    next: String,
}

/// To another of one's brands: to its first page, since the page left behind belongs to the old one.
async fn switch(State(app): State<App>, staff: Staff, Form(wish): Form<Wish>) -> web::Result {
    let org: OrgId = wish.org.parse().map_err(|_| Error::NotFound)?;
    let brand = staff.brands.iter().find(|brand| brand.id == org).ok_or(Error::NotFound)?;
    if !store::switch_brand(app.db.pool(), &staff.session, staff.id, org).await? {
        return Err(Error::NotFound.into());
    }
    see_other_saying("/", Flash::done(format!("You now work in {}.", brand.name)))
}

/// Another theme, and back to the page. Kept by the browser, not by the account: a screen in the sun
/// and one in the dark may belong to the same person.
async fn theme(Form(wish): Form<Wish>) -> web::Result {
    remember(THEME, Theme::named(&wish.theme).name(), &wish.next)
}

/// The keyboard's shortcuts off or on again: they get in the way of people who dictate.
async fn keys(Form(wish): Form<Wish>) -> web::Result {
    remember(KEYS, if wish.keys == "off" { "off" } else { "on" }, &wish.next)
}

/// Keeps a choice in this browser for a year and goes back to the page.
fn remember(name: &str, value: &str, next: &str) -> web::Result {
    let mut response = see_other(own_path(next).unwrap_or("/"))?;
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::from_str(&cookie).map_err(Error::internal)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
