//! Who uses a badge, and whether it may be used: claim, unclaim, activation (spec/badges.md 9.7–9.9).

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{post, put};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::body::{choose, enum_fault};
use crate::api::{
    Body, Caller, Failure, Faults, Gateway, Resource, Result as Answered, Sides, Trouble, gateway,
};
use crate::badges::actions;
use crate::badges::api::BadgeCodes;
use crate::badges::api::badge::read_id;
use crate::badges::api::read::{OWNERS, Paths, owner_words, told};
use crate::badges::claim_actions::{self, ClaimDraft};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::BadgeId;

/// The calls for claims and activation.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(claim))
        .routes(routes!(unclaim))
        .routes(routes!(activate))
        .route("/v1/badges/badgeMeta/{badgeId}/claim", post(claim))
        .route("/v1/badges/badgeMeta/{badgeId}/unclaim", post(unclaim))
        .route("/v1/badges/badgeMeta/{badgeId}/{activationStatus}", put(activate))
}

/// A thing of a module that uses a badge.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct ClaimBody {
    /// The module; one of the badge's owners.
    #[schema(example = "Loyalty")]
    owner_type: String,
    /// Its programme, promotion, campaign or journey.
    #[schema(example = "626_TransactionAdd")]
    reference_id: String,
}

/// A claim that stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClaimAnswer {
    badge_meta_id: String,
    owner_type: &'static str,
    reference_id: String,
}

/// A claim that was given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnclaimAnswer {
    owner_type: &'static str,
    reference_id: String,
    is_active: bool,
}

/// Whether a badge may be issued.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ActivationAnswer {
    id: String,
    is_active: bool,
}

/// Claim a badge
///
/// A module says that something of it uses the badge. Claiming what is claimed changes nothing.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/badgeMeta/{badgeId}/claim",
    operation_id = "claimBadge",
    tag = "Badges",
    params(("badgeId" = String, Path, description = "The badge.", example = "653df084b3cda7078c7c68f1")),
    request_body = ClaimBody,
    responses((status = 200, description = "The claim.", body = Gateway<ClaimAnswer>))
)]
async fn claim(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answered<BadgeCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let (id, draft) = (known(&id)?, read(&body)?);
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move { claim_actions::claim(act, id, &draft).await })
    });
    let (owner, reference_id) = done.await.map_err(worded)?;
    let answer =
        ClaimAnswer { badge_meta_id: id.to_string(), owner_type: owner.wire(), reference_id };
    Ok(gateway(answer, Sides::NullAndEmpty))
}

/// Give up a claim
///
/// Badges that were issued stay.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/badgeMeta/{badgeId}/unclaim",
    operation_id = "unclaimBadge",
    tag = "Badges",
    params(("badgeId" = String, Path, description = "The badge.", example = "65cc933e436d194c60ef7ba4")),
    request_body = ClaimBody,
    responses((status = 200, description = "The claim, which stands no longer.", body = Gateway<UnclaimAnswer>))
)]
async fn unclaim(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answered<BadgeCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let (id, draft) = (known(&id)?, read(&body)?);
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move { claim_actions::unclaim(act, id, &draft).await })
    });
    let (owner, reference_id) = done.await.map_err(worded)?;
    let answer = UnclaimAnswer { owner_type: owner.wire(), reference_id, is_active: false };
    Ok(gateway(answer, Sides::NullAndEmpty))
}

/// Activate or deactivate a badge
///
/// An inactive badge can neither be issued nor enrolled for nor claimed; what was issued stays.
#[utoipa::path(
    put,
    path = "/api_gateway/v1/badges/badgeMeta/{badgeId}/{activationStatus}",
    operation_id = "setBadgeActivation",
    tag = "Badges",
    params(
        ("badgeId" = String, Path, description = "The badge.", example = "6543688e66a87827bb61e62a"),
        ("activationStatus" = String, Path, description = "`activate` or `deactivate`, in any case.", example = "activate"),
    ),
    responses((status = 200, description = "Whether it may be issued.", body = Gateway<ActivationAnswer>))
)]
async fn activate(
    State(app): State<App>,
    caller: Caller,
    Path((id, word)): Path<(String, String)>,
) -> Result<Response, Failure<BadgeCodes>> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let words = ["activate", "deactivate"];
    let Some(word) = choose(&word, &words, &[]) else {
        let fault = enum_fault(&word, "activationStatus", &words).at("activationStatus");
        return Err(Trouble::bad(fault).into());
    };
    let id = known(&id)?;
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move { actions::set_active(act, id, word == "activate").await })
    });
    let badge = done.await?;
    let answer = ActivationAnswer { id: badge.id.to_string(), is_active: badge.active };
    Ok(gateway(answer, Sides::Empty))
}

fn known(id: &str) -> Result<BadgeId, Error> {
    read_id(id).ok_or(Error::NotFound)
}

fn read(body: &Body) -> Result<ClaimDraft, Trouble> {
    let mut faults = Faults::default();
    let root = body.root();
    let owner = root.get("ownerType").choice(&owner_words(), OWNERS, &mut faults);
    let owner = owner.map(str::to_owned).unwrap_or_default();
    let draft = ClaimDraft { owner, reference: root.get("referenceId").text(&mut faults) };
    if faults.is_empty() {
        return Ok(draft);
    }
    let problems = draft.check().err().unwrap_or_default();
    Err(told(problems, &Paths::default(), faults))
}

fn worded(error: Error) -> Failure<BadgeCodes> {
    match error {
        Error::Refused(problems) => told(problems, &Paths::default(), Faults::default()).into(),
        other => other.into(),
    }
}
