//! A whole import in one call, for the command line: the deeds and the work of the pages, in the
//! caller's own time.

use std::path::{Path, PathBuf};

use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::actions::{self, By};
use super::check::Tell;
use super::import::{Counts, Import, Options, State};
use super::result::{self, What};
use super::tasks::carry_on;
use super::upload::Upload;
use super::{kinds, store};
use crate::base::act::Actor;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::{ImportId, OrgId};
use crate::base::problem::Problem;

/// What a run came to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// New things.
    pub created: i64,
    /// Things changed.
    pub updated: i64,
    /// Things that were so already.
    pub unchanged: i64,
    /// Rows refused.
    pub errors: i64,
    /// The file that says what became of each row.
    pub result_file: PathBuf,
    /// The import, to look at in the console.
    pub import: i64,
}

/// How a file is to be brought in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Only check.
    pub dry_run: bool,
    /// Allow past dates.
    pub migration: bool,
    /// What every row is about, where the kind asks: the number of a coupon series.
    pub about: Option<i64>,
}

/// Brings a file in: upload, guess, check, run, result file. Good rows are taken although others are
/// refused: rows are independent.
pub async fn run_file(
    app: &App,
    actor: &Actor,
    kind: &str,
    path: &Path,
    manner: Manner,
    tell: Tell<'_>,
) -> Result<Summary> {
    let org = actor.org;
    actor.require(kinds::find(kind)?.permission())?;
    let file = store_file(app, actor, path).await?;
    let mapping = actions::first_guess(app, org, kind, &file).await?;
    let kind = kind.to_owned();
    let (id, attempt) = app
        .act(actor.clone(), move |act| {
            Box::pin(async move {
                let id = actions::create(act, &kind, &file, &mapping, manner.about).await?;
                let options = actions::options(act, id).await?;
                let options =
                    Options { take_good_rows: true, migration: manner.migration, ..options };
                let begun = actions::begin_check(act, id, mapping, options, "", By::Caller).await?;
                Ok((id, begun))
            })
        })
        .await?;
    carry_on(app, org, id, attempt, tell).await?;
    let checked = find(app, org, id).await?;
    if checked.state != State::Checked {
        let why = checked.message.unwrap_or_else(|| "The check broke off".to_owned());
        return Err(Problem::whole("not_checked", why).into());
    }
    if !manner.dry_run {
        let attempt = app
            .act(actor.clone(), move |act| {
                Box::pin(async move { actions::begin_run(act, id, true, By::Caller).await })
            })
            .await?;
        carry_on(app, org, id, attempt, tell).await?;
    }
    let import = find(app, org, id).await?;
    if !manner.dry_run && import.state != State::Done {
        let why = import.message.unwrap_or_else(|| "The import was stopped".to_owned());
        return Err(Problem::whole("not_done", why).into());
    }
    let result_file = write_result(app, org, &import).await?;
    let counts: Counts = if manner.dry_run { import.will } else { import.did };
    Ok(Summary {
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        errors: counts.errors,
        result_file,
        import: id.get(),
    })
}

async fn find(app: &App, org: OrgId, id: ImportId) -> Result<Import> {
    let mut db = app.read(org).await?;
    store::find(&mut *db, org, id).await?.ok_or(Error::NotFound)
}

async fn store_file(app: &App, actor: &Actor, path: &Path) -> Result<store::StoredFile> {
    let name = path.file_name().map_or_else(|| "upload.csv".into(), |name| name.to_string_lossy());
    let mut source = tokio::fs::File::open(path).await.map_err(|error| {
        Problem::whole("cannot_open", format!("Cannot open {}: {error}", path.display()))
    })?;
    let mut upload = Upload::begin(app, actor, &name).await?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let got = source.read(&mut buffer).await.map_err(Error::internal)?;
        if got == 0 {
            return upload.finish().await;
        }
        upload.push(&buffer[..got]).await?;
    }
}

/// Writes the result file into the data folder: the file's own folder may not be ours to write to.
async fn write_result(app: &App, org: OrgId, import: &Import) -> Result<PathBuf> {
    let folder = app.config.data_dir.join("results");
    tokio::fs::create_dir_all(&folder).await.map_err(Error::internal)?;
    let name = format!("{}_{}", import.id, result::file_name(import, What::All));
    let path = folder.join(name);
    let mut file = tokio::fs::File::create(&path).await.map_err(Error::internal)?;
    let (sender, mut pieces) = tokio::sync::mpsc::channel::<Result<Vec<u8>>>(4);
    let writing = async {
        while let Some(piece) = pieces.recv().await {
            let piece: Vec<u8> = piece?;
            file.write_all(&piece).await.map_err(Error::internal)?;
        }
        file.flush().await.map_err(Error::internal)
    };
    let (done, ()) = tokio::join!(writing, result::send(app, org, import, What::All, sender));
    done.map(|()| path)
}
