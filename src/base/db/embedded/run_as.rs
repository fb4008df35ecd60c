//! As whom Postgres runs. It refuses root, and a uid that has no name.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::{At, StartError};
use super::os;
use super::programs::Programs;

/// Accounts that packages make for Postgres, and the one that owns nothing.
const SERVICE_ACCOUNTS: [&str; 3] = ["postgres", "_postgres", "nobody"];

/// As whom the server programs run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunAs {
    /// As we do.
    Me,
    /// As another user: only root can ask for that.
    Account {
        /// The user.
        uid: u32,
        /// Its group.
        gid: u32,
    },
    /// With our own uid, which inside goes by the name of nobody.
    UserNamespace,
}

impl RunAs {
    /// Who can run `programs` on something in `folder`. `owner` is whose cluster it is, if there is one.
    /// Each way is tried by running something that way, since what a sandbox allows cannot be read off.
    pub fn choose(folder: &Path, programs: &Programs, owner: Option<u32>) -> Option<RunAs> {
        let mut ways = if os::euid() == 0 { roots_ways(folder, owner) } else { vec![my_way()] };
        ways.retain(|way| way.enters(folder) && way.runs(programs));
        ways.first().copied()
    }

    /// A service account that can run `programs`, wherever the cluster is.
    pub fn service_account(programs: &Programs) -> Option<RunAs> {
        let accounts =
            SERVICE_ACCOUNTS.iter().filter_map(|name| account(|field| field[0] == *name));
        accounts.into_iter().find(|way| way.runs(programs))
    }

    /// A command that runs this way, in a folder everybody may be in, free of our surroundings.
    pub fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null()).env("TZ", "UTC");
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_postgres_setting(name)) {
            command.env_remove(name);
        }
        match self {
            RunAs::Me => {}
            // std also empties the supplementary groups.
            RunAs::Account { uid, gid } => {
                command.uid(uid).gid(gid);
            }
            RunAs::UserNamespace => os::enter_user_namespace(&mut command),
        }
        command
    }

    /// Gives a file or folder to whoever runs the server.
    pub fn give(self, path: &Path) -> Result<(), StartError> {
        match self {
            RunAs::Account { uid, gid } => chown(path, Some(uid), Some(gid)).at(path),
            RunAs::Me | RunAs::UserNamespace => Ok(()),
        }
    }

    /// The owner of what is given.
    pub fn owner(self) -> u32 {
        match self {
            RunAs::Account { uid, .. } => uid,
            RunAs::Me | RunAs::UserNamespace => os::euid(),
        }
    }

    fn enters(self, folder: &Path) -> bool {
        let mut shell = self.command(Path::new("/bin/sh"));
        succeeds(shell.args(["-c", r#"cd "$1""#, "sh"]).arg(folder))
    }

    fn runs(self, programs: &Programs) -> bool {
        succeeds(self.command(&programs.path("postgres")).arg("--version"))
    }
}

fn my_way() -> RunAs {
    // Accounts may come from elsewhere than /etc/passwd, so ask the program that asks them all.
    let named = succeeds(Command::new("id").arg("-un"));
    let namespace = RunAs::UserNamespace;
    let usable = || cfg!(target_os = "linux") && namespace.enters(Path::new("/"));
    if !named && usable() { namespace } else { RunAs::Me }
}

fn roots_ways(folder: &Path, owner: Option<u32>) -> Vec<RunAs> {
    let mut ways = Vec::new();
    match owner {
        Some(0) => {}
        Some(uid) => ways.extend(account_of(uid)),
        None => {
            // `sudo guerdon` in somebody's home: let the files be theirs.
            let parent = folder.parent().and_then(|parent| fs::metadata(parent).ok());
            ways.extend(parent.map(|it| it.uid()).filter(|uid| *uid != 0).and_then(account_of));
            let accounts = SERVICE_ACCOUNTS.iter();
            ways.extend(accounts.filter_map(|name| account(|field| field[0] == *name)));
        }
    }
    if cfg!(target_os = "linux") && owner.is_none_or(|uid| uid == 0) {
        ways.push(RunAs::UserNamespace);
    }
    ways
}

fn account_of(uid: u32) -> Option<RunAs> {
    account(|field| field[2].parse() == Ok(uid))
}

/// `/etc/passwd` is enough for a service account.
fn account(is_it: impl Fn(&[&str]) -> bool) -> Option<RunAs> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    let mut lines = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let field = lines.find(|field| field.len() > 3 && is_it(field))?;
    Some(RunAs::Account { uid: field[2].parse().ok()?, gid: field[3].parse().ok()? })
}

fn is_postgres_setting(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("PG"))
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
