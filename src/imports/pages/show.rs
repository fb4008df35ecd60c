//! `/imports/{id}`: one file, from its columns to its result.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use super::mapping_form::{self, MappingForm};
use super::view::{Busy, Head, Report, words_of};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::ImportId;
use crate::base::list::cursor;
use crate::base::permission::Permission;
use crate::base::problem::{Problem, Problems};
use crate::imports::actions::{self, By};
use crate::imports::import::{Import, State as Stage};
use crate::imports::{kinds, source, store};
use crate::web::chrome::{Chrome, Nav};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::time::{Stamp, count};
use crate::web::{self, html, refused, see_other, see_other_saying};

#[derive(Template)]
#[template(path = "imports/show.html", blocks = ["import"])]
struct Show {
    chrome: Chrome,
    head: Head,
    mapping: Option<MappingForm>,
    busy: Option<Busy>,
    report: Option<Report>,
    twin: Option<(String, Stamp)>,
    again: &'static str,
    may_run: bool,
    may_resume: bool,
    may_undo: bool,
    problems: Problems,
}

/// How the page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A saved mapping to lay over the columns.
    map: String,
    /// Map again a file that was checked.
    again: bool,
}

/// The import of a path; not a number is no import. Who may not bring in its kind may not see it: its
/// rows say what those of that kind say.
pub(super) async fn find(app: &App, staff: &Staff, id: &str) -> Result<Import> {
    staff.require(Permission::ReadImports)?;
    let id: ImportId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let import = store::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)?;
    staff.require(kinds::find(&import.kind)?.permission())?;
    Ok(import)
}

/// The page, or its changing part.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let mut import = find(&app, &staff, &id).await?;
    if asked.again && matches!(import.state, Stage::Checked | Stage::Failed) {
        import.state = Stage::Mapping;
    }
    if !asked.map.is_empty() {
        let mut db = app.read(staff.org).await?;
        if let Some(saved) = store::map(&mut *db, staff.org, &import.kind, &asked.map).await? {
            import.mapping = std::mem::take(&mut import.mapping).overlaid(&saved);
        }
    }
    let page = page(&app, &staff, &import, Problems::none()).await?;
    if hx.wants("import") { html(page.as_import()) } else { html(page) }
}

async fn page(app: &App, staff: &Staff, import: &Import, problems: Problems) -> Result<Show> {
    let now = app.clock.now();
    let kind = kinds::find(&import.kind)?;
    let mut db = app.read(staff.org).await?;
    let mapping = if import.state == Stage::Mapping {
        let names = store::map_names(&mut *db, staff.org, &import.kind).await?;
        let rows = source::head(&app.db, staff.org, import.file, import.dialect, 5).await?;
        let rows = rows.map(|(_, rows)| rows).unwrap_or_default();
        Some(MappingForm::new(import, kind, &rows, names, staff))
    } else {
        None
    };
    let groups = store::error_groups(&mut *db, staff.org, import.id, import.last_phase()).await?;
    let twin =
        store::same_file(&mut *db, staff.org, &import.kind, &import.sha256, import.id).await?;
    Ok(Show {
        chrome: Chrome::new(staff, Nav::Imports)
            .title(import.file_name.clone())
            .crumb("Imports", "/imports"),
        head: Head::new(import, staff),
        mapping,
        busy: Busy::new(import, now),
        report: Report::new(import, groups),
        twin: twin
            .filter(|_| matches!(import.state, Stage::Mapping | Stage::Checked))
            .map(|(id, at)| (format!("/imports/{id}"), Stamp::new(at, staff.zone))),
        again: kind.words().again,
        may_run: import.state == Stage::Checked && import.will.writes() > 0,
        may_resume: import.may_resume(now),
        may_undo: import.may_undo(),
        problems,
    })
}

/// Keeps the mapping and begins the check.
pub async fn check(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> web::Result {
    let mut import = find(&app, &staff, &id).await?;
    let (mapping, options, save_as) = mapping_form::read(&import, &pairs);
    let (id, kept, chosen, name) = (import.id, mapping.clone(), options.clone(), save_as.clone());
    let done = app
        .act(staff.actor(), move |act| {
            Box::pin(async move {
                actions::begin_check(act, id, mapping, options, &save_as, By::Worker).await
            })
        })
        .await;
    match done {
        Ok(_) => see_other(&import.path()),
        Err(Error::Refused(problems)) => {
            (import.mapping, import.options, import.state) = (kept, chosen, Stage::Mapping);
            let mut page = page(&app, &staff, &import, problems).await?;
            if let Some(form) = &mut page.mapping {
                form.save_as = name;
            }
            refused(page)
        }
        Err(error) => Err(error.into()),
    }
}

/// What is to happen with the rows that have errors.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// `stop` or `good`.
    errors: String,
}

