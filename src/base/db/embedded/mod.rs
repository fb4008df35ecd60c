//! Our own Postgres, for when no `DATABASE_URL` is set: found on this machine, run on one data folder,
//! reached over a Unix socket only.
//!
//! Words. The *programs* are PostgreSQL's, installed by whoever runs the machine. A *cluster* is what
//! `initdb` makes. A *place* is a data folder with the cluster, the sockets and the locks in it.
//!
//! Invariants.
//! 1. One process serves from a folder: `serve.lock`, held as long as it serves.
//! 2. Any number of others may use the server meanwhile, or start it for their own time: each holds
//!    `pg-users.lock` shared, and whoever can take it alone at the end is the last and stops the server.
//!    Starting and stopping happen under `pg-start.lock`.
//! 3. A cluster called `pg` is whole: it is made under another name and renamed.
//! 4. What keeps data safe cannot be switched off: the settings stand on the command line.
//!
//! Why not a parent-death signal: it would take the server from the others who use it, and it fires
//! when the *thread* ends that started the server. After `kill -9` of Guerdon the server stays, and the
//! next one to come takes it over.
//!
//! Everything here blocks: call it before the runtime starts, or from a blocking thread.

mod cluster;
mod error;
mod os;
mod place;
mod probe;
mod programs;
mod run_as;
mod throw_away;
mod watch;

use std::fs::{self, File};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

pub use error::StartError;
pub use throw_away::{ThrowAway, throw_away};

use error::At;
use place::{Place, private_folder};
use programs::Programs;
use run_as::RunAs;

/// What the server is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// To serve pages: one process for a folder.
    Serve,
    /// For one command: joins the server that runs, or starts it for the command's time.
    Command,
}

/// A share in the server of one data folder. Dropping it gives the share back; the last one out stops
/// the server.
#[derive(Debug)]
pub struct Embedded {
    place: Place,
    programs: Option<Programs>,
    users: File,
    /// Present until the share is given back.
    serving: Option<Serving>,
    given_back: bool,
}

/// What only the serving process has: its lock, and the thread that looks after the server, which
/// ends when this end of the channel is dropped.
#[derive(Debug)]
struct Serving {
    lock: File,
    watch: Sender<()>,
}

impl Embedded {
    /// Joins the server of `data_dir`, or starts it; makes the folder and the cluster if need be.
    pub fn start(data_dir: &Path, use_: Use) -> Result<Embedded, StartError> {
        let place = Place::at(data_dir)?;
        let serving = (use_ == Use::Serve).then(|| place.lock_for_serving()).transpose()?;
        let starting = place.lock("pg-start.lock")?;
        starting.lock().at(&place.folder)?;
        let users = place.lock("pg-users.lock")?;
        users.lock_shared().at(&place.folder)?;
        // Looked at again: whoever held the lock may have laid the cluster elsewhere.
        let place = Place::at(&place.folder)?;
        // Made on success only: its drop waits for the lock that is held here.
        let (place, programs) = join_or_launch(place)?;
        let serving = serving.map(|lock| {
            let (watch, over) = channel();
            watch::keep_running(place.clone(), over);
            Serving { lock, watch }
        });
        Ok(Embedded { place, programs, users, serving, given_back: false })
    }

    /// How to connect: as the owner of everything, to the database "guerdon".
    pub fn options(&self) -> PgConnectOptions {
        connect_to(&self.place.sockets, cluster::DATABASE)
    }

    /// The folder of the server's socket.
    pub fn socket_dir(&self) -> &Path {
        &self.place.sockets
    }

    /// Where the server's programs lie, if it was we who started it.
    pub fn bin_dir(&self) -> Option<&Path> {
        self.programs.as_ref().map(|programs| programs.dir.as_path())
    }

    /// Gives the share back and says whether all went well.
    pub fn stop(mut self) -> Result<(), StartError> {
        self.give_back()
    }

    fn give_back(&mut self) -> Result<(), StartError> {
        if std::mem::replace(&mut self.given_back, true) {
            return Ok(());
        }
        let serving = self.serving.take().map(|it| {
            drop(it.watch);
            it.lock
        });
        let starting = self.place.lock("pg-start.lock")?;
        starting.lock().at(&self.place.folder)?;
        self.users.unlock().at(&self.place.folder)?;
        let alone =
            self.place.still_holds("pg-users.lock", &self.users) && self.users.try_lock().is_ok();
        let stopped = if alone { cluster::stop(&self.place.cluster) } else { Ok(()) };
        // Said, not left to the closing of the files: a child being started may hold copies of them.
        self.users.unlock().ok();
        if let Some(serving) = serving {
            serving.unlock().ok();
        }
        stopped
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Err(error) = self.give_back() {
            tracing::error!("{error}");
        }
    }
}

fn join_or_launch(mut place: Place) -> Result<(Place, Option<Programs>), StartError> {
    let running = probe::postmaster(&place.cluster).is_some();
    if running && probe::answers(&place.sockets, Duration::from_secs(30)) {
        return Ok((place, None));
    }
    let made_by = place.made_by();
    let programs = Programs::find(&programs::candidates()?, &place.cluster, made_by)?;
    let run_as = settle(&mut place, &programs)?;
    private_folder(&place.sockets, run_as)?;
    if made_by.is_none() {
        let unfinished = place.cluster.with_file_name("pg.new");
        fs::remove_dir_all(&unfinished).ok();
        cluster::initialise(&unfinished, &programs, run_as, true)?;
        fs::rename(&unfinished, &place.cluster).at(&place.cluster)?;
        tracing::info!(cluster = %place.cluster.display(), "made a database cluster");
    }
    cluster::launch(&place, &programs, run_as)?;
    Ok((place, Some(programs)))
}

/// As whom the server runs, and, for root, where.
fn settle(place: &mut Place, programs: &Programs) -> Result<RunAs, StartError> {
    let (me, owner) = (os::euid(), place.owner());
    if let Some(owner) = owner.filter(|owner| me != 0 && *owner != me) {
        return Err(StartError::Owner { path: place.cluster.clone(), owner });
    }
    if let Some(run_as) = RunAs::choose(place.home(), programs, owner) {
        return Ok(run_as);
    }
    let refused = || StartError::Root(place.folder.clone());
    let account = if owner.is_none() { RunAs::service_account(programs) } else { None };
    let account = account.ok_or_else(refused)?;
    *place = place.move_out()?;
    Ok(account)
}

/// Over the socket in `sockets`, whatever `PGHOST` and its like say.
fn connect_to(sockets: &Path, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(sockets)
        .port(probe::PORT)
        .username(cluster::OWNER)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

#[cfg(test)]
mod tests;
