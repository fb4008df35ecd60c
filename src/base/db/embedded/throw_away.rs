//! A server for tests, benches and the query cache: quick, not durable, gone with its process.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;

use super::cluster::{initialise, last_words};
use super::error::{At, StartError};
use super::place::private_folder;
use super::programs::{Programs, candidates};
use super::run_as::RunAs;
use super::{connect_to, probe};

const SETTINGS: [&str; 11] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=300",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=fatal",
];

/// Runs the server until the pipe on its input closes, which it does however we end, then clears up:
/// `kill -9` leaves nothing behind, and neither does a test binary, whose statics are never dropped.
const KEEPER: &str = r#"
dir=$1; shift
"$@" & pid=$!
cat >/dev/null
kill -QUIT $pid; wait $pid
rm -rf "$dir"
"#;

/// A Postgres that lives as long as this value, and never longer than this process.
#[derive(Debug)]
pub struct ThrowAway {
    dir: PathBuf,
    keeper: Child,
}

impl ThrowAway {
    /// How to connect to `database`; "postgres" is always there.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        connect_to(&self.socket_dir(), database)
    }

    /// The folder of the server's socket.
    pub fn socket_dir(&self) -> PathBuf {
        self.dir.join("run")
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// Makes and starts a server in a folder of its own under the system's temporary one.
pub fn throw_away() -> Result<ThrowAway, StartError> {
    let programs = Programs::find(&candidates()?, Path::new("none"), None)?;
    let (dir, run_as) = fresh_folder(&programs)?;
    let made = start_in(&dir, &programs, run_as);
    if made.is_err() {
        fs::remove_dir_all(&dir).ok();
    }
    made
}

fn start_in(dir: &Path, programs: &Programs, run_as: RunAs) -> Result<ThrowAway, StartError> {
    run_as.give(dir)?; // so that the keeper may remove it
    initialise(&dir.join("pg"), programs, run_as, false)?;
    private_folder(&dir.join("run"), run_as)?;

    let log = dir.join("log");
    let out = fs::File::create(&log).at(&log)?;
    let shell = Path::new("/bin/sh");
    let mut keeper = run_as.command(shell);
    keeper.args(["-c", KEEPER, "sh"]).arg(dir).args(server(dir, programs));
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(out).process_group(0);
    let broken = |source| StartError::Program { program: shell.to_owned(), source };
    let server = ThrowAway { dir: dir.to_owned(), keeper: keeper.spawn().map_err(broken)? };
    wait_for(&server, &log)?;
    Ok(server)
}

fn server(dir: &Path, programs: &Programs) -> Vec<OsString> {
    let mut words = vec![programs.path("postgres").into_os_string()];
    words.extend(["-D".into(), dir.join("pg").into_os_string()]);
    words.extend(["-p".into(), probe::PORT.to_string().into()]);
    let sockets = format!("unix_socket_directories={}", dir.join("run").display());
    for setting in SETTINGS.iter().copied().chain([sockets.as_str()]) {
        words.extend(["-c".into(), setting.into()]);
    }
    words
}

fn wait_for(server: &ThrowAway, log: &Path) -> Result<(), StartError> {
    const SECONDS: u64 = 60;
    let began = Instant::now();
    while !probe::answers(&server.socket_dir(), Duration::from_millis(200)) {
        let said = last_words(log);
        // Our own knock at a server that is not up yet is turned away with a FATAL too.
        let fatal =
            said.lines().any(|line| line.contains("FATAL") && !line.contains("starting up"));
        if fatal || said.contains("not found") {
            let status = "while starting".to_owned();
            return Err(StartError::Ended { status, log: log.to_owned(), said });
        }
        if began.elapsed() > Duration::from_secs(SECONDS) {
            return Err(StartError::Silent { seconds: SECONDS, log: log.to_owned() });
        }
    }
    Ok(())
}

/// A folder nobody has yet. Where TMPDIR is too long for a socket, or closed to whoever runs the server,
/// `/tmp` serves.
fn fresh_folder(programs: &Programs) -> Result<(PathBuf, RunAs), StartError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let given = Some(std::env::temp_dir()).filter(|dir| dir.as_os_str().len() <= 40);
    for tmp in given.into_iter().chain([PathBuf::from("/tmp")]) {
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let dir = tmp.join(format!("guerdon-test-{process}-{count}-{:08x}", rand::random::<u32>()));
        fs::create_dir(&dir).at(&dir)?;
        fs::set_permissions(&dir, Permissions::from_mode(0o711)).at(&dir)?;
        match RunAs::choose(&dir, programs, None) {
            Some(run_as) => return Ok((dir, run_as)),
            None => fs::remove_dir(&dir).at(&dir)?,
        }
    }
    Err(StartError::Root("/tmp".into()))
}
