//! placeholder until the engine compiles
use crate::base::app::App;
/// Routes.
pub fn routes() -> axum::Router<App> {
    axum::Router::new()
}
