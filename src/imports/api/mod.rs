//! Coupon files for programs (spec/coupons.md 8): the reference's paths and envelope over the engine
//! that serves the page and the command line.
//!
//! A file goes straight through: checked, then its good rows written, without anybody deciding in
//! between. What became of it is asked for by the status calls.
//!
//! Known quirks: a call has twenty-five seconds for its whole body, so a file that takes longer to send
//! belongs on the page or the command line; the reference's names of tables are never told.

mod answers;
mod form;
mod status;
mod upload;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{Caller, Codes, Failure, Fault, Permit, Resource, Trouble};
use crate::base::app::{App, Reading};
use crate::base::ids::SeriesId;
use crate::coupons::{self, Series};

/// How refusals about files of coupons are numbered.
#[derive(Debug, Clone, Copy)]
pub enum UploadCodes {}

impl Codes for UploadCodes {
    const MISSING: &'static str = "No such upload";

    fn number(word: &str) -> u32 {
        match word {
            "series_unknown" => 707,
            "series_expired" => 712,
            "external" => 777,
            _ => 400,
        }
    }
}

/// What the parts of a handler return.
type Part<T> = Result<T, Failure<UploadCodes>>;

/// What programs may do with files of coupons.
pub fn calls() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(upload::codes))
        .routes(routes!(upload::redemptions))
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(status::codes))
        .routes(routes!(status::redemptions))
        .routes(routes!(status::errors))
}

/// Only a client's token opens these calls.
fn by_token(permit: Permit) -> Part<Permit> {
    if permit.actor().kind == "till" { Err(Trouble::denied().into()) } else { Ok(permit) }
}

fn writes(caller: Caller) -> Part<Permit> {
    by_token(caller.writes(Resource::Coupon)?)
}

fn reads(caller: Caller) -> Part<Permit> {
    by_token(caller.reads(Resource::Coupon)?)
}

/// The series of a path.
async fn series(db: &mut Reading, permit: &Permit, id: &str) -> Part<Series> {
    let unknown = || Trouble::bad(Fault::new(707, "Coupon Series ID is invalid"));
    let id: SeriesId = id.parse().map_err(|_| unknown())?;
    let found = coupons::find(&mut **db, permit.org(), id).await?;
    Ok(found.ok_or_else(unknown)?)
}
