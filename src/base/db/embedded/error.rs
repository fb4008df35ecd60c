//! Why our own Postgres could not be had, in words for whoever sits at the terminal.

use std::io;
use std::path::{Path, PathBuf};

use super::programs::MIN_MAJOR;

/// Why our own Postgres did not start or stop. The text is the message: it says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No server programs on this machine.
    #[error(
        "DATABASE_URL is not set and no PostgreSQL {MIN_MAJOR}+ was found on this machine (looked at \
         PG_BIN_DIR, PATH, pg_config, /usr/lib/postgresql, /usr/pgsql-*, Homebrew, MacPorts, \
         Postgres.app).\n\
         Either set DATABASE_URL=postgres://user:password@host/database, or PG_BIN_DIR to the folder \
         that holds initdb and postgres, or install the server programs:\n  \
         Debian/Ubuntu: apt-get install postgresql      Fedora: dnf install postgresql-server\n  \
         Alpine: apk add postgresql                     macOS: brew install postgresql@17"
    )]
    NotFound,
    /// `PG_BIN_DIR` names a folder without the programs.
    #[error("PG_BIN_DIR is {0}, but that folder does not hold initdb and postgres")]
    BinDir(PathBuf),
    /// The cluster was made by a version that is not installed.
    #[error(
        "{cluster} was made by PostgreSQL {made}, which was not found on this machine (found: {found}).\n\
         Install PostgreSQL {made} or set PG_BIN_DIR to the folder that holds its programs"
    )]
    OtherMajor {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Its major version.
        made: u32,
        /// The versions that are installed, or "none".
        found: String,
    },
    /// Somebody serves from this folder already.
    #[error(
        "another guerdon{by} is already serving from {folder}; stop it first, or choose another folder \
         with GUERDON_DATA_DIR"
    )]
    AlreadyServing {
        /// The data folder.
        folder: PathBuf,
        /// " (process 123)", or nothing when it did not say.
        by: String,
    },
    /// Postgres refuses uid 0, and no other was to be had.
    #[error(
        "PostgreSQL refuses to run as root, and no other user can enter {0}.\n\
         Start guerdon as a normal user, choose another folder with GUERDON_DATA_DIR \
         (such as /var/lib/guerdon), or set DATABASE_URL"
    )]
    Root(PathBuf),
    /// The cluster is another user's.
    #[error(
        "{path} belongs to user {owner}; run guerdon as that user or choose another GUERDON_DATA_DIR"
    )]
    Owner {
        /// What belongs to somebody else.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// A file or folder of ours cannot be used.
    #[error("cannot use {path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program that is there does not run.
    #[error("cannot run {program}: {source}")]
    Program {
        /// Which.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No cluster could be made.
    #[error("{program} could not make a database cluster: {said}")]
    Init {
        /// The program that failed.
        program: PathBuf,
        /// What it said.
        said: String,
    },
    /// The server ended instead of answering.
    #[error("PostgreSQL ended at once ({status}); its log {log} says:\n  {said}")]
    Ended {
        /// How it ended.
        status: String,
        /// Where its log is.
        log: PathBuf,
        /// The log's last lines.
        said: String,
    },
    /// The server is there and does not answer.
    #[error("PostgreSQL did not answer within {seconds} seconds; see {log}")]
    Silent {
        /// How long we waited.
        seconds: u64,
        /// Where its log is.
        log: PathBuf,
    },
    /// The server does not stop.
    #[error("PostgreSQL (process {0}) does not stop; its data is safe, but somebody must end it")]
    Unstoppable(i32),
}

impl StartError {
    /// Whether the machine lacks something that must be installed or set: the process exits with 2.
    pub fn is_missing_programs(&self) -> bool {
        matches!(self, Self::NotFound | Self::BinDir(_) | Self::OtherMajor { .. })
    }
}

/// Adds the path to what the system says.
pub trait At<T> {
    /// Says which file the trouble is with.
    fn at(self, path: &Path) -> Result<T, StartError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, StartError> {
        self.map_err(|source| StartError::Folder { path: path.to_owned(), source })
    }
}
