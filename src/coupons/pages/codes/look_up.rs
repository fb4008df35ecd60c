//! `/coupons/codes`: which coupon a whole code is, whatever its letters' case: the living one, those of
//! the same text that were revoked, and the holders of a common code, a page at a time.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Query;
use serde::Deserialize;

use super::facts::{discount, used};
use super::subject::chrome;
use super::uses::Person;
use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::error::Result;
use crate::base::ids::{CouponId, CustomerId};
use crate::base::list::{Listing, PAGE};
use crate::base::permission::Permission;
use crate::coupons::coupon::Coupon;
use crate::coupons::holdings::{Holding, judge};
use crate::coupons::series::code_key;
use crate::coupons::store;
use crate::customers::{self, clean};
use crate::web::address::address;
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::time::Stamp;
use crate::web::{self, html, see_other};

/// No code is longer; what is typed beyond is no code.
const LONGEST: usize = 60;

/// What is looked up.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// Behind which holder of a common code.
    after: String,
    /// Show the list though there is but one.
    all: String,
}

/// A coupon as the list shows it.
struct Row {
    code: String,
    id: String,
    href: String,
    state: (&'static str, &'static str),
    series: String,
    series_href: String,
    discount: String,
    holder: Option<Person>,
    issued: Option<Stamp>,
    ends: Stamp,
    used: String,
    left: String,
}

#[derive(Template)]
#[template(path = "coupons/codes.html", blocks = ["results"])]
struct LookUp {
    chrome: Chrome,
    q: String,
    /// The living coupon and those before it.
    own: Vec<Row>,
    /// Whether it is a common code.
    common: bool,
    /// A page of its holders.
    holders: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

/// The page.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Query(asked): Query<Asked>,
) -> web::Result {
    staff.require(Permission::ReadCoupons)?;
    let q: String = clean(&asked.q).chars().take(LONGEST).collect();
    let mut page = LookUp {
        chrome: chrome(&staff, "Find a code"),
        own: Vec::new(),
        common: false,
        holders: Vec::new(),
        first: None,
        next: None,
        q,
    };
    page.chrome.crumbs.clear();
    if !page.q.is_empty() {
        let mut db = app.read(staff.org).await?;
        let found = page.find(&mut db, &staff, &asked, &app).await?;
        // One exact hit opens directly.
        if let Some(only) = found.filter(|_| asked.all.is_empty() && !hx.is_fragment()) {
            return see_other(&format!("/coupons/codes/{only}"));
        }
    }
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

impl LookUp {
    /// Fills the page; the only coupon that was found.
    async fn find(
        &mut self,
        db: &mut Reading,
        staff: &Staff,
        asked: &Asked,
        app: &App,
    ) -> Result<Option<CouponId>> {
        let key = [code_key(&self.q)];
        let mut own = store::coupons::by_codes(&mut **db, staff.org, &key).await?;
        // The living one first, then the one revoked last.
        own.sort_by_key(|coupon| {
            let gone = coupon.revoked.as_ref().map(|revoked| revoked.on);
            (gone.is_some(), std::cmp::Reverse((gone, coupon.id)))
        });
        let only = own.first().filter(|_| own.len() == 1).map(|coupon| coupon.id);
        let common = store::coupons::generic_series(&mut **db, staff.org, &key).await?;
        self.own = rows(db, staff, own, app).await?;
        let Some((series, _)) = common.first() else { return Ok(only) };
        self.common = true;
        let after: Option<CouponId> = asked.after.parse().ok();
        let most = i64::try_from(PAGE).unwrap_or(i64::MAX - 1) + 1;
        let found =
            store::coupons::holders_of_generic(&mut **db, staff.org, *series, after, most).await?;
        let page = Listing::trim(found, PAGE, |coupon: &Coupon| coupon.id);
        self.holders = rows(db, staff, page.items, app).await?;
        let href = |after: &str| address("/coupons/codes", &[("q", &self.q), ("after", after)]);
        self.first = after.map(|_| href(""));
        self.next = page.next.map(|last| href(&last.to_string()));
        Ok(None)
    }
}

async fn rows(
    db: &mut Reading,
    staff: &Staff,
    coupons: Vec<Coupon>,
    app: &App,
) -> Result<Vec<Row>> {
    let holders: Vec<CustomerId> = coupons.iter().filter_map(Coupon::holder).collect();
    let faces = customers::faces(db, staff.org, &holders).await?;
    let holdings = judge(db, staff.org, coupons, staff.zone, app.clock.now()).await?;
    let row = |holding: Holding| {
        let stamp = |at| Stamp::new(at, staff.zone);
        let (used, left) = used(&holding);
        let Holding { coupon, series, standing, .. } = holding;
        let person = |id: CustomerId| Person {
            name: faces.get(&id).map_or_else(|| format!("Customer {id}"), |f| f.label.clone()),
            id,
            href: customers::path(id),
        };
        Row {
            holder: coupon.holder().map(person),
            issued: coupon.issue.as_ref().map(|issue| stamp(issue.on)),
            id: coupon.id.to_string(),
            href: format!("/coupons/codes/{}", coupon.id),
            code: coupon.code,
            state: (standing.state.look(), standing.state.label()),
            series: series.description.clone(),
            series_href: format!("/coupons/{}", series.id),
            discount: discount(&series.discount),
            ends: stamp(standing.end.shown),
            used,
            left,
        }
    };
    Ok(holdings.into_iter().map(row).collect())
}
