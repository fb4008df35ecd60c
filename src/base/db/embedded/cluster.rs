//! Makes a cluster and runs its server.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::error::{At, StartError};
use super::os;
use super::place::{Place, private_folder};
use super::probe;
use super::programs::Programs;
use super::run_as::RunAs;

/// The database everything of ours is in.
pub const DATABASE: &str = "guerdon";

/// The superuser of a cluster of ours.
pub const OWNER: &str = "postgres";

/// Crash recovery after heavy writing may take this long.
const STARTUP_SECONDS: u64 = 300;

/// Given on the command line, where no file and no `alter system` overrides them. What keeps data
/// safe is said although it is the default, so that it cannot be switched off.
const SETTINGS: [&str; 18] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=256MB",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "data_sync_retry=off",
    "max_wal_size=2GB",
    "checkpoint_timeout=10min",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=warning",
    "log_lock_waits=on",
    "log_min_duration_statement=1s",
    // No codes and no personal data in the log.
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
];

/// Makes a cluster in `dir`, with an empty database in it, durable or (`sync` false) quick.
pub fn initialise(
    dir: &Path,
    programs: &Programs,
    run_as: RunAs,
    sync: bool,
) -> Result<(), StartError> {
    private_folder(dir, run_as)?;
    let mut said = String::new();
    for locale in locales(programs.major) {
        let mut initdb = run_as.command(&programs.path("initdb"));
        initdb.arg("-D").arg(dir).args(["-U", OWNER, "-E", "UTF8", "--data-checksums"]);
        // Trust is safe here: the socket's folder lets in its owner only, and there is no TCP.
        initdb.args(["--auth-local=trust", "--auth-host=reject", "--no-instructions"]);
        initdb.args(*locale).args((!sync).then_some("--no-sync"));
        match run(&mut initdb, "", &programs.path("initdb"))? {
            Ok(()) => return create_database(dir, programs, run_as, sync),
            Err(words) => said = words,
        }
    }
    Err(StartError::Init { program: programs.path("initdb"), said })
}

/// A fixed order of texts, by code point, that no update of the C library changes under our indexes.
fn locales(major: u32) -> &'static [&'static [&'static str]] {
    const BUILTIN: &[&str] =
        &["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const ALL: &[&[&str]] = &[BUILTIN, &["--locale=C.UTF-8"], &["--locale=C"]];
    if major >= 17 { ALL } else { &ALL[1..] }
}

/// Before the cluster gets its name, so that a cluster that is there always has its database. A
/// server for one statement needs no client program: some distributions come without.
fn create_database(
    dir: &Path,
    programs: &Programs,
    run_as: RunAs,
    sync: bool,
) -> Result<(), StartError> {
    let program = programs.path("postgres");
    let mut single = run_as.command(&program);
    single.args(["--single", "-D"]).arg(dir).args((!sync).then_some("-F")).arg("postgres");
    let made = run(&mut single, &format!("create database {DATABASE}\n"), &program)?;
    made.map_err(|said| StartError::Init { program, said })
}

/// Runs a program to its end. The inner error is what it said when it failed.
fn run(
    command: &mut Command,
    input: &str,
    program: &Path,
) -> Result<Result<(), String>, StartError> {
    let broken = |source| StartError::Program { program: program.to_owned(), source };
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = piped.spawn().map_err(broken)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read has failed already and says why.
        stdin.write_all(input.as_bytes()).ok();
    }
    let output = child.wait_with_output().map_err(broken)?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    // The single-user server ends with 0 also after a statement that failed.
    let fine = output.status.success() && !said.contains("ERROR:");
    Ok(if fine { Ok(()) } else { Err(said) })
}

/// Starts the server and waits until it answers.
pub fn launch(place: &Place, programs: &Programs, run_as: RunAs) -> Result<(), StartError> {
    let began = Instant::now();
    loop {
        let mut child = spawn(place, programs, run_as)?;
        let Some(status) = wait_until_ready(&mut child, place, began)? else {
            // Somebody must take note of its end, or it stays a zombie and looks alive.
            std::thread::spawn(move || child.wait());
            return Ok(());
        };
        let said = last_words(&place.log);
        let may_pass = began.elapsed() < Duration::from_secs(10) && is_left_behind(place, &said);
        if !may_pass {
            return Err(StartError::Ended { status, log: place.log.clone(), said });
        }
        if began.elapsed() > Duration::from_secs(2) {
            remove_what_was_left(place);
        }
        sleep(Duration::from_millis(250));
    }
}

fn spawn(place: &Place, programs: &Programs, run_as: RunAs) -> Result<Child, StartError> {
    fs::rename(&place.log, place.log.with_extension("log.1")).ok();
    let mut fresh = OpenOptions::new();
    fresh.write(true).create(true).truncate(true).mode(0o600);
    let log = fresh.open(&place.log).at(&place.log)?;
    run_as.give(&place.log)?;

    let program = programs.path("postgres");
    let mut postgres = run_as.command(&program);
    postgres.arg("-D").arg(&place.cluster).args(["-p", &probe::PORT.to_string()]);
    for setting in SETTINGS {
        postgres.args(["-c", setting]);
    }
    postgres.arg("-c").arg(format!("unix_socket_directories={}", place.sockets.display()));
    postgres.stderr(log.try_clone().at(&place.log)?).stdout(log);
    // Ctrl-C comes to us only: we finish our requests before the server goes.
    postgres.process_group(0);
    postgres.spawn().map_err(|source| StartError::Program { program, source })
}

/// How the server ended, or nothing when it answers.
fn wait_until_ready(
    child: &mut Child,
    place: &Place,
    began: Instant,
) -> Result<Option<String>, StartError> {
    loop {
        if let Some(status) = child.try_wait().at(&place.cluster)? {
            return Ok(Some(status.to_string()));
        }
        if probe::answers(&place.sockets, Duration::ZERO) {
            return Ok(None);
        }
        if began.elapsed() > Duration::from_secs(STARTUP_SECONDS) {
            os::signal(child.id().try_into().unwrap_or(0), libc::SIGINT);
            return Err(StartError::Silent { seconds: STARTUP_SECONDS, log: place.log.clone() });
        }
        sleep(Duration::from_millis(10));
    }
}

/// Lock files of a server that was killed: its number may still be a zombie's, or another program's
/// by now, and its last sessions may still be on their way out.
fn is_left_behind(place: &Place, said: &str) -> bool {
    let in_the_way = said.contains("already exists") || said.contains("still in use");
    in_the_way && probe::postmaster(&place.cluster).is_none()
}

/// The check of shared memory inside Postgres still guards the data after this.
fn remove_what_was_left(place: &Place) {
    tracing::warn!("removing lock files left by a killed Postgres");
    fs::remove_file(place.cluster.join("postmaster.pid")).ok();
    let socket = probe::socket(&place.sockets);
    fs::remove_file(socket.with_file_name(format!(".s.PGSQL.{}.lock", probe::PORT))).ok();
}

/// The end of the log: where a failed start says why.
pub fn last_words(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(6)..].join("\n  ")
}

/// Stops the server of `cluster`: sessions are ended, everything committed is kept. Never SIGKILL.
pub fn stop(cluster: &Path) -> Result<(), StartError> {
    let Some(pid) = probe::postmaster(cluster) else { return Ok(()) };
    for (signal, patience) in [(libc::SIGINT, 60), (libc::SIGQUIT, 10)] {
        os::signal(pid, signal);
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(patience) {
            if probe::postmaster(cluster) != Some(pid) {
                return Ok(());
            }
            sleep(Duration::from_millis(10));
        }
    }
    Err(StartError::Unstoppable(pid))
}
