//! The one error of the house. A person's mistake is [`Error::Refused`]; everything that is nobody's
//! to mend at the screen is [`Error::Internal`], logged once, at the edge.

use std::borrow::Cow;

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

    /// A deadlock, a serialisation failure, or a key that somebody else took a moment ago: done again
    /// from its beginning, the transaction may well pass.
    pub fn is_race(&self) -> bool {
        let (Error::Internal(cause) | Error::Unavailable(cause)) = self else { return false };
        let code = cause.downcast_ref::<sqlx::Error>().and_then(sqlstate);
        code.is_some_and(|code| matches!(&*code, "40001" | "40P01" | "23505"))
    }
}

fn sqlstate(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(|error| error.code())
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
            // Two that waited for each other, or one that waited too long: nothing was written.
            _ if sqlstate(&error)
                .is_some_and(|code| matches!(&*code, "40001" | "40P01" | "55P03")) =>
            {
                Error::Unavailable(error.into())
            }
            _ => Error::Internal(error.into()),
        }
    }
}
