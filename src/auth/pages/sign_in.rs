//! `/sign-in` and `/sign-out`.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;
use tower_sessions::Session;

use crate::auth::{Credentials, Visitor};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::problem::Problems;
use crate::web::call::own_path;
use crate::web::flash::Flash;
use crate::web::{self, Bare, html, refused, see_other, see_other_saying};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/sign-in", get(show).post(enter)).route("/sign-out", post(leave))
}

#[derive(Template)]
#[template(path = "auth/sign_in.html")]
struct SignIn {
    bare: Bare,
    email: String,
    next: String,
    problems: Problems,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Back {
    next: String,
}

async fn show(Query(back): Query<Back>) -> web::Result {
    let next = own_path(&back.next).unwrap_or_default().to_owned();
    html(SignIn { bare: Bare::here(), email: String::new(), next, problems: Problems::none() })
}

async fn enter(
    State(app): State<App>,
    session: Session,
    visitor: Visitor,
    Form(typed): Form<Credentials>,
) -> web::Result {
    let next = own_path(&typed.next).unwrap_or_default().to_owned();
    match super::super::sign_in(&app, &session, &visitor, &typed).await {
        Ok(_) => see_other(if next.is_empty() { "/" } else { &next }),
        Err(Error::Refused(problems)) => {
            refused(SignIn { bare: Bare::here(), email: typed.email, next, problems })
        }
        Err(error) => Err(error.into()),
    }
}

async fn leave(session: Session) -> web::Result {
    super::super::sign_out(&session).await?;
    see_other_saying("/sign-in", Flash::done("You are signed out."))
}
