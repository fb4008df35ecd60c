//! `/settings/access-groups`: how far tills and clients may go.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum_extra::extract::Form;

use super::{GROUPS, chrome, said, tabs};
use crate::api::{Level, Resource};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::AccessGroupId;
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::orgs::access::draft::GroupDraft;
use crate::orgs::access::{groups, store};
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::parts::{Choice, Tab};
use crate::web::{self, html, refused, see_other_saying};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/settings/access-groups", get(list).post(add))
        .route("/settings/access-groups/{id}", get(edit).post(update))
        .route("/settings/access-groups/{id}/remove", post(remove))
}

#[derive(Template)]
#[template(path = "settings/api/groups.html")]
struct Groups {
    chrome: Chrome,
    tabs: Vec<Tab>,
    heads: Vec<&'static str>,
    rows: Vec<Row>,
    form: FormPart,
    problems: Problems,
}

struct Row {
    id: AccessGroupId,
    name: String,
    levels: Vec<&'static str>,
}

/// The form of a new group or of one that is edited.
struct FormPart {
    title: String,
    action: String,
    verb: &'static str,
    name: String,
    fields: Vec<FieldPart>,
}

struct FieldPart {
    resource: Resource,
    level: String,
}

impl FormPart {
    fn new(title: String, action: String, verb: &'static str, draft: &GroupDraft) -> Self {
        let field = |resource| FieldPart { resource, level: draft.level(resource).to_owned() };
        let fields = Resource::ALL.into_iter().map(field).collect();
        FormPart { title, action, verb, name: draft.name.clone(), fields }
    }

    fn fresh(draft: &GroupDraft) -> Self {
        FormPart::new("Add an access group".to_owned(), GROUPS.to_owned(), "Add", draft)
    }

    fn of(id: AccessGroupId, known: &str, draft: &GroupDraft) -> Self {
        FormPart::new(format!("Change {known}"), format!("{GROUPS}/{id}"), "Save", draft)
    }

    fn levels(&self) -> [Choice; 3] {
        [Choice::new("none", "None"), Choice::new("read", "Read"), Choice::new("write", "Write")]
    }
}

impl Groups {
    async fn load(app: &App, staff: &Staff, form: FormPart) -> Result<Self> {
        staff.require(Permission::ManageAccess)?;
        let groups = store::groups::all(app.db.pool(), staff.org).await?;
        let row = |group: store::groups::Group| Row {
            id: group.id,
            levels: Resource::ALL
                .into_iter()
                .map(|resource| match group.grants.level(resource) {
                    None => "–",
                    Some(Level::Read) => "Read",
                    Some(Level::Write) => "Write",
                })
                .collect(),
            name: group.name,
        };
        Ok(Groups {
            chrome: chrome(staff, "Access groups"),
            tabs: tabs(GROUPS),
            heads: Resource::ALL.into_iter().map(Resource::label).collect(),
            rows: groups.into_iter().map(row).collect(),
            form,
            problems: Problems::none(),
        })
    }
}

async fn list(State(app): State<App>, staff: Staff) -> web::Result {
    let form = FormPart::fresh(&GroupDraft::default());
    html(Groups::load(&app, &staff, form).await?)
}

async fn add(
    State(app): State<App>,
    staff: Staff,
    Form(pairs): Form<Vec<(String, String)>>,
) -> web::Result {
    let draft = GroupDraft::from_pairs(pairs);
    let new = draft.clone();
    let deed =
        app.act(staff.actor(), |act| Box::pin(async move { groups::add(act, &new).await })).await;
    match deed {
        Ok(_) => see_other_saying(GROUPS, Flash::done(format!("Added {}.", draft.name.trim()))),
        Err(Error::Refused(problems)) => {
            let form = FormPart::fresh(&draft);
            refused(Groups { problems, ..Groups::load(&app, &staff, form).await? })
        }
        Err(error) => Err(error.into()),
    }
}

async fn known(app: &App, staff: &Staff, id: AccessGroupId) -> Result<store::groups::Group> {
    staff.require(Permission::ManageAccess)?;
    let groups = store::groups::all(app.db.pool(), staff.org).await?;
    groups.into_iter().find(|group| group.id == id).ok_or(Error::NotFound)
}

async fn edit(State(app): State<App>, staff: Staff, Path(id): Path<AccessGroupId>) -> web::Result {
    let group = known(&app, &staff, id).await?;
    let level = |resource: Resource| {
        let word = match group.grants.level(resource) {
            None => "none",
            Some(Level::Read) => "read",
            Some(Level::Write) => "write",
        };
        (resource.word().to_owned(), word.to_owned())
    };
    let levels = Resource::ALL.into_iter().map(level).collect();
    let draft = GroupDraft { name: group.name.clone(), levels };
    let form = FormPart::of(id, &group.name, &draft);
    html(Groups::load(&app, &staff, form).await?)
}

async fn update(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<AccessGroupId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> web::Result {
    let draft = GroupDraft::from_pairs(pairs);
    let new = draft.clone();
    let deed = app
        .act(staff.actor(), move |act| Box::pin(async move { groups::update(act, id, &new).await }))
        .await;
    match deed {
        Ok(()) => see_other_saying(GROUPS, Flash::done("Saved. It holds from this moment.")),
        Err(Error::Refused(problems)) => {
            let form = FormPart::of(id, &known(&app, &staff, id).await?.name, &draft);
            refused(Groups { problems, ..Groups::load(&app, &staff, form).await? })
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<AccessGroupId>,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| Box::pin(async move { groups::disable(act, id).await }))
        .await;
    said(deed.map(|()| "Removed.".to_owned()), GROUPS)
}
