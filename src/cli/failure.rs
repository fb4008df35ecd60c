//! Why a command did not do what it was asked, and the exit code that says so.

use std::fmt::{self, Display};
use std::process::ExitCode;

use crate::base::db::MigrateError;
use crate::base::db::embedded::StartError;
use crate::base::error::Error;
use crate::base::problem::Problems;

/// A message for stderr and an exit code. No stack trace: whoever reads it did not write the code.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// A refusal or a failure.
    pub fn new(message: impl Display) -> Self {
        Failure { message: message.to_string(), code: 1 }
    }

    /// What the process ends with.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Failure { code: if error.is_missing_programs() { 2 } else { 1 }, ..Failure::new(error) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(problems) => problems.into(),
            Error::Internal(cause) => Failure::new(format_args!("{cause:#}")),
            Error::Unavailable(cause) => {
                Failure::new(format_args!("the database does not answer: {cause:#}"))
            }
            other => Failure::new(other),
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        let lines = problems.iter().map(|problem| match &problem.field {
            Some(field) => format!("{}: {}", field.replace('_', "-"), problem.message),
            None => problem.message.to_string(),
        });
        Failure::new(lines.collect::<Vec<_>>().join("\n"))
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        Failure::new(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Failure::new(format_args!("the database: {error}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::new(error)
    }
}
