//! Finds `initdb` and `postgres` where distributions, Homebrew and others put them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::StartError;

/// The oldest PostgreSQL the schema runs on.
pub const MIN_MAJOR: u32 = 14;

/// Folders named by version: base, what stands before the number, what follows below it.
const VERSIONED: [(&str, &str, &str); 9] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr/lib", "postgresql", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/opt/local/lib", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// The server programs of one PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    /// The folder that holds them.
    pub dir: PathBuf,
    /// Their major version.
    pub major: u32,
}

impl Programs {
    /// The first of `candidates` that is new enough; for a cluster that exists, only its own major.
    pub fn find(
        candidates: &[PathBuf],
        cluster: &Path,
        made_by: Option<u32>,
    ) -> Result<Programs, StartError> {
        let found = candidates.iter().filter_map(|dir| Programs::at(dir));
        let found: Vec<Programs> = found.filter(|it| it.major >= MIN_MAJOR).collect();
        if let Some(fit) = found.iter().find(|it| made_by.is_none_or(|major| major == it.major)) {
            return Ok(fit.clone());
        }
        let Some(made) = made_by else { return Err(StartError::NotFound) };
        let majors: Vec<String> = found.iter().map(|it| it.major.to_string()).collect();
        let found = if majors.is_empty() { "none".to_owned() } else { majors.join(", ") };
        Err(StartError::OtherMajor { cluster: cluster.to_owned(), made, found })
    }

    /// The programs in `dir`, if they are there and run.
    fn at(dir: &Path) -> Option<Programs> {
        if !dir.join("initdb").is_file() {
            return None;
        }
        let said = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&said.stdout))?;
        Some(Programs { dir: dir.to_owned(), major })
    }

    /// The path of one program.
    pub fn path(&self, program: &str) -> PathBuf {
        self.dir.join(program)
    }
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` or `… 18beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split("(PostgreSQL)").nth(1)?.trim_start();
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Every folder of this machine that may hold the programs, the preferred first.
pub fn candidates() -> Result<Vec<PathBuf>, StartError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    match std::env::var_os("PG_BIN_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => named(&dir).map(|dir| vec![dir]),
        None => Ok(searched(&path)),
    }
}

/// A folder that was named must be right: falling back to another would surprise.
fn named(dir: &OsString) -> Result<PathBuf, StartError> {
    let dir = PathBuf::from(dir);
    let complete = dir.join("initdb").is_file() && dir.join("postgres").is_file();
    if complete { Ok(dir) } else { Err(StartError::BinDir(dir)) }
}

fn searched(path: &OsString) -> Vec<PathBuf> {
    // Distributions link single programs into PATH; the folder behind the link has them all.
    let on_path = std::env::split_paths(path)
        .filter_map(|dir| Some(fs::canonicalize(dir.join("initdb")).ok()?.parent()?.to_owned()));
    let configured = Command::new("pg_config").arg("--bindir").output().ok();
    let configured =
        configured.map(|said| PathBuf::from(String::from_utf8_lossy(&said.stdout).trim()));
    let mut seen = HashSet::new();
    let mut all: Vec<PathBuf> = on_path.chain(configured).chain(versioned()).collect();
    all.retain(|dir| seen.insert(dir.clone()));
    all
}

/// The usual folders, newest version first.
fn versioned() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (base, before, below) in VERSIONED {
        for entry in fs::read_dir(base).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(before));
            if let Some(number) = number.and_then(|text| text.parse().ok()) {
                found.push((number, entry.path().join(below)));
            }
        }
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, dir)| dir).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn fake(dir: &Path, version: &str) -> PathBuf {
        let dir = dir.join(version);
        fs::create_dir(&dir).unwrap();
        for program in ["initdb", "postgres"] {
            let path = dir.join(program);
            let said = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version} (a fake)'\n");
            fs::write(&path, said).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        dir
    }

    #[test]
    fn without_programs_the_message_says_what_to_install_or_set() {
        let error = Programs::find(&["/nowhere".into()], Path::new("/x"), None).unwrap_err();
        let message = error.to_string();
        for word in ["DATABASE_URL", "PG_BIN_DIR", "apt-get install postgresql", "brew install"] {
            assert!(message.contains(word), "{word} is missing in: {message}");
        }
        assert!(error.is_missing_programs());
    }

    #[test]
    fn a_version_that_is_too_old_is_not_found() {
        let dir = tempfile::tempdir().unwrap();
        let old = fake(dir.path(), "13.9");
        let error = Programs::find(&[old], Path::new("/x"), None).unwrap_err();
        assert!(matches!(error, StartError::NotFound), "{error:?}");
    }

    #[test]
    fn a_cluster_is_opened_by_the_version_that_made_it_only() {
        let dir = tempfile::tempdir().unwrap();
        let both = [fake(dir.path(), "17.2"), fake(dir.path(), "16.4")];
        let cluster = Path::new("/data/pg");

        assert_eq!(Programs::find(&both, cluster, None).unwrap().major, 17);
        assert_eq!(Programs::find(&both, cluster, Some(16)).unwrap().dir, both[1]);
        let message = Programs::find(&both, cluster, Some(15)).unwrap_err().to_string();
        assert!(message.contains("made by PostgreSQL 15"), "{message}");
        assert!(message.contains("found: 17, 16"), "{message}");
    }

    #[test]
    fn a_named_folder_must_hold_the_programs() {
        let error = named(&OsString::from("/nowhere")).unwrap_err();
        assert!(error.to_string().contains("PG_BIN_DIR is /nowhere"), "{error}");
    }

    #[test]
    fn versions_are_read_off_what_the_program_says() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_of("something else"), None);
    }
}
