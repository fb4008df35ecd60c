//! Deeds on imports. The work itself is a task that carries on where it was; these begin it, stop it
//! and take it up again.

use graphile_worker::JobSpec;
use serde_json::json;

use super::import::{Import, Options, Progress, State};
use super::mapping::Mapping;
use super::tasks::ImportTask;
use super::{guess, kinds, source, store, work};
use crate::base::act::{Act, Entry};
use crate::base::app::App;
use crate::base::csv::importable::{Blocker, Kind};
use crate::base::csv::read::Place;
use crate::base::error::{Error, Result};
use crate::base::ids::{ImportId, OrgId};
use crate::base::problem::{Fault, Problem, Problems};

/// Who does the work that a deed begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The background worker.
    Worker,
    /// The caller itself, as the command line does.
    Caller,
}

/// Blockers a page names.
const SHOWN_BLOCKERS: i64 = 20;

/// A first guess at what the columns of a stored file are.
pub async fn first_guess(
    app: &App,
    org: OrgId,
    kind: &str,
    file: &store::StoredFile,
) -> Result<Mapping> {
    let kind = kinds::find(kind)?;
    let (header, rows) = source::head(&app.db, org, file.id, file.dialect, 50).await??;
    let known = |name: &str| kind.field_named(name);
    let guess = guess::guess(&header, &rows, kind.fields(), known, kind.keeps_others());
    if !kind.fields().iter().any(|field| guess.feeds(field.name)) {
        let names: Vec<&str> = kind.fields().iter().take(8).map(|field| field.name).collect();
        let message = format!(
            "None of the headers is one of {}’s columns ({}, …). Is this the right file?",
            kind.label(),
            names.join(", ")
        );
        return Err(Problem::whole("no_header_matches", message).into());
    }
    Ok(guess)
}

/// Takes a stored file as an import of a kind. `about` is what every row is about, where the kind asks.
pub async fn create(
    act: &mut Act,
    kind: &str,
    file: &store::StoredFile,
    mapping: &Mapping,
    about: Option<i64>,
) -> Result<ImportId> {
    let kind = kinds::find(kind)?;
    act.require(kind.permission())?;
    let (actor, now) = (act.actor().clone(), act.now());
    let subject = subject(act, kind, about).await?;
    let new = store::New { kind: kind.name(), file, mapping };
    let id = store::insert(act.db(), &actor, now, &new).await?;
    if let Some((about, about_label)) = subject {
        let options = Options { about: Some(about), about_label, ..Options::default() };
        store::set_options(act.db(), actor.org, id, &options).await?;
    }
    let facts = json!({
        "kind": kind.name(), "bytes": file.bytes, "sha256": hex::encode(file.sha256), "about": about,
    });
    act.record(Entry::new("uploaded", "import", id, &file.name).with(facts));
    Ok(id)
}

/// What was decided about an import so far.
pub async fn options(act: &mut Act, id: ImportId) -> Result<Options> {
    Ok(found(act, id).await?.options)
}

/// What the rows are about and what it is called; nothing for kinds that do not ask.
async fn subject(
    act: &mut Act,
    kind: &dyn Kind,
    about: Option<i64>,
) -> Result<Option<(i64, String)>> {
    let Some(subject) = kind.subject() else { return Ok(None) };
    let Some(about) = about else {
        return Err(Fault::blank(format!("Give the {}", subject.noun)).on("about").into());
    };
    Ok(Some((about, kind.named_subject(act, about).await?)))
}

/// Keeps the mapping and begins the check. `save_as` also saves the mapping under a name.
pub async fn begin_check(
    act: &mut Act,
    id: ImportId,
    mapping: Mapping,
    options: Options,
    save_as: &str,
    by: By,
) -> Result<i32> {
    let mut import = found(act, id).await?;
    let kind = kinds::find(&import.kind)?;
    import.mapping = mapping;
    let mut problems = work::columns(kind, &import).err().unwrap_or_default();
    if save_as.chars().count() > 80 {
        problems.add("save_as", Fault::new("too_long", "Use at most 80 characters"));
    }
    problems.into_result()?;
    let (org, now) = (act.org(), act.now());
    if !save_as.is_empty() {
        let name = save_as.trim();
        store::save_map(act.db(), org, kind.name(), name, &import.mapping, now).await?;
        act.record(Entry::new("saved", "import_map", name, name));
    }
    let attempt = store::begin_check(act.db(), org, id, now, &import.mapping, &options).await?;
    let attempt = attempt.ok_or(Error::Stale)?;
    act.bookkeeping();
    hand_over(act, id, attempt, by).await
}

