//! The list of a customer's coupons with its filters, and the card of the usable ones.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use chrono::{DateTime, Utc};

use super::panel::Panel;
use super::row::{Row, Rows};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::coupons::{self, HoldingFilter, HoldingStatus, Holdings};
use crate::customers::Customer;
use crate::membercare::coupons::{Asked, Heads, kinds, list, names, statuses};
use crate::membercare::pages::head::{Head, View, chrome, load, merged};
use crate::membercare::store::Reading;
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::parts::{Chip, Choice, Tab};
use crate::web::time::count;
use crate::web::{self, html};

/// Coupons on a page (spec/membercare.md 3.3).
const PAGE: usize = 20;

#[derive(Template)]
#[template(path = "membercare/coupons.html", blocks = ["desk"])]
struct Coupons {
    chrome: Chrome,
    head: Head,
    base: String,
    asked: Asked,
    problems: Problems,
    statuses: Vec<Choice>,
    series: Vec<Choice>,
    kinds: Vec<Choice>,
    chips: Vec<Chip>,
    clear: String,
    spellings: Vec<Tab>,
    heads: Heads,
    rows: Vec<Row>,
    total: String,
    /// Whether the customer has coupons at all.
    any: bool,
    first: Option<String>,
    next: Option<String>,
    /// Whether this person serves coupons.
    serves: bool,
    here: String,
    /// Bulk work over all that match: words and address.
    bulk: Vec<(&'static str, String)>,
    panel: Option<Panel>,
}

/// The list.
pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> web::Result {
    page(&app, &staff, &hx, (&id, None), query.as_deref()).await
}

/// The list with a coupon open.
pub(super) async fn open(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path((id, coupon)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> web::Result {
    let coupon: CouponId = coupon.parse().map_err(|_| Error::NotFound)?;
    page(&app, &staff, &hx, (&id, Some(coupon)), query.as_deref()).await
}

async fn page(
    app: &App,
    staff: &Staff,
    hx: &Hx,
    (id, open): (&str, Option<CouponId>),
    query: Option<&str>,
) -> web::Result {
    staff.require(Permission::ReadCoupons)?;
    let (mut db, customer) = load(app, staff, id).await?;
    if let Some(survivor) = customer.merged_into {
        return merged(staff, &customer, survivor);
    }
    let asked = Asked::of_query(query.unwrap_or_default());
    let page = Coupons::load(&mut db, staff, &customer, asked, (open, app.clock.now())).await?;
    if hx.wants("desk") { html(page.as_desk()) } else { html(page) }
}

impl Coupons {
    async fn load(
        db: &mut Reading,
        staff: &Staff,
        customer: &Customer,
        asked: Asked,
        (open, now): (Option<CouponId>, DateTime<Utc>),
    ) -> Result<Self> {
        let id = customer.id;
        let held = Holdings::of(db, staff.org, id, staff.zone, now).await?;
        let (filter, problems) = asked.filter();
        let page = held.page(db, &filter, asked.place(), PAGE).await?;
        let issues = page.items.iter().filter_map(|one| one.coupon.issue.as_ref());
        let tills: Vec<i64> = issues.filter_map(|issue| issue.till).collect();
        let tills = coupons::tills(&mut *db, staff.org, &tills).await?;
        let rows = Rows { staff, customer: id, asked: &asked, open, tills, now };
        let panel = match open {
            Some(open) => Some(Panel::load(db, staff, &held, (id, open), (&asked, now)).await?),
            None => None,
        };
        let series = names(held.series().iter().map(|one| &**one));
        let serves = staff.may(Permission::ServeCoupons);
        Ok(Coupons {
            chrome: chrome(staff, customer),
            head: Head::new(staff, customer, View::Coupons, staff.zone),
            base: list(id),
            rows: page.items.iter().map(|holding| rows.row(holding)).collect(),
            total: count(held.total(db, &filter).await?),
            any: !held.series().is_empty(),
            chips: asked.chips(id, &series),
            clear: asked.cleared(id),
            spellings: asked.spellings(id),
            heads: asked.heads(id),
            first: (!asked.after.is_empty()).then(|| asked.to_page(id, None)),
            next: page.next.map(|last| asked.to_page(id, Some(last))),
            here: asked.here(id),
            bulk: if serves { bulk(&asked, id) } else { Vec::new() },
            series: series
                .into_iter()
                .map(|(id, name)| Choice::new(id.to_string(), name))
                .collect(),
            statuses: statuses(),
            kinds: kinds(),
            problems,
            serves,
            panel,
            asked,
        })
    }
}

fn bulk(asked: &Asked, customer: CustomerId) -> Vec<(&'static str, String)> {
    [("Change expiry…", "expiry"), ("Resend…", "resend"), ("Revoke…", "revoke")]
        .map(|(label, action)| (label, asked.bulk(customer, action)))
        .to_vec()
}

/// Usable coupons in the card.
const IN_CARD: i64 = 8;

/// The card of usable coupons on the overview.
pub struct Card {
    /// The newest: code, what is taken off, page.
    pub coupons: Vec<(String, String, String)>,
    /// How many there are.
    pub total: String,
    /// All of them.
    pub href: String,
    /// "3 of 12 issued were redeemed (25 %)"; empty where none was issued.
    pub rate: String,
}

/// What a customer can redeem today, newest first, and how much of what they got they used.
pub async fn card(
    db: &mut Reading,
    staff: &Staff,
    customer: CustomerId,
    now: DateTime<Utc>,
) -> Result<Card> {
    let held = Holdings::of(db, staff.org, customer, staff.zone, now).await?;
    let of = |statuses: &[HoldingStatus]| HoldingFilter {
        statuses: statuses.to_vec(),
        living: true,
        ..HoldingFilter::default()
    };
    let usable = of(&[HoldingStatus::Redeemable]);
    let newest = held.slice(db, &usable, 0, IN_CARD).await?;
    let issued = held.total(db, &of(&[])).await?;
    let redeemed = held.total(db, &of(&[HoldingStatus::Redeemed])).await?;
    let path = list(customer);
    let coupon = |one: &coupons::Holding| {
        let (code, off) = (one.coupon.code.clone(), coupons::discount(&one.series.discount));
        (code, off, format!("{path}/{}", one.coupon.id))
    };
    Ok(Card {
        coupons: newest.iter().map(coupon).collect(),
        total: count(held.total(db, &usable).await?),
        href: format!("{path}?{}", usable.query()),
        rate: rate(redeemed, issued),
    })
}

fn rate(redeemed: i64, issued: i64) -> String {
    match issued {
        0 => String::new(),
        issued => {
            let percent = redeemed * 100 / issued;
            format!("{} of {} redeemed ({percent} %)", count(redeemed), count(issued))
        }
    }
}
