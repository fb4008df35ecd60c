//! How many calls in a minute. Counted in this process: with n servers a caller may make n times as
//! many, which is what a limit against runaway callers can bear, and it costs no round trip.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use chrono::{DateTime, Utc};

use crate::api::caller::Caller;
use crate::api::failure::{Fault, Trouble};

/// The counts of the current minute, by caller. Callers are few: one entry each.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<(&'static str, i64), Minute>>);

#[derive(Debug, Clone, Copy, Default)]
struct Minute {
    number: i64,
    used: u32,
}

/// What is left of a caller's minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    limit: u32,
    left: u32,
    seconds: u64,
}

impl Limits {
    /// Counts a call. `None` for a caller without a limit; 429 when the minute is used up.
    pub fn count(&self, caller: &Caller, now: DateTime<Utc>) -> Result<Option<Budget>, Trouble> {
        let Some(limit) = caller.rate else { return Ok(None) };
        let number = now.timestamp().div_euclid(60);
        let seconds = u64::try_from(60 - now.timestamp().rem_euclid(60)).unwrap_or(60);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = counts.entry((caller.kind, caller.id)).or_default();
        if minute.number != number {
            *minute = Minute { number, used: 0 };
        }
        if minute.used >= limit {
            let fault = Fault::new(429, "Too many requests");
            let trouble = Trouble::new(StatusCode::TOO_MANY_REQUESTS, fault);
            return Err(Trouble { retry_after: Some(seconds), ..trouble });
        }
        minute.used += 1;
        Ok(Some(Budget { limit, left: limit - minute.used, seconds }))
    }
}

impl Budget {
    /// Says it in the answer's headers.
    pub fn tell(&self, headers: &mut HeaderMap) {
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.left));
        headers.insert("x-ratelimit-reset", HeaderValue::from(self.seconds));
    }
}