/// Begins to write the rows of a checked file. A second start finds it begun and is refused.
pub async fn begin_run(act: &mut Act, id: ImportId, take_good_rows: bool, by: By) -> Result<i32> {
    let mut import = found(act, id).await?;
    if import.state != State::Checked {
        return Err(Error::Stale);
    }
    import.options.take_good_rows = take_good_rows;
    if import.will.errors > 0 && !take_good_rows {
        let message = "Some rows have errors: correct the file, or choose to import the good rows";
        return Err(Problems::from(Fault::new("has_errors", message).on("take_good_rows")).into());
    }
    let (org, now) = (act.org(), act.now());
    let attempt = store::begin(act.db(), org, id, now, &["checked"], State::Running).await?;
    let attempt = attempt.ok_or(Error::Stale)?;
    store::set_options(act.db(), org, id, &import.options).await?;
    store::place(act.db(), org, id, Place { byte: 0, line: 0 }).await?;
    let facts = json!({ "kind": import.kind, "will": import.will });
    act.record(Entry::new("started", "import", id, &import.file_name).with(facts));
    hand_over(act, id, attempt, by).await
}

/// Asks the worker to stop at the next chunk.
pub async fn cancel(act: &mut Act, id: ImportId) -> Result<()> {
    let import = found(act, id).await?;
    let org = act.org();
    if store::ask_cancel(act.db(), org, id).await? {
        act.record(Entry::new("stopped", "import", id, &import.file_name));
    }
    Ok(())
}

/// Takes up what a worker left: one that died, or one that was asked to stop.
pub async fn resume(act: &mut Act, id: ImportId, by: By) -> Result<i32> {
    let import = found(act, id).await?;
    let now = act.now();
    if !import.may_resume(now) {
        return Err(Error::Stale);
    }
    if !store::claim(act.db(), id).await? {
        return Err(Error::Stale);
    }
    let state = if import.state == State::Cancelled { State::Running } else { import.state };
    let attempt = take_over(act, &import, state).await?;
    act.record(Entry::new("resumed", "import", id, &import.file_name));
    hand_over(act, id, attempt, by).await
}

/// Takes up an import whose worker died; nothing when it lives.
pub async fn revive(act: &mut Act, id: ImportId) -> Result<()> {
    let org = act.org();
    let import = store::find(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if import.is_stalled(act.now()) && store::claim(act.db(), id).await? {
        let attempt = take_over(act, &import, import.state).await?;
        act.bookkeeping();
        hand_over(act, id, attempt, By::Worker).await?;
    }
    Ok(())
}

async fn take_over(act: &mut Act, import: &Import, state: State) -> Result<i32> {
    let (org, now) = (act.org(), act.now());
    let (id, from) = (import.id, [import.state.word()]);
    if state == State::Checking {
        let (mapping, options) = (&import.mapping, &import.options);
        store::begin(act.db(), org, id, now, &from, State::Mapping).await?;
        let attempt = store::begin_check(act.db(), org, id, now, mapping, options).await?;
        return attempt.ok_or(Error::Stale);
    }
    store::begin(act.db(), org, id, now, &from, state).await?.ok_or(Error::Stale)
}

/// What stands against undoing.
pub async fn blockers(act: &mut Act, import: &Import) -> Result<Vec<Blocker>> {
    kinds::find(&import.kind)?.blockers(act, import.id, SHOWN_BLOCKERS).await
}

/// Begins to take back what an import brought, while nothing depends on it.
pub async fn begin_undo(act: &mut Act, id: ImportId, by: By) -> Result<i32> {
    let import = found(act, id).await?;
    if !import.may_undo() {
        return Err(Error::Stale);
    }
    let mut problems = Problems::none();
    for blocker in blockers(act, &import).await? {
        problems.push(Problem::whole("in_use", format!("{}: {}", blocker.label, blocker.why)));
    }
    problems.into_result()?;
    let (org, now) = (act.org(), act.now());
    let from = ["done", "cancelled"];
    let attempt = store::begin(act.db(), org, id, now, &from, State::Undoing).await?;
    let attempt = attempt.ok_or(Error::Stale)?;
    act.record(Entry::new("undid", "import", id, &import.file_name));
    hand_over(act, id, attempt, by).await
}

async fn found(act: &mut Act, id: ImportId) -> Result<Import> {
    let org = act.org();
    let import = store::find(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    act.require(kinds::find(&import.kind)?.permission())?;
    Ok(import)
}

async fn hand_over(act: &mut Act, import: ImportId, attempt: i32, by: By) -> Result<i32> {
    if by == By::Worker {
        let task = ImportTask { org: act.org().get(), import: import.get(), attempt };
        act.enqueue(&task, JobSpec::builder().max_attempts(5).build()).await?;
    }
    Ok(attempt)
}

/// For callers that need no progress.
pub fn silent(_: Progress) {}
