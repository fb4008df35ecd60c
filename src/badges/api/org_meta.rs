//! The legacy declaration of badge tags (spec/badges.md 9.1).

use axum::extract::State;
use axum::routing::get;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{
    Body, Caller, Faults, Gateway, Resource, Result as Answered, Sides, Trouble, gateway,
};
use crate::badges::api::OrgMetaCodes;
use crate::badges::api::shape::StampAnswer;
use crate::badges::org_meta::{self, DeclaredTag, OrgMeta};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::OrgId;

/// More tags than this are not even read.
const LONGEST: usize = 200;

/// The calls for the declaration.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(show, create, update))
        .route("/v1/badges/orgMeta", get(show).post(create).put(update))
}

/// The brand's declaration of badge tags.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgMetaAnswer {
    #[schema(example = "652fe2452aa6a339209b359f")]
    id: String,
    org_id: i64,
    tags: Vec<DeclaredTagAnswer>,
    #[serde(flatten)]
    stamp: StampAnswer,
}

/// A tag that badges may carry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeclaredTagAnswer {
    key: String,
    /// A word such as `string` or `integer`.
    data_type: String,
    #[schema(required)]
    description: Option<String>,
    /// Whether every badge that is made here must carry it.
    mandatory: bool,
}

/// Tags to be declared, in place of those declared.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct OrgMetaBody {
    tags: Vec<DeclaredTagBody>,
}

/// A tag to be declared.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct DeclaredTagBody {
    #[schema(example = "Category")]
    key: String,
    #[schema(example = "string")]
    data_type: Option<String>,
    description: Option<String>,
    mandatory: Option<bool>,
}

fn answer(org: OrgId, meta: &OrgMeta) -> OrgMetaAnswer {
    let tag = |tag: &DeclaredTag| DeclaredTagAnswer {
        key: tag.key.clone(),
        data_type: tag.data_type.clone(),
        description: tag.description.clone(),
        mandatory: tag.mandatory,
    };
    OrgMetaAnswer {
        id: meta.id.to_string(),
        org_id: org.get(),
        tags: meta.tags.iter().map(tag).collect(),
        stamp: StampAnswer::from(&meta.stamp),
    }
}

/// Declare badge tags
///
/// Legacy: custom fields took their place. Once for a brand; then change them.
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/orgMeta",
    operation_id = "createBadgeOrgMeta",
    tag = "Badge settings",
    request_body = OrgMetaBody,
    responses(
        (status = 200, description = "The declaration.", body = Gateway<OrgMetaAnswer>),
        (status = 409, description = "The brand has one.", body = crate::api::docs::GatewayRefusal),
    )
)]
async fn create(State(app): State<App>, caller: Caller, body: Body) -> Answered<OrgMetaCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let tags = read(&body)?;
    let made = app.act(permit.actor(), move |act| {
        Box::pin(async move { org_meta::create(act, &tags).await })
    });
    Ok(gateway(answer(permit.org(), &made.await?), Sides::Empty))
}

/// Change the declared badge tags
///
/// All of them: what is left out is no longer declared.
#[utoipa::path(
    put,
    path = "/api_gateway/v1/badges/orgMeta",
    operation_id = "updateBadgeOrgMeta",
    tag = "Badge settings",
    request_body = OrgMetaBody,
    responses((status = 200, description = "The declaration as it is now.", body = Gateway<OrgMetaAnswer>))
)]
async fn update(State(app): State<App>, caller: Caller, body: Body) -> Answered<OrgMetaCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let tags = read(&body)?;
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move { org_meta::update(act, &tags).await })
    });
    Ok(gateway(answer(permit.org(), &done.await?), Sides::Null))
}

/// Look up the declared badge tags
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/orgMeta",
    operation_id = "getBadgeOrgMeta",
    tag = "Badge settings",
    responses((status = 200, description = "The declaration.", body = Gateway<OrgMetaAnswer>))
)]
async fn show(State(app): State<App>, caller: Caller) -> Answered<OrgMetaCodes> {
    let permit = caller.reads(Resource::BadgeConfig)?;
    let mut db = app.read(permit.org()).await?;
    let meta = org_meta::find(&mut *db, permit.org()).await?.ok_or(Error::NotFound)?;
    Ok(gateway(answer(permit.org(), &meta), Sides::Null))
}

fn read(body: &Body) -> Result<Vec<DeclaredTag>, Trouble> {
    let mut faults = Faults::default();
    let mut tags = Vec::new();
    for item in body.root().get("tags").items(&mut faults).iter().take(LONGEST) {
        item.entries(&mut faults);
        let description = item.get("description");
        tags.push(DeclaredTag {
            key: item.get("key").text(&mut faults),
            data_type: item.get("dataType").text(&mut faults),
            description: description.is_there().then(|| description.text(&mut faults)),
            mandatory: item.get("mandatory").flag(&mut faults).unwrap_or(false),
        });
    }
    faults.into_result()?;
    Ok(tags)
}
