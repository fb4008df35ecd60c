//! `/settings/clients`: API clients, their keys and secrets.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum_extra::extract::Form;
use serde::Deserialize;

use super::{CLIENTS, chrome, group_choices, said, tabs};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::{ClientId, SecretId};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::orgs::access::clients::{self, NewClient, Secret};
use crate::orgs::access::store;
use crate::web::chrome::{Chrome, Nav};
use crate::web::confirm::Confirm;
use crate::web::hx::Hx;
use crate::web::parts::{Choice, Tab};
use crate::web::time::Stamp;
use crate::web::{self, html, refused};

/// Tills the form offers as a default; a brand with more names its till by the call's header.
const TILLS_OFFERED: i64 = 200;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/settings/clients", get(list).post(add))
        .route("/settings/clients/{id}/secrets", post(rotate))
        .route("/settings/clients/{id}/secrets/{secret}/end", get(ask_end).post(end))
        .route("/settings/clients/{id}/disable", get(ask_disable).post(disable))
        .route("/settings/clients/{id}/enable", post(enable))
        .route("/settings/clients/{id}/group", post(set_group))
}

#[derive(Template)]
#[template(path = "settings/api/clients.html")]
struct Clients {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    groups: Vec<Choice>,
    tills: Vec<Choice>,
    typed: NewClient,
    problems: Problems,
    /// Key and secret, shown on this answer and never again.
    made: Option<Secret>,
}

struct Row {
    client: store::clients::Client,
    group: String,
    seen: Option<Stamp>,
    secrets: Vec<SecretRow>,
}

struct SecretRow {
    id: SecretId,
    hint: String,
    made: Stamp,
    seen: Option<Stamp>,
}

impl Clients {
    async fn load(app: &App, staff: &Staff) -> Result<Self> {
        staff.require(Permission::ManageAccess)?;
        let db = app.db.pool();
        let clients = store::clients::all(db, staff.org).await?;
        let secrets = store::clients::all_secrets(db, staff.org).await?;
        let tills = store::tills::page(db, staff.org, "", TILLS_OFFERED).await?;
        let stamp = |at| Stamp::new(at, staff.zone);
        let row = |client: store::clients::Client| Row {
            group: client.group.map(|group| group.to_string()).unwrap_or_default(),
            seen: client.last_used_at.map(stamp),
            secrets: secrets
                .iter()
                .filter(|secret| secret.client == client.id)
                .map(|secret| SecretRow {
                    id: secret.id,
                    hint: secret.hint.clone(),
                    made: stamp(secret.created_at),
                    seen: secret.last_used_at.map(stamp),
                })
                .collect(),
            client,
        };
        Ok(Clients {
            chrome: chrome(staff, "API clients"),
            tabs: tabs(CLIENTS),
            rows: clients.into_iter().map(row).collect(),
            groups: group_choices(app, staff).await?,
            tills: tills
                .into_iter()
                .map(|till| {
                    Choice::new(till.id.to_string(), format!("{} ({})", till.name, till.code))
                })
                .collect(),
            typed: NewClient { token_minutes: "60".to_owned(), ..NewClient::default() },
            problems: Problems::none(),
            made: None,
        })
    }
}

async fn list(State(app): State<App>, staff: Staff) -> web::Result {
    html(Clients::load(&app, &staff).await?)
}

async fn add(State(app): State<App>, staff: Staff, Form(typed): Form<NewClient>) -> web::Result {
    let new = typed.clone();
    let deed =
        app.act(staff.actor(), |act| Box::pin(async move { clients::add(act, &new).await })).await;
    match deed {
        Ok(made) => html(Clients { made: Some(made), ..Clients::load(&app, &staff).await? }),
        Err(Error::Refused(problems)) => {
            refused(Clients { typed, problems, ..Clients::load(&app, &staff).await? })
        }
        Err(error) => Err(error.into()),
    }
}

async fn rotate(State(app): State<App>, staff: Staff, Path(id): Path<ClientId>) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| Box::pin(async move { clients::rotate(act, id).await }))
        .await;
    match deed {
        Ok(made) => html(Clients { made: Some(made), ..Clients::load(&app, &staff).await? }),
        Err(error) => said(Err(error), CLIENTS),
    }
}

async fn ask_end(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path((id, secret)): Path<(ClientId, SecretId)>,
) -> web::Result {
    let page = Clients::load(&app, &staff).await?;
    let row = page.rows.into_iter().find(|row| row.client.id == id).ok_or(Error::NotFound)?;
    let known = row.secrets.iter().find(|known| known.id == secret).ok_or(Error::NotFound)?;
    let title = format!("End the secret …{} of {}?", known.hint, row.client.name);
    let mut happens = vec![
        "Tokens fetched with it stop working, from this moment, and no more can be fetched."
            .to_owned(),
    ];
    if row.secrets.len() == 1 {
        happens.push("It is the client's only secret: the client is cut off.".to_owned());
    }
    let path = format!("{CLIENTS}/{id}/secrets/{secret}/end");
    confirm(&staff, title, "End the secret", path, happens).show(&hx)
}

async fn end(
    State(app): State<App>,
    staff: Staff,
    Path((id, secret)): Path<(ClientId, SecretId)>,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { clients::end_secret(act, id, secret).await })
        })
        .await;
    said(deed.map(|()| "The secret is ended.".to_owned()), CLIENTS)
}

async fn ask_disable(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<ClientId>,
) -> web::Result {
    let page = Clients::load(&app, &staff).await?;
    let row = page.rows.into_iter().find(|row| row.client.id == id).ok_or(Error::NotFound)?;
    let happens =
        vec!["Its calls are refused, and its tokens stop working, from this moment.".to_owned()];
    let title = format!("Disable {}?", row.client.name);
    confirm(&staff, title, "Disable", format!("{CLIENTS}/{id}/disable"), happens).show(&hx)
}

fn confirm(
    staff: &Staff,
    title: String,
    verb: &str,
    action: String,
    happens: Vec<String>,
) -> Confirm {
    Confirm {
        chrome: Chrome::new(staff, Nav::Access).title(verb).crumb("API clients", CLIENTS),
        title,
        verb: verb.to_owned(),
        risk: true,
        action,
        happens,
        stays: vec!["What it did stays in the activity log.".to_owned()],
        reason: None,
        hidden: Vec::new(),
        back: CLIENTS.to_owned(),
        problems: Problems::none(),
    }
}

async fn disable(State(app): State<App>, staff: Staff, Path(id): Path<ClientId>) -> web::Result {
    said(set_enabled(&app, &staff, id, false).await.map(|()| "Disabled.".to_owned()), CLIENTS)
}

async fn enable(State(app): State<App>, staff: Staff, Path(id): Path<ClientId>) -> web::Result {
    said(set_enabled(&app, &staff, id, true).await.map(|()| "Enabled again.".to_owned()), CLIENTS)
}

async fn set_enabled(app: &App, staff: &Staff, id: ClientId, enabled: bool) -> Result<()> {
    app.act(staff.actor(), move |act| {
        Box::pin(async move { clients::set_enabled(act, id, enabled).await })
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewGroup {
    group: String,
}

async fn set_group(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ClientId>,
    Form(typed): Form<NewGroup>,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { clients::set_group(act, id, &typed.group).await })
        })
        .await;
    said(deed.map(|()| "Access changed.".to_owned()), CLIENTS)
}
