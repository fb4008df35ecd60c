//! A series' codes: one page at a time at ten million of them, filtered, and found by their beginning.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::Result;
use crate::base::list::{Listing, PAGE, cursor, cursor_text};
use crate::base::permission::Permission;
use crate::coupons::coupon::Coupon;
use crate::coupons::expiry;
use crate::coupons::filter::{CodesAfter, CodesFilter, CodesWanted};
use crate::coupons::left::Uses;
use crate::coupons::pages::head::{self, Head, Loaded, View};
use crate::coupons::series::{Series, code_key};
use crate::coupons::state::{State as CouponState, standing};
use crate::coupons::store;
use crate::web::address::address;
use crate::web::chrome::Chrome;
use crate::web::hx::Hx;
use crate::web::parts::Tab;
use crate::web::time::Stamp;
use crate::web::{self, html};

/// Longer than any code: what is typed beyond it finds nothing.
const LONGEST: usize = 60;

/// What an address asks of the codes.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    wanted: String,
    q: String,
    after: String,
}

/// A code as the page shows it.
struct Line {
    path: String,
    code: String,
    look: &'static str,
    state: &'static str,
    customer: Option<(String, String)>,
    issued: Option<Stamp>,
    expires: Option<Stamp>,
    redeemed: i32,
    made: Stamp,
    revoked: Option<Stamp>,
}

impl Line {
    fn new(coupon: Coupon, series: &Series, staff: &Staff, now: DateTime<Utc>) -> Self {
        let at = |at: DateTime<Utc>| Stamp::new(at, staff.zone);
        // How often the whole series was used does not make a code's one word another one.
        let of_code = i64::from(coupon.redeemed);
        let by_holder = if series.redeem.any_user { 0 } else { of_code };
        let uses = Uses { of_code, of_code_by_customer: by_holder, ..Uses::default() };
        let standing = standing(&coupon, series, &uses, staff.zone, now);
        let issue = coupon.issue.as_ref();
        let end = expiry::of_coupon(&coupon, series, staff.zone);
        Line {
            path: format!("/coupons/codes/{}", coupon.id),
            look: standing.state.look(),
            state: standing.state.label(),
            customer: issue
                .map(|issue| (crate::customers::path(issue.customer), issue.customer.to_string())),
            issued: issue.map(|issue| at(issue.on)),
            // A code that waits has no end of its own yet.
            expires: (standing.state != CouponState::Unissued).then(|| at(end.shown)),
            redeemed: coupon.redeemed,
            made: at(coupon.created_on),
            revoked: coupon.revoked.as_ref().map(|revoked| at(revoked.on)),
            code: coupon.code,
        }
    }
}

#[derive(Template)]
#[template(path = "coupons/codes_of_series.html", blocks = ["results"])]
struct Codes {
    chrome: Chrome,
    head: Head,
    path: String,
    q: String,
    wanted: CodesWanted,
    pills: Vec<Tab>,
    actions: Vec<(&'static str, &'static str, String)>,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
    note: String,
}

/// The codes of a series.
pub async fn codes(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let Loaded { mut db, series, head, .. } = head::load(&app, &staff, &id, View::Codes).await?;
    let now = app.clock.now();
    let q: String = asked.q.trim().chars().take(LONGEST).collect();
    let wanted = CodesWanted::of(&asked.wanted);
    let after = cursor::<CodesAfter>(&asked.after).filter(|_| q.is_empty());
    let found = find(&mut db, &staff, &series, &q, CodesFilter { wanted, after }).await?;
    let path = format!("{}/codes", head.path);
    let word = if wanted == CodesWanted::All { "" } else { wanted.word() };
    let href = |after: &str| address(&path, &[("wanted", word), ("q", &q), ("after", after)]);
    let page = Codes {
        chrome: head::chrome(&staff, &series.description),
        pills: pills(&path, &q, wanted),
        actions: actions(&staff, &head, wanted, &q),
        note: note(wanted, &q, found.items.len(), &staff),
        first: after.map(|_| href("")),
        next: found.next.map(|place| href(&cursor_text(&place))),
        lines: found.items.into_iter().map(|one| Line::new(one, &series, &staff, now)).collect(),
        head,
        path,
        q,
        wanted,
    };
    if hx.wants("results") { html(page.as_results()) } else { html(page) }
}

/// A page of codes; with a search, the first that begin with it.
async fn find(
    db: &mut crate::base::app::Reading,
    staff: &Staff,
    series: &Series,
    q: &str,
    filter: CodesFilter,
) -> Result<Listing<Coupon, CodesAfter>> {
    if q.is_empty() {
        return Ok(store::codes_page::page(db, staff.org, series.id, &filter, PAGE).await?);
    }
    let from = code_key(q);
    // A code has printable letters of ASCII alone; nothing else is asked for.
    if !from.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Listing { items: Vec::new(), next: None });
    }
    let to = format!("{from}\u{7f}");
    let (range, most) = ((from.as_str(), to.as_str()), PAGE as i64);
    let items =
        store::codes_page::search(&mut **db, staff.org, series.id, range, filter.wanted, most)
            .await?;
    Ok(Listing { items, next: None })
}

fn pills(path: &str, q: &str, wanted: CodesWanted) -> Vec<Tab> {
    let pill = |one: CodesWanted| {
        let word = if one == CodesWanted::All { "" } else { one.word() };
        Tab::new(one.label(), address(path, &[("wanted", word), ("q", q)]), one == wanted)
    };
    CodesWanted::ALL.into_iter().map(pill).collect()
}

/// What may be done with all that the filter finds: verb, drawing, where it is asked for.
fn actions(
    staff: &Staff,
    head: &Head,
    wanted: CodesWanted,
    q: &str,
) -> Vec<(&'static str, &'static str, String)> {
    if wanted == CodesWanted::Revoked {
        return Vec::new();
    }
    let serves = staff.may(Permission::ServeCoupons);
    let id = head.id.to_string();
    let href = |action: &str| {
        let pairs = [("action", action), ("series", &id), ("wanted", wanted.word()), ("q", q)];
        address("/coupons/bulk/new", &pairs)
    };
    let issued = serves && wanted != CodesWanted::Unissued;
    let revocable = head.may_revoke && wanted != CodesWanted::Redeemed;
    let all = [
        (issued, "Change expiry", "calendar", "expiry"),
        (issued, "Send again", "out", "resend"),
        (revocable, "Revoke", "stop", "revoke"),
    ];
    let open = all.into_iter().filter(|one| one.0);
    open.map(|(_, label, icon, action)| (label, icon, href(action))).collect()
}

fn note(wanted: CodesWanted, q: &str, found: usize, staff: &Staff) -> String {
    let zone = staff.zone.name();
    if !q.is_empty() {
        let more = if found == PAGE { "The first 50; type more of the code" } else { "By code" };
        return format!("{more} · times in {zone}");
    }
    let order = match wanted {
        CodesWanted::All | CodesWanted::Unissued => "The last made first",
        CodesWanted::Issued => "The last issued first",
        CodesWanted::Redeemed => "The last redeemed first",
        CodesWanted::Revoked => "The last revoked first",
    };
    format!("{order} · times in {zone}")
}
