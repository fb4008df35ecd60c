//! `/staff`: the people of a brand, for its admins.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::routing::{get, post};
use axum_extra::extract::Form;
use serde::Deserialize;

use crate::auth::{Added, Member, NewMember, Staff, actions, store};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::StaffId;
use crate::base::permission::{Permission, Role};
use crate::base::problem::Problems;
use crate::web::chrome::{Chrome, Nav};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::time::Stamp;
use crate::web::{self, html, refused, see_other_saying};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/staff", get(list).post(add))
        .route("/staff/{id}/role", post(change_role))
        .route("/staff/{id}/bar", get(ask_bar).post(bar))
        .route("/staff/{id}/unbar", post(unbar))
        .route("/staff/{id}/sessions/end", post(end_sessions))
        .route("/staff/{id}/password-link", post(password_link))
}

#[derive(Template)]
#[template(path = "auth/staff.html")]
struct People {
    chrome: Chrome,
    rows: Vec<Row>,
    roles: Vec<Choice>,
    typed: NewMember,
    problems: Problems,
    /// A one-time link, shown on this answer and never again.
    link: Option<Link>,
}

struct Row {
    member: Member,
    joined: Stamp,
    seen: Option<Stamp>,
    oneself: bool,
}

struct Link {
    name: String,
    address: String,
}

impl People {
    async fn load(app: &App, staff: &Staff) -> Result<Self, Error> {
        staff.require(Permission::ManageStaff)?;
        let members = store::members(app.db.pool(), staff.org).await?;
        let row = |member: Member| Row {
            joined: Stamp::new(member.created_at, staff.zone),
            seen: member.last_seen_at.map(|at| Stamp::new(at, staff.zone)),
            oneself: member.id == staff.id,
            member,
        };
        Ok(People {
            chrome: Chrome::new(staff, Nav::Staff),
            rows: members.into_iter().map(row).collect(),
            roles: roles(),
            typed: NewMember { role: Role::Support.word().to_owned(), ..NewMember::default() },
            problems: Problems::none(),
            link: None,
        })
    }

    /// With the link to hand on, which the table keeps only the hash of.
    fn with_link(mut self, app: &App, headers: &HeaderMap, name: String, token: &str) -> Self {
        // Without a configured address: the one this form came from, which the layers have checked.
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        let base = app.config.public_url.as_deref().or(origin).unwrap_or_default();
        let address = format!("{}/welcome/{token}", base.trim_end_matches('/'));
        self.link = Some(Link { name, address });
        self
    }
}

fn roles() -> Vec<Choice> {
    let means = |role| match role {
        Role::Admin => "Everything, staff included.",
        Role::Support => "Customers and their badges; reads the configuration.",
        Role::Marketer => "Reads badges; of customers only name and id.",
    };
    let choice = |role: Role| Choice::new(role.word(), role.label()).hint(means(role));
    Role::ALL.into_iter().map(choice).collect()
}

async fn list(State(app): State<App>, staff: Staff) -> web::Result {
    html(People::load(&app, &staff).await?)
}

async fn add(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Form(typed): Form<NewMember>,
) -> web::Result {
    let new = typed.clone();
    let deed = app
        .act(staff.actor(), |act| Box::pin(async move { actions::add_member(act, &new).await }))
        .await;
    match deed {
        Ok(Added { token: Some(token), .. }) => {
            let name = if typed.name.trim().is_empty() { typed.email } else { typed.name };
            html(People::load(&app, &staff).await?.with_link(&app, &headers, name, &token))
        }
        Ok(_) => {
            let words = format!("{} joined with the account they have.", typed.email.trim());
            see_other_saying("/staff", Flash::done(words))
        }
        Err(Error::Refused(problems)) => {
            refused(People { typed, problems, ..People::load(&app, &staff).await? })
        }
        Err(error) => Err(error.into()),
    }
}

/// What came of a deed on somebody, said on the list.
fn said(done: Result<String, Error>) -> web::Result {
    match done {
        Ok(words) => see_other_saying("/staff", Flash::done(words)),
        Err(Error::Refused(problems)) => {
            let words: Vec<String> =
                problems.into_iter().map(|problem| problem.message.into_owned()).collect();
            see_other_saying("/staff", Flash::trouble(words.join(" ")))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewRole {
    role: String,
}

async fn change_role(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<StaffId>,
    Form(typed): Form<NewRole>,
) -> web::Result {
    let role: Role = typed.role.parse().map_err(|_| Error::NotFound)?;
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::set_role(act, id, role).await })
        })
        .await;
    said(deed.map(|()| format!("The role is now {}.", role.label())))
}

async fn ask_bar(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<StaffId>,
) -> web::Result {
    staff.require(Permission::ManageStaff)?;
    let members = store::members(app.db.pool(), staff.org).await?;
    let member = members.into_iter().find(|member| member.id == id).ok_or(Error::NotFound)?;
    let page = Confirm {
        chrome: Chrome::new(&staff, Nav::Staff).title("Disable").crumb("Staff", "/staff"),
        title: format!("Disable {}?", member.name),
        verb: "Disable".to_owned(),
        risk: true,
        action: format!("/staff/{id}/bar"),
        happens: vec![format!("They can no longer work in {}, from this moment.", staff.org_name)],
        stays: vec![
            "What they did stays in the activity log.".to_owned(),
            "Other brands they work for.".to_owned(),
        ],
        reason: None,
        hidden: Vec::new(),
        back: "/staff".to_owned(),
        problems: Problems::none(),
    };
    page.show(&hx)
}

async fn bar(State(app): State<App>, staff: Staff, Path(id): Path<StaffId>) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| Box::pin(async move { actions::disable(act, id).await }))
        .await;
    match deed {
        Ok(()) => {
            let flash = Flash::done("Disabled.").undo(format!("/staff/{id}/unbar"));
            see_other_saying("/staff", flash)
        }
        Err(error) => said(Err(error)),
    }
}

async fn unbar(State(app): State<App>, staff: Staff, Path(id): Path<StaffId>) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| Box::pin(async move { actions::enable(act, id).await }))
        .await;
    said(deed.map(|()| "Enabled again.".to_owned()))
}

async fn end_sessions(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<StaffId>,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::end_sessions(act, id).await })
        })
        .await;
    said(deed.map(|ended| format!("Sessions ended: {ended}.")))
}

async fn password_link(
    State(app): State<App>,
    staff: Staff,
    headers: HeaderMap,
    Path(id): Path<StaffId>,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::password_link(act, id).await })
        })
        .await;
    match deed {
        Ok(token) => {
            let page = People::load(&app, &staff).await?;
            let named = page.rows.iter().find(|row| row.member.id == id);
            let name = named.map(|row| row.member.name.clone()).unwrap_or_default();
            html(page.with_link(&app, &headers, name, &token))
        }
        Err(error) => said(Err(error)),
    }
}
