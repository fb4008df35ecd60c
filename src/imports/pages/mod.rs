//! `/imports`: taking a file in, and the list of what was brought.

mod files;
mod mapping_form;
mod of_offer;
mod selection;
mod show;
mod view;

use askama::Template;
use axum::Router;
use axum::extract::multipart::{Field as Part, Multipart};
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::import::Import;
use super::upload::Upload;
use super::{actions, kinds, store};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::csv::importable::{Field, Kind, Subject};
use crate::base::error::{Error, Result};
use crate::base::ids::ImportId;
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::time::{Stamp, count};
use crate::web::{self, html, refused, see_other};

/// `/imports` and what lies under it.
pub fn routes() -> Router<App> {
    let upload = post(upload).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/imports", get(index).merge(upload))
        .route("/coupons/{id}/uploads", get(of_offer::show))
        .route("/imports/examples/{kind}", get(files::example))
        .route("/imports/selections/{kind}", get(selection::show).post(selection::begin))
        .route("/imports/{id}", get(show::show))
        .route("/imports/{id}/check", post(show::check))
        .route("/imports/{id}/run", post(show::run))
        .route("/imports/{id}/cancellation", post(show::cancel))
        .route("/imports/{id}/resumption", post(show::resume))
        .route("/imports/{id}/undo", get(show::ask_undo).post(show::undo))
        .route("/imports/{id}/result.csv", get(files::result))
        .route("/imports/{id}/errors.csv", get(files::errors))
        .route("/imports/{id}/lines", get(show::lines))
}

/// A row of the list.
struct Line {
    path: String,
    file_name: String,
    kind: &'static str,
    look: &'static str,
    state: &'static str,
    rows: String,
    errors: String,
    who: String,
    at: Stamp,
}

impl Line {
    fn new(import: &Import, staff: &Staff) -> Self {
        let counts = if import.did.total() > 0 { import.did } else { import.will };
        Line {
            path: import.path(),
            file_name: import.file_name.clone(),
            kind: kinds::find(&import.kind).map_or("", |kind| kind.label()),
            look: view::look(import.state),
            state: import.state.label(),
            rows: count(import.rows_total.unwrap_or(counts.total())),
            errors: count(counts.errors),
            who: import.actor_name.clone(),
            at: Stamp::new(import.created_at, staff.zone),
        }
    }
}

/// What the columns of a kind are.
struct About {
    name: &'static str,
    label: &'static str,
    subject: Option<Subject>,
    fields: &'static [Field],
    keeps_others: bool,
}

#[derive(Template)]
#[template(path = "imports/index.html", blocks = ["results"])]
struct Index {
    chrome: Chrome,
    kinds: Vec<Choice>,
    about: Vec<About>,
    kind: String,
    about_what: String,
    problems: Problems,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

impl Index {
    /// Whether one of the kinds wants to know what its rows are about.
    fn asks(&self) -> bool {
        self.about.iter().any(|kind| kind.subject.is_some())
    }
}

/// Where the list begins, and what is filled in already.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    before: Option<i64>,
    kind: String,
    about: String,
}

