//! Wiring: every room's routes, and the layers around them. It decides nothing.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::json;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use utoipa_axum::router::OpenApiRouter;

use crate::activity;
use crate::api;
use crate::api::docs::Document;
use crate::auth::{self, PgSessions};
use crate::badges;
use crate::base::app::App;
use crate::coupons;
use crate::customers;
use crate::exports;
use crate::goodwill;
use crate::imports;
use crate::membercare;
use crate::orgs::{self, access};
use crate::reference;
use crate::requests;
use crate::web;

/// The whole product as one service.
pub fn router(app: App) -> Router {
    let sessions = PgSessions::new(app.db.clone(), app.clock.clone());
    let insecure = app.config.insecure_cookie;
    let sessions = SessionManagerLayer::new(sessions)
        .with_name(if insecure { "sid" } else { "__Host-sid" })
        .with_secure(!insecure)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnSessionEnd);
    let public_url = app.config.public_url.clone();
    let (calls, document) = calls(app.clone());
    let pages = Router::new()
        .route("/", get(home))
        .merge(auth::routes())
        .merge(activity::routes())
        .merge(badges::routes())
        .merge(coupons::routes())
        .merge(customers::routes())
        .merge(exports::routes())
        .merge(goodwill::routes())
        .merge(imports::routes())
        .merge(membercare::routes())
        .merge(access::routes())
        .merge(orgs::routes())
        .merge(reference::routes(&document))
        .merge(requests::routes())
        .layer(sessions);
    let routes = Router::new()
        .merge(pages)
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/version", get(version))
        .merge(api::docs::routes(&document))
        .fallback(web::no_such_page)
        .with_state(app)
        .merge(api::around(calls))
        .merge(web::assets::routes());
    web::layers::around(routes, public_url.as_deref())
}

/// The sections of the reference whose calls refuse in the numbers of badges.
const BADGE_TAGS: &[&str] = &["Badges", "Badge groups", "Badge custom fields", "Enrol and issue"];

/// What programs call: credentials instead of cookies, envelopes instead of pages.
/// The router and the document of it come from the same lines.
pub fn calls(app: App) -> (Router, Document) {
    let gate = access::Gate::new(app.clone());
    let guarded = OpenApiRouter::default()
        .merge(activity::api::calls())
        .merge(badges::api::calls())
        .merge(coupons::api::calls())
        .merge(customers::api::calls())
        .merge(imports::api::calls())
        .merge(membercare::api::calls())
        .merge(requests::api::calls())
        .merge(goodwill::api::calls())
        .fallback(api::no_such_call)
        .layer(from_fn_with_state(gate.clone(), access::Gate::pass))
        .with_state(app);
    let (router, document) = OpenApiRouter::with_openapi(api::docs::head())
        .merge(access::token_calls(gate))
        .merge(guarded)
        .split_for_parts();
    let codes = [
        (BADGE_TAGS, badges::codes::numbered()),
        (&["Coupon series", "Coupons"][..], coupons::refusal::numbered()),
        (&["Approval requests"][..], requests::api::CODES.to_vec()),
        (&["Goodwill requests"], goodwill::api::codes()),
    ];
    (router, Document::new(api::docs::complete(document, &codes)))
}

async fn home() -> Redirect {
    Redirect::to("/badges")
}

/// The process lives.
async fn healthz() -> &'static str {
    "ok"
}

/// The database answers; the schema was brought up to date before we listened.
async fn readyz(State(app): State<App>) -> Response {
    match app.db.ping().await {
        Ok(()) => "ready".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}

async fn version() -> Json<serde_json::Value> {
    Json(json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") }))
}
