//! What stands at the top of every page of a series: its name, its state, its tabs. Pages of a desk
//! (the files of a series) stand under the same head.

use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::permission::Permission;
use crate::coupons::pages::words::{self, Phase};
use crate::coupons::pool::{self, Pool};
use crate::coupons::series::{Series, Totals};
use crate::coupons::store;
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::Tab;
use crate::web::time::count;

/// Which page of the series is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Its terms.
    Configuration,
    /// Ids, dates, figures.
    Information,
    /// Its codes.
    Codes,
    /// Files brought in for it: a page of the imports desk.
    Uploads,
    /// Codes made ahead.
    Batches,
    /// Who changed what.
    History,
}

/// The head of a series' page.
#[derive(Debug)]
pub struct Head {
    /// Its number.
    pub id: SeriesId,
    /// Its address.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// Where it stands in time.
    pub phase: Phase,
    /// What is taken off.
    pub discount: String,
    /// How its codes come about.
    pub kind: &'static str,
    /// The common code, where there is one.
    pub common: Option<String>,
    /// What somebody should hear of its codes: kind of note, title, words.
    pub alert: Option<(&'static str, &'static str, String)>,
    /// Whether it may be changed by who looks.
    pub may_edit: bool,
    /// Whether codes can be brought in, and by who looks.
    pub may_upload: bool,
    /// Whether its coupons may be revoked by who looks.
    pub may_revoke: bool,
    /// The pages this person may open.
    pub tabs: Vec<Tab>,
}

impl Head {
    /// The head of a series as this person may see it.
    pub fn new(
        staff: &Staff,
        series: &Series,
        totals: &Totals,
        view: View,
        now: DateTime<Utc>,
    ) -> Self {
        let phase = Phase::of(series, now, staff.zone);
        let edits = staff.may(Permission::EditCoupons);
        Head {
            id: series.id,
            path: path(series.id),
            name: series.description.clone(),
            phase,
            discount: words::discount(&series.discount),
            kind: words::kind(series),
            common: series.generic_code.clone(),
            alert: pool::of(series, totals, now, staff.zone).and_then(|pool| alert(&pool)),
            may_edit: edits,
            may_upload: edits && staff.may(Permission::ReadImports) && phase != Phase::Expired,
            may_revoke: staff.may(Permission::ServeCoupons) || edits,
            tabs: tabs(staff, &path(series.id), view),
        }
    }

    /// Where codes, or customers to be given codes, are brought in.
    pub fn upload(&self) -> String {
        format!("/imports?kind=coupons&about={}", self.id)
    }

    /// Where redemptions that happened elsewhere are brought in.
    pub fn upload_redeemed(&self) -> String {
        format!("/imports?kind=redeemed-coupons&about={}", self.id)
    }

    /// Where everything that is not redeemed is revoked.
    pub fn revoke(&self) -> String {
        format!("/coupons/bulk/new?action=revoke&series={}", self.id)
    }
}

/// The page of a series.
pub fn path(id: SeriesId) -> String {
    format!("/coupons/{id}")
}

/// What a banner says of a pool: kind of note, title, words.
pub fn alert(pool: &Pool) -> Option<(&'static str, &'static str, String)> {
    let alert = pool.alert?;
    Some((alert.note(), alert.label(), pool::words(pool)?))
}

fn tabs(staff: &Staff, path: &str, view: View) -> Vec<Tab> {
    let coupons = Permission::ReadCoupons;
    let all = [
        (coupons, View::Configuration, "Configuration", path.to_owned()),
        (coupons, View::Information, "Information", format!("{path}?tab=information")),
        (coupons, View::Codes, "Codes", format!("{path}/codes")),
        (Permission::ReadImports, View::Uploads, "Uploads", format!("{path}/uploads")),
        (coupons, View::Batches, "Batches", format!("{path}/batches")),
        (Permission::ReadActivity, View::History, "History", format!("{path}?tab=history")),
    ];
    let open = all.into_iter().filter(|(permission, ..)| staff.may(*permission));
    open.map(|(_, at, label, href)| Tab::new(label, href, at == view)).collect()
}

/// A series of this brand, its totals and head, and the transaction they were read in.
pub struct Loaded {
    /// The transaction.
    pub db: Reading,
    /// The series.
    pub series: Series,
    /// Its totals.
    pub totals: Totals,
    /// Its head.
    pub head: Head,
}

/// Reads what every page of a series begins with. An address that cannot be read leads to nothing.
pub async fn load(app: &App, staff: &Staff, id: &str, view: View) -> Result<Loaded> {
    staff.require(Permission::ReadCoupons)?;
    let id: SeriesId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let series = store::series::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)?;
    let totals = store::totals::totals(&mut *db, staff.org, &[id]).await?;
    let totals = totals.get(&id).copied().unwrap_or_default();
    let head = Head::new(staff, &series, &totals, view, app.clock.now());
    Ok(Loaded { db, series, totals, head })
}

/// The shell of a series' page.
pub fn chrome(staff: &Staff, name: &str) -> Chrome {
    Chrome::new(staff, Nav::Coupons).crumb("Offers", "/coupons").title(name)
}

/// A figure of a series: what it is, how much, and a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it counts.
    pub label: &'static str,
    /// How much.
    pub value: String,
    /// In comparison to what.
    pub remark: String,
}

/// The key figures of a series.
pub fn figures(series: &Series, totals: &Totals) -> Vec<Figure> {
    let figure = |label, value: i64, remark: String| Figure { label, value: count(value), remark };
    let rate = match totals.issued {
        0 => "–".to_owned(),
        issued => format!("{:.1} %", totals.redeemed as f64 * 100.0 / issued as f64),
    };
    let of =
        |most: Option<i64>| most.map_or_else(String::new, |most| format!("of {}", count(most)));
    let mut figures = vec![
        figure("Issued", totals.issued, of(series.issue.max)),
        figure("Redeemed", totals.redeemed, of(series.redeem.max)),
        Figure { label: "Redemption rate", value: rate, remark: "redeemed of issued".to_owned() },
        figure("Revoked", totals.revoked, String::new()),
    ];
    if totals.uploaded > 0 {
        let remark = format!("of {} made or uploaded", count(totals.uploaded));
        figures.push(figure("In stock", totals.unissued.max(0), remark));
    }
    if let Some(most) = series.issue.max {
        let left = (most - totals.issued).max(0);
        figures.push(figure("Left to issue", left, of(Some(most))));
    }
    figures
}
