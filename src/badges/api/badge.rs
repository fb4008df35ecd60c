//! One badge: create, change, look up (spec/badges.md 9.2–9.4).

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{
    Body, Caller, Gateway, Permit, Query, Resource, Result as Answered, Sides, Warning, gateway,
    gateway_warned,
};
use crate::badges::api::read::{BadgeBody, BadgeChangeBody, Paths, Sent, told};
use crate::badges::api::shape::{BadgeAnswer, Cycles, Lens};
use crate::badges::api::{BadgeCodes, list};
use crate::badges::badge::Badge;
use crate::badges::context::Around;
use crate::badges::{actions, codes, store};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::BadgeId;
use crate::orgs;

/// The calls for one badge. Creating and changing share the list's path.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(create, update, list::list))
        .routes(routes!(show))
        .route("/v1/badges/badgeMeta", get(list::list).post(create).put(update))
        .route("/v1/badges/badgeMeta/{badgeId}", get(show))
}

/// Create a badge
///
/// A start or end in the past is refused, unless `X-CAP-BADGES-MIGRATION: migration` says that the badge
/// comes from elsewhere. All violations are told in one answer.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/badgeMeta",
    operation_id = "createBadge",
    tag = "Badges",
    params(("X-CAP-BADGES-MIGRATION" = Option<String>, Header, description = "`migration` welcomes past dates.")),
    request_body = BadgeBody,
    responses((status = 200, description = "The badge.", body = Gateway<BadgeAnswer>))
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Answered<BadgeCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let migration = headers
        .get("x-cap-badges-migration")
        .is_some_and(|word| word.as_bytes().eq_ignore_ascii_case(b"migration"));
    let sent = Sent::read(&body.root(), app.config.public_url.as_deref());
    let (around, benefits) = around(&app, &permit, &sent).await?;
    let (now, zone) = (app.clock.now(), permit.zone());
    let (draft, paths) = sent.judged(&around.context(now, zone, None, migration))?;
    let draft = draft.without_defaults(&around.fields);
    let made = app.act(permit.actor(), move |act| {
        Box::pin(async move { actions::create(act, &draft, zone, migration).await })
    });
    let badge = made.await.map_err(|error| worded(error, &paths))?;
    let lens = lens(&app, &permit, &around, benefits);
    Ok(gateway_warned(lens.badge(&badge, Cycles::Untold, None), warnings(&badge)))
}

/// Change a badge
///
/// What is left out is gone: lists become empty, values null, `active` true. Claims stay as they are.
#[utoipa::path(
    put,
    path = "/api_gateway/v1/badges/badgeMeta",
    operation_id = "updateBadge",
    tag = "Badges",
    request_body = BadgeChangeBody,
    responses((status = 200, description = "The badge as it is now.", body = Gateway<BadgeAnswer>))
)]
async fn update(State(app): State<App>, caller: Caller, body: Body) -> Answered<BadgeCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let root = body.root();
    let mut sent = Sent::read(&root, app.config.public_url.as_deref());
    let Some(id) = sent.id(&root) else { return Err(sent.unread().into()) };
    let badge = found(&app, &permit, id).await?;
    let (around, benefits) = around(&app, &permit, &sent).await?;
    if !benefits && !root.get("benefits").is_there() {
        sent.keep_benefits(&badge);
    }
    sent.keep_points(&badge);
    let (now, zone) = (app.clock.now(), permit.zone());
    let (draft, paths) = sent.judged(&around.context(now, zone, Some(&badge), false))?;
    let draft = draft.without_defaults(&around.fields);
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move { actions::update(act, badge.id, &draft, zone).await })
    });
    let badge = done.await.map_err(|error| worded(error, &paths))?;
    let lens = lens(&app, &permit, &around, benefits);
    Ok(gateway_warned(lens.badge(&badge, Cycles::Untold, None), warnings(&badge)))
}

/// Look up a badge
///
/// With the window that is running, where it has fixed windows.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/badgeMeta/{badgeId}",
    operation_id = "getBadge",
    tag = "Badges",
    params(
        ("badgeId" = String, Path, description = "The badge.", example = "662749408fe258516a88fe89"),
        ("includeStatistics" = Option<bool>, Query, description = "Adds how many were enrolled and issued."),
    ),
    responses((status = 200, description = "The badge.", body = Gateway<BadgeAnswer>))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Answered<BadgeCodes> {
    let permit = caller.reads(Resource::BadgeConfig)?;
    let statistics = query.flag("includeStatistics")?.unwrap_or(false);
    let badge = found(&app, &permit, read_id(&id)).await?;
    let mut db = app.read(permit.org()).await?;
    let around = store::around::around(&mut db, permit.org(), "").await?;
    let counts = match statistics {
        true => Some(store::badges::counts(&mut *db, permit.org(), badge.id).await?),
        false => None,
    };
    let benefits = orgs::settings(&mut db, permit.org()).await?.badge_benefits;
    let lens = lens(&app, &permit, &around, benefits);
    Ok(gateway(lens.badge(&badge, Cycles::Told, counts), Sides::Null))
}

/// A changed window that begins after the badge has ended is kept and never applies.
fn warnings(badge: &Badge) -> Vec<Warning> {
    let never = badge
        .windows
        .iter()
        .any(|(_, config)| config.end_at.is_some_and(|end| config.start_at > end));
    let message = "The badge ends before the new window begins: it will never apply.";
    let warning = Warning { code: codes::vendor_code("window_never"), message };
    never.then_some(warning).into_iter().collect()
}

/// An id of a path; none for a text that is nobody's.
pub(super) fn read_id(text: &str) -> Option<BadgeId> {
    text.trim().to_ascii_lowercase().parse().ok()
}

/// The brand's badge of this id.
pub(super) async fn found(app: &App, permit: &Permit, id: Option<BadgeId>) -> Result<Badge, Error> {
    let id = id.ok_or(Error::NotFound)?;
    let mut db = app.read(permit.org()).await?;
    store::badges::find(&mut db, permit.org(), id).await?.ok_or(Error::NotFound)
}

/// What a sent badge is judged by, and whether the brand gives benefits.
async fn around(app: &App, permit: &Permit, sent: &Sent) -> Result<(Around, bool), Error> {
    let mut db = app.read(permit.org()).await?;
    let name = sent.draft.name.trim();
    let around = store::around::around_call(&mut db, permit.org(), name).await?;
    Ok((around, orgs::settings(&mut db, permit.org()).await?.badge_benefits))
}

/// What an answer needs beside the badge.
pub(super) fn lens<'a>(
    app: &'a App,
    permit: &Permit,
    around: &'a Around,
    benefits: bool,
) -> Lens<'a> {
    Lens {
        org: permit.org(),
        zone: permit.zone(),
        now: app.clock.now(),
        fields: &around.fields,
        public_url: app.config.public_url.as_deref(),
        benefits,
    }
}

/// The deed's refusals on the paths of the body they came from.
fn worded(error: Error, paths: &Paths) -> crate::api::Failure<BadgeCodes> {
    match error {
        Error::Refused(problems) => told(problems, paths, Default::default()).into(),
        other => other.into(),
    }
}
