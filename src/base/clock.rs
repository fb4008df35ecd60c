//! The only place that asks what time it is. Everybody else is told.

use std::sync::Arc;
use std::sync::Mutex;

use chrono::{DateTime, SubsecRound, Utc};

/// Tells the time: the system's, or one that tests set.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Clock(None)
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Clock(Some(Arc::new(Mutex::new(at))))
    }

    /// Now, to the microsecond, which is what the database keeps.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            None => system_now().trunc_subsecs(6),
            Some(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// Moves a fixed clock; the system's cannot be moved.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Some(at) = &self.0 {
            *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}
