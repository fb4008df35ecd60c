//! `/welcome/{token}`: a one-time link, where somebody chooses their password.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use axum_extra::extract::Form;
use serde::Deserialize;

use crate::auth::store;
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::problem::{Fault, Problems};
use crate::base::secret;
use crate::web::flash::Flash;
use crate::web::{self, Bare, html, refused, see_other_saying};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/welcome/{token}", get(show).post(choose))
}

#[derive(Template)]
#[template(path = "auth/welcome.html")]
struct Welcome {
    bare: Bare,
    /// Whose password it is; nobody's when the link is used up or too old.
    email: Option<String>,
    problems: Problems,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    password: String,
    again: String,
}

async fn email(app: &App, token: &str) -> Result<Option<String>, Error> {
    let found = store::find_invite(app.db.pool(), &secret::digest(token), app.clock.now()).await?;
    Ok(found.map(|(_, email)| email))
}

async fn show(State(app): State<App>, Path(token): Path<String>) -> web::Result {
    let email = email(&app, &token).await?;
    html(Welcome { bare: Bare::here(), email, problems: Problems::none() })
}

async fn choose(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(chosen): Form<Chosen>,
) -> web::Result {
    let done = if chosen.password == chosen.again {
        super::super::choose_password(&app, &token, &chosen.password).await
    } else {
        let words = "The two do not match. Type the same password twice.";
        Err(Fault::new("different", words).on("again").into())
    };
    match done {
        Ok(()) => see_other_saying("/sign-in", Flash::done("Password set. Sign in with it.")),
        Err(Error::Refused(problems)) => {
            let email = email(&app, &token).await?;
            refused(Welcome { bare: Bare::here(), email, problems })
        }
        // Used up between showing and sending: the page says so by itself.
        Err(Error::NotFound) => show(State(app), Path(token)).await,
        Err(error) => Err(error.into()),
    }
}
