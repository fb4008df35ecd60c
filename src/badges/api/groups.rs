//! Groups (spec/badges.md 9.19). The reference guards them by the resource "target loyalty".

use axum::extract::{Path, State};
use axum::routing::get;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{
    Body, Caller, Failure, Faults, Gateway, Pagination, Query, Resource, Result as Answered, Sides,
    gateway,
};
use crate::badges::api::GroupCodes;
use crate::badges::api::read::{Paths, told};
use crate::badges::api::shape::StampAnswer;
use crate::badges::groups::{Group, GroupDraft};
use crate::badges::{group_actions, store};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::{GroupId, OrgId};
use crate::base::problem::Problems;

/// The calls for groups.
pub fn calls() -> OpenApiRouter<App> {
    const ONE: &str = "/api_gateway/v1/badges/group/{groupId}";
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(show, update))
        .route(ONE, axum::routing::post(update))
        .route("/v1/badges/group", get(list).post(create))
        .route("/v1/badges/group/{groupId}", get(show).put(update).post(update))
}

/// A badge group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeGroupAnswer {
    #[schema(example = "6581281e8f68666070de15c5")]
    id: String,
    org_id: i64,
    name: String,
    /// 1 comes first.
    rank: i32,
    #[serde(flatten)]
    stamp: StampAnswer,
    /// Whether it counts.
    is_active: bool,
}

/// A page of groups.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeGroupListAnswer {
    badge_groups: Vec<BadgeGroupAnswer>,
    pagination: Pagination,
}

/// A group as it should be.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct BadgeGroupBody {
    /// Unique among active groups, letter by letter.
    #[schema(example = "Seasonal")]
    name: String,
    /// From 0; 1 comes first. Ranks need not be unique.
    #[schema(example = 2)]
    rank: i32,
}

/// A group as it should be from now on.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct BadgeGroupChangeBody {
    /// Unique among active groups, letter by letter.
    #[schema(example = "Seasonal")]
    name: String,
    /// From 0; 1 comes first.
    #[schema(example = 2)]
    rank: i32,
    /// Whether it counts; as it is when left out.
    is_active: Option<bool>,
}

fn answer(org: OrgId, group: &Group) -> BadgeGroupAnswer {
    BadgeGroupAnswer {
        id: group.id.to_string(),
        org_id: org.get(),
        name: group.name.clone(),
        rank: group.rank,
        stamp: StampAnswer::from(&group.stamp),
        is_active: group.active,
    }
}

/// Create a group
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/group",
    operation_id = "createBadgeGroup",
    tag = "Badge groups",
    request_body = BadgeGroupBody,
    responses((status = 200, description = "The group.", body = Gateway<BadgeGroupAnswer>))
)]
async fn create(State(app): State<App>, caller: Caller, body: Body) -> Answered<GroupCodes> {
    let permit = caller.writes(Resource::TargetLoyalty)?;
    let mut faults = Faults::default();
    let draft = read(&body, &mut faults);
    judge(&draft, faults)?;
    let made = app.act(permit.actor(), move |act| {
        Box::pin(async move { group_actions::create_group(act, &draft).await })
    });
    Ok(gateway(answer(permit.org(), &made.await?), Sides::Empty))
}

/// Change a group
///
/// POST does the same. A disabled group stays on its badges but counts for nothing; it can be enabled
/// again while its name is free.
#[utoipa::path(
    put,
    path = "/api_gateway/v1/badges/group/{groupId}",
    operation_id = "updateBadgeGroup",
    tag = "Badge groups",
    params(("groupId" = String, Path, description = "The group.", example = "6581281e8f68666070de15c5")),
    request_body = BadgeGroupChangeBody,
    responses((status = 200, description = "The group as it is now.", body = Gateway<BadgeGroupAnswer>))
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answered<GroupCodes> {
    let permit = caller.writes(Resource::TargetLoyalty)?;
    let id = known(&id)?;
    let mut faults = Faults::default();
    let active = body.root().get("isActive").flag(&mut faults);
    let draft = read(&body, &mut faults);
    judge(&draft, faults)?;
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move { group_actions::amend_group(act, id, &draft, active).await })
    });
    Ok(gateway(answer(permit.org(), &done.await?), Sides::Empty))
}

/// Look up a group
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/group/{groupId}",
    operation_id = "getBadgeGroup",
    tag = "Badge groups",
    params(("groupId" = String, Path, description = "The group.", example = "6560ad9c7e3e81134376008b")),
    responses((status = 200, description = "The group.", body = Gateway<BadgeGroupAnswer>))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answered<GroupCodes> {
    let permit = caller.reads(Resource::TargetLoyalty)?;
    let id = known(&id)?;
    let mut db = app.read(permit.org()).await?;
    let groups = store::groups::all(&mut *db, permit.org()).await?;
    let group = groups.iter().find(|group| group.id == id).ok_or(Error::NotFound)?;
    Ok(gateway(answer(permit.org(), group), Sides::Null))
}

/// List groups
///
/// Oldest first unless asked otherwise; disabled ones are among them.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/group",
    operation_id = "listBadgeGroups",
    tag = "Badge groups",
    params(
        ("isActive" = Option<bool>, Query, description = "Only those that count, or only disabled ones; `status` is the same."),
        ("order" = Option<String>, Query, description = "`ASC` or `DESC`, by creation."),
        ("size" = Option<i64>, Query, description = "How many on a page: 10, at most 100."),
        ("page" = Option<i64>, Query, description = "From 0."),
    ),
    responses((status = 200, description = "A page of groups.", body = Gateway<BadgeGroupListAnswer>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query) -> Answered<GroupCodes> {
    let permit = caller.reads(Resource::TargetLoyalty)?;
    let page = query.page()?;
    let down = query.choice("order", &["ASC", "DESC"], &[])? == Some("DESC");
    let active = match query.flag("isActive")? {
        Some(active) => Some(active),
        None => query.flag("status")?,
    };
    let mut db = app.read(permit.org()).await?;
    let mut groups = store::groups::all(&mut *db, permit.org()).await?;
    groups.retain(|group| active.is_none_or(|active| group.active == active));
    groups.sort_by_key(|group| group.id);
    if down {
        groups.reverse();
    }
    let badge_groups = page.cut(&groups).iter().map(|group| answer(permit.org(), group)).collect();
    let pagination = page.told(page.total(&groups));
    Ok(gateway(BadgeGroupListAnswer { badge_groups, pagination }, Sides::Empty))
}

fn known(id: &str) -> Result<GroupId, Error> {
    id.trim().to_ascii_lowercase().parse().map_err(|_| Error::NotFound)
}

fn read(body: &Body, faults: &mut Faults) -> GroupDraft {
    let root = body.root();
    GroupDraft {
        name: root.get("name").text(faults),
        rank: root.get("rank").text(faults),
        version: String::new(),
    }
}

/// What could not be read, with what the rules say on top; nothing where all could be read.
fn judge(draft: &GroupDraft, faults: Faults) -> Result<(), Failure<GroupCodes>> {
    if faults.is_empty() {
        return Ok(());
    }
    let problems = draft.check().err().unwrap_or_else(Problems::none);
    Err(told(problems, &Paths::default(), faults).into())
}
