//! Settings › Custom fields: a list whose rows are edited in place.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Form;

use crate::auth::Staff;
use crate::badges::field_actions as actions;
use crate::badges::fields::{DataType, Field, FieldDraft};
use crate::badges::store;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::FieldId;
use crate::base::permission::Permission;
use crate::base::problem::{Problem, Problems};
use crate::web::chrome::{Chrome, Nav};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::time::Stamp;
use crate::web::{self, html, refused, see_other_saying};

const PATH: &str = "/settings/custom-fields";

#[derive(Template)]
#[template(path = "settings/custom_fields.html", blocks = ["fields"])]
struct Page {
    chrome: Chrome,
    rows: Vec<Row>,
    types: Vec<Choice>,
    answers: Vec<Choice>,
    fresh: FieldDraft,
    fresh_problems: Problems,
    editing: Option<Editing>,
    said: Option<Flash>,
    may_edit: bool,
}

struct Row {
    id: String,
    name: String,
    data_type: &'static str,
    mandatory: bool,
    default_value: String,
    updated: Stamp,
    by: String,
}

struct Editing {
    id: String,
    draft: FieldDraft,
    problems: Problems,
    was_mandatory: bool,
}

impl Page {
    /// The row in its editor, if it is this one.
    fn editor(&self, id: &str) -> Option<&Editing> {
        self.editing.as_ref().filter(|editing| editing.id == id)
    }

    fn answer(self, hx: &Hx) -> web::Result {
        if hx.wants("fields") { html(self.as_fields()) } else { html(self) }
    }

    fn refuse(self, hx: &Hx) -> web::Result {
        if hx.wants("fields") { refused(self.as_fields()) } else { refused(self) }
    }
}

async fn page(app: &App, staff: &Staff) -> Result<Page> {
    staff.require(Permission::ReadBadges)?;
    let mut db = app.read(staff.org).await?;
    let fields = store::fields::all(&mut *db, staff.org).await?;
    let row = |field: Field| Row {
        id: field.id.to_string(),
        name: field.name,
        data_type: field.data_type.label(),
        mandatory: field.mandatory,
        default_value: field.default_value.unwrap_or_default(),
        updated: Stamp::new(field.stamp.updated_on, staff.zone),
        by: field.stamp.updated_by_name,
    };
    let kind = |kind: &DataType| Choice::new(kind.wire(), kind.label());
    Ok(Page {
        chrome: Chrome::new(staff, Nav::Fields),
        rows: fields.into_iter().filter(|field| field.active).map(row).collect(),
        types: DataType::ALL.iter().map(kind).collect(),
        answers: vec![Choice::new("false", "No"), Choice::new("true", "Yes")],
        fresh: FieldDraft::default(),
        fresh_problems: Problems::none(),
        editing: None,
        said: None,
        may_edit: staff.may(Permission::EditBadges),
    })
}

fn field_id(text: &str) -> Result<FieldId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// An active field; a disabled one is gone.
async fn found(app: &App, staff: &Staff, id: FieldId) -> Result<Field> {
    let mut db = app.read(staff.org).await?;
    let all = store::fields::all(&mut *db, staff.org).await?;
    all.into_iter().find(|field| field.id == id && field.active).ok_or(Error::NotFound)
}

/// All custom fields in use.
pub async fn index(State(app): State<App>, staff: Staff, hx: Hx) -> web::Result {
    page(&app, &staff).await?.answer(&hx)
}

/// All custom fields, one of them in its editor.
pub async fn edit(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let field = found(&app, &staff, field_id(&id)?).await?;
    let mut page = page(&app, &staff).await?;
    page.editing = Some(Editing {
        id: field.id.to_string(),
        draft: FieldDraft::of(&field),
        problems: Problems::none(),
        was_mandatory: field.mandatory,
    });
    page.answer(&hx)
}

async fn done(app: &App, staff: &Staff, hx: &Hx, flash: Flash) -> web::Result {
    if !hx.wants("fields") {
        return see_other_saying(PATH, flash);
    }
    let mut page = page(app, staff).await?;
    page.said = Some(flash);
    page.answer(hx)
}

/// Makes a custom field.
pub async fn create(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Form(draft): Form<FieldDraft>,
) -> web::Result {
    let typed = draft.clone();
    let deed = app
        .act(staff.actor(), |act| Box::pin(async move { actions::create_field(act, &typed).await }))
        .await;
    match deed {
        Ok(field) => {
            done(&app, &staff, &hx, Flash::done(format!("Created “{}”", field.name))).await
        }
        Err(Error::Refused(problems)) => {
            let mut page = page(&app, &staff).await?;
            page.fresh = draft;
            page.fresh_problems = problems;
            page.refuse(&hx)
        }
        Err(error) => Err(error.into()),
    }
}

/// Changes a custom field.
pub async fn update(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Form(mut draft): Form<FieldDraft>,
) -> web::Result {
    let (id, typed) = (field_id(&id)?, draft.clone());
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::update_field(act, id, &typed).await })
        })
        .await;
    let mut was_mandatory = draft.is_mandatory();
    let problems = match deed {
        Ok(field) => {
            return done(&app, &staff, &hx, Flash::done(format!("Saved “{}”", field.name))).await;
        }
        Err(Error::Refused(problems)) => problems,
        Err(Error::Stale) => {
            let now = found(&app, &staff, id).await?;
            draft.version = now.version.to_string();
            was_mandatory = now.mandatory;
            let (who, need) =
                (&now.stamp.updated_by_name, if now.mandatory { "mandatory" } else { "optional" });
            let default_value = now.default_value.as_deref().unwrap_or("none");
            let text = format!(
                "{who} changed this field meanwhile: it is now “{}”, {need}, default {default_value}. Save again to replace that.",
                now.name
            );
            Problem::whole("stale", text).into()
        }
        Err(error) => return Err(error.into()),
    };
    if draft.data_type.is_empty() {
        draft.data_type = found(&app, &staff, id).await?.data_type.wire().to_owned();
    }
    let mut page = page(&app, &staff).await?;
    page.editing = Some(Editing { id: id.to_string(), draft, problems, was_mandatory });
    page.refuse(&hx)
}

/// Asks before a field is gone for good.
pub async fn ask_disable(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let field = found(&app, &staff, field_id(&id)?).await?;
    Confirm {
        chrome: Chrome::new(&staff, Nav::Fields)
            .crumb("Custom fields", PATH)
            .title("Disable custom field"),
        title: format!("Disable the custom field “{}”?", field.name),
        verb: "Disable for good".to_owned(),
        risk: true,
        action: format!("{PATH}/{}/disabling", field.id),
        happens: vec![
            "This cannot be undone: a disabled field never comes back.".to_owned(),
            "Its values are no longer shown on any badge.".to_owned(),
            "Its name is free for another field.".to_owned(),
        ],
        stays: Vec::new(),
        reason: None,
        hidden: Vec::new(),
        back: PATH.to_owned(),
        problems: Problems::none(),
    }
    .show(&hx)
}

/// Disables a field for good.
pub async fn disable(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    let id = field_id(&id)?;
    let field = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::disable_field(act, id).await })
        })
        .await?;
    done(&app, &staff, &hx, Flash::done(format!("Disabled “{}”", field.name))).await
}
