//! Coupons one by one: found by their code, shown with their whole life, served by support.
//!
//! ```text
//! /coupons/codes                     look-up by a whole code
//! /coupons/codes/{id}                one coupon: facts, holder, life
//! /coupons/codes/{id}/resending      sends it again
//! /coupons/codes/{id}/redemptions/{redemption}/reversal
//! /coupons/codes/expiry?pick=…       moves the end of one or several of a series
//! /coupons/codes/revocation?pick=…   revokes them; `customer` and `series` instead: all that are active
//! ```
//!
//! Forms are pages; a link marked `data-dialog` opens them in the dialog, and sent from there they answer
//! into it, or with the address to go to when all is done. `back` is a page of ours to return to.

mod ends;
mod expiry;
mod facts;
mod life;
mod look_up;
mod offers;
mod outcome;
mod reason;
mod resending;
mod reversal;
mod revocation;
mod show;
mod subject;
mod uses;

use axum::Router;
use axum::routing::get;

use crate::base::app::App;
pub use facts::{Facts, discount};
pub use offers::{Offer, offers};

/// `/coupons/codes` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/coupons/codes", get(look_up::show))
        .route("/coupons/codes/expiry", get(expiry::ask).post(expiry::change))
        .route("/coupons/codes/revocation", get(revocation::ask).post(revocation::revoke))
        .route("/coupons/codes/{id}", get(show::show))
        .route("/coupons/codes/{id}/resending", get(resending::ask).post(resending::send))
        .route(
            "/coupons/codes/{id}/redemptions/{redemption}/reversal",
            get(reversal::ask).post(reversal::reverse),
        )
}
