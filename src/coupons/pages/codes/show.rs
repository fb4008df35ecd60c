//! `/coupons/codes/{id}`: one coupon, its facts, its holder and its whole life.

use askama::Template;
use axum::extract::{Path, State};

use super::facts::Facts;
use super::life::{Event, life};
use super::subject::chrome;
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::CouponId;
use crate::base::permission::Permission;
use crate::coupons::holdings::judge;
use crate::coupons::series::code_key;
use crate::coupons::store;
use crate::web::address::address;
use crate::web::chrome::Chrome;
use crate::web::{self, html};

#[derive(Template)]
#[template(path = "coupons/code.html")]
struct Show {
    chrome: Chrome,
    coupon: Facts,
    life: Vec<Event>,
    /// All entries of the log, for those who read it.
    log: Option<String>,
    /// Other coupons that have or had this code.
    others: Option<String>,
}

/// The page.
pub async fn show(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    staff.require(Permission::ReadCoupons)?;
    let id: CouponId = id.parse().map_err(|_| Error::NotFound)?;
    let (mut db, now) = (app.read(staff.org).await?, app.clock.now());
    let coupons = store::coupons::load(&mut *db, staff.org, &[id]).await?;
    let found = judge(&mut db, staff.org, coupons, staff.zone, now).await?.pop();
    let holding = found.ok_or(Error::NotFound)?;
    let back = format!("/coupons/codes/{id}");
    let facts = Facts::load(&mut db, &staff, &holding, (now, &back)).await?;
    let reads = staff.may(Permission::ReadActivity);
    let key = [code_key(&facts.code)];
    let alike = store::coupons::by_codes(&mut *db, staff.org, &key).await?.len();
    let list = || address("/coupons/codes", &[("q", &facts.code), ("all", "yes")]);
    html(Show {
        chrome: chrome(&staff, &facts.code),
        life: life(&mut db, &staff, &holding, &facts).await?,
        log: reads.then(|| format!("/activity?kind=coupon&subject={id}")),
        others: (alike > 1 || holding.coupon.generic).then(list),
        coupon: facts,
    })
}
