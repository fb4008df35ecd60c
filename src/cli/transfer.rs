//! `import` and `export`: the work of the pages, in this process and before the operator's eyes.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::base::act::Actor;
use crate::base::db::embedded::Use;
use crate::cli::args::{ExportList, ImportFile};
use crate::cli::failure::Failure;
use crate::cli::house::House;
use crate::cli::say::say;
use crate::config::Config;
use crate::exports;
use crate::imports::{self, Manner, Progress, Summary};

/// Brings a file in. A row that was refused is exit code 1.
pub async fn import(config: Config, file: ImportFile) -> Result<ExitCode, Failure> {
    known("kind of file to import", &file.kind, &imports::kinds())?;
    let house = House::open(config, Use::Command).await?;
    let done = house.unless_interrupted(try_import(&house, &file)).await;
    house.close().await?;
    let summary = done?;
    say(if io::stdout().is_terminal() {
        in_words(&summary, file.dry_run)
    } else {
        in_json(&summary)?
    });
    Ok(if summary.errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn try_import(house: &House, file: &ImportFile) -> Result<Summary, Failure> {
    let org = house.org(file.org).await?;
    let bar = Bar::default();
    let manner = Manner { dry_run: file.dry_run, migration: file.migration, about: file.series };
    let tell = |progress: Progress| bar.tell(progress);
    let actor = Actor::operator(org.id);
    let done = imports::run_file(&house.app, &actor, &file.kind, &file.path, manner, &tell).await;
    bar.0.finish_and_clear();
    Ok(done?)
}

/// Takes a list out.
pub async fn export(config: Config, list: ExportList) -> Result<ExitCode, Failure> {
    known("list to export", &list.kind, &exports::kinds())?;
    let house = House::open(config, Use::Command).await?;
    let done = house.unless_interrupted(try_export(&house, &list)).await;
    house.close().await?;
    let (rows, file) = (done?, list.out.display());
    say(if io::stdout().is_terminal() {
        format!("{rows} rows are in {file}")
    } else {
        json!({ "rows": rows, "file": list.out }).to_string()
    });
    Ok(ExitCode::SUCCESS)
}

async fn try_export(house: &House, list: &ExportList) -> Result<u64, Failure> {
    let org = house.org(list.org).await?;
    let zone = org.time_zone.parse().map_err(Failure::new)?;
    // Under another name until it is whole: a file that was broken off must not look like one.
    let part = list.out.with_added_extension("part");
    let at = |error| Failure::new(format_args!("cannot write {}: {error}", list.out.display()));
    let mut out = tokio::fs::File::create(&part).await.map_err(at)?;
    let bar = ProgressBar::new_spinner().with_message(format!("writing {}", list.out.display()));
    bar.enable_steady_tick(Duration::from_millis(120));
    let actor = Actor::operator(org.id);
    let query = &list.filter;
    let written = exports::write(&house.app, &actor, zone, &list.kind, query, &mut out).await;
    bar.finish_and_clear();
    match written {
        Ok(rows) => tokio::fs::rename(&part, &list.out).await.map(|()| rows).map_err(at),
        Err(error) => {
            tokio::fs::remove_file(&part).await.ok();
            Err(error.into())
        }
    }
}

/// `kind` must be one of `all`; otherwise says which there are.
fn known(what: &str, kind: &str, all: &[(&str, &str)]) -> Result<(), Failure> {
    if all.iter().any(|(name, _)| *name == kind) {
        return Ok(());
    }
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    Err(Failure::new(format_args!("“{kind}” is no {what}; there are {}", names.join(", "))))
}

fn in_json(summary: &Summary) -> Result<String, Failure> {
    serde_json::to_string(summary).map_err(Failure::new)
}

fn in_words(summary: &Summary, dry_run: bool) -> String {
    let would = if dry_run { "would be " } else { "" };
    format!(
        "{would}created {}, updated {}, unchanged {}, refused {}\nwhat became of each row: {}",
        summary.created,
        summary.updated,
        summary.unchanged,
        summary.errors,
        summary.result_file.display()
    )
}

/// A bar on stderr; invisible where stderr is no terminal.
struct Bar(ProgressBar);

impl Default for Bar {
    fn default() -> Self {
        let bar = ProgressBar::new(0);
        let look = "{msg:10} {bar:40} {percent:>3}%  {prefix} rows  {elapsed} gone, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(look) {
            bar.set_style(style);
        }
        Bar(bar)
    }
}

impl Bar {
    fn tell(&self, progress: Progress) {
        if self.0.message() != progress.doing {
            // Another phase reads the file from its beginning.
            self.0.reset();
            self.0.set_message(progress.doing);
        }
        self.0.set_length(progress.of);
        self.0.set_position(progress.bytes);
        self.0.set_prefix(progress.rows.to_string());
    }
}