/// Begins to write. Pressed twice, it is begun once.
pub async fn run(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(decision): Form<Decision>,
) -> web::Result {
    let import = find(&app, &staff, &id).await?;
    let (id, good) = (import.id, decision.errors == "good");
    let done = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::begin_run(act, id, good, By::Worker).await })
        })
        .await;
    match done {
        Ok(_) => see_other(&import.path()),
        Err(Error::Stale) => {
            let flash = Flash::trouble("This import has been begun already");
            see_other_saying(&import.path(), flash)
        }
        Err(Error::Refused(problems)) => refused(page(&app, &staff, &import, problems).await?),
        Err(error) => Err(error.into()),
    }
}

/// Asks the worker to stop.
pub async fn cancel(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let import = find(&app, &staff, &id).await?;
    let id = import.id;
    app.act(staff.actor(), move |act| Box::pin(async move { actions::cancel(act, id).await }))
        .await?;
    see_other(&import.path())
}

/// Takes up what was left.
pub async fn resume(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let import = find(&app, &staff, &id).await?;
    let id = import.id;
    let done = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::resume(act, id, By::Worker).await })
        })
        .await;
    match done {
        Ok(_) => see_other(&import.path()),
        Err(Error::Stale) => {
            see_other_saying(&import.path(), Flash::trouble("There is nothing to take up"))
        }
        Err(error) => Err(error.into()),
    }
}

fn undo_page(staff: &Staff, import: &Import, problems: Problems) -> Confirm {
    let (created, updated) = (count(import.did.created), count(import.did.updated));
    let words = words_of(import);
    Confirm {
        chrome: Chrome::new(staff, Nav::Imports)
            .title("Undo import")
            .crumb("Imports", "/imports")
            .crumb(import.file_name.clone(), import.path()),
        title: format!("Undo the import of {}?", import.file_name),
        verb: format!("Take back {} rows", count(import.did.writes())),
        risk: true,
        action: format!("{}/undo", import.path()),
        happens: [(created, words.undo[0]), (updated, words.undo[1])]
            .into_iter()
            .filter(|(_, undone)| !undone.is_empty())
            .map(|(number, undone)| format!("{number} {undone}."))
            .collect(),
        stays: vec!["Rows it left unchanged, and the log of what was done.".to_owned()],
        reason: None,
        hidden: Vec::new(),
        back: import.path(),
        problems,
    }
}

/// Asks before undoing, naming what stands against it.
pub async fn ask_undo(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    let import = find(&app, &staff, &id).await?;
    if !import.may_undo() {
        return Err(Error::Stale.into());
    }
    let looked = import.clone();
    // Looking takes the same act as doing; it records nothing and so is never kept.
    let blockers = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::blockers(act, &looked).await })
        })
        .await?;
    let mut problems = Problems::none();
    for blocker in blockers {
        problems.push(Problem::whole("in_use", format!("{}: {}", blocker.label, blocker.why)));
    }
    undo_page(&staff, &import, problems).show(&hx)
}

/// Begins to take back.
pub async fn undo(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let import = find(&app, &staff, &id).await?;
    let id = import.id;
    let done = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { actions::begin_undo(act, id, By::Worker).await })
        })
        .await;
    match done {
        Ok(_) => see_other(&import.path()),
        Err(Error::Refused(problems)) => {
            undo_page(&staff, &import, Problems::none()).refuse(problems)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "imports/lines.html", blocks = ["results"])]
struct Lines {
    chrome: Chrome,
    head: Head,
    col: String,
    message: String,
    rows: Vec<(String, String)>,
    first: Option<String>,
    next: Option<String>,
}

/// One group of errors, and where in it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Group {
    /// The group as the page before wrote it.
    of: String,
    /// The last line seen.
    after: i64,
}

/// The rows of one group of errors.
pub async fn lines(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(group): Query<Group>,
) -> web::Result {
    const SIZE: usize = 100;
    let import = find(&app, &staff, &id).await?;
    let (col, message): (String, String) = cursor(&group.of).ok_or(Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let (phase, of) = (import.last_phase(), (col.as_str(), message.as_str()));
    let size = i64::try_from(SIZE).unwrap_or(i64::MAX);
    let found =
        store::errors_of(&mut *db, staff.org, import.id, phase, of, group.after, size).await?;
    let here = format!("{}/lines?of={}", import.path(), group.of);
    let last = found.last().filter(|_| found.len() == SIZE).map(|error| error.line);
    let page = Lines {
        chrome: Chrome::new(&staff, Nav::Imports)
            .title("Rows with errors")
            .crumb("Imports", "/imports")
            .crumb(import.file_name.clone(), import.path()),
        head: Head::new(&import, &staff),
        rows: found.into_iter().map(|error| (count(error.line), error.value)).collect(),
        first: (group.after > 0).then(|| here.clone()),
        next: last.map(|line| format!("{here}&after={line}")),
        col,
        message,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}
