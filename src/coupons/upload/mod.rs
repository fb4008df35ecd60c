//! Codes and redemptions by file: what the import engine asks of this room (spec/coupons.md 8).
//!
//! What a file means follows from its series: generated codes and a common code take identifiers, each
//! row issuing one coupon; uploaded codes take codes alone (stock) or a code and its customer (issued).
//! Rows are judged in the order of the file by the same rules as a call ([`issue_checks`]), against
//! facts that are read once for a chunk and carried on row by row.
//!
//! Invariants
//! 1. A limit holds over a file as over calls: customers and the counter that limits the series are
//!    locked for the whole chunk (`tests/console/coupon_uploads.rs`).
//! 2. What the check of a file promises the run does: rows of earlier chunks, which a check cannot see
//!    written, are counted by identity (`desk::Desk`).
//! 3. An upload tells nobody: no message, no event.
//! 4. Undo withdraws what is unissued and revokes what is issued; a redeemed code stands against it.
//!
//! Known quirk: rows with code *and* customer are told apart by their code, so a check of more than one
//! chunk may let through a customer's row too many, which the run then refuses.
//!
//! [`issue_checks`]: crate::coupons::issue_checks

mod coupons;
mod desk;
mod known_store;
pub(in crate::coupons) mod people;
mod plan;
mod plan_store;
mod redeemed;
mod redeemed_store;
mod row;
mod taken_store;
mod undo_store;

pub use coupons::CouponsKind;
pub use redeemed::RedeemedCouponsKind;

use chrono_tz::Tz;

use crate::base::act::Act;
use crate::base::csv::importable::{Subject, Terms};
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::problem::{Fault, Problem};
use crate::coupons::expiry;
use crate::coupons::refusal;
use crate::coupons::series::Series;
use crate::coupons::store as room;
use crate::orgs;

/// What both kinds of file ask for.
const SUBJECT: Subject = Subject {
    noun: "number of the offer",
    hint: "It stands on the offer’s page; a link there brings you here with it filled in.",
};

/// The series a file is to be about, if files can be about it.
async fn named(act: &mut Act, about: i64) -> Result<Series> {
    let (org, now) = (act.org(), act.now());
    let unknown = || Fault::new("series_unknown", refusal::sentence("series_unknown")).on("about");
    let series = room::series::find(act.db(), org, SeriesId::new(about)).await?;
    let series = series.ok_or_else(unknown)?;
    let brand = orgs::find(act.db(), org).await?.ok_or(Error::NotFound)?;
    let zone: Tz = brand.time_zone.parse().map_err(Error::internal)?;
    if expiry::of_series(&series, zone).passed(now) {
        return Err(expired().into());
    }
    Ok(series)
}

fn expired() -> Problem {
    Fault::new("series_expired", refusal::sentence("series_expired")).on("about")
}

/// The series of a file under way, held against change until the act ends.
async fn held(act: &mut Act, terms: &Terms) -> Result<Series> {
    let id = terms.about.map(SeriesId::new).ok_or(Error::NotFound)?;
    let org = act.org();
    room::series::hold(act.db(), org, &[id]).await?.pop().ok_or(Error::NotFound)
}
