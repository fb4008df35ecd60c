//! What goes wrong with a call, before it is known in which envelope it leaves: a [`Trouble`] rides in
//! the answer's extensions, and the API's outermost layer words it for the family of the path.

use std::borrow::Cow;
use std::marker::PhantomData;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::base::error::Error;
use crate::base::problem::{Problem, Problems};

/// One violation as the wire names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The reference's number.
    pub code: u32,
    /// The reference's sentence.
    pub message: Cow<'static, str>,
    /// The JSON path it is about.
    pub reference: Option<Cow<'static, str>>,
}

impl Fault {
    /// About the call as a whole.
    pub fn new(code: u32, message: impl Into<Cow<'static, str>>) -> Self {
        Fault { code, message: message.into(), reference: None }
    }

    /// About one value of it.
    #[must_use]
    pub fn at(mut self, reference: impl Into<Cow<'static, str>>) -> Self {
        self.reference = Some(reference.into());
        self
    }
}

/// Why a call was not done: a status and every violation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The HTTP status.
    pub status: StatusCode,
    /// At least one.
    pub faults: Vec<Fault>,
    /// When to come again, in seconds.
    pub retry_after: Option<u64>,
}

impl Trouble {
    /// A status and one violation.
    pub fn new(status: StatusCode, fault: Fault) -> Self {
        Trouble { status, faults: vec![fault], retry_after: None }
    }

    /// 400 with one violation.
    pub fn bad(fault: Fault) -> Self {
        Trouble::new(StatusCode::BAD_REQUEST, fault)
    }

    /// 401: no credentials, or wrong ones; which of the two is not said.
    pub fn unknown_caller() -> Self {
        let words = "Authentication failed. Please check username and password.";
        Trouble::new(StatusCode::UNAUTHORIZED, Fault::new(401, words))
    }

    /// 403: the access group does not go that far.
    pub fn denied() -> Self {
        Trouble::new(StatusCode::FORBIDDEN, Fault::new(4000, "Not authorized. Access is denied!"))
    }

    /// 404 in words.
    pub fn missing(code: u32, message: &'static str) -> Self {
        Trouble::new(StatusCode::NOT_FOUND, Fault::new(code, message))
    }

    /// Ours to mend; the cause goes to the log and nowhere else.
    pub fn broken(code: u32) -> Self {
        Trouble::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Fault::new(code, "Requests have failed due to errors."),
        )
    }

    /// 503: too busy; coming again helps.
    pub fn unavailable() -> Self {
        let fault = Fault::new(503, "Temporarily unavailable. Please try again.");
        Trouble { retry_after: Some(1), ..Trouble::new(StatusCode::SERVICE_UNAVAILABLE, fault) }
    }

    /// For a status the framework answered by itself (no such path, no such method).
    pub fn of_status(status: StatusCode) -> Self {
        let words = match status.as_u16() {
            404 => "Incorrect resource. Please check the URL.",
            405 => "Operation not supported on this resource.",
            413 => "The request is too large.",
            415 => "Unsupported media type",
            500.. => "Requests have failed due to errors.",
            _ => "Invalid input. Please check request body parameters or input xml/json.",
        };
        Trouble::new(status, Fault::new(u32::from(status.as_u16()), words))
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// How a room's API numbers its refusals.
pub trait Codes {
    /// What an unknown id is told.
    const MISSING: &'static str;
    /// The number of an unknown id.
    const MISSING_CODE: u32 = 404;
    /// The number of an internal failure.
    const BROKEN: u32 = 500;
    /// The number of a refusal's word; 400 where it has none of its own.
    fn number(word: &str) -> u32;
    /// The HTTP status a refusal's word leaves with; most are the caller's mistake.
    fn status(_word: &str) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}

/// An [`Error`] on its way to a caller, numbered by the room's [`Codes`].
#[derive(Debug)]
pub struct Failure<C>(pub Trouble, PhantomData<fn() -> C>);

/// What a handler of the API returns.
pub type Result<C> = std::result::Result<Response, Failure<C>>;

impl<C> From<Trouble> for Failure<C> {
    fn from(trouble: Trouble) -> Self {
        Failure(trouble, PhantomData)
    }
}

impl<C: Codes, E: Into<Error>> From<E> for Failure<C> {
    fn from(error: E) -> Self {
        Failure(trouble::<C>(error.into()), PhantomData)
    }
}

impl<C> IntoResponse for Failure<C> {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

fn trouble<C: Codes>(error: Error) -> Trouble {
    match error {
        Error::NotFound => Trouble::missing(C::MISSING_CODE, C::MISSING),
        Error::Forbidden => Trouble::denied(),
        Error::Stale => Trouble::new(
            StatusCode::CONFLICT,
            Fault::new(
                521,
                "Multiple actions are running for the same customer. Please try after some time.",
            ),
        ),
        Error::Refused(problems) => Trouble {
            status: status::<C>(&problems),
            faults: problems.into_iter().map(fault::<C>).collect(),
            retry_after: None,
        },
        Error::Unavailable(cause) => {
            tracing::error!(error = ?cause, "the database did not answer");
            Trouble::unavailable()
        }
        Error::Internal(cause) => {
            tracing::error!(error = ?cause, "a call failed");
            Trouble::broken(C::BROKEN)
        }
    }
}

/// The status all refusals agree on; 400 where they do not.
fn status<C: Codes>(problems: &Problems) -> StatusCode {
    let mut statuses = problems.iter().map(|problem| C::status(problem.code));
    let first = statuses.next().unwrap_or(StatusCode::BAD_REQUEST);
    if statuses.all(|other| other == first) { first } else { StatusCode::BAD_REQUEST }
}

fn fault<C: Codes>(problem: Problem) -> Fault {
    let code = C::number(problem.code);
    Fault { code, message: problem.message, reference: problem.field }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Words;

    impl Codes for Words {
        const MISSING: &'static str = "not here";
        fn number(word: &str) -> u32 {
            if word == "full" { 818 } else { 400 }
        }
        fn status(word: &str) -> StatusCode {
            if word == "full" { StatusCode::CONFLICT } else { StatusCode::BAD_REQUEST }
        }
    }

    #[test]
    fn refusals_leave_with_the_status_they_agree_on() {
        let refused = |words: &[&'static str]| {
            let mut problems = Problems::default();
            words.iter().for_each(|word| problems.push(Problem::whole(word, *word)));
            trouble::<Words>(Error::Refused(problems))
        };
        assert_eq!(refused(&["full"]).status, StatusCode::CONFLICT);
        assert_eq!(refused(&["full", "full"]).status, StatusCode::CONFLICT);
        assert_eq!(refused(&["full", "blank"]).status, StatusCode::BAD_REQUEST);
        assert_eq!(refused(&["full"]).faults[0].code, 818);
        assert_eq!(trouble::<Words>(Error::NotFound).status, StatusCode::NOT_FOUND);
    }
}
