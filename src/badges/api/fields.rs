//! Custom fields (spec/badges.md 9.20).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{
    Body, Caller, Failure, Faults, Gateway, Node, Pagination, Query, Resource, Result as Answered,
    Sides, gateway,
};
use crate::badges::api::FieldCodes;
use crate::badges::api::read::{Paths, refusal, told};
use crate::badges::api::shape::StampAnswer;
use crate::badges::fields::{DataType, Field, FieldDraft};
use crate::badges::{field_actions, store};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::{FieldId, OrgId};
use crate::base::problem::Problems;

/// The calls for custom fields.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(show, update))
        .route("/v1/badges/customField", get(list).post(create))
        .route("/v1/badges/customField/{customFieldId}", get(show).put(update))
}

/// A custom field of badges.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeFieldAnswer {
    #[schema(example = "65bb3daffd3e324f2cac883c")]
    id: String,
    org_id: i64,
    name: String,
    /// Whether every badge has it.
    is_mandatory: bool,
    /// What a badge without a value of its own has.
    #[schema(required)]
    default_value: Option<String>,
    /// False once it was disabled, for good.
    is_active: bool,
    /// `INTEGER`, `BOOLEAN`, `DATE` or `STRING`.
    data_type: &'static str,
    #[serde(flatten)]
    stamp: StampAnswer,
}

/// A page of custom fields.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadgeFieldListAnswer {
    #[serde(rename = "customFieldROList")]
    fields: Vec<BadgeFieldAnswer>,
    pagination: Pagination,
}

/// A custom field as it should be.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
struct BadgeFieldBody {
    /// Unique among active fields, letter by letter.
    #[schema(example = "Priority")]
    name: String,
    /// `INTEGER`, `BOOLEAN`, `DATE` or `STRING`; never changes.
    #[schema(example = "INTEGER")]
    data_type: String,
    /// Whether every badge has it. Optional from now on: all badges lose their values.
    is_mandatory: Option<bool>,
    /// Needed where it is mandatory.
    #[schema(example = "1")]
    default_value: Option<String>,
    /// False disables it, for good; only in a change.
    is_active: Option<bool>,
}

/// Answers say a blank default of a text as such; the reference does.
fn answer(org: OrgId, field: &Field) -> BadgeFieldAnswer {
    let blank = || (field.data_type == DataType::Text).then(String::new);
    BadgeFieldAnswer {
        id: field.id.to_string(),
        org_id: org.get(),
        name: field.name.clone(),
        is_mandatory: field.mandatory,
        default_value: field.default_value.clone().or_else(blank),
        is_active: field.active,
        data_type: field.data_type.wire(),
        stamp: StampAnswer::from(&field.stamp),
    }
}

/// Create a custom field
#[utoipa::path(
    post,
    path = "/api_gateway/v1/badges/customField",
    operation_id = "createBadgeField",
    tag = "Badge custom fields",
    request_body = BadgeFieldBody,
    responses((status = 201, description = "The field.", body = Gateway<BadgeFieldAnswer>))
)]
async fn create(State(app): State<App>, caller: Caller, body: Body) -> Answered<FieldCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let mut faults = Faults::default();
    let draft = read(&body, FieldDraft::default(), &mut faults);
    judge(&draft, None, faults)?;
    let made = app.act(permit.actor(), move |act| {
        Box::pin(async move { field_actions::create_field(act, &draft).await })
    });
    let field = made.await.map_err(worded)?;
    let answer = gateway(answer(permit.org(), &field), Sides::Empty);
    Ok((StatusCode::CREATED, answer).into_response())
}

/// Change a custom field
///
/// What is left out of `isMandatory`, `defaultValue` and `isActive` stays as it is.
#[utoipa::path(
    put,
    path = "/api_gateway/v1/badges/customField/{customFieldId}",
    operation_id = "updateBadgeField",
    tag = "Badge custom fields",
    params(("customFieldId" = String, Path, description = "The field.", example = "65bb446bfd3e324f2cac8871")),
    request_body = BadgeFieldBody,
    responses((status = 200, description = "The field as it is now.", body = Gateway<BadgeFieldAnswer>))
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answered<FieldCodes> {
    let permit = caller.writes(Resource::BadgeConfig)?;
    let field = found(&app, permit.org(), &id).await?;
    let mut faults = Faults::default();
    let active = body.root().get("isActive").flag(&mut faults).unwrap_or(field.active);
    let draft = read(&body, FieldDraft::of(&field), &mut faults);
    judge(&draft, Some(&field), faults)?;
    if !field.active && !active {
        return Ok(gateway(answer(permit.org(), &field), Sides::Empty));
    }
    let done = app.act(permit.actor(), move |act| {
        Box::pin(async move { field_actions::amend_field(act, field.id, &draft, active).await })
    });
    let field = done.await.map_err(worded)?;
    Ok(gateway(answer(permit.org(), &field), Sides::Empty))
}

