//! Customers for programs: the paths, words and envelopes of spec/membercare.md 2.1–2.3.
//!
//! Known quirks: a search tells its total exactly up to a thousand matches; `commChannels` are told from
//! the identifiers and not taken in; of the embeds only `points` (all zero), `subscriptions` (none) and
//! `customerStatus` say something.

mod answers;
mod details;
mod lookup;
mod read;
mod search;
mod write;

pub use answers::{CustomerIdentifier, CustomerWarning};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Codes, Failure};
use crate::base::app::App;
use crate::customers::entering::RACED;

/// How refusals about customers are numbered and an unknown one is named.
#[derive(Debug, Clone, Copy)]
pub enum CustomerCodes {}

impl Codes for CustomerCodes {
    const MISSING: &'static str = read::NOT_FOUND;
    const MISSING_CODE: u32 = 8015;

    fn number(word: &str) -> u32 {
        match word {
            "customer_exists" | RACED => 8006,
            "customers_differ" => 8007,
            _ => 400,
        }
    }
}

/// What the parts of a handler return.
type Read<T> = Result<T, Failure<CustomerCodes>>;

/// What programs may ask about customers.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(write::create))
        .routes(routes!(search::search))
        .routes(routes!(lookup::lookup))
        .routes(routes!(details::by_identifier))
        .routes(routes!(details::by_id, write::update))
}
