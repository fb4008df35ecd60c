//! HTTP towards people: pages, fragments of pages, and what goes wrong with them. It knows no room.
//!
//! A handler returns [`Result`]; `?` works on everything that turns into an [`Error`].
//!
//! ```text
//! html(page)                       200; the page or one of its blocks
//! refused(form)                    422; the form again, with its problems and all that was typed
//! see_other("/badges")             303 after a deed
//! see_other_saying(path, flash)    303, and the next page says what happened
//! Err(error)                       404, 403, 409, 503 or 500, each with a page of its own
//! ```
//!
//! Known quirks: a refusal that reaches [`Failure`] (no form to show it in) becomes a plain 422 page;
//! `Vary` is set here *and* by the compression layer, so there are two such headers.

pub mod address;
pub mod assets;
pub mod attachment;
pub mod call;
pub mod chrome;
pub mod confirm;
pub mod flash;
pub mod hx;
pub mod layers;
pub mod parts;
pub mod time;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::base::error::Error;
use crate::base::problem::Problems;
use call::{Call, Theme};
use flash::Flash;

/// What every page handler returns.
pub type Result = std::result::Result<Response, Failure>;

/// The page, or one of its blocks.
pub fn html(page: impl Template) -> Result {
    let text = page.render().map_err(Error::internal)?;
    Ok(answer(StatusCode::OK, text))
}

/// The form again: 422, which htmx swaps too.
pub fn refused(page: impl Template) -> Result {
    let text = page.render().map_err(Error::internal)?;
    Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, text))
}

/// To the page that shows what the deed did.
pub fn see_other(path: &str) -> Result {
    let to = HeaderValue::from_str(path).map_err(Error::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}

/// To the page that shows what the deed did, saying it in words as well.
pub fn see_other_saying(path: &str, flash: Flash) -> Result {
    let mut response = see_other(path)?;
    if let Some(cookie) = flash.cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn answer(status: StatusCode, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "HX-Request, HX-Target"),
    ];
    (status, headers, text).into_response()
}

/// An [`Error`] on its way to a person.
#[derive(Debug)]
pub struct Failure(pub Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.0 {
            Error::NotFound => trouble(StatusCode::NOT_FOUND, NotFound::here()),
            Error::Forbidden => trouble(StatusCode::FORBIDDEN, Forbidden::here()),
            Error::Stale => trouble(StatusCode::CONFLICT, Stale::here()),
            Error::Refused(problems) => {
                trouble(StatusCode::UNPROCESSABLE_ENTITY, Refused { bare: Bare::here(), problems })
            }
            Error::Unavailable(cause) => {
                tracing::error!(error = ?cause, "the database did not answer");
                trouble(StatusCode::SERVICE_UNAVAILABLE, Unavailable::here())
            }
            Error::Internal(cause) => {
                tracing::error!(error = ?cause, "a page failed");
                broken()
            }
        }
    }
}

/// An answer for an address nobody serves: the router's fallback.
pub async fn no_such_page() -> Failure {
    Failure(Error::NotFound)
}

/// The page for a form sent after its session had ended. Not a redirect: going back from here keeps
/// what was typed.
pub fn session_ended() -> Response {
    trouble(StatusCode::UNAUTHORIZED, SessionEnded::here())
}

/// What a request that took too long is told: it may still have been done.
pub fn not_known() -> Response {
    trouble(StatusCode::REQUEST_TIMEOUT, TooLong::here())
}

/// What a request is told that broke halfway.
pub fn broken() -> Response {
    trouble(StatusCode::INTERNAL_SERVER_ERROR, Broken::here())
}

/// What somebody is told who sent more than the page takes.
pub fn too_large() -> Response {
    trouble(StatusCode::PAYLOAD_TOO_LARGE, TooLarge::here())
}

/// A request whose origin is not ours: a form sent from elsewhere.
pub fn foreign_form() -> Response {
    trouble(StatusCode::FORBIDDEN, ForeignForm::here())
}

fn trouble(status: StatusCode, page: impl Template) -> Response {
    match page.render() {
        Ok(text) => answer(status, text),
        Err(error) => {
            tracing::error!(%error, "an error page failed");
            (status, "Something went wrong.").into_response()
        }
    }
}

/// What the bare layout (sign-in, error pages) needs: no viewer, only how the call came in.
#[derive(Debug, Clone, Default)]
pub struct Bare {
    /// Light, dark or as the system says.
    pub theme: Theme,
    /// The request's id, for a person to quote; empty when there is none.
    pub request_id: String,
    /// The address asked for.
    pub here: String,
    /// What the page before wanted to be said.
    pub flash: Option<Flash>,
}

impl Bare {
    /// From the call being answered.
    pub fn here() -> Self {
        let call = Call::current();
        Bare { theme: call.theme, request_id: call.id, here: call.here, flash: call.flash }
    }
}

macro_rules! error_page {
    ($($name:ident = $path:literal),* $(,)?) => { $(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name {
            bare: Bare,
        }

        impl $name {
            fn here() -> Self {
                $name { bare: Bare::here() }
            }
        }
    )* };
}

error_page! {
    NotFound = "errors/not_found.html",
    Forbidden = "errors/forbidden.html",
    Stale = "errors/stale.html",
    Unavailable = "errors/unavailable.html",
    Broken = "errors/broken.html",
    SessionEnded = "errors/session_ended.html",
    TooLarge = "errors/too_large.html",
    TooLong = "errors/too_long.html",
    ForeignForm = "errors/foreign_form.html",
}

#[derive(Template)]
#[template(path = "errors/refused.html")]
struct Refused {
    bare: Bare,
    problems: Problems,
}