/// Look up a custom field
///
/// A disabled one is not found.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/customField/{customFieldId}",
    operation_id = "getBadgeField",
    tag = "Badge custom fields",
    params(("customFieldId" = String, Path, description = "The field.", example = "65bb3daffd3e324f2cac883c")),
    responses((status = 200, description = "The field.", body = Gateway<BadgeFieldAnswer>))
)]
async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answered<FieldCodes> {
    let permit = caller.reads(Resource::BadgeConfig)?;
    let field = found(&app, permit.org(), &id).await?;
    let field = Some(field).filter(|field| field.active).ok_or(Error::NotFound)?;
    Ok(gateway(answer(permit.org(), &field), Sides::Empty))
}

/// List custom fields
///
/// Active ones, last changed first, unless asked otherwise.
#[utoipa::path(
    get,
    path = "/api_gateway/v1/badges/customField",
    operation_id = "listBadgeFields",
    tag = "Badge custom fields",
    params(
        ("isActive" = Option<bool>, Query, description = "False lists disabled ones."),
        ("sortOn" = Option<String>, Query, description = "`LAST_UPDATED_DATE` or `ID`."),
        ("order" = Option<String>, Query, description = "`ASC` or `DESC`."),
        ("size" = Option<i64>, Query, description = "How many on a page: 10, at most 100."),
        ("page" = Option<i64>, Query, description = "From 0."),
    ),
    responses((status = 200, description = "A page of fields.", body = Gateway<BadgeFieldListAnswer>))
)]
async fn list(State(app): State<App>, caller: Caller, query: Query) -> Answered<FieldCodes> {
    let permit = caller.reads(Resource::BadgeConfig)?;
    let page = query.page()?;
    let active = query.flag("isActive")?.unwrap_or(true);
    let by_id = query.choice("sortOn", &["LAST_UPDATED_DATE", "ID"], &[])? == Some("ID");
    let up = query.choice("order", &["ASC", "DESC"], &[])? == Some("ASC");
    let mut db = app.read(permit.org()).await?;
    let mut fields = store::fields::all(&mut *db, permit.org()).await?;
    fields.retain(|field| field.active == active);
    if !by_id {
        fields.sort_by_key(|field| (field.stamp.updated_on, field.id));
    }
    if !up {
        fields.reverse();
    }
    let pagination = page.told(page.total(&fields));
    let fields = page.cut(&fields).iter().map(|field| answer(permit.org(), field)).collect();
    Ok(gateway(BadgeFieldListAnswer { fields, pagination }, Sides::Empty))
}

async fn found(app: &App, org: OrgId, id: &str) -> Result<Field, Error> {
    let id: FieldId = id.trim().to_ascii_lowercase().parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(org).await?;
    let fields = store::fields::all(&mut *db, org).await?;
    fields.into_iter().find(|field| field.id == id).ok_or(Error::NotFound)
}

/// Reads a body over a draft: name and type must be there, the others may be left as they are.
fn read(body: &Body, mut draft: FieldDraft, faults: &mut Faults) -> FieldDraft {
    let root = body.root();
    draft.name = root.get("name").text(faults);
    let words = DataType::ALL.map(DataType::wire);
    let kind = root.get("dataType");
    draft.data_type = match kind.choice(&words, &[], faults) {
        Some(word) => word.to_owned(),
        None if kind.is_there() => String::new(),
        None => {
            faults.add(refusal("field_type_blank").at("dataType"));
            String::new()
        }
    };
    if let Some(mandatory) = root.get("isMandatory").flag(faults) {
        draft.mandatory = mandatory.to_string();
    }
    if sent(&root, "defaultValue") {
        draft.default_value = root.get("defaultValue").text(faults);
    }
    draft
}

/// Whether a key is there, be it with null.
fn sent(root: &Node<'_>, key: &str) -> bool {
    root.value().is_some_and(|value| value.get(key).is_some())
}

fn judge(
    draft: &FieldDraft,
    existing: Option<&Field>,
    faults: Faults,
) -> Result<(), Failure<FieldCodes>> {
    if faults.is_empty() {
        return Ok(());
    }
    let problems = draft.check(existing).err().unwrap_or_else(Problems::none);
    Err(told(problems, &Paths::default(), faults).into())
}

fn worded(error: Error) -> Failure<FieldCodes> {
    match error {
        Error::Refused(problems) => told(problems, &Paths::default(), Faults::default()).into(),
        other => other.into(),
    }
}
