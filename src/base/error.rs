//! The one error of the house. A person's mistake is [`Error::Refused`]; everything that is nobody's
//! to mend at the screen is [`Error::Internal`], logged once, at the edge.

use crate::base::problem::{Problem, Problems};

/// Why a deed or a reading did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it belongs to another brand: both answer alike.
    #[error("not found")]
    NotFound,
    /// The actor's role does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// Somebody else changed the thing since it was read.
    #[error("changed by somebody else in the meantime")]
    Stale,
    /// The person can put it right.
    #[error("refused: {0:?}")]
    Refused(Problems),
    /// The database cannot be reached or is too busy; trying again may help.
    #[error("temporarily unavailable")]
    Unavailable(#[source] anyhow::Error),
    /// Anything else: ours to mend.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

/// What deeds and readings return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Wraps a failure nobody at the screen can mend.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Error::Internal(error.into())
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Error::Refused(problems)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Error::Refused(problem.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Error::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                Error::Unavailable(error.into())
            }
            _ => Error::Internal(error.into()),
        }
    }
}
