//! What is true of the request being answered and no handler decides about: its id, the theme, the
//! words left by the page before.
//!
//! Why a task-local: error pages are made where no request is in reach (`?` in a handler), and each
//! of thirty page handlers would otherwise carry three values it never looks at. It holds nothing
//! that any rule or right depends on.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;

use super::flash::{self, Flash};
use super::hx;

/// The header that carries a request's id; the outermost layer sets it.
pub const REQUEST_ID: &str = "x-request-id";

/// The cookie of the chosen theme.
pub const THEME: &str = "theme";

/// The cookie of those who switched the keyboard's shortcuts off.
pub const KEYS: &str = "keys";

tokio::task_local! {
    static CALL: Call;
}

/// What the shell knows about the request.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The request's id; empty when no layer gave it one.
    pub id: String,
    /// The chosen theme.
    pub theme: Theme,
    /// Whether the keyboard's shortcuts were switched off (WCAG 2.1.4).
    pub keys_off: bool,
    /// What the page before wanted to be said.
    pub flash: Option<Flash>,
    /// Path and query asked for, or of the page a form was sent from.
    pub here: String,
}

impl Call {
    /// Of the request this task answers; an empty one outside of any.
    pub fn current() -> Self {
        CALL.try_with(Clone::clone).unwrap_or_default()
    }

    fn read(request: &Request) -> Self {
        let headers = request.headers();
        let jar = CookieJar::from_headers(headers);
        let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        let theme = jar.get(THEME).map(|cookie| Theme::named(cookie.value())).unwrap_or_default();
        let keys_off = jar.get(KEYS).is_some_and(|cookie| cookie.value() == "off");
        let flash = jar.get(flash::COOKIE).and_then(|cookie| Flash::read(cookie.value()));
        let here = here(request).unwrap_or_else(|| "/".to_owned());
        Call { id: id.to_owned(), theme, keys_off, flash, here }
    }
}

/// The page a person is at: the one asked for, or the one a form was sent from.
fn here(request: &Request) -> Option<String> {
    let asked = request.uri().path_and_query().map(|here| here.as_str().to_owned());
    if request.method().is_safe() {
        return asked;
    }
    let from = request.headers().get(header::REFERER)?.to_str().ok()?.parse::<Uri>().ok()?;
    from.path_and_query().and_then(|page| own_path(page.as_str())).map(str::to_owned)
}

/// The layer that knows the call and wipes a flash once a whole page has shown it.
pub async fn layer(request: Request, next: Next) -> Response {
    let call = Call::read(&request);
    let shows = call.flash.is_some() && !hx::is_fragment(request.headers());
    let mut response = CALL.scope(call, next.run(request)).await;
    if shows && is_page(response.status(), response.headers()) {
        let wipe = HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        response.headers_mut().append(header::SET_COOKIE, wipe);
    }
    response
}

fn is_page(status: StatusCode, headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    !status.is_redirection() && kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// By its name in the cookie and the form; anything else is the system's.
    pub fn named(name: &str) -> Self {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// Its name in the cookie, the form and `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The one the switch offers next: system, light, dark, and round again.
    pub const fn after(self) -> Self {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }

    /// Its drawing in the sprite.
    pub const fn icon(self) -> &'static str {
        match self {
            Theme::System => "auto",
            Theme::Light => "sun",
            Theme::Dark => "moon",
        }
    }
}

/// A path of ours to go back to: what a form says, if it cannot lead anywhere else.
pub fn own_path(path: &str) -> Option<&str> {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (path.starts_with('/') && !path.starts_with("//") && plain).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_back_to() {
        assert_eq!(own_path("/badges?q=a%20b#x"), Some("/badges?q=a%20b#x"));
        for bad in
            ["", "badges", "//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nb", "/a b"]
        {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_theme_goes_round() {
        let round = [Theme::System, Theme::Light, Theme::Dark];
        for (theme, next) in round.into_iter().zip(round.into_iter().cycle().skip(1)) {
            assert_eq!(theme.after(), next);
            assert_eq!(Theme::named(theme.name()), theme);
        }
    }
}
