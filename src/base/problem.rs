//! What a person can put right, said once and shown by every door in the same words.

use std::borrow::Cow;

use serde::Serialize;

/// One thing the person can put right. The form, the JSON answer and the import report all show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The field it is about; `None` when the trouble is with the whole.
    pub field: Option<Cow<'static, str>>,
    /// Stable, for programs: `blank`, `too_long`, `taken`, `has_holders`.
    pub code: &'static str,
    /// For people, in the words of the screen.
    pub message: Cow<'static, str>,
}

impl Problem {
    /// Trouble with the whole, not with one field.
    pub fn whole(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Problem { field: None, code, message: message.into() }
    }
}

/// A [`Problem`] that does not know its field yet: what a value's parser says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable, for programs.
    pub code: &'static str,
    /// For people.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault with a code of its own.
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Fault { code, message: message.into() }
    }

    /// Something that must be there is not.
    pub fn blank(message: impl Into<Cow<'static, str>>) -> Self {
        Fault::new("blank", message)
    }

    /// A name or code that somebody else has.
    pub fn taken(message: impl Into<Cow<'static, str>>) -> Self {
        Fault::new("taken", message)
    }

    /// A value that cannot be read or does not fit.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Fault::new("invalid", message)
    }

    /// Says which field this is about.
    pub fn on(self, field: impl Into<Cow<'static, str>>) -> Problem {
        Problem { field: Some(field.into()), code: self.code, message: self.message }
    }
}

/// All problems of one attempt, in the order they were found.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// No problem at all: what a fresh form shows.
    pub const fn none() -> Self {
        Problems(Vec::new())
    }

    /// Keeps a good value; notes a bad one against `field` and goes on, so all faults show at once.
    pub fn check<T>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        value: Result<T, Fault>,
    ) -> Option<T> {
        value.map_err(|fault| self.0.push(fault.on(field))).ok()
    }

    /// Notes a problem.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Notes a fault against a field.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, fault: Fault) {
        self.0.push(fault.on(field));
    }

    /// Takes over the problems of a part, putting `prefix` before their fields.
    pub fn absorb(&mut self, prefix: &str, part: Problems) {
        self.0.extend(part.0.into_iter().map(|mut problem| {
            problem.field = Some(match problem.field {
                Some(field) => Cow::Owned(format!("{prefix}{field}")),
                None => Cow::Owned(prefix.to_owned()),
            });
            problem
        }));
    }

    /// `Ok` when nothing was noted.
    pub fn into_result(self) -> Result<(), Problems> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were noted.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Whether `field` has one.
    pub fn any(&self, field: &str) -> bool {
        self.on(field).next().is_some()
    }

    /// Those of one field.
    pub fn on<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Problem> + 'a {
        self.0.iter().filter(move |problem| problem.field.as_deref() == Some(field))
    }

    /// Those of the whole.
    pub fn whole(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter().filter(|problem| problem.field.is_none())
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Problems(vec![problem])
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Problems(problems.into_iter().collect())
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