async fn index(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Query(place): Query<Place>,
) -> web::Result {
    let page = build(&app, &staff, place, Problems::none()).await?;
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

async fn build(app: &App, staff: &Staff, place: Place, problems: Problems) -> Result<Index> {
    staff.require(Permission::ReadImports)?;
    let mut db = app.read(staff.org).await?;
    let before = place.before.map(ImportId::new);
    let open = || kinds::all().into_iter().filter(|kind| staff.may(kind.permission()));
    let names: Vec<String> = open().map(|kind| kind.name().to_owned()).collect();
    let found = store::page(&mut *db, staff.org, &names, before, PAGE).await?;
    Ok(Index {
        chrome: Chrome::new(staff, Nav::Imports),
        kinds: open().map(|kind| Choice::new(kind.name(), kind.label())).collect(),
        about: open()
            .map(|kind| About {
                name: kind.name(),
                label: kind.label(),
                subject: kind.subject(),
                fields: kind.fields(),
                keeps_others: kind.keeps_others(),
            })
            .collect(),
        kind: place.kind,
        about_what: place.about,
        problems,
        lines: found.items.iter().map(|import| Line::new(import, staff)).collect(),
        first: before.map(|_| "/imports".to_owned()),
        next: found.next.map(|last| format!("/imports?before={last}")),
    })
}

async fn upload(State(app): State<App>, staff: Staff, mut form: Multipart) -> web::Result {
    staff.require(Permission::ReadImports)?;
    let (mut asked, mut stored) = (Place::default(), None);
    let taken = take(&app, &staff, &mut form, &mut asked, &mut stored).await;
    let created = match taken {
        Ok(()) => create(&app, &staff, &asked, stored.as_ref()).await,
        Err(error) => Err(error),
    };
    match created {
        Ok(id) => see_other(&format!("/imports/{id}")),
        Err(Error::Refused(problems)) => {
            if let Some(file) = stored {
                discard(&app, &staff, file.id).await?;
            }
            let mut shown = Problems::none();
            for mut problem in problems {
                problem.field.get_or_insert("file".into());
                shown.push(problem);
            }
            refused(build(&app, &staff, asked, shown).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the form; the file goes straight to the store.
async fn take(
    app: &App,
    staff: &Staff,
    form: &mut Multipart,
    asked: &mut Place,
    stored: &mut Option<store::StoredFile>,
) -> Result<()> {
    let broken =
        |_| Fault::new("broken_upload", "The file did not arrive whole; send it again").on("file");
    while let Some(part) = form.next_field().await.map_err(broken)? {
        match part.name() {
            Some("kind") => asked.kind = part.text().await.map_err(broken)?,
            Some("about") => asked.about = part.text().await.map_err(broken)?,
            Some("file") if part.file_name().is_some_and(|name| !name.is_empty()) => {
                *stored = Some(take_file(app, staff, part).await?);
            }
            _ => {}
        }
    }
    Ok(())
}

async fn take_file(app: &App, staff: &Staff, mut part: Part<'_>) -> Result<store::StoredFile> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let mut upload = Upload::begin(app, &staff.actor(), &name).await?;
    loop {
        let bytes = part.chunk().await.map_err(|_| {
            Fault::new("broken_upload", "The file did not arrive whole; send it again").on("file")
        })?;
        match bytes {
            Some(bytes) => upload.push(&bytes).await?,
            None => return upload.finish().await,
        }
    }
}

async fn create(
    app: &App,
    staff: &Staff,
    asked: &Place,
    file: Option<&store::StoredFile>,
) -> Result<ImportId> {
    let kind = asked.kind.as_str();
    let about = asked.about.trim().parse().ok();
    let mut problems = Problems::none();
    match kinds::find(kind).map(Kind::subject) {
        Err(_) => problems.add("kind", Fault::blank("Choose what the rows are")),
        Ok(Some(subject)) if about.is_none() => {
            problems.add("about", Fault::blank(format!("Give the {}", subject.noun)));
        }
        Ok(_) => {}
    }
    let Some(file) = file else {
        problems.add("file", Fault::blank("Choose a file"));
        return Err(problems.into());
    };
    problems.into_result()?;
    let mapping = actions::first_guess(app, staff.org, kind, file).await?;
    let (kind, file) = (kind.to_owned(), file.clone());
    app.act(staff.actor(), move |act| {
        Box::pin(async move { actions::create(act, &kind, &file, &mapping, about).await })
    })
    .await
}

/// A file that became no import is not kept.
async fn discard(app: &App, staff: &Staff, file: crate::base::ids::FileId) -> Result<()> {
    app.act(staff.actor(), move |act| {
        Box::pin(async move {
            let org = act.org();
            act.bookkeeping();
            Ok(crate::base::files::remove(act.db(), org, file).await?)
        })
    })
    .await
}
