//! The pages of people: getting in, one's own sessions, colleagues, and the shell's small forms.

mod sessions;
mod shell;
mod sign_in;
mod staff;
mod welcome;

use axum::Router;

use crate::base::app::App;

/// `/sign-in`, `/sign-out`, `/welcome/{token}`, `/sessions`, `/staff`, `/brand`, `/theme`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(sign_in::routes())
        .merge(welcome::routes())
        .merge(sessions::routes())
        .merge(staff::routes())
        .merge(shell::routes())
}
